//! Who sends, what of it came in lately, and what was refused.

use super::ask::{Answer, Ask, invalid};
use super::page::{self, Cursors};
use super::params::{self, Means, Parameter};
use super::render::object::Object;
use crate::model::filter::Direction;
use crate::model::ledger::LedgerSum;
use crate::model::time::Micros;
use crate::store::receipts::{self, Asked, Refused, Source};
use crate::web::error::WebError;

/// Minutes that are summed up.
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * 60;

/// What can be asked of the refused items.
pub const REJECTS: [Parameter; 5] = [
    Parameter {
        name: "source",
        means: Means::Source,
    },
    Parameter {
        name: "from",
        means: Means::From,
    },
    Parameter {
        name: "to",
        means: Means::To,
    },
    params::LIMIT,
    params::CURSOR,
];

/// `GET /sources`
pub async fn list(ask: Ask) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let paging = params::paging(&ask.query)?;
    let cursors = Cursors::of(&ask.context.keys, &call.scope, "sources", &(), Direction::OldestFirst)?;
    let after: Option<String> = cursors.begin(&paging)?;
    let now = ask.context.clock.now();
    let store = &*ask.context.store;
    let found = receipts::sources(store, &call, now, after.as_deref(), paging.limit).await?;
    let last = found.items.last().filter(|_| found.has_more);
    let cursor = last.map(|source| cursors.after(&source.name)).transpose()?;
    let items = found.items.iter().map(|found| source(found, now)).collect();
    Ok(page::answer(items, cursor, None))
}

fn source(source: &Source, now: Micros) -> String {
    let mut object = Object::new();
    object.text("name", &source.name);
    if let Some(last) = source.last {
        object.text("lastReceivedAt", &last.to_string());
    }
    object
        .raw("lastHour", &sum(&source.lately(now, HOUR_MINUTES)))
        .raw("lastDay", &sum(&source.lately(now, DAY_MINUTES)));
    object.finish()
}

fn sum(sum: &LedgerSum) -> String {
    let mut refused = Object::new();
    for (key, count) in &sum.refused {
        refused.raw(key, &count.to_string());
    }
    let mut object = Object::new();
    object
        .raw("accepted", &sum.accepted.to_string())
        .raw("duplicates", &sum.duplicates.to_string())
        .raw("refused", &refused.finish())
        .raw("withoutCustomer", &sum.unowned.to_string())
        .raw("largestDelay", &milliseconds(sum.largest_delay))
        .raw("clockAhead", &milliseconds(sum.largest_ahead));
    object.finish()
}

/// Microseconds as the wire has durations.
fn milliseconds(micros: i64) -> String {
    let (whole, rest) = (micros.div_euclid(1000), micros.rem_euclid(1000));
    if rest == 0 {
        whole.to_string()
    } else {
        format!("{whole}.{rest:03}")
    }
}

/// `GET /rejects`
pub async fn rejects(ask: Ask) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let paging = params::paging(&ask.query)?;
    let source = ask.query.last("source");
    if source.is_some_and(str::is_empty) {
        return Err(invalid("source", "The source has no name.", "the name of a token or door").into());
    }
    let asked = Asked {
        source: source.map(str::to_owned),
        from: params::time_of(&ask.query, "from")?,
        to: params::time_of(&ask.query, "to")?,
    };
    let cursors = Cursors::of(
        &ask.context.keys,
        &call.scope,
        "rejects",
        &asked,
        Direction::NewestFirst,
    )?;
    let begin = (cursors.begin(&paging)?, paging.limit);
    let now = ask.context.clock.now();
    let found = receipts::refused(&*ask.context.store, &call, now, &asked, begin).await?;
    let cursor = found.next.map(|place| cursors.after(&place)).transpose()?;
    let items = found.items.iter().map(|(_, item)| refused(item)).collect();
    Ok(page::answer(items, cursor, found.looked_until))
}

fn refused(item: &Refused) -> String {
    let mut error = Object::new();
    error.text("key", &item.key).text("message", &item.message);
    if let Some(path) = &item.path {
        error.text("path", path);
    }
    let mut object = Object::new();
    object
        .text("receivedAt", &item.at.to_string())
        .text("source", &item.source)
        .raw("error", &error.finish())
        .text("begin", &item.begin);
    object.finish()
}

#[cfg(test)]
mod tests {
    use super::milliseconds;

    #[test]
    fn durations_are_milliseconds_without_losing_any() {
        assert_eq!(
            [milliseconds(0), milliseconds(1_500_000), milliseconds(1_007)],
            ["0", "1500", "1.007"]
        );
    }
}
