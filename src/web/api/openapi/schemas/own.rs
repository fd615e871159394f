//! What only we answer: who asks, what happened to a connection, counts, and what came in.

use serde_json::{Value, json};

use super::{record_error, text, time};
use crate::model::kind::Kind;

pub(super) fn principal() -> Value {
    json!({
        "type": "object", "required": ["id", "internalId", "name", "role", "workspaceId"],
        "properties": {
            "id": {"type": "string", "description": "The customer's id of a token limited to one, else the name."},
            "internalId": text(), "name": text(), "role": {"type": "string", "enum": ["ingest", "read", "admin"]},
            "workspaceId": text(), "customerId": text(), "tenantId": text(), "userId": text(),
        },
    })
}

pub(super) fn connection_log() -> Value {
    json!({
        "type": "object", "required": ["id", "kind", "workspaceId", "connectionId", "userId", "status", "createdAt"],
        "properties": {
            "id": text(), "kind": {"type": "string", "enum": [Kind::EntityChange.name(), Kind::ApiRequest.name()]},
            "workspaceId": text(), "connectionId": text(), "userId": text(), "createdAt": time(),
            "status": {"type": "string", "enum": ["success", "error"],
                "description": "Whether the change left the connection in trouble; of a request always `error`."},
            "error": record_error(),
            "changed": {"type": "array", "items": text(), "description": "Members that the change changed."},
            "old": {"type": "object", "description": "Their values before, of those that had one."},
        },
    })
}

pub(super) fn source() -> Value {
    json!({
        "type": "object", "required": ["name", "lastHour", "lastDay"],
        "properties": {
            "name": text(),
            "lastReceivedAt": {"type": "string", "format": "date-time", "description": "Begin of the minute."},
            "lastHour": received(), "lastDay": received(),
        },
    })
}

fn received() -> Value {
    let ms = |says: &str| json!({"type": "number", "minimum": 0, "description": format!("Milliseconds. {says}")});
    json!({
        "type": "object",
        "required": ["accepted", "duplicates", "refused", "withoutCustomer", "largestDelay", "clockAhead"],
        "properties": {
            "accepted": {"type": "integer"}, "duplicates": {"type": "integer"},
            "refused": {"type": "object", "description": "By the key of the problem.",
                "additionalProperties": {"type": "integer"}},
            "withoutCustomer": {"type": "integer",
                "description": "Of those accepted: no customer is named, and none could be derived."},
            "largestDelay": ms("From the newest time a record gives to its receipt, at most."),
            "clockAhead": ms("How far a time was ahead of its receipt, at most."),
        },
    })
}

pub(super) fn reject() -> Value {
    json!({
        "type": "object", "required": ["receivedAt", "source", "error", "begin"],
        "properties": {
            "receivedAt": time(), "source": text(),
            "error": {
                "type": "object", "required": ["key", "message"],
                "properties": {"key": text(), "message": text(), "path": text()},
            },
            "begin": {"type": "string", "description": "Its first 2 kB, after redaction."},
        },
    })
}

pub(super) fn counted() -> Value {
    json!({
        "type": "object", "required": ["buckets", "exact"],
        "properties": {
            "buckets": {"type": "array", "items": {
                "type": "object", "required": ["from", "counts"],
                "properties": {
                    "from": time(),
                    "counts": {"type": "object", "additionalProperties": {"type": "integer"},
                        "description": "By state, or by the id of an integration or customer; without one it is \"\"."},
                    "others": {"type": "integer", "description": "Records of groups beyond the 100 largest."},
                },
            }},
            "exact": {"type": "boolean", "description": "Whether everything of the range was counted."},
            "countedFrom": {"type": "string", "format": "date-time",
                "description": "When not: what is at or after this time is counted, and nothing before."},
        },
    })
}
