//! An empty list: what was searched, which filter removed everything, and what to do next.

use super::super::show::time::{self, Moment};
use super::super::visit::Visit;
use super::Chip;
use super::query::{Part, Query};
use crate::model::filter::Direction;
use crate::store::{ListRequest, StoreError};

/// What an empty list says.
pub struct Empty {
    /// No record of this kind was ever received: how to send one.
    pub is_untouched: bool,
    /// `Searched everything` or the range, in UTC.
    pub searched: String,
    pub steps: Vec<Step>,
}

/// One filter, applied after those before it.
pub struct Step {
    pub label: String,
    pub value: String,
    /// The newest record that is left after it.
    pub left: Option<Moment>,
    /// This one removed the last.
    pub is_last: bool,
    /// The list without it, and its newest record.
    pub without: Option<(String, Moment)>,
}

/// Looks at what each filter leaves; two short reads a filter.
///
/// # Errors
/// The store does not answer.
pub async fn explain(visit: &Visit, query: &Query, chips: &[Chip]) -> Result<Empty, StoreError> {
    let parts = query.parts();
    let all = newest(visit, &query.without(&parts)).await?;
    let mut steps = Vec::new();
    let mut was_there = all.is_some();
    for (at, (part, chip)) in parts.iter().zip(chips).enumerate() {
        let later: Vec<Part> = parts.iter().skip(at + 1).copied().collect();
        let left = match was_there {
            true => newest(visit, &query.without(&later)).await?,
            false => None,
        };
        let without = query.without(&[*part]);
        let found = newest(visit, &without).await?;
        steps.push(Step {
            label: chip.label.clone(),
            value: chip.value.clone(),
            is_last: was_there && left.is_none(),
            without: found.map(|newest| (without.address(), newest)),
            left: left.clone(),
        });
        was_there = left.is_some();
    }
    Ok(Empty {
        is_untouched: all.is_none(),
        searched: searched(visit, query),
        steps,
    })
}

async fn newest(visit: &Visit, query: &Query) -> Result<Option<Moment>, StoreError> {
    let request = ListRequest {
        filter: query.filter(visit.now),
        after: None,
        direction: Direction::NewestFirst,
        limit: 1,
    };
    let page = visit.store().list(&visit.call, &request).await?;
    let newest = page.items.first();
    Ok(newest.map(|record| Moment::new(record.known.place, visit.now)))
}

fn searched(visit: &Visit, query: &Query) -> String {
    let filter = query.filter(visit.now);
    match (filter.from, filter.to) {
        (None, None) => "Searched everything that is kept.".to_owned(),
        (Some(from), None) => format!("Searched {} until now.", time::second(from)),
        (None, Some(to)) => format!("Searched everything before {}.", time::second(to)),
        (Some(from), Some(to)) if from >= to => format!(
            "The range is empty: it begins at {} and ends at {}.",
            time::second(from),
            time::second(to)
        ),
        (Some(from), Some(to)) => format!("Searched {} to {}.", time::second(from), time::second(to)),
    }
}
