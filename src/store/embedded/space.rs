//! Room on the disk: the limit under which nothing is taken, and the ballast that is given up when the store
//! must be opened on a full disk.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::store::StoreError;

/// File in the data folder; its size is `store.ballast`.
pub(super) const BALLAST: &str = "ballast";
/// Bytes that opening may write: a segment of the log is filled up, its snapshot and our small files written.
const OPENING_NEEDS: u64 = 32 * 1024 * 1024;
/// Between two looks at the disk while something is written: a look costs a microsecond, and what is written between two
/// must not fill what `store.min_free` keeps.
const LOOK_EVERY: Duration = Duration::from_millis(5);

pub(super) struct Space {
    folder: PathBuf,
    min_free: u64,
    ballast: u64,
    looked_at: Option<Instant>,
    low: bool,
}

impl Space {
    pub(super) fn new(folder: &Path, min_free: u64, ballast: u64) -> Space {
        Space {
            folder: folder.to_owned(),
            min_free,
            ballast,
            looked_at: None,
            low: false,
        }
    }

    /// Gives the ballast up when the disk is too full to open the store. `true` when it was.
    pub(super) fn make_room(&self) -> Result<bool, StoreError> {
        let path = self.folder.join(BALLAST);
        if self.free()? >= OPENING_NEEDS || !path.exists() {
            return Ok(false);
        }
        std::fs::remove_file(path)?;
        File::open(&self.folder)?.sync_all()?;
        Ok(true)
    }

    /// Looks at the disk, at most once in [`LOOK_EVERY`]; `true` while too little is free. With room again the
    /// ballast is put back.
    pub(super) fn is_low(&mut self) -> bool {
        if self.looked_at.is_some_and(|at| at.elapsed() < LOOK_EVERY) {
            return self.low;
        }
        self.looked_at = Some(Instant::now());
        let Ok(free) = self.free() else {
            tracing::error!("the free space of the data folder cannot be read");
            return self.low;
        };
        let low = free < self.min_free;
        if low != self.low {
            tracing::warn!(free_bytes = free, min_free_bytes = self.min_free, low, "free space");
        }
        self.low = low;
        if !low && free.saturating_sub(self.ballast) > self.min_free {
            self.restore();
        }
        low
    }

    fn restore(&self) {
        let path = self.folder.join(BALLAST);
        let is_there = std::fs::metadata(&path).is_ok_and(|file| file.len() == self.ballast);
        if self.ballast == 0 || is_there {
            return;
        }
        if let Err(error) = write_ballast(&path, self.ballast) {
            tracing::warn!(%error, "the ballast file cannot be written");
            // Half a ballast would only take room.
            let _ = std::fs::remove_file(path);
        }
    }

    fn free(&self) -> Result<u64, StoreError> {
        let disk = rustix::fs::statvfs(&self.folder).map_err(std::io::Error::from)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }
}

/// Blocks that are really taken: a sparse file would give nothing back. What it holds does not matter, but
/// zeros may be stored as nothing by some file systems.
fn write_ballast(path: &Path, bytes: u64) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    let allocated = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, bytes);
    if allocated.is_err() {
        let block = [0xa5; 64 * 1024];
        let mut left = bytes;
        while left > 0 {
            let now = left.min(block.len() as u64);
            file.write_all(block.get(..now as usize).unwrap_or(&block))?;
            left = left.saturating_sub(now);
        }
    }
    file.sync_all()
}
