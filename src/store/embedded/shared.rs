//! What the committer and the readers share, and what state the engine is in.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::EmbeddedOptions;
use super::cache::Cache;
use super::frame::{FramePart, Part};
use super::fresh::Fresh;
use super::head::{Head, IdHasher};
use super::log::Log;
use super::overflow::Overflow;
use crate::model::kind::EntityKind;
use crate::store::StoreError;
use crate::store::expiry::KeptSince;

/// Most alarms kept; those after them are the same trouble again.
const ALARMS_MAX: usize = 100;
/// Bytes of decoded frame parts kept for reads.
pub(super) const PARTS_BYTES: usize = 64 * 1024 * 1024;

pub(super) struct Shared {
    pub folder: PathBuf,
    pub options: EmbeddedOptions,
    pub log: Log,
    pub overflow: Overflow,
    pub hasher: IdHasher,
    head: RwLock<Head>,
    parts: Mutex<Cache<(u64, Part), Arc<FramePart>>>,
    fresh: Mutex<Fresh>,
    entities: Mutex<BTreeMap<EntityKind, u64>>,
    at_start: Mutex<Vec<String>>,
    kept_since: Mutex<KeptSince>,
    pub condition: Condition,
}

/// Whether writes can be taken, and what the operator must know.
#[derive(Default)]
pub(super) struct Condition {
    failed: AtomicBool,
    low_space: AtomicBool,
    stopping: AtomicBool,
    alarms: Mutex<Vec<String>>,
}

impl Condition {
    pub(super) fn fail(&self) {
        self.failed.store(true, Ordering::SeqCst);
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.load(Ordering::SeqCst)
    }

    pub(super) fn stop(&self) {
        self.stopping.store(true, Ordering::SeqCst);
    }

    pub(super) fn set_low_space(&self, low: bool) {
        self.low_space.store(low, Ordering::SeqCst);
    }

    /// Says something to the operator, once.
    pub(super) fn alarm(&self, alarm: String) {
        let mut alarms = lock(&self.alarms);
        if alarms.len() < ALARMS_MAX && !alarms.contains(&alarm) {
            tracing::error!("{alarm}");
            alarms.push(alarm);
        }
    }

    pub(super) fn alarms(&self, min_free: u64) -> Vec<String> {
        let mut alarms = lock(&self.alarms).clone();
        if self.failed.load(Ordering::SeqCst) {
            alarms.push("a write failed: nothing more is accepted until a restart".to_owned());
        }
        if self.low_space.load(Ordering::SeqCst) {
            alarms.push(format!(
                "less than {min_free} bytes are free: nothing is accepted until there is room"
            ));
        }
        alarms
    }

    /// Whether anything can be written.
    pub(super) fn can_write(&self) -> Result<(), StoreError> {
        if self.failed.load(Ordering::SeqCst) {
            return Err(StoreError::Failed);
        }
        self.is_running()
    }

    pub(super) fn is_running(&self) -> Result<(), StoreError> {
        if self.stopping.load(Ordering::SeqCst) {
            return Err(StoreError::Stopping);
        }
        Ok(())
    }
}

impl Shared {
    pub(super) fn new(
        folder: PathBuf,
        options: EmbeddedOptions,
        log: Log,
        overflow: Overflow,
        hasher: IdHasher,
    ) -> Shared {
        Shared {
            folder,
            options,
            log,
            overflow,
            hasher,
            head: RwLock::default(),
            parts: Mutex::new(Cache::new(PARTS_BYTES)),
            fresh: Mutex::default(),
            entities: Mutex::default(),
            at_start: Mutex::default(),
            kept_since: Mutex::default(),
            condition: Condition::default(),
        }
    }

    pub(super) fn head(&self) -> RwLockReadGuard<'_, Head> {
        self.head.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// A panic while it is held leaves the store failed (see the committer), so nothing half done is built upon.
    pub(super) fn head_mut(&self) -> RwLockWriteGuard<'_, Head> {
        self.head.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn parts(&self) -> MutexGuard<'_, Cache<(u64, Part), Arc<FramePart>>> {
        lock(&self.parts)
    }

    pub(super) fn fresh(&self) -> MutexGuard<'_, Fresh> {
        lock(&self.fresh)
    }

    /// How many entities there are of each kind.
    pub(super) fn entities(&self) -> MutexGuard<'_, BTreeMap<EntityKind, u64>> {
        lock(&self.entities)
    }

    /// Damage that the start noticed and mended.
    pub(super) fn at_start(&self) -> MutexGuard<'_, Vec<String>> {
        lock(&self.at_start)
    }

    /// Since when records are kept.
    pub(super) fn kept_since(&self) -> MutexGuard<'_, KeptSince> {
        lock(&self.kept_since)
    }

    /// Whether records can be taken now.
    pub(super) fn accepts(&self) -> Result<(), StoreError> {
        self.condition.can_write()?;
        self.has_space()
    }

    /// # Errors
    /// The disk or the head is too full for records.
    pub(super) fn has_space(&self) -> Result<(), StoreError> {
        if self.condition.low_space.load(Ordering::SeqCst) {
            return Err(StoreError::LowSpace {
                min_free: self.options.min_free,
            });
        }
        let (records, bytes) = {
            let head = self.head();
            (head.records(), head.bytes())
        };
        if records >= self.options.head_records {
            return Err(StoreError::HeadFull(format!(
                "store.head_records = {}",
                self.options.head_records
            )));
        }
        if bytes >= self.options.head_memory {
            return Err(StoreError::HeadFull(format!(
                "store.head_memory = {} bytes",
                self.options.head_memory
            )));
        }
        Ok(())
    }
}

/// What a panicking thread left behind is still whole: every change under these locks is one call.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
