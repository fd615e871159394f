//! Finding whatever a scrap of text leads to: a record or entity by its id, what names it, what belongs to it, and
//! records that have its words.

use std::collections::BTreeSet;

use crate::model::entity::Entity;
use crate::model::fields;
use crate::model::filter::{Direction, Filter, IdField};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::query::bare::bare;
use crate::model::query::term::Term;
use crate::model::record::Record;
use crate::model::time::Micros;
use crate::store::call::Call;
use crate::store::{ListRequest, Store, StoreError};

/// Records found of one kind, and entities of one kind.
pub const GROUP_MAX: usize = 10;
/// Entities of one kind that are found by name, and by the beginning of one.
const NAMED_MAX: usize = 5;
/// Characters of a text that are looked at.
pub const TEXT_MAX_CHARS: usize = 500;

/// Why something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Its id (or key) is the text.
    Id,
    /// It names a record or trace of this id.
    Link,
    /// It belongs to the entity of this id, key or name.
    Owner,
    /// It has the words.
    Words,
}

impl Why {
    /// The word of the API.
    pub const fn word(self) -> &'static str {
        match self {
            Why::Id => "id",
            Why::Link => "link",
            Why::Owner => "owner",
            Why::Words => "words",
        }
    }
}

/// What was found, nothing twice.
#[derive(Debug, Default)]
pub struct Found {
    pub entities: Vec<Entity>,
    /// In the order of the kinds; only those with something found, or not looked through.
    pub groups: Vec<Group>,
}

/// What was found of one kind of records: by id, then newest first.
#[derive(Debug)]
pub struct Group {
    pub kind: Kind,
    pub hits: Vec<(Record, Why)>,
    /// There are more that have the words.
    pub has_more: bool,
    /// Words were looked for back to here only.
    pub scanned_until: Option<Micros>,
}

/// Looks for a text, in the scope of the call.
///
/// # Errors
/// The store does not answer.
pub async fn search(store: &dyn Store, call: &Call, text: &str) -> Result<Found, StoreError> {
    let text: String = text.trim().chars().take(TEXT_MAX_CHARS).collect();
    let mut found = Found::default();
    if text.is_empty() {
        return Ok(found);
    }
    let id = Id::parse(&text).ok();
    for kind in EntityKind::ALL {
        found.entities.extend(store.entity(call, kind, &text).await?);
        let named = store.named(call, kind, &text, true, NAMED_MAX).await?;
        add(&mut found.entities, named);
    }
    let owners = found.entities.len();
    for kind in EntityKind::ALL {
        let begun = store.named(call, kind, &text, false, NAMED_MAX).await?;
        add(&mut found.entities, begun);
    }
    let terms = bare(&text);
    let of_these = found.entities.get(..owners).unwrap_or_default();
    for kind in Kind::SENT {
        let group = Search { store, call, kind }
            .group(id.as_ref(), of_these, &terms)
            .await?;
        if !group.hits.is_empty() || group.scanned_until.is_some() {
            found.groups.push(group);
        }
    }
    Ok(found)
}

/// The records and entities an id stands for, and nothing else.
///
/// # Errors
/// The store does not answer.
pub async fn by_id(store: &dyn Store, call: &Call, id: &Id) -> Result<Found, StoreError> {
    let mut found = Found::default();
    for kind in EntityKind::ALL {
        found.entities.extend(store.entity(call, kind, id.as_str()).await?);
    }
    for kind in Kind::SENT {
        let hits = Search { store, call, kind }.own(id).await?;
        if !hits.is_empty() {
            found.groups.push(Group {
                kind,
                hits: hits.into_iter().map(|record| (record, Why::Id)).collect(),
                has_more: false,
                scanned_until: None,
            });
        }
    }
    Ok(found)
}

/// Adds what is not there yet.
fn add(entities: &mut Vec<Entity>, more: Vec<Entity>) {
    for entity in more {
        let is_same = |known: &Entity| (known.kind, &known.id) == (entity.kind, &entity.id);
        if !entities.iter().any(is_same) {
            entities.push(entity);
        }
    }
}

struct Search<'a> {
    store: &'a dyn Store,
    call: &'a Call,
    kind: Kind,
}

impl Search<'_> {
    async fn group(&self, id: Option<&Id>, entities: &[Entity], terms: &[Term]) -> Result<Group, StoreError> {
        let mut first: Vec<(Record, Why)> = Vec::new();
        let mut rest: Vec<(Record, Why)> = Vec::new();
        if let Some(id) = id {
            first.extend(self.own(id).await?.into_iter().map(|record| (record, Why::Id)));
            for field in LINKS.into_iter().filter(|field| self.has(*field)) {
                let named = self.list(Filter::of(self.kind).with(field, id.clone())).await?;
                rest.extend(named.0.into_iter().map(|record| (record, Why::Link)));
            }
        }
        for entity in entities {
            let field = field_of(entity.kind);
            if self.has(field) {
                let owned = self.list(Filter::of(self.kind).with(field, entity.id.clone())).await?;
                rest.extend(owned.0.into_iter().map(|record| (record, Why::Owner)));
            }
        }
        let mut filter = Filter::of(self.kind);
        terms.iter().for_each(|term| filter.narrow(term.clone()));
        let (with_words, has_more, scanned_until) = if terms.is_empty() {
            (Vec::new(), false, None)
        } else {
            self.list(filter).await?
        };
        rest.extend(with_words.into_iter().map(|record| (record, Why::Words)));
        // A record is told for the best of the reasons, and the newest come first.
        rest.sort_by(|(a, why_a), (b, why_b)| b.position().cmp(&a.position()).then(why_a.cmp(why_b)));
        let mut seen: BTreeSet<RecordKey> = BTreeSet::new();
        let mut hits: Vec<(Record, Why)> = first.into_iter().chain(rest).collect();
        hits.retain(|(record, _)| seen.insert(record.key.clone()));
        let has_more = has_more || hits.len() > GROUP_MAX;
        hits.truncate(GROUP_MAX);
        Ok(Group {
            kind: self.kind,
            hits,
            has_more,
            scanned_until,
        })
    }

    /// Records whose own id it is: a node's runs have ids that are theirs only inside the node.
    async fn own(&self, id: &Id) -> Result<Vec<Record>, StoreError> {
        if self.kind == Kind::NodeRun {
            let filter = Filter::of(self.kind).with(IdField::NodeRun, id.clone());
            return Ok(self.list(filter).await?.0);
        }
        let keys = [RecordKey::new(self.kind, id.clone())];
        Ok(self.store.get(self.call, &keys).await?.into_iter().flatten().collect())
    }

    async fn list(&self, filter: Filter) -> Result<(Vec<Record>, bool, Option<Micros>), StoreError> {
        let request = ListRequest {
            filter,
            after: None,
            direction: Direction::NewestFirst,
            limit: GROUP_MAX,
        };
        let page = self.store.list(self.call, &request).await?;
        Ok((page.items, page.next.is_some(), page.scanned_until))
    }

    /// Whether records of the kind have such a field.
    fn has(&self, field: IdField) -> bool {
        if self.kind == Kind::NodeRun && matches!(field, IdField::FlowRun | IdField::Node) {
            return true;
        }
        let mut rules = fields::of_log(self.kind).iter().flat_map(|group| group.iter());
        rules.any(|rule| field.fields().contains(&rule.name))
    }
}

/// Fields that name another record, or the trace it is part of.
const LINKS: [IdField; 5] = [
    IdField::Trace,
    IdField::FlowRun,
    IdField::ActionRun,
    IdField::Pull,
    IdField::NodeRun,
];

/// The field by which records name an entity.
const fn field_of(kind: EntityKind) -> IdField {
    match kind {
        EntityKind::Customer => IdField::Customer,
        EntityKind::Integration => IdField::Integration,
        EntityKind::Connection => IdField::Connection,
        EntityKind::Flow => IdField::Flow,
        EntityKind::FlowInstance => IdField::FlowInstance,
        EntityKind::ExternalEventSubscription => IdField::ExternalSubscription,
        EntityKind::InternalEventType => IdField::InternalEventType,
        EntityKind::InternalEventSubscription => IdField::InternalSubscription,
    }
}
