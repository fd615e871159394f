//! The durable log: the one place that names sled. It keeps keys in order and takes batches whole or not at
//! all, so that another log could stand in its place.

use std::fs::{File, OpenOptions};
use std::ops::Bound;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// Folder of sled's files inside the data folder.
pub(super) const FOLDER: &str = "log";
/// With sled's default of 512 KiB values over 128 kB, and leaf pages too, go to blob files that are never
/// synced; with this a leaf of 17 values of [`super::frame::STORED_MAX`] stays under the limit of 2 MiB.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of pages that sled keeps in memory.
pub(super) const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// How long the end of a store that this process just closed is waited for.
const LOCK_PATIENCE: Duration = Duration::from_secs(5);

/// Writes that become durable together.
#[derive(Default)]
pub(super) struct Batch(sled::Batch);

impl Batch {
    pub(super) fn put(&mut self, key: &[u8], value: Vec<u8>) {
        self.0.insert(key, value);
    }

    pub(super) fn remove(&mut self, key: &[u8]) {
        self.0.remove(key);
    }
}

/// Bytes as the log gives them.
pub(super) type Bytes = sled::IVec;

pub(super) struct Log {
    db: sled::Db,
    /// Our own descriptor of sled's data file: its `flush` is no fsync on Linux.
    data: File,
}

impl Log {
    pub(super) fn open(folder: &Path) -> Result<Log, StoreError> {
        let path = folder.join(FOLDER);
        drop_unfinished_snapshots(&path)?;
        let db = open(&path)?;
        db.flush().map_err(error)?;
        let data = OpenOptions::new().read(true).write(true).open(path.join("db"))?;
        let log = Log { db, data };
        log.data.sync_all()?;
        sync_tree(&path)?;
        File::open(folder)?.sync_all()?;
        Ok(log)
    }

    pub(super) fn get(&self, key: &[u8]) -> Result<Option<Bytes>, StoreError> {
        self.db.get(key).map_err(error)
    }

    /// Keys from `low` on and before `high`, in their order.
    pub(super) fn range(&self, low: &[u8], high: &[u8]) -> Scan {
        Scan((low < high).then(|| self.db.range(low..high)))
    }

    /// Keys between two bounds, in their order; the lower bound is not above the upper one.
    pub(super) fn between(&self, low: Bound<Vec<u8>>, high: Bound<Vec<u8>>) -> Scan {
        let is_empty = match (&low, &high) {
            (Bound::Included(low), Bound::Included(high)) => low > high,
            (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => low >= high,
            _ => false,
        };
        Scan((!is_empty).then(|| self.db.range((low, high))))
    }

    /// Keys that begin so, in their order.
    pub(super) fn prefix(&self, prefix: &[u8]) -> Scan {
        self.range(prefix, &super::keys::end_of(prefix))
    }

    /// Writes a batch and waits until it is on the disk.
    pub(super) fn commit(&self, batch: Batch) -> Result<(), StoreError> {
        self.db.apply_batch(batch.0).map_err(error)?;
        self.db.flush().map_err(error)?;
        self.data.sync_data()?;
        Ok(())
    }
}

/// A start that was killed, or found the disk full, leaves a snapshot it had begun. sled would take it for a damaged
/// one and not open; without it it reads its log.
fn drop_unfinished_snapshots(path: &Path) -> Result<(), StoreError> {
    let entries = match std::fs::read_dir(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "generating") {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}

/// The folder is ours already, so whoever still holds sled's own lock is a thread of a store that this process
/// just closed: it is waited for.
fn open(path: &Path) -> Result<sled::Db, StoreError> {
    let config = sled::Config::new()
        .path(path)
        .segment_size(SEGMENT_BYTES)
        .flush_every_ms(None)
        .cache_capacity(CACHE_BYTES);
    let begun = Instant::now();
    loop {
        match config.open() {
            Err(sled::Error::Io(held)) if is_lock(&held) && begun.elapsed() < LOCK_PATIENCE => {
                std::thread::sleep(Duration::from_millis(5));
            }
            opened => return opened.map_err(error),
        }
    }
}

/// sled wraps what the operating system said of its lock into a text.
fn is_lock(error: &std::io::Error) -> bool {
    error.kind() == std::io::ErrorKind::Other && error.to_string().starts_with("could not acquire lock")
}

/// Keys and values of a range; both ends can be taken from.
pub(super) struct Scan(Option<sled::Iter>);

impl Iterator for Scan {
    type Item = Result<(Bytes, Bytes), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.as_mut()?.next().map(|item| item.map_err(error))
    }
}

impl DoubleEndedIterator for Scan {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.as_mut()?.next_back().map(|item| item.map_err(error))
    }
}

fn error(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(error) => StoreError::Io(error),
        sled::Error::Corruption { .. } => StoreError::Damaged(format!("the log: {error}")),
        other => StoreError::Io(std::io::Error::other(format!("the log: {other}"))),
    }
}

/// Makes every file below a folder durable, with the folders that name them: `conf` and snapshots are
/// written at open only, and sled does not sync all of them.
fn sync_tree(folder: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            sync_tree(&entry.path())?;
        } else {
            File::open(entry.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}
