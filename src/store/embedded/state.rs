//! State values in the log: revision, then the bytes.

use super::log::{Batch, Log};
use super::{keys, value};
use crate::store::{StateValue, StoreError};

/// (revision, bytes) of a value.
pub(super) fn stored(log: &Log, key: &str) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let at = keys::state(key);
    value::get(log, &at)?.map(|bytes| decode(&at, &bytes)).transpose()
}

pub(super) fn decode(key: &[u8], bytes: &[u8]) -> Result<(u64, Vec<u8>), StoreError> {
    let damaged = || StoreError::Damaged(format!("{}: it is too short", keys::shown(key)));
    let (revision, bytes) = bytes.split_first_chunk::<8>().ok_or_else(damaged)?;
    Ok((u64::from_le_bytes(*revision), bytes.to_vec()))
}

/// Puts a value, or without bytes removes it.
pub(super) fn put(
    batch: &mut Batch,
    log: &Log,
    key: &str,
    revision: u64,
    bytes: Option<&[u8]>,
) -> Result<(), StoreError> {
    let at = keys::state(key);
    let before = log.get(&at)?;
    match bytes {
        Some(bytes) => {
            let stored = [&revision.to_le_bytes(), bytes].concat();
            value::put(batch, &at, &stored, before.as_deref())
        }
        None => {
            value::remove(batch, &at, before.as_deref());
            Ok(())
        }
    }
}

/// The last revision given to a state value; 0 before the first.
pub(super) fn revision(log: &Log) -> Result<u64, StoreError> {
    let Some(bytes) = value::get(log, keys::REVISION)? else {
        return Ok(0);
    };
    let number = bytes.first_chunk::<8>().map(|number| u64::from_le_bytes(*number));
    number.ok_or_else(|| StoreError::Damaged(format!("{}: it is too short", keys::shown(keys::REVISION))))
}

pub(super) fn put_revision(batch: &mut Batch, revision: u64) -> Result<(), StoreError> {
    value::put(batch, keys::REVISION, &revision.to_le_bytes(), None)
}

pub(super) fn get(log: &Log, key: &str) -> Result<Option<StateValue>, StoreError> {
    Ok(stored(log, key)?.map(|(revision, value)| StateValue {
        key: key.to_owned(),
        value,
        revision,
    }))
}

/// Keys that begin so, in their order, after a key.
pub(super) fn scan(log: &Log, prefix: &str, after: Option<&str>, limit: usize) -> Result<Vec<StateValue>, StoreError> {
    let low = keys::state(prefix);
    let high = keys::end_of(&low);
    let low = after.map_or(low.clone(), |after| {
        low.max([keys::state(after).as_slice(), &[0]].concat())
    });
    let mut found = Vec::new();
    for item in log.range(&low, &high).take(limit) {
        let (key, first) = item?;
        let Some(name) = key.split_first().and_then(|(_, name)| std::str::from_utf8(name).ok()) else {
            continue;
        };
        let bytes = value::read(log, &key, &first)?;
        let (revision, value) = decode(&key, &bytes)?;
        found.push(StateValue {
            key: name.to_owned(),
            value,
            revision,
        });
    }
    Ok(found)
}

/// The last key that begins so.
pub(super) fn last_key(log: &Log, prefix: &str) -> Result<Option<String>, StoreError> {
    let Some(item) = log.prefix(&keys::state(prefix)).next_back() else {
        return Ok(None);
    };
    let (key, _) = item?;
    Ok(key
        .split_first()
        .and_then(|(_, name)| std::str::from_utf8(name).ok())
        .map(str::to_owned))
}
