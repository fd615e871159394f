//! An open data folder with what needs no network: what a server is built on, and what a command without one uses.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::folder::{Absent, Folder};
use super::{StartError, StopError};
use crate::access::Access;
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config};
use crate::crypto::RootKey;
use crate::model::scope::Scope;
use crate::store::call::{Call, Steps};
use crate::store::embedded::{self, EmbeddedOptions, EmbeddedStore};
use crate::store::{Store, StoreError, Verified};

/// How long reading everything back may take.
const VERIFY_MAX: Duration = Duration::from_secs(6 * 3600);

/// An open data folder.
pub struct Data {
    pub folder: Folder,
    pub keys: RootKey,
    pub clock: Arc<dyn Clock>,
    pub store: Arc<dyn Store>,
    pub access: Arc<Access>,
}

impl Data {
    /// Opens the folder of `store.data_dir`.
    ///
    /// # Errors
    /// It cannot be made, read or written, another process has it open, another version wrote it, or the
    /// administrator's token is not as required.
    pub async fn open(config: &Config, absent: Absent, admin_token: Option<&str>) -> Result<Data, StartError> {
        let folder = Folder::open(&config.store.data_dir, absent)?;
        let path = || folder.path().to_owned();
        let is_new = embedded::is_new(folder.path());
        let keys =
            RootKey::open(folder.path(), is_new).map_err(|source| StartError::Keys { folder: path(), source })?;
        let store = EmbeddedStore::open(folder.path(), options(&config.store), &keys);
        let store: Arc<dyn Store> = Arc::new(store.map_err(|source| StartError::of_store(path(), source))?);
        let clock: Arc<dyn Clock> = Arc::new(SystemClock);
        let access = Access::open(Arc::clone(&store), config, Arc::clone(&clock), admin_token).await?;
        Ok(Data {
            folder,
            keys,
            clock,
            store,
            access: Arc::new(access),
        })
    }

    /// Reads everything back and names what is damaged.
    ///
    /// # Errors
    /// The store cannot be read at all.
    pub async fn verify(&self) -> Result<Verified, StoreError> {
        let call = Call::new(Arc::new(Scope::ALL), Instant::now() + VERIFY_MAX, Steps::off());
        self.store.verify(&call).await
    }

    /// Sequence of the last record; 0 when there is none yet.
    ///
    /// # Errors
    /// The store cannot be read.
    pub(super) async fn sequence(&self, config: &Config) -> Result<u64, StoreError> {
        let deadline = Instant::now() + config.limits.read_timeout;
        let call = Call::new(Arc::new(Scope::ALL), deadline, Steps::off());
        Ok(self.store.stats(&call).await?.sequence)
    }

    /// Ends what the store does; nothing is accepted after it.
    ///
    /// # Errors
    /// What was under way could not be finished.
    pub async fn close(self) -> Result<(), StopError> {
        close(self.store).await
    }
}

/// Closes a store. Threads are waited for, so not on a thread of the runtime.
pub(super) async fn close(store: Arc<dyn Store>) -> Result<(), StopError> {
    let runtime = tokio::runtime::Handle::current();
    let closing = tokio::task::spawn_blocking(move || {
        let closed = runtime.block_on(store.close());
        drop(store);
        closed
    });
    closing
        .await
        .map_err(|_| StopError::Panicked)?
        .map_err(StopError::Store)
}

fn options(store: &config::Store) -> EmbeddedOptions {
    EmbeddedOptions {
        min_free: store.min_free,
        head_records: store.head_records,
        head_memory: store.head_memory,
        ballast: store.ballast,
        read_threads: store.read_threads,
        read_queue: store.read_queue,
        commit_queue: store.commit_queue,
    }
}

impl StartError {
    fn of_store(folder: PathBuf, source: StoreError) -> StartError {
        match source {
            // Says itself which folder it is about.
            StoreError::Format(message) => StartError::Format(message),
            source => StartError::Store { folder, source },
        }
    }
}
