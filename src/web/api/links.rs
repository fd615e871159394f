//! What a record is linked with, whichever side said so: references, failed ones first.

use serde::{Deserialize, Serialize};

use super::ask::{Answer, Ask, invalid};
use super::page::{self, Cursors};
use super::params::{self, Means, Parameter};
use super::query::Query;
use super::records;
use super::render::object::Object;
use super::render::reference::reference;
use crate::model::filter::Direction;
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::problem::Problem;
use crate::model::tone::{self, Tone};
use crate::store::Linked;
use crate::store::call::Call;
use crate::store::expiry::Absent;
use crate::store::linked::{SiblingsRequest, Standing};
use crate::web::error::WebError;

/// What can be asked of links.
pub const PARAMETERS: [Parameter; 4] = [
    Parameter {
        name: "relation",
        means: Means::Relation,
    },
    Parameter {
        name: "end",
        means: Means::End,
    },
    Parameter {
        name: "limit",
        means: Means::Limit,
    },
    Parameter {
        name: "cursor",
        means: Means::Cursor,
    },
];

/// Relations are listed one after the other, of each first the causes.
type Way = (Relation, End);

/// Where a page begins: at which way, and after which of its records.
#[derive(Serialize, Deserialize)]
struct Place {
    way: usize,
    after: Option<Standing>,
}

/// `GET /{list}/{id}/links`
pub async fn list(kind: Kind, ask: Ask) -> Result<Answer, WebError> {
    let key = RecordKey::new(kind, records::id(&ask, "id")?);
    page_of(&ask, key).await
}

/// `GET /flow-runs/{id}/nodes/{key}/runs/{runId}/links`
pub async fn of_node_run(ask: Ask) -> Result<Answer, WebError> {
    let (run, node) = (records::id(&ask, "id")?, records::id(&ask, "key")?);
    let key = RecordKey::node_run(run, node, records::id(&ask, "runId")?);
    page_of(&ask, key).await
}

async fn page_of(ask: &Ask, key: RecordKey) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let ways = ways(&ask.query)?;
    let paging = params::paging(&ask.query)?;
    let cursors = Cursors::of(
        &ask.context.keys,
        &call.scope,
        "links",
        &(&key, &ways),
        paging.direction,
    )?;
    let begin = cursors.begin::<Place>(&paging)?;
    let is_first = begin.is_none();
    let begin = begin.unwrap_or(Place { way: 0, after: None });
    let (found, next) = found(ask, &call, &key, &ways, begin, paging.limit).await?;
    if found.is_empty() && is_first {
        // What nobody sent may have links all the same: others name it.
        let known = ask.context.store.get(&call, std::slice::from_ref(&key)).await?;
        if known.iter().all(Option::is_none) {
            return Err(WebError::not_found("There is no such record."));
        }
    }
    let items = rendered(ask, &call, &key, &found).await?;
    let cursor = next.map(|place| cursors.after(&place)).transpose()?;
    Ok(page::answer(items, cursor, None))
}

/// Links until the page is full, and where to go on.
async fn found(
    ask: &Ask,
    call: &Call,
    key: &RecordKey,
    ways: &[Way],
    begin: Place,
    limit: usize,
) -> Result<(Vec<Linked>, Option<Place>), WebError> {
    let mut found: Vec<Linked> = Vec::new();
    let mut after = begin.after;
    for (at, (relation, other_is)) in ways.iter().enumerate().skip(begin.way) {
        if found.len() >= limit {
            return Ok((found, Some(Place { way: at, after: None })));
        }
        let request = SiblingsRequest {
            key: key.clone(),
            relation: *relation,
            other_is: *other_is,
            node: None,
            after: after.take(),
            direction: Direction::NewestFirst,
            limit: limit.saturating_sub(found.len()),
        };
        let siblings = ask.context.store.siblings(call, &request).await?;
        found.extend(siblings.items);
        if let Some(next) = siblings.next {
            let after = Some(next);
            return Ok((found, Some(Place { way: at, after })));
        }
    }
    Ok((found, None))
}

async fn rendered(ask: &Ask, call: &Call, near: &RecordKey, found: &[Linked]) -> Result<Vec<String>, WebError> {
    let store = &*ask.context.store;
    let absent = Absent::of(store, call, near, found).await?;
    let there = found.iter().filter_map(|linked| linked.record.as_ref());
    let keys: Vec<RecordKey> = there.map(|record| record.key.clone()).collect();
    let mut below = store.worst_of(call, &keys).await?.into_iter();
    let item = |linked: &Linked| {
        let tone = match &linked.record {
            Some(record) => tone::with_below(tone::own(record), below.next().flatten()),
            None => Tone::Missing,
        };
        let mut item = Object::new();
        item.text("relation", linked.relation.name())
            .text("end", linked.other_is.name())
            .raw("record", &other_side(linked, tone, &absent));
        item.finish()
    };
    Ok(found.iter().map(item).collect())
}

/// The other side of a link.
fn other_side(linked: &Linked, tone: Tone, absent: &Absent) -> String {
    let mut other = reference(&linked.key, linked.record.as_ref(), tone);
    if linked.record.is_none() && absent.is_no_longer_kept(linked.key.kind()) {
        other.raw("noLongerKept", "true");
    }
    other.finish()
}

/// The ways asked for; what is not asked for is any.
fn ways(query: &Query) -> Result<Vec<Way>, Problem> {
    let relation = query.last("relation").map(|name| {
        Relation::from_name(name).ok_or_else(|| {
            let names = Relation::ALL.map(Relation::name).join(", ");
            invalid("relation", "The relation is not one that links have.", names)
        })
    });
    let end = query.last("end").map(|name| {
        End::from_name(name)
            .ok_or_else(|| invalid("end", "The end is not one of both that a link has.", "cause or effect"))
    });
    let (relation, end) = (relation.transpose()?, end.transpose()?);
    let all = Relation::ALL.into_iter();
    let all = all.flat_map(|relation| [End::Cause, End::Effect].map(|end| (relation, end)));
    let is_asked =
        |(of, other): &Way| relation.is_none_or(|asked| asked == *of) && end.is_none_or(|asked| asked == *other);
    Ok(all.filter(is_asked).collect())
}
