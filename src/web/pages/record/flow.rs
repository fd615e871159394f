//! How data went through the node runs of a flow run: from where, to where.

use super::super::show::json::{Tree, tree};
use super::super::show::marked::Marks;
use super::received::Received;
use crate::model::id::{Id, RecordKey};
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::record::Record;

/// Outputs shown of one node run, and runs shown of one output.
const OUTPUTS_SHOWN_MAX: usize = 50;
const RUNS_SHOWN_MAX: usize = 200;

/// Another node run of the same flow run.
pub struct Run {
    pub node: String,
    pub run: String,
    pub href: Option<String>,
}

/// One output and the node runs it went to.
pub struct Output {
    pub id: String,
    pub data: Option<Tree>,
    pub to: Vec<Run>,
}

/// How many outputs a node run gave.
pub fn outputs_count(record: &Record) -> usize {
    let raw = record.content.raw(Kind::NodeRun, "outputs");
    raw.map_or(0, |raw| json::elements(&raw).count())
}

/// The outputs of a node run, and how many more there are.
pub fn outputs(record: &Record, received: &Received, marks: &Marks<'_>) -> (Vec<Output>, usize) {
    let Some(raw) = record.content.raw(Kind::NodeRun, "outputs") else {
        return (Vec::new(), 0);
    };
    let output = |(at, output): (usize, &str)| Output {
        id: json::member(output, "id")
            .and_then(json::scalar)
            .unwrap_or_default()
            .into_owned(),
        data: json::member(output, "data").map(|data| tree(data, &format!("/outputs/{at}/data"), marks)),
        to: shown(
            runs(record, json::member(output, "downstreamRuns").unwrap_or("[]")),
            received,
        ),
    };
    let shown = json::elements(&raw)
        .enumerate()
        .take(OUTPUTS_SHOWN_MAX)
        .map(output)
        .collect();
    (shown, outputs_count(record).saturating_sub(OUTPUTS_SHOWN_MAX))
}

/// The node runs a node run got its input from.
pub fn upstream(record: &Record, received: &Received) -> Vec<Run> {
    match record.content.raw(record.key.kind(), "upstreamRuns") {
        Some(raw) if record.key.kind() == Kind::NodeRun => shown(runs(record, &raw), received),
        _ => Vec::new(),
    }
}

/// The node runs before and after a node run.
pub fn named(record: &Record) -> Vec<RecordKey> {
    if record.key.kind() != Kind::NodeRun {
        return Vec::new();
    }
    let upstream = record.content.raw(Kind::NodeRun, "upstreamRuns").unwrap_or_default();
    let outputs = record.content.raw(Kind::NodeRun, "outputs").unwrap_or_default();
    let downstream = json::elements(&outputs).take(OUTPUTS_SHOWN_MAX).flat_map(|output| {
        let to = json::member(output, "downstreamRuns").unwrap_or("[]");
        runs(record, to)
    });
    let all = runs(record, &upstream).into_iter().chain(downstream);
    all.filter_map(|named| named.key).collect()
}

/// A node run as another one names it.
struct NamedRun {
    node: String,
    run: String,
    /// None: what it says is no id.
    key: Option<RecordKey>,
}

fn shown(runs: Vec<NamedRun>, received: &Received) -> Vec<Run> {
    let run = |named: NamedRun| Run {
        href: named.key.and_then(|key| received.href(&key)),
        node: named.node,
        run: named.run,
    };
    runs.into_iter().map(run).collect()
}

fn runs(record: &Record, raw: &str) -> Vec<NamedRun> {
    let Some((flow_run, _)) = record.key.node() else {
        return Vec::new();
    };
    let one = |run: &str| {
        let said = |name: &str| json::member(run, name).and_then(json::scalar);
        let (node, id) = (said("nodeKey")?, said("runId")?);
        let key = match (Id::parse(&node), Id::parse(&id)) {
            (Ok(node), Ok(id)) => Some(RecordKey::node_run(flow_run.clone(), node, id)),
            _ => None,
        };
        Some(NamedRun {
            key,
            node: node.into_owned(),
            run: id.into_owned(),
        })
    };
    json::elements(raw).take(RUNS_SHOWN_MAX).filter_map(one).collect()
}
