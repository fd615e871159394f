//! Entities: small, mutable, merged field by field by time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::id::Id;
use super::kind::EntityKind;
use super::time::Micros;
use super::version::{ContentHash, Field, RawJson};

/// One sending of one entity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityVersion {
    pub kind: EntityKind,
    pub id: Id,
    pub created_at: Option<Micros>,
    pub updated_at: Option<Micros>,
    /// Members given with a value; all but `id` and `kind`.
    pub fields: Vec<Field>,
    /// Members given as null: removed.
    pub removed: Vec<Box<str>>,
    pub hash: ContentHash,
}

/// The present state of an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    pub kind: EntityKind,
    pub id: Id,
    /// Where it stands in lists: `createdAt` as first stored, else the first receipt; never moves.
    pub place: Micros,
    /// Time of its newest version: `updatedAt`, else receipt.
    pub changed_at: Micros,
    /// Per member its value (`None`: removed) and the time it was given at.
    members: BTreeMap<Box<str>, Member>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Member {
    raw: Option<RawJson>,
    at: Micros,
    marks: Vec<super::version::Mark>,
}

/// What one version changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityDelta {
    /// Names of changed members with their old JSON text (`None`: was not there).
    pub changed: Vec<(Box<str>, Option<RawJson>)>,
}

impl Entity {
    /// A new entity of its first version.
    pub fn first(_version: &EntityVersion, _received_at: Micros) -> Entity {
        todo!()
    }

    /// Applies a version; `None` when it changes nothing.
    pub fn apply(&mut self, _version: &EntityVersion, _received_at: Micros) -> Option<EntityDelta> {
        todo!()
    }

    /// JSON text of a member.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.raw.as_deref()
    }

    /// Decoded text of a string or number member.
    pub fn text(&self, _name: &str) -> Option<std::borrow::Cow<'_, str>> {
        todo!()
    }

    /// Members with a value, known ones in the order of the table, then by name.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        todo!()
    }
}
