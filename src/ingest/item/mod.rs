//! One item: what its members mean, whether they may come in, and the version made of them.

mod entity;
mod history;
mod id;
mod log;
mod members;
mod path;
mod scalar;
mod shape;
mod table;

use crate::model::entity::EntityVersion;
use crate::model::kind::{EntityKind, ItemKind, Kind};
use crate::model::limits::CLOCK_AHEAD;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::sender::Sender;
use crate::model::time::Micros;
use crate::model::version::{Field, Version};

use super::cut;
use super::hash::Hashing;
use super::walk::Found;
pub(super) use history::Beside;
pub(super) use members::Members;
use path::Path;
pub(super) use table::Tables;

/// Members a sender cannot give: what they say is known better here. They are left out, also of the hash; an import
/// reads them.
pub(super) const IGNORED: [&str; 7] = [
    "receivedAt",
    "source",
    "marks",
    "clockAhead",
    "derivedCustomerId",
    "derivedIntegrationId",
    "redtrailPlace",
];

/// What an item is made into.
#[derive(Debug)]
pub(super) enum Made {
    Log { version: Version, clock_ahead: bool },
    Entity(EntityVersion),
}

impl Made {
    fn fields_mut(&mut self) -> &mut Vec<Field> {
        match self {
            Made::Log { version, .. } => &mut version.fields,
            Made::Entity(version) => &mut version.fields,
        }
    }
}

/// An item that may not come in.
#[derive(Debug)]
pub(super) struct Refusal {
    pub problem: Problem,
    /// Its id, as far as it got.
    pub id: Option<String>,
}

/// On which terms the items of one request come in.
pub(super) struct Desk<'a> {
    pub sender: &'a Sender,
    /// Of the path.
    pub kind: Option<ItemKind>,
    /// Of the path, as JSON text.
    pub id: Option<&'a str>,
    pub now: Micros,
    /// What items say of their receipt is believed.
    pub is_import: bool,
    /// Longest record; a longer one has its longest strings cut.
    pub record_bytes: usize,
    pub tables: &'a Tables,
    pub hashing: &'a Hashing,
}

/// A made item, and how many strings of it were cut.
pub(super) struct Taken {
    pub made: Made,
    /// Of an import, what the item says of its receipt.
    pub beside: Beside,
    pub cut: usize,
}

impl Desk<'_> {
    /// Makes a version of a checked object.
    pub fn take(&self, item: &str, found: &mut Found) -> Result<Taken, Refusal> {
        if !found.is_object {
            return Err(Refusal {
                problem: Problem::new(ProblemKey::InvalidValue, "The item is not an object.")
                    .at("")
                    .expected("an object"),
                id: None,
            });
        }
        let given = found.take_members(item);
        let mut members = Members::of(given);
        let kind = self.kind_of(&members).map_err(|problem| Refusal {
            id: members.id_for_people(),
            problem,
        })?;
        if let Some(id) = self.id {
            members.identify(id).map_err(|problem| Refusal {
                id: members.id_for_people(),
                problem,
            })?;
        }
        members.resolve(self.tables, kind);
        let hash = self.hashing.of(kind, &members);
        let id = members.id_for_people();
        let ignored = std::mem::take(&mut members.ignored);
        let taken = match kind {
            ItemKind::Log(kind) => log::make(self, kind, members, hash),
            ItemKind::Entity(kind) => entity::make(self, kind, members, hash),
        };
        let mut taken = taken.map_err(|problem| Refusal {
            problem,
            id: id.clone(),
        })?;
        if self.is_import {
            let kept = history::keep(self.now, &ignored, &mut taken.made);
            taken.beside = kept.map_err(|problem| Refusal {
                problem,
                id: id.clone(),
            })?;
        }
        // What was taken before may have grown since, version by version; the limit of the request holds.
        if taken.beside.received_at.is_none() {
            let cut = cut::to_fit(taken.made.fields_mut(), self.record_bytes);
            taken.cut = cut.map_err(|problem| Refusal { problem, id })?;
        }
        Ok(taken)
    }

    fn kind_of(&self, members: &Members<'_>) -> Result<ItemKind, Problem> {
        let Some(name) = members.kind()? else {
            return self.kind.ok_or_else(|| {
                Problem::new(ProblemKey::MissingField, "The item does not say its kind.")
                    .at("/kind")
                    .expected(kind_names())
            });
        };
        let kind = ItemKind::from_name(&name);
        match (self.kind, kind) {
            (Some(path), kind) if kind != Some(path) => Err(Problem::new(
                ProblemKey::KindMismatch,
                "The item says another kind than the path it was sent to.",
            )
            .at("/kind")
            .expected(path.name())),
            (_, Some(kind)) => Ok(kind),
            (_, None) => Err(Problem::new(ProblemKey::UnknownKind, "The kind is not known.")
                .at("/kind")
                .expected(kind_names())),
        }
    }

    /// Whether a time is so far ahead that the record says so.
    fn is_ahead(&self, time: Micros) -> bool {
        time > self.now.plus(CLOCK_AHEAD)
    }
}

fn kind_names() -> String {
    let all = Kind::SENT.iter().map(|kind| kind.name());
    let all = all.chain(EntityKind::ALL.iter().map(|kind| kind.name()));
    all.collect::<Vec<_>>().join(", ")
}
