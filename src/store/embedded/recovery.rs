//! What a start does: read the index back from the frames, and notice what is missing.

use std::collections::BTreeMap;

use super::frame::{self, Frame};
use super::removed::Removed;
use super::row::RowMeta;
use super::shared::Shared;
use super::{keys, log::Log, state, value, watermark};
use crate::model::kind::{EntityKind, Kind};
use crate::model::time::Micros;
use crate::store::StoreError;
use crate::store::expiry::{self, KeptSince};

/// What was read back.
#[derive(Default)]
pub(super) struct Replayed {
    pub frames: u64,
    pub rows: u64,
}

/// Fills the index from the frames, in order.
pub(super) fn replay(shared: &Shared) -> Result<Replayed, StoreError> {
    let mut replayed = Replayed::default();
    let since = shared.kept_since().clone();
    let removed = Removed::load(&shared.log)?;
    let mut head = shared.head_mut();
    let mut expected = 1_u64;
    for item in shared.log.prefix(&[keys::FRAME]) {
        let (key, begin) = item?;
        let Some(first) = keys::frame_first(&key) else {
            shared
                .condition
                .alarm(format!("{}: the key is damaged", keys::shown(&key)));
            continue;
        };
        let bytes = frame::whole(&shared.log, &key, begin)?;
        let parsed = Frame::parse(&bytes).and_then(|frame| Ok((frame.metas()?, frame.words())));
        let (metas, words) = match parsed {
            Ok(parsed) => parsed,
            Err(error) => {
                shared.condition.alarm(format!("{}: {error}", keys::shown(&key)));
                // Its sequences were given out; a frame written under them would take its place.
                head.sequence = head.sequence.max(first);
                continue;
            }
        };
        if first != expected && !removed.covers(expected, first.saturating_sub(1)) {
            shared.condition.alarm(missing(expected, first.saturating_sub(1)));
        }
        replayed.frames = replayed.frames.saturating_add(1);
        if let Err(error) = &words {
            // Its rows are then looked through whatever words are looked for.
            shared.condition.alarm(format!("{}: {error}", keys::shown(&key)));
        }
        head.apply(first, metas.iter(), words.as_ref().ok(), |meta| {
            is_forgotten(&since, meta)
        });
        let rows = metas.len() as u64;
        expected = first.saturating_add(rows);
        replayed.rows = replayed.rows.saturating_add(rows);
    }
    Ok(replayed)
}

/// Whether a row is of a record that was forgotten.
pub(super) fn is_forgotten(since: &KeptSince, meta: &RowMeta) -> bool {
    let kind = meta.key.first().and_then(|code| Kind::from_code(*code));
    kind.is_some_and(|kind| since.is_before(kind, meta.known.place))
}

/// Since when records are kept. Of a kind whose row cannot be read, what was forgotten is there again as far as its frames
/// are; forgetting it anew mends it.
pub(super) fn kept_since(shared: &Shared) -> Result<KeptSince, StoreError> {
    let mut since = KeptSince::default();
    for kind in Kind::SENT {
        let (key, _) = expiry::row(kind, Micros(0));
        let row = state::get(&shared.log, &key).and_then(|row| {
            let row = row.iter().map(|row| (row.key.as_str(), row.value.as_slice()));
            KeptSince::read(row)
        });
        match row {
            Ok(row) => row.get(kind).into_iter().for_each(|time| since.advance(kind, time)),
            Err(StoreError::Damaged(damage)) => shared.condition.alarm(damage),
            Err(error) => return Err(error),
        }
    }
    Ok(since)
}

/// Compares what was read back with what had become durable; sequences that were given out are never given again.
pub(super) fn compare(shared: &Shared, found: &watermark::Found) {
    for damage in &found.damage {
        shared.condition.alarm(damage.clone());
    }
    // The start writes both slots anew; a verification still tells what was found.
    shared.at_start().extend(found.damage.iter().cloned());
    let mut head = shared.head_mut();
    if found.sequence > head.sequence {
        shared
            .condition
            .alarm(missing(head.sequence.saturating_add(1), found.sequence));
        head.sequence = found.sequence;
    }
}

/// What is said of sequences that were acknowledged and are not there.
pub(super) fn missing(from: u64, to: u64) -> String {
    format!(
        "changes {from} to {to} were acknowledged and are missing: the log was damaged, restore a backup or send them again"
    )
}

/// The last revision given to a state value. One that cannot be read is found again among the values.
pub(super) fn revision(shared: &Shared) -> Result<u64, StoreError> {
    let error = match state::revision(&shared.log) {
        Ok(revision) => return Ok(revision),
        Err(error @ StoreError::Damaged(_)) => error,
        Err(error) => return Err(error),
    };
    shared.condition.alarm(error.to_string());
    let mut last = 0;
    for item in shared.log.prefix(&[keys::STATE]) {
        let (key, first) = item?;
        let stored = value::read(&shared.log, &key, &first).and_then(|bytes| state::decode(&key, &bytes));
        last = last.max(stored.map_or(0, |(revision, _)| revision));
    }
    Ok(last)
}

/// How many entities there are of each kind.
pub(super) fn count_entities(log: &Log) -> Result<BTreeMap<EntityKind, u64>, StoreError> {
    let mut counts = BTreeMap::new();
    for kind in EntityKind::ALL {
        let mut count = 0_u64;
        for item in log.prefix(&keys::entity_place_prefix(kind)) {
            item?;
            count = count.saturating_add(1);
        }
        counts.insert(kind, count);
    }
    Ok(counts)
}
