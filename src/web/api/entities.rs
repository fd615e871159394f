//! Entities: lists, one by its id or key, as it was at a time, and writing one.

use std::sync::Arc;

use actix_web::http::StatusCode;

use super::ask::{Answer, Ask, invalid};
use super::ingest;
use super::page::{self, Cursors};
use super::params;
use super::render::entity;
use crate::model::entity::Entity;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::problem::Problem;
use crate::model::time::Micros;
use crate::web::error::WebError;

/// `GET /{list}`
pub async fn list(kind: EntityKind, ask: Ask) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let filter = params::entity_filter(kind, &ask.query)?;
    let paging = params::paging(&ask.query)?;
    let asked = (&filter.ids, filter.archived);
    let cursors = Cursors::of(&ask.context.keys, &call.scope, kind.name(), &asked, paging.direction)?;
    let after: Option<(Micros, Id)> = cursors.begin(&paging)?;
    let store = &ask.context.store;
    let found = store
        .entities(&call, &filter, after.as_ref(), paging.direction, paging.limit)
        .await?;
    let items = found.items.iter().map(|found| shown(&ask, found));
    let cursor = found.next.map(|position| cursors.after(&position)).transpose()?;
    Ok(page::answer(items.collect(), cursor, None))
}

/// `GET /{list}/{id or key}`
pub async fn show(kind: EntityKind, ask: Ask) -> Result<Answer, WebError> {
    let found = find(kind, &ask, ask.segment("id")).await?;
    Ok(Answer::json(shown(&ask, &found)))
}

/// `GET /{singular}?id=` or `?key=`: as the platform's client asks for some kinds.
pub async fn show_selected(kind: EntityKind, ask: Ask) -> Result<Answer, WebError> {
    let given = ["id", "key"].into_iter().find_map(|name| ask.query.last(name));
    let asked = given.filter(|text| !text.is_empty()).ok_or_else(|| {
        let message = "The address does not say which one is meant.";
        invalid("id", message, "an id, or a key as the parameter key")
    })?;
    let found = find(kind, &ask, asked).await?;
    Ok(Answer::json(shown(&ask, &found)))
}

/// An entity by its id or key; with `at` as it was then.
pub(super) async fn find(kind: EntityKind, ask: &Ask, id_or_key: &str) -> Result<Entity, WebError> {
    let at = params::time_of(&ask.query, params::AT.name)?;
    let call = ask.read_call()?;
    let store = &ask.context.store;
    let now = store.entity(&call, kind, id_or_key).await?;
    let now = now.ok_or_else(|| WebError::not_found("There is no such thing."))?;
    let Some(at) = at else { return Ok(now) };
    let then = store.entity_at(&call, kind, &now.id, at).await?;
    then.ok_or_else(|| WebError::not_found("Nothing of it had been received by then."))
}

/// `PUT /{list}/{id}` or `/{singular}?id=`: 201 when it is new.
pub async fn put(kind: EntityKind, mut ask: Ask) -> Result<Answer, WebError> {
    // Before a body is read, so that a full server costs a sender nothing but a short answer.
    ask.context.store.accepts()?;
    let id = id_to_write(&ask)?;
    let budget = Arc::clone(&ask.budget);
    let mut held = budget.hold();
    let body = ingest::decoded(&mut ask, &mut held).await?;
    let call = ask.write_call()?;
    let sender = &ask.principal()?.sender;
    let put = ask.context.ingest.put(&call, sender, (kind, &id), body).await?;
    let status = if put.is_new {
        StatusCode::CREATED
    } else {
        StatusCode::OK
    };
    Ok(written(&ask, &put.entity)?.with_status(status))
}

/// `DELETE /{list}/{id}` or `/{singular}?id=`: archives it.
pub async fn archive(kind: EntityKind, ask: Ask) -> Result<Answer, WebError> {
    ask.context.store.accepts()?;
    let id = id_to_write(&ask)?;
    let call = ask.write_call()?;
    let sender = &ask.principal()?.sender;
    let archived = ask.context.ingest.archive(&call, sender, (kind, &id)).await?;
    written(
        &ask,
        &archived.ok_or_else(|| WebError::not_found("There is no such thing."))?,
    )
}

fn id_to_write(ask: &Ask) -> Result<Id, Problem> {
    let text = match ask.segment("id") {
        "" => ask.query.last(params::SELECTED.name).unwrap_or_default(),
        of_path => of_path,
    };
    Id::parse(text).map_err(|rule| {
        invalid(
            "id",
            "The address does not have an id of what is meant.",
            rule.to_string(),
        )
    })
}

/// What is told of an entity that was written: who may not look at entities, learns only which it is.
fn written(ask: &Ask, entity: &Entity) -> Result<Answer, WebError> {
    if ask.principal()?.may_read() {
        return Ok(Answer::json(shown(ask, entity)));
    }
    Ok(Answer::json(entity::named(
        entity,
        &ask.context.config.server.workspace,
    )))
}

fn shown(ask: &Ask, entity: &Entity) -> String {
    entity::shown(entity, &ask.context.config.server.workspace)
}
