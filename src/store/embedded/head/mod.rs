//! The index of all records in memory: what lists, look-ups and links are answered from. It is filled by
//! [`Head::apply`] alone, from the rows of frames, at a commit and at a start.

mod below;
mod forget;
mod links;
mod postings;
mod scan;
mod scope;
mod siblings;
mod verdict;
mod words;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

pub(super) use scan::Scan;
pub(super) use scope::{IdHasher, Inside};

use super::frame::Words;
use super::row::{DURATION_NONE, HAS_CUSTOMER, HAS_INTEGRATION, RowMeta, WHOLE};
use crate::model::filter::IdField;
use crate::model::id::Id;
use crate::model::kind::Kind;
use crate::model::record::Known;
use crate::model::time::Micros;

/// Key bytes of a record, shared by all indexes.
type Key = Arc<[u8]>;
/// Number of a record in [`Head::rows`].
pub(super) type RowNumber = u32;

/// Fields whose values are few records each: lists by them go through postings.
const POSTED: [IdField; 5] = [
    IdField::FlowRun,
    IdField::NodeRun,
    IdField::ActionRun,
    IdField::Pull,
    IdField::Trace,
];
/// Bytes an entry of an ordered tree takes beside its key and value: nodes are about two thirds full.
const TREE_ENTRY: u64 = 16;

/// Where one version of a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PartAt {
    pub sequence: u64,
    /// Its place in its frame: the frame's first sequence is this much smaller.
    pub row: u16,
    pub flags: u8,
}

impl PartAt {
    pub(super) fn frame(&self) -> u64 {
        self.sequence.saturating_sub(u64::from(self.row))
    }
}

/// One record.
#[derive(Debug)]
pub(super) struct HeadRow {
    pub key: Key,
    pub place: Micros,
    pub received_at: Micros,
    source: Arc<str>,
    derived: Option<Box<(Option<Id>, Option<Id>)>>,
    /// Sorted.
    ids: Box<[u64]>,
    /// Versions to be read, oldest first.
    pub parts: Vec<PartAt>,
    pub kind: Kind,
    /// [`super::row::state_code`].
    pub state: u8,
    flags: u8,
    clock_ahead: bool,
    history: bool,
    /// As [`RowMeta`] has them.
    code: u16,
    duration: u32,
    /// The beginning of the content hash of its newest version.
    hash: u64,
}

impl HeadRow {
    pub(super) fn known(&self) -> Known {
        let (customer, integration) = self.derived.as_deref().cloned().unwrap_or_default();
        Known {
            place: self.place,
            received_at: self.received_at,
            source: (*self.source).into(),
            derived_customer: customer,
            derived_integration: integration,
            clock_ahead: self.clock_ahead,
            history: self.history,
        }
    }

    /// Whether its newest version was this one, through the same source: then it came before, with whatever its token
    /// adds, and changes nothing.
    pub(super) fn repeats(&self, hash: &[u8; 16], source: &str) -> bool {
        self.hash == begin_of(hash) && *self.source == *source
    }

    fn has(&self, id: u64) -> bool {
        self.ids.binary_search(&id).is_ok()
    }

    /// Bytes it takes, all it owns included.
    fn bytes(&self) -> u64 {
        let own = size_of::<HeadRow>()
            .saturating_add(self.ids.len().saturating_mul(8))
            .saturating_add(self.parts.capacity().saturating_mul(size_of::<PartAt>()));
        let derived = if self.derived.is_some() { 96 } else { 0 };
        own.saturating_add(derived) as u64
    }
}

#[derive(Debug, Default)]
pub(super) struct Head {
    rows: Vec<HeadRow>,
    /// Numbers of rows that hold no record any more.
    free: Vec<RowNumber>,
    by_key: HashMap<Key, RowNumber>,
    /// By (kind, place, key).
    order: BTreeMap<(Kind, Micros, Key), RowNumber>,
    /// By hash of (field, value) of [`POSTED`].
    postings: postings::Postings,
    words: BTreeMap<Kind, words::WordIndex>,
    links: links::Links,
    sources: BTreeMap<Box<str>, Arc<str>>,
    counts: BTreeMap<Kind, u64>,
    bytes: u64,
    /// The newest sequence.
    pub sequence: u64,
}

impl Head {
    pub(super) fn row(&self, key: &[u8]) -> Option<&HeadRow> {
        self.numbered(*self.by_key.get(key)?)
    }

    pub(super) fn numbered(&self, number: RowNumber) -> Option<&HeadRow> {
        self.rows.get(number as usize)
    }

    pub(super) fn records(&self) -> u64 {
        self.rows.len().saturating_sub(self.free.len()) as u64
    }

    /// Bytes the index takes, counted from the sizes of what it holds.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
            .saturating_add(self.links.bytes())
            .saturating_add(self.postings.bytes())
            .saturating_add(self.words.values().map(words::WordIndex::bytes).sum())
    }

    pub(super) fn counts(&self) -> Vec<(Kind, u64)> {
        self.counts.iter().map(|(kind, count)| (*kind, *count)).collect()
    }

    /// Takes in a frame: its rows and their words; `None`: nobody knows which words they have. Of rows
    /// that are forgotten only the sequence is taken.
    pub(super) fn apply<'a>(
        &mut self,
        first: u64,
        metas: impl Iterator<Item = &'a RowMeta>,
        words: Option<&Words>,
        is_forgotten: impl Fn(&RowMeta) -> bool,
    ) {
        let mut numbers: BTreeMap<Kind, Vec<RowNumber>> = BTreeMap::new();
        for (row, (sequence, meta)) in (0_u16..).zip((first..).zip(metas)) {
            if is_forgotten(meta) {
                self.sequence = self.sequence.max(sequence);
                // An earlier row of it may have had a later place.
                self.forget(&meta.key);
                continue;
            }
            if let (Some(kind), Some(number)) = (meta.kind(), self.take(sequence, row, meta)) {
                numbers.entry(kind).or_default().push(number);
            }
        }
        for (kind, numbers) in numbers {
            let words = words.map(|words| words.get(&kind).map_or(&[][..], Vec::as_slice));
            self.words.entry(kind).or_default().add(first, numbers, words);
        }
    }

    /// Takes in one version, `row` places behind the beginning of its frame.
    fn take(&mut self, sequence: u64, row: u16, meta: &RowMeta) -> Option<RowNumber> {
        self.sequence = self.sequence.max(sequence);
        let kind = meta.kind()?;
        let part = PartAt {
            sequence,
            row,
            flags: meta.flags,
        };
        let number = match self.by_key.get(&*meta.key) {
            Some(number) => {
                let number = *number;
                self.change(number, part, meta);
                number
            }
            None => self.add(kind, part, meta),
        };
        let key = self.numbered(number).map(|row| Arc::clone(&row.key))?;
        for (relation, other_is, other) in &meta.links_removed {
            let other = self.shared_key(other);
            self.links.remove(&key, *relation, *other_is, &other);
        }
        for (relation, other_is, other) in &meta.links_added {
            let other = self.shared_key(other);
            self.links.add(&key, *relation, *other_is, &other);
        }
        Some(number)
    }

    /// A key's bytes, those of the record's row if there is one.
    fn shared_key(&self, bytes: &[u8]) -> Key {
        self.by_key
            .get_key_value(bytes)
            .map_or_else(|| Key::from(bytes), |(key, _)| Arc::clone(key))
    }

    fn add(&mut self, kind: Kind, part: PartAt, meta: &RowMeta) -> RowNumber {
        let new = RowNumber::try_from(self.rows.len()).unwrap_or(RowNumber::MAX);
        let number = self.free.pop().unwrap_or(new);
        let key = Key::from(&*meta.key);
        let source = self.source(&meta.known.source);
        let mut row = HeadRow {
            key: Arc::clone(&key),
            place: meta.known.place,
            received_at: meta.known.received_at,
            source,
            derived: None,
            ids: Box::default(),
            parts: Vec::with_capacity(1),
            kind,
            state: 0,
            flags: 0,
            clock_ahead: false,
            history: false,
            code: 0,
            duration: DURATION_NONE,
            hash: 0,
        };
        row.take(part, meta);
        for id in row.ids.iter().filter(|id| IdHasher::is_posted(**id)) {
            self.postings.add(*id, number);
        }
        self.bytes = self.bytes.saturating_add(row.bytes()).saturating_add(keyed_bytes(&key));
        self.by_key.insert(Arc::clone(&key), number);
        self.order.insert((kind, row.place, key), number);
        let count = self.counts.entry(kind).or_default();
        *count = count.saturating_add(1);
        match self.rows.get_mut(number as usize) {
            Some(free) => *free = row,
            None => self.rows.push(row),
        }
        number
    }

    fn change(&mut self, number: RowNumber, part: PartAt, meta: &RowMeta) {
        let Some(row) = self.rows.get_mut(number as usize) else {
            return;
        };
        let before = row.bytes();
        let old_ids = std::mem::take(&mut row.ids);
        let old_place = row.place;
        row.take(part, meta);
        self.bytes = self.bytes.saturating_add(row.bytes()).saturating_sub(before);
        if row.place != old_place {
            self.order.remove(&(row.kind, old_place, Arc::clone(&row.key)));
            self.order.insert((row.kind, row.place, Arc::clone(&row.key)), number);
        }
        for id in old_ids.iter().filter(|id| !row.has(**id)) {
            if IdHasher::is_posted(*id) {
                self.postings.remove(*id, number);
            }
        }
        for id in row.ids.iter().filter(|id| old_ids.binary_search(id).is_err()) {
            if IdHasher::is_posted(*id) {
                self.postings.add(*id, number);
            }
        }
    }

    fn source(&mut self, name: &str) -> Arc<str> {
        if let Some(source) = self.sources.get(name) {
            return Arc::clone(source);
        }
        let source: Arc<str> = name.into();
        self.sources.insert(name.into(), Arc::clone(&source));
        source
    }
}

/// Bytes a record's key takes in all indexes.
fn keyed_bytes(key: &Key) -> u64 {
    (key.len() as u64).saturating_add(32 + 2 * (24 + TREE_ENTRY) + 16)
}

fn begin_of(hash: &[u8; 16]) -> u64 {
    hash.first_chunk::<8>().map_or(0, |begin| u64::from_le_bytes(*begin))
}

impl HeadRow {
    fn take(&mut self, part: PartAt, meta: &RowMeta) {
        if meta.flags & WHOLE != 0 {
            self.parts.clear();
        }
        self.parts.push(part);
        let known = &meta.known;
        self.place = known.place;
        let derived = (known.derived_customer.clone(), known.derived_integration.clone());
        self.derived = (derived != (None, None)).then(|| Box::new(derived));
        self.ids = meta.ids.clone().into();
        self.state = meta.after;
        self.flags = meta.flags & (HAS_CUSTOMER | HAS_INTEGRATION);
        self.clock_ahead = known.clock_ahead;
        self.history = known.history;
        self.code = meta.code;
        self.duration = meta.duration;
        self.hash = begin_of(&meta.hash);
    }
}
