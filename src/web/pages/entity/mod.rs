//! Entities: their lists and pages.

mod facts;
mod history;
mod list;
mod nodes;
mod related;
mod show;
mod table;

pub use list::page as list_page;
pub use show::page as show_page;

use super::show::text;
use crate::model::entity::Entity;
use crate::model::fields;
use crate::model::filter::IdField;
use crate::model::kind::{EntityKind, ItemKind};

/// A member by which an entity names another one.
pub struct Owner {
    /// Name of the filter in addresses.
    pub filter: &'static str,
    pub member: &'static str,
    pub kind: EntityKind,
    pub label: &'static str,
    /// Class of its column in the style sheet.
    pub class: &'static str,
}

const fn owner(
    filter: &'static str,
    member: &'static str,
    kind: EntityKind,
    label: &'static str,
    class: &'static str,
) -> Owner {
    Owner {
        filter,
        member,
        kind,
        label,
        class,
    }
}

/// Every such member, in the order of columns.
pub static OWNERS: [Owner; 5] = [
    owner("flow", "flowId", EntityKind::Flow, "Flow", "c-hide c-low"),
    owner(
        "event-type",
        "appEventTypeId",
        EntityKind::InternalEventType,
        "Event type",
        "c-rest",
    ),
    owner("customer", "customerId", EntityKind::Customer, "Customer", "c-rest"),
    owner(
        "integration",
        "integrationId",
        EntityKind::Integration,
        "Integration",
        "c-rest",
    ),
    owner(
        "connection",
        "connectionId",
        EntityKind::Connection,
        "Connection",
        "c-hide c-low",
    ),
];

/// Those that entities of a kind are known to have.
fn owners(kind: EntityKind) -> impl Iterator<Item = &'static Owner> {
    OWNERS
        .iter()
        .filter(move |owner| fields::rule(ItemKind::Entity(kind), owner.member).is_some())
}

/// What one of a kind is called.
pub const fn singular(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Customer => "customer",
        EntityKind::Integration => "integration",
        EntityKind::Connection => "connection",
        EntityKind::Flow => "flow",
        EntityKind::FlowInstance => "flow instance",
        EntityKind::ExternalEventSubscription => "external event subscription",
        EntityKind::InternalEventType => "internal event type",
        EntityKind::InternalEventSubscription => "internal event subscription",
    }
}

/// The filter of log lists that finds what names one of a kind, and its name in addresses.
const fn filter_of(kind: EntityKind) -> (IdField, &'static str) {
    match kind {
        EntityKind::Customer => (IdField::Customer, "customer"),
        EntityKind::Integration => (IdField::Integration, "integration"),
        EntityKind::Connection => (IdField::Connection, "connection"),
        EntityKind::Flow => (IdField::Flow, "flow"),
        EntityKind::FlowInstance => (IdField::FlowInstance, "flow-instance"),
        EntityKind::ExternalEventSubscription => (IdField::ExternalSubscription, "subscription"),
        EntityKind::InternalEventType => (IdField::InternalEventType, "internal-event-type"),
        EntityKind::InternalEventSubscription => (IdField::InternalSubscription, "internal-subscription"),
    }
}

/// Its name, else its key, else its id.
fn name_of(entity: &Entity) -> String {
    let name = entity.text("name").or_else(|| entity.text("key"));
    let name = name.filter(|name| !name.is_empty());
    name.map_or_else(|| entity.id.to_string(), |name| text::line(&name).into_owned())
}
