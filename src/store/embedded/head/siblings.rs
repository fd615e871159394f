//! What is linked with a record, failed ones first.

use std::cmp::Reverse;
use std::sync::Arc;

use super::{Head, HeadRow, Inside, Key};
use crate::model::filter::Direction;
use crate::model::state::Trouble;
use crate::model::time::Micros;
use crate::store::embedded::keys;
use crate::store::embedded::row::state_of;
use crate::store::linked::{Rank, SiblingsRequest, Standing};

/// Links of one record that are put in order, at most; what came after them is not listed.
const LINKS_ORDERED_MAX: usize = 500_000;

/// A linked record as the index knows it; ordered as [`Standing`] is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::store::embedded) struct Sibling {
    pub rank: Rank,
    place: Reverse<Micros>,
    pub key: Reverse<Key>,
}

impl Sibling {
    fn new(key: &Key, row: Option<&HeadRow>) -> Sibling {
        let rank = match row.map(has_failed) {
            Some(true) => Rank::Failed,
            Some(false) => Rank::Received,
            None => Rank::Missing,
        };
        Sibling {
            rank,
            place: Reverse(row.map_or(Micros(i64::MIN), |row| row.place)),
            key: Reverse(Arc::clone(key)),
        }
    }

    fn at(standing: &Standing) -> Sibling {
        Sibling {
            rank: standing.rank,
            place: Reverse(standing.place),
            key: Reverse(Key::from(standing.key.bytes())),
        }
    }

    pub(in crate::store::embedded) fn standing(&self) -> Option<Standing> {
        Some(Standing {
            rank: self.rank,
            place: self.place.0,
            key: keys::record_of(&self.key.0)?,
        })
    }
}

/// Of a record's own state.
pub(super) fn has_failed(row: &HeadRow) -> bool {
    state_of(row.state).is_some_and(|state| state.trouble() == Trouble::Failed)
}

impl Head {
    /// At most one more than the limit, in the direction asked for, and whether there were more links than are put in
    /// order.
    pub(in crate::store::embedded) fn siblings(
        &self,
        inside: &Inside,
        request: &SiblingsRequest,
    ) -> (Vec<Sibling>, bool) {
        let key = request.key.bytes();
        let node = request.node.as_ref().map(|node| {
            let run = request.key.id().as_str();
            [
                &[crate::model::kind::Kind::NodeRun.code()],
                run.as_bytes(),
                &[0],
                node.as_str().as_bytes(),
                &[0],
            ]
            .concat()
        });
        let after = request.after.as_ref().map(Sibling::at);
        let is_after = |sibling: &Sibling| match (&after, request.direction) {
            (None, _) => true,
            (Some(after), Direction::NewestFirst) => sibling > after,
            (Some(after), Direction::OldestFirst) => sibling < after,
        };
        let mut near = self.near(inside, &key, request.relation, request.other_is);
        let mut found: Vec<Sibling> = near
            .by_ref()
            .take(LINKS_ORDERED_MAX)
            .filter(|(far, _)| node.as_ref().is_none_or(|node| far.starts_with(node)))
            .map(|(far, row)| Sibling::new(far, row))
            .filter(is_after)
            .collect();
        let is_cut = near.next().is_some();
        match request.direction {
            Direction::NewestFirst => found.sort_unstable(),
            Direction::OldestFirst => found.sort_unstable_by(|a, b| b.cmp(a)),
        }
        found.dedup();
        found.truncate(request.limit.max(1).saturating_add(1));
        (found, is_cut)
    }
}
