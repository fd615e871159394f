//! How each flow goes when all goes well, in the pieces that stories put together.

use serde_json::{Value, json};

use crate::demo::company::{
    ACCOUNT_HEALTH, ANNOUNCE, APP_API, LEAD, ONBOARD, PAID_ORDER, PAYMENT, TICKET_NOTE, customer_name,
};
use crate::demo::payloads;
use crate::demo::traffic::{Arrival, At, Exchange, Run, Story};
use crate::model::time::Micros;

const HUBSPOT: &str = "https://api.hubapi.com/crm/v3/objects";

/// The body of a request that creates or changes something in Larkspur's own API, and its answer.
pub(super) fn to_app(story: &mut Story<'_>, path: &str, body: Value) -> Exchange {
    let id = story.chance.hex(12);
    let millis = story.chance.between(24, 90);
    Exchange::write("POST", format!("{APP_API}/{path}"), body, json!({"id": id, "ok": true})).took(millis)
}

/// The change of one contact in HubSpot.
pub(super) fn patch_contact(contact: &Value, with_tier: bool) -> Exchange {
    let of = |name: &str| contact.get(name).cloned().unwrap_or_default();
    let mut properties = json!({"email": of("email"), "lifecyclestage": "customer"});
    if let Some(properties) = properties
        .as_object_mut()
        .filter(|_| with_tier && !of("loyaltyTier").is_null())
    {
        properties.insert("loyalty_tier".into(), of("loyaltyTier"));
    }
    let id = of("id");
    let id = id.as_str().unwrap_or_default();
    let answer = json!({"id": id, "properties": properties, "archived": false});
    Exchange::write(
        "PATCH",
        format!("{HUBSPOT}/contacts/{id}"),
        json!({ "properties": properties }),
        answer,
    )
}

/// The onboarding flow up to the list of contacts, each of which is an output of the answered step.
pub(super) fn onboard_begin(
    story: &mut Story<'_>,
    customer: &'static str,
    at: Micros,
    contacts: &[Value],
) -> (Run, At) {
    let deal = payloads::number(&mut story.chance, 8);
    let change = payloads::deal_change(&mut story.chance, deal, at);
    let mut run = story.webhook_run(&ONBOARD, customer, at, &deal.to_string(), change);
    if story.chance.percent(40) {
        run.announce(story, "running");
    }
    let get = run.after(story, run.trigger(), 0, "get-deal", 6);
    let body = payloads::deal(&mut story.chance, deal, at);
    let millis = story.chance.between(180, 420);
    run.call(
        story,
        get,
        &Exchange::get(format!("{HUBSPOT}/deals/{deal}"), body.clone()).took(millis),
    );
    run.output(story, get, body);
    let list = run.after(story, get, 0, "list-contacts", 6);
    let url = format!("{HUBSPOT}/deals/{deal}/associations/contacts");
    let millis = story.chance.between(240, 900);
    let exchange = Exchange::get(url, json!({ "results": contacts }))
        .query("limit", "100")
        .took(millis);
    run.call(story, list, &exchange);
    for contact in contacts {
        run.output(story, list, contact.clone());
    }
    run.say(list, "info", format!("{} contacts", contacts.len()));
    (run, list)
}

/// A whole onboarding that goes well.
pub(super) fn onboard(story: &mut Story<'_>, customer: &'static str, at: Micros, contacts: i64, revision: u32) {
    let contacts: Vec<Value> = (0..contacts)
        .map(|_| payloads::contact(&mut story.chance, None))
        .collect();
    let (mut run, list) = onboard_begin(story, customer, at, &contacts);
    run.revision = revision;
    for (number, contact) in contacts.iter().enumerate() {
        let update = run.after(story, list, number, "update-contact", 9);
        let millis = story.chance.between(110, 210);
        run.call(story, update, &patch_contact(contact, false).took(millis));
        run.output(story, update, json!({"contactId": contact.get("id"), "updated": true}));
    }
    run.end(story, "completed", None);
}

/// A paid order that is saved; answers the run's last step before saving, for those that do not.
pub(super) fn order_begin(story: &mut Story<'_>, customer: &'static str, at: Micros, order: &Value) -> (Run, At) {
    let id = order.get("id").map(Value::to_string).unwrap_or_default();
    let mut run = story.webhook_run(&PAID_ORDER, customer, at, &id, order.clone());
    if story.chance.percent(30) {
        run.announce(story, "queued");
    }
    let millis = story.chance.between(3, 19);
    let map = run.after(story, run.trigger(), 0, "map-order", millis);
    let of = |pointer: &str| order.pointer(pointer).cloned().unwrap_or_default();
    let lines = order
        .pointer("/line_items")
        .and_then(Value::as_array)
        .map_or(0, Vec::len);
    run.output(
        story,
        map,
        json!({"externalId": id, "number": of("/name"), "total": of("/total_price"), "currency": of("/currency"),
            "buyer": of("/customer/name"), "lines": lines}),
    );
    (run, map)
}

pub(super) fn order(story: &mut Story<'_>, customer: &'static str, at: Micros) {
    let lines = story.chance.between(1, 4);
    let order = payloads::order(&mut story.chance, lines, at);
    let (mut run, map) = order_begin(story, customer, at, &order);
    let save = run.after(story, map, 0, "save-order", 4);
    let exchange = to_app(
        story,
        "orders",
        json!({"externalId": order.get("id"), "total": order.get("total_price")}),
    );
    run.call(story, save, &exchange);
    run.output(story, save, exchange.answered.clone());
    run.end(story, "completed", None);
}

/// The hourly look at an account's health up to the change in Salesforce, which the answered step makes.
pub(super) fn health_begin(story: &mut Story<'_>, customer: &'static str, due: Micros) -> (Run, At, Exchange) {
    let mut run = story.scheduled_run(&ACCOUNT_HEALTH, customer, due);
    let get = run.after(story, run.trigger(), 0, "get-score", 5);
    let score = json!({"accountId": customer, "score": story.chance.between(41, 97), "trend": "steady"});
    let millis = story.chance.between(30, 80);
    run.call(
        story,
        get,
        &Exchange::get(format!("{APP_API}/accounts/{customer}/health"), score.clone()).took(millis),
    );
    run.output(story, get, score.clone());
    let update = run.after(story, get, 0, "update-account", 7);
    let account = format!("0015g00000{}AAG", story.chance.letters(5));
    let url = format!("https://{customer}.my.salesforce.com/services/data/v60.0/sobjects/Account/{account}");
    let body = json!({"Health_Score__c": score.get("score")});
    let millis = story.chance.between(280, 640);
    let exchange = Exchange::write("PATCH", url, body, Value::Null)
        .but(204, Value::Null)
        .took(millis);
    (run, update, exchange)
}

pub(super) fn health(story: &mut Story<'_>, customer: &'static str, due: Micros) {
    let (mut run, update, exchange) = health_begin(story, customer, due);
    run.call(story, update, &exchange);
    run.output(story, update, json!({"updated": true}));
    run.end(story, "completed", None);
}

pub(super) fn lead(story: &mut Story<'_>, customer: &'static str, at: Micros) {
    let lead = payloads::lead(&mut story.chance, customer);
    let mut run = story.internal_run(&LEAD, customer, at, lead.clone());
    let map = run.after(story, run.trigger(), 0, "map-lead", 6);
    let contact = json!({"LastName": lead.get("name"), "Email": lead.get("email"), "LeadSource": lead.get("source")});
    run.output(story, map, contact.clone());
    let create = run.after(story, map, 0, "create-contact", 5);
    let url = format!("https://{customer}.my.salesforce.com/services/data/v60.0/sobjects/Contact");
    let answer = json!({"id": format!("0035g00000{}AAC", story.chance.letters(5)), "success": true, "errors": []});
    let millis = story.chance.between(300, 900);
    run.call(
        story,
        create,
        &Exchange::write("POST", url, contact, answer.clone()).took(millis),
    );
    run.output(story, create, answer);
    run.end(story, "completed", None);
}

/// The message that announces an order in Slack.
pub(super) fn slack_message(story: &mut Story<'_>, customer: &'static str, order: &Value) -> Exchange {
    let of = |name: &str| order.get(name).cloned().unwrap_or_default();
    let text = format!(
        ":tada: {} ordered for {} {}",
        of("buyer").as_str().unwrap_or_default(),
        of("total"),
        of("currency").as_str().unwrap_or_default()
    );
    let ts = format!("{}.{:06}", story.now.0 / 1_000_000, story.chance.between(0, 999_999));
    let answer = json!({"ok": true, "channel": "C04ORDERS", "ts": ts, "team": customer_name(customer)});
    let body = json!({"channel": "C04ORDERS", "text": text});
    let millis = story.chance.between(90, 260);
    Exchange::write("POST", "https://slack.com/api/chat.postMessage", body, Value::Null)
        .but(200, answer)
        .took(millis)
}

pub(super) fn announce(story: &mut Story<'_>, customer: &'static str, at: Micros) {
    let total = story.chance.between(500, 9000);
    let order = payloads::placed_order(&mut story.chance, customer, total);
    let mut run = story.internal_run(&ANNOUNCE, customer, at, order.clone());
    let post = run.after(story, run.trigger(), 0, "post-message", 4);
    let exchange = slack_message(story, customer, &order);
    run.call(story, post, &exchange);
    run.output(story, post, json!({"ok": true}));
    run.end(story, "completed", None);
}

/// A solved ticket becomes a note on the account.
pub(super) fn note(story: &mut Story<'_>, customer: &'static str, arrival: &Arrival, ticket: &Value) {
    let mut run = story.run_of(arrival);
    let requester = ticket.pointer("/ticket/requester_id").cloned().unwrap_or_default();
    let get = run.after(story, run.trigger(), 0, "get-requester", 5);
    let (name, email) = payloads::person(&mut story.chance);
    let user = json!({"user": {"id": requester, "name": name, "email": email}});
    let millis = story.chance.between(140, 380);
    let url = format!("https://{customer}.zendesk.com/api/v2/users/{requester}.json");
    run.call(story, get, &Exchange::get(url, user.clone()).took(millis));
    run.output(story, get, user);
    let add = run.after(story, get, 0, "add-note", 4);
    let exchange = to_app(
        story,
        "notes",
        json!({"email": email, "text": ticket.pointer("/ticket/subject")}),
    );
    run.call(story, add, &exchange);
    run.output(story, add, exchange.answered.clone());
    run.end(story, "completed", None);
}

/// The request of a pull for updated tickets.
pub(super) fn ticket_search(story: &mut Story<'_>, customer: &str, at: Micros, tickets: &[Value]) -> Exchange {
    let url = format!("https://{customer}.zendesk.com/api/v2/incremental/tickets/cursor.json");
    let millis = story.chance.between(190, 700);
    Exchange::get(url, json!({"tickets": tickets, "end_of_stream": true}))
        .query("start_time", (at.0 / 1_000_000 - 600).to_string())
        .took(millis)
}

/// A pull for updated tickets; each solved one starts a run.
pub(super) fn tickets(story: &mut Story<'_>, customer: &'static str, at: Micros, solved: i64) {
    let tickets: Vec<Value> = (0..solved)
        .map(|_| payloads::ticket(&mut story.chance, "solved", at))
        .collect();
    let exchange = ticket_search(story, customer, at, &tickets);
    let id = |ticket: &Value| ticket.pointer("/ticket/id").map(Value::to_string).unwrap_or_default();
    let records = tickets.iter().map(|ticket| (id(ticket), ticket.clone())).collect();
    let pull = story.pull(&TICKET_NOTE, customer, at, records, exchange);
    for (arrival, ticket) in pull.arrivals.iter().zip(&tickets) {
        note(story, customer, arrival, ticket);
    }
}

/// A charge up to its custom code.
pub(super) fn payment_begin(story: &mut Story<'_>, customer: &'static str, at: Micros, charge: &Value) -> (Run, At) {
    let id = charge
        .pointer("/data/object/id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let mut run = story.webhook_run(&PAYMENT, customer, at, id, charge.clone());
    let millis = story.chance.between(9, 30);
    let net = run.after(story, run.trigger(), 0, "net-amount", millis);
    (run, net)
}

pub(super) fn payment(story: &mut Story<'_>, customer: &'static str, at: Micros) {
    let charge = payloads::charge(&mut story.chance, at);
    let (mut run, net) = payment_begin(story, customer, at, &charge);
    let of = |pointer: &str| charge.pointer(pointer).and_then(Value::as_i64).unwrap_or(0);
    let amount = of("/data/object/amount") - of("/data/object/balance_transaction/fee");
    run.output(story, net, json!({"net": amount}));
    let save = run.after(story, net, 0, "save-payment", 4);
    let exchange = to_app(story, "payments", json!({"net": payloads::money(amount)}));
    run.call(story, save, &exchange);
    run.output(story, save, exchange.answered.clone());
    run.end(story, "completed", None);
}
