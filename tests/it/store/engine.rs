//! The engines the suite runs on.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use redtrail::store::Store;
use redtrail::store::memory::MemoryStore;

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
