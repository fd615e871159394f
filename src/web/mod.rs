//! The HTTP side: API, pages, who may use them, and assets.

pub mod api;
pub mod auth;
pub mod error;
pub mod pages;
pub mod routes;

use std::sync::Arc;

use crate::access::{Access, Principal};
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::RootKey;
use crate::ingest::Ingest;
use crate::store::Store;
use crate::store::call::{Call, Steps};

/// What handlers work with; one for the process, behind `actix_web::web::Data`.
pub struct State {
    pub config: Arc<Config>,
    pub store: Arc<dyn Store>,
    pub ingest: Arc<Ingest>,
    pub access: Arc<Access>,
    pub clock: Arc<dyn Clock>,
    pub keys: RootKey,
    /// `serve --demo` on loopback: pages need no sign-in, and every page says it is demo data.
    pub demo: bool,
}

/// Through which listener a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Network,
    /// The Unix socket in the data folder, which only its owner can open: an administrator.
    Local,
}

impl State {
    /// A read call of somebody, with the configured deadline.
    pub fn read_call(&self, principal: &Principal, steps: Steps) -> Call {
        let deadline = std::time::Instant::now() + self.config.limits.read_timeout;
        Call::new(Arc::clone(&principal.scope), deadline, steps)
    }
}
