//! The history of an entity: what changed, from what to what, when, and through which source.

use super::super::paging::{Asked, Pages, ROWS_PER_PAGE, Shown, pages};
use super::super::show::{href, text, time::Moment};
use super::super::visit::Visit;
use super::filter_of;
use crate::model::entity::Entity;
use crate::model::filter::{Direction, Filter, Position};
use crate::model::id::Id;
use crate::model::json;
use crate::model::kind::{EntityKind, Kind};
use crate::model::record::Record;
use crate::model::scope::Scope;
use crate::model::time::Micros;
use crate::store::{ListRequest, StoreError};
use crate::web::error::WebError;

/// Changes looked at for one page. Those of a flow's instances name the flow too and are passed over.
const LOOKED_AT_MAX: usize = 5000;
/// Changes read at once.
const READ_AT_ONCE: usize = 500;
const VALUE_MAX_CHARS: usize = 300;

/// One page of it.
pub struct History {
    pub changes: Vec<Change>,
    pub pages: Pages,
    /// The search ended here before the page was full.
    pub looked_until: Option<Moment>,
    /// Changes of what belongs to the whole workspace are shown only to those who see all of it.
    pub is_hidden: bool,
}

pub struct Change {
    pub when: Moment,
    pub source: String,
    /// Nothing was known of it before.
    pub is_first: bool,
    pub members: Vec<Member>,
    /// The entity as this change left it.
    pub then: String,
}

/// One changed member; `None`: it was not there.
pub struct Member {
    pub label: String,
    pub old: Option<String>,
    pub new: Option<String>,
}

/// A page of an entity's changes, newest first. `own` is the address of its page.
///
/// # Errors
/// The place in the list is not ours, or the store does not answer.
pub async fn history(
    visit: &Visit,
    (kind, id): (EntityKind, &Id),
    own: &str,
    asked: &Asked,
) -> Result<History, WebError> {
    let address = format!("{own}?tab=history");
    let after = asked.position::<Position>(visit, &address)?;
    let found = find(visit, kind, id, after, asked.direction()).await?;
    let records = asked.newest_first(found.records);
    let (mut first, mut last) = (
        records.first().map(Record::position),
        records.last().map(Record::position),
    );
    match asked.direction() {
        Direction::NewestFirst => last = found.stopped_at.clone().or(last),
        Direction::OldestFirst => first = found.stopped_at.clone().or(first),
    }
    let shown = Shown {
        rows: records.len(),
        first: first.as_ref(),
        last: last.as_ref(),
        more: found.is_more,
    };
    let mut changes = Vec::with_capacity(records.len());
    for record in &records {
        changes.push(change(visit, record, (kind, id), own).await?);
    }
    Ok(History {
        pages: pages(visit, &address, asked, &shown),
        looked_until: found.stopped_at.map(|at| Moment::of_receipt(at.place, visit.now)),
        is_hidden: changes.is_empty() && kind.is_workspace_wide() && *visit.call.scope != Scope::ALL,
        changes,
    })
}

struct Found {
    records: Vec<Record>,
    is_more: bool,
    /// Where the budget ended the search.
    stopped_at: Option<Position>,
}

async fn find(
    visit: &Visit,
    kind: EntityKind,
    id: &Id,
    mut after: Option<Position>,
    direction: Direction,
) -> Result<Found, StoreError> {
    let mut records = Vec::new();
    let mut looked_at = 0usize;
    loop {
        let request = ListRequest {
            filter: Filter::of(Kind::EntityChange).with(filter_of(kind).0, id.clone()),
            after,
            direction,
            limit: READ_AT_ONCE,
        };
        let page = visit.store().list(&visit.call, &request).await?;
        looked_at = looked_at.saturating_add(page.items.len().max(1));
        let own = |record: &Record| {
            let says = |name: &str, value: &str| record.content.text(name).is_some_and(|text| text == value);
            says("entityKind", kind.name()) && says("entityId", id.as_str())
        };
        records.extend(page.items.into_iter().filter(own));
        if records.len() > ROWS_PER_PAGE {
            records.truncate(ROWS_PER_PAGE);
            return Ok(Found {
                records,
                is_more: true,
                stopped_at: None,
            });
        }
        let is_late = page.scanned_until.is_some() || looked_at >= LOOKED_AT_MAX;
        match page.next {
            Some(next) if !is_late => after = Some(next),
            next => {
                return Ok(Found {
                    records,
                    is_more: next.is_some(),
                    stopped_at: next,
                });
            }
        }
    }
}

async fn change(
    visit: &Visit,
    summary: &Record,
    (kind, id): (EntityKind, &Id),
    own: &str,
) -> Result<Change, StoreError> {
    let whole = visit.store().whole(&visit.call, &summary.key).await?;
    let record = whole.as_ref().unwrap_or(summary);
    let raw = |name: &str| record.content.raw(Kind::EntityChange, name);
    let (changed, old, new) = (raw("changed"), raw("old"), raw("entity"));
    let (changed, old, new) = (
        changed.as_deref().unwrap_or("[]"),
        old.as_deref().unwrap_or("{}"),
        new.as_deref().unwrap_or("{}"),
    );
    let names: Vec<String> = json::elements(changed)
        .filter_map(|name| Some(json::string(name)?.into_owned()))
        .collect();
    let at = record.known.place;
    // All it has, came with this change; its kind and id stand before that.
    let is_first = json::members(old).next().is_none() && names.len() + 2 >= json::members(new).count();
    let mut members = Vec::new();
    for name in names.iter().filter(|_| !is_first) {
        // A new time says nothing beside what changed at it.
        if name == "updatedAt" && names.len() > 1 {
            continue;
        }
        members.push(match name.as_str() {
            "nodes" => nodes(visit, kind, id, at).await?,
            name => Member {
                label: text::label(&text::clip(name, 80)),
                old: json::member(old, name).map(shown),
                new: json::member(new, name).map(shown),
            },
        });
    }
    let then = [("tab", "setup"), ("at", &at.to_string())].map(|(name, value)| (name, value.to_owned()));
    let then: Vec<(&str, &str)> = then.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Ok(Change {
        when: Moment::new(at, visit.now),
        source: record.known.source.to_string(),
        is_first,
        members,
        then: href::with_query(own, &then),
    })
}

fn shown(raw: &str) -> String {
    let text = json::scalar(raw).unwrap_or(raw.into());
    text::clip(&text, VALUE_MAX_CHARS).into_owned()
}

/// Which nodes a change added, changed and removed: the change itself keeps only that they are others.
async fn nodes(visit: &Visit, kind: EntityKind, id: &Id, at: Micros) -> Result<Member, StoreError> {
    let store = visit.store();
    let before = store.entity_at(&visit.call, kind, id, at.plus(-1)).await?;
    let after = store.entity_at(&visit.call, kind, id, at).await?;
    let (before, after) = (raw_nodes(before.as_ref()), raw_nodes(after.as_ref()));
    let of = |nodes: &str, key: &str| json::member(nodes, key).map(str::to_owned);
    let (mut words, mut gone) = (Vec::new(), Vec::new());
    for (key, node) in json::members(&after) {
        let key = json::string(key).unwrap_or_default();
        match of(&before, &key) {
            None => words.push(format!("{key} added")),
            Some(old) if old != node => words.push(format!("{key} changed")),
            Some(_) => {}
        }
    }
    for (key, _) in json::members(&before) {
        let key = json::string(key).unwrap_or_default();
        if of(&after, &key).is_none() {
            gone.push(format!("{key} removed"));
        }
    }
    words.append(&mut gone);
    let count = |nodes: &str| {
        let count = json::members(nodes).count();
        (count > 0).then(|| super::super::show::quantity::many(count, "node"))
    };
    let new = Some(words.join(", ")).filter(|words| !words.is_empty());
    Ok(Member {
        label: "Nodes".to_owned(),
        old: count(&before),
        new: new
            .map(|words| text::clip(&words, VALUE_MAX_CHARS).into_owned())
            .or_else(|| count(&after)),
    })
}

fn raw_nodes(entity: Option<&Entity>) -> String {
    let nodes = entity.and_then(|entity| entity.raw("nodes"));
    nodes.filter(|nodes| nodes.starts_with('{')).unwrap_or("{}").to_owned()
}
