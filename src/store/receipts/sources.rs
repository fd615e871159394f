//! Who sends, how much of it came in lately, and when the last of it.

use crate::model::ledger::{LedgerHour, LedgerSum};
use crate::model::time::{HOUR, MINUTE, Micros, SECOND};
use crate::store::call::Call;
use crate::store::{Store, StoreError, rules, state_keys};

/// Hours of the ledger that are read of a source: those of the last day, the hour under way among them.
pub const HOURS_MAX: usize = 25;
/// The sign after the digits, of which the hours in keys are made: no hour of a source comes after it.
const AFTER_DIGITS: char = ':';
/// Seconds of an hour.
const HOUR_SECONDS: i64 = HOUR / SECOND;

/// What is known of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Name of a token or door.
    pub name: String,
    /// When the minute began in which something of it came last, taken or refused.
    pub last: Option<Micros>,
    /// The last day's, oldest first; only hours in which something came.
    pub hours: Vec<LedgerHour>,
}

/// Sources in the order of their keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sources {
    pub items: Vec<Source>,
    /// There are more after these.
    pub has_more: bool,
}

impl Source {
    /// What came in so many minutes until now, the one under way among them.
    pub fn lately(&self, now: Micros, minutes: i64) -> LedgerSum {
        let minute = Micros(now.0.div_euclid(MINUTE).saturating_mul(MINUTE));
        let from = minute.plus(MINUTE.saturating_sub(minutes.saturating_mul(MINUTE)));
        let mut all = LedgerSum::default();
        for hour in &self.hours {
            all.take(&hour.sum(from, Micros(i64::MAX)));
        }
        all
    }
}

/// Sources after a name, at most `limit`.
///
/// # Errors
/// The store does not answer, or a row cannot be read.
pub async fn sources(
    store: &dyn Store,
    call: &Call,
    now: Micros,
    after: Option<&str>,
    limit: usize,
) -> Result<Sources, StoreError> {
    let mut items = Vec::new();
    let mut after = after.map(end_of);
    loop {
        let next = store.state_scan(call, state_keys::LEDGER, after.as_deref(), 1).await?;
        let Some((name, first)) = next.first().and_then(|row| parts(&row.key)) else {
            return Ok(Sources { items, has_more: false });
        };
        if items.len() >= limit {
            return Ok(Sources { items, has_more: true });
        }
        after = Some(end_of(name));
        items.push(read(store, call, now, name, first).await?);
    }
}

/// One source; `None`: nothing ever came of it.
///
/// # Errors
/// As [`sources`].
pub async fn source(store: &dyn Store, call: &Call, now: Micros, name: &str) -> Result<Option<Source>, StoreError> {
    let prefix = prefix(name);
    let first = store.state_scan(call, &prefix, None, 1).await?;
    // The name of a source holds no slash, so a name that does finds none, or nothing that is an hour.
    let first = first.first().and_then(|row| parts(&row.key));
    match first.filter(|(found, _)| *found == name) {
        Some((name, first)) => Ok(Some(read(store, call, now, name, first).await?)),
        None => Ok(None),
    }
}

/// `first`: the first hour it has a row of, in seconds.
async fn read(store: &dyn Store, call: &Call, now: Micros, name: &str, first: i64) -> Result<Source, StoreError> {
    let this_hour = now.0.div_euclid(HOUR).saturating_mul(HOUR_SECONDS);
    let day = i64::try_from(HOURS_MAX).unwrap_or(i64::MAX);
    let begin = this_hour.saturating_sub(day.saturating_mul(HOUR_SECONDS));
    let rows = from_hour(store, call, name, begin.saturating_add(HOUR_SECONDS), HOURS_MAX).await?;
    let last = match rows.last() {
        Some(last) => last.last(),
        None => last_hour(store, call, name, first, begin)
            .await?
            .and_then(|hour| hour.last()),
    };
    Ok(Source {
        name: name.to_owned(),
        last,
        hours: rows,
    })
}

/// The last row of a source between two hours, of which the first has one. Rows can only be looked for forwards, so the
/// rest is halved until it is found: twenty looks for a hundred years.
async fn last_hour(
    store: &dyn Store,
    call: &Call,
    name: &str,
    first: i64,
    last: i64,
) -> Result<Option<LedgerHour>, StoreError> {
    let (mut low, mut high) = (first, last);
    let mut found = None;
    while low <= high {
        let hours = high.saturating_sub(low) / HOUR_SECONDS;
        let middle = low.saturating_add((hours.saturating_add(1) / 2).saturating_mul(HOUR_SECONDS));
        match from_hour(store, call, name, middle, 1).await?.into_iter().next() {
            Some(hour) => {
                low = (hour.hour.0 / SECOND).saturating_add(HOUR_SECONDS);
                found = Some(hour);
            }
            None => high = middle.saturating_sub(HOUR_SECONDS),
        }
    }
    Ok(found)
}

/// Rows of a source from an hour on.
async fn from_hour(
    store: &dyn Store,
    call: &Call,
    name: &str,
    hour: i64,
    limit: usize,
) -> Result<Vec<LedgerHour>, StoreError> {
    let prefix = prefix(name);
    let before = format!("{prefix}{:010}", hour.saturating_sub(1).max(0));
    let rows = store.state_scan(call, &prefix, Some(&before), limit).await?;
    rows.iter().map(|row| rules::ledger_hour(&row.value)).collect()
}

fn prefix(name: &str) -> String {
    format!("{}{name}/", state_keys::LEDGER)
}

/// What comes after all rows of a source.
fn end_of(name: &str) -> String {
    format!("{}{AFTER_DIGITS}", prefix(name))
}

/// (source, hour in seconds) of a ledger row's key.
fn parts(key: &str) -> Option<(&str, i64)> {
    let (name, hour) = key.strip_prefix(state_keys::LEDGER)?.rsplit_once('/')?;
    Some((name, hour.parse().ok()?))
}
