//! Links in both directions, also to records that were never received.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Head, HeadRow, Inside, Key};
use crate::model::link::{End, Relation};
use crate::store::embedded::links::{CAUSE, EFFECT, end_code};

/// Named by the record the entry is filed under.
const BY_NEAR: u8 = 1;
/// Named by the other one.
const BY_FAR: u8 = 2;

/// Under each record what is linked with it, by its own word or the other's: one entry a word, in no order.
#[derive(Debug, Default)]
pub(super) struct Links {
    entries: HashMap<Key, Vec<Entry>>,
    bytes: u64,
}

#[derive(Debug)]
struct Entry {
    relation: u8,
    /// Which end the other one is.
    end: u8,
    by: u8,
    far: Key,
}

/// Bytes of an entry and of a record that has some: list, key, and the free places of both tables.
const ENTRY_BYTES: u64 = 2 * size_of::<Entry>() as u64;
const NEAR_BYTES: u64 = 2 * (size_of::<Key>() + size_of::<Vec<Entry>>()) as u64;

impl Links {
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn add(&mut self, namer: &Key, relation: u8, other_is: u8, other: &Key) {
        // Only links hold a key of a side that was not seen.
        if Arc::strong_count(other) == 1 {
            self.bytes = self.bytes.saturating_add((other.len() as u64).saturating_add(16));
        }
        for (near, end, far, by) in both(namer, other_is, other) {
            let list = match self.entries.get_mut(near) {
                Some(list) => list,
                None => {
                    self.bytes = self.bytes.saturating_add(NEAR_BYTES);
                    self.entries.entry(Arc::clone(near)).or_default()
                }
            };
            list.push(Entry {
                relation,
                end,
                by,
                far: Arc::clone(far),
            });
            self.bytes = self.bytes.saturating_add(ENTRY_BYTES);
        }
    }

    pub(super) fn remove(&mut self, namer: &Key, relation: u8, other_is: u8, other: &Key) {
        for (near, end, far, by) in both(namer, other_is, other) {
            let Some(list) = self.entries.get_mut(near) else {
                continue;
            };
            let is_it = |entry: &Entry| (entry.relation, entry.end, entry.by, &entry.far) == (relation, end, by, far);
            if let Some(at) = list.iter().position(is_it) {
                list.swap_remove(at);
                self.bytes = self.bytes.saturating_sub(ENTRY_BYTES);
            }
            if list.is_empty() {
                self.entries.remove(near);
                self.bytes = self.bytes.saturating_sub(NEAR_BYTES);
            }
        }
    }

    /// What a record names itself: relation, which end the other is, and the other.
    pub(super) fn named_by(&self, namer: &[u8]) -> Vec<(u8, u8, Key)> {
        let entries = self.entries.get(namer).map(Vec::as_slice).unwrap_or_default();
        let named = entries.iter().filter(|entry| entry.by & BY_NEAR != 0);
        named
            .map(|entry| (entry.relation, entry.end, Arc::clone(&entry.far)))
            .collect()
    }

    /// Entries of a record in order: (relation, end, other, by whom it is named).
    fn of(&self, near: &[u8]) -> Vec<(u8, u8, &Key, u8)> {
        let entries = self.entries.get(near).map(Vec::as_slice).unwrap_or_default();
        let mut all: Vec<_> = entries
            .iter()
            .map(|entry| (entry.relation, entry.end, &entry.far, entry.by))
            .collect();
        all.sort_unstable();
        all.dedup_by(|later, earlier| {
            let is_same = (later.0, later.1, later.2) == (earlier.0, earlier.1, earlier.2);
            if is_same {
                earlier.3 |= later.3;
            }
            is_same
        });
        all
    }
}

fn both<'a>(namer: &'a Key, other_is: u8, other: &'a Key) -> [(&'a Key, u8, &'a Key, u8); 2] {
    [
        (namer, other_is, other, BY_NEAR),
        (other, code_of_other(other_is), namer, BY_FAR),
    ]
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
    /// Links of a record in one direction, in the order they came; a link that both ends name may come twice. With each
    /// the other record, if it is there and in the scope.
    pub(super) fn near<'a>(
        &'a self,
        inside: &'a Inside,
        key: &[u8],
        relation: Relation,
        other_is: End,
    ) -> impl Iterator<Item = (&'a Key, Option<&'a HeadRow>)> {
        let wanted = (relation as u8, end_code(other_is));
        let asked_is_inside = self.row(key).is_some_and(|row| inside.holds(self, row));
        let entries = self.links.entries.get(key).map(Vec::as_slice).unwrap_or_default();
        entries.iter().filter_map(move |entry| {
            if wanted != (entry.relation, entry.end) {
                return None;
            }
            let row = self.row(&entry.far).filter(|row| inside.holds(self, row));
            let is_seen = entry.by & BY_NEAR != 0 && asked_is_inside || entry.by & BY_FAR != 0 && row.is_some();
            is_seen.then_some((&entry.far, row))
        })
    }

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
        let wanted = relation.map(|(relation, end)| (relation as u8, end_code(end)));
        let after = after.filter(|_| relation.is_some());
        let asked_is_inside = self.row(key).is_some_and(|row| inside.holds(self, row));
        let is_seen = |far: &Key, by: u8| {
            by & BY_NEAR != 0 && asked_is_inside
                || by & BY_FAR != 0 && self.row(far).is_some_and(|row| inside.holds(self, row))
        };
        self.links
            .of(key)
            .into_iter()
            .filter(|(relation, end, _, _)| wanted.is_none_or(|wanted| wanted == (*relation, *end)))
            .filter(|(_, _, far, _)| after.is_none_or(|after| ***far > *after))
            .filter(|(_, _, far, by)| is_seen(far, *by))
            .take(limit)
            .map(|(relation, end, far, _)| Near {
                relation,
                other_is: if end == CAUSE { End::Cause } else { End::Effect },
                key: Arc::clone(far),
            })
            .collect()
    }
}
