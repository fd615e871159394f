//! Addresses of pages.

use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::web::uri::encode;

/// The page of a record; an entity change has none.
pub fn record(key: &RecordKey) -> Option<String> {
    match key.node() {
        Some((run, node)) => Some(format!("{}/runs/{}", node_page(run, node), encode(key.id().as_str()))),
        None => Some(format!("/{}/{}", key.kind().page_path()?, encode(key.id().as_str()))),
    }
}

/// The page of one node of a flow run.
pub fn node_page(run: &Id, node: &Id) -> String {
    format!("/flow-runs/{}/nodes/{}", encode(run.as_str()), encode(node.as_str()))
}

/// The list of a kind with some filters.
pub fn list(kind: Kind, pairs: &[(&str, &str)]) -> String {
    with_query(&format!("/{}", kind.page_path().unwrap_or_default()), pairs)
}

/// Path of the list of a kind of entity, without the slash it begins with.
pub const fn entities(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Customer => "customers",
        EntityKind::Integration => "integrations",
        EntityKind::Connection => "connections",
        EntityKind::Flow => "flows",
        EntityKind::FlowInstance => "flow-instances",
        EntityKind::ExternalEventSubscription => "subscriptions/external",
        EntityKind::InternalEventSubscription => "subscriptions/internal",
        EntityKind::InternalEventType => "event-types",
    }
}

/// The page of an entity.
pub fn entity(kind: EntityKind, id: &Id) -> String {
    format!("/{}/{}", entities(kind), encode(id.as_str()))
}

/// A path with a query of the pairs that have a value.
pub fn with_query<'a>(path: &str, pairs: impl IntoIterator<Item = &'a (&'a str, &'a str)>) -> String {
    let mut out = path.to_owned();
    let mut sign = '?';
    for (name, value) in pairs.into_iter().filter(|(_, value)| !value.is_empty()) {
        out.push(sign);
        out.push_str(name);
        out.push('=');
        out.push_str(&encode(value));
        sign = '&';
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_any_character_make_one_segment() {
        let id = |text| Id::parse(text).unwrap();
        let key = RecordKey::new(Kind::ApiRequest, id("a/b?c#d%2F é+\"<"));
        assert_eq!(
            record(&key).unwrap(),
            "/api-requests/a%2Fb%3Fc%23d%252F%20%C3%A9%2B%22%3C"
        );
        let key = RecordKey::node_run(id("r/1"), id("n 1"), id("x"));
        assert_eq!(record(&key).unwrap(), "/flow-runs/r%2F1/nodes/n%201/runs/x");
    }

    #[test]
    fn every_kind_of_entity_has_pages_of_its_own() {
        let id = Id::parse("a/b").unwrap();
        let all: std::collections::BTreeSet<String> = EntityKind::ALL.map(|kind| entity(kind, &id)).into();
        assert_eq!(all.len(), EntityKind::ALL.len());
        assert!(all.contains("/subscriptions/external/a%2Fb"));
    }

    #[test]
    fn queries_leave_out_what_is_empty() {
        assert_eq!(
            list(Kind::FlowRun, &[("state", "failed"), ("customer", ""), ("from", "a b")]),
            "/flow-runs?state=failed&from=a%20b"
        );
    }
}
