//! Records and entities of every kind as senders may write them, good and bad.

use redtrail::model::kind::{ItemKind, Kind};
use serde_json::{Value, json};

use super::{entities, logs};

/// Items of a kind that tell their time; more than three pages of seven.
pub const TIMED: usize = 27;
/// Items of a kind that tell nothing.
pub const BARE: usize = 2;
/// Runs of one node: more than a page of the usual size.
pub const NODE_RUNS: usize = 104;
/// The flow run and the node whose runs fan out.
pub const RUN: &str = "flow_run-01";
pub const NODE: &str = "for-each";

/// An item of a kind; a higher number is an older one.
pub fn item(kind: ItemKind, number: usize) -> Value {
    let mut item = match kind {
        ItemKind::Log(kind) => logs::log(kind, number),
        ItemKind::Entity(kind) => entities::entity(kind, number),
    };
    item["kind"] = json!(kind.name());
    item["id"] = json!(id(kind, number));
    item
}

pub fn id(kind: ItemKind, number: usize) -> String {
    // The clients put ids into paths as they are.
    format!("{}-{number:02}", kind.name())
}

/// An item that tells nothing, which its receipt therefore puts before all that do.
pub fn bare(kind: ItemKind, number: usize) -> Value {
    let mut item = json!({"kind": kind.name(), "id": bare_id(number)});
    if kind == ItemKind::Log(Kind::NodeRun) {
        item["flowRunId"] = json!(RUN);
        item["nodeKey"] = json!(NODE);
    }
    item
}

pub fn bare_id(number: usize) -> String {
    format!("bare-{number}")
}

pub fn time(number: usize) -> Value {
    json!(format!(
        "2026-03-04T{:02}:{:02}:00.000Z",
        23 - number / 60,
        59 - number % 60
    ))
}

/// The customer of an item: every second one has the first.
pub fn customer(number: usize) -> String {
    format!("customer-{:02}", number % 2)
}

pub fn error(number: usize) -> Value {
    match number % 3 {
        0 => json!("a text and nothing else"),
        1 => json!({"type": "odd_type", "message": "odd", "causedByError": {"type": "odder", "message": "deep",
            "data": {"request": {"url": "https://api.example.com", "method": "GET"}}, "logs": [{"msg": "x"}]}}),
        _ => json!({"type": "connection", "key": "k", "message": "m", "stack": "at line 1"}),
    }
}

/// Members that no table knows, and values that must not be kept as they are.
pub fn odds(item: &mut Value, number: usize) {
    if number % 4 == 1 {
        item["mood"] = json!({"deep": [1, {"er": null}], "long": "x".repeat(50_000)});
        item["meta"] = json!({"password": "hunter2", "note": "kept"});
    }
    if number % 7 == 6 {
        for name in [
            "connection",
            "customer",
            "user",
            "flow",
            "action",
            "dependencies",
            "clientAction",
        ] {
            item[name] = json!({"id": "not the platform's"});
        }
        for name in ["isTest", "retryAttempts", "uuid", "fields", "unfit"] {
            item[name] = json!(["odd"]);
        }
    }
}
