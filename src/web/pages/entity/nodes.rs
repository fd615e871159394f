//! The nodes of a flow or of an instance as it is set up.

use super::super::show::dot::{self, Dot};
use super::super::show::text;
use crate::model::entity::Entity;
use crate::model::json;

/// Nodes shown of one flow; the JSON has all of them.
const NODES_MAX: usize = 500;
const NAME_MAX_CHARS: usize = 100;

/// One node in one line.
pub struct Node {
    pub dot: Option<Dot>,
    pub name: String,
    pub key: String,
    pub kind: String,
    /// What becomes of the run when it fails: `stop` or `continue`.
    pub on_error: String,
    /// The nodes its outputs go to, each with `filtered` where the link has a filter.
    pub goes_to: String,
}

/// Every node of an entity's `nodes`.
pub fn of(entity: &Entity) -> Vec<Node> {
    let raw = entity.raw("nodes").filter(|raw| raw.starts_with('{')).unwrap_or("{}");
    json::members(raw).take(NODES_MAX).map(node).collect()
}

fn node((key, node): (&str, &str)) -> Node {
    let said = |name: &str| {
        let said = json::member(node, name).and_then(json::scalar).unwrap_or_default();
        text::clip(&said, NAME_MAX_CHARS).into_owned()
    };
    let key = json::string(key).unwrap_or_default();
    let key = text::clip(&key, NAME_MAX_CHARS).into_owned();
    let name = Some(said("name")).filter(|name| !name.is_empty());
    let links = json::elements(json::member(node, "links").unwrap_or("[]"));
    let goes_to: Vec<String> = links.take(NODES_MAX).filter_map(link).collect();
    let state = said("state");
    Node {
        dot: match &*state {
            "" => None,
            "READY" => Some(Dot::new(dot::FINE, "Ready")),
            "CONFIGURATION_ERROR" | "SETUP_FAILED" | "ERROR" => Some(Dot::new(dot::RED, text::sentence_case(&state))),
            _ => Some(Dot::new(dot::UNKNOWN, text::sentence_case(&state))),
        },
        name: name.unwrap_or_else(|| key.clone()),
        key,
        kind: said("type"),
        on_error: said("onError"),
        goes_to: goes_to.join(", "),
    }
}

fn link(link: &str) -> Option<String> {
    let key = json::member(link, "key").and_then(json::string)?;
    let is_filtered = json::member(link, "filter").is_some_and(|filter| filter != "null");
    let filtered = if is_filtered { " (filtered)" } else { "" };
    Some(format!("{}{filtered}", text::clip(&key, NAME_MAX_CHARS)))
}
