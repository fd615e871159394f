//! Reads everything back and names every damaged part.

mod entities;
mod frames;

use std::collections::BTreeSet;

use super::shared::Shared;
use super::{keys, removed, state, value, watermark};
use crate::store::call::Call;
use crate::store::{StoreError, Verified};

/// Damaged parts that are named; those after them are counted.
const DAMAGE_MAX: usize = 1000;
/// Keys read between two looks at the deadline.
const DEADLINE_EVERY: u64 = 512;

/// What has been found so far.
#[derive(Default)]
struct Report {
    damage: Vec<String>,
    unnamed: u64,
    frames: u64,
    rows: u64,
    overflow_files: u64,
    entities: u64,
    index_rows: u64,
    history: u64,
    state: u64,
    /// Keys of pieces that some long value has, and those there are.
    pieces_wanted: BTreeSet<Vec<u8>>,
    pieces: BTreeSet<Vec<u8>>,
}

impl Report {
    fn damage(&mut self, what: impl Into<String>) {
        if self.damage.len() < DAMAGE_MAX {
            self.damage.push(what.into());
        } else {
            self.unnamed = self.unnamed.saturating_add(1);
        }
    }

    fn want_pieces(&mut self, key: &[u8], count: u32) {
        self.pieces_wanted
            .extend((0..count).map(|number| keys::piece(key, number)));
    }
}

pub(super) fn verify(shared: &Shared, call: &Call) -> Result<Verified, StoreError> {
    let mut report = Report::default();
    let mut frames = frames::Frames::new(shared);
    let last = shared.head().sequence;
    let mut keys_read = 0_u64;
    for item in shared.log.range(&[], &[u8::MAX]) {
        let (key, first) = match item {
            Ok(item) => item,
            Err(error) => {
                report.damage(format!("{error}; what is kept behind it was not read"));
                break;
            }
        };
        keys_read = keys_read.saturating_add(1);
        if keys_read.is_multiple_of(DEADLINE_EVERY) {
            shared.condition.is_running()?;
            if call.is_late() {
                return Err(StoreError::Overloaded("the deadline passed during the verification"));
            }
        }
        match key.first() {
            Some(&keys::FRAME) => frames.check(&mut report, &key, first, last),
            Some(&keys::PIECE) => drop(report.pieces.insert(key.to_vec())),
            Some(
                &keys::ENTITY | &keys::ENTITY_KEY | &keys::ENTITY_NAME | &keys::ENTITY_PLACE | &keys::ENTITY_HISTORY,
            ) => {
                entities::check(shared, &mut report, &key, &first);
            }
            Some(&keys::STATE) => check_state(shared, &mut report, &key, &first),
            Some(&keys::REMOVED) => {
                if removed::range(&key, &first).is_none() {
                    report.damage(format!("{}: its checksum differs", keys::shown(&key)));
                }
            }
            _ if &*key == keys::REVISION => {
                if let Err(error) = state::revision(&shared.log) {
                    report.damage(error.to_string());
                }
            }
            _ => report.damage(format!("{}: it belongs to nothing", keys::shown(&key))),
        }
    }
    frames.finish(&mut report, last);
    check_pieces(shared, &mut report);
    check_watermark(shared, &mut report)?;
    Ok(told(report))
}

fn check_state(shared: &Shared, report: &mut Report, key: &[u8], first: &[u8]) {
    report.state = report.state.saturating_add(1);
    report.want_pieces(key, value::pieces_of(first));
    // It may have been written anew since the iterator gave it: then what is there now counts.
    let now = value::read(&shared.log, key, first).or_else(|error| match value::get(&shared.log, key) {
        Ok(Some(now)) => Ok(now),
        _ => Err(error),
    });
    if let Err(error) = now.and_then(|bytes| state::decode(key, &bytes)) {
        report.damage(error.to_string());
    }
}

fn check_pieces(shared: &Shared, report: &mut Report) {
    let is_there = |key: &Vec<u8>| shared.log.get(key).ok().flatten().is_some();
    let orphans: Vec<_> = report.pieces.difference(&report.pieces_wanted).collect();
    // Those that are gone by now were taken away by a write since.
    let orphans = orphans.into_iter().filter(|key| is_there(key)).count();
    if orphans > 0 {
        report.damage(format!("{orphans} pieces of long values belong to nothing"));
    }
}

fn check_watermark(shared: &Shared, report: &mut Report) -> Result<(), StoreError> {
    for damage in shared.at_start().iter() {
        report.damage(format!("{damage} (at the start, which wrote it anew)"));
    }
    let found = watermark::read(&shared.folder, true)?;
    for damage in found.damage {
        report.damage(damage);
    }
    let last = shared.head().sequence;
    if found.sequence > last {
        report.damage(format!("the watermark says {}, the log ends at {last}", found.sequence));
    }
    Ok(())
}

fn told(report: Report) -> Verified {
    let mut damage = report.damage;
    if report.unnamed > 0 {
        damage.push(format!("{} more damaged parts", report.unnamed));
    }
    Verified {
        checked: vec![
            format!("{} changes in {} frames", report.rows, report.frames),
            format!("{} overflow files", report.overflow_files),
            format!(
                "{} entities with {} index rows and {} versions of their history",
                report.entities, report.index_rows, report.history
            ),
            format!("{} state values", report.state),
            format!("{} pieces of long values", report.pieces.len()),
            "both slots of the watermark".to_owned(),
        ],
        damage,
    }
}
