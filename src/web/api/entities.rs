//! Entities: lists, and one by its id or key.

use super::ask::{Answer, Ask};
use super::page::{self, Cursors};
use super::params;
use super::render::entity;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
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
    let workspace = &ask.context.config.server.workspace;
    let items = found.items.iter().map(|found| entity::shown(found, workspace));
    let cursor = found.next.map(|position| cursors.after(&position)).transpose()?;
    Ok(page::answer(items.collect(), cursor, None))
}

/// `GET /{list}/{id or key}`
pub async fn show(kind: EntityKind, ask: Ask) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let found = ask.context.store.entity(&call, kind, ask.segment("id")).await?;
    let found = found.ok_or_else(|| WebError::not_found("There is no such thing."))?;
    Ok(Answer::json(entity::shown(
        &found,
        &ask.context.config.server.workspace,
    )))
}
