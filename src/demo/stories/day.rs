//! An ordinary day, in which everything goes well.

use serde_json::{Value, json};

use super::flows;
use crate::demo::payloads;
use crate::demo::traffic::{By, Exchange, Story};
use crate::model::time::{DAY, HOUR, MINUTE, Micros, SECOND};

/// Orders, deals, tickets, leads, payments and messages of every customer over 24 hours, some in the last
/// minutes, and actions that people started in the app. Nothing is to be found here: it is what the troubles
/// stand out against. Large customers have more of it than small ones.
pub(super) fn tell(story: &mut Story<'_>) {
    for customer in spread(
        story,
        &[
            "northwind",
            "northwind",
            "brightwater",
            "tallgrass",
            "juniper",
            "cobalt",
        ],
        9,
    ) {
        flows::order(story, customer.0, customer.1);
    }
    flows::order(story, "northwind", story.ago(95 * SECOND));
    flows::order(story, "zaytun", story.ago(19 * SECOND));
    for customer in spread(story, &["northwind", "ostrava", "brightwater"], 5) {
        flows::payment(story, customer.0, customer.1);
    }
    for customer in spread(story, &["northwind", "harbor", "meridian"], 5) {
        flows::announce(story, customer.0, customer.1);
    }
    for customer in spread(story, &["ostrava"], 4) {
        flows::lead(story, customer.0, customer.1);
    }
    for hours in [1, 5, 9] {
        let due = story.last(HOUR, 0, 5 * MINUTE).plus(-hours * HOUR);
        flows::health(story, if hours == 5 { "ostrava" } else { "cobalt" }, due);
    }
    for (customer, at) in spread(story, &["tallgrass", "juniper", "northwind", "lumen"], 10) {
        let solved = if story.chance.percent(35) {
            story.chance.between(1, 2)
        } else {
            0
        };
        flows::tickets(story, customer, at, solved);
    }
    flows::tickets(story, "juniper", story.ago(6 * MINUTE), 1);
    for (customer, at) in spread(story, &["brightwater", "northwind", "lumen"], 8) {
        action(story, customer, at);
    }
}

/// So many times over the day, each for one of these customers.
fn spread(story: &mut Story<'_>, customers: &[&'static str], count: i64) -> Vec<(&'static str, Micros)> {
    let slot = DAY / count.max(1);
    let one = |number: i64| {
        let late = story.chance.between(3 * MINUTE, slot - MINUTE);
        (story.chance.pick(customers), story.ago(number * slot + late))
    };
    (0..count).map(one).collect()
}

/// A contact that someone looked up or made from within the app.
fn action(story: &mut Story<'_>, customer: &'static str, at: Micros) {
    let owner = story.owner(customer, "hubspot");
    let id = story.id(at);
    let contact = payloads::contact(&mut story.chance, None);
    let email = contact.get("email").cloned().unwrap_or_default();
    let is_search = story.chance.percent(50);
    let (key, name) = if is_search {
        ("find-contact", "Find contact")
    } else {
        ("create-contact", "Create contact")
    };
    let base = "https://api.hubapi.com/crm/v3/objects/contacts";
    let exchange = if is_search {
        let sent =
            json!({"filterGroups": [{"filters": [{"propertyName": "email", "operator": "EQ", "value": email}]}]});
        Exchange::write("POST", format!("{base}/search"), sent, Value::Null)
            .but(200, json!({"total": 1, "results": [contact]}))
    } else {
        Exchange::write("POST", base, json!({"properties": {"email": email}}), contact.clone())
    };
    let exchange = exchange.took(story.chance.between(120, 480));
    story.request(&owner, &By::Action(&id), at.plus(9000), &exchange);
    let millis = exchange.millis + 21;
    let record = json!({
        "id": id, "name": name, "createdAt": at.to_string(), "status": "success", "duration": millis,
        "integrationActionId": story.ids.action("hubspot", key), "input": {"email": email},
        "output": exchange.answered,
    });
    story.send_for(&owner, at.plus(millis * 1000), "action_run", record);
}
