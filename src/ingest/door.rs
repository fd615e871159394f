//! The part of the door that needs no waiting: from a body to the items of a commit.

use std::time::{Duration, Instant};

use serde_json::json;

use super::Rejected;
use super::answer::Place;
use super::framing::{self, Piece};
use super::hash::Hashing;
use super::item::{Beside, Desk, Made, Tables};
use super::redact::{self, Rules};
use super::walk::Found;
use crate::config::Config;
use crate::crypto::RootKey;
use crate::model::fold;
use crate::model::id::Id;
use crate::model::json::quote;
use crate::model::kind::ItemKind;
use crate::model::limits::MAX_REQUEST_PARTS;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::sender::Sender;
use crate::model::time::Micros;
use crate::store::call::{Step, Steps};
use crate::store::{Item, REJECT_MAX_BYTES, REJECTS_MAX_PER_DAY, RefusedItem, Submission};

/// What decoding needs, the same for every request.
pub(super) struct Door {
    rules: Rules,
    tables: Tables,
    hashing: Hashing,
    record_bytes: usize,
    request_records: usize,
}

/// Everything made of one body.
pub(super) struct Decoded {
    pub items: Vec<Item>,
    /// As many as items, in their order.
    pub places: Vec<Place>,
    pub rejected: Vec<Rejected>,
    /// The same, for the receipt ledger.
    pub refused: Vec<RefusedItem>,
    /// The body is one single object.
    pub is_single: bool,
}

/// A body and on whose behalf it came.
pub(super) struct Request {
    pub sender: Sender,
    pub kind: Option<ItemKind>,
    /// Of the path; then the body is one object that has this id.
    pub id: Option<Id>,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
    pub now: Micros,
    /// What the items say of their receipt is believed.
    pub is_import: bool,
}

/// What was done to the items, for those who ask.
#[derive(Default)]
struct Counts {
    redacted: usize,
    cut: usize,
    parts: usize,
}

impl Door {
    pub fn new(config: &Config, keys: &RootKey) -> Door {
        Door {
            rules: Rules::new(&config.redaction, keys),
            tables: Tables::new(),
            hashing: Hashing::new(keys),
            record_bytes: usize::try_from(config.limits.record_bytes).unwrap_or(usize::MAX),
            request_records: config.limits.request_records,
        }
    }

    /// Decodes a body.
    ///
    /// # Errors
    /// Nothing could be made out, or there are too many items.
    pub fn decode(&self, request: &Request, steps: &Steps) -> Result<Decoded, Problem> {
        let begun = Instant::now();
        let id = request.id.as_ref().map(|id| quote(id.as_str()));
        let desk = Desk {
            sender: &request.sender,
            kind: request.kind,
            id: id.as_deref(),
            now: request.now,
            is_import: request.is_import,
            record_bytes: self.record_bytes,
            tables: &self.tables,
            hashing: &self.hashing,
        };
        let mut decoded = Decoded {
            items: Vec::new(),
            places: Vec::new(),
            rejected: Vec::new(),
            refused: Vec::new(),
            is_single: false,
        };
        let mut counts = Counts::default();
        let mut take = |piece: Piece<'_>, found: &mut Found| {
            if piece.index >= self.request_records {
                return Err(Problem::new(
                    ProblemKey::TooManyRecords,
                    "The request holds too many items; nothing was stored.",
                )
                .expected(format!("at most {} items", self.request_records)));
            }
            self.take(&desk, piece, found, &mut decoded, &mut counts);
            if counts.parts > MAX_REQUEST_PARTS {
                return Err(Problem::new(
                    ProblemKey::RequestTooLarge,
                    "The request's records list too many ids, log entries, outputs, nodes or members of meta; nothing \
                     was stored. Send it in parts.",
                )
                .expected(format!("at most {MAX_REQUEST_PARTS} of them in one request")));
            }
            Ok(())
        };
        let is_single = framing::read(&self.rules, request.content_type.as_deref(), &request.body, &mut take)?;
        decoded.is_single = is_single;
        record(steps, begun.elapsed(), &decoded, &counts, request.body.len());
        Ok(decoded)
    }

    fn take(&self, desk: &Desk<'_>, piece: Piece<'_>, found: &mut Found, decoded: &mut Decoded, counts: &mut Counts) {
        let (index, line) = (piece.index, piece.line);
        let item = match piece.what {
            Ok(item) => item,
            Err(refused) => {
                let text = String::from_utf8_lossy(redact::looked_at(refused.bytes));
                self.refuse(decoded, (index, line), None, refused.problem, |rules| {
                    rules.beginning(&text, REJECT_MAX_BYTES)
                });
                return;
            }
        };
        counts.redacted += found.redactions();
        match desk.take(item.text, found) {
            Ok(taken) => {
                counts.cut += taken.cut;
                let item = submitted(desk, taken.made, taken.beside);
                counts.parts += parts(&item);
                decoded.places.push(Place::of(index, line, &item));
                decoded.items.push(item);
            }
            Err(refusal) => self.refuse(decoded, (index, line), refusal.id, refusal.problem, |rules| {
                found.beginning(rules, item.text, REJECT_MAX_BYTES)
            }),
        }
    }

    fn refuse(
        &self,
        decoded: &mut Decoded,
        (index, line): (usize, Option<usize>),
        id: Option<String>,
        problem: Problem,
        begin: impl FnOnce(&Rules) -> String,
    ) {
        // More than are kept a day need no beginning: they are only counted.
        let is_kept = u32::try_from(decoded.refused.len()).is_ok_and(|count| count < REJECTS_MAX_PER_DAY);
        let begin = if is_kept { begin(&self.rules) } else { String::new() };
        decoded.refused.push(RefusedItem {
            problem: problem.clone(),
            begin: begin.into(),
        });
        decoded.rejected.push(Rejected {
            index,
            line,
            id,
            problem,
        });
    }
}

fn submitted(desk: &Desk<'_>, made: Made, beside: Beside) -> Item {
    let received_at = beside.received_at.unwrap_or(desk.now);
    let source = beside.source.unwrap_or_else(|| desk.sender.source.clone());
    match made {
        Made::Log { version, clock_ahead } => Item::Log(Submission {
            version,
            received_at,
            source,
            clock_ahead,
            history: desk.is_import,
            only_customer: desk.sender.only_customer.clone(),
            restored: beside.restored,
        }),
        Made::Entity(version) => Item::Entity {
            version,
            received_at,
            source,
            history: desk.is_import,
        },
    }
}

fn record(steps: &Steps, took: Duration, decoded: &Decoded, counts: &Counts, bytes: usize) {
    steps.record(|| {
        let (items, refused) = (decoded.items.len(), decoded.rejected.len());
        Step::new(format!("decoded {} items, {refused} of them refused", items + refused))
            .with(json!({"bytes": bytes, "items": items + refused, "refused": refused}))
            .took(took)
    });
    steps.record(|| Step::new(format!("redacted {} places", counts.redacted)));
    if counts.cut > 0 {
        steps.record(|| Step::new(format!("cut {} strings", counts.cut)));
    }
}

/// Parts of an item that merge by themselves; see [`MAX_REQUEST_PARTS`].
fn parts(item: &Item) -> usize {
    match item {
        Item::Log(Submission { version, .. }) => {
            let kind = version.key.kind();
            version.fields.iter().map(|field| fold::count(kind, field)).sum()
        }
        Item::Entity { .. } => 1,
    }
}
