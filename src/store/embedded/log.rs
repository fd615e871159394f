//! The durable log: the one place that names sled. It keeps keys in order and takes batches whole or not at
//! all, so that another log could stand in its place.

use std::fs::{File, OpenOptions};
use std::path::Path;

use crate::store::StoreError;

/// Folder of sled's files inside the data folder.
pub(super) const FOLDER: &str = "log";
/// With sled's default of 512 KiB values over 128 kB, and leaf pages too, go to blob files that are never
/// synced; with this a leaf of 17 values of [`super::frame::STORED_MAX`] stays under the limit of 2 MiB.
const SEGMENT_BYTES: usize = 8 * 1024 * 1024;
/// Bytes of pages that sled keeps in memory.
pub(super) const CACHE_BYTES: u64 = 64 * 1024 * 1024;

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
        let db = sled::Config::new()
            .path(&path)
            .segment_size(SEGMENT_BYTES)
            .flush_every_ms(None)
            .cache_capacity(CACHE_BYTES)
            .open()
            .map_err(error)?;
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
