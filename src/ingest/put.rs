//! One entity by its address: put as a whole request of its own, and archived.

use super::door::Request;
use super::{Ingest, TakeError};
use crate::model::entity::{Entity, EntityPart};
use crate::model::id::Id;
use crate::model::kind::{EntityKind, ItemKind};
use crate::model::problem::{Problem, ProblemKey};
use crate::model::sender::Sender;
use crate::model::time::Micros;
use crate::store::StoreError;
use crate::store::call::Call;

/// An entity after it was put.
#[derive(Debug, Clone)]
pub struct Put {
    pub entity: Entity,
    /// Nothing was known of it before. Of two that put it for the first time at once, both may be told so.
    pub is_new: bool,
}

impl Ingest {
    /// Merges one JSON object into the entity with an id, as [`Ingest::take`] would; the object need not say its kind and
    /// id. It is counted in the source's ledger, taken or refused.
    ///
    /// # Errors
    /// The body is not one object, the object is refused, or the store did not take it.
    pub async fn put(
        &self,
        call: &Call,
        sender: &Sender,
        (kind, id): (EntityKind, &Id),
        body: Vec<u8>,
    ) -> Result<Put, TakeError> {
        let before = self.of_id(call, kind, id).await?;
        let request = Request {
            sender: sender.clone(),
            kind: Some(ItemKind::Entity(kind)),
            id: Some(id.clone()),
            content_type: None,
            body,
            now: self.clock.now(),
            is_import: false,
        };
        let taken = self.commit(call, request).await?;
        if let Some(refused) = taken.rejected.into_iter().next() {
            return Err(refused.problem.into());
        }
        let entity = self.of_id(call, kind, id).await?;
        let is_lost = || StoreError::Damaged(format!("{} {id} is not there after it was put", kind.name()));
        Ok(Put {
            entity: entity.ok_or_else(is_lost)?,
            is_new: before.is_none(),
        })
    }

    /// Archives an entity: gives it an `archivedAt`, now, unless it has one. `None`: it is not known.
    ///
    /// # Errors
    /// As [`Ingest::put`].
    pub async fn archive(
        &self,
        call: &Call,
        sender: &Sender,
        (kind, id): (EntityKind, &Id),
    ) -> Result<Option<Entity>, TakeError> {
        let before = self.of_id(call, kind, id).await?;
        // Who may write no entities is refused at the door, whether there is one or not.
        if before.is_none() && sender.only_customer.is_none() {
            return Ok(None);
        }
        let body = archiving(before.as_ref(), self.clock.now());
        let put = self.put(call, sender, (kind, id), body.into_bytes()).await?;
        Ok(Some(put.entity))
    }

    /// An entity by its id; a key finds none.
    async fn of_id(&self, call: &Call, kind: EntityKind, id: &Id) -> Result<Option<Entity>, StoreError> {
        let found = self.store.entity(call, kind, id.as_str()).await?;
        Ok(found.filter(|found| found.id == *id))
    }
}

/// What archives an entity. One that is archived gets what it has, which changes nothing. One that was brought back by a
/// version that says it is newer than now, is archived by a version newer than that.
fn archiving(entity: Option<&Entity>, now: Micros) -> String {
    let archived = entity.and_then(|entity| entity.raw("archivedAt"));
    if let Some(archived) = archived {
        return format!("{{\"archivedAt\":{archived}}}");
    }
    let parts = entity.map(Entity::parts).unwrap_or_default();
    let of_it = |(_, members): &(Micros, Vec<EntityPart<'_>>)| members.iter().any(|(name, ..)| *name == "archivedAt");
    let brought_back = parts.iter().find(|part| of_it(part)).map(|(at, _)| *at);
    let newer = brought_back.filter(|at| *at >= now).map(|at| at.plus(1));
    let newer = newer.map_or_else(String::new, |at| format!(",\"updatedAt\":\"{at}\""));
    format!("{{\"archivedAt\":\"{now}\"{newer}}}")
}

/// The refusal of a body that is an array, or several objects.
pub(super) fn not_one_object() -> Problem {
    Problem::new(
        ProblemKey::InvalidJson,
        "The body is not one JSON object; nothing was stored.",
    )
    .expected("one JSON object: the entity")
}
