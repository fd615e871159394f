//! Reading entities.

use super::Data;
use crate::model::entity::Entity;
use crate::model::filter::Direction;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::scope::Scope;
use crate::model::time::Micros;
use crate::store::naming::{self, Wanted};
use crate::store::rules::is_entity_inside;
use crate::store::{EntityFilter, EntityPage, rules};

impl Data {
    pub(super) fn entity(&self, kind: EntityKind, id_or_key: &str, scope: &Scope) -> Option<Entity> {
        let seen = self.seen(kind, scope);
        let of_id = seen.clone().find(|entity| entity.id.as_str() == id_or_key);
        let of_key = || {
            seen.filter(|entity| entity.text("key").is_some_and(|key| key == id_or_key))
                .max_by_key(|entity| (entity.place, entity.id.clone()))
        };
        of_id.or_else(of_key).cloned()
    }

    pub(super) fn named(&self, kind: EntityKind, wanted: &Wanted, limit: usize, scope: &Scope) -> Vec<Entity> {
        let place = |entity: &Entity| {
            let names = naming::names(entity);
            let fitting = names.iter().filter(|name| wanted.fits(name));
            let row =
                |name: &String| [naming::index_name(name).as_bytes(), &[0], entity.id.as_str().as_bytes()].concat();
            fitting.map(row).min()
        };
        let mut found: Vec<_> = self
            .seen(kind, scope)
            .filter_map(|entity| Some((place(entity)?, entity)))
            .collect();
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        found
            .into_iter()
            .take(limit)
            .map(|(_, entity)| entity.clone())
            .collect()
    }

    pub(super) fn entities(
        &self,
        filter: &EntityFilter,
        after: Option<&(Micros, Id)>,
        direction: Direction,
        limit: usize,
        scope: &Scope,
    ) -> EntityPage {
        let place = |entity: &Entity| (entity.place, entity.id.clone());
        let is_after = |entity: &Entity| match (after, direction) {
            (None, _) => true,
            (Some(after), Direction::OldestFirst) => place(entity) > *after,
            (Some(after), Direction::NewestFirst) => place(entity) < *after,
        };
        let mut found: Vec<&Entity> = self
            .seen(filter.kind, scope)
            .filter(|entity| is_after(entity) && matches(filter, entity))
            .collect();
        found.sort_by_key(|entity| place(entity));
        if direction == Direction::NewestFirst {
            found.reverse();
        }
        let limit = limit.max(1);
        let more = found.len() > limit;
        let items: Vec<Entity> = found.into_iter().take(limit).cloned().collect();
        let next = items.last().filter(|_| more).map(place);
        EntityPage { items, next }
    }

    /// As the last change received until then left it; who may see it is decided by what it is now.
    pub(super) fn entity_at(&self, kind: EntityKind, id: &Id, at: Micros, scope: &Scope) -> Option<Entity> {
        self.seen(kind, scope).find(|entity| entity.id == *id)?;
        let of_it = self
            .history
            .iter()
            .filter(|then| then.entity.kind == kind && then.entity.id == *id);
        // Of equal receipts the last one counts: `max_by_key` answers the last of equal ones.
        let then = of_it
            .filter(|then| then.received_at <= at)
            .max_by_key(|then| then.received_at);
        then.map(|then| then.entity.clone())
    }

    fn seen<'a>(&'a self, kind: EntityKind, scope: &'a Scope) -> impl Iterator<Item = &'a Entity> + Clone + 'a {
        self.entities
            .values()
            .filter(move |entity| entity.kind == kind && is_entity_inside(entity, scope))
    }
}

fn matches(filter: &EntityFilter, entity: &Entity) -> bool {
    filter
        .archived
        .is_none_or(|archived| entity.raw("archivedAt").is_some() == archived)
        && filter
            .ids
            .iter()
            .all(|(member, ids)| rules::entity_id(entity, member).is_some_and(|id| ids.contains(&id)))
}
