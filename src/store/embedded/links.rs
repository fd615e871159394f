//! Links as rows of frames hold them.

use super::row::LinkRow;
use crate::model::link::{End, Link, Relation};

/// Codes of the ends, as stored.
pub(super) const CAUSE: u8 = 0;
pub(super) const EFFECT: u8 = 1;

pub(super) const fn end_code(end: End) -> u8 {
    match end {
        End::Cause => CAUSE,
        End::Effect => EFFECT,
    }
}

pub(super) const fn relation_of(code: u8) -> Option<Relation> {
    Some(match code {
        1 => Relation::Collected,
        2 => Relation::Launched,
        3 => Relation::Node,
        4 => Relation::RunRequest,
        5 => Relation::NodeRequest,
        6 => Relation::ActionRequest,
        7 => Relation::PullRequest,
        8 => Relation::Retry,
        9 => Relation::Repeat,
        _ => return None,
    })
}

fn row(link: &Link) -> LinkRow {
    (link.relation as u8, end_code(link.other_is), link.other.bytes())
}

/// What a version added to a record's links and took from them; both lists are sorted.
pub(super) fn changed(before: &[Link], after: &[Link]) -> (Vec<LinkRow>, Vec<LinkRow>) {
    let missing = |from: &[Link], among: &[Link]| {
        from.iter()
            .filter(|link| among.binary_search(link).is_err())
            .map(row)
            .collect()
    };
    (missing(after, before), missing(before, after))
}
