//! Merging versions of entities into what is stored.

use std::collections::BTreeSet;

use super::Writer;
use super::group::{ChangedEntity, Group, Snapshot};
use super::records::Arrival;
use crate::model::entity::{Entity, EntityDelta, EntityVersion};
use crate::model::fold::Folded;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::record::{Known, Record};
use crate::model::time::Micros;
use crate::store::embedded::entities;
use crate::store::{Outcome, entity_change, rules};

impl Writer {
    /// An entity as the group left it, else as it is stored.
    pub(super) fn entity(&self, group: &Group, kind: EntityKind, id: &Id) -> Option<Entity> {
        match group.entities.get(&(kind, id.clone())) {
            Some(changed) => Some(changed.entity.clone()),
            None => entities::stored(&self.shared, kind, id),
        }
    }

    pub(super) fn upsert(
        &mut self,
        group: &mut Group,
        version: &EntityVersion,
        (received_at, source, history): (Micros, &str, bool),
    ) -> Outcome {
        let place = (version.kind, version.id.clone());
        let changed = group.entities.remove(&place).or_else(|| {
            let entity = entities::stored(&self.shared, version.kind, &version.id)?;
            let rows_before = entities::index_rows(&entity);
            Some(ChangedEntity {
                entity,
                rows_before,
                is_new: false,
            })
        });
        let (changed, delta) = match changed {
            None => {
                let delta = EntityDelta {
                    changed: version.fields.iter().map(|field| (field.name.clone(), None)).collect(),
                };
                let entity = match rules::first_entity(version, received_at) {
                    Ok(entity) => entity,
                    Err(problem) => return Outcome::Refused(problem),
                };
                let changed = ChangedEntity {
                    entity,
                    rows_before: BTreeSet::new(),
                    is_new: true,
                };
                (changed, delta)
            }
            Some(mut changed) => {
                let delta = match rules::apply(&mut changed.entity, version, received_at) {
                    Ok(delta) => delta,
                    Err(problem) => {
                        group.entities.insert(place, changed);
                        return Outcome::Refused(problem);
                    }
                };
                let Some(delta) = delta else {
                    // Nothing that shows; the times its members were given at may have moved, and what
                    // arrives later is weighed against them.
                    group.entities.insert(place, changed);
                    return Outcome::Duplicate;
                };
                (changed, delta)
            }
        };
        let sequence = group.next();
        if let Some(key) = entity_change::key(sequence) {
            let change = entity_change::version(key.clone(), &changed.entity, &delta, version, received_at);
            let known = Known {
                place: received_at,
                received_at,
                source: source.into(),
                derived_customer: None,
                derived_integration: None,
                clock_ahead: false,
                history,
            };
            let arrival = Arrival {
                received_at,
                history,
                hash: &change.order.hash.0,
                words: &change.words,
            };
            let record = Record {
                key,
                known,
                content: Folded::of(&change),
            };
            self.append_new(group, record, arrival);
        }
        group.history.push(Snapshot {
            sequence,
            received_at,
            entity: changed.entity.clone(),
        });
        group.entities.insert(place, changed);
        Outcome::Accepted
    }
}
