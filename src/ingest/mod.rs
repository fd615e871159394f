//! From bytes to versions: decode, validate, redact, cut, hand to the store, answer item by item.

use std::sync::Arc;

use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::RootKey;
use crate::model::id::Id;
use crate::model::kind::ItemKind;
use crate::model::problem::Problem;
use crate::model::version::RawJson;
use crate::store::call::Call;
use crate::store::{Store, StoreError};

/// On whose behalf items come in: what a token allows and adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// Name of the token or door.
    pub source: Box<str>,
    /// The only customer it may write for; then it writes no entities and has an `id_prefix`.
    pub only_customer: Option<Id>,
    pub default_customer: Option<Id>,
    pub default_integration: Option<Id>,
    /// Members added to `meta` where the item does not give them.
    pub default_meta: Vec<(Box<str>, RawJson)>,
    pub id_prefix: Option<Box<str>>,
    /// Import: keep `receivedAt` and `source` of the items, mark them as history.
    pub history: bool,
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taken {
    pub accepted: usize,
    pub duplicates: usize,
    pub rejected: Vec<Rejected>,
    /// The id of a request that was a single object.
    pub id: Option<String>,
}

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
pub struct Ingest {}

impl Ingest {
    pub fn new(_store: Arc<dyn Store>, _config: &Config, _keys: &RootKey, _clock: Arc<dyn Clock>) -> Ingest {
        todo!()
    }

    /// Takes one decompressed request body. `kind` is that of the path; `content_type` as sent.
    ///
    /// # Errors
    /// Nothing could be made out, a limit of the request was passed, or the store did not take it.
    pub async fn take(
        &self,
        _call: &Call,
        _sender: &Sender,
        _kind: Option<ItemKind>,
        _content_type: Option<&str>,
        _body: &[u8],
    ) -> Result<Taken, TakeError> {
        todo!()
    }
}
