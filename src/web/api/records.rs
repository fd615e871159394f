//! Log records: lists, one record, its payloads, its log entries.

use std::time::Instant;

use serde_json::json;

use super::ask::{Answer, Ask};
use super::page::{self, Cursors};
use super::params;
use super::render::object::Object;
use super::render::record::Renderer;
use crate::model::filter::Position;
use crate::model::id::{Id, RecordKey};
use crate::model::json::member;
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::store::call::{Call, Step};
use crate::store::{ListRequest, StoreError};
use crate::web::error::WebError;
use crate::web::question::Question;

/// Bytes of items after which a page of a list that carries payloads ends.
pub const PAGE_MAX_BYTES: usize = 1024 * 1024;

/// `GET /{list}`
pub async fn list(kind: Kind, ask: Ask) -> Result<Answer, WebError> {
    let question = params::log_question(kind, &ask.query)?;
    page_of(&ask, question).await
}

/// A page of what a question asks for.
pub(super) async fn page_of(ask: &Ask, question: Question) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let paging = params::paging(&ask.query)?;
    let asked = question.asked();
    let name = asked.kind.name();
    let cursors = Cursors::of(&ask.context.keys, &call.scope, name, &asked, paging.direction)?;
    let request = ListRequest {
        after: cursors.begin(&paging)?,
        filter: question.resolved(&*ask.context.store, &call).await?,
        direction: paging.direction,
        limit: paging.limit,
    };
    let found = ask.context.store.list(&call, &request).await?;
    let began = Instant::now();
    let (items, next) = match request.filter.kind {
        Kind::InternalEvent | Kind::NodeRun => with_payloads(ask, &call, &found.items, found.next).await?,
        _ => (
            found.items.iter().map(|record| renderer(ask).summary(record)).collect(),
            found.next,
        ),
    };
    ask.steps.record(|| rendered(&items, began));
    let cursor = next.map(|position| cursors.after(&position)).transpose()?;
    Ok(page::answer(items, cursor, found.scanned_until))
}

/// Items with their bodies, until the page is full or the time is up, and where to go on.
async fn with_payloads(
    ask: &Ask,
    call: &Call,
    found: &[Record],
    next: Option<Position>,
) -> Result<(Vec<String>, Option<Position>), WebError> {
    let mut items = Vec::new();
    let mut bytes = 0;
    let mut last: Option<&Record> = None;
    for record in found {
        if bytes >= PAGE_MAX_BYTES {
            return Ok((items, last.map(Record::position)));
        }
        let whole = match ask.context.store.whole(call, &record.key).await {
            Err(StoreError::Overloaded(_)) if last.is_some() => return Ok((items, last.map(Record::position))),
            whole => whole?,
        };
        // One that is gone by now is passed over.
        if let Some(whole) = whole {
            let item = renderer(ask).listed(&whole);
            bytes += item.len();
            items.push(item);
        }
        last = Some(record);
    }
    Ok((items, next))
}

fn rendered(items: &[String], began: Instant) -> Step {
    let bytes: usize = items.iter().map(String::len).sum();
    Step::new("wrote the items as JSON")
        .with(json!({"items": items.len(), "sizeBytes": bytes}))
        .took(began.elapsed())
}

/// `GET /{list}/{id}`
pub async fn show(kind: Kind, ask: Ask) -> Result<Answer, WebError> {
    let record = whole(&ask, &key(kind, &ask)?).await?;
    Ok(Answer::json(renderer(&ask).whole(&record)))
}

/// `GET /{list}/{id}/details`
pub async fn details(kind: Kind, ask: Ask) -> Result<Answer, WebError> {
    let record = whole(&ask, &key(kind, &ask)?).await?;
    Ok(Answer::json(renderer(&ask).details(&record)))
}

/// `GET /{list}/{id}/logs`: a bare array.
pub async fn logs(kind: Kind, ask: Ask) -> Result<Answer, WebError> {
    let record = whole(&ask, &key(kind, &ask)?).await?;
    let logs = record.content.raw(kind, "logs");
    Ok(Answer::json(logs.as_deref().unwrap_or("[]")))
}

/// `GET /external-event-pulls/{id}/telemetry`
pub async fn telemetry(ask: Ask) -> Result<Answer, WebError> {
    let kind = Kind::ExternalEventPull;
    let record = whole(&ask, &key(kind, &ask)?).await?;
    let kept = record.content.raw(kind, "telemetry");
    let kept = kept.as_deref().unwrap_or("{}");
    if member(kept, "strategy").is_some() && member(kept, "emittedEventCount").is_some() {
        return Ok(Answer::json(kept));
    }
    let mut object = Object::new();
    for (name, value) in crate::model::json::members(kept) {
        if let Some(name) = crate::model::json::string(name) {
            object.raw(&name, value);
        }
    }
    object
        .text("strategy", "unknown")
        .raw("emittedEventCount", "0")
        .raw("notes", "[]");
    Ok(Answer::json(object.finish()))
}

/// A whole record of the scope.
///
/// # Errors
/// There is none, or it is outside: the answer is the same.
pub(super) async fn whole(ask: &Ask, key: &RecordKey) -> Result<Record, WebError> {
    let call = ask.read_call()?;
    let record = ask.context.store.whole(&call, key).await?;
    record.ok_or_else(|| WebError::not_found("There is no such record."))
}

/// The key an address names. A text that is no id names nothing.
fn key(kind: Kind, ask: &Ask) -> Result<RecordKey, WebError> {
    Ok(RecordKey::new(kind, id(ask, "id")?))
}

pub(super) fn id(ask: &Ask, name: &str) -> Result<Id, WebError> {
    Id::parse(ask.segment(name)).map_err(|_| WebError::not_found("There is no such record."))
}

pub(super) fn renderer(ask: &Ask) -> Renderer<'_> {
    Renderer {
        workspace: &ask.context.config.server.workspace,
    }
}
