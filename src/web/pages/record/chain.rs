//! The chain a record stands in: from its origin down to it, and on along the red trail to the fault.

use super::super::below;
use super::super::show::dot::Dot;
use super::super::show::names::Names;
use super::super::show::{href, title};
use super::super::visit::Visit;
use crate::model::filter::{Direction, Filter, IdField};
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::model::state::State;
use crate::model::tone::{self, Tone};
use crate::store::expiry::Absent;
use crate::store::linked::SiblingsRequest;
use crate::store::{Linked, ListRequest, StoreError};

/// Records above and below the shown one, each.
const CHAIN_MAX: usize = 6;
/// Effects among which the red one is looked for.
const EFFECTS_MAX: usize = 50;

/// One record of the chain.
pub struct Link {
    pub kind: &'static str,
    pub dot: Dot,
    pub title: String,
    pub href: Option<String>,
    /// The record of this page.
    pub is_self: bool,
    /// The trail to the next one is red.
    pub is_red: bool,
}

/// The chain; empty when the record stands alone.
///
/// # Errors
/// The store does not answer.
pub async fn chain(visit: &Visit, record: &Record) -> Result<Vec<Link>, StoreError> {
    let mut found = causes(visit, &record.key).await?;
    found.reverse();
    let own_at = found.len();
    found.push((record.key.clone(), Some(record.clone())));
    found.extend(trail(visit, record).await?);
    if found.len() < 2 {
        return Ok(Vec::new());
    }
    let records = found.iter().filter_map(|(_, record)| record.as_ref());
    let names = Names::of_records(visit.store(), &visit.call, records.clone(), &title::NAMED).await?;
    let mut below = below::tones(visit, records).await?.into_iter();
    let mut links: Vec<Link> = Vec::with_capacity(found.len());
    for (at, (key, record)) in found.iter().enumerate() {
        let dot = match record {
            Some(record) => Dot::with_below(record, below.next().flatten()),
            None => {
                let after = found.iter().skip(at).find_map(|(_, record)| record.as_ref());
                let place = after.map(|record| record.known.place);
                Dot::absent(key.kind(), &Absent::named_at(visit.store(), &visit.call, place).await?)
            }
        };
        let title = record.as_ref().map(|record| title::short(record, &names));
        links.push(Link {
            kind: key.kind().singular(),
            is_self: at == own_at,
            title: title.unwrap_or_else(|| key.id().to_string()),
            href: record.as_ref().and_then(|_| href::record(key)),
            is_red: false,
            dot,
        });
    }
    // The trail is red from a record to the red one it led to.
    let reds: Vec<bool> = links.iter().map(|link| link.dot.is_red()).collect();
    for (link, next_is_red) in links.iter_mut().zip(reds.into_iter().skip(1)) {
        link.is_red = next_is_red;
    }
    Ok(links)
}

/// Ways up, nearest cause first.
const fn up(kind: Kind) -> &'static [Relation] {
    match kind {
        Kind::ApiRequest => &[
            Relation::NodeRequest,
            Relation::RunRequest,
            Relation::ActionRequest,
            Relation::PullRequest,
        ],
        Kind::NodeRun => &[Relation::Node],
        Kind::FlowRun => &[Relation::Launched],
        Kind::ExternalEvent => &[Relation::Collected],
        _ => &[],
    }
}

async fn causes(visit: &Visit, key: &RecordKey) -> Result<Vec<(RecordKey, Option<Record>)>, StoreError> {
    let mut causes: Vec<(RecordKey, Option<Record>)> = Vec::new();
    let mut at = key.clone();
    'up: while causes.len() < CHAIN_MAX {
        for relation in up(at.kind()) {
            let by = Some((*relation, End::Cause));
            let found = visit.store().linked(&visit.call, &at, by, None, 1).await?;
            if let Some(Linked { key, record, .. }) = found.into_iter().next() {
                at = key.clone();
                causes.push((key, record));
                continue 'up;
            }
        }
        break;
    }
    Ok(causes)
}

/// The reddest way down, as long as there is a red one.
async fn trail(visit: &Visit, record: &Record) -> Result<Vec<(RecordKey, Option<Record>)>, StoreError> {
    let mut trail: Vec<(RecordKey, Option<Record>)> = Vec::new();
    let mut at = record.clone();
    while trail.len() < CHAIN_MAX {
        let Some(next) = red_effect(visit, &at).await? else {
            break;
        };
        trail.push((next.key.clone(), Some(next.clone())));
        at = next;
    }
    Ok(trail)
}

async fn red_effect(visit: &Visit, record: &Record) -> Result<Option<Record>, StoreError> {
    let relation = match record.key.kind() {
        Kind::ExternalWebhook | Kind::ExternalEventPull => Relation::Collected,
        Kind::ExternalEvent | Kind::InternalEvent => Relation::Launched,
        Kind::NodeRun if tone::own(record) == Tone::Red => Relation::NodeRequest,
        Kind::ActionRun if tone::own(record) == Tone::Red => Relation::ActionRequest,
        Kind::FlowRun if tone::own(record) == Tone::Red => {
            let run = record.key.id();
            return match failed_of_run(visit, Kind::NodeRun, run, 1).await?.into_iter().next() {
                Some(node_run) => Ok(Some(node_run)),
                None => Ok(failed_of_run(visit, Kind::ApiRequest, run, 1).await?.into_iter().next()),
            };
        }
        _ => return Ok(None),
    };
    let effects: Vec<Record> = failed_first(visit, &record.key, relation, EFFECTS_MAX).await?;
    let below = below::tones(visit, &effects).await?;
    let is_red = |effect: &Record, below: Option<Tone>| match below {
        Some(Tone::Ok) => false,
        below => below == Some(Tone::Red) || tone::own(effect) == Tone::Red,
    };
    let mut both = effects.into_iter().zip(below);
    Ok(both
        .find(|(effect, below)| is_red(effect, *below))
        .map(|(effect, _)| effect))
}

/// What was received of the effects of a record, those that failed first.
///
/// # Errors
/// The store does not answer.
pub async fn failed_first(
    visit: &Visit,
    key: &RecordKey,
    relation: Relation,
    limit: usize,
) -> Result<Vec<Record>, StoreError> {
    let request = SiblingsRequest {
        key: key.clone(),
        relation,
        other_is: End::Effect,
        node: None,
        after: None,
        direction: Direction::NewestFirst,
        limit,
    };
    let found = visit.store().siblings(&visit.call, &request).await?;
    Ok(found.items.into_iter().filter_map(|linked| linked.record).collect())
}

/// The first that failed of a run's node runs or API requests, oldest first.
///
/// # Errors
/// The store does not answer.
pub async fn failed_of_run(
    visit: &Visit,
    kind: Kind,
    run: &crate::model::id::Id,
    limit: usize,
) -> Result<Vec<Record>, StoreError> {
    let mut filter = Filter::of(kind).with(IdField::FlowRun, run.clone());
    filter.states = vec![Some(State::Failed), Some(State::Error)];
    let request = ListRequest {
        filter,
        after: None,
        direction: Direction::OldestFirst,
        limit,
    };
    Ok(visit.store().list(&visit.call, &request).await?.items)
}
