//! What a flow run says of its nodes: the schemas of the platform's client demand a state of every one.

use super::object::Object;
use crate::model::json::{member, members, string};

/// The nodes of a run as kept. Where nobody told a node's state, it stands as failed when runs of it failed, else as
/// running, and `stateTold` beside it says that it is unknown.
pub fn of_nodes(raw: &str) -> String {
    let mut all = Object::new();
    for (key, counts) in members(raw) {
        if let Some(key) = string(key) {
            all.raw(&key, &of_node(counts));
        }
    }
    all.finish()
}

fn of_node(counts: &str) -> String {
    let mut object = Object::new();
    object.without("stateTold");
    for (name, value) in members(counts) {
        if let Some(name) = string(name) {
            object.raw(&name, value);
        }
    }
    if !object.has("state") {
        let has_failed = member(counts, "erroredRuns").is_some_and(|count| count != "0");
        object.text("state", if has_failed { "failed" } else { "running" });
        object.kept_free("stateTold", "\"unknown\"");
    }
    object.finish()
}

#[cfg(test)]
mod tests {
    use super::of_nodes;

    #[test]
    fn every_node_has_a_state() {
        let kept = r#"{"a":{"state":"completed","runs":1},"b":{"runs":2,"erroredRuns":1},"c":{"stateTold":"x"}}"#;
        let shown = r#"{"a":{"state":"completed","runs":1},"b":{"runs":2,"erroredRuns":1,"state":"failed","stateTold":"unknown"},"c":{"state":"running","stateTold":"unknown"}}"#;
        assert_eq!(of_nodes(kept), shown);
    }
}
