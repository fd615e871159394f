//! Links between log records: which record names which, and what that means for cause and effect.

use serde::{Deserialize, Serialize};

use super::id::RecordKey;
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

/// Which end of a link a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum End {
    Cause,
    Effect,
}

impl End {
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

/// Every link a record itself names.
pub fn named_by(_record: &Record) -> Vec<Link> {
    todo!()
}
