//! Runs of one node of a flow run.

use super::ask::{Answer, Ask};
use super::{params, records};
use crate::model::filter::{Filter, IdField};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::Kind;
use crate::web::error::WebError;

/// How the platform's client asks for the next page: as if a run had this id.
pub(super) const CURSOR_SEGMENT: &str = "cursor=";

/// `GET /flow-runs/{id}/nodes/{key}/runs`
pub async fn list(ask: Ask) -> Result<Answer, WebError> {
    let (run, node) = (records::id(&ask, "id")?, records::id(&ask, "key")?);
    page(&ask, run, node).await
}

async fn page(ask: &Ask, run: Id, node: Id) -> Result<Answer, WebError> {
    is_there(ask, &run).await?;
    let mut question = params::log_question(Kind::NodeRun, &ask.query)?;
    let filter = question.filter.with(IdField::FlowRun, run);
    question.filter = filter.with(IdField::Node, node);
    question.filter.ids.sort();
    records::page_of(ask, question).await
}

/// Node runs may come before their flow run: it is unknown only when none of its node runs is known either.
pub(super) async fn is_there(ask: &Ask, run: &Id) -> Result<(), WebError> {
    let call = ask.read_call()?;
    let key = RecordKey::new(Kind::FlowRun, run.clone());
    let known = ask.context.store.get(&call, &[key]).await?;
    if known.iter().any(Option::is_some) {
        return Ok(());
    }
    let any = crate::store::ListRequest {
        filter: Filter::of(Kind::NodeRun).with(IdField::FlowRun, run.clone()),
        after: None,
        direction: crate::model::filter::Direction::NewestFirst,
        limit: 1,
    };
    let found = ask.context.store.list(&call, &any).await?;
    if found.items.is_empty() && found.next.is_none() {
        return Err(WebError::not_found("There is no such flow run."));
    }
    Ok(())
}

/// `GET /flow-runs/{id}/nodes/{key}/runs/{runId}`
pub async fn show(mut ask: Ask) -> Result<Answer, WebError> {
    let (run, node) = (records::id(&ask, "id")?, records::id(&ask, "key")?);
    if let Some(cursor) = ask.segment("runId").strip_prefix(CURSOR_SEGMENT) {
        let cursor = cursor.to_owned();
        ask.query.set("cursor", &cursor);
        return page(&ask, run, node).await;
    }
    let key = RecordKey::node_run(run, node, records::id(&ask, "runId")?);
    let record = records::whole(&ask, &key).await?;
    Ok(Answer::json(records::renderer(&ask).whole(&record)))
}

/// `GET /flow-runs/{id}/nodes/{key}/runs/{runId}/logs`: a bare array.
pub async fn logs(ask: Ask) -> Result<Answer, WebError> {
    let (run, node) = (records::id(&ask, "id")?, records::id(&ask, "key")?);
    let key = RecordKey::node_run(run, node, records::id(&ask, "runId")?);
    let record = records::whole(&ask, &key).await?;
    let logs = record.content.raw(Kind::NodeRun, "logs");
    Ok(Answer::json(logs.as_deref().unwrap_or("[]")))
}
