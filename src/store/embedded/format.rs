//! Whose a data folder is: one process at a time has it, and what wrote it is known.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::Write;
use std::path::Path;

use super::{FORMAT_VERSION, log};
use crate::store::StoreError;

/// File that says what wrote the folder.
const FORMAT_FILE: &str = "format";
const FORMAT_BEGIN: &str = "redtrail data, format ";
/// File that is locked as long as a process has the folder open.
const LOCK_FILE: &str = "lock";

/// Makes sure that no other process has the folder open; it is ours until the file is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, StoreError> {
    let path = folder.join(LOCK_FILE);
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(StoreError::Format(format!(
            "{} is in use by another redtrail process",
            folder.display()
        ))),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Whether a folder was never opened.
pub(super) fn is_new(folder: &Path) -> bool {
    !folder.join(FORMAT_FILE).exists() && !folder.join(log::FOLDER).exists()
}

/// Reads which format the folder has, or marks an empty one as ours.
pub(super) fn check(folder: &Path) -> Result<(), StoreError> {
    let path = folder.join(FORMAT_FILE);
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            if folder.join(log::FOLDER).exists() {
                return Err(StoreError::Format(format!(
                    "{} holds a log but no file named {FORMAT_FILE}: it was not written by redtrail, or parts of it are missing",
                    folder.display()
                )));
            }
            let mut file = File::create(&path)?;
            writeln!(file, "{FORMAT_BEGIN}{FORMAT_VERSION}")?;
            file.sync_all()?;
            File::open(folder)?.sync_all()?;
            return Ok(());
        }
        Err(error) => return Err(error.into()),
    };
    let version = text.trim().strip_prefix(FORMAT_BEGIN).map(str::parse::<u32>);
    match version {
        Some(Ok(FORMAT_VERSION)) => Ok(()),
        Some(Ok(other)) => Err(StoreError::Format(format!(
            "{} has data format {other}, this redtrail reads and writes format {FORMAT_VERSION}",
            folder.display()
        ))),
        _ => Err(StoreError::Format(format!(
            "{} does not say which data format the folder has",
            path.display()
        ))),
    }
}
