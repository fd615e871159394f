//! Entities, their index rows and their history.

use super::Report;
use crate::store::StoreError;
use crate::store::embedded::shared::Shared;
use crate::store::embedded::{entities, keys, value};

pub(super) fn check(shared: &Shared, report: &mut Report, key: &[u8], first: &[u8]) {
    report.want_pieces(key, value::pieces_of(first));
    let count = match key.first() {
        Some(&keys::ENTITY) => &mut report.entities,
        Some(&keys::ENTITY_HISTORY) => &mut report.history,
        _ => &mut report.index_rows,
    };
    *count = count.saturating_add(1);
    // What a write changed meanwhile is checked anew: only what stays as it was seen is wrong.
    let mut seen = first.to_vec();
    loop {
        let Err(error) = check_one(shared, key, &seen) else {
            return;
        };
        match shared.log.get(key) {
            Ok(Some(now)) if *now != *seen => seen = now.to_vec(),
            // It was taken away by a write since.
            Ok(None) => return,
            Ok(Some(_)) | Err(_) => return report.damage(error.to_string()),
        }
    }
}

fn check_one(shared: &Shared, key: &[u8], first: &[u8]) -> Result<(), StoreError> {
    let damaged = |what: &str| StoreError::Damaged(format!("{}: {what}", keys::shown(key)));
    let bytes = value::read(&shared.log, key, first)?;
    match key.first() {
        Some(&keys::ENTITY) => {
            let entity = entities::decode(key, &bytes)?;
            let (kind, id) = keys::entity_of(key).ok_or_else(|| damaged("the key is damaged"))?;
            if (entity.kind, &entity.id) != (kind, &id) {
                return Err(damaged("it holds another entity"));
            }
            let placed = keys::entity_place(kind, entity.place, id.as_str());
            if shared.log.get(&placed)?.is_none() {
                return Err(damaged("its row in the order of lists is missing"));
            }
            if let Some(name) = entity.text("key")
                && shared.log.get(&keys::entity_key(kind, &name, id.as_str()))?.is_none()
            {
                return Err(damaged("the row of its key is missing"));
            }
            Ok(())
        }
        Some(&keys::ENTITY_HISTORY) => entities::decode(key, &bytes).map(drop),
        Some(&keys::ENTITY_PLACE) => {
            let (kind, place, id) = keys::entity_place_of(key).ok_or_else(|| damaged("the key is damaged"))?;
            let entity = entities::read(shared, kind, &id)?.ok_or_else(|| damaged("its entity is missing"))?;
            if entity.place == place {
                Ok(())
            } else {
                Err(damaged("its entity stands elsewhere"))
            }
        }
        _ => {
            let (kind, name, id) = keys::entity_key_of(key).ok_or_else(|| damaged("the key is damaged"))?;
            let entity = entities::read(shared, kind, &id)?.ok_or_else(|| damaged("its entity is missing"))?;
            let is_same = entity.text("key").is_some_and(|key| key == name);
            if is_same {
                Ok(())
            } else {
                Err(damaged("its entity has another key"))
            }
        }
    }
}
