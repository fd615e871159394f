//! Links in both directions, also to records that were never received.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{Head, Inside, Key, TREE_ENTRY};
use crate::model::link::{End, Relation};
use crate::store::embedded::links::{CAUSE, EFFECT, end_code};

/// Named by the record the entry is filed under.
const BY_NEAR: u8 = 1;
/// Named by the other one.
const BY_FAR: u8 = 2;

/// (the record, relation, which end the other is, the other) → by whom it is named.
#[derive(Debug, Default)]
pub(super) struct Links {
    entries: BTreeMap<(Key, u8, u8, Key), u8>,
    bytes: u64,
}

impl Links {
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn add(&mut self, namer: &Key, relation: u8, other_is: u8, other: &Key) {
        for (near, end, far, by) in both(namer, other_is, other) {
            let entry = (Arc::clone(near), relation, end, Arc::clone(far));
            let slot = self.entries.entry(entry).or_insert_with(|| {
                // Two shared pointers, three bytes; a key of a side not seen is its own.
                self.bytes = self.bytes.saturating_add(40 + TREE_ENTRY);
                0
            });
            *slot |= by;
        }
        if Arc::strong_count(other) <= 3 {
            self.bytes = self.bytes.saturating_add((other.len() as u64).saturating_add(32));
        }
    }

    pub(super) fn remove(&mut self, namer: &Key, relation: u8, other_is: u8, other: &Key) {
        for (near, end, far, by) in both(namer, other_is, other) {
            let entry = (Arc::clone(near), relation, end, Arc::clone(far));
            if let Some(slot) = self.entries.get_mut(&entry) {
                *slot &= !by;
                if *slot == 0 {
                    self.entries.remove(&entry);
                    self.bytes = self.bytes.saturating_sub(40 + TREE_ENTRY);
                }
            }
        }
    }
}

fn both<'a>(namer: &'a Key, other_is: u8, other: &'a Key) -> [(&'a Key, u8, &'a Key, u8); 2] {
    [(namer, other_is, other, BY_NEAR), (other, code_of_other(other_is), namer, BY_FAR)]
}

const fn code_of_other(end: u8) -> u8 {
    if end == CAUSE { EFFECT } else { CAUSE }
}

/// One linked record as the index knows it.
pub(in crate::store::embedded) struct Near {
    pub relation: u8,
    pub other_is: End,
    pub key: Key,
}

impl Head {
    /// Links of a record by (relation, end, other key), after a key when one relation is asked for. A link is there
    /// for a scope that holds a record that names it.
    pub(in crate::store::embedded) fn linked(
        &self,
        inside: &Inside,
        key: &[u8],
        relation: Option<(Relation, End)>,
        after: Option<&[u8]>,
        limit: usize,
    ) -> Vec<Near> {
        let near: Key = Key::from(key);
        let code = relation.map(|(relation, end)| (relation as u8, end_code(end)));
        let (low, high) = match code {
            Some((relation, end)) => ((relation, end), (relation, end)),
            None => ((0, 0), (u8::MAX, u8::MAX)),
        };
        let begin: Key = Key::from(after.filter(|_| relation.is_some()).unwrap_or(&[]));
        // No key begins with this byte: it is no kind.
        let last = Key::from(&[u8::MAX][..]);
        let range = (Arc::clone(&near), low.0, low.1, Arc::clone(&begin))..=(Arc::clone(&near), high.0, high.1, last);
        let asked_is_inside = self.row(key).is_some_and(|row| inside.holds(self, row));
        self.links
            .entries
            .range(range)
            .filter(|((_, _, _, far), _)| begin.is_empty() || *far != begin)
            .filter(|((_, _, _, far), by)| {
                *by & BY_NEAR != 0 && asked_is_inside
                    || *by & BY_FAR != 0 && self.row(far).is_some_and(|row| inside.holds(self, row))
            })
            .take(limit)
            .map(|((_, relation, end, far), _)| Near {
                relation: *relation,
                other_is: if *end == CAUSE { End::Cause } else { End::Effect },
                key: Arc::clone(far),
            })
            .collect()
    }
}
