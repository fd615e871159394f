//! A running server, from its start to its stop.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use actix_web::dev::ServerHandle;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::data::{self, Data};
use super::folder::write_private;
use super::socket::LocalSocket;
use super::{Application, StartError, StopError, URL_FILE, base_url, first_token};
use crate::access::{AccessError, NewToken, Token};
use crate::store::Store;
use crate::web;

/// How long closing the store may take after the last request.
const CLOSE_MAX: Duration = Duration::from_millis(1500);
/// Terminals and process managers may tell a process and its group, so twice at the same moment.
const ECHO: Duration = Duration::from_millis(500);
/// What the process exits with when it is told to stop a second time.
const STOPPED_AT_ONCE: i32 = 1;

/// A running server.
pub struct Running {
    data: Data,
    address: SocketAddr,
    url: String,
    has_public_url: bool,
    stop_timeout: Duration,
    handle: ServerHandle,
    server: JoinHandle<io::Result<()>>,
    ended: watch::Receiver<()>,
    signals: Signals,
    _local: LocalSocket,
    _url_file: UrlFile,
}

impl Application {
    /// Begins to answer requests.
    ///
    /// # Errors
    /// A listener cannot be used, or the folder not be written.
    pub fn start(mut self) -> Result<Running, StartError> {
        let signals = Signals::listen().map_err(StartError::Server)?;
        let url = base_url(&self.context.config, self.address);
        let stop_timeout = self.context.config.server.stop_timeout;
        let has_public_url = self.context.config.server.public_url.is_some();
        let url_file = UrlFile::write(self.data.folder.file(URL_FILE), &url).map_err(StartError::Server)?;
        let server = web::serve(self.context, self.network, self.local.take()).map_err(StartError::Server)?;
        let handle = server.handle();
        let (running, ended) = watch::channel(());
        let server = async move {
            let _running = running;
            server.await
        };
        tracing::info!(address = %self.address, "listening");
        Ok(Running {
            data: self.data,
            address: self.address,
            url,
            has_public_url,
            stop_timeout,
            handle,
            server: tokio::spawn(server),
            ended,
            signals,
            _local: self.local,
            _url_file: url_file,
        })
    }
}

impl Running {
    /// The address it listens on, with the port the operating system gave when 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where people reach the pages, without a slash at the end.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Whether the configuration says where people reach the pages.
    pub fn has_public_url(&self) -> bool {
        self.has_public_url
    }

    pub fn folder(&self) -> &Path {
        self.data.folder.path()
    }

    /// The file with the first token, if it still sends.
    pub fn first_token(&self) -> Option<PathBuf> {
        first_token::usable(&self.data)
    }

    /// A fresh sign-in link's whole address.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn sign_in_link(&self) -> Result<String, AccessError> {
        let secret = self.data.access.create_link().await?;
        Ok(format!("{}/sign-in?link={secret}", self.url))
    }

    /// A token, as `Access::create` makes it.
    ///
    /// # Errors
    /// As there.
    pub async fn create_token(&self, new: NewToken) -> Result<(Token, String), AccessError> {
        self.data.access.create(new).await
    }

    /// Waits until the process is told to stop (SIGTERM, SIGINT) or the server ends by itself.
    pub async fn told_to_stop(&mut self) {
        tokio::select! {
            () = self.signals.next() => {}
            // Its end drops the other side, and that is all that is ever heard.
            _ = self.ended.changed() => {}
        }
    }

    /// Stops: requests under way may finish within `server.stop_timeout`, then the store is closed. A second signal
    /// ends the process at once.
    ///
    /// # Errors
    /// The server had ended by itself, something could not be closed, or it took too long; the process should
    /// exit then and not wait for threads.
    pub async fn stop(self) -> Result<(), StopError> {
        let most = self.stop_timeout + CLOSE_MAX;
        let impatient = tokio::spawn(exit_when_told_again());
        let had_ended = self.server.is_finished();
        tracing::info!("stopping");
        let stopping = async {
            self.handle.stop(true).await;
            let ended = self.server.await.map_err(|_| StopError::Panicked)?;
            ended.map_err(StopError::Ended)?;
            let store: Arc<dyn Store> = Arc::clone(&self.data.store);
            drop(self.data);
            data::close(store).await
        };
        let stopped = tokio::time::timeout(most, stopping)
            .await
            .unwrap_or(Err(StopError::Late));
        impatient.abort();
        if stopped.is_ok() && had_ended {
            return Err(StopError::Ended(io::Error::other("without having been told to")));
        }
        stopped
    }
}

/// Ends the process when it is told to stop once more, later than the echo of the first time.
async fn exit_when_told_again() {
    tokio::time::sleep(ECHO).await;
    // Listens anew, since the old one would still tell what came meanwhile.
    match Signals::listen() {
        Ok(mut signals) => signals.next().await,
        Err(error) => return tracing::error!(%error, "a second signal will not be heard"),
    }
    tracing::warn!("told to stop a second time, exiting at once");
    std::process::exit(STOPPED_AT_ONCE);
}

/// What tells the process to stop.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    fn listen() -> io::Result<Signals> {
        Ok(Signals {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

/// Says where the server is reached; goes away with it.
struct UrlFile(PathBuf);

impl UrlFile {
    fn write(path: PathBuf, url: &str) -> io::Result<UrlFile> {
        write_private(&path, &format!("{url}\n"))?;
        Ok(UrlFile(path))
    }
}

impl Drop for UrlFile {
    fn drop(&mut self) {
        // A leftover is written over by the next start, and believed only while a server answers.
        let _ = std::fs::remove_file(&self.0);
    }
}
