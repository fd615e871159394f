//! Refused items, newest first.

use serde::{Deserialize, Serialize};

use crate::model::time::{DAY, Micros};
use crate::store::call::Call;
use crate::store::{REJECTS_MAX_PER_DAY, Store, StoreError, rules, state_keys};

/// Items one page looks at, at most; then it comes back short with how far it looked.
pub const LOOKED_AT_MAX: usize = 5000;
/// Items read at once.
const READ_AT_ONCE: u32 = 100;

/// A refused item as it was kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Receipt.
    pub at: Micros,
    pub source: String,
    /// What was wrong with it: a problem's key, message and the JSON Pointer into the item.
    pub key: String,
    pub message: String,
    pub path: Option<String>,
    /// Its beginning, after redaction.
    pub begin: String,
}

/// Where a refused item stands: numbers of a day have no gaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// Days since 1970 in UTC.
    day: i64,
    number: u32,
}

/// Which items are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Asked {
    pub source: Option<String>,
    /// Received at or after.
    pub from: Option<Micros>,
    /// Received before.
    pub to: Option<Micros>,
}

/// Some of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusedPage {
    pub items: Vec<(Place, Refused)>,
    /// Where to go on; `None` at the end.
    pub next: Option<Place>,
    /// How far was looked when [`LOOKED_AT_MAX`] or the deadline ended the page before it was full.
    pub looked_until: Option<Micros>,
}

/// As kept by [`rules::reject_rows`].
#[derive(Deserialize)]
struct Kept {
    at: String,
    source: String,
    problem: KeptProblem,
    begin: String,
}

#[derive(Deserialize)]
struct KeptProblem {
    key: String,
    message: String,
    path: Option<String>,
}

/// Refused items after a place, newest first, at most `limit`.
///
/// # Errors
/// The store does not answer, or an item cannot be read.
pub async fn refused(
    store: &dyn Store,
    call: &Call,
    now: Micros,
    asked: &Asked,
    (after, limit): (Option<Place>, usize),
) -> Result<RefusedPage, StoreError> {
    let end = asked.to.unwrap_or(now.plus(DAY)).0.div_euclid(DAY).saturating_add(1);
    let mut at = match after {
        Some(after) => before(store, call, after).await?,
        None => before(store, call, Place { day: end, number: 0 }).await?,
    };
    let first_day = asked.from.map_or(i64::MIN, |from| from.0.div_euclid(DAY));
    let mut page = RefusedPage::default();
    let mut looked_at = 0_usize;
    while let Some(newest) = at.filter(|place| place.day >= first_day) {
        let first = newest.number.saturating_sub(READ_AT_ONCE.saturating_sub(1));
        let rows = up_to(store, call, first, newest).await?;
        looked_at = looked_at.saturating_add(rows.len().max(1));
        let last = rows.first().map(|(_, item)| item.at);
        for (place, item) in rows.into_iter().rev().filter(|(_, item)| asked.holds(item)) {
            if page.items.len() >= limit {
                page.next = page.items.last().map(|(place, _)| *place);
                return Ok(page);
            }
            page.items.push((place, item));
        }
        let first = Place {
            day: newest.day,
            number: first,
        };
        at = before(store, call, first).await?;
        if at.is_some() && (looked_at >= LOOKED_AT_MAX || call.is_late()) {
            page.next = Some(first);
            page.looked_until = last;
            return Ok(page);
        }
    }
    Ok(page)
}

impl Asked {
    fn holds(&self, item: &Refused) -> bool {
        self.source.as_ref().is_none_or(|source| *source == item.source)
            && self.from.is_none_or(|from| item.at >= from)
            && self.to.is_none_or(|to| item.at < to)
    }
}

/// Items of a day from a number up to a place, oldest first.
async fn up_to(store: &dyn Store, call: &Call, first: u32, last: Place) -> Result<Vec<(Place, Refused)>, StoreError> {
    let prefix = prefix(last.day);
    let after = first.checked_sub(1).map(|number| format!("{prefix}{number:04}"));
    let count = usize::try_from(last.number.saturating_sub(first).saturating_add(1)).unwrap_or(usize::MAX);
    let rows = store.state_scan(call, &prefix, after.as_deref(), count).await?;
    let read = |row: &crate::store::StateValue| {
        let damaged = || StoreError::Damaged(format!("refused item {}", row.key));
        let kept: Kept = serde_json::from_slice(&row.value).map_err(|_| damaged())?;
        let item = Refused {
            at: Micros::parse(&kept.at).ok_or_else(damaged)?,
            source: kept.source,
            key: kept.problem.key,
            message: kept.problem.message,
            path: kept.problem.path,
            begin: kept.begin,
        };
        Ok((place_of(&row.key).ok_or_else(damaged)?, item))
    };
    rows.iter().map(read).collect()
}

/// The last item before a place. Items can only be looked for forwards: within a day there are no gaps, and beyond it the
/// rest is halved until it is found, in some twenty-five looks at most.
async fn before(store: &dyn Store, call: &Call, end: Place) -> Result<Option<Place>, StoreError> {
    if let Some(number) = end.number.checked_sub(1) {
        return Ok(Some(Place { number, ..end }));
    }
    let (mut low, mut high) = (0, end.index().saturating_sub(1));
    let mut found = None;
    while low <= high {
        // The first look is for any at all.
        let middle = match found {
            None => low,
            Some(_) => low.saturating_add(high.saturating_sub(low) / 2),
        };
        let after = (middle > 0).then(|| Place::at(middle.saturating_sub(1)).key());
        let next = store.state_scan(call, state_keys::REJECT, after.as_deref(), 1).await?;
        let next = next.first().and_then(|row| place_of(&row.key));
        match next.filter(|place| *place < end) {
            Some(place) => {
                low = place.index().saturating_add(1);
                found = Some(place);
            }
            None if found.is_none() => return Ok(None),
            None => high = middle.saturating_sub(1),
        }
    }
    Ok(found)
}

impl Place {
    /// Its number among all that there could be.
    fn index(self) -> i64 {
        let of_day = i64::from(REJECTS_MAX_PER_DAY);
        self.day.saturating_mul(of_day).saturating_add(i64::from(self.number))
    }

    fn at(index: i64) -> Place {
        let of_day = i64::from(REJECTS_MAX_PER_DAY);
        Place {
            day: index.div_euclid(of_day),
            number: u32::try_from(index.rem_euclid(of_day)).unwrap_or_default(),
        }
    }

    fn key(self) -> String {
        format!("{}{:04}", prefix(self.day), self.number)
    }
}

fn prefix(day: i64) -> String {
    rules::reject_prefix(Micros(day.saturating_mul(DAY)))
}

fn place_of(key: &str) -> Option<Place> {
    let (day, number) = key.strip_prefix(state_keys::REJECT)?.split_once('/')?;
    let start = Micros::parse(&format!("{day}T00:00:00Z"))?;
    Some(Place {
        day: start.0.div_euclid(DAY),
        number: number.parse().ok()?,
    })
}
