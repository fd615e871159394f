//! The composition root: builds all, runs all, stops all.

mod data;
mod first_token;
mod folder;
mod running;
mod socket;

use std::io;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::path::PathBuf;
use std::sync::Arc;

pub use data::Data;
pub use first_token::FIRST_TOKEN;
pub use folder::{Absent, Folder, FolderError};
pub use running::Running;
pub use socket::{SOCKET, SocketPath};

use crate::access::AccessError;
use crate::config::Config;
use crate::ingest::Ingest;
use crate::store::StoreError;
use crate::web::Context;
use socket::LocalSocket;

/// File in the data folder that says where its server is reached, as long as it runs.
pub const URL_FILE: &str = "url";

/// Why a server, or a command that opens the folder itself, could not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error("cannot listen on {address}: {source}. {}", listen_hint(source))]
    Listen { address: SocketAddr, source: io::Error },
    #[error(transparent)]
    Folder(#[from] FolderError),
    #[error("the key of {} cannot be used: {source}", folder.display())]
    Keys { folder: PathBuf, source: io::Error },
    /// Says which folder, and what to do.
    #[error("{0}")]
    Format(String),
    #[error("{} cannot be opened: {source}", folder.display())]
    Store { folder: PathBuf, source: StoreError },
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error("{} cannot be written: {source}", path.display())]
    FirstToken { path: PathBuf, source: io::Error },
    #[error("the socket {} cannot be made: {source}", path.display())]
    Socket { path: PathBuf, source: io::Error },
    #[error("the server cannot start: {0}")]
    Server(io::Error),
}

fn listen_hint(error: &io::Error) -> &'static str {
    match error.kind() {
        io::ErrorKind::AddrInUse => "Another program listens there: stop it, or choose another address with --listen",
        io::ErrorKind::PermissionDenied => "Ports below 1024 need a privilege: choose a higher one with --listen",
        _ => "Choose an address of this machine with --listen",
    }
}

/// Why a server did not stop as it should.
#[derive(Debug, thiserror::Error)]
pub enum StopError {
    #[error("the server ended by itself: {0}")]
    Ended(io::Error),
    #[error("the store could not be closed: {0}")]
    Store(StoreError),
    #[error("a part of the server panicked")]
    Panicked,
    #[error("the server did not stop in time; what was acknowledged is on disk")]
    Late,
}

/// Whose data a server shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The operator's.
    Own,
    /// Made-up data in a folder that is made anew. On a loopback address pages need no sign-in.
    Demo,
}

/// Everything built, nothing running yet.
pub struct Application {
    context: Arc<Context>,
    data: Data,
    network: TcpListener,
    address: SocketAddr,
    local: LocalSocket,
}

impl Application {
    /// Binds the address, opens the folder and puts the parts together.
    ///
    /// # Errors
    /// The first part that cannot be had; what was built before it is let go.
    pub async fn build(config: Config, purpose: Purpose, admin_token: Option<&str>) -> Result<Application, StartError> {
        let listen = config.server.listen;
        let failed = |source| StartError::Listen {
            address: listen,
            source,
        };
        let network = TcpListener::bind(listen).map_err(failed)?;
        let address = network.local_addr().map_err(failed)?;
        if purpose == Purpose::Demo {
            Folder::renew_demo(&config.store.data_dir)?;
        }
        let data = Data::open(&config, Absent::Make, admin_token).await?;
        first_token::ensure(&data, &config).await?;
        let local = LocalSocket::bind(data.folder.path()).map_err(|source| StartError::Socket {
            path: data.folder.file(SOCKET),
            source,
        })?;
        let ingest = Ingest::new(Arc::clone(&data.store), &config, &data.keys, Arc::clone(&data.clock));
        let context = Context {
            config: Arc::new(config),
            store: Arc::clone(&data.store),
            ingest: Arc::new(ingest),
            access: Arc::clone(&data.access),
            clock: Arc::clone(&data.clock),
            keys: data.keys.clone(),
            is_demo: purpose == Purpose::Demo,
            is_open: purpose == Purpose::Demo && address.ip().is_loopback(),
        };
        Ok(Application {
            context: Arc::new(context),
            data,
            network,
            address,
            local,
        })
    }
}

/// Where people reach the pages of a server that listens on this address.
pub fn base_url(config: &Config, address: SocketAddr) -> String {
    if let Some(url) = &config.server.public_url {
        return url.clone();
    }
    let port = address.port();
    match address.ip() {
        ip if ip.is_unspecified() => format!("http://localhost:{port}"),
        IpAddr::V4(ip) => format!("http://{ip}:{port}"),
        IpAddr::V6(ip) => format!("http://[{ip}]:{port}"),
    }
}
