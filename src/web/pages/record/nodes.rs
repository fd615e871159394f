//! The nodes of a flow run as a table: how the flow was set up, what of it ran, and what went wrong where.

use super::super::show::dot::{self, Dot};
use super::super::show::{href, quantity, text};
use super::super::visit::Visit;
use crate::model::filter::{Direction, Filter, IdField};
use crate::model::id::Id;
use crate::model::json;
use crate::model::kind::{EntityKind, Kind};
use crate::model::record::Record;
use crate::model::state::State;
use crate::store::{ListRequest, StoreError};

/// Nodes shown of one run.
pub const NODES_MAX: usize = 500;
/// Node runs counted when the sender gives no counts.
const COUNTED_MAX: usize = 1000;

pub struct Node {
    pub name: String,
    pub key: String,
    pub href: String,
    pub dot: Dot,
    pub kind: String,
    pub runs: String,
    pub errored: Option<String>,
    pub outputs: String,
    pub goes_to: String,
}

pub struct Nodes {
    pub nodes: Vec<Node>,
    /// Where the counts or the set-up come from, when that matters.
    pub notes: Vec<String>,
}

/// What is counted of one node.
#[derive(Debug, Clone, Default)]
struct Counts {
    state: Option<State>,
    runs: u64,
    errored: u64,
    outputs: u64,
}

/// One node as the flow instance has it.
struct SetUp {
    key: Id,
    name: Option<String>,
    kind: String,
    goes_to: Vec<String>,
}

/// The nodes of a run. `run` is whole or a summary.
///
/// # Errors
/// The store does not answer.
pub async fn nodes(visit: &Visit, run: &Record) -> Result<Nodes, StoreError> {
    let mut notes = Vec::new();
    let counts = match run.content.raw(Kind::FlowRun, "nodes") {
        Some(raw) => sent(&raw),
        None => counted(visit, run, &mut notes).await?,
    };
    let set_up = set_up(visit, run).await?;
    if set_up.is_empty() && !counts.is_empty() {
        notes.push("How the flow is set up was not received, so nodes that were not reached are not shown.".to_owned());
    }
    let mut nodes: Vec<Node> = Vec::new();
    for node in &set_up {
        let found = counts.iter().find(|(key, _)| *key == node.key);
        nodes.push(shown(run, node, found.map(|(_, counts)| counts), &set_up));
    }
    for (key, found) in &counts {
        if !set_up.iter().any(|node| node.key == *key) {
            let bare = SetUp {
                key: key.clone(),
                name: None,
                kind: String::new(),
                goes_to: Vec::new(),
            };
            nodes.push(shown(run, &bare, Some(found), &set_up));
        }
    }
    if nodes.len() > NODES_MAX {
        notes.push(format!("The first {NODES_MAX} of {} nodes are shown.", nodes.len()));
        nodes.truncate(NODES_MAX);
    }
    Ok(Nodes { nodes, notes })
}

fn shown(run: &Record, node: &SetUp, counts: Option<&Counts>, set_up: &[SetUp]) -> Node {
    let name_of = |key: &String| {
        let named = set_up.iter().find(|node| node.key.as_str() == key);
        named.and_then(|node| node.name.clone()).unwrap_or_else(|| key.clone())
    };
    let count = |number: u64| quantity::count(&number.to_string());
    let none = Counts::default();
    let found = counts.unwrap_or(&none);
    let goes_to: Vec<String> = node.goes_to.iter().map(name_of).collect();
    Node {
        name: node.name.clone().unwrap_or_else(|| node.key.to_string()),
        key: node.key.to_string(),
        href: href::node_page(run.key.id(), &node.key),
        dot: counts.map_or_else(|| Dot::new(dot::DASH, "Not reached"), node_dot),
        kind: node.kind.clone(),
        runs: count(found.runs),
        errored: (found.errored > 0).then(|| count(found.errored)),
        outputs: count(found.outputs),
        goes_to: text::line(&goes_to.join(", ")).into_owned(),
    }
}

fn node_dot(counts: &Counts) -> Dot {
    match counts.state {
        Some(State::Completed) if counts.errored > 0 => Dot::new(dot::AMBER, "With errors"),
        Some(state) => dot::of_state(Kind::FlowRun, state),
        None if counts.errored > 0 => Dot::new(dot::AMBER, "With errors"),
        None => Dot::new(dot::UNKNOWN, "Unknown"),
    }
}

fn sent(raw: &str) -> Vec<(Id, Counts)> {
    let number = |node: &str, name: &str| json::member(node, name)?.parse().ok();
    let node = |(key, node): (&str, &str)| {
        let state = json::member(node, "state").and_then(json::string);
        let counts = Counts {
            state: state.and_then(|word| State::of_word(Kind::FlowRun, &word)),
            runs: number(node, "runs").unwrap_or(0),
            errored: number(node, "erroredRuns").unwrap_or(0),
            outputs: number(node, "outputs").unwrap_or(0),
        };
        Some((Id::parse(&json::string(key)?).ok()?, counts))
    };
    json::members(raw).filter_map(node).collect()
}

/// The counts a sender left out, from its node runs.
async fn counted(visit: &Visit, run: &Record, notes: &mut Vec<String>) -> Result<Vec<(Id, Counts)>, StoreError> {
    let request = ListRequest {
        filter: Filter::of(Kind::NodeRun).with(IdField::FlowRun, run.key.id().clone()),
        after: None,
        direction: Direction::OldestFirst,
        limit: COUNTED_MAX,
    };
    let page = visit.store().list(&visit.call, &request).await?;
    if page.next.is_some() {
        notes.push(format!(
            "Counted from the first {} node runs.",
            quantity::count(&COUNTED_MAX.to_string())
        ));
    }
    let mut all: Vec<(Id, Counts)> = Vec::new();
    for record in &page.items {
        let Some((_, node)) = record.key.node() else { continue };
        let at = match all.iter().position(|(key, _)| key == node) {
            Some(at) => at,
            None => {
                all.push((node.clone(), Counts::default()));
                all.len() - 1
            }
        };
        let Some((_, counts)) = all.get_mut(at) else { continue };
        counts.runs = counts.runs.saturating_add(1);
        let state = record.state();
        let is_bad = state == Some(State::Failed);
        counts.errored = counts.errored.saturating_add(u64::from(is_bad));
        counts.state = worse(counts.state, state);
    }
    Ok(all)
}

/// A node is failed when a run of it is, else running when one is.
fn worse(a: Option<State>, b: Option<State>) -> Option<State> {
    let weight = |state: &Option<State>| match state {
        Some(State::Failed) => 4,
        Some(State::Running) => 3,
        Some(State::Completed) => 2,
        Some(_) => 1,
        None => 0,
    };
    if weight(&b) > weight(&a) { b } else { a }
}

/// The nodes as they were set up when the run began.
async fn set_up(visit: &Visit, run: &Record) -> Result<Vec<SetUp>, StoreError> {
    let store = visit.store();
    for (field, kind) in [
        (IdField::FlowInstance, EntityKind::FlowInstance),
        (IdField::Flow, EntityKind::Flow),
    ] {
        let Some(id) = run.id_of(field) else { continue };
        let then = store.entity_at(&visit.call, kind, &id, run.known.place).await?;
        let entity = match then {
            Some(entity) => Some(entity),
            None => store.entity(&visit.call, kind, id.as_str()).await?,
        };
        let nodes = entity.as_ref().and_then(|entity| entity.raw("nodes"));
        if let Some(nodes) = nodes.filter(|nodes| nodes.starts_with('{')) {
            return Ok(json::members(nodes).filter_map(read_node).collect());
        }
    }
    Ok(Vec::new())
}

fn read_node((key, node): (&str, &str)) -> Option<SetUp> {
    let said = |name: &str| json::member(node, name).and_then(json::string);
    let links = json::member(node, "links").unwrap_or("[]");
    let goes_to = json::elements(links).filter_map(|link| Some(json::string(json::member(link, "key")?)?.into_owned()));
    Some(SetUp {
        key: Id::parse(&json::string(key)?).ok()?,
        name: said("name").map(|name| text::clip(&name, 100).into_owned()),
        kind: said("type")
            .map(|kind| text::clip(&kind, 60).into_owned())
            .unwrap_or_default(),
        goes_to: goes_to.collect(),
    })
}
