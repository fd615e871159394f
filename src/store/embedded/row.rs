//! One accepted version as it is stored: what is known of it without opening its content, and how the index
//! in memory follows it. A start reads nothing else, so a commit and a start fill the index by the same code.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::model::fold::Half;
use crate::model::kind::Kind;
use crate::model::record::Known;
use crate::model::state::State;

/// The version's content is the whole record: rows before it need not be read any more.
pub(super) const WHOLE: u8 = 1;
/// The summary half is in an overflow file.
pub(super) const SUMMARY_OVERFLOWS: u8 = 2;
/// The body half is in an overflow file.
pub(super) const BODY_OVERFLOWS: u8 = 4;
/// The record has a customer, given or derived.
pub(super) const HAS_CUSTOMER: u8 = 8;
/// The record has an integration, given or derived.
pub(super) const HAS_INTEGRATION: u8 = 16;
/// The version came by import.
pub(super) const HISTORY: u8 = 32;

/// A link of the record: relation, which end the other is, the other's key bytes.
pub(super) type LinkRow = (u8, u8, Vec<u8>);

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct RowMeta {
    /// [`crate::model::id::RecordKey::bytes`].
    pub key: Vec<u8>,
    /// Content hash of the version.
    pub hash: [u8; 16],
    pub received_at: i64,
    /// See [`before_code`].
    pub before: u8,
    /// See [`state_code`].
    pub after: u8,
    pub flags: u8,
    /// Of the record after this version.
    pub known: Known,
    /// Keyed hashes of the ids it can be filtered by after this version, sorted.
    pub ids: Vec<u64>,
    pub links_added: Vec<LinkRow>,
    pub links_removed: Vec<LinkRow>,
    /// HTTP status code after this version; 0: none.
    pub code: u16,
    /// See [`duration_code`].
    pub duration: u32,
}

impl RowMeta {
    pub(super) fn kind(&self) -> Option<Kind> {
        self.key.first().and_then(|code| Kind::from_code(*code))
    }
}

/// A version ready to be put into a frame.
#[derive(Debug)]
pub(super) struct Row {
    pub meta: RowMeta,
    /// postcard of the summary half; with [`SUMMARY_OVERFLOWS`] it goes to a file.
    pub summary: Vec<u8>,
    /// postcard of the body half; with [`BODY_OVERFLOWS`] it goes to a file.
    pub body: Vec<u8>,
    /// Hashes of the words of what the row says, ascending.
    pub words: Arc<[u32]>,
}

impl Row {
    /// Bytes it adds to a frame before compression; halves that go to files of their own add none.
    pub(super) fn raw_bytes(&self) -> usize {
        let half = |flag: u8, half: &[u8]| if self.meta.flags & flag == 0 { half.len() } else { 0 };
        let links = self.meta.links_added.iter().chain(&self.meta.links_removed);
        let links: usize = links.map(|(_, _, other)| other.len().saturating_add(5)).sum();
        let meta = self
            .meta
            .key
            .len()
            .saturating_add(self.meta.ids.len().saturating_mul(10));
        half(SUMMARY_OVERFLOWS, &self.summary)
            .saturating_add(half(BODY_OVERFLOWS, &self.body))
            .saturating_add(links)
            .saturating_add(meta)
    }
}

/// 0 stands for *unknown*.
pub(super) fn state_code(state: Option<State>) -> u8 {
    state.map_or(0, State::code)
}

/// 0: it was not there; else [`state_code`] and one more.
pub(super) fn before_code(before: Option<Option<State>>) -> u8 {
    before.map_or(0, |state| state_code(state).saturating_add(1))
}

pub(super) fn state_of(code: u8) -> Option<State> {
    State::from_code(code)
}

pub(super) fn before_of(code: u8) -> Option<Option<State>> {
    code.checked_sub(1).map(State::from_code)
}

/// No duration is known.
pub(super) const DURATION_NONE: u32 = u32::MAX;
/// It is longer than a code can say.
pub(super) const DURATION_LONG: u32 = u32::MAX - 1;

/// How long a record took, in microseconds, as the index holds it.
pub(super) fn duration_code(micros: Option<i64>) -> u32 {
    let Some(micros) = micros else { return DURATION_NONE };
    u32::try_from(micros)
        .ok()
        .filter(|code| *code < DURATION_LONG)
        .unwrap_or(DURATION_LONG)
}

/// A half of a record as a row holds it.
pub(super) fn encode(half: &Half<'_>) -> Vec<u8> {
    // Encoding into memory cannot fail: no part of a fold refuses to be encoded.
    postcard::to_allocvec(half).unwrap_or_default()
}
