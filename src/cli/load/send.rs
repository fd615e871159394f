//! One connection of the load: makes a body, sends it, waits for the answer, and so on.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use hyper::body::Bytes;
use hyper::header::RETRY_AFTER;
use hyper::{Method, StatusCode};
use serde::Deserialize;

use super::generate::Generator;
use super::report::Tally;
use super::{Compress, INGEST};
use crate::cli::client::{Answer, Client};
use crate::clock::Clock;

/// Times a request is sent again after an answer that asks for it; then it counts as failed.
const AGAIN_MAX: u32 = 100;
/// Characters that are shown of an error's text.
const ERROR_MAX_CHARS: usize = 300;
/// Longest wait that a `Retry-After` is followed for.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// Compression levels: what senders use when they are in a hurry.
const ZSTD_LEVEL: i32 = 1;

/// How long a load goes on: until a time, or until so many records are made.
pub(super) struct Budget {
    pub until: Option<Instant>,
    /// Records that no connection has taken yet.
    pub records: Option<AtomicU64>,
}

impl Budget {
    /// How many records the next request may have; `None` at the end.
    fn take(&self, batch: usize) -> Option<usize> {
        if self.until.is_some_and(|until| Instant::now() >= until) {
            return None;
        }
        let Some(left) = &self.records else { return Some(batch) };
        let batch = batch as u64;
        let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
            (left > 0).then(|| left.saturating_sub(batch))
        });
        before.ok().and_then(|left| usize::try_from(left.min(batch)).ok())
    }
}

/// What ingest answers.
#[derive(Deserialize)]
struct Taken {
    accepted: u64,
    duplicates: u64,
    #[serde(default)]
    rejected: Vec<serde_json::Value>,
}

/// One connection.
pub(super) struct Sender {
    pub client: Client,
    /// The `authorization` header.
    pub authorization: Arc<str>,
    pub budget: Arc<Budget>,
    pub generator: Generator,
    pub clock: Arc<dyn Clock>,
    pub batch: usize,
    pub compress: Compress,
    pub tally: Tally,
}

impl Sender {
    /// Sends until the budget is used up, or until the server cannot be reached.
    pub async fn run(mut self) -> Tally {
        let mut size = 0;
        while let Some(count) = self.budget.take(self.batch) {
            let mut body = Vec::with_capacity(size);
            self.generator.fill(&mut body, count, self.clock.now());
            size = body.len() + body.len() / 8;
            let body = match self.compressed(body) {
                Ok(body) => Bytes::from(body),
                Err(error) => {
                    self.fail(format!("the body was not compressed: {error}"));
                    break;
                }
            };
            if let Err(error) = self.request(body).await {
                self.fail(error);
                break;
            }
        }
        self.tally
    }

    fn fail(&mut self, what: String) {
        *self.tally.failed.entry(what).or_default() += 1;
    }

    fn compressed(&self, body: Vec<u8>) -> std::io::Result<Vec<u8>> {
        match self.compress {
            Compress::None => Ok(body),
            Compress::Zstd => zstd::bulk::compress(&body, ZSTD_LEVEL),
            Compress::Gzip => {
                let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
                out.write_all(&body)?;
                out.finish()
            }
        }
    }

    /// Sends one body until it is answered for good.
    ///
    /// # Errors
    /// The server cannot be reached, or never took it.
    async fn request(&mut self, body: Bytes) -> Result<(), String> {
        for _ in 0..AGAIN_MAX {
            let answer = self.attempt(body.clone()).await?;
            let wait = answer
                .headers
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok()?.parse().ok());
            match (answer.status, wait) {
                (StatusCode::ACCEPTED | StatusCode::UNPROCESSABLE_ENTITY, _) => {
                    self.count(&answer.body);
                    return Ok(());
                }
                (status, Some(seconds)) => {
                    *self.tally.again.entry(status.as_u16()).or_default() += 1;
                    tokio::time::sleep(Duration::from_secs(seconds).min(WAIT_MAX)).await;
                }
                (status, None) => {
                    let begin: String = String::from_utf8_lossy(&answer.body)
                        .chars()
                        .take(ERROR_MAX_CHARS)
                        .collect();
                    self.fail(format!("{status}: {begin}"));
                    return Ok(());
                }
            }
        }
        Err(format!("asked to come again {AGAIN_MAX} times"))
    }

    async fn attempt(&mut self, body: Bytes) -> Result<Answer, String> {
        let mut headers = vec![
            ("authorization", &*self.authorization),
            ("content-type", "application/x-ndjson"),
        ];
        headers.extend(self.compress.encoding().map(|encoding| ("content-encoding", encoding)));
        let length = body.len() as u64;
        let begun = Instant::now();
        let answer = self.client.send(Method::POST, INGEST, &headers, body).await;
        let answer = answer.map_err(|error| error.to_string())?;
        self.tally.latencies.add(begun.elapsed());
        self.tally.requests += 1;
        self.tally.bytes += length;
        Ok(answer)
    }

    fn count(&mut self, text: &[u8]) {
        let Ok(answer) = serde_json::from_slice::<Taken>(text) else {
            return self.fail("an answer that is not what ingest answers".to_owned());
        };
        self.tally.accepted += answer.accepted;
        self.tally.duplicates += answer.duplicates;
        self.tally.rejected += answer.rejected.len() as u64;
        if let Some(first) = answer.rejected.first() {
            self.tally.first_rejected.get_or_insert_with(|| first.to_string());
        }
    }
}
