//! Every setting: its name, unit and default. A flag beats `REDTRAIL_SECTION_KEY` beats the file beats the default.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    pub server: Server,
    pub store: Store,
    pub ingest: Ingest,
    pub limits: Limits,
    pub redaction: Redaction,
    pub auth: Auth,
    pub log: Log,
}

/// `[server]`
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    pub listen: SocketAddr,
    /// Address people reach the pages at, when it is not the listen address (a proxy in front).
    pub public_url: Option<String>,
    /// Name of the workspace.
    pub workspace: String,
    /// How long requests under way may take to finish at a stop.
    pub stop_timeout: Duration,
}

/// `[store]`
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    pub data_dir: PathBuf,
    /// Bytes that must stay free where the data folder is; under it ingest answers 507.
    pub min_free: u64,
    /// Most records the head holds.
    pub head_records: u64,
    /// Most memory the head's index takes, bytes.
    pub head_memory: u64,
    /// Bytes of the ballast file that is given up when a store must be opened on a full disk.
    pub ballast: u64,
    /// Threads that answer reads.
    pub read_threads: usize,
    /// Reads that may wait for a thread; more are answered 503.
    pub read_queue: usize,
    /// Bytes of raw items that may wait for the committer; more are answered 503.
    pub commit_queue: u64,
}

/// `[ingest]`
#[derive(Debug, Clone, PartialEq)]
pub struct Ingest {
    /// Bytes of all request bodies (after decompression) that may be in memory at once; more are answered 503.
    pub in_flight: u64,
}

/// `[limits]`
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Bytes of one request after decompression.
    pub request_bytes: u64,
    /// Bytes of one record; a longer one has its longest strings cut.
    pub record_bytes: u64,
    /// Items of one request.
    pub request_records: usize,
    /// How long a read may take.
    pub read_timeout: Duration,
    /// How long an append may wait before it begins.
    pub commit_timeout: Duration,
}

/// `[redaction]`
#[derive(Debug, Clone, PartialEq)]
pub struct Redaction {
    /// Whether the default rules are used.
    pub default_rules: bool,
    /// Further JSON keys, headers and query parameters whose values are redacted (any case).
    pub keys: Vec<String>,
}

/// `[auth]`
#[derive(Debug, Clone, PartialEq)]
pub struct Auth {
    /// How long a page's session lasts.
    pub session: Duration,
    /// How long a sign-in link can be used.
    pub sign_in_link: Duration,
}

/// `[log]`
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// A filter as tracing-subscriber reads it: `info`, `redtrail=debug,warn`.
    pub level: String,
}

impl Default for Config {
    fn default() -> Config {
        const MIB: u64 = 1024 * 1024;
        Config {
            server: Server {
                listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
                public_url: None,
                workspace: "default".into(),
                stop_timeout: Duration::from_secs(5),
            },
            store: Store {
                data_dir: PathBuf::from("./redtrail-data"),
                min_free: 1024 * MIB,
                head_records: 5_000_000,
                head_memory: 2048 * MIB,
                ballast: 64 * MIB,
                read_threads: 2,
                read_queue: 256,
                commit_queue: 64 * MIB,
            },
            ingest: Ingest { in_flight: 256 * MIB },
            limits: Limits {
                request_bytes: 20 * MIB,
                record_bytes: MIB,
                request_records: 10_000,
                read_timeout: Duration::from_secs(10),
                commit_timeout: Duration::from_secs(10),
            },
            redaction: Redaction { default_rules: true, keys: Vec::new() },
            auth: Auth {
                session: Duration::from_secs(30 * 24 * 3600),
                sign_in_link: Duration::from_secs(3600),
            },
            log: Log { level: "info".into() },
        }
    }
}
