//! The one writer: takes what waits, folds it into what is there, makes it durable with one fsync, then lets readers
//! see it and answers.

mod entities;
mod expire;
mod group;
mod queue;
mod records;
mod state;
mod sweep;
mod write;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use group::{Current, Group};
use queue::{Job, Queue};
use tokio::sync::oneshot;

use super::cache::Cache;
use super::shared::Shared;
use super::space::Space;
use super::watermark::Watermark;
use crate::model::id::RecordKey;
use crate::store::call::{Call, Step};
use crate::store::{Answer, Commit, Committed, StoreError};

/// Raw bytes of items that one group takes in, but for a single commit that is larger.
const GROUP_RAW_MAX: u64 = 1024 * 1024;
/// Bytes of folded records kept in memory because versions of them came lately.
const RECENT_BYTES: usize = 96 * 1024 * 1024;
/// How long the writer sleeps at most, so that room on the disk is noticed without a commit.
const IDLE: Duration = Duration::from_secs(1);

/// The way to the writer.
pub(super) struct Committer {
    queue: Arc<Queue>,
    shared: Arc<Shared>,
    thread: Mutex<Option<JoinHandle<()>>>,
}

/// What the writer alone knows.
struct Writer {
    shared: Arc<Shared>,
    queue: Arc<Queue>,
    watermark: Arc<Watermark>,
    space: Space,
    /// The last revision given to a state value.
    revision: u64,
    recent: Cache<RecordKey, Current>,
    /// The frame that the look for frames of forgotten records goes on with, while it is not done.
    sweep_from: Option<u64>,
}

impl Committer {
    /// # Errors
    /// The thread cannot be started.
    pub(super) fn start(
        shared: Arc<Shared>,
        watermark: Arc<Watermark>,
        space: Space,
        revision: u64,
    ) -> std::io::Result<Committer> {
        let queue = Arc::new(Queue::new(shared.options.commit_queue));
        let mut writer = Writer {
            shared: Arc::clone(&shared),
            queue: Arc::clone(&queue),
            watermark,
            space,
            revision,
            recent: Cache::new(RECENT_BYTES),
            // A stop may have come before it was done.
            sweep_from: (!shared.kept_since().is_empty()).then_some(0),
        };
        let thread = std::thread::Builder::new()
            .name("committer".to_owned())
            .spawn(move || {
                // Whatever a panic left half done is never built upon: nothing is written any more.
                if catch_unwind(AssertUnwindSafe(|| writer.work())).is_err() {
                    tracing::error!("the committer broke off");
                    writer.fail(Vec::new());
                }
            })?;
        Ok(Committer {
            queue,
            shared,
            thread: Mutex::new(Some(thread)),
        })
    }

    pub(super) fn commit<'a>(&self, call: &'a Call, commit: Commit) -> Answer<'a, Committed> {
        let (answer, result) = oneshot::channel();
        let put = self.shared.condition.can_write().and_then(|()| {
            if !commit.items.is_empty() {
                self.shared.accepts()?;
            }
            self.queue.put(Job {
                raw_bytes: queue::raw_bytes(&commit),
                commit,
                call: call.clone(),
                answer,
                expire: None,
            })
        });
        Box::pin(async move {
            put?;
            result.await.map_err(|_| StoreError::Failed)?
        })
    }

    /// Writes what waits and ends the thread.
    pub(super) fn stop(&self) {
        self.queue.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            let _ = thread.join();
        }
    }
}

impl Writer {
    fn work(&mut self) {
        loop {
            let jobs = match self.queue.take(GROUP_RAW_MAX, IDLE) {
                queue::Taken::Jobs(jobs) => jobs,
                queue::Taken::Nothing => Vec::new(),
                queue::Taken::Closed => return,
            };
            self.shared.condition.set_low_space(self.space.is_low());
            if jobs.is_empty()
                && let Err(error) = self.sweep()
            {
                self.broke(&error);
            }
            let mut jobs = jobs.into_iter().peekable();
            while let Some(job) = jobs.next() {
                if job.expire.is_some() {
                    self.expire(job);
                    continue;
                }
                let mut group = vec![job];
                group.extend(std::iter::from_fn(|| jobs.next_if(|job| job.expire.is_none())));
                self.group(group);
            }
        }
    }

    /// Makes some commits durable together and answers them.
    fn group(&mut self, jobs: Vec<Job>) {
        let began = std::time::Instant::now();
        let mut group = Group::new(self.shared.head().sequence, self.revision);
        let mut done = Vec::with_capacity(jobs.len());
        for job in jobs {
            match self.admit(&job).and_then(|()| self.fold_in(&mut group, &job)) {
                Ok(committed) => done.push((job, committed)),
                Err(error) => job.reject(error),
            }
        }
        let folded = began.elapsed();
        let (rows, first) = (group.rows.len(), group.first);
        let written = match self.write(&mut group) {
            Ok(written) => written,
            Err(error) => {
                self.shared.condition.alarm(format!("a write failed: {error}"));
                self.fail(done.into_iter().map(|(job, _)| job).collect());
                return;
            }
        };
        let frames = written.frames.len();
        self.publish(group, written.frames);
        let jobs = done.len();
        for (job, committed) in done {
            job.call.steps.record(|| {
                Step::new(format!("made durable with {jobs} commits of {rows} rows in one group"))
                    .with(serde_json::json!({
                        "firstSequence": first, "frames": frames, "overflowFiles": written.overflow_files,
                        "storedBytes": written.bytes, "foldMicros": micros(folded), "syncMicros": micros(written.sync),
                    }))
                    .took(began.elapsed())
            });
            // Whoever asked may be gone; it is durable all the same.
            let _ = job.answer.send(Ok(committed));
        }
    }

    /// Whether a commit may still begin.
    fn admit(&self, job: &Job) -> Result<(), StoreError> {
        if self.shared.condition.has_failed() {
            return Err(StoreError::Failed);
        }
        if job.call.is_late() {
            return Err(StoreError::Overloaded("the deadline passed before the append began"));
        }
        if job.commit.items.is_empty() {
            return Ok(());
        }
        self.shared.has_space()
    }

    /// A write failed that nobody waits for.
    fn broke(&mut self, error: &StoreError) {
        self.shared.condition.alarm(format!("a write failed: {error}"));
        self.fail(Vec::new());
    }

    /// Nothing is acknowledged any more, until a restart.
    fn fail(&mut self, jobs: Vec<Job>) {
        self.shared.condition.fail();
        for job in jobs.into_iter().chain(self.queue.fail()) {
            job.reject(StoreError::Failed);
        }
    }
}

fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
