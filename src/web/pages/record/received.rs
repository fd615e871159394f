//! Which of the records that a record names were received: only those have a page to lead to.

use std::collections::BTreeSet;

use super::super::show::href;
use super::super::visit::Visit;
use super::{flow, logs};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::Kind;
use crate::model::link;
use crate::model::record::Record;
use crate::store::StoreError;

/// Records looked up for one page; further ones are named without a link.
const NAMED_MAX: usize = 300;

/// Those that are there.
pub struct Received(BTreeSet<RecordKey>);

impl Received {
    /// Looks up what a record names in its fields, its logs and, of a node run, before and after it.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn named_by(visit: &Visit, record: &Record) -> Result<Received, StoreError> {
        let links = link::named_by(record).into_iter().map(|link| link.other);
        let all: BTreeSet<RecordKey> = links.chain(flow::named(record)).chain(logs::named(record)).collect();
        let keys: Vec<RecordKey> = all.into_iter().take(NAMED_MAX).collect();
        let found = visit.store().get(&visit.call, &keys).await?;
        let there = keys.into_iter().zip(found).filter(|(_, found)| found.is_some());
        Ok(Received(there.map(|(key, _)| key).collect()))
    }

    /// The page of a record, if it was received.
    pub fn href(&self, key: &RecordKey) -> Option<String> {
        self.0.get(key).and_then(href::record)
    }

    /// The page of a record that is no node run.
    pub fn href_of(&self, kind: Kind, id: &Id) -> Option<String> {
        self.href(&RecordKey::new(kind, id.clone()))
    }
}
