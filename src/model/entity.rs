//! Entities: small, mutable, merged field by field by time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields;
use super::id::Id;
use super::json;
use super::kind::{EntityKind, ItemKind};
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

/// Name, JSON text and marks of a member.
pub type EntityPart<'a> = (&'a str, Option<&'a str>, &'a [super::version::Mark]);

impl Entity {
    /// A new entity of its first version.
    pub fn first(version: &EntityVersion, received_at: Micros) -> Entity {
        let at = version.updated_at.unwrap_or(received_at);
        let mut entity = Entity {
            kind: version.kind,
            id: version.id.clone(),
            place: version.created_at.unwrap_or(received_at),
            changed_at: at,
            members: BTreeMap::new(),
        };
        entity.apply(version, received_at);
        entity
    }

    /// Applies a version; `None` when nothing that shows has changed. A member takes the value given last: by
    /// `updatedAt`, else by receipt; given twice at one time it keeps what it has. A member given as null is
    /// gone, and stays gone for older versions.
    pub fn apply(&mut self, version: &EntityVersion, received_at: Micros) -> Option<EntityDelta> {
        let at = version.updated_at.unwrap_or(received_at);
        let mut changed = Vec::new();
        let given = version
            .fields
            .iter()
            .map(|field| (&field.name, Some(&field.raw), &field.marks));
        let none = Vec::new();
        let removed = version.removed.iter().map(|name| (name, None, &none));
        for (name, raw, marks) in given.chain(removed) {
            let present = self.members.get(name);
            if present.is_some_and(|member| member.at >= at) {
                continue;
            }
            let old = present.and_then(|member| member.raw.clone());
            if old.as_ref() != raw {
                changed.push((name.clone(), old));
            }
            self.members.insert(
                name.clone(),
                Member {
                    raw: raw.cloned(),
                    at,
                    marks: marks.clone(),
                },
            );
        }
        if !changed.is_empty() {
            self.changed_at = self.changed_at.max(at);
        }
        (!changed.is_empty()).then_some(EntityDelta { changed })
    }

    /// What it takes, roughly.
    pub fn bytes(&self) -> usize {
        let member = |(name, member): (&str, &Member)| {
            let marks: usize = member.marks.iter().map(|mark| mark.path.len().saturating_add(40)).sum();
            let text = member.raw.as_ref().map_or(0, |raw| raw.len());
            name.len().saturating_add(text).saturating_add(marks).saturating_add(32)
        };
        self.members.iter().map(|(name, of)| member((name, of))).sum()
    }

    /// JSON text of a member.
    pub fn raw(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.raw.as_deref()
    }

    /// Decoded text of a string, number or boolean member.
    pub fn text(&self, name: &str) -> Option<std::borrow::Cow<'_, str>> {
        json::scalar(self.raw(name)?)
    }

    /// Members by the time they were given at, oldest first, removed ones (`None`) too: what the entity would be made of
    /// again. Names in their order.
    pub fn parts(&self) -> Vec<(Micros, Vec<EntityPart<'_>>)> {
        let mut parts: BTreeMap<Micros, Vec<EntityPart<'_>>> = BTreeMap::new();
        for (name, member) in &self.members {
            let part = (&**name, member.raw.as_deref(), &*member.marks);
            parts.entry(member.at).or_default().push(part);
        }
        parts.into_iter().collect()
    }

    /// Members with a value, known ones in the order of the table, then by name.
    pub fn fields(&self) -> Vec<(&str, &str)> {
        let place = |name: &str| fields::rule(ItemKind::Entity(self.kind), name).map_or(usize::MAX, |(at, _)| at);
        let with_value = self
            .members
            .iter()
            .filter_map(|(name, member)| Some((&**name, member.raw.as_deref()?)));
        let mut all: Vec<(&str, &str)> = with_value.collect();
        all.sort_by_key(|(name, _)| (place(name), *name));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(at: Option<i64>, fields: &[(&str, &str)], removed: &[&str]) -> EntityVersion {
        let field = |(name, raw): &(&str, &str)| Field {
            name: (*name).into(),
            raw: (*raw).into(),
            marks: vec![],
        };
        EntityVersion {
            kind: EntityKind::Customer,
            id: Id::parse("c1").unwrap(),
            created_at: None,
            updated_at: at.map(Micros),
            fields: fields.iter().map(field).collect(),
            removed: removed.iter().map(|name| (*name).into()).collect(),
            hash: ContentHash([0; 16]),
        }
    }

    #[test]
    fn members_take_the_newest_value_whatever_the_order_of_arrival() {
        let a = version(Some(1), &[("name", "\"A\""), ("key", "\"k\"")], &[]);
        let b = version(Some(2), &[("name", "\"B\"")], &["key"]);
        let mut forward = Entity::first(&a, Micros(10));
        assert!(forward.apply(&b, Micros(11)).is_some());
        let mut backward = Entity::first(&b, Micros(10));
        assert_eq!(backward.apply(&a, Micros(11)), None);
        for entity in [&forward, &backward] {
            assert_eq!((entity.raw("name"), entity.raw("key")), (Some("\"B\""), None));
        }
        assert_eq!(
            forward.apply(&a, Micros(12)),
            None,
            "an old version sent again changes nothing"
        );
    }

    #[test]
    fn without_times_receipt_decides_and_a_b_a_ends_with_a() {
        let (a, b) = (
            version(None, &[("name", "1")], &[]),
            version(None, &[("name", "2")], &[]),
        );
        let mut entity = Entity::first(&a, Micros(1));
        let delta = entity.apply(&b, Micros(2)).unwrap();
        assert_eq!(delta.changed, [("name".into(), Some("1".into()))]);
        assert!(entity.apply(&a, Micros(3)).is_some());
        assert_eq!(entity.raw("name"), Some("1"));
    }
}
