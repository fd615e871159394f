//! Errors as the platform words them, each with its cause inside.

use serde_json::{Value, json};

/// An error without a cause.
pub(in crate::demo) fn error(kind: &str, key: &str, message: impl Into<String>) -> Value {
    json!({"type": kind, "key": key, "message": message.into()})
}

/// An error and what caused it.
pub(in crate::demo) fn caused(kind: &str, key: &str, message: impl Into<String>, cause: Value) -> Value {
    with(error(kind, key, message), "causedByError", cause)
}

/// An error with one more member.
pub(in crate::demo) fn with(mut error: Value, member: &str, value: Value) -> Value {
    if let Some(members) = error.as_object_mut() {
        members.insert(member.into(), value);
    }
    error
}

/// The key of a failed call's error.
pub(super) fn key_of(status: Option<u16>) -> &'static str {
    match status {
        None => "timeout",
        Some(401 | 403) => "not_authorized",
        Some(404) => "not_found",
        Some(429) => "rate_limited",
        Some(400..=499) => "invalid_request",
        Some(_) => "unavailable",
    }
}

/// What an answer says went wrong, as the tail of a sentence; empty when it does not.
pub(super) fn reason_in(answer: &Value) -> String {
    let at = |pointer: &str| answer.pointer(pointer).and_then(Value::as_str);
    let reason = [
        "/message",
        "/0/message",
        "/error_description",
        "/error/message",
        "/errors",
        "/error",
        "/description",
    ]
    .into_iter()
    .find_map(at);
    reason.map_or_else(String::new, |reason| format!(": {reason}"))
}
