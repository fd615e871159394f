//! What came in and started nothing.

use serde_json::json;

use super::flows;
use crate::demo::company::{ANNOUNCE, LEAD, ONBOARD, PAID_ORDER, PAYMENT, TICKET_NOTE};
use crate::demo::payloads;
use crate::demo::traffic::{Story, trouble};
use crate::model::time::{HOUR, MINUTE, SECOND};

/// A ticket went from open to closed, but the trigger wants "solved"; a small order did not reach the filter's
/// 500; Tallgrass Foods switched the onboarding off; a test notification of Shopify has no event in it; a
/// webhook of Stripe had a wrong signature and was refused; an event could not be read; a lead belongs to
/// nobody; two events have only just come and are not decided yet.
///
/// To be found: for each the step at which it ended, with the recorded reason.
pub(super) fn tell(story: &mut Story<'_>) {
    closed_ticket(story);
    small_order(story);
    switched_off(story);
    webhooks_without_events(story);
    unreadable(story);
    undecided(story);
}

fn closed_ticket(story: &mut Story<'_>) {
    let at = story.ago(88 * MINUTE);
    let ticket = payloads::ticket(&mut story.chance, "closed", at);
    let search = flows::ticket_search(story, "tallgrass", at, std::slice::from_ref(&ticket));
    let number = ticket
        .pointer("/ticket/id")
        .map(ToString::to_string)
        .unwrap_or_default();
    let pull = story.pull(&TICKET_NOTE, "tallgrass", at, vec![(number, ticket)], search);
    let instance = story.ids.instance("tallgrass", &TICKET_NOTE);
    for arrival in &pull.arrivals {
        let outcome = json!({"status": "success", "launchedFlowRunIds": [], "flowTriggerSkipReason": {
            "code": "filter_not_matched", "message": "The filter of Ticket updated wants /ticket/status to be solved",
            "dependentFlowInstanceIds": [instance]}});
        story.event(arrival, pull.at.plus(2 * SECOND), outcome);
    }
}

fn small_order(story: &mut Story<'_>) {
    let at = story.ago(5 * HOUR + 20 * MINUTE);
    let id = story.id(at);
    let order = payloads::placed_order(&mut story.chance, "northwind", 120);
    let instance = story.ids.instance("northwind", &ANNOUNCE);
    let outcome = json!({"status": "success", "flowTriggerSkipReason": {"code": "filter_not_matched",
        "message": "The filter of Order placed wants /total to be at least 500", "dependentFlowInstanceIds": [instance]}});
    story.internal_event(&id, &ANNOUNCE, "northwind", at, order, outcome);
}

fn switched_off(story: &mut Story<'_>) {
    let at = story.ago(6 * HOUR + 41 * MINUTE);
    let deal = payloads::number(&mut story.chance, 8);
    let change = payloads::deal_change(&mut story.chance, deal, at);
    let arrival = story.webhook(&ONBOARD, "tallgrass", at, &deal.to_string(), change);
    let instance = story.ids.instance("tallgrass", &ONBOARD);
    let outcome = json!({"status": "success", "launchedFlowRunIds": [], "flowTriggerSkipReason": {
        "code": "flow_instance_disabled", "message": "Onboard contacts on closed deal is switched off for this customer",
        "dependentFlowInstanceIds": [instance]}});
    story.event(&arrival, arrival.at.plus(SECOND), outcome);
}

fn webhooks_without_events(story: &mut Story<'_>) {
    let body = json!({"id": 820_982_911_946_154_508_i64, "test": true, "line_items": []});
    let outcome = json!({"status": "success", "collectedEventIds": []});
    story.raw_webhook(&PAID_ORDER, "juniper", story.ago(13 * HOUR), body, 200, outcome);
    let at = story.ago(4 * HOUR + 15 * MINUTE);
    let body = payloads::charge(&mut story.chance, at);
    let error = trouble::error(
        "bad_request",
        "signature_mismatch",
        "The signature does not fit: the signing secret of this endpoint may have been rotated in Stripe",
    );
    let outcome = json!({"status": "error", "collectedEventIds": [], "error": error});
    story.raw_webhook(&PAYMENT, "ostrava", at, body, 401, outcome);
}

fn unreadable(story: &mut Story<'_>) {
    let at = story.ago(8 * HOUR + 55 * MINUTE);
    let body = json!({"subscriptionType": "deal.propertyChange", "objectId": null});
    let arrival = story.webhook(&ONBOARD, "lumen", at, "unknown", body);
    let error = trouble::error(
        "bad_request",
        "missing_record_id",
        "objectId is null, so there is no deal to look for",
    );
    story.event(
        &arrival,
        arrival.at.plus(SECOND),
        json!({"status": "error", "error": error}),
    );

    let at = story.ago(10 * HOUR + 2 * MINUTE);
    let id = story.id(at);
    let lead = payloads::lead(&mut story.chance, "meridian");
    let error = trouble::error(
        "configuration",
        "not_subscribed",
        "Meridian Health is not subscribed to lead-created: the app answered 404 to the subscription request",
    );
    story.internal_event(
        &id,
        &LEAD,
        "meridian",
        at,
        lead,
        json!({"status": "error", "error": error}),
    );
}

fn undecided(story: &mut Story<'_>) {
    let at = story.ago(4 * SECOND);
    let order = payloads::order(&mut story.chance, 2, at);
    let number = order.get("id").map(ToString::to_string).unwrap_or_default();
    let arrival = story.webhook(&PAID_ORDER, "brightwater", at, &number, order);
    story.event(&arrival, arrival.at.plus(20_000), json!({"status": "created"}));
    let at = story.ago(2 * SECOND);
    let id = story.id(at);
    let lead = payloads::lead(&mut story.chance, "ostrava");
    story.internal_event(&id, &LEAD, "ostrava", at, lead, json!({"status": "received"}));
}
