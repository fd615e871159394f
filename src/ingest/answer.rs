//! What the sender is told of each item.

use super::{Rejected, Taken};
use crate::model::problem::{Problem, ProblemKey};
use crate::store::{Item, Outcome};

/// Where an item stood in the request, and the id it is stored under.
pub(super) struct Place {
    pub index: usize,
    pub line: Option<usize>,
    pub id: String,
}

impl Place {
    pub fn of(index: usize, line: Option<usize>, item: &Item) -> Place {
        let id = match item {
            Item::Log(submission) => submission.version.key.id(),
            Item::Entity { version, .. } => &version.id,
        };
        Place {
            index,
            line,
            id: id.as_str().to_owned(),
        }
    }
}

/// Puts what the store decided beside what was refused at the door, in the order of the items.
pub(super) fn merge(places: Vec<Place>, outcomes: Vec<Outcome>, refused: Vec<Rejected>, is_single: bool) -> Taken {
    let mut taken = Taken {
        rejected: refused,
        ..Taken::default()
    };
    let mut outcomes = outcomes.into_iter();
    for place in places {
        let outcome = outcomes.next().unwrap_or_else(|| {
            // An engine answers every item; one it forgot must not be called accepted.
            Outcome::Refused(Problem::new(
                ProblemKey::Internal,
                "The store did not say what became of the item.",
            ))
        });
        match outcome {
            Outcome::Accepted => taken.accepted += 1,
            Outcome::Duplicate => taken.duplicates += 1,
            Outcome::Refused(problem) => {
                taken.rejected.push(Rejected {
                    index: place.index,
                    line: place.line,
                    id: Some(place.id),
                    problem,
                });
                continue;
            }
        }
        if is_single {
            taken.id = Some(place.id);
        }
    }
    taken.rejected.sort_by_key(|rejected| rejected.index);
    taken
}
