//! The in-memory engine: ordered maps and full scans, sharing nothing but the model and `store::rules` with the
//! embedded one, which is compared with it. It keeps nothing beyond the process and has no limits.

mod below;
mod entities;
mod read;
mod write;

use std::collections::BTreeMap;
use std::sync::RwLock;

use super::call::{Call, Step};
use super::expiry::Expired;
use super::linked::{Siblings, SiblingsRequest, WORST_OF_MAX};
use super::naming::Wanted;
use super::{
    Answer, Change, Commit, Committed, Entities, EntityFilter, EntityPage, Linked, ListRequest, Page, RecordLog,
    StateStore, StateValue, Stats, Store, StoreError, Verified,
};
use crate::model::entity::Entity;
use crate::model::filter::Direction;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::link::{End, Link, Relation};
use crate::model::record::Record;
use crate::model::time::Micros;
use crate::model::tone::Tone;

/// A store that lives as long as the process.
#[derive(Debug, Default)]
pub struct MemoryStore {
    data: RwLock<Data>,
}

/// Everything kept.
#[derive(Debug, Default)]
struct Data {
    closed: bool,
    records: BTreeMap<RecordKey, Kept>,
    /// In order of arrival; the sequence of the first one is 1.
    changes: Vec<Change>,
    entities: BTreeMap<(EntityKind, Id), Entity>,
    history: Vec<Snapshot>,
    state: BTreeMap<String, Value>,
    /// The last revision given to a state value; never given twice.
    revision: u64,
}

/// A record, and what reads need of it.
#[derive(Debug)]
struct Kept {
    whole: Record,
    summary: Record,
    /// What it names itself.
    links: Vec<Link>,
}

/// An entity after a change.
#[derive(Debug)]
struct Snapshot {
    received_at: Micros,
    entity: Entity,
}

#[derive(Debug)]
struct Value {
    bytes: Vec<u8>,
    revision: u64,
}

impl MemoryStore {
    pub fn new() -> MemoryStore {
        MemoryStore::default()
    }

    /// Answers at once from the data, unless the store is closed or the call too late.
    fn reading<T: Send + 'static>(&self, call: &Call, read: impl FnOnce(&Data) -> T) -> Answer<'_, T> {
        let answer = self.data.read().map_err(|_| StoreError::Failed).and_then(|data| {
            data.is_open()?;
            if call.is_late() {
                return Err(StoreError::Overloaded("the deadline passed before the read began"));
            }
            Ok(read(&data))
        });
        Box::pin(std::future::ready(answer))
    }
}

impl Data {
    fn is_open(&self) -> Result<(), StoreError> {
        if self.closed { Err(StoreError::Stopping) } else { Ok(()) }
    }
}

impl RecordLog for MemoryStore {
    fn get<'a>(&'a self, call: &'a Call, keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Record>>> {
        self.reading(call, |data| {
            let summary = |key| data.visible(key, &call.scope).map(|kept| kept.summary.clone());
            keys.iter().map(summary).collect()
        })
    }

    fn whole<'a>(&'a self, call: &'a Call, key: &'a RecordKey) -> Answer<'a, Option<Record>> {
        self.reading(call, |data| {
            data.visible(key, &call.scope).map(|kept| kept.whole.clone())
        })
    }

    fn list<'a>(&'a self, call: &'a Call, request: &'a ListRequest) -> Answer<'a, Page<Record>> {
        self.reading(call, |data| {
            call.steps
                .record(|| Step::new(format!("looked through all {} records", data.records.len())));
            data.list(request, &call.scope)
        })
    }

    fn linked<'a>(
        &'a self,
        call: &'a Call,
        key: &'a RecordKey,
        relation: Option<(Relation, End)>,
        after: Option<&'a RecordKey>,
        limit: usize,
    ) -> Answer<'a, Vec<Linked>> {
        self.reading(call, |data| data.linked(key, relation, after, limit, &call.scope))
    }

    fn siblings<'a>(&'a self, call: &'a Call, request: &'a SiblingsRequest) -> Answer<'a, Siblings> {
        self.reading(call, |data| data.siblings(request, &call.scope))
    }

    fn worst_of<'a>(&'a self, call: &'a Call, keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Tone>>> {
        self.reading(call, |data| {
            let asked = keys.iter().enumerate();
            let tone = |(at, key)| (at < WORST_OF_MAX).then(|| data.below(key, &call.scope)).flatten();
            asked.map(tone).collect()
        })
    }

    fn expire<'a>(&'a self, call: &'a Call, kind: Kind, before: Micros) -> Answer<'a, Expired> {
        let done = self.data.write().map_err(|_| StoreError::Failed).and_then(|mut data| {
            data.is_open()?;
            if call.is_late() {
                return Err(StoreError::Overloaded(
                    "the deadline passed before anything was forgotten",
                ));
            }
            data.expire(kind, before)
        });
        Box::pin(std::future::ready(done))
    }

    fn changes<'a>(&'a self, call: &'a Call, after: u64, limit: usize) -> Answer<'a, Vec<Change>> {
        self.reading(call, |data| {
            data.changes
                .iter()
                .filter(|change| change.sequence > after)
                .take(limit)
                .cloned()
                .collect()
        })
    }

    fn stats<'a>(&'a self, call: &'a Call) -> Answer<'a, Stats> {
        self.reading(call, Data::stats)
    }

    fn verify<'a>(&'a self, call: &'a Call) -> Answer<'a, Verified> {
        self.reading(call, |data| Verified {
            checked: vec![format!(
                "{} records, {} entities, {} state values in memory",
                data.records.len(),
                data.entities.len(),
                data.state.len()
            )],
            damage: Vec::new(),
        })
    }
}

impl Entities for MemoryStore {
    fn entity<'a>(&'a self, call: &'a Call, kind: EntityKind, id_or_key: &'a str) -> Answer<'a, Option<Entity>> {
        self.reading(call, |data| data.entity(kind, id_or_key, &call.scope))
    }

    fn entities<'a>(
        &'a self,
        call: &'a Call,
        filter: &'a EntityFilter,
        after: Option<&'a (Micros, Id)>,
        direction: Direction,
        limit: usize,
    ) -> Answer<'a, EntityPage> {
        self.reading(call, |data| data.entities(filter, after, direction, limit, &call.scope))
    }

    fn named<'a>(
        &'a self,
        call: &'a Call,
        kind: EntityKind,
        begin: &'a str,
        is_whole: bool,
        limit: usize,
    ) -> Answer<'a, Vec<Entity>> {
        self.reading(call, |data| {
            data.named(kind, &Wanted::new(begin, is_whole), limit, &call.scope)
        })
    }

    fn entity_at<'a>(&'a self, call: &'a Call, kind: EntityKind, id: &'a Id, at: Micros) -> Answer<'a, Option<Entity>> {
        self.reading(call, |data| data.entity_at(kind, id, at, &call.scope))
    }
}

impl StateStore for MemoryStore {
    fn state<'a>(&'a self, call: &'a Call, key: &'a str) -> Answer<'a, Option<StateValue>> {
        self.reading(call, |data| data.state.get(key).map(|value| value.answer(key)))
    }

    fn state_scan<'a>(
        &'a self,
        call: &'a Call,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> Answer<'a, Vec<StateValue>> {
        self.reading(call, |data| {
            let begins = data.state.iter().filter(|(key, _)| key.starts_with(prefix));
            let later = begins.filter(|(key, _)| after.is_none_or(|after| key.as_str() > after));
            later.take(limit).map(|(key, value)| value.answer(key)).collect()
        })
    }
}

impl Store for MemoryStore {
    fn commit<'a>(&'a self, call: &'a Call, commit: Commit) -> Answer<'a, Committed> {
        let done = self.data.write().map_err(|_| StoreError::Failed).and_then(|mut data| {
            data.is_open()?;
            if call.is_late() {
                return Err(StoreError::Overloaded("the deadline passed before the append began"));
            }
            let committed = data.commit(commit)?;
            call.steps
                .record(|| Step::new(format!("kept in memory up to sequence {}", data.changes.len())));
            Ok(committed)
        });
        Box::pin(std::future::ready(done))
    }

    fn accepts(&self) -> Result<(), StoreError> {
        self.data.read().map_err(|_| StoreError::Failed)?.is_open()
    }

    fn alarms(&self) -> Vec<String> {
        Vec::new()
    }

    fn close<'a>(&'a self) -> Answer<'a, ()> {
        let closed = self
            .data
            .write()
            .map_err(|_| StoreError::Failed)
            .map(|mut data| data.closed = true);
        Box::pin(std::future::ready(closed))
    }
}

impl Value {
    fn answer(&self, key: &str) -> StateValue {
        StateValue {
            key: key.to_owned(),
            value: self.bytes.clone(),
            revision: self.revision,
        }
    }
}
