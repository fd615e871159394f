//! Customers, integrations and connections: their lists and pages.

mod list;
mod show;

pub use list::page as list_page;
pub use show::page as show_page;

use super::show::text;
use crate::model::entity::Entity;
use crate::model::filter::IdField;
use crate::model::kind::EntityKind;

/// Kinds that have pages.
pub const WITH_PAGES: [EntityKind; 3] = [EntityKind::Customer, EntityKind::Integration, EntityKind::Connection];

/// What one of a kind is called.
const fn singular(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Customer => "customer",
        EntityKind::Integration => "integration",
        EntityKind::Connection => "connection",
        _ => "entity",
    }
}

/// The filter of log lists that finds what belongs to one of a kind, and its name in addresses.
const fn filter_of(kind: EntityKind) -> Option<(IdField, &'static str)> {
    Some(match kind {
        EntityKind::Customer => (IdField::Customer, "customer"),
        EntityKind::Integration => (IdField::Integration, "integration"),
        EntityKind::Connection => (IdField::Connection, "connection"),
        _ => return None,
    })
}

/// Its name, else its key, else its id.
fn name_of(entity: &Entity) -> String {
    let name = entity.text("name").or_else(|| entity.text("key"));
    let name = name.filter(|name| !name.is_empty());
    name.map_or_else(|| entity.id.to_string(), |name| text::line(&name).into_owned())
}
