//! The company as entities, as they were when the day began; what changes during the day is told by stories.

use serde_json::{Map, Value, json};

use super::catalogue::{CONNECTIONS, CUSTOMERS, Customer, INSTANCES, INTEGRATIONS, customer_name, integration_name};
use super::flows::{ALL, Flow, LEAD, Node, ONBOARD, TICKET_NOTE, Trigger};
use super::{APP_API, HOOKS, Ids};
use crate::demo::chance::hash;
use crate::demo::traffic::Traffic;
use crate::model::time::{DAY, HOUR, MINUTE, Micros};

/// Key and name of the events of Larkspur's own app.
const EVENT_TYPES: [(&str, &str); 3] = [
    ("lead-created", "Lead created"),
    ("order-placed", "Order placed"),
    ("contact-merged", "Contact merged"),
];

/// The example of an event type; its members are all that the schema asks for.
pub(in crate::demo) fn example(key: &str) -> Value {
    match key {
        "lead-created" => json!({"accountId": "northwind", "leadId": "lead_204417", "name": "Ada Lindqvist",
            "email": "ada.lindqvist@mail.example", "company": "Halden Mills", "source": "fair"}),
        "order-placed" => json!({"accountId": "northwind", "orderId": "ord_4410923", "buyer": "Marco Benedetti",
            "total": 640}),
        _ => json!({"accountId": "northwind", "keptId": "c_118", "mergedIds": ["c_204", "c_377"]}),
    }
}

/// The schema that an example follows.
pub(in crate::demo) fn schema(example: &Value) -> Value {
    let kind = |value: &Value| match value {
        Value::Number(_) => json!({"type": "number"}),
        Value::Array(_) => json!({"type": "array", "items": {"type": "string"}}),
        _ => json!({"type": "string"}),
    };
    let members = example.as_object().into_iter().flatten();
    let properties: Map<String, Value> = members.map(|(name, value)| (name.clone(), kind(value))).collect();
    let required: Vec<&String> = properties.keys().collect();
    json!({"type": "object", "required": required, "properties": properties})
}

/// Revision of the onboarding flow before the day's change of it.
pub(in crate::demo) const ONBOARD_REVISION_BEFORE: u32 = 14;

/// Sends the whole company, what others name first.
pub(in crate::demo) fn entities(seed: u64, now: Micros, traffic: &mut Traffic) {
    let ids = Ids(seed);
    // Two days before everything else, so that it is sent first.
    let at = now.plus(-2 * DAY);
    for (key, name) in INTEGRATIONS {
        traffic.send(at, "integration", integration(key, name, now));
    }
    for customer in &CUSTOMERS {
        traffic.send(at, "customer", customer_entity(customer, now));
    }
    for (customer, integration) in CONNECTIONS {
        traffic.send(at, "connection", connection(ids, customer, integration, now));
    }
    for flow in ALL {
        traffic.send(at, "flow", flow_entity(ids, flow, now));
    }
    for (key, name) in EVENT_TYPES {
        traffic.send(at, "internal_event_type", event_type(ids, key, name, now));
    }
    for (customer, flow) in INSTANCES {
        traffic.send(at, "flow_instance", instance(ids, customer, flow, now));
        match flow.trigger {
            Trigger::Webhook(event) => {
                let body = external_subscription(ids, customer, flow, event, None, now);
                traffic.send(at, "external_event_subscription", body);
            }
            Trigger::Pull(event, seconds) => {
                let body = external_subscription(ids, customer, flow, event, Some(seconds), now);
                traffic.send(at, "external_event_subscription", body);
            }
            Trigger::Internal(key) => {
                let body = internal_subscription(ids, customer, flow, key, now);
                traffic.send(at, "internal_event_subscription", body);
            }
            Trigger::Schedule(_) => {}
        }
    }
    let body = external_subscription(ids, "fennimore", &TICKET_NOTE, "ticket.updated", Some(300), now);
    traffic.send(at, "external_event_subscription", unfinished(body));
}

/// A subscription of a connection that was never finished: the app does not let it look for events.
fn unfinished(mut subscription: Value) -> Value {
    let error = json!({
        "status": "error",
        "error": {"type": "connection", "key": "subscribe_failed", "message": "Events cannot be looked for",
            "causedByError": {"type": "connection", "key": "authorization_not_finished",
                "message": "The connection has no access token yet"}},
    });
    merge(&mut subscription, error);
    subscription
}

fn integration(key: &str, name: &str, now: Micros) -> Value {
    json!({
        "id": key, "key": key, "name": name, "state": "READY",
        "logoUri": format!("https://static.larkspur.example/logos/{key}.svg"),
        "createdAt": time(now, -920 * DAY), "updatedAt": time(now, -61 * DAY),
    })
}

fn customer_entity(customer: &Customer, now: Micros) -> Value {
    let mut entity = json!({
        "id": customer.id, "internalId": customer.id, "name": customer.name,
        "meta": {"plan": customer.plan, "environment": "production"},
        "createdAt": time(now, -customer.age_days * DAY), "updatedAt": time(now, -customer.age_days * DAY / 3),
    });
    if let Some(entity) = entity.as_object_mut().filter(|_| customer.is_archived) {
        entity.insert("archivedAt".into(), json!(time(now, -34 * DAY)));
        entity.insert("updatedAt".into(), json!(time(now, -34 * DAY)));
    }
    entity
}

/// How many days ago a customer connected something: after it signed up, and not all at once.
fn connected_days(customer: &str, thing: &str) -> i64 {
    let age = CUSTOMERS
        .iter()
        .find(|known| known.id == customer)
        .map_or(30, |known| known.age_days);
    let part = i64::try_from(hash(0, &format!("{customer}{thing}")) % 60).unwrap_or(0);
    age - age * part / 100
}

fn connection(ids: Ids, customer: &'static str, integration: &'static str, now: Micros) -> Value {
    let created = -connected_days(customer, integration) * DAY;
    let mut entity = json!({
        "id": ids.connection(customer, integration),
        "name": format!("{} of {}", integration_name(integration), customer_name(customer)),
        "key": format!("{customer}-{integration}"),
        "customerId": customer, "integrationId": integration,
        "state": "READY", "connected": true, "disconnected": false,
        "lastActiveAt": time(now, -DAY - 7 * MINUTE), "nextCredentialsRefreshAt": time(now, HOUR),
        "createdAt": time(now, created), "updatedAt": time(now, created.max(-40 * DAY) + HOUR),
    });
    let changes = match customer {
        // Signed up, began to connect and never came back.
        "fennimore" => json!({"state": "CLIENT_ACTION_REQUIRED", "connected": false, "requestError": {
            "type": "connection", "key": "authorization_not_finished",
            "message": "The consent page was opened, but nobody agreed to it",
        }}),
        "quarry-lane" => json!({"archivedAt": time(now, -34 * DAY), "updatedAt": time(now, -34 * DAY),
            "connected": false, "disconnected": true}),
        _ => Value::Null,
    };
    merge(&mut entity, changes);
    entity
}

fn flow_entity(ids: Ids, flow: &Flow, now: Micros) -> Value {
    json!({
        "id": ids.flow(flow), "key": flow.key, "name": flow.name, "integrationId": flow.integration,
        "enabled": true, "revision": revision_before(flow),
        "createdAt": time(now, -500 * DAY), "updatedAt": time(now, -21 * DAY),
    })
}

fn revision_before(flow: &Flow) -> u32 {
    if flow.key == ONBOARD.key {
        ONBOARD_REVISION_BEFORE
    } else {
        flow.revision
    }
}

fn instance(ids: Ids, customer: &'static str, flow: &'static Flow, now: Micros) -> Value {
    let created = -connected_days(customer, flow.key).min(connected_days(customer, flow.integration)) * DAY;
    let is_enabled = !(flow.key == ONBOARD.key && matches!(customer, "tallgrass" | "quarry-lane"));
    json!({
        "id": ids.instance(customer, flow), "flowId": ids.flow(flow), "name": flow.name,
        "connectionId": ids.connection(customer, flow.integration),
        "customerId": customer, "integrationId": flow.integration,
        "enabled": is_enabled, "state": "READY", "revision": revision_before(flow),
        "nodes": nodes(ids, customer, flow, revision_before(flow)),
        "createdAt": time(now, created), "updatedAt": time(now, created.max(-21 * DAY) + 2 * HOUR),
    })
}

/// The nodes of an instance at a revision: the graph of its runs.
pub(in crate::demo) fn nodes(ids: Ids, customer: &str, flow: &'static Flow, revision: u32) -> Value {
    let node = |node: &Node| {
        let links: Vec<Value> = node.to.iter().map(|to| json!({ "key": to })).collect();
        let config = config(ids, customer, flow, node, revision);
        let body = json!({
            "type": node.kind, "name": node.name, "onError": if node.goes_on { "continue" } else { "stop" }, "state": "READY", "links": links,
            "config": config,
        });
        (node.key.to_owned(), body)
    };
    Value::Object(flow.nodes.iter().map(node).collect::<Map<_, _>>())
}

fn config(ids: Ids, customer: &str, flow: &Flow, node: &Node, revision: u32) -> Value {
    if node.kind.ends_with("-trigger") {
        let mut config = match flow.trigger {
            Trigger::Webhook(event) | Trigger::Pull(event, _) => {
                json!({"subscriptionId": ids.subscription(customer, flow), "eventType": event})
            }
            Trigger::Internal(key) => json!({"appEventTypeId": ids.event_type(key)}),
            Trigger::Schedule(cron) => json!({"schedule": {"cron": cron, "timeZone": "UTC"}}),
        };
        let filter = node.filter.and_then(|text| serde_json::from_str::<Value>(text).ok());
        merge(
            &mut config,
            filter.map_or(Value::Null, |filter| json!({ "filter": filter })),
        );
        return config;
    }
    match node.key {
        "update-contact" => {
            let mut properties = json!({
                "email": {"$var": "$.item.email"}, "lifecyclestage": "customer",
            });
            if revision > ONBOARD_REVISION_BEFORE {
                merge(&mut properties, json!({"loyalty_tier": {"$var": "$.item.loyaltyTier"}}));
            }
            json!({"request": {"method": "PATCH", "path": "/crm/v3/objects/contacts/{id}",
                "data": {"properties": properties}}})
        }
        "net-amount" => json!({"code": "({ input }) => ({ net: input.amount - input.balance_transaction.fee })"}),
        "set-level" => json!({"request": {"method": "POST", "path": "/admin/api/2025-07/inventory_levels/set.json"},
            "for": {"$var": "$.items"}}),
        _ => json!({}),
    }
}

fn external_subscription(
    ids: Ids,
    customer: &'static str,
    flow: &Flow,
    event: &str,
    pull_seconds: Option<i64>,
    now: Micros,
) -> Value {
    let id = ids.subscription(customer, flow);
    let created = -connected_days(customer, flow.key).min(connected_days(customer, flow.integration)) * DAY;
    let mut entity = json!({
        "id": id, "name": format!("{event} for {}", customer_name(customer)),
        "connectionId": ids.connection(customer, flow.integration),
        "customerId": customer, "integrationId": flow.integration, "status": "subscribed",
        "isRealTime": pull_seconds.is_none(), "requiresPull": pull_seconds.is_some(),
        "createdAt": time(now, created), "updatedAt": time(now, created.max(-30 * DAY) + HOUR),
    });
    let config = match pull_seconds {
        Some(seconds) => json!({
            "config": {"type": "data-record-updated", "dataSource": {"collectionKey": "tickets"}, "eventKey": event},
            "pullUpdatesIntervalSeconds": seconds, "nextPullEventsTimestamp": time(now, 4 * MINUTE),
        }),
        None => json!({
            "config": {"type": "connector", "eventKey": event}, "webhookUri": format!("{HOOKS}/{id}"),
        }),
    };
    merge(&mut entity, config);
    if customer == "quarry-lane" {
        let gone = json!({"status": "unsubscribed", "isDeactivated": true, "updatedAt": time(now, -34 * DAY)});
        merge(&mut entity, gone);
    }
    entity
}

fn event_type(ids: Ids, key: &str, name: &str, now: Micros) -> Value {
    let webhook_key = format!("{:016x}", hash(ids.0, &format!("webhook-key/{key}")));
    json!({
        "id": ids.event_type(key), "key": key, "name": name, "webhookKey": webhook_key,
        "globalWebhookUri": format!("https://hooks.larkspur.example/app-events/{webhook_key}"),
        "tenantIdPointer": "/accountId",
        "schema": schema(&example(key)), "example": example(key),
        "createdAt": time(now, -480 * DAY), "updatedAt": time(now, -97 * DAY),
    })
}

fn internal_subscription(ids: Ids, customer: &'static str, flow: &Flow, key: &str, now: Micros) -> Value {
    let id = ids.subscription(customer, flow);
    let created = -connected_days(customer, flow.key).min(connected_days(customer, flow.integration)) * DAY;
    let mut entity = json!({
        "id": id, "name": format!("{key} for {}", customer_name(customer)), "appEventTypeId": ids.event_type(key),
        "customerId": customer, "integrationId": flow.integration,
        "connectionId": ids.connection(customer, flow.integration),
        "isSubscribed": true, "webhookUri": format!("https://hooks.larkspur.example/app-events/{id}"),
        "subscriptionRequest": {"method": "POST", "uri": format!("{APP_API}/subscriptions"),
            "body": {"event": key, "accountId": customer}},
        "subscriptionResponse": {"status": 201, "data": {"ok": true}},
        "createdAt": time(now, created), "updatedAt": time(now, created.max(-30 * DAY) + HOUR),
    });
    if customer == "meridian" && flow.key == LEAD.key {
        // The app refused the subscription, so no lead of theirs ever reaches the flow.
        let refused = json!({
            "isSubscribed": false, "subscriptionResponse": {"status": 404, "data": {"message": "Account not found"}},
            "errors": [{"type": "configuration", "key": "subscribe_failed",
                "message": "The app answered 404 when it was asked to send lead-created events",
                "data": {"response": {"status": 404, "data": {"message": "Account not found"}}}}],
        });
        merge(&mut entity, refused);
    }
    entity
}

fn time(now: Micros, offset: i64) -> String {
    now.plus(offset).to_string()
}

/// Takes the members of one object over into another.
fn merge(into: &mut Value, from: Value) {
    if let (Some(into), Value::Object(from)) = (into.as_object_mut(), from) {
        into.extend(from);
    }
}
