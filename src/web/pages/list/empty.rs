//! An empty list: what was searched, which filter removed everything, and what to do next.

use super::super::show::time::{self, Moment};
use super::super::visit::Visit;
use super::Chip;
use super::query::{Part, Query};
use super::resolve;
use crate::model::filter::Direction;
use crate::store::{ListRequest, StoreError};
use crate::web::error::WebError;

/// What an empty list says.
pub struct Empty {
    /// No record of this kind was ever received: how to send one.
    pub is_untouched: bool,
    /// `Searched everything` or the range, in UTC.
    pub searched: String,
    pub steps: Vec<Step>,
    /// Further filters that were not looked at.
    pub more: usize,
}

/// One filter, applied after those before it.
pub struct Step {
    pub label: String,
    pub value: String,
    /// What is left after it.
    pub left: Left,
    /// This one removed the last.
    pub is_last: bool,
    /// The list without it, and its newest record.
    pub without: Option<(String, Moment)>,
}

/// What some filters leave.
#[derive(Clone)]
pub enum Left {
    /// The newest record of what is left.
    Some(Moment),
    None,
    /// Looking took too long.
    Unknown,
}

/// Filters that are looked at; each costs two reads.
const EXPLAINED_MAX: usize = 12;

/// Looks at what each filter leaves.
///
/// # Errors
/// The store does not answer.
pub async fn explain(visit: &Visit, query: &Query, chips: &[Chip]) -> Result<Empty, WebError> {
    let parts = query.parts();
    let all = newest(visit, &query.without(&parts)).await?;
    let mut steps = Vec::new();
    let mut before = all.clone();
    for (at, (part, chip)) in parts.iter().zip(chips).enumerate().take(EXPLAINED_MAX) {
        let later: Vec<Part> = parts.iter().skip(at + 1).copied().collect();
        let left = match before {
            Left::None => Left::None,
            Left::Some(_) | Left::Unknown => newest(visit, &query.without(&later)).await?,
        };
        let without = query.without(&[*part]);
        let found = match newest(visit, &without).await? {
            Left::Some(newest) => Some((without.address(), newest)),
            Left::None | Left::Unknown => None,
        };
        steps.push(Step {
            label: chip.label.clone(),
            value: chip.value.clone(),
            is_last: matches!((&before, &left), (Left::Some(_), Left::None)),
            without: found,
            left: left.clone(),
        });
        before = left;
    }
    Ok(Empty {
        is_untouched: matches!(all, Left::None),
        searched: searched(visit, query),
        more: parts.len().saturating_sub(steps.len()),
        steps,
    })
}

async fn newest(visit: &Visit, query: &Query) -> Result<Left, WebError> {
    let request = ListRequest {
        filter: resolve(visit, query).await?,
        after: None,
        direction: Direction::NewestFirst,
        limit: 1,
    };
    let page = match visit.store().list(&visit.call, &request).await {
        Err(StoreError::Overloaded(_)) => return Ok(Left::Unknown),
        page => page?,
    };
    Ok(match page.items.first() {
        Some(record) => Left::Some(Moment::new(record.known.place, visit.now)),
        None if page.scanned_until.is_some() => Left::Unknown,
        None => Left::None,
    })
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
