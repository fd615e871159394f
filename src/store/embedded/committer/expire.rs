//! Forgetting the oldest records of a kind: first what says so is durable, then the index lets go of them,
//! then the log.

use tokio::sync::oneshot;

use super::queue::{Expire, Job};
use super::{Cache, Committer, RECENT_BYTES, Writer};
use crate::model::kind::Kind;
use crate::model::time::Micros;
use crate::store::call::Call;
use crate::store::embedded::log::Batch;
use crate::store::embedded::state;
use crate::store::expiry::{self, Expired};
use crate::store::{Answer, Commit, StoreError};

/// Records forgotten in one call, but for those of one place, which go together.
const RECORDS_MAX: usize = 50_000;
/// Records forgotten under one lock: readers wait no longer than they take.
const PIECE: usize = 2048;

impl Committer {
    pub(in crate::store::embedded) fn expire<'a>(
        &self,
        call: &'a Call,
        kind: Kind,
        before: Micros,
    ) -> Answer<'a, Expired> {
        let (answer, result) = oneshot::channel();
        let (unused, _) = oneshot::channel();
        let put = self.shared.condition.can_write().and_then(|()| {
            self.queue.put(Job {
                commit: Commit::default(),
                call: call.clone(),
                answer: unused,
                raw_bytes: 0,
                expire: Some(Expire { kind, before, answer }),
            })
        });
        Box::pin(async move {
            put?;
            result.await.map_err(|_| StoreError::Failed)?
        })
    }
}

impl Writer {
    pub(super) fn expire(&mut self, job: Job) {
        if let Err(error) = self.admit(&job) {
            return job.reject(error);
        }
        let Some(Expire { kind, before, answer }) = job.expire else {
            return;
        };
        let done = self.forget(kind, before);
        if let Err(error) = &done {
            self.broke(error);
        }
        // Whoever asked may be gone; it is durable all the same.
        let _ = answer.send(done.map_err(|_| StoreError::Failed));
    }

    fn forget(&mut self, kind: Kind, before: Micros) -> Result<Expired, StoreError> {
        let stands = self.shared.kept_since().get(kind);
        if kind == Kind::EntityChange || stands.is_some_and(|since| since >= before) {
            self.sweep()?;
            return Ok(Expired {
                kept_since: stands.unwrap_or(Micros(i64::MIN)),
                records: 0,
                is_done: true,
            });
        }
        let (until, is_done) = self.shared.head().until(kind, before, RECORDS_MAX);
        let revision = self.revision.saturating_add(1);
        let mut batch = Batch::default();
        let (key, value) = expiry::row(kind, until);
        state::put(&mut batch, &self.shared.log, &key, revision, Some(&value))?;
        state::put_revision(&mut batch, revision)?;
        self.shared.log.commit(batch)?;
        self.revision = revision;
        self.shared.kept_since().advance(kind, until);
        // What is remembered may be forgotten now.
        self.recent = Cache::new(RECENT_BYTES);
        let mut records = 0_u64;
        loop {
            let mut head = self.shared.head_mut();
            let keys = head.oldest(kind, until, PIECE);
            if keys.is_empty() {
                break;
            }
            for key in keys {
                head.forget(&key);
                records = records.saturating_add(1);
            }
        }
        self.sweep_from = Some(0);
        self.sweep()?;
        Ok(Expired {
            kept_since: until,
            records,
            is_done,
        })
    }
}
