//! Entities.

use super::fit::{self, Unfit};
use super::object::Object;
use super::required::{self, Fill};
use super::{error, time};
use crate::model::entity::Entity;
use crate::model::fields::{self, FieldType};
use crate::model::kind::ItemKind;

/// Which entity it is, and nothing else of it.
pub fn named(entity: &Entity, workspace: &str) -> String {
    begin(entity, workspace).finish()
}

fn begin(entity: &Entity, workspace: &str) -> Object {
    let mut object = Object::new();
    object
        .text("id", entity.id.as_str())
        .text("kind", entity.kind.name())
        .text("workspaceId", workspace);
    object
}

/// Everything that is known of an entity.
pub fn shown(entity: &Entity, workspace: &str) -> String {
    let (mut object, mut unfit) = (begin(entity, workspace), Unfit::default());
    if let Some(customer) = entity.text("customerId") {
        for name in ["customerId", "tenantId", "userId"] {
            object.text(name, &customer);
        }
    }
    for (name, raw) in entity.fields() {
        let kind = ItemKind::Entity(entity.kind);
        let shown = match fields::rule(kind, name).map(|(_, rule)| rule.value) {
            Some(FieldType::Error) => error::shown(raw),
            Some(FieldType::Errors) => error::all_shown(raw),
            Some(FieldType::Time | FieldType::FreeTime) => time::utc(raw),
            _ if name == "subscriptionRequest" => fit::request(raw),
            _ => {
                unfit.write(&mut object, kind, name, raw);
                continue;
            }
        };
        object.raw(name, &shown);
    }
    unfit.finish(&mut object);
    fill(&mut object, entity);
    object.finish()
}

fn fill(object: &mut Object, entity: &Entity) {
    for (name, fill) in required::of_entity(entity.kind) {
        if object.has(name) {
            continue;
        }
        let key = entity.text("key");
        match fill {
            Fill::Zero => object.raw(name, "0"),
            Fill::List => object.raw(name, "[]"),
            Fill::No => object.raw(name, "false"),
            Fill::Request => object.raw(name, "{\"uri\":\"\"}"),
            Fill::Place => object.text(name, &entity.place.to_string()),
            Fill::Changed => object.text(name, &entity.changed_at.to_string()),
            Fill::Id => object.text(name, entity.id.as_str()),
            Fill::KeyOrId => object.text(name, key.as_deref().unwrap_or(entity.id.as_str())),
            Fill::Text | Fill::Customer | Fill::FlowInstance | Fill::Details => object.text(name, ""),
        };
    }
}
