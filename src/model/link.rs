//! Links between log records: which record names which, and what that means for cause and effect.

use serde::{Deserialize, Serialize};

use super::id::{Id, RecordKey};
use super::kind::Kind;
use super::record::Record;

/// What a link means, from cause to effect. The discriminant is stored on disk: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Relation {
    /// webhook or pull → external event: `collectedEventIds`.
    Collected = 1,
    /// external or internal event → flow run: `launchedFlowRunIds`, `launchedBy.ids`.
    Launched = 2,
    /// flow run → node run.
    Node = 3,
    /// flow run → API request: `flowRunId`.
    RunRequest = 4,
    /// node run → API request: `flowRunId`, `nodeKey` and `nodeRunId`.
    NodeRequest = 5,
    /// action run → API request: `actionRunId`.
    ActionRequest = 6,
    /// pull → API request: `pullId`.
    PullRequest = 7,
    /// API request → its retry: `retryOf`.
    Retry = 8,
    /// flow run → its repetition: `repeatOf`.
    Repeat = 9,
}

impl Relation {
    pub const ALL: [Relation; 9] = [
        Relation::Collected,
        Relation::Launched,
        Relation::Node,
        Relation::RunRequest,
        Relation::NodeRequest,
        Relation::ActionRequest,
        Relation::PullRequest,
        Relation::Retry,
        Relation::Repeat,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Relation::Collected => "collected",
            Relation::Launched => "launched",
            Relation::Node => "node",
            Relation::RunRequest => "run_request",
            Relation::NodeRequest => "node_request",
            Relation::ActionRequest => "action_request",
            Relation::PullRequest => "pull_request",
            Relation::Retry => "retry",
            Relation::Repeat => "repeat",
        }
    }

    pub fn from_name(name: &str) -> Option<Relation> {
        Relation::ALL.into_iter().find(|relation| relation.name() == name)
    }
}

/// Which end of a link a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum End {
    Cause,
    Effect,
}

impl End {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            End::Cause => "cause",
            End::Effect => "effect",
        }
    }

    pub fn from_name(name: &str) -> Option<End> {
        [End::Cause, End::Effect].into_iter().find(|end| end.name() == name)
    }

    pub const fn other(self) -> End {
        match self {
            End::Cause => End::Effect,
            End::Effect => End::Cause,
        }
    }
}

/// A link as one record sees it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Link {
    pub relation: Relation,
    /// Which end the other record is.
    pub other_is: End,
    pub other: RecordKey,
}

/// Every link a record itself names. Works on the summary half; a text that is no id names nothing.
pub fn named_by(record: &Record) -> Vec<Link> {
    let content = &record.content;
    let id = |name: &str| content.text(name).and_then(|text| Id::parse(&text).ok());
    let mut links = Vec::new();
    let mut add = |relation, other_is, other| {
        links.push(Link {
            relation,
            other_is,
            other,
        })
    };
    let all = |names: Vec<std::borrow::Cow<'_, str>>, kind: Kind| -> Vec<RecordKey> {
        let ids = names.into_iter().filter_map(|text| Id::parse(&text).ok());
        ids.map(|id| RecordKey::new(kind, id)).collect()
    };
    match record.key.kind() {
        Kind::ExternalWebhook | Kind::ExternalEventPull => {
            for event in all(content.ids("collectedEventIds"), Kind::ExternalEvent) {
                add(Relation::Collected, End::Effect, event);
            }
        }
        Kind::ExternalEvent | Kind::InternalEvent => {
            for run in all(content.ids("launchedFlowRunIds"), Kind::FlowRun) {
                add(Relation::Launched, End::Effect, run);
            }
        }
        Kind::FlowRun => {
            let launcher = match content.launched_by_type().as_deref() {
                Some("app-event-trigger") => Some(Kind::InternalEvent),
                Some("external-event" | "data-source-trigger") => Some(Kind::ExternalEvent),
                _ => None,
            };
            for event in launcher
                .map(|kind| all(content.launched_by_ids(), kind))
                .unwrap_or_default()
            {
                add(Relation::Launched, End::Cause, event);
            }
            if let Some(first) = id("repeatOf") {
                add(Relation::Repeat, End::Cause, RecordKey::new(Kind::FlowRun, first));
            }
        }
        Kind::NodeRun => {
            if let Some((run, _)) = record.key.node() {
                add(Relation::Node, End::Cause, RecordKey::new(Kind::FlowRun, run.clone()));
            }
        }
        Kind::ApiRequest => {
            if let Some(run) = id("flowRunId") {
                if let (Some(node), Some(node_run)) = (id("nodeKey"), id("nodeRunId")) {
                    add(
                        Relation::NodeRequest,
                        End::Cause,
                        RecordKey::node_run(run.clone(), node, node_run),
                    );
                }
                add(Relation::RunRequest, End::Cause, RecordKey::new(Kind::FlowRun, run));
            }
            for (name, relation, kind) in [
                ("actionRunId", Relation::ActionRequest, Kind::ActionRun),
                ("pullId", Relation::PullRequest, Kind::ExternalEventPull),
                ("retryOf", Relation::Retry, Kind::ApiRequest),
            ] {
                if let Some(cause) = id(name) {
                    add(relation, End::Cause, RecordKey::new(kind, cause));
                }
            }
        }
        Kind::ActionRun | Kind::EntityChange => {}
    }
    links
}
