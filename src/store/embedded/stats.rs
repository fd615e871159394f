//! What is kept, and what is wrong with it.

use std::path::Path;

use super::shared::Shared;
use crate::store::{Stats, StoreError};

pub(super) fn stats(shared: &Shared) -> Result<Stats, StoreError> {
    let (records, sequence, head_bytes) = {
        let head = shared.head();
        (head.counts(), head.sequence, head.bytes())
    };
    let entities = shared.entities().iter().map(|(kind, count)| (*kind, *count)).collect();
    Ok(Stats {
        records,
        entities,
        sequence,
        disk_bytes: disk_bytes(&shared.folder)?,
        head_bytes,
    })
}

/// Bytes of the files below a folder; those that go away meanwhile do not count.
fn disk_bytes(folder: &Path) -> std::io::Result<u64> {
    let mut bytes = 0_u64;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(about) = entry.metadata() else { continue };
        let own = if about.is_dir() {
            disk_bytes(&entry.path())?
        } else {
            about.len()
        };
        bytes = bytes.saturating_add(own);
    }
    Ok(bytes)
}
