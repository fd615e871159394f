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
            for row in entities::index_rows(&entity) {
                if shared.log.get(&row)?.is_none() {
                    let is_key = row.first() == Some(&keys::ENTITY_KEY);
                    let what = if is_key { "key" } else { "name" };
                    return Err(damaged(&format!("the row of its {what} is missing")));
                }
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
        other => {
            let is_key = other == Some(&keys::ENTITY_KEY);
            let of = if is_key {
                keys::entity_key_of(key)
            } else {
                keys::entity_name_of(key)
            };
            let (kind, _, id) = of.ok_or_else(|| damaged("the key is damaged"))?;
            let entity = entities::read(shared, kind, &id)?.ok_or_else(|| damaged("its entity is missing"))?;
            if entities::index_rows(&entity).contains(key) {
                Ok(())
            } else {
                let what = if is_key { "key" } else { "name" };
                Err(damaged(&format!("its entity has another {what}")))
            }
        }
    }
}
