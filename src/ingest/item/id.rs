//! Ids as senders write them.

use std::borrow::Cow;

use super::Path;
use crate::ingest::text;
use crate::model::id::{Id, IdError};
use crate::model::problem::{Problem, ProblemKey};

/// An id that was read.
pub(super) struct ReadId {
    pub id: Id,
    /// It is not written as it is to be kept: a number, escapes, or without the prefix.
    pub is_rewritten: bool,
}

const EXPECTED: &str = "an id: a string of 1 to 256 bytes, or an integer";

fn problem(path: &Path<'_>, expected: impl Into<Cow<'static, str>>) -> Problem {
    Problem::new(ProblemKey::InvalidValue, "The value is not an id.")
        .at(&path.pointer())
        .expected(expected)
}

/// Reads an id; an integer is taken as its digits. A prefix goes before it.
pub(super) fn read(raw: &str, prefix: Option<&str>, path: &Path<'_>) -> Result<ReadId, Problem> {
    let (written, is_as_kept) = match raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(inside) if memchr::memchr(b'\\', inside.as_bytes()).is_none() => (Cow::Borrowed(inside), true),
        Some(inside) => {
            let mut out = String::with_capacity(inside.len());
            if !text::decode(inside, &mut out) {
                return Err(problem(path, "an id without half surrogate pairs"));
            }
            (Cow::Owned(out), false)
        }
        None if is_integer(raw) => (Cow::Borrowed(raw), false),
        None => return Err(problem(path, EXPECTED)),
    };
    let broken = |error: IdError| problem(path, error.to_string());
    let own = Id::parse(&written).map_err(broken)?;
    let Some(prefix) = prefix else {
        return Ok(ReadId {
            id: own,
            is_rewritten: !is_as_kept,
        });
    };
    let id = Id::parse(&format!("{prefix}{written}"))
        .map_err(|error| problem(path, format!("{error}, together with the prefix of the token")))?;
    Ok(ReadId { id, is_rewritten: true })
}

fn is_integer(raw: &str) -> bool {
    let digits = raw.strip_prefix('-').unwrap_or(raw);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}
