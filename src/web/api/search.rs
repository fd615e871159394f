//! `GET /search`: whatever a scrap of text leads to.

use super::ask::{Answer, Ask, invalid};
use super::params::{Means, Parameter};
use super::render::object::{Object, array};
use super::render::reference::reference;
use crate::model::entity::Entity;
use crate::model::query::bare::as_query;
use crate::model::record::Record;
use crate::model::tone;
use crate::web::error::WebError;
use crate::web::pages::href;
use crate::web::search::{self, Group, Why};

/// What can be asked.
pub const PARAMETERS: [Parameter; 1] = [Parameter {
    name: "q",
    means: Means::Scrap,
}];

/// `GET /search`
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    let text = ask.query.last("q").map(str::trim).filter(|text| !text.is_empty());
    let text = text.ok_or_else(|| {
        invalid(
            "q",
            "There is nothing to look for.",
            "an id, a key, or words of a payload, error, URL or log",
        )
    })?;
    let found = search::search(&*ask.context.store, &ask.read_call()?, text).await?;
    let entities: Vec<String> = found.entities.iter().map(entity).collect();
    let groups: Vec<String> = found.groups.iter().map(|found| group(found, text)).collect();
    let mut answer = Object::new();
    answer.raw("entities", &array(entities)).raw("groups", &array(groups));
    Ok(Answer::json(answer.finish()))
}

fn entity(entity: &Entity) -> String {
    let mut object = Object::new();
    object.text("kind", entity.kind.name()).text("id", entity.id.as_str());
    for name in ["key", "name"] {
        if let Some(text) = entity.text(name) {
            object.text(name, &text);
        }
    }
    object.text("url", &href::entity(entity.kind, &entity.id));
    object.finish()
}

fn group(group: &Group, text: &str) -> String {
    let hits = group.hits.iter().map(|(record, why)| hit(record, *why));
    let hits: Vec<String> = hits.collect();
    let mut object = Object::new();
    object
        .text("kind", group.kind.name())
        .raw("items", &array(hits))
        .raw("more", if group.has_more { "true" } else { "false" });
    if let Some(time) = group.scanned_until {
        object.text("scannedUntil", &time.to_string());
    }
    if group.kind.page_path().is_some() {
        object.text("url", &href::list(group.kind, &[("q", &as_query(text))]));
    }
    object.finish()
}

/// A record, and why it was found.
fn hit(record: &Record, why: Why) -> String {
    let mut hit = reference(&record.key, Some(record), tone::own(record));
    if let Some(error) = record.content.brief_error(record.key.kind()) {
        hit.text("error", &error.message);
    }
    hit.text("why", why.word());
    hit.finish()
}
