//! Rows of entities, with the names of those they belong to.

use std::collections::BTreeSet;

use super::super::show::dot::Dot;
use super::super::show::names::{Named, Names};
use super::super::show::{href, time::Moment};
use super::super::visit::Visit;
use super::facts::first_message;
use super::{Owner, name_of, owners};
use crate::model::entity::Entity;
use crate::model::kind::EntityKind;
use crate::store::{StoreError, rules};

/// A table of entities of one kind.
pub struct Table {
    pub caption: &'static str,
    /// Columns of those they belong to: heading and class.
    pub owners: Vec<(&'static str, &'static str)>,
    pub rows: Vec<Row>,
}

pub struct Row {
    pub dot: Dot,
    pub href: String,
    pub name: String,
    pub why: Option<String>,
    pub key: String,
    /// In the order of the columns: class and name.
    pub owners: Vec<(&'static str, Option<Named>)>,
    pub created: Moment,
    pub changed: Moment,
    pub short: String,
    pub id: String,
}

/// Makes a table of entities in the order given; `without` is a kind of owner that all of them share.
///
/// # Errors
/// The store does not answer.
pub async fn table(
    visit: &Visit,
    kind: EntityKind,
    entities: &[Entity],
    without: Option<EntityKind>,
) -> Result<Table, StoreError> {
    let owners: Vec<&Owner> = owners(kind).filter(|owner| Some(owner.kind) != without).collect();
    let named = entities.iter().flat_map(|entity| {
        let named = owners.iter();
        named.filter_map(|owner| Some((owner.kind, rules::entity_id(entity, owner.member)?)))
    });
    let wanted: BTreeSet<_> = named.collect();
    let names = Names::of(visit.store(), &visit.call, wanted).await?;
    Ok(Table {
        caption: kind.title(),
        rows: entities
            .iter()
            .map(|entity| row(visit, entity, &owners, &names))
            .collect(),
        owners: owners.iter().map(|owner| (owner.label, owner.class)).collect(),
    })
}

fn row(visit: &Visit, entity: &Entity, owners: &[&Owner], names: &Names) -> Row {
    let owner = |owner: &&Owner| {
        let id = rules::entity_id(entity, owner.member);
        (owner.class, id.map(|id| names.named(owner.kind, &id)))
    };
    Row {
        dot: Dot::of_entity(entity),
        href: href::entity(entity.kind, &entity.id),
        name: name_of(entity),
        why: first_message(entity),
        key: entity.text("key").unwrap_or_default().into_owned(),
        owners: owners.iter().map(owner).collect(),
        created: Moment::new(entity.place, visit.now),
        changed: Moment::new(entity.changed_at, visit.now),
        short: entity.id.short().to_owned(),
        id: entity.id.to_string(),
    }
}
