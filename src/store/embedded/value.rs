//! Small values of the log (entities, index rows, state): checked against their key and themselves, and cut
//! into pieces when they are long, so that no leaf of the log becomes longer than a segment can hold.

use super::keys;
use super::log::{Batch, Log};
use crate::store::StoreError;

/// Bytes of one piece.
const PIECE_BYTES: usize = 48 * 1024;
/// Values longer than this are compressed.
const COMPRESS_FROM: usize = 256;
/// Longest value, bytes before compression: what a header says beyond it is damage.
const RAW_MAX: u32 = 64 * 1024 * 1024;
/// crc over key and rest, stored bytes, raw bytes.
const HEADER: usize = 12;

/// Writes a value; `before` is what is stored under the key now.
pub(super) fn put(batch: &mut Batch, key: &[u8], value: &[u8], before: Option<&[u8]>) -> Result<(), StoreError> {
    let raw = u32::try_from(value.len()).ok().filter(|raw| *raw <= RAW_MAX);
    let raw = raw.ok_or_else(|| StoreError::Io(std::io::Error::other(format!("{} is too long", keys::shown(key)))))?;
    let packed = (value.len() > COMPRESS_FROM)
        .then(|| zstd::bulk::compress(value, 1))
        .transpose()?;
    let stored = match &packed {
        Some(packed) if packed.len() < value.len() => packed.as_slice(),
        _ => value,
    };
    let mut first = Vec::with_capacity(HEADER.saturating_add(stored.len().min(PIECE_BYTES)));
    let lengths = [
        u32::try_from(stored.len()).unwrap_or(u32::MAX).to_le_bytes(),
        raw.to_le_bytes(),
    ]
    .concat();
    first.extend_from_slice(&checksum(key, &lengths, stored).to_le_bytes());
    first.extend_from_slice(&lengths);
    let mut pieces = stored.chunks(PIECE_BYTES);
    first.extend_from_slice(pieces.next().unwrap_or(&[]));
    batch.put(key, first);
    let mut count = 0_u32;
    for piece in pieces {
        batch.put(&keys::piece(key, count), piece.to_vec());
        count = count.saturating_add(1);
    }
    for number in count..before.map_or(0, pieces_of) {
        batch.remove(&keys::piece(key, number));
    }
    Ok(())
}

/// Removes a value; `before` is what is stored under the key now.
pub(super) fn remove(batch: &mut Batch, key: &[u8], before: Option<&[u8]>) {
    batch.remove(key);
    for number in 0..before.map_or(0, pieces_of) {
        batch.remove(&keys::piece(key, number));
    }
}

pub(super) fn get(log: &Log, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    log.get(key)?.map(|first| read(log, key, &first)).transpose()
}

/// The value whose first piece is `first`.
pub(super) fn read(log: &Log, key: &[u8], first: &[u8]) -> Result<Vec<u8>, StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("{}: {what}", keys::shown(key)));
    let (crc, rest) = first.split_first_chunk::<4>().ok_or_else(|| damaged("too short"))?;
    let (lengths, begin) = rest.split_first_chunk::<8>().ok_or_else(|| damaged("too short"))?;
    let (stored_len, raw_len) = lengths_of(lengths);
    if raw_len > RAW_MAX || stored_len > raw_len {
        return Err(damaged("a length in its header cannot be"));
    }
    let mut stored = begin.to_vec();
    for number in 0..pieces_of(first) {
        let piece = log
            .get(&keys::piece(key, number))?
            .ok_or_else(|| damaged("a piece of it is missing"))?;
        stored.extend_from_slice(&piece);
    }
    if checksum(key, lengths, &stored) != u32::from_le_bytes(*crc) {
        return Err(damaged("its checksum differs"));
    }
    if stored.len() != stored_len as usize {
        return Err(damaged("its length differs"));
    }
    if stored_len == raw_len {
        return Ok(stored);
    }
    zstd::bulk::decompress(&stored, raw_len as usize)
        .ok()
        .filter(|raw| raw.len() == raw_len as usize)
        .ok_or_else(|| damaged("it cannot be decompressed"))
}

/// How many pieces follow the first one.
pub(super) fn pieces_of(first: &[u8]) -> u32 {
    let Some(lengths) = first.get(4..HEADER).and_then(|bytes| bytes.first_chunk::<8>()) else {
        return 0;
    };
    let (stored, _) = lengths_of(lengths);
    let pieces = (stored.min(RAW_MAX) as usize).div_ceil(PIECE_BYTES);
    u32::try_from(pieces.saturating_sub(1)).unwrap_or(0)
}

fn lengths_of(bytes: &[u8; 8]) -> (u32, u32) {
    let number = u64::from_le_bytes(*bytes);
    ((number & u64::from(u32::MAX)) as u32, (number >> 32) as u32)
}

fn checksum(key: &[u8], lengths: &[u8], stored: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new();
    hasher.update(key);
    hasher.update(lengths);
    hasher.update(stored);
    hasher.finalize()
}
