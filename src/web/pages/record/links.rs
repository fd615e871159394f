//! What a record came from and what it led to, as either side named it: a table for each way.

use super::super::list::table::{self, Table};
use super::super::paging::{self, Asked, Pages, ROWS_PER_PAGE, Shown};
use super::super::show::href;
use super::super::visit::Visit;
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::store::Linked;
use crate::store::linked::{Siblings, SiblingsRequest, Standing};
use crate::web::error::WebError;

/// Records linked in one way.
pub struct Group {
    /// Its place on the page, and its name in the address.
    pub name: &'static str,
    pub heading: &'static str,
    pub table: Table,
    pub pages: Pages,
    /// The list that has all of them, to be filtered further.
    pub all: Option<String>,
    /// There are more than are put in order.
    pub is_cut: bool,
}

/// One way on from a record of a kind.
struct Way {
    name: &'static str,
    heading: &'static str,
    /// Of several, a record names at most one each.
    relations: &'static [Relation],
    other_is: End,
    /// The list with all of them, and the filter that finds them by this record's id.
    list: Option<(Kind, &'static str)>,
}

const fn to(name: &'static str, heading: &'static str, relations: &'static [Relation]) -> Way {
    Way {
        name,
        heading,
        relations,
        other_is: End::Effect,
        list: None,
    }
}

const fn from(name: &'static str, heading: &'static str, relations: &'static [Relation]) -> Way {
    Way {
        other_is: End::Cause,
        ..to(name, heading, relations)
    }
}

const fn requests(relation: &'static [Relation], filter: Option<&'static str>) -> Way {
    let way = to("requests", "API requests it made", relation);
    match filter {
        Some(filter) => Way {
            list: Some((Kind::ApiRequest, filter)),
            ..way
        },
        None => way,
    }
}

const EVENTS: Way = to("events", "Led to external events", &[Relation::Collected]);
const RUNS: Way = to("runs", "Launched flow runs", &[Relation::Launched]);

static OF_WEBHOOK: [Way; 1] = [EVENTS];
static OF_PULL: [Way; 2] = [EVENTS, requests(&[Relation::PullRequest], Some("pull"))];
static OF_EXTERNAL_EVENT: [Way; 2] = [from("origin", "Came from", &[Relation::Collected]), RUNS];
static OF_INTERNAL_EVENT: [Way; 1] = [RUNS];
static OF_FLOW_RUN: [Way; 4] = [
    from("origin", "Launched by", &[Relation::Launched]),
    from("repeats", "Repeats", &[Relation::Repeat]),
    to("repeated", "Repeated by", &[Relation::Repeat]),
    requests(&[Relation::RunRequest], Some("run")),
];
static OF_NODE_RUN: [Way; 2] = [
    from("origin", "Part of", &[Relation::Node]),
    requests(&[Relation::NodeRequest], None),
];
static OF_API_REQUEST: [Way; 3] = [
    from(
        "origin",
        "Made by",
        &[
            Relation::NodeRequest,
            Relation::RunRequest,
            Relation::ActionRequest,
            Relation::PullRequest,
        ],
    ),
    from("retries", "Retry of", &[Relation::Retry]),
    to("retried", "Retried by", &[Relation::Retry]),
];
static OF_ACTION_RUN: [Way; 1] = [requests(&[Relation::ActionRequest], Some("action-run"))];

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

/// Every group that has something in it. `asked`: of which group another page than the first is asked for.
///
/// # Errors
/// The store does not answer, or the position is not ours.
pub async fn groups(visit: &Visit, key: &RecordKey, asked: Option<&(String, Asked)>) -> Result<Vec<Group>, WebError> {
    let first = Asked::default();
    let mut groups = Vec::new();
    for way in ways(key.kind()) {
        let asked = asked
            .filter(|(name, _)| name == way.name)
            .map_or(&first, |(_, asked)| asked);
        groups.extend(group(visit, key, way, asked).await?);
    }
    Ok(groups)
}

async fn group(visit: &Visit, key: &RecordKey, way: &Way, asked: &Asked) -> Result<Option<Group>, WebError> {
    let own = href::record(key).unwrap_or_default();
    let address = format!("{own}?tab=overview&of={}", way.name);
    let mut found = Siblings {
        items: Vec::new(),
        next: None,
        is_cut: false,
    };
    for relation in way.relations {
        let request = SiblingsRequest {
            key: key.clone(),
            relation: *relation,
            other_is: way.other_is,
            node: None,
            after: asked.position::<Standing>(visit, &address)?,
            direction: asked.direction(),
            limit: ROWS_PER_PAGE,
        };
        let of_relation = visit.store().siblings(&visit.call, &request).await?;
        found.items.extend(of_relation.items);
        found.next = found.next.or(of_relation.next);
        found.is_cut |= of_relation.is_cut;
    }
    if found.items.is_empty() {
        return Ok(None);
    }
    let (items, pages) = paged(visit, &address, asked, found.items, found.next.is_some());
    let in_place = |href: String| format!("{href}#{}", way.name);
    let has_more = pages.newer.is_some() || pages.older.is_some();
    let list = way.list.filter(|_| has_more);
    Ok(Some(Group {
        name: way.name,
        heading: way.heading,
        table: table::linked(visit, way.heading, key, &items).await?,
        pages: Pages {
            newest: pages.newest.map(in_place),
            newer: pages.newer.map(in_place),
            older: pages.older.map(in_place),
            count: pages.count,
        },
        all: list.map(|(kind, filter)| href::list(kind, &[(filter, key.id().as_str())])),
        is_cut: found.is_cut,
    }))
}

/// A page of linked records in the order of showing, and what leads to the pages around it.
pub fn paged(visit: &Visit, address: &str, asked: &Asked, items: Vec<Linked>, has_more: bool) -> (Vec<Linked>, Pages) {
    let items = asked.newest_first(items);
    let standing = |linked: &Linked| Standing::of(&linked.key, linked.record.as_ref());
    let (begin, end) = (items.first().map(standing), items.last().map(standing));
    let shown = Shown {
        rows: items.len(),
        first: begin.as_ref(),
        last: end.as_ref(),
        more: has_more,
    };
    let pages = paging::pages(visit, address, asked, &shown);
    (items, pages)
}
