//! `GET /export`: everything that is kept, as NDJSON that an import takes, while it is read.

use std::sync::Arc;

use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use super::ask::{Answer, Ask, invalid};
use super::params::{self, Means, Parameter};
use super::query::Query;
use crate::export::{Export, Position, Selection};
use crate::model::kind::{EntityKind, ItemKind, Kind};
use crate::model::problem::Problem;
use crate::web::error::WebError;

/// Media type of the lines.
pub const NDJSON: &str = "application/x-ndjson";

/// What can be asked of an export.
pub const PARAMETERS: [Parameter; 4] = [
    Parameter {
        name: "kind",
        means: Means::Kinds,
    },
    Parameter {
        name: "from",
        means: Means::From,
    },
    Parameter {
        name: "to",
        means: Means::To,
    },
    Parameter {
        name: "after",
        means: Means::After,
    },
];

/// `GET /export`. An answer that ends before its last chunk is not whole; the lines that came are good.
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    let after = match ask.query.last("after").filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => Some(Position::parse(text).ok_or_else(|| {
            let message = "The position is not one that an export told.";
            invalid("after", message, "a position as `redtrail export` tells it")
        })?),
    };
    let timeout = ask.context.config.limits.read_timeout;
    let mut export = Export::new(Arc::clone(&ask.context.store), selection(&ask.query)?, after, timeout);
    // What fails before anything was sent is answered as an error.
    let Some(first) = export.next().await? else {
        return Ok(Answer::lines(NDJSON, stream::empty()));
    };
    let rest = stream::try_unfold(export, |mut export| async {
        let next = export
            .next()
            .await
            .inspect_err(|error| tracing::warn!(%error, "an export breaks off"))?;
        Ok(next.map(|lines| (Bytes::from(lines), export)))
    });
    let first = stream::once(std::future::ready(Ok(Bytes::from(first))));
    Ok(Answer::lines(NDJSON, first.chain(rest)))
}

fn selection(query: &Query) -> Result<Selection, Problem> {
    let mut selection = Selection {
        logs: Vec::new(),
        entities: Vec::new(),
        from: params::time_of(query, "from")?,
        to: params::time_of(query, "to")?,
    };
    if query.last("kind").is_none() {
        selection.logs = Kind::SENT.to_vec();
        selection.entities = EntityKind::ALL.to_vec();
    }
    for name in query.all("kind") {
        match ItemKind::from_name(&name) {
            Some(ItemKind::Log(kind)) => selection.logs.push(kind),
            Some(ItemKind::Entity(kind)) => selection.entities.push(kind),
            None => {
                let names = Kind::SENT.iter().map(|kind| kind.name());
                let names = names.chain(EntityKind::ALL.iter().map(|kind| kind.name()));
                let names: Vec<&str> = names.collect();
                return Err(invalid("kind", "There is no kind of this name.", names.join(", ")));
            }
        }
    }
    selection.logs.sort_unstable();
    selection.logs.dedup();
    Ok(selection)
}
