//! The engines the suite runs on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use redtrail::clock::SystemClock;
use redtrail::crypto::RootKey;
use redtrail::store::Store;
use redtrail::store::embedded::{EmbeddedOptions, EmbeddedStore};
use redtrail::store::memory::MemoryStore;

/// Makes stores that keep their data in one place: every value of it has a place of its own.
pub trait Engine {
    fn open(&self) -> Arc<dyn Store>;

    /// Closes a store and opens what it kept.
    fn restart<'a>(
        &'a self,
        store: Arc<dyn Store>,
    ) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + 'a>>;
}

/// Keeps nothing beyond the process: a restart gives the same store.
pub struct Memory;

impl Engine for Memory {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(MemoryStore::new())
    }

    fn restart<'a>(
        &'a self,
        store: Arc<dyn Store>,
    ) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + 'a>> {
        Box::pin(std::future::ready(store))
    }
}

/// A data folder of its own, gone with the value.
pub struct Embedded(tempfile::TempDir);

impl Embedded {
    pub fn new() -> Embedded {
        Embedded(tempfile::tempdir().unwrap())
    }
}

impl Engine for Embedded {
    fn open(&self) -> Arc<dyn Store> {
        let options = EmbeddedOptions {
            min_free: 0,
            head_records: 1_000_000,
            head_memory: 1 << 30,
            ballast: 4096,
            read_threads: 1,
            read_queue: 64,
            commit_queue: 64 << 20,
        };
        let clock = Arc::new(SystemClock);
        Arc::new(EmbeddedStore::open(self.0.path(), options, &RootKey::of([7; 32]), clock).unwrap())
    }

    fn restart<'a>(
        &'a self,
        store: Arc<dyn Store>,
    ) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + 'a>> {
        Box::pin(async move {
            store.close().await.unwrap();
            drop(store);
            self.open()
        })
    }
}
