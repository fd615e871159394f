//! Lists: the index finds what may be meant, and what it is not sure of is read.

use std::time::Instant;

use super::frame::Part;
use super::head::Scan;
use super::needle::{self, Needle};
use super::read::{self, Found, Reader};
use super::shared::Shared;
use crate::model::filter::Position;
use crate::model::query::term::Term;
use crate::model::record::Record;
use crate::store::call::{Call, Step};
use crate::store::{ListRequest, Page, StoreError};

/// Records one list reads to see whether they are meant, at most; then it comes back short with how far it looked.
const CONFIRM_MAX: usize = 50_000;
/// Records found in one go when they must be read: most of them may be meant, and then the page is full soon.
const CONFIRM_PIECE: usize = 128;

/// What a list has so far.
struct Gathered {
    items: Vec<Item>,
    confirmed: usize,
    /// What records have in their text that the terms hold for.
    needles: Vec<Vec<Needle>>,
    /// Of the last record that was read and not taken, or taken.
    last: Option<Position>,
    end: Option<End>,
}

/// A record of the page: what the index is sure of is read when the page is known.
enum Item {
    Sure(Found),
    Read(Record),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum End {
    Full,
    Stopped,
}

pub(super) fn list(shared: &Shared, call: &Call, request: &ListRequest) -> Result<Page<Record>, StoreError> {
    let (began, reader) = (Instant::now(), Reader::new(shared));
    let limit = request.limit.max(1);
    let mut scan = Scan::new(&shared.hasher, call, request);
    let mut page = Gathered {
        items: Vec::new(),
        confirmed: 0,
        needles: needle::of(&request.filter.terms),
        last: None,
        end: None,
    };
    // The writer gets its turn between the pieces of a long scan.
    while page.end.is_none() && !scan.is_done(call) {
        let found: Vec<(Found, bool)> = {
            let head = shared.head();
            let missing = limit.saturating_add(1).saturating_sub(page.items.len());
            let most = if request.filter.terms.is_empty() {
                missing
            } else {
                missing.max(CONFIRM_PIECE)
            };
            let found = scan.go_on(&head, most).into_iter();
            found
                .filter_map(|(number, is_sure)| Some((read::found(head.numbered(number)?)?, is_sure)))
                .collect()
        };
        page.take(&reader, call, request, found, limit);
    }
    call.steps.record(|| {
        let (index, looked_at) = (scan.index, scan.looked_at);
        let data = serde_json::json!({
            "index": index, "rows": looked_at, "read": page.confirmed, "found": page.items.len(),
        });
        Step::new(format!("looked at {looked_at} rows of the index ({index})"))
            .with(data)
            .took(began.elapsed())
    });
    let stopped = match page.end {
        Some(End::Stopped) => page.last.take(),
        Some(End::Full) => None,
        None => scan.stopped_at(),
    };
    let has_more = page.end == Some(End::Full);
    answer(&reader, call, page.items, has_more, stopped, limit)
}

impl Gathered {
    /// Takes what is meant of the records found, in their order.
    fn take(
        &mut self,
        reader: &Reader<'_>,
        call: &Call,
        request: &ListRequest,
        found: Vec<(Found, bool)>,
        limit: usize,
    ) {
        for (found, is_sure) in found {
            let position = Position {
                place: found.known.place,
                key: found.key.clone(),
            };
            let item = if is_sure {
                Some(Item::Sure(found))
            } else {
                let is_late = self.confirmed > 0 && call.is_late();
                if self.confirmed >= CONFIRM_MAX || is_late {
                    self.end = Some(End::Stopped);
                    return;
                }
                self.confirmed = self.confirmed.saturating_add(1);
                confirmed(reader, found, &request.filter.terms, &self.needles).map(Item::Read)
            };
            if let Some(item) = item {
                if self.items.len() >= limit {
                    self.end = Some(End::Full);
                    return;
                }
                self.items.push(item);
            }
            self.last = Some(position);
        }
    }
}

/// The summary of a record that the terms hold for. The whole is read only if the summary does not decide.
fn confirmed(reader: &Reader<'_>, found: Found, terms: &[Term], needles: &[Vec<Needle>]) -> Option<Record> {
    // Searching bytes is cheaper than decoding them.
    if !needles.iter().all(|any| reader.may_hold(&found.parts, any)) {
        return None;
    }
    let parts = found.parts.clone();
    let summary = reader.summary(found);
    let (by_whole, by_summary): (Vec<&Term>, Vec<&Term>) = terms.iter().partition(|term| term.needs_whole());
    if !by_summary.iter().all(|term| term.holds(&summary)) {
        return None;
    }
    if by_whole.is_empty() {
        return Some(summary);
    }
    let whole = Record {
        key: summary.key.clone(),
        known: summary.known.clone(),
        content: reader.readable(&summary.key, &parts, &[Part::Summary, Part::Body]),
    };
    by_whole.iter().all(|term| term.holds(&whole)).then_some(summary)
}

fn answer(
    reader: &Reader<'_>,
    call: &Call,
    found: Vec<Item>,
    has_more: bool,
    stopped: Option<Position>,
    limit: usize,
) -> Result<Page<Record>, StoreError> {
    let began = Instant::now();
    let asked = found.len();
    let mut items: Vec<Record> = Vec::with_capacity(asked);
    for item in found {
        match item {
            Item::Read(record) => items.push(record),
            Item::Sure(_) if call.is_late() && !items.is_empty() => break,
            Item::Sure(found) => items.push(reader.summary(found)),
        }
    }
    reader.finish(call, began, || format!("read {} summaries", items.len()));
    let last = items.last().map(Record::position);
    if items.len() < asked {
        return Ok(Page {
            scanned_until: last.as_ref().map(|last| last.place),
            next: last,
            items,
        });
    }
    // A full page goes on behind its last record, however far was looked for one more.
    let is_full = items.len() >= limit;
    let (next, scanned_until) = match stopped {
        Some(_) if is_full => (last, None),
        Some(at) => (Some(at.clone()), Some(at.place)),
        None => (last.filter(|_| has_more), None),
    };
    Ok(Page {
        items,
        next,
        scanned_until,
    })
}
