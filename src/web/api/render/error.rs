//! Errors of records: the platform's client refuses an error of a `type` it does not know, so such a type is told
//! as the `key`.

use super::object::{Object, array};
use crate::model::fold::BriefError;
use crate::model::json::{elements, members, quote, scalar, string};

/// Every `type` the platform's client knows.
const TYPES: [&str; 13] = [
    "bad_request",
    "connection",
    "configuration",
    "dependency_error",
    "flow_run",
    "flow_instance_setup",
    "concurrency",
    "internal",
    "action_run",
    "action_instance_setup",
    "unit_run",
    "custom_code",
    "insufficient_credit",
];

/// An error as kept, in the shape that is read. Errors nest no deeper than items may.
pub fn shown(raw: &str) -> String {
    let mut object = Object::new();
    if !raw.starts_with('{') {
        let message = scalar(raw).map_or_else(|| raw.to_owned(), |text| text.into_owned());
        object.text("message", &message);
        return object.finish();
    }
    let mut unknown = None;
    let mut kept: Vec<(String, &str)> = Vec::new();
    for (name, value) in members(raw) {
        let Some(name) = string(name) else { continue };
        // Of equal names the last counts.
        kept.retain(|(known, _)| *known != name);
        kept.push((name.into_owned(), value));
    }
    for (name, value) in kept {
        match name.as_str() {
            "type" if !is_known(value) => unknown = Some(value),
            "causedByError" => {
                object.raw(&name, &shown(value));
            }
            _ => {
                object.raw(&name, value);
            }
        }
    }
    if let Some(name) = unknown.and_then(scalar) {
        object.text("key", &name);
    }
    object.text("message", "");
    object.finish()
}

/// A list of errors as kept.
pub fn all_shown(raw: &str) -> String {
    array(elements(raw).map(shown))
}

/// An error in short, as lists have it.
pub fn brief(error: &BriefError) -> String {
    let mut object = Object::new();
    let known = error.kind.as_deref().filter(|kind| TYPES.contains(kind));
    if let Some(kind) = known {
        object.text("type", kind);
    }
    let unknown = error.kind.as_deref().filter(|_| known.is_none());
    if let Some(key) = error.key.as_deref().or(unknown) {
        object.text("key", key);
    }
    object.text("message", &error.message);
    object.finish()
}

fn is_known(raw: &str) -> bool {
    TYPES.iter().any(|known| quote(known) == raw)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_type_becomes_the_key_at_every_depth() {
        for (kept, read) in [
            (
                r#"{"type":"internal","message":"m"}"#,
                r#"{"type":"internal","message":"m"}"#,
            ),
            (r#"{"type":"odd","message":"m"}"#, r#"{"message":"m","key":"odd"}"#),
            (
                r#"{"type":"odd","key":"k","message":"m"}"#,
                r#"{"key":"k","message":"m"}"#,
            ),
            (r#"{"type":7}"#, r#"{"key":"7","message":""}"#),
            (r#""text""#, r#"{"message":"text"}"#),
            (r#"[1]"#, r#"{"message":"[1]"}"#),
            (
                r#"{"message":"a","message":"b","causedByError":{"type":"x","message":"c"}}"#,
                r#"{"message":"b","causedByError":{"message":"c","key":"x"}}"#,
            ),
        ] {
            assert_eq!(shown(kept), read);
        }
        assert_eq!(
            all_shown(r#"["a",{"message":"b"}]"#),
            r#"[{"message":"a"},{"message":"b"}]"#
        );
    }
}
