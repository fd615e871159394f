//! Halves of rows that are too long for a frame: a file each, durable before the commit that names it.
//!
//! `overflow/SEQUENCE.summary` or `.body`: format u8, raw bytes u32, crc32 u32 of sequence, half and what follows,
//! then zstd.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use super::frame::Part;
use super::removed::Removed;
use crate::store::StoreError;

/// Folder inside the data folder.
pub(super) const FOLDER: &str = "overflow";
const FORMAT: u8 = 1;
const HEADER: usize = 9;
/// Longest half, bytes: what a header says beyond it is damage.
const RAW_MAX: u32 = 64 * 1024 * 1024;
const LEVEL: i32 = 1;

/// A file of the folder.
pub(super) struct OverflowFile {
    pub path: PathBuf,
    /// The sequence and half it holds; `None` when its name is not ours.
    pub half: Option<(u64, Part)>,
}

pub(super) struct Overflow {
    folder: PathBuf,
}

impl Overflow {
    pub(super) fn open(data: &Path) -> Result<Overflow, StoreError> {
        let folder = data.join(FOLDER);
        std::fs::create_dir_all(&folder)?;
        File::open(data)?.sync_all()?;
        Ok(Overflow { folder })
    }

    fn path(&self, sequence: u64, part: Part) -> PathBuf {
        self.folder.join(format!("{sequence:016x}.{}", part.name()))
    }

    /// Writes a half and makes it durable; [`Overflow::sync`] makes its name so.
    pub(super) fn write(&self, sequence: u64, part: Part, raw: &[u8]) -> Result<(), StoreError> {
        let length = u32::try_from(raw.len()).ok().filter(|length| *length <= RAW_MAX);
        let length = length.ok_or_else(|| std::io::Error::other("a record is too long for an overflow file"))?;
        let stored = zstd::bulk::compress(raw, LEVEL)?;
        let crc = checksum(sequence, part, length, &stored);
        let mut file = File::create(self.path(sequence, part))?;
        file.write_all(&[FORMAT])?;
        file.write_all(&length.to_le_bytes())?;
        file.write_all(&crc.to_le_bytes())?;
        file.write_all(&stored)?;
        file.sync_data()?;
        Ok(())
    }

    pub(super) fn sync(&self) -> Result<(), StoreError> {
        Ok(File::open(&self.folder)?.sync_all()?)
    }

    pub(super) fn read(&self, sequence: u64, part: Part) -> Result<Vec<u8>, StoreError> {
        let path = self.path(sequence, part);
        let damaged = |what: &str| StoreError::Damaged(format!("{}: {what}", path.display()));
        let mut bytes = Vec::new();
        let file = File::open(&path).map_err(|error| damaged(&error.to_string()))?;
        // Compressed bytes are at most a little more than raw ones.
        file.take(u64::from(RAW_MAX).saturating_mul(2))
            .read_to_end(&mut bytes)?;
        let (header, stored) = bytes
            .split_first_chunk::<HEADER>()
            .ok_or_else(|| damaged("it is too short"))?;
        let [format, a, b, c, d, crc @ ..] = *header;
        let length = u32::from_le_bytes([a, b, c, d]);
        if format != FORMAT {
            return Err(damaged("its format is not known to this version"));
        }
        if u32::from_le_bytes(crc) != checksum(sequence, part, length, stored) || length > RAW_MAX {
            return Err(damaged("its checksum differs"));
        }
        let raw = zstd::bulk::decompress(stored, length as usize).ok();
        raw.filter(|raw| raw.len() == length as usize)
            .ok_or_else(|| damaged("it cannot be decompressed"))
    }

    /// The files there are, in the order of their names.
    pub(super) fn files(&self) -> Result<Vec<OverflowFile>, StoreError> {
        let mut files = Vec::new();
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            files.push(OverflowFile {
                half: named(&path),
                path,
            });
        }
        files.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(files)
    }

    /// Removes the files of changes whose frames are gone.
    pub(super) fn remove(&self, halves: &[(u64, Part)]) -> Result<(), StoreError> {
        for (sequence, part) in halves {
            match std::fs::remove_file(self.path(*sequence, *part)) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        Ok(())
    }

    /// Removes the files that a crash left behind when their frames were gone already.
    pub(super) fn remove_gone(&self, removed: &Removed) -> Result<usize, StoreError> {
        let halves = self.files()?.into_iter().filter_map(|file| file.half);
        let gone: Vec<(u64, Part)> = halves.filter(|(at, _)| removed.covers(*at, *at)).collect();
        self.remove(&gone)?;
        Ok(gone.len())
    }

    /// Removes what a commit that never became durable left behind: files after the last sequence.
    pub(super) fn remove_after(&self, last: u64) -> Result<usize, StoreError> {
        let mut removed = 0_usize;
        for file in self.files()? {
            if file.half.is_some_and(|(sequence, _)| sequence > last) {
                std::fs::remove_file(file.path)?;
                removed = removed.saturating_add(1);
            }
        }
        if removed > 0 {
            self.sync()?;
        }
        Ok(removed)
    }
}

fn named(path: &Path) -> Option<(u64, Part)> {
    let (sequence, part) = path.file_name()?.to_str()?.split_once('.')?;
    let part = Part::ALL.into_iter().find(|known| known.name() == part)?;
    Some((u64::from_str_radix(sequence, 16).ok()?, part))
}

fn checksum(sequence: u64, part: Part, length: u32, stored: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(&sequence.to_le_bytes());
    hasher.update(&[part as u8, FORMAT]);
    hasher.update(&length.to_le_bytes());
    hasher.update(stored);
    hasher.finalize()
}
