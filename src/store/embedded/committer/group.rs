//! What a group of commits has changed so far and nobody sees yet.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::model::entity::Entity;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::EntityKind;
use crate::model::link::Link;
use crate::model::record::Record;
use crate::store::embedded::row::Row;

/// A record as it is now, whole.
pub(super) struct Current {
    pub record: Record,
    pub links: Vec<Link>,
    /// Rows a read of it would open.
    pub parts: usize,
    /// Its newest row among those of the group.
    pub last_row: Option<usize>,
}

/// An entity as the group left it.
pub(super) struct ChangedEntity {
    pub entity: Entity,
    /// Its index rows as stored before the group.
    pub rows_before: BTreeSet<Vec<u8>>,
    pub is_new: bool,
}

/// A version of an entity for its history.
pub(super) struct Snapshot {
    pub sequence: u64,
    pub received_at: crate::model::time::Micros,
    pub entity: Entity,
}

/// A state value as the group left it; without bytes it is gone.
pub(super) struct ChangedState {
    pub revision: u64,
    pub bytes: Option<Vec<u8>>,
}

pub(super) struct Group {
    /// Sequence of the first row.
    pub first: u64,
    /// In order of arrival.
    pub rows: Vec<Row>,
    pub records: HashMap<RecordKey, Current>,
    pub entities: HashMap<(EntityKind, Id), ChangedEntity>,
    pub history: Vec<Snapshot>,
    pub state: BTreeMap<String, ChangedState>,
    pub revision: u64,
}

impl Group {
    /// `last`: the sequence of the newest row there is.
    pub(super) fn new(last: u64, revision: u64) -> Group {
        Group {
            first: last.saturating_add(1),
            rows: Vec::new(),
            records: HashMap::new(),
            entities: HashMap::new(),
            history: Vec::new(),
            state: BTreeMap::new(),
            revision,
        }
    }

    /// The sequence the next row will have.
    pub(super) fn next(&self) -> u64 {
        self.first.saturating_add(self.rows.len() as u64)
    }

    pub(super) fn next_revision(&mut self) -> u64 {
        self.revision = self.revision.saturating_add(1);
        self.revision
    }
}
