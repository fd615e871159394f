//! The embedded engine: sled holds frames of rows, entities and state.

use std::path::Path;
use std::sync::Arc;

use super::call::Call;
use super::*;
use crate::clock::Clock;
use crate::crypto::RootKey;
use crate::model::filter::Direction;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::EntityKind;
use crate::model::link::{End, Relation};

/// Limits of the engine; `[store]` of the configuration has their defaults and says what happens at each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EmbeddedOptions {
    /// Bytes that must stay free where the data folder is; under it commits answer [`StoreError::LowSpace`].
    pub min_free: u64,
    /// Most records; at it commits answer [`StoreError::HeadFull`].
    pub head_records: u64,
    /// Most bytes of memory the index of the records takes; at it commits answer [`StoreError::HeadFull`].
    pub head_memory: u64,
    /// Bytes of the ballast file that is given up when the store must be opened on a full disk.
    pub ballast: u64,
    /// Threads that answer reads, at least one.
    pub read_threads: usize,
    /// Reads that may wait for a thread; more answer [`StoreError::Overloaded`].
    pub read_queue: usize,
    /// Bytes of raw items that may wait for the committer; more answer [`StoreError::Overloaded`].
    pub commit_queue: u64,
}

/// One open data folder.
pub struct EmbeddedStore {}

impl EmbeddedStore {
    /// Opens a data folder, or makes one, and reads back what it holds.
    ///
    /// # Errors
    /// Another process has it open, another version wrote it, or it cannot be read or written.
    pub fn open(
        _folder: &Path,
        _options: EmbeddedOptions,
        _keys: &RootKey,
        _clock: Arc<dyn Clock>,
    ) -> Result<EmbeddedStore, StoreError> {
        todo!()
    }
}

impl RecordLog for EmbeddedStore {
    fn get<'a>(&'a self, _call: &'a Call, _keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Record>>> {
        todo!()
    }
    fn whole<'a>(&'a self, _call: &'a Call, _key: &'a RecordKey) -> Answer<'a, Option<Record>> {
        todo!()
    }
    fn list<'a>(&'a self, _call: &'a Call, _request: &'a ListRequest) -> Answer<'a, Page<Record>> {
        todo!()
    }
    fn linked<'a>(
        &'a self,
        _call: &'a Call,
        _key: &'a RecordKey,
        _relation: Option<(Relation, End)>,
        _after: Option<&'a RecordKey>,
        _limit: usize,
    ) -> Answer<'a, Vec<Linked>> {
        todo!()
    }
    fn changes<'a>(&'a self, _call: &'a Call, _after: u64, _limit: usize) -> Answer<'a, Vec<Change>> {
        todo!()
    }
    fn stats<'a>(&'a self, _call: &'a Call) -> Answer<'a, Stats> {
        todo!()
    }
    fn verify<'a>(&'a self, _call: &'a Call) -> Answer<'a, Verified> {
        todo!()
    }
}

impl Entities for EmbeddedStore {
    fn entity<'a>(&'a self, _call: &'a Call, _kind: EntityKind, _id_or_key: &'a str) -> Answer<'a, Option<Entity>> {
        todo!()
    }
    fn entities<'a>(
        &'a self,
        _call: &'a Call,
        _filter: &'a EntityFilter,
        _after: Option<&'a (Micros, Id)>,
        _direction: Direction,
        _limit: usize,
    ) -> Answer<'a, EntityPage> {
        todo!()
    }
    fn entity_at<'a>(
        &'a self,
        _call: &'a Call,
        _kind: EntityKind,
        _id: &'a Id,
        _at: Micros,
    ) -> Answer<'a, Option<Entity>> {
        todo!()
    }
}

impl StateStore for EmbeddedStore {
    fn state<'a>(&'a self, _call: &'a Call, _key: &'a str) -> Answer<'a, Option<StateValue>> {
        todo!()
    }
    fn state_scan<'a>(
        &'a self,
        _call: &'a Call,
        _prefix: &'a str,
        _after: Option<&'a str>,
        _limit: usize,
    ) -> Answer<'a, Vec<StateValue>> {
        todo!()
    }
}

impl Store for EmbeddedStore {
    fn commit<'a>(&'a self, _call: &'a Call, _commit: Commit) -> Answer<'a, Committed> {
        todo!()
    }
    fn accepts(&self) -> Result<(), StoreError> {
        todo!()
    }
    fn close<'a>(&'a self) -> Answer<'a, ()> {
        todo!()
    }
}
