//! Payloads inside lists: two lists must carry them, and they must not grow without end.

use super::object::{Object, array};
use crate::model::json::{elements, members, quote, string};

/// Longest payload inside a list, bytes of its JSON text; what is longer is cut and marked.
pub const PAYLOAD_MAX_BYTES: usize = 32 * 1024;

/// A payload that is not too long, and how many bytes of it were left out.
#[derive(Debug, PartialEq, Eq)]
pub struct Payload {
    pub text: String,
    pub cut: usize,
}

/// A payload of any shape. One that is too long becomes a string: the beginning of its text, with the mark
/// `…[cut N bytes]`.
pub fn any(raw: &str) -> Payload {
    cut_to(raw, PAYLOAD_MAX_BYTES)
}

/// A payload that must stay an array: whole elements from the front, then the `data` of the first that does not fit.
pub fn list(raw: &str) -> Payload {
    if raw.len() <= PAYLOAD_MAX_BYTES {
        return whole(raw);
    }
    let mut kept: Vec<String> = Vec::new();
    let mut left = PAYLOAD_MAX_BYTES;
    for element in elements(raw) {
        if element.len() > left {
            kept.extend(without_data(element, left));
            break;
        }
        left -= element.len();
        kept.push(element.to_owned());
    }
    let text = array(&kept);
    let cut = raw.len().saturating_sub(text.len());
    Payload { text, cut }
}

fn whole(raw: &str) -> Payload {
    Payload {
        text: raw.to_owned(),
        cut: 0,
    }
}

fn cut_to(raw: &str, limit: usize) -> Payload {
    if raw.len() <= limit {
        return whole(raw);
    }
    let decoded = string(raw);
    let text = decoded.as_deref().unwrap_or(raw);
    let end = (0..=limit.min(text.len())).rev().find(|at| text.is_char_boundary(*at));
    let begin = end.and_then(|end| text.get(..end)).unwrap_or_default();
    let cut = text.len() - begin.len();
    Payload {
        text: quote(&format!("{begin}…[cut {cut} bytes]")),
        cut,
    }
}

/// An output with its `data` cut so that it fits; `None` when the rest of it alone does not.
fn without_data(element: &str, limit: usize) -> Option<String> {
    if !element.starts_with('{') {
        return None;
    }
    let rest: usize = members(element)
        .filter(|(name, _)| *name != "\"data\"")
        .map(|(name, value)| name.len() + value.len() + 2)
        .sum();
    let left = limit.checked_sub(rest)?;
    let mut object = Object::new();
    for (name, value) in members(element) {
        let name = string(name)?;
        if name == "data" {
            object.raw(&name, &cut_to(value, left).text);
        } else {
            object.raw(&name, value);
        }
    }
    Some(object.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_short_payload_is_left_alone() {
        let raw = r#"{"a":[1,2]}"#;
        assert_eq!(any(raw), whole(raw));
        assert_eq!(list("[1]"), whole("[1]"));
    }

    #[test]
    fn a_long_payload_becomes_the_beginning_of_its_text() {
        let text = "é\"".repeat(PAYLOAD_MAX_BYTES);
        for raw in [quote(&text), format!("{{\"a\":{}}}", quote(&text))] {
            let cut = any(&raw);
            let shown: String = serde_json::from_str(&cut.text).unwrap();
            assert!(shown.ends_with(&format!("…[cut {} bytes]", cut.cut)));
            assert!(shown.len() < PAYLOAD_MAX_BYTES + 40 && cut.cut > 0);
        }
    }

    #[test]
    fn a_long_list_keeps_whole_elements_and_stays_json() {
        let element = |size: usize| {
            format!(
                "{{\"id\":\"o\",\"data\":{},\"downstreamRuns\":[]}}",
                quote(&"x".repeat(size))
            )
        };
        let raw = array([element(10_000), element(10_000), element(1_000_000), element(5)]);
        let cut = list(&raw);
        let outputs: Vec<serde_json::Value> = serde_json::from_str(&cut.text).unwrap();
        assert_eq!(outputs.len(), 3);
        assert!(outputs[2]["data"].as_str().unwrap().contains("…[cut "));
        assert_eq!(outputs[2]["downstreamRuns"], serde_json::json!([]));
        assert!(cut.text.len() < PAYLOAD_MAX_BYTES + 100 && cut.cut > 900_000);
        assert_eq!(list(&format!("[{}]", quote(&"x".repeat(100_000)))).text, "[]");
    }
}
