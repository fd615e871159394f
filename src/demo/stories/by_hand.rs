//! Runs and pulls that are not over, and one that somebody stopped.

use serde_json::{Value, json};

use super::flows;
use crate::demo::company::{APP_API, PUSH_STOCK, TICKET_NOTE};
use crate::demo::payloads;
use crate::demo::traffic::{Exchange, Run, Story, log};
use crate::model::time::{HOUR, MINUTE, Micros, SECOND};

/// Nine minutes ago someone started "Push stock levels" for Tallgrass Foods by hand and stopped it after
/// seven items. Right now a run of Northwind Outfitters is under way, one of Cobalt Freight waits in the
/// queue, and a run of Lumen Education has shown no sign of life for three hours. One pull is under way,
/// one waits.
///
/// To be found: who stopped the run and what it had done; that nothing is wrong with those that run or
/// wait; that the silent one is stalled.
pub(super) fn tell(story: &mut Story<'_>) {
    stopped(story);
    running(story);
    queued(story);
    stalled(story);
    pulls(story);
}

fn stopped(story: &mut Story<'_>) {
    let at = story.ago(9 * MINUTE);
    let launched_by = json!({"type": "api-trigger"});
    let input = json!({"requestedBy": "dana@larkspur.example", "reason": "stock count corrected"});
    let mut run = Run::new(story, &PUSH_STOCK, "tallgrass", at, launched_by, input);
    run.announce(story, "queued");
    let list = run.after(story, run.trigger(), 0, "list-stock", 5);
    let items: Vec<Value> = (0..7).map(|_| stock(story)).collect();
    let answer = json!({"items": items, "total": 310});
    run.call(
        story,
        list,
        &Exchange::get(format!("{APP_API}/stock"), answer)
            .query("account", "tallgrass")
            .took(95),
    );
    for item in &items {
        run.output(story, list, item.clone());
    }
    for (number, item) in items.iter().enumerate() {
        let set = run.after(story, list, number, "set-level", 6);
        if number == 6 {
            run.mark(set, "skipped", None);
            run.say(set, "info", "Not sent: the run was stopped by dana@larkspur.example");
            continue;
        }
        run.call(story, set, &set_level("tallgrass", item));
        run.output(story, set, json!({"set": true}));
    }
    run.end(story, "stopped", None);
}

/// A level of stock in Larkspur's own app.
pub(super) fn stock(story: &mut Story<'_>) -> Value {
    json!({
        "inventoryItemId": payloads::number(&mut story.chance, 14), "available": story.chance.between(0, 480),
        "sku": format!("{}-{}", story.chance.hex(3).to_uppercase(), payloads::number(&mut story.chance, 4)),
    })
}

/// The request that sets a level of stock in Shopify.
pub(super) fn set_level(customer: &str, item: &Value) -> Exchange {
    let url = format!("https://{customer}.myshopify.com/admin/api/2025-07/inventory_levels/set.json");
    let of = |name: &str| item.get(name).cloned().unwrap_or_default();
    let body = json!({
        "location_id": 71_204_855_921_i64, "inventory_item_id": of("inventoryItemId"), "available": of("available"),
    });
    Exchange::write("POST", url, body.clone(), Value::Null)
        .but(200, json!({ "inventory_level": body }))
        .took(118)
}

fn running(story: &mut Story<'_>) {
    let at = story.ago(5 * SECOND);
    let contacts: Vec<Value> = (0..3).map(|_| payloads::contact(&mut story.chance, None)).collect();
    let (mut run, list) = flows::onboard_begin(story, "northwind", at, &contacts);
    let update = run.after(story, list, 0, "update-contact", 9);
    run.mark(update, "running", None);
    run.leave(story);
}

fn queued(story: &mut Story<'_>) {
    let launched_by = json!({"type": "api-trigger"});
    let input = json!({"requestedBy": "sam@larkspur.example"});
    let run = Run::new(story, &PUSH_STOCK, "cobalt", story.ago(72 * SECOND), launched_by, input);
    run.announce(story, "queued");
}

fn stalled(story: &mut Story<'_>) {
    let at = story.ago(3 * HOUR + 9 * MINUTE);
    let contacts = [payloads::contact(&mut story.chance, None)];
    let (run, _) = flows::onboard_begin(story, "lumen", at, &contacts);
    run.leave(story);
}

fn pulls(story: &mut Story<'_>) {
    for (customer, status, at) in [
        ("tallgrass", "running", story.ago(3 * SECOND)),
        ("lumen", "queued", story.ago(8 * SECOND)),
    ] {
        pull(story, customer, status, at);
    }
}

fn pull(story: &mut Story<'_>, customer: &'static str, status: &str, at: Micros) {
    let owner = story.owner(customer, "zendesk");
    let record = json!({
        "id": story.id(at), "startDatetime": at.to_string(), "status": status,
        "externalEventSubscriptionId": story.ids.subscription(customer, &TICKET_NOTE),
        "logs": [log(at, "info", format!("Pull is {status}"))],
    });
    story.send_for(&owner, at, "external_event_pull", record);
}
