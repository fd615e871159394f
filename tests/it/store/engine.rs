//! The engines the suite runs on.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;
use std::sync::Arc;

use redtrail::crypto::RootKey;
use redtrail::store::Store;
use redtrail::store::embedded::{EmbeddedOptions, EmbeddedStore};
use redtrail::store::memory::MemoryStore;
use tempfile::TempDir;

/// Makes stores that keep their data in one place: every value of it has a place of its own.
pub trait Engine {
    fn open(&self) -> Arc<dyn Store>;

    /// Closes a store and opens what it kept.
    fn restart<'a>(&'a self, store: Arc<dyn Store>) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + 'a>>;
}

/// Keeps nothing beyond the process: a restart gives the same store.
pub struct Memory;

impl Engine for Memory {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(MemoryStore::new())
    }

    fn restart<'a>(&'a self, store: Arc<dyn Store>) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + 'a>> {
        Box::pin(std::future::ready(store))
    }
}

/// A data folder that goes away with the test.
pub struct Embedded(TempDir);

impl Embedded {
    pub fn new() -> Embedded {
        Embedded(TempDir::new().unwrap())
    }
}

/// Limits that no test reaches unless it means to, and no ballast.
pub fn options() -> EmbeddedOptions {
    EmbeddedOptions {
        min_free: 0,
        head_records: u64::MAX,
        head_memory: u64::MAX,
        ballast: 0,
        read_threads: 1,
        read_queue: 1000,
        commit_queue: 64 * 1024 * 1024,
    }
}

pub fn keys() -> RootKey {
    RootKey::of([7; 32])
}

pub fn open(folder: &Path) -> EmbeddedStore {
    EmbeddedStore::open(folder, options(), &keys()).unwrap()
}

impl Engine for Embedded {
    fn open(&self) -> Arc<dyn Store> {
        Arc::new(open(self.0.path()))
    }

    fn restart<'a>(&'a self, store: Arc<dyn Store>) -> Pin<Box<dyn Future<Output = Arc<dyn Store>> + 'a>> {
        Box::pin(async move {
            store.close().await.unwrap();
            assert_eq!(Arc::strong_count(&store), 1, "a test keeps a store it restarts");
            drop(store);
            self.open()
        })
    }
}
