//! The real server, on a free port, with tokens of each role.

use std::net::{SocketAddr, TcpListener};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::sync::Arc;

use actix_web::dev::ServerHandle;
use redtrail::access::{Access, NewToken, Role};
use redtrail::clock::{Clock, ManualClock};
use redtrail::config::Config;
use redtrail::crypto::RootKey;
use redtrail::ingest::Ingest;
use redtrail::model::id::Id;
use redtrail::model::time::Micros;
use redtrail::store::Store;
use redtrail::store::memory::MemoryStore;
use redtrail::web::{self, Context};
use tempfile::TempDir;
use tokio::task::JoinHandle;

use super::client::{Client, Target};

/// What a test server is made of; a test changes what it is about.
pub struct Setup {
    pub config: Config,
    pub store: Arc<dyn Store>,
    pub clock: ManualClock,
    pub keys: RootKey,
    pub is_open: bool,
    /// Also listens on a Unix socket.
    pub has_socket: bool,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            config: Config::default(),
            store: Arc::new(MemoryStore::new()),
            clock: ManualClock::at(Micros::parse("2026-03-04T05:06:07Z").unwrap()),
            keys: RootKey::of([7; 32]),
            is_open: false,
            has_socket: false,
        }
    }
}

/// A server that runs until it is dropped.
pub struct TestServer {
    pub address: SocketAddr,
    pub access: Arc<Access>,
    pub clock: ManualClock,
    pub store: Arc<dyn Store>,
    handle: ServerHandle,
    running: JoinHandle<std::io::Result<()>>,
    socket: Option<(TempDir, PathBuf)>,
}

impl TestServer {
    pub async fn start() -> TestServer {
        TestServer::with(Setup::default()).await
    }

    pub async fn with(setup: Setup) -> TestServer {
        let clock: Arc<dyn Clock> = Arc::new(setup.clock.clone());
        let access = Access::open(Arc::clone(&setup.store), &setup.config, Arc::clone(&clock), None);
        let access = Arc::new(access.await.unwrap());
        let ingest = Ingest::new(Arc::clone(&setup.store), &setup.config, &setup.keys, Arc::clone(&clock));
        let network = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = network.local_addr().unwrap();
        let socket = setup.has_socket.then(|| {
            let folder = TempDir::new().unwrap();
            let path = folder.path().join("socket");
            (folder, path)
        });
        let local = socket.as_ref().map(|(_, path)| UnixListener::bind(path).unwrap());
        let context = Context {
            config: Arc::new(setup.config),
            store: Arc::clone(&setup.store),
            ingest: Arc::new(ingest),
            access: Arc::clone(&access),
            clock,
            keys: setup.keys,
            is_demo: setup.is_open,
            is_open: setup.is_open,
        };
        let server = web::serve(Arc::new(context), network, local).unwrap();
        let handle = server.handle();
        let running = tokio::spawn(server);
        TestServer {
            address,
            access,
            clock: setup.clock,
            store: setup.store,
            handle,
            running,
            socket,
        }
    }

    /// Stops it as an operator would, and gives back its store with nobody else holding it.
    pub async fn stop(mut self) -> Arc<dyn Store> {
        self.handle.stop(true).await;
        (&mut self.running).await.unwrap().unwrap();
        let store = Arc::clone(&self.store);
        // Workers let go of it on threads of their own; `access` and `self` hold one each besides this.
        drop(self);
        while Arc::strong_count(&store) > 1 {
            tokio::task::yield_now().await;
        }
        store
    }

    /// Somebody without a token.
    pub fn nobody(&self) -> Client {
        Client::new(Target::Network(self.address))
    }

    /// Whoever opens the Unix socket.
    pub fn local(&self) -> Client {
        let (_, path) = self.socket.as_ref().expect("the setup asked for no socket");
        Client::new(Target::Socket(path.clone()))
    }

    /// Somebody with a fresh token of a role.
    pub async fn client(&self, role: Role) -> Client {
        self.client_of(new_token(role)).await
    }

    /// Somebody with a fresh token that sees one customer's records only.
    pub async fn customer(&self, role: Role, customer: &str) -> Client {
        let mut new = new_token(role);
        new.customer = Some(Id::parse(customer).unwrap());
        new.id_prefix = (role != Role::Read).then(|| format!("{customer}-"));
        self.client_of(new).await
    }

    pub async fn client_of(&self, mut new: NewToken) -> Client {
        if new.name.is_empty() {
            new.name = format!("test-{}", self.access.tokens().await.unwrap().len());
        }
        let (_, secret) = self.access.create(new).await.unwrap();
        self.nobody().with_token(&secret)
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        // The future does its work when it is made; nobody waits for connections to end.
        drop(self.handle.stop(false));
    }
}

/// A token of a role that is limited to nothing; its name is made up where it is used.
pub fn new_token(role: Role) -> NewToken {
    NewToken {
        name: String::new(),
        role,
        customer: None,
        default_customer: None,
        default_integration: None,
        default_meta: None,
        id_prefix: None,
    }
}
