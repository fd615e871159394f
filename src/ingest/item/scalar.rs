//! Values of one token: times, numbers, words.

use super::Path;
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::limits::MAX_AHEAD;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::state::State;
use crate::model::time::{EARLIEST, Micros};

/// Largest count and duration: the largest integer that every reader of JSON keeps exactly.
const MAX_EXACT: u64 = 1 << 53;

pub(super) fn invalid(path: &Path<'_>, message: &'static str, expected: &'static str) -> Problem {
    Problem::new(ProblemKey::InvalidValue, message)
        .at(&path.pointer())
        .expected(expected)
}

/// RFC 3339, any offset.
pub(super) fn time(raw: &str, path: &Path<'_>) -> Result<Micros, Problem> {
    let text = json::string(raw).filter(|text| is_rfc3339(text.as_bytes()));
    text.and_then(|text| Micros::parse(&text)).ok_or_else(|| {
        invalid(
            path,
            "The value is not a time.",
            "a time as RFC 3339 has it, such as 2026-01-31T08:00:00Z",
        )
    })
}

/// The shape of RFC 3339; whether there is such a day is left to the reader of times.
fn is_rfc3339(text: &[u8]) -> bool {
    let shape = b"dddd-dd-ddTdd:dd:dd";
    let Some((begin, rest)) = text.split_at_checked(shape.len()) else {
        return false;
    };
    let fits = |(byte, like): (&u8, &u8)| match like {
        b'd' => byte.is_ascii_digit(),
        b'T' => matches!(byte, b'T' | b't' | b' '),
        like => byte == like,
    };
    if !begin.iter().zip(shape).all(fits) {
        return false;
    }
    let rest = match rest.strip_prefix(b".") {
        Some(fraction) => {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            match fraction.get(digits..) {
                Some(rest) if digits > 0 => rest,
                _ => return false,
            }
        }
        None => rest,
    };
    match rest {
        b"Z" | b"z" => true,
        [b'+' | b'-', offset @ ..] => offset.len() == 5 && offset.iter().zip(b"dd:dd").all(fits),
        _ => false,
    }
}

/// A time that lists are ordered by, or versions: not before 2000, not more than a day ahead.
pub(super) fn ranged_time(raw: &str, now: Micros, path: &Path<'_>) -> Result<Micros, Problem> {
    let time = time(raw, path)?;
    if time < EARLIEST || time > now.plus(MAX_AHEAD) {
        return Err(Problem::new(
            ProblemKey::TimeOutOfRange,
            "The time is before 2000 or more than a day ahead.",
        )
        .at(&path.pointer())
        .expected(format!("a time from {EARLIEST} to {}", now.plus(MAX_AHEAD))));
    }
    Ok(time)
}

pub(super) fn boolean(raw: &str, path: &Path<'_>) -> Result<bool, Problem> {
    match raw {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(invalid(path, "The value is neither true nor false.", "true or false")),
    }
}

fn integer(raw: &str) -> Option<u64> {
    raw.bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| raw.parse().ok())
        .flatten()
}

pub(super) fn status_code(raw: &str, path: &Path<'_>) -> Result<(), Problem> {
    match integer(raw) {
        Some(0..=999) => Ok(()),
        _ => Err(invalid(
            path,
            "The value is not a status code.",
            "an integer from 0 to 999",
        )),
    }
}

pub(super) fn count(raw: &str, path: &Path<'_>) -> Result<(), Problem> {
    match integer(raw) {
        Some(0..=MAX_EXACT) => Ok(()),
        _ => Err(invalid(
            path,
            "The value is not a count.",
            "an integer from 0 to 9007199254740992",
        )),
    }
}

pub(super) fn duration(raw: &str, path: &Path<'_>) -> Result<(), Problem> {
    let is_number = raw.starts_with(|c: char| c.is_ascii_digit() || c == '-');
    let number = Some(raw).filter(|_| is_number).and_then(|raw| raw.parse::<f64>().ok());
    match number {
        Some(number) if (0.0..=MAX_EXACT as f64).contains(&number) => Ok(()),
        _ => Err(invalid(
            path,
            "The value is not a duration.",
            "milliseconds: a number from 0 to 9007199254740992",
        )),
    }
}

/// A word of a list; the problem names the list.
fn word_of<'w>(raw: &str, words: impl Iterator<Item = &'w str> + Clone, path: &Path<'_>) -> Result<usize, Problem> {
    let word = json::string(raw);
    let at = word
        .as_deref()
        .and_then(|word| words.clone().position(|known| known == word));
    at.ok_or_else(|| {
        let key = if word.is_some() {
            ProblemKey::UnknownState
        } else {
            ProblemKey::InvalidValue
        };
        let known: Vec<&str> = words.collect();
        Problem::new(key, "The state is not one that is known here.")
            .at(&path.pointer())
            .expected(format!("one of {}", known.join(", ")))
    })
}

pub(super) fn state(kind: Kind, raw: &str, path: &Path<'_>) -> Result<State, Problem> {
    let states = State::words_of(kind);
    let at = word_of(raw, states.iter().map(|state| state.word()), path)?;
    states
        .get(at)
        .copied()
        .ok_or_else(|| invalid(path, "The state is not one that is known here.", "a state"))
}

/// The state of a node inside a flow run.
pub(super) fn node_state(raw: &str, path: &Path<'_>) -> Result<(), Problem> {
    const WORDS: [State; 4] = [State::Running, State::Completed, State::Stopped, State::Failed];
    word_of(raw, WORDS.iter().map(|state| state.word()), path).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_the_shape_of_rfc_3339() {
        for text in [
            "2026-01-31T08:00:00Z",
            "2026-01-31T08:00:00.123456789Z",
            "2026-01-31t08:00:00z",
            "2026-01-31 08:00:00+05:30",
            "2026-01-31T08:00:00-00:00",
        ] {
            assert!(time(&json::quote(text), &Path::Root).is_ok(), "{text}");
        }
        for text in [
            "",
            "now",
            "2026-01-31",
            "2026-01-31T08:00:00",
            "2026-01-31T08:00Z",
            "2026-13-31T08:00:00Z",
            "2026-02-30T08:00:00Z",
            "2026-01-31T08:00:00.Z",
            "2026-01-31T08:00:00+0530",
            "2026-01-31T08:00:00Z ",
            "20260131T080000Z",
            "2026-01-31T08:00:00Z[Europe/Paris]",
            "2026-01-31T25:00:00Z",
        ] {
            assert!(time(&json::quote(text), &Path::Root).is_err(), "{text}");
        }
        assert!(time("1760000000", &Path::Root).is_err());
    }

    #[test]
    fn numbers_are_checked_without_losing_digits() {
        let many = "9".repeat(400);
        assert!(
            duration("0", &Path::Root).is_ok()
                && duration("12.5", &Path::Root).is_ok()
                && duration("1e3", &Path::Root).is_ok()
        );
        for raw in ["-1", "1e999", &many, "\"5\"", "true", "null"] {
            assert!(duration(raw, &Path::Root).is_err(), "{raw}");
            assert!(count(raw, &Path::Root).is_err(), "{raw}");
        }
        assert!(count("9007199254740992", &Path::Root).is_ok() && count("9007199254740993", &Path::Root).is_err());
        assert!(count("1.0", &Path::Root).is_err() && count("-0", &Path::Root).is_err());
        assert!(status_code("0", &Path::Root).is_ok() && status_code("1000", &Path::Root).is_err());
    }
}
