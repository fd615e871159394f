//! From bytes to versions: decode, validate, redact, cut, hand to the store, answer item by item.

mod answer;
mod cut;
mod door;
pub mod encoding;
mod framing;
mod hash;
mod item;
mod put;
mod redact;
mod text;
mod walk;

use std::sync::Arc;
use std::time::Instant;

use serde_json::json;

use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::RootKey;
use crate::model::kind::ItemKind;
use crate::model::problem::Problem;
use crate::model::sender::Sender;
use crate::store::call::{Call, Step};
use crate::store::{Commit, CommitReceipt, Store, StoreError};
use door::{Decoded, Door, Request};
pub use put::Put;

/// Bodies up to this many bytes are decoded where they arrive, larger ones on a thread that may block.
const INLINE_MAX_BYTES: usize = 64 * 1024;

/// What became of a request; accepted, duplicates and rejected make up its items.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    pub accepted: usize,
    pub duplicates: usize,
    /// In the order of the items.
    pub rejected: Vec<Rejected>,
    /// The stored id of a request that was a single object.
    pub id: Option<String>,
}

/// An item that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// From 0 over items.
    pub index: usize,
    /// From 1, of NDJSON.
    pub line: Option<usize>,
    pub id: Option<String>,
    pub problem: Problem,
}

/// Why nothing of a request was taken.
#[derive(Debug, thiserror::Error)]
pub enum TakeError {
    #[error(transparent)]
    Request(#[from] Problem),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The service: one for the process.
pub struct Ingest {
    store: Arc<dyn Store>,
    door: Arc<Door>,
    clock: Arc<dyn Clock>,
}

impl Ingest {
    pub fn new(store: Arc<dyn Store>, config: &Config, keys: &RootKey, clock: Arc<dyn Clock>) -> Ingest {
        Ingest {
            store,
            door: Arc::new(Door::new(config, keys)),
            clock,
        }
    }

    /// Takes one decompressed request body of at most `limits.request_bytes`. `kind` is that of the path;
    /// `content_type` as sent. Everything of the request that was not refused becomes durable together. When every
    /// item was refused the answer is still `Ok`.
    ///
    /// # Errors
    /// Nothing could be made out, a limit of the request was passed, or the store did not take it.
    pub async fn take(
        &self,
        call: &Call,
        sender: &Sender,
        kind: Option<ItemKind>,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Taken, TakeError> {
        let request = Request {
            sender: sender.clone(),
            kind,
            id: None,
            content_type: content_type.map(str::to_owned),
            body,
            now: self.clock.now(),
            is_import: false,
        };
        self.commit(call, request).await
    }

    /// Takes a body of history: as [`Ingest::take`], but what each item says of its receipt, source, place, marks and
    /// derived owners is kept, and it is marked as history. An item that says nothing of its receipt is received now,
    /// from `source`. Only for administrators: here a sender is believed.
    ///
    /// # Errors
    /// As [`Ingest::take`].
    pub async fn import(
        &self,
        call: &Call,
        source: &str,
        content_type: Option<&str>,
        body: Vec<u8>,
    ) -> Result<Taken, TakeError> {
        let request = Request {
            // Defaults and a prefix were given when the items first came in.
            sender: Sender {
                source: source.into(),
                ..Sender::default()
            },
            kind: None,
            id: None,
            content_type: content_type.map(str::to_owned),
            body,
            now: self.clock.now(),
            is_import: true,
        };
        self.commit(call, request).await
    }

    async fn commit(&self, call: &Call, request: Request) -> Result<Taken, TakeError> {
        let (received_at, source) = (request.now, request.sender.source.clone());
        let is_only_one = request.id.is_some();
        let decoded = self.decode(call, request).await?;
        let Decoded {
            items,
            places,
            rejected,
            refused,
            is_single,
        } = decoded;
        if is_only_one && !is_single {
            return Err(put::not_one_object().into());
        }
        let begun = Instant::now();
        let commit = Commit {
            items,
            receipt: Some(CommitReceipt {
                source,
                received_at,
                refused,
            }),
            state: Vec::new(),
        };
        let committed = self.store.commit(call, commit).await?;
        let taken = answer::merge(places, committed.outcomes, rejected, is_single);
        call.steps.record(|| {
            let (accepted, duplicates) = (taken.accepted, taken.duplicates);
            Step::new(format!(
                "committed {accepted} accepted and {duplicates} duplicates, durably"
            ))
            .with(json!({"accepted": accepted, "duplicates": duplicates, "rejected": taken.rejected.len()}))
            .took(begun.elapsed())
        });
        Ok(taken)
    }

    async fn decode(&self, call: &Call, request: Request) -> Result<Decoded, TakeError> {
        if request.body.len() <= INLINE_MAX_BYTES {
            return Ok(self.door.decode(&request, &call.steps)?);
        }
        let (door, steps) = (Arc::clone(&self.door), call.steps.clone());
        let work = tokio::task::spawn_blocking(move || door.decode(&request, &steps));
        let decoded = work
            .await
            .map_err(|error| StoreError::Io(std::io::Error::other(error)))?;
        Ok(decoded?)
    }
}
