//! What a list is asked for, and where a page of it begins.

use serde::{Deserialize, Serialize};

use super::id::Id;
pub use super::id_field::{IdField, Position};
use super::kind::Kind;
use super::query::term::{Term, Test, TimeField};
use super::state::State;
use super::time::Micros;

/// Which records of one kind a list shows. Every part must hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    pub kind: Kind,
    /// Place at or after.
    pub from: Option<Micros>,
    /// Place before.
    pub to: Option<Micros>,
    /// Own state among these; empty means any. `None` inside stands for *unknown*.
    pub states: Vec<Option<State>>,
    /// Each field's value among those given.
    pub ids: Vec<(IdField, Vec<Id>)>,
    /// Further conditions; sorted.
    pub terms: Vec<Term>,
}

impl Filter {
    pub fn of(kind: Kind) -> Filter {
        Filter {
            kind,
            from: None,
            to: None,
            states: Vec::new(),
            ids: Vec::new(),
            terms: Vec::new(),
        }
    }

    #[must_use]
    pub fn with(mut self, field: IdField, id: Id) -> Filter {
        self.ids.push((field, vec![id]));
        self
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Direction {
    NewestFirst,
    OldestFirst,
}

impl Filter {
    /// Adds a term. One that the filter can say by its ids, states or times is said so; the same question in other
    /// words then gives the same filter.
    pub fn narrow(&mut self, term: Term) {
        if !term.is_negated && self.take(&term) {
            return;
        }
        if !self.terms.contains(&term) {
            self.terms.push(term);
            self.terms.sort();
        }
    }

    fn take(&mut self, term: &Term) -> bool {
        match term.any.as_slice() {
            [Test::Time(TimeField::Place, span)] => {
                let from = span.first.map(Micros);
                let to = span.last.map(|last| Micros(last.saturating_add(1)));
                self.from = self.from.max(from);
                self.to = match (self.to, to) {
                    (Some(a), Some(b)) => Some(a.min(b)),
                    (a, b) => a.or(b),
                };
                true
            }
            [Test::State(_), ..] if self.states.is_empty() => {
                let state = |test: &Test| match test {
                    Test::State(state) => Some(*state),
                    _ => None,
                };
                let Some(mut states) = term.any.iter().map(state).collect::<Option<Vec<_>>>() else {
                    return false;
                };
                states.sort();
                states.dedup();
                self.states = states;
                true
            }
            [Test::Id(field, _), ..] if self.ids.iter().all(|(known, _)| known != field) => {
                let id = |test: &Test| match test {
                    Test::Id(other, id) if other == field => Some(id.clone()),
                    _ => None,
                };
                let Some(mut ids) = term.any.iter().map(id).collect::<Option<Vec<Id>>>() else {
                    return false;
                };
                ids.sort();
                ids.dedup();
                self.ids.push((*field, ids));
                self.ids.sort();
                true
            }
            _ => false,
        }
    }
}
