//! The threads that answer reads: nothing is read or decoded on an async worker.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;

use tokio::sync::oneshot;

use crate::store::call::Call;
use crate::store::{Answer, StoreError};

type Work = Box<dyn FnOnce() + Send>;

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Work>,
    closed: bool,
}

struct Inner {
    queue: Mutex<Queue>,
    ready: Condvar,
    most_waiting: usize,
}

pub(super) struct Pool {
    inner: Arc<Inner>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Pool {
    /// # Errors
    /// A thread cannot be started.
    pub(super) fn start(name: &str, threads: usize, most_waiting: usize) -> std::io::Result<Pool> {
        let inner = Arc::new(Inner {
            queue: Mutex::default(),
            ready: Condvar::new(),
            most_waiting,
        });
        let pool = Pool {
            inner: Arc::clone(&inner),
            threads: Mutex::default(),
        };
        for number in 0..threads.max(1) {
            let inner = Arc::clone(&inner);
            let thread = std::thread::Builder::new().name(format!("{name}-{number}"));
            let thread = thread.spawn(move || inner.work())?;
            lock(&pool.threads).push(thread);
        }
        Ok(pool)
    }

    /// Does some work on a thread of the pool and answers what it found.
    pub(super) fn run<'a, T: Send + 'static>(
        &self,
        call: &'a Call,
        work: impl FnOnce(&Call) -> Result<T, StoreError> + Send + 'static,
    ) -> Answer<'a, T> {
        let (answer, result) = oneshot::channel();
        let theirs = call.clone();
        let work: Work = Box::new(move || {
            let done = if theirs.is_late() {
                Err(StoreError::Overloaded("the deadline passed before the read began"))
            } else {
                work(&theirs)
            };
            // Whoever asked may be gone.
            let _ = answer.send(done);
        });
        let put = self.inner.put(work);
        Box::pin(async move {
            put?;
            let broken = || StoreError::Io(std::io::Error::other("a read broke off"));
            result.await.map_err(|_| broken())?
        })
    }

    /// Finishes what waits and ends the threads.
    pub(super) fn stop(&self) {
        lock(&self.inner.queue).closed = true;
        self.inner.ready.notify_all();
        for thread in std::mem::take(&mut *lock(&self.threads)) {
            let _ = thread.join();
        }
    }
}

impl Inner {
    fn put(&self, work: Work) -> Result<(), StoreError> {
        let mut queue = lock(&self.queue);
        if queue.closed {
            return Err(StoreError::Stopping);
        }
        if queue.waiting.len() >= self.most_waiting.max(1) {
            return Err(StoreError::Overloaded("too many reads wait"));
        }
        queue.waiting.push_back(work);
        drop(queue);
        self.ready.notify_one();
        Ok(())
    }

    fn work(&self) {
        loop {
            let mut queue = lock(&self.queue);
            let work = loop {
                if let Some(work) = queue.waiting.pop_front() {
                    break work;
                }
                if queue.closed {
                    return;
                }
                queue = self.ready.wait(queue).unwrap_or_else(PoisonError::into_inner);
            };
            drop(queue);
            if catch_unwind(AssertUnwindSafe(work)).is_err() {
                tracing::error!("a read of the store broke off");
            }
        }
    }
}

/// What a panicking thread left behind is still whole: every change of it is one push or pop.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
