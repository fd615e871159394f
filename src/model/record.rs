//! A record as the store answers it: the folded content and what is known beside it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::fold::Folded;
use super::id::{Id, RecordKey};
use super::id_field::{IdField, Position};
use super::scope::Scope;
use super::state::State;
use super::time::Micros;
use super::words;

/// What is known beside the versions of a record; no part of a version or its hash.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Where it stands in lists: a time as first stored; never moves.
    pub place: Micros,
    /// Receipt of its first version.
    pub received_at: Micros,
    /// Name of the token or door its first version came through.
    pub source: Box<str>,
    /// Customer and integration taken from the connection or run it names, while no version gives them.
    pub derived_customer: Option<Id>,
    pub derived_integration: Option<Id>,
    /// Some time of it was more than [`super::limits::CLOCK_AHEAD`] ahead of its receipt.
    pub clock_ahead: bool,
    /// It came by import: shown, counted, never notified.
    pub history: bool,
}

/// A record with its summary fields (lists), or with all of them (details).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    pub key: RecordKey,
    pub known: Known,
    pub content: Folded,
}

impl Record {
    pub fn position(&self) -> Position {
        Position {
            place: self.known.place,
            key: self.key.clone(),
        }
    }

    /// Its own state; `None` is *unknown*.
    pub fn state(&self) -> Option<State> {
        self.content.state(self.key.kind())
    }

    /// The id it would be filtered by; customer and integration also when derived.
    pub fn id_of(&self, field: IdField) -> Option<Id> {
        Id::parse(&self.id_text(field)?).ok()
    }

    /// [`Record::id_of`] as text. A text that is no id counts as none.
    pub fn id_text(&self, field: IdField) -> Option<Cow<'_, str>> {
        let node = self.key.node();
        let text = match (field, node) {
            (IdField::Source, _) => Some(Cow::Borrowed(&*self.known.source)),
            (IdField::FlowRun, Some((run, _))) => Some(Cow::Borrowed(run.as_str())),
            (IdField::Node, Some((_, node))) => Some(Cow::Borrowed(node.as_str())),
            // Its key begins with its run: by this it is found without.
            (IdField::NodeRun, Some(_)) => Some(Cow::Borrowed(self.key.id().as_str())),
            _ => field.fields().iter().find_map(|name| self.content.text(name)),
        };
        let derived = || match field {
            IdField::Customer => self.known.derived_customer.as_ref(),
            IdField::Integration => self.known.derived_integration.as_ref(),
            _ => None,
        };
        text.filter(|text| Id::check(text).is_ok())
            .or_else(|| derived().map(|id| Cow::Borrowed(id.as_str())))
    }

    pub fn customer(&self) -> Option<Id> {
        self.id_of(IdField::Customer)
    }

    pub fn integration(&self) -> Option<Id> {
        self.id_of(IdField::Integration)
    }

    /// Whether a scope holds it by its own customer and integration. A node run without them has its run's
    /// scope, which the store looks up.
    pub fn is_inside(&self, scope: &Scope) -> bool {
        scope.holds(self.customer().as_ref(), self.integration().as_ref())
    }

    /// How long it took: as it says itself, else from its beginning to its end.
    pub fn duration(&self) -> Option<i64> {
        if let Some(ms) = self.content.text("duration") {
            let ms: f64 = ms.parse().ok()?;
            #[expect(
                clippy::cast_possible_truncation,
                reason = "the field is at most 2^53 ms; beyond it saturates"
            )]
            return Some((ms * 1000.0).round() as i64);
        }
        let time = |names: [&str; 2]| {
            let mut given = names.iter().filter_map(|name| self.content.text(name));
            Micros::parse(&given.next()?)
        };
        let (begin, end) = (time(["startTime", "startDatetime"])?, time(["endTime", "endDatetime"])?);
        end.0.checked_sub(begin.0)
    }

    /// Whether some text of its payloads, errors, URLs or logs is one looked for; the record is whole.
    pub fn has_text(&self, mut is_it: impl FnMut(&str) -> bool) -> bool {
        let kind = self.key.kind();
        let fields = self.content.fields(kind);
        let mut texts = fields.iter().filter(|(name, _)| words::is_text(kind, name));
        texts.any(|(_, raw)| words::any_text(raw, &mut is_it))
    }
}
