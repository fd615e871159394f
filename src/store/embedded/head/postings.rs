//! Which records have an id, for ids that few records share.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::RowNumber;

/// Bytes of one id's place in the table, its free places counted in.
const ID_BYTES: u64 = 2 * size_of::<(u64, Rows)>() as u64;
/// Bytes of a further record of an id, the free places of its list counted in.
const ROW_BYTES: u64 = 2 * size_of::<RowNumber>() as u64;

/// Most ids have one record; a list of its own for each would take four times the room.
#[derive(Debug)]
enum Rows {
    One(RowNumber),
    Many(Vec<RowNumber>),
}

/// By hash of (field, value).
#[derive(Debug, Default)]
pub(super) struct Postings {
    rows: HashMap<u64, Rows, BuildHasherDefault<AsItIs>>,
    bytes: u64,
}

impl Postings {
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a record that the id does not have yet.
    pub(super) fn add(&mut self, id: u64, row: RowNumber) {
        match self.rows.get_mut(&id) {
            None => {
                self.rows.insert(id, Rows::One(row));
                self.bytes = self.bytes.saturating_add(ID_BYTES);
            }
            Some(Rows::Many(rows)) => {
                rows.push(row);
                self.bytes = self.bytes.saturating_add(ROW_BYTES);
            }
            Some(one) => {
                let first = one.first();
                *one = Rows::Many(first.into_iter().chain([row]).collect());
                self.bytes = self.bytes.saturating_add(2 * ROW_BYTES);
            }
        }
    }

    pub(super) fn remove(&mut self, id: u64, row: RowNumber) {
        let Some(rows) = self.rows.get_mut(&id) else { return };
        let is_empty = match rows {
            Rows::One(only) => *only == row,
            Rows::Many(rows) => {
                rows.retain(|other| *other != row);
                self.bytes = self.bytes.saturating_sub(ROW_BYTES);
                rows.is_empty()
            }
        };
        if is_empty {
            self.rows.remove(&id);
            self.bytes = self.bytes.saturating_sub(ID_BYTES);
        }
    }

    /// Records of an id, in no order.
    pub(super) fn of(&self, id: u64) -> &[RowNumber] {
        match self.rows.get(&id) {
            None => &[],
            Some(Rows::One(row)) => std::slice::from_ref(row),
            Some(Rows::Many(rows)) => rows,
        }
    }
}

impl Rows {
    fn first(&self) -> Option<RowNumber> {
        match self {
            Rows::One(row) => Some(*row),
            Rows::Many(rows) => rows.first().copied(),
        }
    }
}

/// The keys are keyed hashes already: nobody can choose them, and hashing again gains nothing.
#[derive(Debug, Default)]
struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        // The lowest bit is a flag, and the table takes its buckets from the lowest bits.
        self.0.rotate_right(8)
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
