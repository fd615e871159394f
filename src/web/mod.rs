//! The HTTP side: API, pages, who may use them, and assets.

pub mod api;
pub mod assets;
pub mod auth;
pub mod cursor;
pub mod door;
pub mod error;
pub mod pages;
mod question;
pub mod routes;
mod search;
pub mod uri;

use std::sync::Arc;
use std::time::Duration;

use actix_web::middleware::{Compress, from_fn};
use actix_web::web::Data;
use actix_web::{App, HttpServer};

use crate::access::{Access, Principal};
use crate::clock::Clock;
use crate::config::Config;
use crate::crypto::RootKey;
use crate::ingest::Ingest;
use crate::store::Store;
use crate::store::call::{Call, Steps};
use auth::origin::PublicUrl;
pub use door::Door;

/// What handlers work with; one for the process, as `actix_web::web::Data<Context>`.
pub struct Context {
    pub config: Arc<Config>,
    pub store: Arc<dyn Store>,
    pub ingest: Arc<Ingest>,
    pub access: Arc<Access>,
    pub clock: Arc<dyn Clock>,
    /// Key that cursors are sealed with.
    pub keys: RootKey,
    /// `serve --demo`: every page says it is demo data.
    pub is_demo: bool,
    /// Pages need no sign-in: `--demo` on a loopback address.
    pub is_open: bool,
}

impl Context {
    /// A read on behalf of somebody, with the configured deadline.
    pub fn read_call(&self, principal: &Principal, steps: Steps) -> Call {
        let deadline = std::time::Instant::now() + self.config.limits.read_timeout;
        Call::new(Arc::clone(&principal.scope), deadline, steps)
    }

    /// A write on behalf of somebody, with the configured deadline.
    pub fn write_call(&self, principal: &Principal, steps: Steps) -> Call {
        let deadline = std::time::Instant::now() + self.config.limits.commit_timeout;
        Call::new(Arc::clone(&principal.scope), deadline, steps)
    }
}

/// How long a client may take to send the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long a connection without a request is kept.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long a client may take to take note that a connection ends.
const DISCONNECT_TIMEOUT: Duration = Duration::from_secs(2);
/// Connections one worker holds; further ones wait to be taken.
const CONNECTIONS_MAX_PER_WORKER: usize = 8192;
/// Threads of one worker for work that takes long; further work waits.
const BLOCKING_THREADS_PER_WORKER: usize = 8;
/// Threads that answer requests: one a core within these.
const WORKERS: std::ops::RangeInclusive<usize> = 2..=16;

/// Starts the HTTP server on listeners that are bound already. The answer is a future that ends when the server
/// has stopped; its handle stops it, letting requests under way finish within `server.stop_timeout`. Signals are
/// the caller's matter.
///
/// # Errors
/// A listener cannot be used.
pub fn serve(
    context: Arc<Context>,
    network: std::net::TcpListener,
    local: Option<std::os::unix::net::UnixListener>,
) -> std::io::Result<actix_web::dev::Server> {
    let stop_timeout = context.config.server.stop_timeout.as_secs();
    let public = Data::new(PublicUrl::of(context.config.server.public_url.as_deref()));
    let table = routes::Table::new(&context.config);
    let context = Data::from(context);
    let app = move || {
        App::new()
            .app_data(Data::clone(&context))
            .app_data(Data::clone(&public))
            // The last one is the first to see a request.
            .wrap(from_fn(door::shape))
            .wrap(Compress::default())
            .wrap(from_fn(door::pass))
            .configure(|app| table.configure(app))
            .default_service(actix_web::web::to(door::nowhere))
    };
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let mut server = HttpServer::new(app)
        .on_connect(Door::note)
        .workers(cores.clamp(*WORKERS.start(), *WORKERS.end()))
        .worker_max_blocking_threads(BLOCKING_THREADS_PER_WORKER)
        .max_connections(CONNECTIONS_MAX_PER_WORKER)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .client_disconnect_timeout(DISCONNECT_TIMEOUT)
        .shutdown_timeout(stop_timeout)
        .disable_signals()
        .listen(network)?;
    if let Some(local) = local {
        server = server.listen_uds(local)?;
    }
    Ok(server.run())
}
