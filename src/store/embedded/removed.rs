//! Which changes are gone with their frames, because every record of theirs was forgotten.

use std::collections::BTreeMap;

use super::keys;
use super::log::{Batch, Log};
use crate::store::StoreError;

/// Ranges of sequences, first to last; those that touch are one.
#[derive(Debug, Default)]
pub(super) struct Removed(BTreeMap<u64, u64>);

impl Removed {
    /// What is damaged is left out: a verification names it.
    ///
    /// # Errors
    /// The log cannot be read.
    pub(super) fn load(log: &Log) -> Result<Removed, StoreError> {
        let mut removed = Removed::default();
        for item in log.prefix(&[keys::REMOVED]) {
            let (key, value) = item?;
            removed.0.extend(range(&key, &value));
        }
        Ok(removed)
    }

    /// Whether all of a range is gone.
    pub(super) fn covers(&self, from: u64, to: u64) -> bool {
        let range = self.0.range(..=from).next_back();
        range.is_some_and(|(_, last)| *last >= to)
    }

    /// Adds the range of a frame, in memory and to a batch.
    pub(super) fn add(&mut self, batch: &mut Batch, first: u64, last: u64) {
        let (mut first, mut last) = (first, last);
        let before = self.0.range(..first).next_back().map(|(begin, end)| (*begin, *end));
        if let Some((begin, end)) = before
            && end.saturating_add(1) == first
        {
            first = begin;
        }
        if let Some(end) = self.0.remove(&last.saturating_add(1)) {
            batch.remove(&keys::removed(last.saturating_add(1)));
            last = end;
        }
        self.0.insert(first, last);
        batch.put(&keys::removed(first), value(first, last));
    }
}

/// The last sequence, and a checksum of both: a range that reads longer than it is would take files away.
fn value(first: u64, last: u64) -> Vec<u8> {
    let range = [first.to_be_bytes(), last.to_be_bytes()].concat();
    let crc = crc32fast::hash(&range);
    let mut value = last.to_be_bytes().to_vec();
    value.extend_from_slice(&crc.to_be_bytes());
    value
}

/// (first, last) of a row; `None`: it is damaged.
pub(super) fn range(key: &[u8], stored: &[u8]) -> Option<(u64, u64)> {
    let first = keys::removed_first(key)?;
    let last = u64::from_be_bytes(*stored.first_chunk::<8>()?);
    (stored == value(first, last) && first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_that_touch_are_one() {
        let mut removed = Removed::default();
        let mut batch = Batch::default();
        for (first, last) in [(1, 3), (8, 9), (4, 5), (20, 20), (6, 7)] {
            removed.add(&mut batch, first, last);
        }
        assert_eq!(removed.0, BTreeMap::from([(1, 9), (20, 20)]));
        for (from, to, covered) in [
            (1, 9, true),
            (2, 4, true),
            (9, 10, false),
            (10, 19, false),
            (20, 20, true),
            (0, 1, false),
        ] {
            assert_eq!(removed.covers(from, to), covered, "{from} to {to}");
        }
    }
}
