//! The embedded engine: sled holds frames of rows, entities and state; an index of all records is in memory.
//!
//! A commit: `committer` folds what waits, writes frames and values as one batch, syncs, lets the index `head` see
//! it, then answers. A read: the index says where, `read` opens frames. A start: `recovery` fills the index from the
//! frames.

mod below;
mod cache;
mod committer;
mod entities;
mod format;
mod frame;
mod fresh;
mod head;
mod keys;
mod links;
mod list;
mod log;
mod needle;
mod overflow;
mod pool;
mod read;
mod recovery;
mod removed;
mod row;
mod shared;
mod space;
mod state;
mod stats;
mod value;
mod verify;
mod watermark;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;

use committer::Committer;
use head::IdHasher;
use log::Log;
use overflow::Overflow;
use pool::Pool;
use removed::Removed;
use shared::Shared;
use space::Space;
use watermark::Watermark;

use super::call::Call;
use super::naming::Wanted;
use super::*;
use crate::crypto::RootKey;
use crate::model::filter::Direction;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::link::{End, Relation};

/// Version of what the data folder holds; another one is refused with a clear error.
pub const FORMAT_VERSION: u32 = 2;

/// Whether a folder holds nothing of ours yet.
pub fn is_new(folder: &Path) -> bool {
    format::is_new(folder)
}

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
pub struct EmbeddedStore {
    shared: Arc<Shared>,
    committer: Committer,
    watermark: Arc<Watermark>,
    reads: Pool,
    /// Reads that take long have a thread of their own.
    long_reads: Pool,
    /// Ours as long as the store is open.
    _lock: File,
}

/// Long reads that may wait.
const LONG_READS_MAX: usize = 4;

impl EmbeddedStore {
    /// Opens a data folder, or makes one, and reads back what it holds.
    ///
    /// # Errors
    /// Another process has it open, another version wrote it, or it cannot be read or written.
    pub fn open(folder: &Path, options: EmbeddedOptions, keys: &RootKey) -> Result<EmbeddedStore, StoreError> {
        let began = Instant::now();
        std::fs::create_dir_all(folder)?;
        let lock = format::lock(folder)?;
        let mut space = Space::new(folder, options.min_free, options.ballast);
        let gave_ballast = space.make_room()?;
        format::check(folder)?;
        let log = Log::open(folder)?;
        let entities = recovery::count_entities(&log)?;
        let shared = Shared::new(
            folder.to_owned(),
            options,
            log,
            Overflow::open(folder)?,
            IdHasher::new(keys),
        );
        let shared = Arc::new(shared);
        *shared.entities() = entities;
        let revision = recovery::revision(&shared)?;
        *shared.kept_since() = recovery::kept_since(&shared)?;
        let replayed = recovery::replay(&shared)?;
        let found = watermark::read(folder, shared.head().sequence > 0)?;
        recovery::compare(&shared, &found);
        let last = shared.head().sequence;
        let leftovers =
            shared.overflow.remove_after(last)? + shared.overflow.remove_gone(&Removed::load(&shared.log)?)?;
        shared.condition.set_low_space(space.is_low());
        let theirs = Arc::clone(&shared);
        let watermark = Watermark::start(folder, &found, last, move || theirs.condition.fail())?;
        let watermark = Arc::new(watermark);
        let committer = Committer::start(Arc::clone(&shared), Arc::clone(&watermark), space, revision)?;
        let reads = Pool::start("read", shared.options.read_threads, shared.options.read_queue)?;
        let long_reads = Pool::start("long-read", 1, LONG_READS_MAX)?;
        tracing::info!(
            frames = replayed.frames,
            changes = replayed.rows,
            records = shared.head().records(),
            overflow_leftovers = leftovers,
            gave_ballast,
            duration_ms = began.elapsed().as_millis(),
            "the store is open"
        );
        Ok(EmbeddedStore {
            shared,
            committer,
            watermark,
            reads,
            long_reads,
            _lock: lock,
        })
    }

    /// Answers on a thread of the pool.
    fn reading<'a, T: Send + 'static>(
        &self,
        call: &'a Call,
        read: impl FnOnce(&Shared, &Call) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<'a, T> {
        let shared = Arc::clone(&self.shared);
        self.reads.run(call, move |call| match read(&shared, call) {
            // After a failed write the log gives out no page it had not yet written.
            Err(StoreError::Io(_)) if shared.condition.has_failed() => Err(StoreError::Failed),
            answer => answer,
        })
    }
}

impl RecordLog for EmbeddedStore {
    fn get<'a>(&'a self, call: &'a Call, keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Record>>> {
        let keys = keys.to_vec();
        self.reading(call, move |shared, call| read::get(shared, call, &keys))
    }

    fn whole<'a>(&'a self, call: &'a Call, key: &'a RecordKey) -> Answer<'a, Option<Record>> {
        let key = key.clone();
        self.reading(call, move |shared, call| read::whole(shared, call, &key))
    }

    fn list<'a>(&'a self, call: &'a Call, request: &'a ListRequest) -> Answer<'a, Page<Record>> {
        let request = request.clone();
        self.reading(call, move |shared, call| list::list(shared, call, &request))
    }

    fn linked<'a>(
        &'a self,
        call: &'a Call,
        key: &'a RecordKey,
        relation: Option<(Relation, End)>,
        after: Option<&'a RecordKey>,
        limit: usize,
    ) -> Answer<'a, Vec<Linked>> {
        let (key, after) = (key.clone(), after.cloned());
        self.reading(call, move |shared, call| {
            read::linked(shared, call, &key, relation, after.as_ref(), limit)
        })
    }

    fn siblings<'a>(&'a self, call: &'a Call, request: &'a SiblingsRequest) -> Answer<'a, Siblings> {
        let request = request.clone();
        self.reading(call, move |shared, call| below::siblings(shared, call, &request))
    }

    fn worst_of<'a>(&'a self, call: &'a Call, keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Tone>>> {
        let keys = keys.to_vec();
        self.reading(call, move |shared, call| below::worst_of(shared, call, &keys))
    }

    fn expire<'a>(&'a self, call: &'a Call, kind: Kind, before: Micros) -> Answer<'a, Expired> {
        self.committer.expire(call, kind, before)
    }

    fn changes<'a>(&'a self, call: &'a Call, after: u64, limit: usize) -> Answer<'a, Vec<Change>> {
        self.reading(call, move |shared, call| read::changes(shared, call, after, limit))
    }

    fn stats<'a>(&'a self, call: &'a Call) -> Answer<'a, Stats> {
        self.reading(call, |shared, _| stats::stats(shared))
    }

    fn verify<'a>(&'a self, call: &'a Call) -> Answer<'a, Verified> {
        let shared = Arc::clone(&self.shared);
        self.long_reads.run(call, move |call| verify::verify(&shared, call))
    }
}

impl Entities for EmbeddedStore {
    fn entity<'a>(&'a self, call: &'a Call, kind: EntityKind, id_or_key: &'a str) -> Answer<'a, Option<Entity>> {
        let id_or_key = id_or_key.to_owned();
        self.reading(call, move |shared, call| {
            entities::entity(shared, call, kind, &id_or_key)
        })
    }

    fn entities<'a>(
        &'a self,
        call: &'a Call,
        filter: &'a EntityFilter,
        after: Option<&'a (Micros, Id)>,
        direction: Direction,
        limit: usize,
    ) -> Answer<'a, EntityPage> {
        let (filter, after) = (filter.clone(), after.cloned());
        self.reading(call, move |shared, call| {
            entities::list(shared, call, &filter, after.as_ref(), direction, limit)
        })
    }

    fn named<'a>(
        &'a self,
        call: &'a Call,
        kind: EntityKind,
        begin: &'a str,
        is_whole: bool,
        limit: usize,
    ) -> Answer<'a, Vec<Entity>> {
        let wanted = Wanted::new(begin, is_whole);
        self.reading(call, move |shared, call| {
            entities::named(shared, call, kind, &wanted, limit)
        })
    }

    fn entity_at<'a>(&'a self, call: &'a Call, kind: EntityKind, id: &'a Id, at: Micros) -> Answer<'a, Option<Entity>> {
        let id = id.clone();
        self.reading(call, move |shared, call| {
            entities::as_it_was(shared, call, kind, &id, at)
        })
    }
}

impl StateStore for EmbeddedStore {
    fn state<'a>(&'a self, call: &'a Call, key: &'a str) -> Answer<'a, Option<StateValue>> {
        let key = key.to_owned();
        self.reading(call, move |shared, _| state::get(&shared.log, &key))
    }

    fn state_scan<'a>(
        &'a self,
        call: &'a Call,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> Answer<'a, Vec<StateValue>> {
        let (prefix, after) = (prefix.to_owned(), after.map(str::to_owned));
        self.reading(call, move |shared, _| {
            state::scan(&shared.log, &prefix, after.as_deref(), limit)
        })
    }
}

impl Store for EmbeddedStore {
    fn commit<'a>(&'a self, call: &'a Call, commit: Commit) -> Answer<'a, Committed> {
        self.committer.commit(call, commit)
    }

    fn accepts(&self) -> Result<(), StoreError> {
        self.shared.accepts()
    }

    fn alarms(&self) -> Vec<String> {
        self.shared.condition.alarms(self.shared.options.min_free)
    }

    fn close<'a>(&'a self) -> Answer<'a, ()> {
        self.shared.condition.stop();
        self.committer.stop();
        self.watermark.stop();
        self.reads.stop();
        self.long_reads.stop();
        Box::pin(std::future::ready(Ok(())))
    }
}

impl Drop for EmbeddedStore {
    fn drop(&mut self) {
        // Whoever forgets to close loses nothing: the threads end, and with them the last hold on the log.
        self.committer.stop();
        self.watermark.stop();
        self.reads.stop();
        self.long_reads.stop();
    }
}
