//! One commit: state is checked first, then nothing can fail any more.

use std::collections::BTreeMap;

use super::{Data, Kept, Snapshot, Value};
use crate::model::entity::{EntityDelta, EntityVersion};
use crate::model::fold::Folded;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::ledger::Receipt;
use crate::model::link;
use crate::model::record::{Known, Record};
use crate::model::state::State;
use crate::model::time::Micros;
use crate::store::expiry::{self, Expired, KeptSince};
use crate::store::rules::{self, FirstPlace};
use crate::store::{
    Change, Commit, CommitReceipt, Committed, Item, Outcome, StateWrite, StoreError, Submission, entity_change,
    state_keys,
};

/// What a commit does to state keys: the value to put, or `None` to take it away.
type Staged = BTreeMap<String, Option<Vec<u8>>>;

impl Data {
    pub(super) fn commit(&mut self, commit: Commit) -> Result<Committed, StoreError> {
        let Some(staged) = self.stage(commit.state) else {
            return Ok(Committed {
                outcomes: Vec::new(),
                state_held: false,
            });
        };
        if let Some(receipt) = &commit.receipt {
            // A ledger row that cannot be read must stop the commit before anything of it is done.
            self.ledger_row(receipt, &Receipt::default())?;
        }
        let since = self.kept_since()?;
        let mut firsts = BTreeMap::new();
        let outcomes: Vec<Outcome> = (commit.items.iter())
            .map(|item| match item {
                Item::Log(submission) => self.fold(submission, &mut firsts, &since),
                Item::Entity {
                    version,
                    received_at,
                    source,
                    history,
                } => self.upsert(version, *received_at, source, *history),
            })
            .collect();
        for (key, value) in staged {
            match value {
                Some(value) => self.put(key, value),
                None => drop(self.state.remove(&key)),
            }
        }
        if let Some(receipt) = &commit.receipt {
            self.write_receipt(receipt, &commit.items, &outcomes)?;
        }
        Ok(Committed {
            outcomes,
            state_held: true,
        })
    }

    /// `None` when a write finds another revision than it was told. A commit cannot know the revision of what
    /// it writes itself, so a second conditional write of one key in it never holds.
    fn stage(&self, writes: Vec<StateWrite>) -> Option<Staged> {
        let mut staged = Staged::new();
        for write in writes {
            match write {
                StateWrite::Create { key, value } => {
                    let is_there = staged.get(&key).map_or(self.state.contains_key(&key), Option::is_some);
                    if is_there {
                        return None;
                    }
                    staged.insert(key, Some(value));
                }
                StateWrite::PutIf { key, value, revision } => {
                    self.holds(&staged, &key, revision)?;
                    staged.insert(key, Some(value));
                }
                StateWrite::DeleteIf { key, revision } => {
                    self.holds(&staged, &key, revision)?;
                    staged.insert(key, None);
                }
            }
        }
        Some(staged)
    }

    fn holds(&self, staged: &Staged, key: &str, revision: u64) -> Option<()> {
        let stored = self.state.get(key).filter(|_| !staged.contains_key(key))?;
        (stored.revision == revision).then_some(())
    }

    fn put(&mut self, key: String, bytes: Vec<u8>) {
        self.revision += 1;
        self.state.insert(
            key,
            Value {
                bytes,
                revision: self.revision,
            },
        );
    }

    pub(super) fn kept_since(&self) -> Result<KeptSince, StoreError> {
        let rows = self
            .state
            .iter()
            .filter(|(key, _)| key.starts_with(state_keys::KEPT_SINCE));
        KeptSince::read(rows.map(|(key, value)| (key.as_str(), value.bytes.as_slice())))
    }

    pub(super) fn expire(&mut self, kind: Kind, before: Micros) -> Result<Expired, StoreError> {
        let mut since = self.kept_since()?;
        if kind != Kind::EntityChange {
            since.advance(kind, before);
            if let Some(since) = since.get(kind) {
                let (key, value) = expiry::row(kind, since);
                self.put(key, value);
            }
        }
        let records = self.records.len();
        self.records
            .retain(|key, kept| !since.is_before(key.kind(), kept.summary.known.place));
        Ok(Expired {
            kept_since: since.get(kind).unwrap_or(Micros(i64::MIN)),
            records: (records - self.records.len()) as u64,
            is_done: true,
        })
    }

    fn fold(
        &mut self,
        submission: &Submission,
        firsts: &mut BTreeMap<RecordKey, FirstPlace>,
        since: &KeptSince,
    ) -> Outcome {
        let key = &submission.version.key;
        if (!self.records.contains_key(key) || firsts.contains_key(key))
            && let Some(problem) = since.refuses(submission)
        {
            return Outcome::Refused(problem);
        }
        let version = Folded::of(&submission.version);
        let (mut record, before) = match self.records.get_mut(key) {
            None => {
                firsts.insert(key.clone(), FirstPlace::of(submission));
                let known = rules::first_known(submission);
                (
                    Record {
                        key: key.clone(),
                        known,
                        content: version,
                    },
                    None,
                )
            }
            Some(kept) => {
                let before = kept.whole.state();
                if let Some(problem) = rules::clash(&kept.whole.content, &version, submission.only_customer.as_ref()) {
                    return Outcome::Refused(problem);
                }
                // Also of a version that changes nothing else: the place must not depend on their order.
                if let Some(first) = firsts.get_mut(key) {
                    let place = first.take(&submission.version);
                    (kept.whole.known.place, kept.summary.known.place) = (place, place);
                }
                let mut record = kept.whole.clone();
                match rules::merge(&mut record.content, &version) {
                    Ok(true) => {}
                    Ok(false) => return Outcome::Duplicate,
                    Err(problem) => return Outcome::Refused(problem),
                }
                record.known.clock_ahead |= submission.clock_ahead;
                (record, Some(before))
            }
        };
        if submission.restored.is_some() {
            rules::derive(&mut record.known, &record.content, None, None, None);
        } else {
            self.derive(&mut record, submission.only_customer.as_ref());
        }
        self.keep(record, before, submission.received_at, submission.history);
        Outcome::Accepted
    }

    fn derive(&self, record: &mut Record, only_customer: Option<&Id>) {
        let givers = rules::givers(&record.key, &record.known, &record.content);
        let connection = (givers.as_ref())
            .and_then(|givers| self.entities.get(&(EntityKind::Connection, givers.connection.clone()?)));
        let run = givers
            .as_ref()
            .and_then(|givers| self.records.get(givers.run.as_ref()?));
        rules::derive(
            &mut record.known,
            &record.content,
            connection,
            run.map(|kept| &kept.whole),
            only_customer,
        );
    }

    /// Puts a record in its place and appends the change.
    fn keep(&mut self, whole: Record, before: Option<Option<State>>, received_at: Micros, history: bool) {
        let (content, _body) = whole.content.clone().split(whole.key.kind());
        let summary = Record {
            key: whole.key.clone(),
            known: whole.known.clone(),
            content,
        };
        self.changes.push(Change {
            sequence: self.sequence() + 1,
            received_at,
            key: whole.key.clone(),
            before,
            after: whole.state(),
            history,
        });
        let links = link::named_by(&summary);
        self.records.insert(whole.key.clone(), Kept { whole, summary, links });
    }

    fn upsert(&mut self, version: &EntityVersion, received_at: Micros, source: &str, history: bool) -> Outcome {
        let place = (version.kind, version.id.clone());
        let (entity, delta) = match self.entities.get(&place) {
            None => {
                let changed = version.fields.iter().map(|field| (field.name.clone(), None)).collect();
                match rules::first_entity(version, received_at) {
                    Ok(entity) => (entity, EntityDelta { changed }),
                    Err(problem) => return Outcome::Refused(problem),
                }
            }
            Some(stored) => {
                let mut entity = stored.clone();
                let delta = match rules::apply(&mut entity, version, received_at) {
                    Ok(delta) => delta,
                    Err(problem) => return Outcome::Refused(problem),
                };
                let Some(delta) = delta else {
                    // Nothing that shows; the times its members were given at may have moved, and what
                    // arrives later is weighed against them.
                    self.entities.insert(place, entity);
                    return Outcome::Duplicate;
                };
                (entity, delta)
            }
        };
        if let Some(key) = entity_change::key(self.sequence() + 1) {
            let change = entity_change::version(key.clone(), &entity, &delta, version, received_at);
            let known = Known {
                place: received_at,
                received_at,
                source: source.into(),
                derived_customer: None,
                derived_integration: None,
                clock_ahead: false,
                history,
            };
            self.keep(
                Record {
                    key,
                    known,
                    content: Folded::of(&change),
                },
                None,
                received_at,
                history,
            );
        }
        self.history.push(Snapshot {
            received_at,
            entity: entity.clone(),
        });
        self.entities.insert(place, entity);
        Outcome::Accepted
    }

    fn ledger_row(&self, receipt: &CommitReceipt, sum: &Receipt) -> Result<(String, Vec<u8>), StoreError> {
        let key = rules::ledger_key(&receipt.source, receipt.received_at);
        let stored = self.state.get(&key).map(|value| value.bytes.as_slice());
        let row = rules::ledger_row(stored, receipt.received_at, sum)?;
        Ok((key, row))
    }

    fn sum(&self, receipt: &CommitReceipt, items: &[Item], outcomes: &[Outcome]) -> Receipt {
        let after = |key: &RecordKey| self.records.get(key).map(|kept| &kept.summary);
        rules::receipt(receipt, items, outcomes, after)
    }

    fn write_receipt(
        &mut self,
        receipt: &CommitReceipt,
        items: &[Item],
        outcomes: &[Outcome],
    ) -> Result<(), StoreError> {
        let (key, row) = self.ledger_row(receipt, &self.sum(receipt, items, outcomes))?;
        self.put(key, row);
        let refused = rules::refused(receipt, items, outcomes);
        let prefix = rules::reject_prefix(receipt.received_at);
        let last = self.state.keys().rev().find(|key| key.starts_with(&prefix)).cloned();
        for (key, value) in rules::reject_rows(receipt, &refused, last.as_deref()) {
            self.put(key, value);
        }
        Ok(())
    }
}
