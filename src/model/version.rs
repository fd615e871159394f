//! One sending of one record, decoded and checked: what ingest hands to the store.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::id::RecordKey;
use super::state::{Rank, State, Trouble};
use super::time::Micros;

/// JSON text without blanks between tokens, already checked to be JSON.
pub type RawJson = Box<str>;

/// What was done to one place of a payload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum MarkKind {
    /// A secret was replaced; the name of the rule.
    Redacted { rule: Box<str> },
    /// A string was shortened by so many bytes.
    Cut { bytes: u64 },
}

/// A place that is no longer as sent.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Mark {
    /// JSON Pointer below the top-level field that holds it; empty for the field itself. A place inside a
    /// string that holds JSON continues the pointer into it.
    pub path: Box<str>,
    pub what: MarkKind,
}

/// One top-level member of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Canonical name (aliases resolved).
    pub name: Box<str>,
    pub raw: RawJson,
    pub marks: Vec<Mark>,
}

/// What versions of one record are ordered by; absent is lowest. The derived order is the order of the fold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Order {
    pub rank: Option<Rank>,
    pub updated_at: Option<Micros>,
    /// `endTime` or `endDatetime`.
    pub end: Option<Micros>,
    pub trouble: Trouble,
    pub hash: ContentHash,
}

/// Keyed BLAKE3 over an item as sent, 128 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentHash(pub [u8; 16]);

/// Number of the content hash's algorithm, stored with every frame: another one would compare nothing equal.
pub const CONTENT_HASH_ALGORITHM: u8 = 1;

/// One sending of one log record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    pub key: RecordKey,
    pub order: Order,
    /// The state this version gives; `None` when it says none. For an API request from `isSuccess`.
    pub state: Option<State>,
    /// The time this version would be listed at (`model.md`, "place"); `None` when it gives no time.
    pub place: Option<Micros>,
    /// Its members but `id`, `kind`, (of a node run) `flowRunId` and `nodeKey`, and those given as null;
    /// no two of one name.
    pub fields: Vec<Field>,
    /// The sender gave no id and we made one: it is not looked for among what is stored.
    pub id_made: bool,
    /// Hashes of the words of its fields (`words.rs`), sorted, none twice; may be more than it has.
    pub words: Arc<[u32]>,
}
