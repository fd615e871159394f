//! What waits for the writer, bounded by its raw bytes.

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::oneshot;

use crate::model::kind::Kind;
use crate::model::time::Micros;
use crate::store::call::Call;
use crate::store::expiry::Expired;
use crate::store::{Commit, Committed, Item, StoreError};

/// Bytes a commit is taken to need beside its items.
const COMMIT_BYTES: u64 = 256;

/// A commit on its way.
pub(super) struct Job {
    pub commit: Commit,
    pub call: Call,
    pub answer: oneshot::Sender<Result<Committed, StoreError>>,
    pub raw_bytes: u64,
    /// Set of a job that forgets records; its commit is empty.
    pub expire: Option<Expire>,
}

/// What is to be forgotten, and who waits for it.
pub(super) struct Expire {
    pub kind: Kind,
    pub before: Micros,
    pub answer: oneshot::Sender<Result<Expired, StoreError>>,
}

impl Job {
    pub(super) fn reject(self, error: StoreError) {
        // Whoever asked may be gone.
        match self.expire {
            Some(expire) => drop(expire.answer.send(Err(error))),
            None => drop(self.answer.send(Err(error))),
        }
    }
}

/// What the writer is woken with.
pub(super) enum Taken {
    Jobs(Vec<Job>),
    /// It waited in vain.
    Nothing,
    /// Nothing waits and nothing will come.
    Closed,
}

#[derive(Default)]
struct Waiting {
    jobs: VecDeque<Job>,
    raw_bytes: u64,
    closed: Option<Closed>,
}

#[derive(Clone, Copy)]
enum Closed {
    Stopping,
    Failed,
}

pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
    most_raw_bytes: u64,
}

impl Queue {
    pub(super) fn new(most_raw_bytes: u64) -> Queue {
        Queue {
            waiting: Mutex::default(),
            changed: Condvar::new(),
            most_raw_bytes,
        }
    }

    /// # Errors
    /// Too much waits, or nothing is taken any more. A commit larger than the whole queue gets in when nothing
    /// else waits.
    pub(super) fn put(&self, job: Job) -> Result<(), StoreError> {
        let mut waiting = self.lock();
        match waiting.closed {
            Some(Closed::Stopping) => return Err(StoreError::Stopping),
            Some(Closed::Failed) => return Err(StoreError::Failed),
            None => {}
        }
        let raw_bytes = waiting.raw_bytes.saturating_add(job.raw_bytes);
        if raw_bytes > self.most_raw_bytes && !waiting.jobs.is_empty() {
            return Err(StoreError::Overloaded("too much waits to be written"));
        }
        waiting.raw_bytes = raw_bytes;
        waiting.jobs.push_back(job);
        drop(waiting);
        self.changed.notify_one();
        Ok(())
    }

    /// Waits for commits and takes those that wait, oldest first, until they have so many raw bytes.
    pub(super) fn take(&self, most_raw_bytes: u64, patience: Duration) -> Taken {
        let mut waiting = self.lock();
        if waiting.jobs.is_empty() && waiting.closed.is_none() {
            let woken = self.changed.wait_timeout(waiting, patience);
            waiting = woken.unwrap_or_else(PoisonError::into_inner).0;
        }
        if waiting.jobs.is_empty() {
            return if waiting.closed.is_some() {
                Taken::Closed
            } else {
                Taken::Nothing
            };
        }
        let mut taken = Vec::new();
        let mut raw_bytes = 0_u64;
        while let Some(job) = waiting.jobs.pop_front() {
            raw_bytes = raw_bytes.saturating_add(job.raw_bytes);
            waiting.raw_bytes = waiting.raw_bytes.saturating_sub(job.raw_bytes);
            taken.push(job);
            let next = waiting.jobs.front().map_or(0, |job| job.raw_bytes);
            if raw_bytes.saturating_add(next) > most_raw_bytes {
                break;
            }
        }
        Taken::Jobs(taken)
    }

    /// Takes nothing more; what waits is still written.
    pub(super) fn close(&self) {
        self.lock().closed.get_or_insert(Closed::Stopping);
        self.changed.notify_all();
    }

    /// Takes nothing more and gives back what waits.
    pub(super) fn fail(&self) -> Vec<Job> {
        let mut waiting = self.lock();
        waiting.closed = Some(Closed::Failed);
        waiting.raw_bytes = 0;
        waiting.jobs.drain(..).collect()
    }

    /// What a panicking thread left behind is still whole: every change under the lock is one call.
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// How much memory the contents of a commit take, roughly.
pub(super) fn raw_bytes(commit: &Commit) -> u64 {
    let fields = |fields: &[crate::model::version::Field]| -> usize {
        fields
            .iter()
            .map(|field| field.raw.len().saturating_add(field.name.len()))
            .sum()
    };
    let items = commit.items.iter().map(|item| match item {
        Item::Log(submission) => fields(&submission.version.fields),
        Item::Entity { version, .. } => fields(&version.fields),
    });
    (items.sum::<usize>() as u64).saturating_add(COMMIT_BYTES)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use super::*;
    use crate::model::scope::Scope;
    use crate::store::call::Steps;

    fn job(raw_bytes: u64) -> Job {
        let (answer, _) = oneshot::channel();
        let call = Call::new(Arc::new(Scope::ALL), Instant::now(), Steps::off());
        let commit = Commit::default();
        Job {
            commit,
            call,
            answer,
            raw_bytes,
            expire: None,
        }
    }

    fn sizes(taken: Taken) -> Vec<u64> {
        match taken {
            Taken::Jobs(jobs) => jobs.iter().map(|job| job.raw_bytes).collect(),
            Taken::Nothing | Taken::Closed => Vec::new(),
        }
    }

    #[test]
    fn more_than_the_queue_holds_is_refused_but_a_single_large_commit_gets_in() {
        let queue = Queue::new(100);
        assert!(queue.put(job(500)).is_ok());
        assert!(matches!(queue.put(job(1)), Err(StoreError::Overloaded(_))));
        assert_eq!(sizes(queue.take(50, Duration::ZERO)), [500]);
        assert!(queue.put(job(60)).is_ok() && queue.put(job(40)).is_ok());
        assert!(matches!(queue.put(job(1)), Err(StoreError::Overloaded(_))));
    }

    #[test]
    fn a_group_takes_what_fits_and_at_least_one() {
        let queue = Queue::new(1000);
        for size in [30, 30, 30, 200, 1] {
            assert!(queue.put(job(size)).is_ok());
        }
        assert_eq!(sizes(queue.take(70, Duration::ZERO)), [30, 30]);
        assert_eq!(sizes(queue.take(70, Duration::ZERO)), [30]);
        assert_eq!(sizes(queue.take(70, Duration::ZERO)), [200]);
        assert_eq!(sizes(queue.take(70, Duration::ZERO)), [1]);
        assert!(matches!(queue.take(70, Duration::ZERO), Taken::Nothing));
    }

    #[test]
    fn a_closed_queue_gives_out_what_waits_and_a_failed_one_gives_it_back() {
        let queue = Queue::new(1000);
        assert!(queue.put(job(1)).is_ok());
        queue.close();
        assert!(matches!(queue.put(job(1)), Err(StoreError::Stopping)));
        assert_eq!(sizes(queue.take(70, Duration::ZERO)), [1]);
        assert!(matches!(queue.take(70, Duration::ZERO), Taken::Closed));
        let queue = Queue::new(1000);
        assert!(queue.put(job(1)).is_ok());
        assert_eq!(queue.fail().len(), 1);
        assert!(matches!(queue.put(job(1)), Err(StoreError::Failed)));
    }
}
