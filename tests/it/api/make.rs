//! Records and entities as senders write them.

use redtrail::access::Role;
use redtrail::model::kind::{EntityKind, ItemKind, Kind};
use serde_json::{Value, json};

use crate::support::client::{Client, Reply};
use crate::support::web::TestServer;

/// Percent-encodes a segment of a path by a way of its own.
pub fn encode(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// Path of the list of a kind; node runs are those of the run and node of [`full`].
pub fn list(kind: Kind) -> String {
    match kind.api_path() {
        Some(path) => format!("/api/v1/{path}"),
        None => "/api/v1/flow-runs/run-1/nodes/node-1/runs".to_owned(),
    }
}

pub fn entity_list(kind: EntityKind) -> String {
    format!("/api/v1/{}", kind.api_path())
}

/// The least a record of a kind can be.
pub fn minimal(kind: Kind, id: &str) -> Value {
    match kind {
        Kind::NodeRun => json!({"kind": kind.name(), "id": id, "flowRunId": "run-1", "nodeKey": "node-1"}),
        _ => json!({"kind": kind.name(), "id": id}),
    }
}

/// A record of a kind that says everything lists can be filtered by.
pub fn full(kind: Kind, id: &str) -> Value {
    let mut record = minimal(kind, id);
    let mut set = |name: &str, value: Value| record[name] = value;
    for name in [
        "customerId",
        "integrationId",
        "connectionId",
        "externalAppId",
        "traceId",
    ] {
        set(name, json!(format!("{name}-1")));
    }
    let time = json!("2026-03-04T04:00:00.000Z");
    match kind {
        Kind::ApiRequest => {
            set("createdAt", time);
            set("isSuccess", json!(false));
            set("statusCode", json!(502));
            set("requestUrl", json!("https://api.example.com/v1/things"));
            set("duration", json!(12.5));
            for name in ["flowRunId", "nodeKey", "nodeRunId", "actionRunId", "pullId"] {
                set(name, json!(format!("{name}-1")));
            }
            set("request", json!({"headers": {"accept": "*/*"}, "body": {"a": 1}}));
            set("response", json!({"status": 502, "body": "bad gateway"}));
            set("error", json!({"type": "odd_type", "message": "the gateway failed"}));
            set("logs", json!([{"type": "message", "msg": "called"}]));
        }
        Kind::ExternalWebhook => {
            set("createdAt", time);
            set("status", json!("success"));
            set("subscriptionId", json!("subscription-1"));
            set("collectedEventIds", json!(["event-1"]));
            set("request", json!({"method": "POST", "body": {"a": 1}}));
        }
        Kind::ExternalEventPull => {
            set("startDatetime", time);
            set("endDatetime", json!("2026-03-04T04:00:01.000Z"));
            set("status", json!("success"));
            set("externalEventSubscriptionId", json!("subscription-1"));
            set(
                "telemetry",
                json!({"strategy": "full-scan", "emittedEventCount": 2, "notes": ["n"]}),
            );
            set("logs", json!([{"msg": "pulled"}]));
        }
        Kind::ExternalEvent => {
            set("createdAt", time);
            set("status", json!("success"));
            set("externalEventSubscriptionId", json!("subscription-1"));
            set("eventType", json!("type-1"));
            set("payload", json!({"a": 1}));
        }
        Kind::InternalEvent => {
            set("datetime", time);
            set("status", json!("success"));
            set("appEventTypeId", json!("type-1"));
            set("appEventSubscriptionId", json!("subscription-1"));
            set("event", json!({"a": 1}));
            set("launchedFlowRunIds", json!(["run-1"]));
        }
        Kind::FlowRun => {
            set("startTime", time);
            set("endTime", json!("2026-03-04T04:00:01.000Z"));
            set("state", json!("failed"));
            for name in ["flowId", "universalFlowId", "flowInstanceId", "integrationFlowId"] {
                set(name, json!(format!("{name}-1")));
            }
            set("startNodeKey", json!("node-1"));
            set("input", json!({"a": 1}));
            set("output", json!({"node-1": {"b": 2}}));
            set("errors", json!([{"type": "odd_type", "message": "the run failed"}]));
        }
        Kind::NodeRun => {
            set("startTime", time);
            set("status", json!("failed"));
            set("input", json!({"a": 1}));
            set("outputs", json!([{"id": "o", "data": {"b": 2}, "downstreamRuns": []}]));
            set("errors", json!([{"type": "internal", "message": "the node failed"}]));
        }
        Kind::ActionRun => {
            set("createdAt", time);
            set("name", json!("Send"));
            set("status", json!("error"));
            set("integrationActionId", json!("action-1"));
            set("input", json!({"a": 1}));
            set("output", json!([1, 2]));
        }
        Kind::EntityChange => unreachable!("senders send none"),
    }
    record
}

/// An entity of a kind.
pub fn entity(kind: EntityKind, id: &str) -> Value {
    json!({"kind": kind.name(), "id": id})
}

pub fn ndjson(items: &[Value]) -> String {
    items.iter().map(|item| format!("{item}\n")).collect()
}

/// Sends items and makes sure that all of them are taken.
pub async fn send(client: &Client, items: &[Value]) -> Reply {
    let client = client.with("content-type", "application/x-ndjson");
    let reply = client.post("/api/v1/ingest", ndjson(items)).await;
    assert_eq!(reply.status, 202, "{}", reply.text());
    let answer = reply.json();
    assert_eq!(answer["rejected"], json!([]), "{answer}");
    reply
}

/// A server that holds one full record of every kind with the same id, and its reader.
pub async fn with_one_of_each(id: &str) -> (TestServer, Client) {
    let server = TestServer::start().await;
    let items: Vec<Value> = Kind::SENT.iter().map(|kind| full(*kind, id)).collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    (server, reader)
}

/// The ids of a list's items, in their order.
pub fn ids(list: &Value) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items
        .iter()
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect()
}

/// Every kind an item can have.
pub fn kinds() -> impl Iterator<Item = ItemKind> {
    let logs = Kind::SENT.into_iter().map(ItemKind::Log);
    logs.chain(EntityKind::ALL.into_iter().map(ItemKind::Entity))
}
