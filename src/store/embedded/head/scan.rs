//! Lists: which records, in which order, without opening any.

use std::ops::Bound;
use std::sync::Arc;

use super::scope::Wanted;
use super::{Head, HeadRow, IdHasher, Inside, Key, RowNumber};
use crate::model::filter::Direction;
use crate::model::time::Micros;
use crate::store::ListRequest;
use crate::store::call::Call;

/// Rows one list looks at, at most; then it comes back short with how far it looked.
const SCAN_ROWS_MAX: u64 = 4_000_000;
/// Rows looked at between two looks at the deadline.
const DEADLINE_EVERY: u64 = 4096;
/// A posting longer than this is not sorted for a list; the list's own order is walked instead.
const POSTING_MAX: usize = 50_000;

/// What a list found.
pub(in crate::store::embedded) struct Scanned {
    /// Keys in the order asked for.
    pub found: Vec<Key>,
    /// There is more behind the last one.
    pub more: bool,
    /// Where the budget or the deadline stopped the scan.
    pub stopped_at: Option<(Micros, Key)>,
    /// Rows looked at, and which index was walked.
    pub looked_at: u64,
    pub index: &'static str,
}

type Place = (Micros, Key);

impl Head {
    pub(in crate::store::embedded) fn scan(
        &self,
        hasher: &IdHasher,
        call: &Call,
        request: &ListRequest,
    ) -> Scanned {
        let wanted = Wanted::new(hasher, &request.filter);
        let inside = Inside::new(hasher, &call.scope);
        let (low, high) = bounds(request);
        let search = Search { head: self, wanted: &wanted, inside: &inside, call, request };
        if is_empty(&low, &high) {
            return search.walk("none", std::iter::empty());
        }
        if let Some(rows) = self.posted(&wanted, request, &low, &high) {
            return match request.direction {
                Direction::OldestFirst => search.walk("posting", rows.into_iter()),
                Direction::NewestFirst => search.walk("posting", rows.into_iter().rev()),
            };
        }
        let kind = request.filter.kind;
        let with_kind = |bound: Bound<Place>| bound.map(|(place, key)| (kind, place, key));
        let range = self.order.range((with_kind(low), with_kind(high))).map(|(_, number)| *number);
        match request.direction {
            Direction::OldestFirst => search.walk("order", range),
            Direction::NewestFirst => search.walk("order", range.rev()),
        }
    }

    /// Rows of the shortest posting a filter names, oldest first; `None`: it names none, or only long ones.
    fn posted(
        &self,
        wanted: &Wanted,
        request: &ListRequest,
        low: &Bound<Place>,
        high: &Bound<Place>,
    ) -> Option<Vec<RowNumber>> {
        let posted = wanted.ids.iter().filter(|any| any.iter().all(|id| IdHasher::is_posted(*id)));
        let mut best: Option<Vec<RowNumber>> = None;
        for any in posted {
            let rows = any.iter().flat_map(|id| self.postings.range((*id, 0)..=(*id, RowNumber::MAX)));
            let limit = best.as_ref().map_or(POSTING_MAX, Vec::len);
            let rows: Vec<RowNumber> = rows.map(|(_, number)| *number).take(limit.saturating_add(1)).collect();
            if rows.len() <= limit {
                best = Some(rows);
            }
        }
        let mut placed: Vec<(Place, RowNumber)> = best?
            .into_iter()
            .filter_map(|number| Some((number, self.numbered(number)?)))
            .filter(|(_, row)| row.kind == request.filter.kind)
            .map(|(number, row)| ((row.place, Arc::clone(&row.key)), number))
            .filter(|(place, _)| is_between(place, low, high))
            .collect();
        placed.sort_unstable();
        placed.dedup();
        Some(placed.into_iter().map(|(_, number)| number).collect())
    }
}

struct Search<'a> {
    head: &'a Head,
    wanted: &'a Wanted,
    inside: &'a Inside,
    call: &'a Call,
    request: &'a ListRequest,
}

impl Search<'_> {
    fn walk(&self, index: &'static str, rows: impl Iterator<Item = RowNumber>) -> Scanned {
        let limit = self.request.limit.max(1);
        let mut scanned = Scanned { found: Vec::new(), more: false, stopped_at: None, looked_at: 0, index };
        for row in rows.filter_map(|number| self.head.numbered(number)) {
            scanned.looked_at = scanned.looked_at.saturating_add(1);
            if self.is_wanted(row) {
                if scanned.found.len() >= limit {
                    scanned.more = true;
                    break;
                }
                scanned.found.push(Arc::clone(&row.key));
            }
            let budget = scanned.looked_at >= SCAN_ROWS_MAX;
            if budget || scanned.looked_at.is_multiple_of(DEADLINE_EVERY) && self.call.is_late() {
                scanned.stopped_at = Some((row.place, Arc::clone(&row.key)));
                break;
            }
        }
        scanned
    }

    fn is_wanted(&self, row: &HeadRow) -> bool {
        self.wanted.matches(row) && self.inside.holds(self.head, row)
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
        (
            Bound::Included(low) | Bound::Excluded(low),
            Bound::Included(high) | Bound::Excluded(high),
        ) => low >= high,
        _ => false,
    }
}
