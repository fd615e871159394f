//! What a record keeps and does not show.

use super::Folded;
use super::slot::{Family, Slot};
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::state::State;
use crate::model::version::Field;

impl Folded {
    /// What versions in other states than the present one said of their trouble, per state: the fields of a version that
    /// says it again (the state first, if there was one). Its order is below that of a version with the fields shown.
    pub fn hidden_troubles(&self, kind: Kind) -> Vec<Vec<Field>> {
        let given = self.text(state_field(kind)).and_then(|_| self.state(kind));
        let mut hidden: Vec<(Option<State>, Vec<Field>)> = Vec::new();
        for (slot, entry) in self.slots.family(Family::Trouble) {
            let Slot::Trouble(name, state) = slot else { continue };
            if *state == given {
                continue;
            }
            let field = Field {
                name: name.clone(),
                raw: entry.text.clone(),
                marks: entry.marks.clone(),
            };
            match hidden.iter_mut().find(|(of, _)| of == state) {
                Some((_, fields)) => fields.push(field),
                None => {
                    let state_given = state.map(|state| said(kind, state));
                    hidden.push((*state, state_given.into_iter().chain([field]).collect()));
                }
            }
        }
        hidden.sort_by_key(|(state, _)| *state);
        hidden.into_iter().map(|(_, fields)| fields).collect()
    }
}

/// The field that says a record's state.
const fn state_field(kind: Kind) -> &'static str {
    match kind {
        Kind::ApiRequest => "isSuccess",
        Kind::FlowRun => "state",
        _ => "status",
    }
}

fn said(kind: Kind, state: State) -> Field {
    let raw = match kind {
        Kind::ApiRequest => (state == State::Success).to_string(),
        _ => json::quote(state.word()),
    };
    Field {
        name: state_field(kind).into(),
        raw: raw.into(),
        marks: Vec::new(),
    }
}
