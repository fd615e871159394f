//! Batches into the store: through the server that runs, or with the folder opened.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use hyper::header::RETRY_AFTER;
use hyper::{Method, StatusCode};
use serde::Deserialize;

use super::batch::Batch;
use crate::access::Principal;
use crate::cli::reach::Reach;
use crate::config::Config;
use crate::ingest::{Ingest, TakeError, Taken};
use crate::model::problem::Problem;
use crate::model::scope::Scope;
use crate::store::StoreError;
use crate::store::call::{Call, Steps};

const NDJSON: &str = "application/x-ndjson";

/// How often a batch is sent again to a server or store that is busy.
const AGAIN_MAX: u32 = 100;
/// Wait before a batch is sent again, at most what a server asks for.
const WAIT_MAX: Duration = Duration::from_secs(5);
const WAIT: Duration = Duration::from_millis(200);

/// A line that was refused, and why.
pub(super) struct Refused {
    pub line: u64,
    pub problem: String,
}

/// What became of a batch.
#[derive(Default)]
pub(super) struct Loaded {
    pub accepted: u64,
    pub duplicates: u64,
    pub refused: Vec<Refused>,
}

/// A way into the store.
pub(super) struct Loader {
    reach: Reach,
    /// Without a server.
    ingest: Option<Ingest>,
    timeout: Duration,
}

#[derive(Deserialize)]
struct Answer {
    accepted: u64,
    duplicates: u64,
    rejected: Vec<Rejected>,
}

#[derive(Deserialize)]
struct Rejected {
    line: u64,
    error: Error,
}

#[derive(Deserialize)]
struct Error {
    message: String,
    #[serde(default)]
    data: Where,
}

#[derive(Deserialize, Default)]
struct Where {
    path: Option<String>,
    expected: Option<String>,
}

impl Loader {
    pub fn new(reach: Reach, config: &Config) -> Loader {
        let ingest = match &reach {
            Reach::Server { .. } => None,
            Reach::Folder { data, .. } => {
                let (store, clock) = (Arc::clone(&data.store), Arc::clone(&data.clock));
                Some(Ingest::new(store, config, &data.keys, clock))
            }
        };
        Loader {
            reach,
            ingest,
            timeout: config.limits.commit_timeout,
        }
    }

    /// Loads a batch; it is durable then.
    ///
    /// # Errors
    /// It is not known to be loaded. Loading it again is harmless.
    pub async fn load(&mut self, batch: Batch) -> anyhow::Result<Loaded> {
        for _ in 0..AGAIN_MAX {
            let tried = match &self.ingest {
                Some(ingest) => put(ingest, self.timeout, &batch).await?,
                None => send(&mut self.reach, &batch).await?,
            };
            match tried {
                Ok(loaded) => return Ok(loaded),
                Err(wait) => tokio::time::sleep(wait).await,
            }
        }
        bail!("it was too busy {AGAIN_MAX} times")
    }

    pub async fn close(self) -> anyhow::Result<()> {
        // It holds the store, which cannot be closed before.
        drop(self.ingest);
        self.reach.close().await
    }
}

/// What became of a batch, or how long to wait before it is tried again.
type Tried = Result<Loaded, Duration>;

async fn put(ingest: &Ingest, timeout: Duration, batch: &Batch) -> anyhow::Result<Tried> {
    let call = Call::new(Arc::new(Scope::ALL), Instant::now() + timeout, Steps::off());
    let source = Principal::local().name;
    match ingest.import(&call, &source, Some(NDJSON), batch.body.clone()).await {
        Ok(taken) => Ok(Ok(loaded(batch, &taken))),
        Err(TakeError::Store(StoreError::Overloaded(_))) => Ok(Err(WAIT)),
        Err(error) => Err(error.into()),
    }
}

fn loaded(batch: &Batch, taken: &Taken) -> Loaded {
    let refused = taken.rejected.iter().map(|rejected| {
        let Problem {
            message,
            path,
            expected,
            ..
        } = &rejected.problem;
        let line = rejected.line.unwrap_or(rejected.index + 1) as u64;
        Refused {
            line: batch.first + line - 1,
            problem: told(message, path.as_deref(), expected.as_deref()),
        }
    });
    Loaded {
        accepted: taken.accepted as u64,
        duplicates: taken.duplicates as u64,
        refused: refused.collect(),
    }
}

async fn send(reach: &mut Reach, batch: &Batch) -> anyhow::Result<Tried> {
    let Reach::Server { client, .. } = reach else {
        bail!("no server runs");
    };
    let headers = [("content-type", NDJSON)];
    let answer = client
        .send(Method::POST, "/api/v1/import", &headers, batch.body.clone())
        .await?;
    if !matches!(answer.status, StatusCode::ACCEPTED | StatusCode::UNPROCESSABLE_ENTITY) {
        let wait = answer.headers.get(RETRY_AFTER);
        let wait = wait.and_then(|value| value.to_str().ok()?.parse().ok());
        // Room on the disk comes back only when somebody makes it.
        if let Some(seconds) = wait.filter(|_| answer.status != StatusCode::INSUFFICIENT_STORAGE) {
            return Ok(Err(Duration::from_secs(seconds).min(WAIT_MAX)));
        }
        let error = serde_json::from_slice::<Error>(&answer.body);
        bail!(
            "{}",
            error.map_or_else(
                |_| format!("the server answered {}", answer.status),
                |error| error.message
            )
        );
    }
    let answer: Answer = serde_json::from_slice(&answer.body)
        .context("the server's answer is not what this version of redtrail expects")?;
    let refused = answer.rejected.into_iter().map(|Rejected { line, error }| Refused {
        line: batch.first + line - 1,
        problem: told(
            &error.message,
            error.data.path.as_deref(),
            error.data.expected.as_deref(),
        ),
    });
    Ok(Ok(Loaded {
        accepted: answer.accepted,
        duplicates: answer.duplicates,
        refused: refused.collect(),
    }))
}

/// A problem in a sentence or two.
fn told(message: &str, path: Option<&str>, expected: Option<&str>) -> String {
    let mut text = String::new();
    if let Some(path) = path.filter(|path| !path.is_empty()) {
        text.push_str(&format!("{path}: "));
    }
    text.push_str(message);
    if let Some(expected) = expected {
        text.push_str(&format!(" Expected: {expected}."));
    }
    text
}
