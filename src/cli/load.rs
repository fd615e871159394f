//! `redtrail load`: sends made-up traffic to a running server and measures how fast it is acknowledged.

pub mod generate;
mod records;
mod report;
mod send;
mod template;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use super::client::Client;
use crate::clock::SystemClock;
use generate::{Generator, Kit};
use report::{Report, Tally};
use send::{Budget, Sender};

/// Path of the ingest door.
const INGEST: &str = "/api/v1/ingest";

/// Records of a load are random: no two loads send the same.
#[derive(Debug, Clone, clap::Args)]
pub struct LoadArgs {
    /// Address of the server.
    #[arg(long, default_value = "http://127.0.0.1:8080")]
    pub url: String,
    /// File that holds an ingest token; without it REDTRAIL_TOKEN is used.
    #[arg(long, value_name = "FILE")]
    pub token_file: Option<PathBuf>,
    /// Records in one request, 1 to 10,000.
    #[arg(long, default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    pub batch: u16,
    /// Connections, each with one request under way, 1 to 1,000.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=1_000))]
    pub connections: u16,
    /// How long to send, seconds.
    #[arg(long, default_value_t = 10, conflicts_with = "records")]
    pub seconds: u64,
    /// How many records to send instead.
    #[arg(long)]
    pub records: Option<u64>,
    /// Mean size of a record, bytes, up to 64 KiB; about 700 at least.
    #[arg(long, default_value_t = 1100, value_parser = clap::value_parser!(u32).range(1..=65_536))]
    pub record_bytes: u32,
    /// Compression of request bodies.
    #[arg(long, value_enum, default_value_t = Compress::None)]
    pub compress: Compress,
}

/// How request bodies are compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Compress {
    None,
    Gzip,
    Zstd,
}

impl Compress {
    const fn encoding(self) -> Option<&'static str> {
        match self {
            Compress::None => None,
            Compress::Gzip => Some("gzip"),
            Compress::Zstd => Some("zstd"),
        }
    }
}

/// Sends, and prints what was measured; the exit code is 1 when anything was rejected or failed.
///
/// # Errors
/// There is no token, the address is none, or no random seed can be had.
pub async fn run(args: &LoadArgs) -> anyhow::Result<ExitCode> {
    let token = token(args)?;
    let address = address(&args.url).await?;
    let kit = Kit::prepare(usize::try_from(args.record_bytes)?);
    let begun = Instant::now();
    let tally = send(args, address, format!("Bearer {token}").into(), &kit).await?;
    let report = Report {
        tally: &tally,
        took: begun.elapsed(),
        batch: usize::from(args.batch),
        connections: usize::from(args.connections),
    };
    println!("{report}");
    Ok(if tally.is_good() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

async fn send(args: &LoadArgs, address: SocketAddr, authorization: Arc<str>, kit: &Arc<Kit>) -> anyhow::Result<Tally> {
    let budget = Arc::new(match args.records {
        Some(records) => Budget {
            until: None,
            records: Some(AtomicU64::new(records)),
        },
        None => Budget {
            until: Some(Instant::now() + Duration::from_secs(args.seconds)),
            records: None,
        },
    });
    let mut senders = Vec::new();
    for _ in 0..args.connections {
        let seed = u64::from_le_bytes(crate::crypto::random()?);
        let sender = Sender {
            client: Client::tcp(address),
            authorization: Arc::clone(&authorization),
            budget: Arc::clone(&budget),
            generator: Generator::new(Arc::clone(kit), seed),
            clock: Arc::new(SystemClock),
            batch: usize::from(args.batch),
            compress: args.compress,
            tally: Tally::default(),
        };
        senders.push(tokio::spawn(sender.run()));
    }
    let mut all = Tally::default();
    for sender in senders {
        all.merge(sender.await?);
    }
    Ok(all)
}

/// Where the server of a URL listens.
async fn address(url: &str) -> anyhow::Result<SocketAddr> {
    let uri: hyper::Uri = url.parse().context("--url is no address")?;
    let has_path = !matches!(uri.path(), "" | "/");
    if uri.scheme_str() != Some("http") || has_path {
        bail!("--url must be http://HOST or http://HOST:PORT: measure the server itself, not a proxy in front");
    }
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let mut found = tokio::net::lookup_host((host, uri.port_u16().unwrap_or(80)))
        .await
        .with_context(|| format!("{host} cannot be found"))?;
    found.next().with_context(|| format!("{host} has no address"))
}

fn token(args: &LoadArgs) -> anyhow::Result<String> {
    let text = match &args.token_file {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?,
        None => std::env::var("REDTRAIL_TOKEN").context("no token: give --token-file or set REDTRAIL_TOKEN")?,
    };
    Ok(text.trim().to_owned())
}
