//! What does not fit the picture, and must show all the same.

use serde_json::{Value, json};

use super::flows;
use crate::demo::company::{PAID_ORDER, UNKNOWN_CUSTOMER};
use crate::demo::payloads;
use crate::demo::traffic::{By, Exchange, Run, Story, trouble};
use crate::model::time::{HOUR, MINUTE};

/// Lines of the large order: its payload has about 40 kB.
const LARGE_ORDER_LINES: i64 = 440;

/// A run was launched by an event that never came, a webhook yielded an event that never came, and a request
/// belongs to a run that never came. Records name a customer nobody introduced. A customer is written from
/// right to left. An order has hundreds of lines. An action failed with an answer that is a page of HTML and
/// an error type nobody knows. A picture came back as bytes.
///
/// To be found: "not received" where a link leads nowhere, the bare id of the unknown customer, and pages
/// that stay whole.
pub(super) fn tell(story: &mut Story<'_>) {
    never_received(story);
    unknown_customer(story);
    right_to_left(story);
    large(story);
    failed_action(story);
    picture(story);
}

fn never_received(story: &mut Story<'_>) {
    let at = story.ago(12 * HOUR + 8 * MINUTE);
    let order = payloads::order(&mut story.chance, 1, at);
    let event = story.id(at.plus(-400_000));
    let launched_by = json!({"type": "external-event", "ids": [event]});
    let mut run = Run::new(story, &PAID_ORDER, "tallgrass", at, launched_by, order);
    let map = run.after(story, run.trigger(), 0, "map-order", 5);
    run.say(map, "info", "Nothing to save: the order is already there");
    run.end(story, "completed", None);

    let at = story.ago(16 * HOUR + 50 * MINUTE);
    let body = payloads::order(&mut story.chance, 1, at);
    let event = story.id(at);
    let outcome = json!({"status": "success", "collectedEventIds": [event]});
    story.raw_webhook(&PAID_ORDER, "cobalt", at, body, 200, outcome);

    let at = story.ago(18 * HOUR + 3 * MINUTE);
    let owner = story.owner("cobalt", "salesforce");
    let (run, node_run) = (story.id(at), story.id(at));
    let by = By::Node {
        run: &run,
        node: "update-account",
        node_run: &node_run,
        trace: "4bf92f3577b34da6a3ce929d0e0e4736",
    };
    let url = "https://cobalt.my.salesforce.com/services/data/v60.0/limits";
    story.request(
        &owner,
        &by,
        at,
        &Exchange::get(url, json!({"DailyApiRequests": {"Max": 100_000, "Remaining": 99_120}})),
    );
}

fn unknown_customer(story: &mut Story<'_>) {
    let at = story.ago(3 * HOUR + 47 * MINUTE);
    let lead = payloads::lead(&mut story.chance, UNKNOWN_CUSTOMER);
    let id = story.id(at);
    let record = json!({
        "id": id, "datetime": at.to_string(), "appEventTypeId": story.ids.event_type("lead-created"),
        "customerId": UNKNOWN_CUSTOMER, "event": lead, "launchedFlowRunIds": [], "status": "error",
        "error": trouble::error("configuration", "unknown_customer", "No customer has the id larch-trading"),
    });
    story.send(at, "internal_event", record);
    let at = story.ago(3 * HOUR + 46 * MINUTE);
    let record = json!({
        "id": story.id(at), "createdAt": at.to_string(), "customerId": UNKNOWN_CUSTOMER, "method": "GET",
        "requestUrl": "https://api.larkspur.example/v2/accounts/larch-trading", "statusCode": 404,
        "isSuccess": false, "duration": 11, "response": {"status": 404, "body": {"message": "Account not found"}},
    });
    story.send(at, "api_request", record);
}

fn right_to_left(story: &mut Story<'_>) {
    let at = story.ago(2 * HOUR + 5 * MINUTE);
    let mut order = payloads::order(&mut story.chance, 2, at);
    if let Some(members) = order.as_object_mut() {
        members.insert("note".into(), json!("من فضلك لا تضع البصل 🧅 — شكرًا"));
        members.insert(
            "customer".into(),
            json!({"id": 7_781_204_415_112_i64, "name": "ليلى حداد"}),
        );
    }
    let (mut run, map) = flows::order_begin(story, "zaytun", at, &order);
    run.say(map, "info", "المشتري: ليلى حداد");
    let save = run.after(story, map, 0, "save-order", 4);
    let exchange = flows::to_app(
        story,
        "orders",
        json!({"buyer": "ليلى حداد", "total": order.get("total_price")}),
    );
    run.call(story, save, &exchange);
    run.output(story, save, exchange.answered.clone());
    run.end(story, "completed", None);
}

fn large(story: &mut Story<'_>) {
    let at = story.ago(14 * HOUR + 22 * MINUTE);
    let order = payloads::order(&mut story.chance, LARGE_ORDER_LINES, at);
    let (mut run, map) = flows::order_begin(story, "northwind", at, &order);
    let save = run.after(story, map, 0, "save-order", 4);
    let total = json!({"externalId": order.get("id"), "total": order.get("total_price")});
    let exchange = flows::to_app(story, "orders", total);
    run.call(story, save, &exchange);
    run.output(story, save, exchange.answered.clone());
    run.end(story, "completed", None);
}

fn failed_action(story: &mut Story<'_>) {
    let at = story.ago(26 * MINUTE);
    let owner = story.owner("brightwater", "hubspot");
    let id = story.id(at);
    let page = "<!doctype html><title>502 Bad Gateway</title><h1>Bad gateway</h1>\n<p>Ray ID: 8f2c11a0</p>";
    let sent = json!({"properties": {"email": "\"><script>alert(1)</script>@mail.example"}});
    let exchange = Exchange::write(
        "POST",
        "https://api.hubapi.com/crm/v3/objects/contacts",
        sent,
        Value::Null,
    )
    .but(502, json!(page))
    .header("content-type", "text/html")
    .took(1480);
    story.request(&owner, &By::Action(&id), at.plus(9000), &exchange);
    let cause = exchange.trouble("hubspot").unwrap_or_default();
    let record = json!({
        "id": id, "name": "Create contact", "createdAt": at.to_string(), "status": "error", "duration": 1502,
        "integrationActionId": story.ids.action("hubspot", "create-contact"),
        "input": {"email": "\"><script>alert(1)</script>@mail.example"},
        "error": trouble::caused("gateway_hiccup", "action_failed", "Create contact failed", cause),
    });
    story.send_for(&owner, at.plus(1_502_000), "action_run", record);
}

fn picture(story: &mut Story<'_>) {
    let at = story.ago(20 * HOUR + 31 * MINUTE);
    let owner = story.owner("brightwater", "shopify");
    let record = json!({
        "id": story.id(at), "createdAt": at.to_string(), "method": "GET", "statusCode": 200, "isSuccess": true,
        "requestUrl": "https://cdn.shopify.com/s/files/1/0713/9/mug.png", "duration": 44,
        "response": {"status": 200, "headers": {"content-type": "image/png"}, "bodyEncoding": "base64",
            "body": "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="},
    });
    story.send_for(&owner, at, "api_request", record);
}
