//! What an entity says of itself.

use super::super::record::facts::{Fact, Value};
use super::super::record::problem::{self, Problems};
use super::super::show::json::{Tree, tree};
use super::super::show::marked::Marks;
use super::super::show::names::Names;
use super::super::show::{text, time::Moment};
use super::super::visit::Visit;
use super::OWNERS;
use crate::model::entity::Entity;
use crate::model::fields::{self, FieldType};
use crate::model::json;
use crate::model::kind::ItemKind;
use crate::store::{StoreError, rules};

const VALUE_MAX_CHARS: usize = 2000;
/// Members with errors, which are shown apart.
const ERRORS: [&str; 3] = ["requestError", "error", "errors"];

/// Everything it says in a word, a number or a time, but its name and errors.
///
/// # Errors
/// The store does not answer.
pub async fn facts(visit: &Visit, entity: &Entity) -> Result<Vec<Fact>, StoreError> {
    let wanted = OWNERS
        .iter()
        .filter_map(|owner| Some((owner.kind, rules::entity_id(entity, owner.member)?)));
    let names = Names::of(visit.store(), &visit.call, wanted.collect()).await?;
    let mut facts = Vec::new();
    for (name, raw) in entity.fields() {
        if name == "name" || ERRORS.contains(&name) {
            continue;
        }
        let Some(said) = json::scalar(raw) else { continue };
        let owner = OWNERS.iter().find(|owner| owner.member == name);
        let named = owner.and_then(|owner| Some(names.named(owner.kind, &rules::entity_id(entity, name)?)));
        let rule = fields::rule(ItemKind::Entity(entity.kind), name).map(|(_, rule)| rule.value);
        let is_time = matches!(rule, Some(FieldType::Time | FieldType::FreeTime));
        let moment = Moment::of_text(&said, visit.now).filter(|_| is_time || name.ends_with("Timestamp"));
        let value = match (named, moment) {
            (Some(named), _) => Value::Thing(named),
            (_, Some(moment)) => Value::Time(moment),
            _ if rule == Some(FieldType::Id) => Value::Id(said.into_owned()),
            _ => Value::Text(text::clip(&said, VALUE_MAX_CHARS).into_owned()),
        };
        let label = owner.map_or_else(|| text::label(&text::clip(name, 80)), |owner| owner.label.to_owned());
        facts.push(Fact { label, value });
    }
    if entity.raw("updatedAt").is_none() {
        facts.push(Fact {
            label: "Changed".to_owned(),
            value: Value::Time(Moment::new(entity.changed_at, visit.now)),
        });
    }
    facts.push(Fact {
        label: "Id".to_owned(),
        value: Value::Id(entity.id.to_string()),
    });
    Ok(facts)
}

/// Everything it says in objects and arrays, but its errors: label and value.
pub fn trees(entity: &Entity) -> Vec<(String, Tree)> {
    let nested = entity
        .fields()
        .into_iter()
        .filter(|(name, raw)| !ERRORS.contains(name) && json::scalar(raw).is_none());
    nested
        .map(|(name, raw)| (text::label(&text::clip(name, 80)), tree(raw, "", &Marks::default())))
        .collect()
}

fn error_texts(entity: &Entity) -> Vec<(String, String)> {
    let given = ERRORS.into_iter().filter_map(|name| Some((name, entity.raw(name)?)));
    given.flat_map(|(name, raw)| problem::texts(name, raw)).collect()
}

/// What is wrong with it.
pub fn problems(entity: &Entity) -> Option<Problems> {
    let texts = error_texts(entity);
    (!texts.is_empty()).then(|| problem::of_texts(&texts, &Marks::default()))
}

/// What is wrong with it, in one line.
pub fn first_message(entity: &Entity) -> Option<String> {
    let (error, _) = error_texts(entity).into_iter().next()?;
    let message = json::member(&error, "message").unwrap_or(&error);
    json::scalar(message).map(|message| text::line(&message).into_owned())
}

/// The whole entity as one JSON text.
pub fn raw(entity: &Entity) -> String {
    let members = entity.fields().into_iter();
    let members = members.map(|(name, raw)| format!(",{}:{raw}", json::quote(name)));
    format!(
        "{{\"kind\":{},\"id\":{}{}}}",
        json::quote(entity.kind.name()),
        json::quote(entity.id.as_str()),
        members.collect::<String>()
    )
}
