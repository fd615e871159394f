//! `POST /ingest` and `/ingest/{kind}`: records and entities in, answered item by item once they are on disk.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE};

use super::ask::{Answer, Ask};
use super::body::{self, Held};
use super::render::object::{Object, array};
use crate::ingest::encoding::decompress;
use crate::ingest::{Rejected, Taken};
use crate::model::kind::{EntityKind, ItemKind, Kind};
use crate::model::problem::{Problem, ProblemKey};
use crate::store::call::Step;
use crate::web::error::{self, WebError};

/// How many times its size a compressed body is counted as before it is known: text shrinks to about a tenth.
const EXPECTED_GROWTH: u64 = 16;

/// `POST /ingest`
pub async fn take(ask: Ask) -> Result<Answer, WebError> {
    take_kind(ask, None).await
}

/// `POST /ingest/{kind}`
pub async fn take_one_kind(ask: Ask) -> Result<Answer, WebError> {
    let kind = ItemKind::from_name(ask.segment("kind")).ok_or_else(unknown_kind)?;
    take_kind(ask, Some(kind)).await
}

/// `POST /import`
pub async fn import(mut ask: Ask) -> Result<Answer, WebError> {
    ask.context.store.accepts()?;
    let budget = Arc::clone(&ask.budget);
    let mut held = budget.hold();
    let body = decoded(&mut ask, &mut held).await?;
    let content_type = header(&ask, CONTENT_TYPE.as_str());
    let (call, source) = (ask.write_call()?, ask.principal()?.sender.source.clone());
    let import = ask.context.ingest.import(&call, &source, content_type.as_deref(), body);
    Ok(answer(&import.await?))
}

async fn take_kind(mut ask: Ask, kind: Option<ItemKind>) -> Result<Answer, WebError> {
    // Before a body is read, so that a full server costs a sender nothing but a short answer.
    ask.context.store.accepts()?;
    let budget = Arc::clone(&ask.budget);
    let mut held = budget.hold();
    let body = decoded(&mut ask, &mut held).await?;
    let content_type = header(&ask, CONTENT_TYPE.as_str());
    let principal = ask.principal()?;
    let call = ask.write_call()?;
    let taken = ask
        .context
        .ingest
        .take(&call, &principal.sender, kind, content_type.as_deref(), body)
        .await?;
    Ok(answer(&taken))
}

/// The body as it was before it was compressed.
pub(super) async fn decoded(ask: &mut Ask, held: &mut Held) -> Result<Vec<u8>, WebError> {
    let limit = ask.context.config.limits.request_bytes;
    let body = body::read(ask, limit, held).await?;
    let Some(encoding) = header(ask, CONTENT_ENCODING.as_str()) else {
        return Ok(body);
    };
    let sent = body.len() as u64;
    let expected = sent.saturating_mul(EXPECTED_GROWTH).min(limit);
    held.grow(expected)?;
    let work = actix_web::web::block(move || decompress(Some(&encoding), body, limit));
    let plain = work.await.map_err(|error| WebError::Internal(error.to_string()))??;
    held.grow((plain.len() as u64).saturating_sub(expected))?;
    ask.steps
        .record(|| Step::new(format!("decompressed {sent} bytes to {}", plain.len())));
    Ok(plain)
}

/// A header's values, joined as HTTP does.
fn header(ask: &Ask, name: &str) -> Option<String> {
    let values = ask.request.headers().get_all(name);
    let values: Vec<String> = values
        .map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
        .collect();
    (!values.is_empty()).then(|| values.join(", "))
}

fn unknown_kind() -> Problem {
    let logs = Kind::SENT.iter().map(|kind| kind.name());
    let names: Vec<&str> = logs.chain(EntityKind::ALL.iter().map(|kind| kind.name())).collect();
    Problem::new(ProblemKey::NotFound, "There is no kind of this name.").expected(names.join(", "))
}

/// 202 when something was taken, 422 when every item was refused; the body is the same.
fn answer(taken: &Taken) -> Answer {
    let mut object = Object::new();
    if let Some(id) = &taken.id {
        object.text("id", id);
    }
    object
        .raw("accepted", &taken.accepted.to_string())
        .raw("duplicates", &taken.duplicates.to_string())
        .raw("rejected", &array(taken.rejected.iter().map(rejected)));
    let is_nothing_taken = taken.accepted + taken.duplicates == 0 && !taken.rejected.is_empty();
    let status = if is_nothing_taken {
        StatusCode::UNPROCESSABLE_ENTITY
    } else {
        StatusCode::ACCEPTED
    };
    Answer::json(object.finish()).with_status(status)
}

fn rejected(item: &Rejected) -> String {
    let mut object = Object::new();
    object.raw("index", &item.index.to_string());
    if let Some(line) = item.line {
        object.raw("line", &line.to_string());
    }
    if let Some(id) = &item.id {
        object.text("id", id);
    }
    object.raw("error", &format!("{{{}}}", error::members(&item.problem)));
    object.finish()
}
