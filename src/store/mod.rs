//! Where everything is kept: the interfaces, and the engines behind them. No type of an engine is named above.

pub mod call;
pub mod embedded;
pub mod entity_change;
pub mod expiry;
pub mod linked;
pub mod memory;
pub mod naming;
pub mod receipts;
pub mod rules;

use std::future::Future;
use std::pin::Pin;

use crate::model::entity::{Entity, EntityVersion};
use crate::model::filter::{Direction, Filter, Position};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::link::{End, Relation};
use crate::model::problem::{Problem, ProblemKey};
use crate::model::record::Record;
use crate::model::state::State;
use crate::model::time::Micros;
use crate::model::tone::Tone;
use crate::model::version::Version;
use call::Call;
use expiry::Expired;
use linked::{Siblings, SiblingsRequest};

/// An answer to come; boxed so that the interfaces can be used as `Arc<dyn Store>`.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Why a store did not do what it was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Too much is waiting, or the deadline passed before the work began. Try again.
    #[error("the store is busy: {0}")]
    Overloaded(&'static str),
    /// Free space is under `store.min_free`; goes on by itself when there is room.
    #[error("less than {min_free} bytes are free where the data folder is")]
    LowSpace { min_free: u64 },
    /// The head holds as many records or bytes as it may.
    #[error("the store holds as much as it may ({0})")]
    HeadFull(String),
    /// A write or fsync failed: nothing more is acknowledged until a restart.
    #[error("a write failed, nothing more is accepted until a restart")]
    Failed,
    /// Something stored cannot be read back.
    #[error("stored data is damaged: {0}")]
    Damaged(String),
    #[error("i/o: {0}")]
    Io(#[from] std::io::Error),
    /// The data folder was written by another version or is not ours.
    #[error("{0}")]
    Format(String),
    /// The store is stopping.
    #[error("the store is stopping")]
    Stopping,
}

/// One log record version on its way in.
#[derive(Debug, Clone)]
pub struct Submission {
    pub version: Version,
    /// Receipt: now, or as an import found it.
    pub received_at: Micros,
    pub source: Box<str>,
    pub clock_ahead: bool,
    pub history: bool,
    /// The only customer its sender may write for: it meets no record of anybody else, and takes nothing over from
    /// a connection or run of anybody else.
    pub only_customer: Option<Id>,
    /// Of a record that another store had: as it was there. Then nothing is derived anew.
    pub restored: Option<Restored>,
}

/// What another store had derived for a record.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Restored {
    pub customer: Option<Id>,
    pub integration: Option<Id>,
}

/// One item of a commit.
#[derive(Debug, Clone)]
pub enum Item {
    Log(Submission),
    Entity {
        version: EntityVersion,
        received_at: Micros,
        source: Box<str>,
        history: bool,
    },
}

/// What became of an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Something changed.
    Accepted,
    /// Nothing changed.
    Duplicate,
    Refused(Problem),
}

/// An item that was refused before it reached the store: counted in the ledger, its beginning kept.
#[derive(Debug, Clone)]
pub struct RefusedItem {
    pub problem: Problem,
    /// First [`REJECT_MAX_BYTES`] of the item after redaction.
    pub begin: Box<str>,
}

/// Bytes kept of a refused item, and how many a day.
pub const REJECT_MAX_BYTES: usize = 2048;
pub const REJECTS_MAX_PER_DAY: u32 = 1000;

/// A write to the state store inside a commit, or by itself.
#[derive(Debug, Clone)]
pub enum StateWrite {
    /// Fails the commit when the key is there.
    Create { key: String, value: Vec<u8> },
    /// Fails the commit when the revision differs.
    PutIf { key: String, value: Vec<u8>, revision: u64 },
    /// Fails the commit when the revision differs.
    DeleteIf { key: String, revision: u64 },
}

/// Everything that becomes durable together.
#[derive(Debug, Clone, Default)]
pub struct Commit {
    pub items: Vec<Item>,
    /// Of which source, and what of its sending was refused at the door; the store adds what it decides
    /// itself and writes the receipt ledger. `None`: not a receipt (a service's own commit).
    pub receipt: Option<CommitReceipt>,
    pub state: Vec<StateWrite>,
}

#[derive(Debug, Clone)]
pub struct CommitReceipt {
    pub source: Box<str>,
    pub received_at: Micros,
    pub refused: Vec<RefusedItem>,
}

/// What a commit did, item by item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Committed {
    /// As many as items, in their order.
    pub outcomes: Vec<Outcome>,
    /// `false`: a `StateWrite` found another revision, and nothing of the commit was done.
    pub state_held: bool,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where to go on; `None` at the end.
    pub next: Option<Position>,
    /// How far was looked, when the scan budget or the deadline ended the page before it was full.
    pub scanned_until: Option<Micros>,
}

/// What a list is asked for.
#[derive(Debug, Clone)]
pub struct ListRequest {
    pub filter: Filter,
    /// Begin after this position, in the direction given.
    pub after: Option<Position>,
    pub direction: Direction,
    /// 1 to 1000.
    pub limit: usize,
}

/// A record another one is linked with, by either's word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Linked {
    pub relation: Relation,
    /// Which end the other record is.
    pub other_is: End,
    pub key: RecordKey,
    /// `None`: not received (or outside the scope).
    pub record: Option<Record>,
}

/// One appended version that changed its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    pub sequence: u64,
    pub received_at: Micros,
    pub key: RecordKey,
    /// The record's state before; the outer `None`: it was not there.
    pub before: Option<Option<State>>,
    pub after: Option<State>,
    pub history: bool,
}

/// Records of what happened. Reads of one record outside the scope answer as if it were not there.
pub trait RecordLog: Send + Sync {
    /// Summaries in the order of the keys; `None` where there is no such record in the scope.
    fn get<'a>(&'a self, call: &'a Call, keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Record>>>;
    /// The whole record.
    fn whole<'a>(&'a self, call: &'a Call, key: &'a RecordKey) -> Answer<'a, Option<Record>>;
    /// Summaries by (place, kind, whole key).
    fn list<'a>(&'a self, call: &'a Call, request: &'a ListRequest) -> Answer<'a, Page<Record>>;
    /// Records linked with this one, whichever side named it, by (relation, end, key); at most `limit`, after `after`.
    fn linked<'a>(
        &'a self,
        call: &'a Call,
        key: &'a RecordKey,
        relation: Option<(Relation, End)>,
        after: Option<&'a RecordKey>,
        limit: usize,
    ) -> Answer<'a, Vec<Linked>>;
    /// What is linked with a record by one relation, failed ones first: a page of it.
    fn siblings<'a>(&'a self, call: &'a Call, request: &'a SiblingsRequest) -> Answer<'a, Siblings>;
    /// The colour that comes to each record from what hangs below it, as far as the scope sees it; `None`: none does.
    ///
    /// - An API request that failed: `Ok` when a later attempt succeeded: its retry, a retry of that, or a later retry
    ///   of the same first request.
    /// - A flow run that says `completed`: `Amber` when a node run of it failed, or a request of it failed that no later
    ///   attempt healed and whose node run did not complete or is not known. No other run: it decides for itself.
    /// - An event: the worst of the runs it launched, `Red` for one that failed, `Amber` for one that completed with
    ///   errors, by its own counts or as above.
    /// - A webhook: the worst of the runs of the events it led to, whether these were received or not.
    ///
    /// At most [`linked::WORST_OF_MAX`] keys, those beyond are `None`. Only so many links are looked at below each
    /// record, in the order of arrival, and only so many runs opened; what lies beyond does not count.
    fn worst_of<'a>(&'a self, call: &'a Call, keys: &'a [RecordKey]) -> Answer<'a, Vec<Option<Tone>>>;
    /// Forgets the records of a kind whose place is before a time, of every scope: no read finds them again but
    /// `changes`, which tells of them until their room is given back; links to them lead to nothing, and versions that
    /// come later are refused with `no_longer_kept`. Durable when it returns. The oldest go first, and only so many in
    /// one call; the time never moves back. Node runs whose flow run was forgotten lose the scope they had from it.
    /// Changes of entities are not forgotten by it.
    fn expire<'a>(&'a self, call: &'a Call, kind: Kind, before: Micros) -> Answer<'a, Expired>;
    /// Everything appended after a sequence, in order of arrival, across all scopes.
    fn changes<'a>(&'a self, call: &'a Call, after: u64, limit: usize) -> Answer<'a, Vec<Change>>;
    /// What is kept, and what is wrong with it.
    fn stats<'a>(&'a self, call: &'a Call) -> Answer<'a, Stats>;
    /// Reads everything back and names every damaged part.
    fn verify<'a>(&'a self, call: &'a Call) -> Answer<'a, Verified>;
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Stats {
    /// By kind code.
    pub records: Vec<(crate::model::kind::Kind, u64)>,
    pub entities: Vec<(EntityKind, u64)>,
    pub sequence: u64,
    pub disk_bytes: u64,
    pub head_bytes: u64,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verified {
    /// What was read, in words with counts.
    pub checked: Vec<String>,
    /// Each names the part and what is wrong with it.
    pub damage: Vec<String>,
}

/// Which entities a list shows. Every part must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityFilter {
    pub kind: EntityKind,
    /// Member name → value among these.
    pub ids: Vec<(&'static str, Vec<Id>)>,
    pub archived: Option<bool>,
}

pub trait Entities: Send + Sync {
    /// By id, else by `key` (of equal keys the newest).
    fn entity<'a>(&'a self, call: &'a Call, kind: EntityKind, id_or_key: &'a str) -> Answer<'a, Option<Entity>>;
    /// By (place, id), newest first unless told otherwise; `after` is the last one's (place, id).
    fn entities<'a>(
        &'a self,
        call: &'a Call,
        filter: &'a EntityFilter,
        after: Option<&'a (Micros, Id)>,
        direction: Direction,
        limit: usize,
    ) -> Answer<'a, EntityPage>;
    /// Those whose name or key is this text, or begins with it; compared in lower case. By the first name or key that
    /// fits, then by id; at most `limit`.
    fn named<'a>(
        &'a self,
        call: &'a Call,
        kind: EntityKind,
        begin: &'a str,
        is_whole: bool,
        limit: usize,
    ) -> Answer<'a, Vec<Entity>>;
    /// As it was at a time, from its kept history; `None` when it was not there then.
    fn entity_at<'a>(&'a self, call: &'a Call, kind: EntityKind, id: &'a Id, at: Micros) -> Answer<'a, Option<Entity>>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityPage {
    pub items: Vec<Entity>,
    pub next: Option<(Micros, Id)>,
}

/// A stored state value with its revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateValue {
    pub key: String,
    pub value: Vec<u8>,
    pub revision: u64,
}

/// Small keyed values with revisions. Keys are paths such as `token/ID`.
pub trait StateStore: Send + Sync {
    fn state<'a>(&'a self, call: &'a Call, key: &'a str) -> Answer<'a, Option<StateValue>>;
    /// Keys that begin so, in their order, after a key, at most `limit`.
    fn state_scan<'a>(
        &'a self,
        call: &'a Call,
        prefix: &'a str,
        after: Option<&'a str>,
        limit: usize,
    ) -> Answer<'a, Vec<StateValue>>;
}

/// One workspace's store. Writing is one call, so that records, entities and state become durable together.
pub trait Store: RecordLog + Entities + StateStore {
    /// Durable when it returns. A failure means nothing is known to be kept, and doing it again is harmless.
    fn commit<'a>(&'a self, call: &'a Call, commit: Commit) -> Answer<'a, Committed>;
    /// Whether writes can be taken now: the door asks before it reads a body.
    fn accepts(&self) -> Result<(), StoreError>;
    /// What the operator must know, in sentences: a gap found at start, damage, low space, a failed write. Costs
    /// nothing, since every page asks.
    fn alarms(&self) -> Vec<String>;
    /// Finishes what is under way; nothing is accepted after it.
    fn close<'a>(&'a self) -> Answer<'a, ()>;
}

/// State keys the store itself writes.
pub mod state_keys {
    /// `ledger/SOURCE/HOUR` (seconds of the hour's start): a postcard [`crate::model::ledger::LedgerHour`].
    pub const LEDGER: &str = "ledger/";
    /// `reject/DAY/NUMBER`: a refused item as JSON.
    pub const REJECT: &str = "reject/";
    /// `kept_since/KIND`: the time since when its records are kept, in microseconds as decimal digits.
    pub const KEPT_SINCE: &str = "kept_since/";
}

impl StoreError {
    /// The key an answer carries for it.
    pub fn key(&self) -> ProblemKey {
        match self {
            StoreError::Overloaded(_) | StoreError::Stopping => ProblemKey::Overloaded,
            StoreError::LowSpace { .. } => ProblemKey::LowSpace,
            StoreError::HeadFull(_) => ProblemKey::HeadFull,
            StoreError::Failed => ProblemKey::StoreFailed,
            StoreError::Damaged(_) | StoreError::Io(_) | StoreError::Format(_) => ProblemKey::Internal,
        }
    }
}
