//! Numbers, durations, and ranges of anything that has an order.

use super::error::Wrong;
use super::term::Span;

const MILLISECOND: i64 = 1_000;
const SECOND: i64 = 1_000_000;
/// Highest status code.
const CODE_MAX: i64 = 999;

/// The first and the last number that one value stands for.
pub(super) type Extent = (i64, i64);

/// Reads `v`, `>v`, `>=v`, `<v`, `<=v`, `a..b`, `a..` or `..b`.
pub(super) fn span(text: &str, one: impl Fn(&str) -> Option<Extent>, wrong: Wrong) -> Result<Span, Wrong> {
    let read = |text: &str| one(text).ok_or_else(|| wrong.clone());
    let (first, last) = if let Some(text) = text.strip_prefix(">=") {
        (Some(read(text)?.0), None)
    } else if let Some(text) = text.strip_prefix('>') {
        (Some(read(text)?.1.saturating_add(1)), None)
    } else if let Some(text) = text.strip_prefix("<=") {
        (None, Some(read(text)?.1))
    } else if let Some(text) = text.strip_prefix('<') {
        (None, Some(read(text)?.0.saturating_sub(1)))
    } else if let Some((from, to)) = text.split_once("..") {
        let end = |text: &str| {
            if text.is_empty() {
                Ok(None)
            } else {
                read(text).map(Some)
            }
        };
        let (from, to) = (end(from)?, end(to)?);
        if from.is_none() && to.is_none() {
            return Err(wrong);
        }
        (from.map(|extent| extent.0), to.map(|extent| extent.1))
    } else {
        let extent = read(text)?;
        (Some(extent.0), Some(extent.1))
    };
    match (first, last) {
        (Some(first), Some(last)) if first > last => Err(Wrong::Reversed),
        _ => Ok(Span { first, last }),
    }
}

/// A status code, or a hundred of them: `404`, `4xx`.
pub(super) fn code(text: &str) -> Option<Extent> {
    let hundred = || {
        let digit = text.strip_suffix("xx").or_else(|| text.strip_suffix("XX"))?;
        let hundred = digits(digit).filter(|digit| *digit <= 9)?.checked_mul(100)?;
        Some((hundred, hundred.checked_add(99)?))
    };
    let whole = digits(text).filter(|code| *code <= CODE_MAX);
    whole.map(|code| (code, code)).or_else(hundred)
}

/// Whether a value is meant as a status code.
pub(super) fn is_like_code(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '<' | '>' | '.'))
}

/// A duration in microseconds; a number without a unit is milliseconds.
pub(super) fn duration(text: &str) -> Option<Extent> {
    let unit_at = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at_checked(unit_at)?;
    let unit = match unit.to_ascii_lowercase().as_str() {
        "us" => 1,
        "ms" | "" => MILLISECOND,
        "s" => SECOND,
        "m" | "min" => SECOND.checked_mul(60)?,
        "h" => SECOND.checked_mul(3600)?,
        _ => return None,
    };
    let (whole, part) = number.split_once('.').unwrap_or((number, "0"));
    let mut micros = digits(whole)?.checked_mul(unit)?;
    let mut left = unit;
    for digit in part.chars() {
        // Finer than a microsecond: nothing takes so long, exactly.
        let digit = i64::from(digit.to_digit(10)?);
        let tenth = left.checked_div(10)?;
        if left.checked_rem(10)? != 0 && digit != 0 {
            return None;
        }
        micros = micros.checked_add(digit.checked_mul(tenth)?)?;
        left = tenth;
    }
    (!part.is_empty()).then_some((micros, micros))
}

/// A number of nothing but digits.
pub(super) fn digits(text: &str) -> Option<i64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

/// Codes as [`span`] reads them.
pub(super) fn show_codes(span: Span) -> String {
    match (span.first, span.last) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first}..{last}"),
        (Some(first), None) => format!(">={first}"),
        (None, Some(last)) => format!("<={last}"),
        (None, None) => "0..".to_owned(),
    }
}

/// Durations as [`span`] reads them.
pub(super) fn show_durations(span: Span) -> String {
    // `>2s` is kept as from 2.000001 s.
    let is_round = |micros: i64| micros.rem_euclid(MILLISECOND) == 0;
    match (span.first, span.last) {
        (Some(first), Some(last)) if first == last => show_duration(first),
        (Some(first), Some(last)) => format!("{}..{}", show_duration(first), show_duration(last)),
        (Some(first), None) if first > 0 && is_round(first.saturating_sub(1)) => {
            format!(">{}", show_duration(first.saturating_sub(1)))
        }
        (Some(first), None) => format!(">={}", show_duration(first)),
        (None, Some(last)) if last >= 0 && is_round(last.saturating_add(1)) => {
            format!("<{}", show_duration(last.saturating_add(1)))
        }
        (None, Some(-1)) => "<0ms".to_owned(),
        (None, Some(last)) => format!("<={}", show_duration(last)),
        (None, None) => "0..".to_owned(),
    }
}

fn show_duration(micros: i64) -> String {
    let by = |unit: i64| micros.checked_rem(unit) == Some(0);
    match micros {
        0 => "0ms".to_owned(),
        _ if by(SECOND) => format!("{}s", micros.saturating_div(SECOND)),
        _ if by(MILLISECOND) => format!("{}ms", micros.saturating_div(MILLISECOND)),
        _ => format!("{micros}us"),
    }
}
