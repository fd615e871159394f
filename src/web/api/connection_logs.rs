//! `GET /connections/{id}/logs`: what happened to a connection: its own changes and the API requests that failed on it,
//! as one list, newest first. An entry has what the platform's logs of connections have, and what ours know besides.

use super::ask::{Answer, Ask};
use super::page::{self, Cursors};
use super::render::error;
use super::render::object::Object;
use super::{body, entities, params, records};
use crate::model::entity::{Entity, EntityVersion};
use crate::model::filter::{Direction, Filter, IdField, Position};
use crate::model::id::Id;
use crate::model::json;
use crate::model::kind::{EntityKind, Kind};
use crate::model::record::Record;
use crate::model::state::State;
use crate::model::version::{ContentHash, Field};
use crate::store::call::Call;
use crate::store::{ListRequest, StoreError};
use crate::web::error::WebError;
use crate::web::pages::Dot;

const KIND: EntityKind = EntityKind::Connection;

/// `GET /connections/{id}/logs`
pub async fn list(ask: Ask) -> Result<Answer, WebError> {
    let connection = entities::find(KIND, &ask, ask.segment("id")).await?;
    let call = ask.read_call()?;
    let paging = params::paging(&ask.query)?;
    let direction = Direction::NewestFirst;
    let cursors = Cursors::of(
        &ask.context.keys,
        &call.scope,
        "connection-logs",
        &connection.id,
        direction,
    )?;
    let after: Option<Position> = cursors.begin(&paging)?;
    let mut found = merged(&ask, &call, &connection.id, after, paging.limit).await?;
    let mut items = Vec::with_capacity(found.records.len());
    let mut last: Option<Position> = None;
    for entry in &found.records {
        let item = match entry.key.kind() {
            Kind::EntityChange => match ask.context.store.whole(&call, &entry.key).await {
                Err(StoreError::Overloaded(_)) if last.is_some() => {
                    found.next = last;
                    break;
                }
                // One that is gone by now is passed over.
                whole => whole?.map(|whole| change(&ask, &connection, &whole)),
            },
            _ => Some(body::with_member(
                &records::renderer(&ask).summary(entry),
                "status",
                State::Error.word(),
            )),
        };
        items.extend(item);
        last = Some(entry.position());
    }
    let cursor = found.next.map(|position| cursors.after(&position)).transpose()?;
    Ok(page::answer(items, cursor, None))
}

struct Found {
    records: Vec<Record>,
    next: Option<Position>,
}

/// A page of both lists as one. What lies beyond the place where one of them was not looked through any further, is left
/// for the next page.
async fn merged(ask: &Ask, call: &Call, id: &Id, after: Option<Position>, limit: usize) -> Result<Found, StoreError> {
    let mut failed = Filter::of(Kind::ApiRequest).with(IdField::Connection, id.clone());
    failed.states = vec![Some(State::Error)];
    let changes = Filter::of(Kind::EntityChange).with(IdField::Connection, id.clone());
    let mut records = Vec::new();
    let mut floor: Option<Position> = None;
    for filter in [failed, changes] {
        let request = ListRequest {
            filter,
            after: after.clone(),
            direction: Direction::NewestFirst,
            limit,
        };
        let page = ask.context.store.list(call, &request).await?;
        floor = floor.max(page.next);
        // Changes of what hangs on the connection name it, too.
        records.extend(page.items.into_iter().filter(|record| is_of(record, id)));
    }
    records.retain(|record| floor.as_ref().is_none_or(|floor| record.position() >= *floor));
    records.sort_by_key(|record| std::cmp::Reverse(record.position()));
    if records.len() > limit {
        records.truncate(limit);
        floor = records.last().map(Record::position);
    }
    Ok(Found { records, next: floor })
}

fn is_of(record: &Record, id: &Id) -> bool {
    let says = |name: &str, value: &str| record.content.text(name).is_some_and(|text| text == value);
    record.key.kind() == Kind::ApiRequest || says("entityKind", KIND.name()) && says("entityId", id.as_str())
}

/// A change of the connection: what it changed, and whether it was left in trouble.
fn change(ask: &Ask, connection: &Entity, record: &Record) -> String {
    let raw = |name: &str| record.content.raw(Kind::EntityChange, name);
    let then = raw("entity");
    let then = then.as_deref().unwrap_or("{}");
    let is_red = Dot::of_entity(&as_it_was(connection, then, record)).is_red();
    let status = if is_red { State::Error } else { State::Success };
    let at = record.known.place.to_string();
    let mut object = Object::new();
    object
        .text("id", record.key.id().as_str())
        .text("kind", record.key.kind().name())
        .text("workspaceId", &ask.context.config.server.workspace)
        .text("connectionId", connection.id.as_str())
        .text("status", status.word())
        .text("createdAt", &at)
        .text("source", &record.known.source);
    let customer = json::member(then, "customerId").and_then(json::string);
    for name in ["customerId", "tenantId", "userId"] {
        // The platform's client demands the user.
        if customer.is_some() || name == "userId" {
            object.text(name, customer.as_deref().unwrap_or_default());
        }
    }
    for name in ["integrationId", "externalAppId", "state"] {
        if let Some(value) = json::member(then, name) {
            object.raw(name, value);
        }
    }
    let errors = json::member(then, "errors").and_then(|errors| json::elements(errors).next());
    if let Some(problem) = json::member(then, "requestError").or(errors).filter(|_| is_red) {
        object.raw("error", &error::shown(problem));
    }
    object
        .raw("changed", raw("changed").as_deref().unwrap_or("[]"))
        .raw("old", raw("old").as_deref().unwrap_or("{}"));
    object.finish()
}

/// The connection as a change left it.
fn as_it_was(connection: &Entity, then: &str, record: &Record) -> Entity {
    let members = json::members(then).filter_map(|(name, raw)| Some((json::string(name)?, raw)));
    let fields = members
        .filter(|(name, _)| !matches!(&**name, "id" | "kind"))
        .map(|(name, raw)| Field {
            name: name.as_ref().into(),
            raw: raw.into(),
            marks: Vec::new(),
        });
    let version = EntityVersion {
        kind: KIND,
        id: connection.id.clone(),
        created_at: None,
        updated_at: None,
        fields: fields.collect(),
        removed: Vec::new(),
        hash: ContentHash([0; 16]),
    };
    Entity::first(&version, record.known.place)
}
