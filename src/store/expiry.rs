//! Since when records are kept: what is older was forgotten for good.

use std::collections::BTreeMap;

use super::call::Call;
use super::{Linked, Store, StoreError, Submission, state_keys};
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::time::Micros;

/// What one call of [`super::RecordLog::expire`] did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expired {
    /// Records of the kind are kept whose place is at or after this time.
    pub kept_since: Micros,
    /// Records that were forgotten.
    pub records: u64,
    /// False: the bound of one call was reached; the next one goes on.
    pub is_done: bool,
}

/// Since when records of each kind are kept; a kind of which nothing was ever forgotten is not in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeptSince(BTreeMap<Kind, Micros>);

impl KeptSince {
    /// What a store says by now.
    ///
    /// # Errors
    /// The store does not answer, or what it says cannot be read.
    pub async fn of(store: &dyn Store, call: &Call) -> Result<KeptSince, StoreError> {
        let rows = store
            .state_scan(call, state_keys::KEPT_SINCE, None, usize::from(u8::MAX))
            .await?;
        KeptSince::read(rows.iter().map(|row| (row.key.as_str(), row.value.as_slice())))
    }

    /// Of the state rows that say it.
    ///
    /// # Errors
    /// A row cannot be read.
    pub fn read<'a>(rows: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Result<KeptSince, StoreError> {
        let mut since = KeptSince::default();
        for (key, value) in rows {
            let kind = key.strip_prefix(state_keys::KEPT_SINCE).and_then(Kind::from_name);
            let time = std::str::from_utf8(value).ok().and_then(|text| text.parse().ok());
            let (Some(kind), Some(time)) = (kind, time) else {
                return Err(StoreError::Damaged(format!(
                    "{key}: it does not say since when a kind is kept"
                )));
            };
            since.0.insert(kind, Micros(time));
        }
        Ok(since)
    }

    /// Takes a later time; an earlier one changes nothing.
    pub fn advance(&mut self, kind: Kind, time: Micros) {
        let since = self.0.entry(kind).or_insert(time);
        *since = time.max(*since);
    }

    /// Nothing was ever forgotten.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn get(&self, kind: Kind) -> Option<Micros> {
        self.0.get(&kind).copied()
    }

    /// Whether a record of this kind and place is one of those that were forgotten.
    pub fn is_before(&self, kind: Kind, place: Micros) -> bool {
        self.get(kind).is_some_and(|since| place < since)
    }

    /// Why a version cannot begin a record, or give a new one an earlier place: what was forgotten does not come back.
    pub fn refuses(&self, submission: &Submission) -> Option<Problem> {
        let place = submission.version.place.unwrap_or(submission.received_at);
        if !self.is_before(submission.version.key.kind(), place) {
            return None;
        }
        let message = "the record is older than what is kept of its kind";
        let since = self.get(submission.version.key.kind())?;
        Some(Problem::new(ProblemKey::NoLongerKept, message).expected(format!("a time at or after {since}")))
    }
}

/// Tells of records that one record names and that are not there whether they were not received or are no longer kept.
/// What was not received has no time, so the place of the record that names it stands for it: when that is before the
/// time since when the other's kind is kept, the other was forgotten too, as far as can be told.
#[derive(Debug, Clone, Default)]
pub struct Absent {
    since: KeptSince,
    /// Of the record that names them.
    place: Option<Micros>,
}

impl Absent {
    /// Looks it up when something is missing among what a record is linked with.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn of(store: &dyn Store, call: &Call, near: &RecordKey, linked: &[Linked]) -> Result<Absent, StoreError> {
        if linked.iter().all(|linked| linked.record.is_some()) {
            return Ok(Absent::default());
        }
        let near = store.get(call, std::slice::from_ref(near)).await?;
        let place = near.into_iter().flatten().map(|near| near.known.place).next();
        Absent::named_at(store, call, place).await
    }

    /// Of what a record of this place names.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn named_at(store: &dyn Store, call: &Call, place: Option<Micros>) -> Result<Absent, StoreError> {
        let since = match KeptSince::of(store, call).await {
            // It costs the word of what is missing, and nothing else.
            Err(StoreError::Damaged(_)) => KeptSince::default(),
            since => since?,
        };
        Ok(Absent { since, place })
    }

    pub fn is_no_longer_kept(&self, kind: Kind) -> bool {
        self.place.is_some_and(|place| self.since.is_before(kind, place))
    }
}

/// The state row that says since when a kind is kept, as it is written.
pub fn row(kind: Kind, since: Micros) -> (String, Vec<u8>) {
    let key = format!("{}{}", state_keys::KEPT_SINCE, kind.name());
    (key, since.0.to_string().into_bytes())
}
