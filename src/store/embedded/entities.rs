//! Entities in the log: the present one, its index rows, and what it was after each change.

use std::collections::BTreeSet;
use std::ops::Bound;

use super::log::{Batch, Log};
use super::shared::Shared;
use super::{keys, value};
use crate::model::entity::Entity;
use crate::model::filter::Direction;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::time::Micros;
use crate::store::call::{Call, Step};
use crate::store::naming::{self, Wanted};
use crate::store::rules::is_entity_inside;
use crate::store::{EntityFilter, EntityPage, StoreError, rules};

/// Entities one page looks at, at most; then it comes back short, with where to go on.
const SCAN_MAX: usize = 50_000;
/// Entities looked at between two looks at the deadline.
const DEADLINE_EVERY: usize = 256;

/// Keys of the index rows that follow what an entity is called.
pub(super) fn index_rows(entity: &Entity) -> BTreeSet<Vec<u8>> {
    let id = entity.id.as_str();
    let names = naming::names(entity);
    let names = names
        .iter()
        .map(|name| keys::entity_name(entity.kind, naming::index_name(name), id));
    let key = entity.text("key").map(|key| keys::entity_key(entity.kind, &key, id));
    names.chain(key).collect()
}

/// Puts an entity and its index rows. `rows_before` are those that follow from what is stored until now.
pub(super) fn put(
    batch: &mut Batch,
    log: &Log,
    entity: &Entity,
    rows_before: &BTreeSet<Vec<u8>>,
    is_new: bool,
) -> Result<(), StoreError> {
    let id = entity.id.as_str();
    let at = keys::entity(entity.kind, id);
    let before = log.get(&at)?;
    value::put(batch, &at, &encode(entity)?, before.as_deref())?;
    if is_new {
        value::put(batch, &keys::entity_place(entity.kind, entity.place, id), &[], None)?;
    }
    let rows = index_rows(entity);
    for gone in rows_before.difference(&rows) {
        batch.remove(gone);
    }
    for new in rows.difference(rows_before) {
        value::put(batch, new, &[], None)?;
    }
    Ok(())
}

/// Puts an entity as it was after a change.
pub(super) fn put_history(
    batch: &mut Batch,
    entity: &Entity,
    received_at: Micros,
    sequence: u64,
) -> Result<(), StoreError> {
    let key = keys::entity_history(entity.kind, entity.id.as_str(), received_at, sequence);
    value::put(batch, &key, &encode(entity)?, None)
}

fn encode(entity: &Entity) -> Result<Vec<u8>, StoreError> {
    postcard::to_allocvec(entity).map_err(|error| StoreError::Io(std::io::Error::other(error)))
}

pub(super) fn decode(key: &[u8], bytes: &[u8]) -> Result<Entity, StoreError> {
    postcard::from_bytes(bytes).map_err(|_| StoreError::Damaged(format!("{}: it cannot be decoded", keys::shown(key))))
}

/// An entity as stored, whoever may see it.
pub(super) fn read(shared: &Shared, kind: EntityKind, id: &Id) -> Result<Option<Entity>, StoreError> {
    let key = keys::entity(kind, id.as_str());
    value::get(&shared.log, &key)?
        .map(|bytes| decode(&key, &bytes))
        .transpose()
}

/// Like [`read`]; one that cannot be read is taken from its history, and the operator is told.
pub(super) fn stored(shared: &Shared, kind: EntityKind, id: &Id) -> Option<Entity> {
    match read(shared, kind, id) {
        Ok(entity) => entity,
        Err(error) => {
            shared.condition.alarm(error.to_string());
            let newest = shared.log.prefix(&keys::entity_history_prefix(kind, id.as_str())).rev();
            newest.filter_map(Result::ok).find_map(|(key, first)| {
                let bytes = value::read(&shared.log, &key, &first).ok()?;
                decode(&key, &bytes).ok()
            })
        }
    }
}

fn visible(shared: &Shared, call: &Call, kind: EntityKind, id: &Id) -> Option<Entity> {
    stored(shared, kind, id).filter(|entity| is_entity_inside(entity, &call.scope))
}

pub(super) fn entity(
    shared: &Shared,
    call: &Call,
    kind: EntityKind,
    id_or_key: &str,
) -> Result<Option<Entity>, StoreError> {
    let of_id = Id::parse(id_or_key)
        .ok()
        .and_then(|id| visible(shared, call, kind, &id));
    if of_id.is_some() {
        call.steps
            .record(|| Step::new(format!("found the {} by its id", kind.name())));
        return Ok(of_id);
    }
    let mut newest: Option<Entity> = None;
    for item in shared.log.prefix(&keys::entity_key_prefix(kind, id_or_key)) {
        let (key, _) = item?;
        let Some((_, _, id)) = keys::entity_key_of(&key) else {
            continue;
        };
        if let Some(entity) = visible(shared, call, kind, &id) {
            let is_newer = newest
                .as_ref()
                .is_none_or(|other| (other.place, &other.id) < (entity.place, &entity.id));
            newest = if is_newer { Some(entity) } else { newest };
        }
    }
    call.steps
        .record(|| Step::new(format!("looked for the {} by its id and by its key", kind.name())));
    Ok(newest)
}

/// Those called so, by name and id.
pub(super) fn named(
    shared: &Shared,
    call: &Call,
    kind: EntityKind,
    wanted: &Wanted,
    limit: usize,
) -> Result<Vec<Entity>, StoreError> {
    let mut found: Vec<Entity> = Vec::new();
    let (mut seen, mut looked_at) = (BTreeSet::new(), 0_usize);
    let (begin, is_whole) = wanted.index();
    for item in shared.log.prefix(&keys::entity_name_prefix(kind, begin, is_whole)) {
        let (key, _) = item?;
        let Some((_, name, id)) = keys::entity_name_of(&key) else {
            continue;
        };
        let late = looked_at > 0 && looked_at.is_multiple_of(DEADLINE_EVERY) && call.is_late();
        if found.len() >= limit || looked_at >= SCAN_MAX || late {
            break;
        }
        looked_at = looked_at.saturating_add(1);
        // Of a name with a zero in it the prefix may be another's.
        if seen.contains(&id) || is_whole && name != begin {
            continue;
        }
        let is_it = |entity: &Entity| naming::names(entity).iter().any(|name| wanted.fits(name));
        if let Some(entity) = visible(shared, call, kind, &id).filter(is_it) {
            seen.insert(id);
            found.push(entity);
        }
    }
    call.steps.record(|| {
        Step::new(format!("looked for {} by name", kind.title()))
            .with(serde_json::json!({ "entities": looked_at, "found": found.len() }))
    });
    Ok(found)
}

pub(super) fn list(
    shared: &Shared,
    call: &Call,
    filter: &EntityFilter,
    after: Option<&(Micros, Id)>,
    direction: Direction,
    limit: usize,
) -> Result<EntityPage, StoreError> {
    let limit = limit.max(1);
    let prefix = keys::entity_place_prefix(filter.kind);
    let (low, high) = (Bound::Included(prefix.clone()), Bound::Excluded(keys::end_of(&prefix)));
    let after = after.map(|(place, id)| keys::entity_place(filter.kind, *place, id.as_str()));
    let mut range = match (after, direction) {
        (None, _) => shared.log.between(low, high),
        (Some(after), Direction::OldestFirst) => shared.log.between(Bound::Excluded(after), high),
        (Some(after), Direction::NewestFirst) => shared.log.between(low, Bound::Excluded(after)),
    };
    let mut items = Vec::new();
    let mut last = None;
    let mut looked_at = 0_usize;
    let mut next = None;
    loop {
        let item = match direction {
            Direction::OldestFirst => range.next(),
            Direction::NewestFirst => range.next_back(),
        };
        let Some(item) = item else { break };
        let (key, _) = item?;
        let Some((kind, place, id)) = keys::entity_place_of(&key) else {
            continue;
        };
        let late = looked_at > 0 && looked_at.is_multiple_of(DEADLINE_EVERY) && call.is_late();
        if items.len() < limit && (looked_at >= SCAN_MAX || late) {
            next = last;
            break;
        }
        looked_at = looked_at.saturating_add(1);
        let found = visible(shared, call, kind, &id).filter(|entity| matches(filter, entity));
        if let Some(entity) = found {
            if items.len() >= limit {
                next = items.last().map(|entity: &Entity| (entity.place, entity.id.clone()));
                break;
            }
            items.push(entity);
        }
        last = Some((place, id));
    }
    call.steps.record(|| {
        Step::new(format!("looked at {looked_at} {}", filter.kind.title()))
            .with(serde_json::json!({ "entities": looked_at, "found": items.len() }))
    });
    Ok(EntityPage { items, next })
}

fn matches(filter: &EntityFilter, entity: &Entity) -> bool {
    let archived = |wanted: bool| entity.raw("archivedAt").is_some() == wanted;
    filter.archived.is_none_or(archived)
        && filter
            .ids
            .iter()
            .all(|(member, ids)| rules::entity_id(entity, member).is_some_and(|id| ids.contains(&id)))
}

/// As the last change received until then left it; seen by who may see it now and might have seen it then.
pub(super) fn as_it_was(
    shared: &Shared,
    call: &Call,
    kind: EntityKind,
    id: &Id,
    at: Micros,
) -> Result<Option<Entity>, StoreError> {
    if visible(shared, call, kind, id).is_none() {
        return Ok(None);
    }
    let low = keys::entity_history_prefix(kind, id.as_str());
    let high = keys::entity_history(kind, id.as_str(), at, u64::MAX);
    let mut range = shared.log.between(Bound::Included(low), Bound::Included(high));
    let Some(then) = range.next_back() else {
        return Ok(None);
    };
    let (key, first) = then?;
    let bytes = value::read(&shared.log, &key, &first)?;
    let then = decode(&key, &bytes)?;
    Ok(Some(then).filter(|then| is_entity_inside(then, &call.scope)))
}
