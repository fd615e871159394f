//! Taking records out of the index.

use std::sync::Arc;

use super::{Head, HeadRow, IdHasher, Key, keyed_bytes};
use crate::model::kind::Kind;
use crate::model::time::Micros;
use crate::store::embedded::row::DURATION_NONE;

impl Head {
    /// The time up to which at most so many of the oldest records of a kind stand, and whether that is the time asked
    /// for. Records of one place go together, however many they are.
    pub(in crate::store::embedded) fn until(&self, kind: Kind, before: Micros, most: usize) -> (Micros, bool) {
        let mut places = self.before(kind, before).map(|(place, _)| *place).skip(most);
        let Some(last) = places.next() else {
            return (before, true);
        };
        if self.before(kind, before).next().is_some_and(|(first, _)| *first < last) {
            return (last, false);
        }
        match places.find(|place| *place > last) {
            Some(next) => (next, false),
            None => (before, true),
        }
    }

    /// Keys of the oldest records of a kind before a time.
    pub(in crate::store::embedded) fn oldest(&self, kind: Kind, before: Micros, most: usize) -> Vec<Key> {
        let oldest = self.before(kind, before).take(most);
        oldest.map(|(_, key)| Arc::clone(key)).collect()
    }

    fn before(&self, kind: Kind, before: Micros) -> impl Iterator<Item = (&Micros, &Key)> {
        let empty = || Key::from(&[][..]);
        let from = (kind, Micros(i64::MIN), empty());
        let range = self.order.range(from..(kind, before, empty()));
        range.map(|((_, place, key), _)| (place, key))
    }

    /// Takes a record out of every index, with the links it names. Those that others name stay.
    pub(in crate::store::embedded) fn forget(&mut self, key: &[u8]) {
        let Some((key, number)) = self.by_key.remove_entry(key) else {
            return;
        };
        let Some(row) = self.rows.get_mut(number as usize) else {
            return;
        };
        let row = std::mem::replace(row, HeadRow::nothing());
        self.free.push(number);
        for (relation, other_is, other) in self.links.named_by(&key) {
            self.links.remove(&key, relation, other_is, &other);
        }
        for id in row.ids.iter().filter(|id| IdHasher::is_posted(**id)) {
            self.postings.remove(*id, number);
        }
        self.bytes = self.bytes.saturating_sub(row.bytes()).saturating_sub(keyed_bytes(&key));
        self.order.remove(&(row.kind, row.place, key));
        if let Some(count) = self.counts.get_mut(&row.kind) {
            *count = count.saturating_sub(1);
        }
    }

    /// Lets go of the words of blocks that hold forgotten records only. Those of a block that holds others, too, stay:
    /// what is found by them is read before it counts.
    pub(in crate::store::embedded) fn forget_words(&mut self) {
        let rows = &self.rows;
        let is_free = |number: u32| rows.get(number as usize).is_some_and(|row| row.key.is_empty());
        for words in self.words.values_mut() {
            words.clear(is_free);
        }
    }
}

impl HeadRow {
    /// Stands where a record was; no index leads to it.
    fn nothing() -> HeadRow {
        HeadRow {
            key: Key::from(&[][..]),
            place: Micros(0),
            received_at: Micros(0),
            source: Arc::from(""),
            derived: None,
            ids: Box::default(),
            parts: Vec::new(),
            kind: Kind::EntityChange,
            state: 0,
            flags: 0,
            clock_ahead: false,
            history: false,
            code: 0,
            duration: DURATION_NONE,
            hash: 0,
        }
    }
}
