//! Folding versions of records into what is stored.

use std::collections::HashMap;
use std::sync::Arc;

use super::Writer;
use super::group::{Current, Group};
use crate::model::fold::Folded;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::link::{self, Link};
use crate::model::record::Record;
use crate::model::state::{Rank, State};
use crate::store::embedded::frame::Part;
use crate::store::embedded::links;
use crate::store::embedded::read::Reader;
use crate::store::embedded::row::{self, HISTORY, Row, RowMeta, WHOLE};
use crate::store::rules::{self, FirstPlace, Givers};
use crate::store::{Outcome, Submission};

/// Versions after which the next one is stored as the whole record, so that a read opens at most so many rows.
const PARTS_MAX: usize = 16;

/// Bytes a record in memory takes beside its contents, roughly.
const RECORD_BYTES: usize = 512;

/// Places of the records that are new in one commit.
pub(super) type Firsts = HashMap<RecordKey, FirstPlace>;

/// What a row needs of the arrival that caused it.
pub(super) struct Arrival<'a> {
    pub received_at: crate::model::time::Micros,
    pub history: bool,
    pub hash: &'a [u8; 16],
    /// Of the version, as it has them.
    pub words: &'a Arc<[u32]>,
}

impl Writer {
    pub(super) fn fold(&mut self, group: &mut Group, submission: &Submission, firsts: &mut Firsts) -> Outcome {
        let key = &submission.version.key;
        if !group.records.contains_key(key) && self.repeats(submission) {
            return Outcome::Duplicate;
        }
        let version = Folded::of(&submission.version);
        let arrival = Arrival {
            received_at: submission.received_at,
            history: submission.history,
            hash: &submission.version.order.hash.0,
            words: &submission.version.words,
        };
        let stored = if submission.version.id_made && !group.records.contains_key(key) {
            None
        } else {
            self.take(group, key)
        };
        if (stored.is_none() || firsts.contains_key(key))
            && let Some(problem) = self.shared.kept_since().refuses(submission)
        {
            group.records.extend(stored.map(|current| (key.clone(), current)));
            return Outcome::Refused(problem);
        }
        let Some(mut current) = stored else {
            firsts.insert(key.clone(), FirstPlace::of(submission));
            let mut record = Record {
                key: key.clone(),
                known: rules::first_known(submission),
                content: version,
            };
            self.bring_up_to_date(group, submission, &mut record);
            self.append_new(group, record, arrival);
            return Outcome::Accepted;
        };
        if let Some(problem) = rules::clash(&current.record.content, &version, submission.only_customer.as_ref()) {
            group.records.insert(key.clone(), current);
            return Outcome::Refused(problem);
        }
        // Also of a version that changes nothing else: the place must not depend on their order.
        if let Some(first) = firsts.get_mut(key) {
            let place = first.take(&submission.version);
            current.record.known.place = place;
            let row = current.last_row.and_then(|at| group.rows.get_mut(at));
            if let Some(row) = row {
                row.meta.known.place = place;
            }
        }
        let before = current.record.state();
        let changed = rules::merge(&mut current.record.content, &version);
        if let Err(problem) = changed {
            group.records.insert(key.clone(), current);
            return Outcome::Refused(problem);
        }
        if changed == Ok(false) {
            group.records.insert(key.clone(), current);
            return Outcome::Duplicate;
        }
        current.record.known.clock_ahead |= submission.clock_ahead;
        self.bring_up_to_date(group, submission, &mut current.record);
        let whole = current.parts >= PARTS_MAX;
        if whole {
            current.parts = 0;
        }
        let delta = (!whole).then_some(&version);
        self.append(group, current, delta, Some(before), arrival);
        Outcome::Accepted
    }

    /// Adds a record of one version.
    pub(super) fn append_new(&self, group: &mut Group, record: Record, arrival: Arrival<'_>) {
        let current = Current {
            record,
            links: Vec::new(),
            parts: 0,
            last_row: None,
        };
        self.append(group, current, None, None, arrival);
    }

    /// Adds a row with what a version says of a record (`delta`; else the whole record), and keeps the record for the
    /// versions after it. `before` is its state without the version.
    fn append(
        &self,
        group: &mut Group,
        mut current: Current,
        delta: Option<&Folded>,
        before: Option<Option<State>>,
        arrival: Arrival<'_>,
    ) {
        let record = &current.record;
        let (ids, has) = self.shared.hasher.of_record(record);
        let links = links_of(record);
        let (links_added, links_removed) = links::changed(&current.links, &links);
        let (summary, body) = delta.unwrap_or(&record.content).halves(record.key.kind());
        let mut flags = has;
        if current.parts == 0 {
            flags |= WHOLE;
        }
        if arrival.history {
            flags |= HISTORY;
        }
        // A row that stands for all before it says what they said.
        let words = match before {
            Some(_) if delta.is_none() => record.content.words(record.key.kind()).into(),
            _ => Arc::clone(arrival.words),
        };
        let code = record.content.text("statusCode").and_then(|code| code.parse().ok());
        let row = Row {
            meta: RowMeta {
                key: record.key.bytes(),
                hash: *arrival.hash,
                received_at: arrival.received_at.0,
                before: row::before_code(before),
                after: row::state_code(record.state()),
                flags,
                known: record.known.clone(),
                ids,
                links_added,
                links_removed,
                code: code.unwrap_or(0),
                duration: row::duration_code(record.duration()),
            },
            words,
            summary: row::encode(&summary),
            body: row::encode(&body),
        };
        current.links = links;
        current.parts = current.parts.saturating_add(1);
        current.last_row = Some(group.rows.len());
        group.records.insert(current.record.key.clone(), current);
        group.rows.push(row);
    }

    /// A record as the group left it, else as it is stored. Whoever takes it puts it back.
    fn take(&mut self, group: &mut Group, key: &RecordKey) -> Option<Current> {
        let of_group = group.records.remove(key);
        of_group.or_else(|| self.recent.take(key)).or_else(|| self.stored(key))
    }

    /// Whether a version is the newest one of its record, sent again: told by the index, without the record. A sender
    /// limited to one customer is told by the record itself whether it may write it.
    fn repeats(&self, submission: &Submission) -> bool {
        let head = self.shared.head();
        let row = head.row(&submission.version.key.bytes());
        submission.only_customer.is_none()
            && row.is_some_and(|row| row.repeats(&submission.version.order.hash.0, &submission.source))
    }

    fn stored(&self, key: &RecordKey) -> Option<Current> {
        let (known, parts) = {
            let head = self.shared.head();
            let row = head.row(&key.bytes())?;
            (row.known(), row.parts.clone())
        };
        let content = Reader::new(&self.shared).readable(key, &parts, &[Part::Summary, Part::Body]);
        let record = Record {
            key: key.clone(),
            known,
            content,
        };
        Some(Current {
            links: links_of(&record),
            record,
            parts: parts.len(),
            last_row: None,
        })
    }

    /// Brings what is derived up to date; of a restored record nothing is looked up.
    fn bring_up_to_date(&mut self, group: &mut Group, submission: &Submission, record: &mut Record) {
        if submission.restored.is_some() {
            rules::derive(&mut record.known, &record.content, None, None, None);
        } else {
            self.derive(group, record, submission.only_customer.as_ref());
        }
    }

    /// Takes a missing customer or integration from the connection or run the record names.
    fn derive(&mut self, group: &mut Group, record: &mut Record, only_customer: Option<&Id>) {
        let givers = rules::givers(&record.key, &record.known, &record.content);
        let Givers { connection, run } = givers.unwrap_or(Givers {
            connection: None,
            run: None,
        });
        let connection = connection.and_then(|id: Id| self.entity(group, EntityKind::Connection, &id));
        let run = run.and_then(|key| self.take(group, &key));
        let run_record = run.as_ref().map(|current| &current.record);
        let (known, content) = (&mut record.known, &record.content);
        rules::derive(known, content, connection.as_ref(), run_record, only_customer);
        if let Some(run) = run {
            group.records.insert(run.record.key.clone(), run);
        }
    }

    /// Keeps the records of a group that became durable, for the versions of them that follow.
    pub(super) fn remember(&mut self, records: HashMap<RecordKey, Current>) {
        for (key, mut current) in records {
            if !is_expected_again(&current.record) {
                continue;
            }
            current.last_row = None;
            // A part takes about three times its encoding: lists of small texts are mostly overhead.
            let content = current.record.content.bytes().saturating_mul(3);
            let bytes = content.saturating_add(RECORD_BYTES);
            self.recent.put(key, current, bytes);
        }
    }
}

/// Whether more of a record is likely to come: it has not ended, or others that come look it up. What has ended is read
/// again when it is sent otherwise after all.
fn is_expected_again(record: &Record) -> bool {
    let is_open = || record.state().is_none_or(|state| state.rank() < Rank::Ended);
    match record.key.kind() {
        Kind::FlowRun => true,
        Kind::EntityChange => false,
        _ => is_open(),
    }
}

/// What a record names, sorted.
fn links_of(record: &Record) -> Vec<Link> {
    let mut links = link::named_by(record);
    links.sort_unstable();
    links.dedup();
    links
}
