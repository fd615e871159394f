//! Reading records: the index says where, frames and overflow files say what.

use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

use super::frame::{self, Frame, FramePart, Half, Part};
use super::head::{Head, HeadRow, Inside, PartAt};
use super::needle::Needle;
use super::row::{BODY_OVERFLOWS, SUMMARY_OVERFLOWS, before_of, state_of};
use super::shared::Shared;
use super::{keys, links};
use crate::model::fold::Folded;
use crate::model::id::RecordKey;
use crate::model::link::{End, Relation};
use crate::model::record::{Known, Record};
use crate::model::time::Micros;
use crate::store::call::{Call, Step};
use crate::store::{Change, Linked, StoreError};

/// A record as the index knows it.
pub(super) struct Found {
    pub key: RecordKey,
    pub known: Known,
    pub parts: Vec<PartAt>,
}

/// One reader and what it opened.
pub(super) struct Reader<'a> {
    shared: &'a Shared,
    opened: Cell<u64>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(shared: &'a Shared) -> Reader<'a> {
        Reader {
            shared,
            opened: Cell::new(0),
        }
    }

    fn part(&self, first: u64, part: Part) -> Result<Arc<FramePart>, StoreError> {
        if let Some(found) = self.shared.parts().get(&(first, part)) {
            return Ok(Arc::clone(found));
        }
        self.opened.set(self.opened.get().saturating_add(1));
        let key = keys::frame(first);
        let damaged = |what: &dyn std::fmt::Display| StoreError::Damaged(format!("frame {first}: {what}"));
        let fresh = self.shared.fresh().get(first);
        let bytes = match fresh {
            Some(fresh) => fresh,
            None => {
                let begin = self.shared.log.get(&key)?.ok_or_else(|| damaged(&"it is missing"))?;
                frame::whole(&self.shared.log, &key, begin)?.into()
            }
        };
        let frame = Frame::parse(&bytes).map_err(|error| damaged(&error))?;
        let raw = frame.part(part).map_err(|error| damaged(&error))?;
        let found = Arc::new(FramePart { rows: frame.rows, raw });
        self.shared
            .parts()
            .put((first, part), Arc::clone(&found), found.raw.len());
        Ok(found)
    }

    fn half(&self, at: &PartAt, part: Part) -> Result<Folded, StoreError> {
        let damaged =
            |what: &str| StoreError::Damaged(format!("frame {}, row {}, {}: {what}", at.frame(), at.row, part.name()));
        let flag = if part == Part::Summary {
            SUMMARY_OVERFLOWS
        } else {
            BODY_OVERFLOWS
        };
        if at.flags & flag != 0 {
            let raw = self.shared.overflow.read(at.sequence, part)?;
            return postcard::from_bytes(&raw).map_err(|_| damaged("the overflow file cannot be decoded"));
        }
        let found = self.part(at.frame(), part)?;
        match frame::half(&found.raw, found.rows, usize::from(at.row)) {
            Some(Half::Here(raw)) => postcard::from_bytes(raw).map_err(|_| damaged("it cannot be decoded")),
            Some(Half::InFile) | None => Err(damaged("it is not where it should be")),
        }
    }

    /// What the versions say together, of the halves asked for.
    fn content(&self, parts: &[PartAt], halves: &[Part]) -> Result<Folded, StoreError> {
        let mut whole = Folded::default();
        for at in parts {
            for part in halves {
                take(&mut whole, self.half(at, *part)?);
            }
        }
        Ok(whole)
    }

    /// Like [`Reader::content`]; what cannot be read is left out, and the operator is told.
    pub(super) fn readable(&self, key: &RecordKey, parts: &[PartAt], halves: &[Part]) -> Folded {
        let mut whole = Folded::default();
        for at in parts {
            for part in halves {
                match self.half(at, *part) {
                    Ok(half) => take(&mut whole, half),
                    // It was forgotten since the index was asked.
                    Err(_) if self.shared.head().row(&key.bytes()).is_none() => return whole,
                    Err(error) => {
                        let (kind, id) = (key.kind().name(), key.id());
                        self.shared.condition.alarm(format!("{kind} {id}: {error}"));
                    }
                }
            }
        }
        whole
    }

    /// Whether the text of some version may have one of these in it; `false` is certain.
    pub(super) fn may_hold(&self, parts: &[PartAt], any: &[Needle]) -> bool {
        parts.iter().any(|at| {
            let halves = [(Part::Summary, SUMMARY_OVERFLOWS), (Part::Body, BODY_OVERFLOWS)];
            halves.into_iter().any(|(part, flag)| {
                if at.flags & flag != 0 {
                    return true;
                }
                let Ok(found) = self.part(at.frame(), part) else {
                    return true;
                };
                match frame::half(&found.raw, found.rows, usize::from(at.row)) {
                    Some(Half::Here(raw)) => any.iter().any(|needle| needle.may_be_in(raw)),
                    Some(Half::InFile) | None => true,
                }
            })
        })
    }

    /// A summary. One that cannot be read is shown without its fields, so that its neighbours can be seen.
    pub(super) fn summary(&self, found: Found) -> Record {
        Record {
            content: self.readable(&found.key, &found.parts, &[Part::Summary]),
            key: found.key,
            known: found.known,
        }
    }

    pub(super) fn finish(&self, call: &Call, began: Instant, message: impl FnOnce() -> String) {
        let opened = self.opened.get();
        call.steps.record(|| {
            Step::new(message())
                .with(serde_json::json!({ "framesOpened": opened }))
                .took(began.elapsed())
        });
    }
}

fn take(whole: &mut Folded, half: Folded) {
    if *whole == Folded::default() {
        *whole = half;
    } else {
        whole.merge(&half);
    }
}

pub(super) fn found(row: &HeadRow) -> Option<Found> {
    Some(Found {
        key: keys::record_of(&row.key)?,
        known: row.known(),
        parts: row.parts.clone(),
    })
}

pub(super) fn visible(head: &Head, inside: &Inside, key: &[u8]) -> Option<Found> {
    head.row(key).filter(|row| inside.holds(head, row)).and_then(found)
}

pub(super) fn get(shared: &Shared, call: &Call, keys: &[RecordKey]) -> Result<Vec<Option<Record>>, StoreError> {
    let (began, reader) = (Instant::now(), Reader::new(shared));
    let inside = Inside::new(&shared.hasher, &call.scope);
    let found: Vec<Option<Found>> = {
        let head = shared.head();
        keys.iter().map(|key| visible(&head, &inside, &key.bytes())).collect()
    };
    let mut records = Vec::with_capacity(found.len());
    for found in found {
        in_time(call)?;
        records.push(found.map(|found| reader.summary(found)));
    }
    reader.finish(call, began, || format!("looked up {} records by key", keys.len()));
    Ok(records)
}

pub(super) fn whole(shared: &Shared, call: &Call, key: &RecordKey) -> Result<Option<Record>, StoreError> {
    let (began, reader) = (Instant::now(), Reader::new(shared));
    let inside = Inside::new(&shared.hasher, &call.scope);
    let found = visible(&shared.head(), &inside, &key.bytes());
    let Some(found) = found else { return Ok(None) };
    let versions = found.parts.len();
    let content = match reader.content(&found.parts, &[Part::Summary, Part::Body]) {
        // It was forgotten since the index was asked.
        Err(_) if shared.head().row(&key.bytes()).is_none() => return Ok(None),
        content => content?,
    };
    reader.finish(call, began, || {
        format!("put a record together from {versions} versions")
    });
    Ok(Some(Record {
        key: found.key,
        known: found.known,
        content,
    }))
}

pub(super) fn linked(
    shared: &Shared,
    call: &Call,
    key: &RecordKey,
    relation: Option<(Relation, End)>,
    after: Option<&RecordKey>,
    limit: usize,
) -> Result<Vec<Linked>, StoreError> {
    let (began, reader) = (Instant::now(), Reader::new(shared));
    let inside = Inside::new(&shared.hasher, &call.scope);
    let after = after.map(RecordKey::bytes);
    let near: Vec<_> = {
        let head = shared.head();
        let near = head.linked(&inside, &key.bytes(), relation, after.as_deref(), limit);
        near.into_iter()
            .map(|near| (visible(&head, &inside, &near.key), near))
            .collect()
    };
    let mut linked = Vec::with_capacity(near.len());
    for (found, near) in near {
        in_time(call)?;
        let (Some(relation), Some(key)) = (links::relation_of(near.relation), keys::record_of(&near.key)) else {
            continue;
        };
        let record = found.map(|found| reader.summary(found));
        linked.push(Linked {
            relation,
            other_is: near.other_is,
            key,
            record,
        });
    }
    reader.finish(call, began, || format!("followed {} links", linked.len()));
    Ok(linked)
}

pub(super) fn changes(shared: &Shared, call: &Call, after: u64, limit: usize) -> Result<Vec<Change>, StoreError> {
    let began = Instant::now();
    // What is in the log but not yet durable is not told.
    let last = shared.head().sequence;
    let next = after.saturating_add(1);
    let begin = shared
        .log
        .range(&keys::frame(0), &keys::frame(next.saturating_add(1)))
        .next_back()
        .transpose()?;
    let begin = begin.map_or_else(|| keys::frame(next), |(key, _)| key.to_vec());
    let mut changes = Vec::new();
    let mut frames = 0_u64;
    for item in shared.log.range(&begin, &keys::end_of(&[keys::FRAME])) {
        let (key, value) = item?;
        if changes.len() >= limit || keys::frame_first(&key).is_none_or(|first| first > last) {
            break;
        }
        if call.is_late() && !changes.is_empty() {
            break;
        }
        let bytes = frame::whole(&shared.log, &key, value)?;
        let metas = Frame::parse(&bytes).and_then(|frame| Ok((frame.first, frame.metas()?)));
        let (first, metas) = match metas {
            Ok(metas) => metas,
            // It was taken away since.
            Err(_) if shared.log.get(&key)?.is_none() => continue,
            Err(error) => {
                shared.condition.alarm(format!("{}: {error}", keys::shown(&key)));
                continue;
            }
        };
        frames = frames.saturating_add(1);
        for (sequence, meta) in (first..).zip(metas) {
            if sequence < next || sequence > last || changes.len() >= limit {
                continue;
            }
            let Some(key) = keys::record_of(&meta.key) else {
                continue;
            };
            changes.push(Change {
                sequence,
                received_at: Micros(meta.received_at),
                key,
                before: before_of(meta.before),
                after: state_of(meta.after),
                history: meta.flags & super::row::HISTORY != 0,
            });
        }
    }
    call.steps
        .record(|| Step::new(format!("read {} changes from {frames} frames", changes.len())).took(began.elapsed()));
    Ok(changes)
}

/// A look-up past its deadline says so instead of answering a part.
pub(super) fn in_time(call: &Call) -> Result<(), StoreError> {
    if call.is_late() {
        Err(StoreError::Overloaded("the deadline passed during the read"))
    } else {
        Ok(())
    }
}
