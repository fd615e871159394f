//! What is linked with a record, in an order one can page through: what failed first.

use std::cmp::Reverse;

use serde::{Deserialize, Serialize};

use super::Linked;
use crate::model::filter::Direction;
use crate::model::id::{Id, RecordKey};
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::model::state::Trouble;
use crate::model::time::Micros;

/// Records one call of [`super::RecordLog::worst_of`] may ask for.
pub const WORST_OF_MAX: usize = 1000;

/// Which links of a record are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SiblingsRequest {
    pub key: RecordKey,
    pub relation: Relation,
    /// Which end of the link the records asked for are.
    pub other_is: End,
    /// Of the node runs of a flow run only those of this node.
    pub node: Option<Id>,
    /// Begin after this position, in the direction given.
    pub after: Option<Standing>,
    /// `NewestFirst`: in the order of [`Standing`]; `OldestFirst`: the same backwards.
    pub direction: Direction,
    /// 1 to 1000.
    pub limit: usize,
}

/// A page of what is linked with a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Siblings {
    pub items: Vec<Linked>,
    /// Where to go on; `None` at the end.
    pub next: Option<Standing>,
    /// The record has more links than one call puts in order: those beyond it are not in the list.
    pub is_cut: bool,
}

/// What comes first among records linked with one and the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Rank {
    /// Its own state is `failed` or `error`.
    Failed,
    Received,
    /// Not received, or outside the scope.
    Missing,
}

/// Where a linked record stands: failed ones first, then all others that were received, then those that were not; of
/// equal rank the newest place first, of equal places the greater key first. A record that fails while somebody pages
/// goes to the front: who is past it sees it there from the beginning only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Standing {
    pub rank: Rank,
    /// The smallest time of what was not received.
    pub place: Micros,
    pub key: RecordKey,
}

impl Standing {
    pub fn of(key: &RecordKey, record: Option<&Record>) -> Standing {
        let Some(record) = record else {
            return Standing {
                rank: Rank::Missing,
                place: Micros(i64::MIN),
                key: key.clone(),
            };
        };
        let has_failed = record.state().is_some_and(|state| state.trouble() == Trouble::Failed);
        Standing {
            rank: if has_failed { Rank::Failed } else { Rank::Received },
            place: record.known.place,
            key: key.clone(),
        }
    }
}

impl Ord for Standing {
    fn cmp(&self, other: &Standing) -> std::cmp::Ordering {
        let order = |one: &Standing| (one.rank, Reverse(one.place));
        order(self).cmp(&order(other)).then_with(|| other.key.cmp(&self.key))
    }
}

impl PartialOrd for Standing {
    fn partial_cmp(&self, other: &Standing) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
