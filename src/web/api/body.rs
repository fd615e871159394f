//! Reading request bodies: in memory, with a limit for each and one for all of them together.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use actix_web::http::header::CONTENT_LENGTH;
use actix_web::web::Payload;
use futures_util::StreamExt;
use serde::de::DeserializeOwned;

use super::ask::Ask;
use super::render::object::Object;
use crate::model::json::{members, string};
use crate::model::problem::{Problem, ProblemKey};

/// How long a client may pause while it sends a body.
pub const PAUSE_MAX: Duration = Duration::from_secs(30);

/// Longest body of a request that is no sending of records, bytes.
pub const SMALL_MAX_BYTES: u64 = 64 * 1024;

/// Bytes that bodies may take in memory at once: `ingest.in_flight`.
#[derive(Debug)]
pub struct Budget {
    limit: u64,
    used: AtomicU64,
}

/// Some of a budget; given back when dropped.
#[derive(Debug)]
pub struct Held {
    budget: Arc<Budget>,
    bytes: u64,
}

impl Budget {
    pub fn new(limit: u64) -> Arc<Budget> {
        let used = AtomicU64::new(0);
        Arc::new(Budget { limit, used })
    }

    /// None of it yet.
    pub fn hold(self: &Arc<Budget>) -> Held {
        Held {
            budget: Arc::clone(self),
            bytes: 0,
        }
    }
}

impl Held {
    /// Takes more.
    ///
    /// # Errors
    /// `overloaded`: so much is not free now.
    pub fn grow(&mut self, bytes: u64) -> Result<(), Problem> {
        let more = |used: u64| used.checked_add(bytes).filter(|sum| *sum <= self.budget.limit);
        let taken = self.budget.used.fetch_update(Ordering::AcqRel, Ordering::Acquire, more);
        taken.map_err(|_| {
            let message = "The server holds as many requests as it may: send this again in a moment.";
            Problem::new(ProblemKey::Overloaded, message)
        })?;
        self.bytes += bytes;
        Ok(())
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::AcqRel);
    }
}

/// Reads a body as it came.
///
/// # Errors
/// It is longer than the limit, breaks off or stalls, or there is no room for it.
pub async fn read(ask: &mut Ask, limit: u64, held: &mut Held) -> Result<Vec<u8>, Problem> {
    let told = ask.request.headers().get(CONTENT_LENGTH);
    let told = told.and_then(|length| length.to_str().ok()?.parse::<u64>().ok());
    if told.is_some_and(|told| told > limit) {
        return Err(too_large(limit));
    }
    let mut body = Vec::new();
    while let Some(chunk) = next(&mut ask.body).await? {
        let length = chunk.len() as u64;
        if body.len() as u64 + length > limit {
            return Err(too_large(limit));
        }
        held.grow(length)?;
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

async fn next(body: &mut Payload) -> Result<Option<actix_web::web::Bytes>, Problem> {
    let broken = |message| Problem::new(ProblemKey::NoItems, message);
    match actix_web::rt::time::timeout(PAUSE_MAX, body.next()).await {
        Ok(None) => Ok(None),
        Ok(Some(Ok(chunk))) => Ok(Some(chunk)),
        Ok(Some(Err(_))) => Err(broken("The body breaks off: nothing of it was taken.")),
        Err(_) => Err(broken("The body did not go on for 30 s: nothing of it was taken.")),
    }
}

/// The refusal of a body that is too long.
pub fn too_large(limit: u64) -> Problem {
    Problem::new(
        ProblemKey::RequestTooLarge,
        "The request's body is too long: send it in parts.",
    )
    .expected(format!("at most {limit} bytes, after decompression, too"))
}

/// Reads the JSON object that tells what to make: its members, each as JSON text. No body is an empty object.
///
/// # Errors
/// It cannot be read, is no object, or has a member that is not among the known.
pub async fn members_of(ask: &mut Ask, known: &[&str]) -> Result<Vec<(String, String)>, Problem> {
    let budget = Arc::clone(&ask.budget);
    let body = read(ask, SMALL_MAX_BYTES, &mut budget.hold()).await?;
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let not_json =
        || Problem::new(ProblemKey::InvalidJson, "The request's body is not a JSON object.").expected("a JSON object");
    let text = std::str::from_utf8(&body).map_err(|_| not_json())?;
    let raw: &serde_json::value::RawValue = serde_json::from_str(text).map_err(|_| not_json())?;
    if !raw.get().starts_with('{') {
        return Err(not_json());
    }
    let mut all: Vec<(String, String)> = Vec::new();
    for (name, value) in members(raw.get()) {
        let name = string(name).ok_or_else(not_json)?;
        if !known.contains(&&*name) {
            let path = format!("/{}", crate::model::json::pointer_token(&name));
            let problem = Problem::new(ProblemKey::UnknownParameter, "There is no such member here.").at(&path);
            return Err(match known {
                [] => problem.expected("no members"),
                _ => problem.expected(known.join(", ")),
            });
        }
        all.retain(|(earlier, _)| *earlier != name);
        all.push((name.into_owned(), value.to_owned()));
    }
    Ok(all)
}

/// An object with a member more, put together as text.
pub fn with_member(object: &str, name: &str, text: &str) -> String {
    let mut all = Object::new();
    for (known, value) in members(object) {
        if let Some(known) = string(known) {
            all.raw(&known, value);
        }
    }
    all.text(name, text);
    all.finish()
}

/// A member of such an object that is not null.
///
/// # Errors
/// It is not what is expected.
pub fn given<T: DeserializeOwned>(
    members: &[(String, String)],
    name: &'static str,
    expected: &'static str,
) -> Result<Option<T>, Problem> {
    let found = members.iter().find(|(known, raw)| known == name && raw != "null");
    let Some((_, raw)) = found else { return Ok(None) };
    serde_json::from_str(raw).map(Some).map_err(|_| {
        Problem::new(ProblemKey::InvalidValue, "A member has a value that it cannot have.")
            .at(&format!("/{name}"))
            .expected(expected)
    })
}

/// The refusal of an object without a member that must be there.
pub fn missing(path: &str, expected: &'static str) -> Problem {
    Problem::new(ProblemKey::MissingField, "A member is missing that must be there.")
        .at(path)
        .expected(expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_is_given_back_and_never_passed() {
        let budget = Budget::new(10);
        let mut first = budget.hold();
        first.grow(6).unwrap();
        let mut second = budget.hold();
        assert!(second.grow(5).is_err());
        second.grow(4).unwrap();
        assert!(first.grow(1).is_err());
        drop(first);
        second.grow(6).unwrap();
        drop(second);
        assert_eq!(budget.used.load(Ordering::Acquire), 0);
    }
}
