//! A group becomes durable, then visible.

use std::time::{Duration, Instant};

use super::Writer;
use super::group::{ChangedEntity, Group};
use crate::store::StoreError;
use crate::store::embedded::frame::{self, HALF_MAX, Part, Words};
use crate::store::embedded::log::Batch;
use crate::store::embedded::row::{BODY_OVERFLOWS, Row, SUMMARY_OVERFLOWS};
use crate::store::embedded::{entities, state};

/// What a write took.
pub(super) struct Written {
    pub frames: Vec<Encoded>,
    pub overflow_files: usize,
    /// Bytes of the frames.
    pub bytes: usize,
    pub sync: Duration,
}

/// A frame ready to be stored.
pub(super) struct Encoded {
    pub first: u64,
    pub rows: usize,
    pub bytes: Vec<u8>,
    pub words: Words,
}

impl Writer {
    pub(super) fn write(&self, group: &mut Group) -> Result<Written, StoreError> {
        let overflow_files = self.overflow(group)?;
        let mut batch = Batch::default();
        let frames = frames(group)?;
        for frame in &frames {
            frame::put(&mut batch, frame.first, &frame.bytes);
        }
        self.put_entities(&mut batch, group)?;
        for (key, changed) in &group.state {
            state::put(
                &mut batch,
                &self.shared.log,
                key,
                changed.revision,
                changed.bytes.as_deref(),
            )?;
        }
        if group.revision != self.revision {
            state::put_revision(&mut batch, group.revision)?;
        }
        let began = Instant::now();
        self.shared.log.commit(batch)?;
        Ok(Written {
            bytes: frames.iter().map(|frame| frame.bytes.len()).sum(),
            frames,
            overflow_files,
            sync: began.elapsed(),
        })
    }

    /// Puts halves of rows that are too long for a frame into files of their own, durable before the frames.
    fn overflow(&self, group: &mut Group) -> Result<usize, StoreError> {
        let mut files = 0_usize;
        for (sequence, row) in (group.first..).zip(&mut group.rows) {
            let halves = [
                (Part::Summary, SUMMARY_OVERFLOWS, &row.summary),
                (Part::Body, BODY_OVERFLOWS, &row.body),
            ];
            for (part, flag, half) in halves {
                if half.len() > HALF_MAX {
                    self.shared.overflow.write(sequence, part, half)?;
                    row.meta.flags |= flag;
                    files = files.saturating_add(1);
                }
            }
        }
        if files > 0 {
            self.shared.overflow.sync()?;
        }
        Ok(files)
    }

    fn put_entities(&self, batch: &mut Batch, group: &Group) -> Result<(), StoreError> {
        for ChangedEntity {
            entity,
            rows_before,
            is_new,
        } in group.entities.values()
        {
            entities::put(batch, &self.shared.log, entity, rows_before, *is_new)?;
        }
        for then in &group.history {
            entities::put_history(batch, &then.entity, then.received_at, then.sequence)?;
        }
        Ok(())
    }

    /// Lets readers see a group that is durable.
    pub(super) fn publish(&mut self, group: Group, mut frames: Vec<Encoded>) {
        let last = group.next().saturating_sub(1);
        for frame in &mut frames {
            self.shared.fresh().put(frame.first, std::mem::take(&mut frame.bytes));
        }
        {
            let mut head = self.shared.head_mut();
            let mut rows = group.rows.iter().map(|row| &row.meta);
            for frame in frames {
                let metas = rows.by_ref().take(frame.rows);
                head.apply(frame.first, metas, Some(&frame.words), |_| false);
            }
        }
        self.revision = group.revision;
        if !group.rows.is_empty() {
            self.watermark.reached(last);
        }
        let mut counts = self.shared.entities();
        for ((kind, _), changed) in &group.entities {
            if changed.is_new {
                let count = counts.entry(*kind).or_default();
                *count = count.saturating_add(1);
            }
        }
        drop(counts);
        self.remember(group.records);
    }
}

/// Where the next row stands in its frame: the one place that decides where frames end.
#[derive(Default)]
struct FrameAt {
    rows: usize,
    raw: usize,
}

impl FrameAt {
    /// The row's place in its frame; 0 begins a new one.
    fn next(&mut self, row: &Row) -> u16 {
        let raw = row.raw_bytes();
        if self.rows >= frame::ROWS_MAX || self.raw.saturating_add(raw) > frame::RAW_MAX {
            *self = FrameAt::default();
        }
        let at = self.rows;
        self.rows = self.rows.saturating_add(1);
        self.raw = self.raw.saturating_add(raw);
        u16::try_from(at).unwrap_or(u16::MAX)
    }
}

/// Frames of the group's rows.
fn frames(group: &Group) -> Result<Vec<Encoded>, StoreError> {
    let mut at = FrameAt::default();
    let mut frames = Vec::new();
    let mut first = group.first;
    let mut open: Vec<&Row> = Vec::new();
    for (sequence, row) in (group.first..).zip(&group.rows) {
        if at.next(row) == 0 {
            if !open.is_empty() {
                frames.push(encoded(first, &open)?);
                open.clear();
            }
            first = sequence;
        }
        open.push(row);
    }
    if !open.is_empty() {
        frames.push(encoded(first, &open)?);
    }
    Ok(frames)
}

fn encoded(first: u64, rows: &[&Row]) -> Result<Encoded, StoreError> {
    let mut words = Words::new();
    let most = rows.iter().map(|row| row.words.len()).sum();
    for row in rows.iter().filter(|row| !row.words.is_empty()) {
        if let Some(kind) = row.meta.kind() {
            let of_kind = words.entry(kind).or_insert_with(|| Vec::with_capacity(most));
            of_kind.extend_from_slice(&row.words);
        }
    }
    for words in words.values_mut() {
        // The rows' own are sorted already: this merges them.
        words.sort();
        words.dedup();
    }
    Ok(Encoded {
        first,
        rows: rows.len(),
        bytes: frame::encode(first, rows, &words)?,
        words,
    })
}
