//! Entities as senders may write them.

use redtrail::model::kind::EntityKind;
use serde_json::{Value, json};

use super::data::{NODE, customer, error, odds, time};

const STATES: [&str; 5] = [
    "READY",
    "BUILDING",
    "CLIENT_ACTION_REQUIRED",
    "CONFIGURATION_ERROR",
    "SETUP_FAILED",
];

const STATUSES: [&str; 3] = ["subscribed", "unsubscribed", "error"];

/// The last is none that the platform sends.
const METHODS: [&str; 3] = ["POST", "put", "HEAD"];

pub fn entity(kind: EntityKind, number: usize) -> Value {
    let mut item = own_members(kind, number);
    item["createdAt"] = time(number);
    item["key"] = json!(format!("key-{number}"));
    if number.is_multiple_of(2) {
        item["name"] = json!(format!("Name {number}"));
    }
    let (customer, integration) = (customer(number), format!("integration-{:02}", number % 3));
    match kind {
        EntityKind::Customer | EntityKind::Integration | EntityKind::InternalEventType => {}
        EntityKind::Flow => item["integrationId"] = json!(integration),
        EntityKind::InternalEventSubscription => item["customerId"] = json!(customer),
        _ => {
            item["customerId"] = json!(customer);
            item["integrationId"] = json!(integration);
        }
    }
    if number == 8 {
        item["state"] = json!("ODD");
    }
    odds(&mut item, number);
    item
}

fn own_members(kind: EntityKind, number: usize) -> Value {
    let state = STATES[number % STATES.len()];
    let connection = format!("connection-{:02}", number % 2);
    match kind {
        EntityKind::Customer => json!({"internalId": format!("internal-{number}")}),
        EntityKind::Integration => {
            json!({"logoUri": "https://example.com/logo.png", "state": state, "errors": [error(number)]})
        }
        EntityKind::Connection => json!({"state": state, "disconnected": number.is_multiple_of(3),
            "requestError": error(number), "lastActiveAt": time(1)}),
        EntityKind::Flow => json!({"enabled": true, "revision": "7", "nodes": nodes(number)}),
        EntityKind::FlowInstance => json!({"connectionId": connection, "flowId": format!("flow-{:02}", number % 2),
            "state": state, "enabled": true, "nodes": nodes(number), "errors": [error(number)]}),
        EntityKind::ExternalEventSubscription => json!({"connectionId": connection, "error": error(number),
            "config": config(number), "status": STATUSES[number % STATUSES.len()],
            "pullUpdatesIntervalSeconds": 60, "nextPullEventsTimestamp": 1_772_600_000_000_i64}),
        EntityKind::InternalEventType => json!({"webhookKey": "hook", "tenantIdFormula": {"$var": "$.user"},
            "schema": {"type": "object", "properties": {"a": {"type": "string"}}}}),
        EntityKind::InternalEventSubscription => json!({"appEventTypeId": "internal_event_type-01",
            "isSubscribed": number.is_multiple_of(2), "webhookUri": "https://example.com/hook",
            "subscriptionRequest": {"method": METHODS[number % METHODS.len()], "headers": {"x-api-key": "hunter2"}, "body": {"a": 1}}}),
    }
}

fn config(number: usize) -> Value {
    match number % 3 {
        0 => json!({"type": "data-record-created", "dataSource": {"collectionKey": "contacts"}}),
        1 => json!({"type": "connector-event", "eventKey": 7, "dataSource": "contacts"}),
        _ => json!({"type": "odd"}),
    }
}

fn nodes(number: usize) -> Value {
    if number % 7 == 6 {
        return json!({"a": {"state": "ODD", "onError": "retry", "version": "1", "errors": ["a text"],
            "links": [{"key": 7}], "name": 7}});
    }
    json!({
        "start": {"type": "app-event-trigger", "name": "Start", "config": {"appEventTypeId": "internal_event_type-01"},
            "links": [{"key": NODE, "filter": {"a": {"$gt": 1}}}]},
        NODE: {"type": "custom-code", "onError": "continue", "state": "READY", "links": []},
    })
}
