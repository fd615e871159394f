//! What a record came from and what it led to, as either side named it.

use super::super::below::{self, Budget};
use super::super::show::dot::Dot;
use super::super::show::names::Names;
use super::super::show::{href, time::Moment, title};
use super::super::visit::Visit;
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::store::{Linked, StoreError};

/// Links shown of one relation; of more the list has the rest.
pub const LINKS_SHOWN_MAX: usize = 50;

/// A linked record in one line.
pub struct Item {
    pub dot: Dot,
    pub kind: &'static str,
    pub title: String,
    /// None: it was not received, so it has no page.
    pub href: Option<String>,
    pub when: Option<Moment>,
    pub why: Option<String>,
}

/// Records linked in one way.
pub struct Group {
    pub heading: &'static str,
    pub items: Vec<Item>,
    /// The list that has all of them, when there are more than are shown.
    pub more: Option<String>,
}

/// One relation as a record of a kind sees it.
struct Way {
    relation: Relation,
    other_is: End,
    heading: &'static str,
    /// The list with all of them, and the filter that finds them by this record's id.
    list: Option<(Kind, &'static str)>,
}

const fn way(relation: Relation, other_is: End, heading: &'static str) -> Way {
    Way {
        relation,
        other_is,
        heading,
        list: None,
    }
}

const fn listed(relation: Relation, heading: &'static str, kind: Kind, filter: &'static str) -> Way {
    Way {
        relation,
        other_is: End::Effect,
        heading,
        list: Some((kind, filter)),
    }
}

static OF_WEBHOOK: [Way; 1] = [way(Relation::Collected, End::Effect, "Led to external events")];
static OF_PULL: [Way; 2] = [
    way(Relation::Collected, End::Effect, "Led to external events"),
    listed(Relation::PullRequest, "API requests it made", Kind::ApiRequest, "pull"),
];
static OF_EXTERNAL_EVENT: [Way; 2] = [
    way(Relation::Collected, End::Cause, "Came from"),
    way(Relation::Launched, End::Effect, "Launched flow runs"),
];
static OF_INTERNAL_EVENT: [Way; 1] = [way(Relation::Launched, End::Effect, "Launched flow runs")];
static OF_FLOW_RUN: [Way; 4] = [
    way(Relation::Launched, End::Cause, "Launched by"),
    way(Relation::Repeat, End::Cause, "Repeats"),
    way(Relation::Repeat, End::Effect, "Repeated by"),
    listed(Relation::RunRequest, "API requests it made", Kind::ApiRequest, "run"),
];
static OF_NODE_RUN: [Way; 2] = [
    way(Relation::Node, End::Cause, "Part of"),
    way(Relation::NodeRequest, End::Effect, "API requests it made"),
];
static OF_API_REQUEST: [Way; 6] = [
    way(Relation::NodeRequest, End::Cause, "Made by node run"),
    way(Relation::RunRequest, End::Cause, "Made by flow run"),
    way(Relation::ActionRequest, End::Cause, "Made by action run"),
    way(Relation::PullRequest, End::Cause, "Made by pull"),
    way(Relation::Retry, End::Cause, "Retry of"),
    way(Relation::Retry, End::Effect, "Retried by"),
];
static OF_ACTION_RUN: [Way; 1] = [listed(
    Relation::ActionRequest,
    "API requests it made",
    Kind::ApiRequest,
    "action-run",
)];

fn ways(kind: Kind) -> &'static [Way] {
    match kind {
        Kind::ExternalWebhook => &OF_WEBHOOK,
        Kind::ExternalEventPull => &OF_PULL,
        Kind::ExternalEvent => &OF_EXTERNAL_EVENT,
        Kind::InternalEvent => &OF_INTERNAL_EVENT,
        Kind::FlowRun => &OF_FLOW_RUN,
        Kind::NodeRun => &OF_NODE_RUN,
        Kind::ApiRequest => &OF_API_REQUEST,
        Kind::ActionRun => &OF_ACTION_RUN,
        Kind::EntityChange => &[],
    }
}

/// Every group that has something in it.
///
/// # Errors
/// The store does not answer.
pub async fn groups(visit: &Visit, key: &RecordKey, budget: &mut Budget) -> Result<Vec<Group>, StoreError> {
    let mut groups = Vec::new();
    for way in ways(key.kind()) {
        let by = Some((way.relation, way.other_is));
        let mut found = visit
            .store()
            .linked(&visit.call, key, by, None, LINKS_SHOWN_MAX + 1)
            .await?;
        if found.is_empty() {
            continue;
        }
        let more = found.len() > LINKS_SHOWN_MAX;
        found.truncate(LINKS_SHOWN_MAX);
        let list = way.list.filter(|_| more);
        groups.push(Group {
            heading: way.heading,
            items: items(visit, &found, budget).await?,
            more: list.map(|(kind, filter)| href::list(kind, &[(filter, key.id().as_str())])),
        });
    }
    Ok(groups)
}

/// Linked records in one line each.
///
/// # Errors
/// The store does not answer.
pub async fn items(visit: &Visit, found: &[Linked], budget: &mut Budget) -> Result<Vec<Item>, StoreError> {
    let records = found.iter().filter_map(|linked| linked.record.as_ref());
    let names = Names::of_records(visit.store(), &visit.call, records, &title::NAMED).await?;
    let mut items = Vec::with_capacity(found.len());
    for linked in found {
        items.push(item(visit, &linked.key, linked.record.as_ref(), &names, budget).await?);
    }
    Ok(items)
}

async fn item(
    visit: &Visit,
    key: &RecordKey,
    record: Option<&Record>,
    names: &Names,
    budget: &mut Budget,
) -> Result<Item, StoreError> {
    let kind = key.kind().singular();
    let Some(record) = record else {
        return Ok(Item {
            dot: Dot::missing(),
            kind,
            title: key.id().to_string(),
            href: None,
            when: None,
            why: None,
        });
    };
    let below = below::tone(visit, record, budget).await?;
    Ok(Item {
        dot: Dot::with_below(record, below),
        kind,
        title: title::of(record, names),
        href: href::record(key),
        when: Some(Moment::new(record.known.place, visit.now)),
        why: title::why(record),
    })
}
