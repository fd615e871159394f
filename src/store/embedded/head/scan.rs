//! Lists: which records, in which order, without opening any.

use std::ops::Bound;
use std::sync::Arc;

use super::scope::Wanted;
use super::verdict::Terms;
use super::{Head, HeadRow, IdHasher, Inside, Key, RowNumber};
use crate::model::filter::{Direction, Position};
use crate::model::kind::Kind;
use crate::model::time::Micros;
use crate::store::ListRequest;
use crate::store::call::Call;
use crate::store::embedded::keys;

/// Rows one list looks at, at most; then it comes back short with how far it looked.
const SCAN_ROWS_MAX: u64 = 4_000_000;
/// Rows looked at in one go: the writer waits no longer than they take, and the deadline is looked at between.
const PIECE_ROWS: u64 = 8192;
/// A posting longer than this is not sorted for a list; the list's own order is walked instead.
const POSTING_MAX: usize = 50_000;
/// The same for the rows of blocks that may have a word: most of them do not, and where many blocks have it a page is
/// full soon.
const WORDS_MAX: usize = 4096;

type Place = (Micros, Key);

/// How far one look goes.
#[derive(Clone, Copy)]
struct Piece {
    rows: u64,
    found: usize,
}

/// A list on its way through the index, piece by piece.
pub(in crate::store::embedded) struct Scan {
    wanted: Wanted,
    terms: Terms,
    inside: Inside,
    kind: Kind,
    direction: Direction,
    low: Bound<Place>,
    high: Bound<Place>,
    end: Option<End>,
    last: Option<Place>,
    /// Rows looked at, and which index was walked.
    pub looked_at: u64,
    pub index: &'static str,
}

/// Why a scan is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    /// Everything was looked at.
    All,
    /// The budget or the deadline is used up.
    Stopped,
}

impl Scan {
    pub(in crate::store::embedded) fn new(hasher: &IdHasher, call: &Call, request: &ListRequest) -> Scan {
        let (low, high) = bounds(request);
        Scan {
            wanted: Wanted::new(hasher, &request.filter),
            terms: Terms::new(hasher, &request.filter.terms),
            inside: Inside::new(hasher, &call.scope),
            kind: request.filter.kind,
            direction: request.direction,
            end: is_empty(&low, &high).then_some(End::All),
            low,
            high,
            last: None,
            looked_at: 0,
            index: "none",
        }
    }

    pub(in crate::store::embedded) fn is_done(&mut self, call: &Call) -> bool {
        let spent = self.looked_at >= SCAN_ROWS_MAX || self.looked_at > 0 && call.is_late();
        if self.end.is_none() && spent {
            self.end = Some(End::Stopped);
        }
        self.end.is_some()
    }

    /// Where the budget or the deadline stopped the scan.
    pub(in crate::store::embedded) fn stopped_at(&self) -> Option<Position> {
        let (place, key) = self.last.as_ref().filter(|_| self.end == Some(End::Stopped))?;
        let key = keys::record_of(key)?;
        Some(Position { place: *place, key })
    }

    /// Looks at the next piece, until `most` were found; answers the numbers of what it found there, in the order
    /// asked for, and whether the index is sure of it: else the record must be read.
    pub(in crate::store::embedded) fn go_on(&mut self, head: &Head, most: usize) -> Vec<(RowNumber, bool)> {
        if let Some(index) = head.words.get(&self.kind) {
            self.terms.look_up(index);
        }
        if let Some((index, rows)) = self.posted(head) {
            self.index = index;
            // They were sorted for it: all of them in one piece.
            let all = Piece {
                rows: u64::MAX,
                found: usize::MAX,
            };
            return match self.direction {
                Direction::OldestFirst => self.walk(head, rows.into_iter(), all),
                Direction::NewestFirst => self.walk(head, rows.into_iter().rev(), all),
            };
        }
        let piece = Piece {
            rows: PIECE_ROWS,
            found: most.max(1),
        };
        self.index = "order";
        let kind = self.kind;
        let with_kind = |bound: &Bound<Place>| bound.clone().map(|(place, key)| (kind, place, key));
        let range = head.order.range((with_kind(&self.low), with_kind(&self.high)));
        let range = range.map(|(_, number)| *number);
        match self.direction {
            Direction::OldestFirst => self.walk(head, range, piece),
            Direction::NewestFirst => self.walk(head, range.rev(), piece),
        }
    }

    fn walk(&mut self, head: &Head, rows: impl Iterator<Item = RowNumber>, most: Piece) -> Vec<(RowNumber, bool)> {
        let mut found = Vec::new();
        let mut walked = 0_u64;
        let mut last = None;
        for (number, row) in rows.filter_map(|number| Some((number, head.numbered(number)?))) {
            if walked >= most.rows || found.len() >= most.found {
                self.go_on_after(last);
                return found;
            }
            walked = walked.saturating_add(1);
            self.looked_at = self.looked_at.saturating_add(1);
            if self.wanted.matches(row) {
                let verdict = self.terms.hold(head, row);
                if verdict != Some(false) && self.inside.holds(head, row) {
                    found.push((number, verdict.is_some()));
                }
            }
            last = Some(row);
        }
        self.end = Some(End::All);
        found
    }

    fn go_on_after(&mut self, last: Option<&HeadRow>) {
        let Some(place) = last.map(|row| (row.place, Arc::clone(&row.key))) else {
            return;
        };
        self.last = Some(place.clone());
        match self.direction {
            Direction::OldestFirst => self.low = Bound::Excluded(place),
            Direction::NewestFirst => self.high = Bound::Excluded(place),
        }
        if is_empty(&self.low, &self.high) {
            self.end = Some(End::All);
        }
    }

    /// Rows of the shortest posting the filter names, or of the blocks that have its words, oldest first, and which
    /// it was; `None`: it names none, or only long ones.
    fn posted(&self, head: &Head) -> Option<(&'static str, Vec<RowNumber>)> {
        let posted = self.wanted.ids.iter();
        let posted = posted.filter(|any| any.iter().all(|id| IdHasher::is_posted(*id)));
        let mut best: Option<Vec<RowNumber>> = None;
        for any in posted {
            let limit = best.as_ref().map_or(POSTING_MAX, Vec::len);
            let rows = any.iter().flat_map(|id| head.postings.of(*id)).copied();
            let rows: Vec<RowNumber> = rows.take(limit.saturating_add(1)).collect();
            if rows.len() <= limit {
                best = Some(rows);
            }
        }
        let mut index = "posting";
        let limit = best.as_ref().map_or(WORDS_MAX, Vec::len).min(WORDS_MAX);
        if let Some(rows) = self.of_words(head, limit) {
            (index, best) = ("words", Some(rows));
        }
        let mut placed: Vec<(Place, RowNumber)> = best?
            .into_iter()
            .filter_map(|number| Some((number, head.numbered(number)?)))
            .filter(|(_, row)| row.kind == self.kind)
            .map(|(number, row)| ((row.place, Arc::clone(&row.key)), number))
            .filter(|(place, _)| is_between(place, &self.low, &self.high))
            .collect();
        placed.sort_unstable();
        placed.dedup();
        Some((index, placed.into_iter().map(|(_, number)| number).collect()))
    }

    /// Rows of the blocks that may have the words the terms ask for, if there are no more than that.
    fn of_words(&self, head: &Head, limit: usize) -> Option<Vec<RowNumber>> {
        let index = head.words.get(&self.kind)?;
        let blocks = self.terms.blocks(index)?;
        let rows = blocks.into_iter().flat_map(|block| index.rows(block)).copied();
        let rows: Vec<RowNumber> = rows.take(limit.saturating_add(1)).collect();
        (rows.len() <= limit).then_some(rows)
    }
}

/// Between which places a page lies; no key is shorter than the empty one.
fn bounds(request: &ListRequest) -> (Bound<Place>, Bound<Place>) {
    let filter = &request.filter;
    let empty = || Key::from(&[][..]);
    let from = Bound::Included((filter.from.unwrap_or(Micros(i64::MIN)), empty()));
    // No key of a record begins with this byte: it is no kind.
    let to = match filter.to {
        Some(to) => Bound::Excluded((to, empty())),
        None => Bound::Included((Micros(i64::MAX), Key::from(&[u8::MAX][..]))),
    };
    let Some(after) = &request.after else { return (from, to) };
    let after = (after.place, Key::from(after.key.bytes()));
    match request.direction {
        Direction::OldestFirst if is_between(&after, &from, &Bound::Unbounded) => (Bound::Excluded(after), to),
        Direction::NewestFirst if is_between(&after, &Bound::Unbounded, &to) => (from, Bound::Excluded(after)),
        _ => (from, to),
    }
}

fn is_between(place: &Place, low: &Bound<Place>, high: &Bound<Place>) -> bool {
    let above = match low {
        Bound::Included(low) => place >= low,
        Bound::Excluded(low) => place > low,
        Bound::Unbounded => true,
    };
    above
        && match high {
            Bound::Included(high) => place <= high,
            Bound::Excluded(high) => place < high,
            Bound::Unbounded => true,
        }
}

/// A tree refuses a range that ends before it begins.
fn is_empty(low: &Bound<Place>, high: &Bound<Place>) -> bool {
    match (low, high) {
        (Bound::Included(low), Bound::Included(high)) => low > high,
        (Bound::Included(low) | Bound::Excluded(low), Bound::Included(high) | Bound::Excluded(high)) => low >= high,
        _ => false,
    }
}
