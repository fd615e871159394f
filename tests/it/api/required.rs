//! What the schemas of the platform's own client demand is always there, whatever was sent.

use redtrail::access::Role;
use redtrail::model::kind::{ItemKind, Kind};
use serde_json::{Value, json};

use super::make::{entity, entity_list, full, kinds, list, minimal, send};
use crate::support::client::Client;
use crate::support::web::TestServer;

/// The members that the schemas of the platform's client know, per kind; `tests/sdk/required-fields.mjs` makes it.
fn schemas() -> Value {
    serde_json::from_str(include_str!("../../sdk/required-fields.json")).unwrap()
}

/// Members the schemas demand whose text is a time.
const TIMES: [&str; 6] = [
    "createdAt",
    "updatedAt",
    "startTime",
    "startDatetime",
    "endDatetime",
    "datetime",
];

/// Whether a value is what the schemas say of a member.
fn is_of(value: &Value, name: &str, field: &Value) -> bool {
    match field["type"].as_str().unwrap() {
        "string" if TIMES.contains(&name) => value
            .as_str()
            .is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()),
        "string" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "array" => value.is_array(),
        "object" | "record" => value.is_object(),
        "enum" => field["values"].as_array().unwrap().contains(value),
        "any" | "unknown" => true,
        other => panic!("the schemas have a type more: {other}"),
    }
}

/// Holds a record or entity as it was read to the schemas.
fn hold(kind: ItemKind, read: &Value, schemas: &Value) {
    for (name, field) in schemas[kind.name()].as_object().unwrap() {
        match read.get(name) {
            Some(value) => assert!(is_of(value, name, field), "{} {name}: {read}", kind.name()),
            None => assert_ne!(field["required"], true, "{} {name} is missing: {read}", kind.name()),
        }
    }
    let mut values = read.as_object().unwrap().values();
    assert!(values.all(|value| !value.is_null()), "{read}");
}

/// Reads what a list holds, each item of it, and each by its id.
async fn read(reader: &Client, kind: ItemKind) -> Vec<Value> {
    let list = match kind {
        ItemKind::Log(kind) => list(kind),
        ItemKind::Entity(kind) => entity_list(kind),
    };
    let mut all = Vec::new();
    for item in reader.get(&list).await.json()["items"].as_array().unwrap() {
        let path = format!("{list}/{}", item["id"].as_str().unwrap());
        all.extend([item.clone(), reader.get(&path).await.json()]);
    }
    all
}

#[tokio::test]
async fn what_the_platforms_client_demands_is_there_in_the_barest_and_the_fullest_record() {
    let server = TestServer::start().await;
    let mut items = Vec::new();
    for kind in kinds() {
        match kind {
            ItemKind::Log(kind) => items.extend([minimal(kind, "bare"), full(kind, "full")]),
            ItemKind::Entity(kind) => items.push(entity(kind, "bare")),
        }
    }
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let schemas = schemas();
    assert_eq!(schemas.as_object().unwrap().len(), kinds().count());
    for kind in kinds() {
        let read = read(&reader, kind).await;
        assert!(!read.is_empty());
        read.iter().for_each(|read| hold(kind, read, &schemas));
    }
}

#[tokio::test]
async fn a_state_that_the_schemas_have_no_word_for_is_told_beside_one_they_take() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    let with_error = |kind: Kind| {
        let mut item = minimal(kind, "failed");
        item["error"] = json!({"message": "it broke"});
        item
    };
    let expected = |kind: Kind| match kind {
        Kind::ApiRequest => ("isSuccess", json!(false), json!(false)),
        Kind::ExternalWebhook | Kind::ActionRun => ("status", json!("success"), json!("error")),
        Kind::ExternalEventPull => ("status", json!("queued"), json!("error")),
        Kind::ExternalEvent => ("status", json!("created"), json!("error")),
        Kind::FlowRun => ("state", json!("queued"), json!("failed")),
        Kind::NodeRun => ("status", json!("completed"), json!("failed")),
        Kind::InternalEvent | Kind::EntityChange => unreachable!("the schemas demand no state of it"),
    };
    for kind in Kind::SENT.into_iter().filter(|kind| *kind != Kind::InternalEvent) {
        send(&sender, &[minimal(kind, "bare"), with_error(kind)]).await;
        let (member, bare, failed) = expected(kind);
        for item in read(&reader, ItemKind::Log(kind)).await {
            let stands_in = if item["id"] == "bare" { &bare } else { &failed };
            assert_eq!(
                (&item[member], &item["stateTold"]),
                (stands_in, &json!("unknown")),
                "{item}"
            );
        }
        // The filter goes by what was told.
        let unknown = reader.get(&format!("{}?status=unknown", list(kind))).await.json();
        assert_eq!(unknown["items"].as_array().unwrap().len(), 2);
    }
    let mut running = minimal(Kind::NodeRun, "bare");
    running["status"] = json!("running");
    send(&sender, &[running]).await;
    for item in read(&reader, ItemKind::Log(Kind::NodeRun)).await {
        if item["id"] == "bare" {
            assert_eq!(
                (&item["status"], &item["stateTold"]),
                (&json!("completed"), &json!("running"))
            );
        }
    }
    // What was told needs no second word, and a sender cannot write one.
    let told = json!({"kind": "flow_run", "id": "told", "state": "running", "stateTold": "x"});
    send(&sender, &[told]).await;
    assert!(
        reader
            .get("/api/v1/flow-runs/told")
            .await
            .json()
            .get("stateTold")
            .is_none()
    );
}

/// A value that is certainly not of a type of the schemas; `None` where anything is.
fn odd(field: &Value) -> Option<Value> {
    match field["type"].as_str().unwrap() {
        "string" => Some(json!({"odd": 1})),
        "any" | "unknown" => None,
        _ => Some(json!("odd")),
    }
}

#[tokio::test]
async fn what_a_sender_calls_by_a_name_of_the_platforms_is_told_where_it_is_in_nobodys_way() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    let schemas = schemas();
    let mut apart = 0;
    for kind in kinds() {
        for (name, field) in schemas[kind.name()].as_object().unwrap() {
            let Some(odd) = odd(field).filter(|_| name != "id") else {
                continue;
            };
            let id = format!("odd-{name}");
            let mut item = match kind {
                ItemKind::Log(kind) => minimal(kind, &id),
                ItemKind::Entity(kind) => entity(kind, &id),
            };
            item[name] = odd.clone();
            // Our own table refuses most of what it knows.
            if sender.post("/api/v1/ingest", item.to_string()).await.status != 202 {
                continue;
            }
            for item in read(&reader, kind)
                .await
                .iter()
                .filter(|item| item["id"] == id.as_str())
            {
                hold(kind, item, &schemas);
                apart += usize::from(item["unfit"][name] == odd);
            }
        }
    }
    assert!(apart > 100, "{apart}");
}

#[tokio::test]
async fn the_state_of_a_request_follows_from_its_status_code() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    for (code, good) in [(200, true), (404, false), (0, false)] {
        let item = format!("{{\"id\":\"{code}\",\"statusCode\":{code}}}");
        assert_eq!(sender.post("/api/v1/ingest/api_request", item).await.status, 202);
        let read = reader.get(&format!("/api/v1/external-api-logs/{code}")).await.json();
        assert_eq!(read["isSuccess"], good, "{code}");
    }
}
