//! Frames, their rows, and the overflow files of these.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::model::fold::Folded;
use crate::model::kind::Kind;
use crate::store::embedded::frame::{self, Frame, Half, Part};
use crate::store::embedded::log::Bytes;
use crate::store::embedded::removed::Removed;
use crate::store::embedded::row::{BODY_OVERFLOWS, RowMeta, SUMMARY_OVERFLOWS, WHOLE, state_code};
use crate::store::embedded::shared::Shared;
use crate::store::embedded::{keys, recovery};

pub(super) struct Frames<'a> {
    shared: &'a Shared,
    expected: u64,
    /// Overflow files that some row has.
    files: BTreeSet<(u64, Part)>,
    /// Records that are not in the index and not forgotten as far as was seen, by their first change.
    unknown: BTreeMap<Vec<u8>, u64>,
}

/// A row with where it stands.
struct At<'a> {
    meta: &'a RowMeta,
    sequence: u64,
    row: usize,
    rows: usize,
}

impl<'a> Frames<'a> {
    pub(super) fn new(shared: &'a Shared) -> Frames<'a> {
        Frames {
            shared,
            expected: 1,
            files: BTreeSet::new(),
            unknown: BTreeMap::new(),
        }
    }

    /// Checks a frame of those up to the sequence that was the last when the verification began.
    pub(super) fn check(&mut self, report: &mut Report, key: &[u8], begin: Bytes, last: u64) {
        let name = keys::shown(key);
        report.want_pieces(key, frame::pieces(&begin));
        let Some(first) = keys::frame_first(key) else {
            report.damage(format!("{name}: the key is damaged"));
            return;
        };
        if first > last {
            return;
        }
        report.frames = report.frames.saturating_add(1);
        let bytes = match frame::whole(&self.shared.log, key, begin) {
            Ok(bytes) => bytes,
            Err(error) => return report.damage(format!("{name}: {error}")),
        };
        let frame = match Frame::parse(&bytes) {
            Ok(frame) => frame,
            // It was taken away since.
            Err(_) if matches!(self.shared.log.get(key), Ok(None)) => return,
            Err(error) => return report.damage(format!("{name}: {error}")),
        };
        if frame.first != first {
            report.damage(format!("{name}: the frame says it begins at {}", frame.first));
        }
        if first != self.expected && !self.are_removed(self.expected, first.saturating_sub(1)) {
            report.damage(recovery::missing(self.expected, first.saturating_sub(1)));
        }
        self.expected = first.saturating_add(frame.rows as u64);
        let mut raw = Vec::new();
        for part in Part::ALL {
            match frame.part(part) {
                Ok(bytes) => raw.push(bytes),
                Err(error) => report.damage(format!("{name}: {error}")),
            }
        }
        let [_, summary, body, _] = raw.as_slice() else { return };
        if let Err(error) = frame.words() {
            report.damage(format!("{name}: {error}"));
        }
        match frame.metas() {
            Ok(metas) => {
                for (row, (sequence, meta)) in (first..).zip(&metas).enumerate() {
                    let rows = metas.len();
                    self.row(
                        report,
                        &At {
                            meta,
                            sequence,
                            row,
                            rows,
                        },
                        summary,
                        body,
                    );
                }
            }
            Err(error) => report.damage(format!("{name}: {error}")),
        }
    }

    fn row(&mut self, report: &mut Report, at: &At<'_>, summary: &[u8], body: &[u8]) {
        report.rows = report.rows.saturating_add(1);
        let (meta, sequence) = (at.meta, at.sequence);
        let Some(key) = keys::record_of(&meta.key) else {
            return report.damage(format!("change {sequence}: the key of its record is damaged"));
        };
        let halves = [
            (Part::Summary, SUMMARY_OVERFLOWS, summary),
            (Part::Body, BODY_OVERFLOWS, body),
        ];
        let mut of_summary = None;
        for (part, flag, raw) in halves {
            let overflows = meta.flags & flag != 0;
            let decoded = if overflows {
                self.files.insert((sequence, part));
                report.overflow_files = report.overflow_files.saturating_add(1);
                let raw = self
                    .shared
                    .overflow
                    .read(sequence, part)
                    .map_err(|error| error.to_string());
                raw.and_then(|raw| decode(&raw))
            } else {
                match frame::half(raw, at.rows, at.row) {
                    Some(Half::Here(raw)) => decode(raw),
                    Some(Half::InFile) | None => Err("it is not where it should be".to_owned()),
                }
            };
            match decoded {
                Ok(half) if part == Part::Summary => of_summary = Some(half),
                Ok(_) => {}
                Err(error) => report.damage(format!("change {sequence}, {}: {error}", part.name())),
            }
        }
        let is_whole = meta.flags & WHOLE != 0;
        if let Some(half) = of_summary.filter(|_| is_whole)
            && state_of(&half, key.kind()) != meta.after
        {
            report.damage(format!(
                "change {sequence}: the state beside it is not that of its content"
            ));
        }
        self.index(report, at);
    }

    /// Whether changes are gone with their frames, by now.
    fn are_removed(&self, from: u64, to: u64) -> bool {
        Removed::load(&self.shared.log).is_ok_and(|removed| removed.covers(from, to))
    }

    /// The newest change of a record says what the index in memory says.
    fn index(&mut self, report: &mut Report, at: &At<'_>) {
        let head = self.shared.head();
        let Some(row) = head.row(&at.meta.key) else {
            if recovery::is_forgotten(&self.shared.kept_since(), at.meta) {
                self.unknown.remove(&at.meta.key);
                return;
            }
            // A later row of it may have an earlier place, of what was forgotten.
            self.unknown.entry(at.meta.key.clone()).or_insert(at.sequence);
            return;
        };
        let is_newest = row.parts.last().is_some_and(|part| part.sequence == at.sequence);
        if is_newest && (row.state != at.meta.after || row.place != at.meta.known.place) {
            report.damage(format!(
                "change {}: the index says something else of its record",
                at.sequence
            ));
        }
    }

    /// What can be said once every frame was seen.
    pub(super) fn finish(&self, report: &mut Report, last: u64) {
        for sequence in self.unknown.values() {
            report.damage(format!("change {sequence}: its record is not in the index"));
        }
        if self.expected <= last {
            report.damage(recovery::missing(self.expected, last));
        }
        match self.shared.overflow.files() {
            Ok(files) => {
                for file in files {
                    let known = file.half.is_some_and(|half| {
                        half.0 > last || self.files.contains(&half) || self.are_removed(half.0, half.0)
                    });
                    if !known {
                        report.damage(format!("{}: it belongs to no change", file.path.display()));
                    }
                }
            }
            Err(error) => report.damage(format!("the overflow files cannot be listed: {error}")),
        }
    }
}

fn decode(raw: &[u8]) -> Result<Folded, String> {
    postcard::from_bytes(raw).map_err(|_| "it cannot be decoded".to_owned())
}

fn state_of(half: &Folded, kind: Kind) -> u8 {
    state_code(half.state(kind))
}
