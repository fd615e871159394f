//! What every engine decides in the same way: clashes of customers, what is derived at receipt, whose scope a
//! thing is in, the receipt ledger and what is kept of a refused item. Pure functions of values.

use serde_json::json;

use super::{CommitReceipt, Item, Outcome, RefusedItem, StoreError, Submission, state_keys};
use crate::model::entity::{Entity, EntityDelta, EntityVersion};
use crate::model::filter::{Filter, IdField};
use crate::model::fold::Folded;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::ledger::{LedgerHour, Receipt};
use crate::model::limits::{MAX_ENTITY_BYTES, MAX_FOLDED_BYTES};
use crate::model::problem::{Problem, ProblemKey};
use crate::model::record::{Known, Record};
use crate::model::scope::Scope;
use crate::model::time::{HOUR, Micros, SECOND};
use crate::model::version::{Field, Version};

/// What is known beside the first version of a record. Its place may still become smaller within the same
/// commit, see [`FirstPlace`].
pub fn first_known(submission: &Submission) -> Known {
    let restored = submission.restored.as_ref();
    Known {
        place: submission.version.place.unwrap_or(submission.received_at),
        received_at: submission.received_at,
        source: submission.source.clone(),
        derived_customer: restored.and_then(|restored| restored.customer.clone()),
        derived_integration: restored.and_then(|restored| restored.integration.clone()),
        clock_ahead: submission.clock_ahead,
        history: submission.history,
    }
}

/// The place of a record that is new in a commit: the smallest time its versions in it give, else its receipt.
#[derive(Debug, Clone, Copy)]
pub struct FirstPlace {
    given: Option<Micros>,
    received_at: Micros,
}

impl FirstPlace {
    pub fn of(submission: &Submission) -> FirstPlace {
        FirstPlace {
            given: submission.version.place,
            received_at: submission.received_at,
        }
    }

    /// Takes in another version of the same commit that was not refused; answers the place by now.
    pub fn take(&mut self, version: &Version) -> Micros {
        self.given = match (self.given, version.place) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        self.given.unwrap_or(self.received_at)
    }
}

/// Why a version cannot become part of a record: it names another customer than a version before it did. A
/// derived customer never clashes. Whoever may write for one customer only meets no record that does not name it, and
/// is told the same whoever's it is.
pub fn clash(stored: &Folded, version: &Folded, only_customer: Option<&Id>) -> Option<Problem> {
    let of_stored = stored.text("customerId");
    let refused = |message: &'static str, expected: &'static str| {
        let problem = Problem::new(ProblemKey::CustomerMismatch, message);
        Some(problem.at("/customerId").expected(expected))
    };
    if only_customer.is_some_and(|only| of_stored.as_deref() != Some(only.as_str())) {
        return refused(
            "this id is not one of those that this token may write",
            "an id that only this customer's records have",
        );
    }
    let (stored, named) = (of_stored?, version.text("customerId")?);
    if stored != named {
        return refused(
            "the record is stored with another customer than the one named here",
            "the customer that earlier versions of this record name",
        );
    }
    None
}

/// Merges a version into a record; `false`: it changes nothing.
///
/// # Errors
/// The record would become larger than [`MAX_FOLDED_BYTES`]; then it stays as it is.
pub fn merge(stored: &mut Folded, version: &Folded) -> Result<bool, Problem> {
    if stored.bytes().saturating_add(version.bytes()) <= MAX_FOLDED_BYTES {
        return Ok(stored.merge(version));
    }
    let mut merged = stored.clone();
    let changed = merged.merge(version);
    if changed && merged.bytes() > MAX_FOLDED_BYTES {
        return Err(too_large("the record", MAX_FOLDED_BYTES));
    }
    *stored = merged;
    Ok(changed)
}

/// A new entity of its first version.
///
/// # Errors
/// It would be larger than [`MAX_ENTITY_BYTES`].
pub fn first_entity(version: &EntityVersion, received_at: Micros) -> Result<Entity, Problem> {
    let entity = Entity::first(version, received_at);
    if entity.bytes() > MAX_ENTITY_BYTES {
        return Err(too_large("the entity", MAX_ENTITY_BYTES));
    }
    Ok(entity)
}

/// Applies a version to an entity; `None`: nothing that shows has changed.
///
/// # Errors
/// The entity would become larger than [`MAX_ENTITY_BYTES`]; then it stays as it is.
pub fn apply(
    stored: &mut Entity,
    version: &EntityVersion,
    received_at: Micros,
) -> Result<Option<EntityDelta>, Problem> {
    let given: usize = version.fields.iter().map(|field| field.raw.len()).sum();
    if stored.bytes().saturating_add(given) <= MAX_ENTITY_BYTES / 2 {
        return Ok(stored.apply(version, received_at));
    }
    let mut entity = stored.clone();
    let delta = entity.apply(version, received_at);
    if delta.is_some() && entity.bytes() > MAX_ENTITY_BYTES && entity.bytes() > stored.bytes() {
        return Err(too_large("the entity", MAX_ENTITY_BYTES));
    }
    *stored = entity;
    Ok(delta)
}

fn too_large(what: &str, most: usize) -> Problem {
    Problem::new(
        ProblemKey::RecordTooLarge,
        format!("With this version {what} would become too large."),
    )
    .expected(format!("at most {most} bytes of all versions together"))
}

/// Whose customer and integration a record without its own takes over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Givers {
    /// A connection entity: asked first.
    pub connection: Option<Id>,
    /// A flow run.
    pub run: Option<RecordKey>,
}

/// What to look up to derive a missing customer or integration of a record that just changed; `None` when
/// nothing is missing. A node run derives nothing: its run is looked up whenever it is read.
pub fn givers(key: &RecordKey, known: &Known, content: &Folded) -> Option<Givers> {
    let misses_customer = known.derived_customer.is_none() && content.text("customerId").is_none();
    let misses_integration = known.derived_integration.is_none() && content.text("integrationId").is_none();
    if matches!(key.kind(), Kind::NodeRun | Kind::EntityChange) || !misses_customer && !misses_integration {
        return None;
    }
    let id = |name: &str| content.text(name).and_then(|text| Id::parse(&text).ok());
    let givers = Givers {
        connection: id("connectionId"),
        run: id("flowRunId").map(|run| RecordKey::new(Kind::FlowRun, run)),
    };
    (givers.connection.is_some() || givers.run.is_some()).then_some(givers)
}

/// Brings what is derived up to date after a version changed the record: an explicit customer or integration
/// takes the derived one away, a missing one is taken from what [`givers`] named and the store knows.
///
/// What a sender limited to one customer sent takes nothing over from a giver that does not name this customer.
pub fn derive(
    known: &mut Known,
    content: &Folded,
    connection: Option<&Entity>,
    run: Option<&Record>,
    only_customer: Option<&Id>,
) {
    let may_give = |of_giver: Option<Id>| only_customer.is_none_or(|only| of_giver.as_ref() == Some(only));
    let connection = connection.filter(|connection| may_give(entity_id(connection, "customerId")));
    let run = run.filter(|run| may_give(run.customer()));
    let from = |field: IdField, name: &str| {
        let of_connection = connection.and_then(|connection| entity_id(connection, name));
        of_connection.or_else(|| run.and_then(|run| run.id_of(field)))
    };
    if content.text("customerId").is_some() {
        known.derived_customer = None;
    } else if known.derived_customer.is_none() {
        known.derived_customer = from(IdField::Customer, "customerId");
    }
    if content.text("integrationId").is_some() {
        known.derived_integration = None;
    } else if known.derived_integration.is_none() {
        known.derived_integration = from(IdField::Integration, "integrationId");
    }
}

/// The flow run whose customer and integration decide who sees a record: of a node run without its own.
pub fn scope_giver(record: &Record) -> Option<RecordKey> {
    let (run, _) = record.key.node()?;
    let own = record.customer().is_some() && record.integration().is_some();
    (!own).then(|| RecordKey::new(Kind::FlowRun, run.clone()))
}

/// Whether a scope holds a record; `run` is what [`scope_giver`] named, if the store has it.
pub fn is_inside(record: &Record, run: Option<&Record>, scope: &Scope) -> bool {
    let customer = record.customer().or_else(|| run.and_then(Record::customer));
    let integration = record.integration().or_else(|| run.and_then(Record::integration));
    scope.holds(customer.as_ref(), integration.as_ref())
}

/// Whether a scope holds an entity: workspace-wide ones always, a customer by its id, others by the
/// customer and the integration they name.
pub fn is_entity_inside(entity: &Entity, scope: &Scope) -> bool {
    match entity.kind {
        kind if kind.is_workspace_wide() => true,
        EntityKind::Customer => scope.customers.holds(Some(&entity.id)),
        _ => {
            let customer = entity_id(entity, "customerId");
            let integration = entity_id(entity, "integrationId");
            scope.holds(customer.as_ref(), integration.as_ref())
        }
    }
}

/// A member of an entity that holds an id.
pub fn entity_id(entity: &Entity, member: &str) -> Option<Id> {
    entity.text(member).and_then(|text| Id::parse(&text).ok())
}

/// Whether a record is of those a filter asks for; its summary is enough unless one of the terms needs the whole
/// record. The scope is another matter.
pub fn matches(filter: &Filter, record: &Record) -> bool {
    let place = record.known.place;
    record.key.kind() == filter.kind
        && filter.from.is_none_or(|from| place >= from)
        && filter.to.is_none_or(|to| place < to)
        && (filter.states.is_empty() || filter.states.contains(&record.state()))
        && filter
            .ids
            .iter()
            .all(|(field, ids)| record.id_of(*field).is_some_and(|id| ids.contains(&id)))
        && filter.terms.iter().all(|term| term.holds(record))
}

/// What a commit adds to its source's ledger. The delay of a version is measured to the newest time it gives;
/// history has none. `after`: a record as the commit left it.
pub fn receipt<'a>(
    receipt: &CommitReceipt,
    items: &[Item],
    outcomes: &[Outcome],
    after: impl Fn(&RecordKey) -> Option<&'a Record>,
) -> Receipt {
    let mut sum = Receipt {
        refused: receipt.refused.iter().map(|item| item.problem.key).collect(),
        ..Receipt::default()
    };
    for (item, outcome) in items.iter().zip(outcomes) {
        match outcome {
            Outcome::Accepted => {
                sum.accepted = sum.accepted.saturating_add(1);
                if let Item::Log(submission) = item {
                    let is_unowned = after(&submission.version.key).is_some_and(is_unowned);
                    sum.unowned = sum.unowned.saturating_add(u32::from(is_unowned));
                }
            }
            Outcome::Duplicate => sum.duplicates = sum.duplicates.saturating_add(1),
            Outcome::Refused(problem) => sum.refused.push(problem.key),
        }
        if let Item::Log(Submission {
            version,
            received_at,
            history: false,
            ..
        }) = item
        {
            let newest = [version.place, version.order.updated_at, version.order.end]
                .into_iter()
                .flatten()
                .max();
            let delay = newest.map_or(0, |time| received_at.0.saturating_sub(time.0));
            sum.largest_delay = sum.largest_delay.max(delay);
            sum.largest_ahead = sum.largest_ahead.max(delay.saturating_neg());
        }
    }
    sum
}

/// Whether a record has no customer, which only those see who see all. A node run may have its run's.
fn is_unowned(record: &Record) -> bool {
    record.key.node().is_none() && record.customer().is_none()
}

/// The state key of the ledger row of a source at a time: [`state_keys::LEDGER`], source, the hour's start in
/// seconds.
pub fn ledger_key(source: &str, at: Micros) -> String {
    let hour = at.0.div_euclid(HOUR) * (HOUR / SECOND);
    format!("{}{source}/{hour:010}", state_keys::LEDGER)
}

/// The ledger row of an hour with a receipt added; `stored` is the row so far.
///
/// # Errors
/// The row so far cannot be read.
pub fn ledger_row(stored: Option<&[u8]>, at: Micros, receipt: &Receipt) -> Result<Vec<u8>, StoreError> {
    let mut hour = match stored {
        Some(bytes) => ledger_hour(bytes)?,
        None => LedgerHour::new(at),
    };
    hour.add(at, receipt);
    postcard::to_allocvec(&hour).map_err(|error| StoreError::Damaged(format!("ledger row: {error}")))
}

/// What [`ledger_row`] wrote, read back.
///
/// # Errors
/// It cannot be read.
pub fn ledger_hour(row: &[u8]) -> Result<LedgerHour, StoreError> {
    postcard::from_bytes(row).map_err(|error| StoreError::Damaged(format!("ledger row: {error}")))
}

/// Everything a commit refused, in order: at the door, then by the store.
pub fn refused(receipt: &CommitReceipt, commit_items: &[Item], outcomes: &[Outcome]) -> Vec<RefusedItem> {
    let mut all = receipt.refused.clone();
    for (item, outcome) in commit_items.iter().zip(outcomes) {
        if let Outcome::Refused(problem) = outcome {
            let begin = match item {
                Item::Log(Submission { version, .. }) => {
                    begin_of(version.key.kind().name(), version.key.id(), &version.fields)
                }
                Item::Entity { version, .. } => begin_of(version.kind.name(), &version.id, &version.fields),
            };
            all.push(RefusedItem {
                problem: problem.clone(),
                begin,
            });
        }
    }
    all
}

/// The beginning of a version as JSON text, for one that the store itself refuses.
fn begin_of(kind: &str, id: &Id, fields: &[Field]) -> Box<str> {
    let mut text = format!("{{\"kind\":{},\"id\":{}", json!(kind), json!(id.as_str()));
    for field in fields {
        text.push_str(&format!(",{}:{}", json!(field.name), field.raw));
        if text.len() > super::REJECT_MAX_BYTES {
            break;
        }
    }
    text.push('}');
    beginning(&text).into()
}

/// As much of a text as is kept of a refused item.
fn beginning(text: &str) -> &str {
    let cut = (0..=super::REJECT_MAX_BYTES)
        .rev()
        .find(|at| text.is_char_boundary(*at));
    cut.and_then(|at| text.get(..at))
        .filter(|_| text.len() > super::REJECT_MAX_BYTES)
        .unwrap_or(text)
}

/// What the state keys of a day's refused items begin with: [`state_keys::REJECT`] and the date in UTC.
pub fn reject_prefix(at: Micros) -> String {
    let time = at.to_string();
    let (day, _) = time.split_once('T').unwrap_or((&time, ""));
    format!("{}{day}/", state_keys::REJECT)
}

/// State keys and values of refused items. `last` is the last key stored under [`reject_prefix`] of this
/// receipt; of a day [`super::REJECTS_MAX_PER_DAY`] are kept, those after them only counted in the ledger.
pub fn reject_rows(receipt: &CommitReceipt, items: &[RefusedItem], last: Option<&str>) -> Vec<(String, Vec<u8>)> {
    let prefix = reject_prefix(receipt.received_at);
    let last = last.and_then(|key| key.strip_prefix(&prefix)?.parse::<u32>().ok());
    let next = last.map_or(0, |last| last.saturating_add(1));
    let numbers = next..super::REJECTS_MAX_PER_DAY;
    let row = |(number, item): (u32, &RefusedItem)| {
        let begin = beginning(&item.begin);
        let problem = json!({
            "key": item.problem.key.as_str(), "message": item.problem.message, "path": item.problem.path,
        });
        let value = json!({
            "at": receipt.received_at.to_string(), "source": receipt.source, "problem": problem, "begin": begin,
        });
        (format!("{prefix}{number:04}"), value.to_string().into_bytes())
    };
    numbers.zip(items).map(row).collect()
}
