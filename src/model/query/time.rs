//! Days and times of the query line. What is written stands for all of it: a day to its end, a minute to its last
//! second.

use jiff::civil;
use jiff::tz::TimeZone;

use super::number::{Extent, digits};
use super::term::Span;
use crate::model::time::{DAY, Micros, SECOND};

const MINUTE: i64 = 60 * SECOND;
const DAY_CHARS: usize = "2026-11-20".len();
const MINUTE_CHARS: usize = "08:30".len();
const SECOND_CHARS: usize = "08:30:15".len();

/// The first and the last year that can be written.
const YEARS: std::ops::RangeInclusive<i64> = 1900..=9998;
/// 1900-01-01 and the end of 9998-12-31.
const FIRST: i64 = -2_208_988_800 * SECOND;
const LAST: i64 = 253_370_764_800 * SECOND - 1;

/// Whether the ends of a range can be written.
pub(super) fn is_writable(span: Span) -> bool {
    span.first.is_none_or(|first| (FIRST..=LAST).contains(&first))
        && span.last.is_none_or(|last| (FIRST..=LAST).contains(&last))
}

/// Reads `2026-11-20`, `2026-11-20T08:30`, with seconds and parts of them, with a zone; without one it is UTC.
pub(super) fn read(text: &str) -> Option<Extent> {
    let (day, rest) = text.split_at_checked(DAY_CHARS)?;
    let date = date(day)?;
    if rest.is_empty() {
        return extent(date.at(0, 0, 0, 0), 0, DAY);
    }
    let rest = rest.strip_prefix(['T', 't', ' '])?;
    let (clock, zone) = split_zone(rest)?;
    let (minute, rest) = clock.split_at_checked(MINUTE_CHARS)?;
    let (hour, minute) = minute.split_once(':')?;
    let (hour, minute) = (two(hour)?, two(minute)?);
    if rest.is_empty() {
        return extent(at(date, hour, minute, 0)?, zone, MINUTE);
    }
    let (second, part) = clock.split_at_checked(SECOND_CHARS)?;
    let second = two(second.get(MINUTE_CHARS..)?.strip_prefix(':')?)?;
    let time = at(date, hour, minute, second)?;
    if part.is_empty() {
        return extent(time, zone, SECOND);
    }
    let part = part.strip_prefix('.').filter(|part| part.len() <= 9)?;
    digits(part)?;
    let (mut micros, mut unit) = (0_i64, SECOND);
    for digit in part.bytes().take(6) {
        unit = unit.checked_div(10)?;
        micros = micros.checked_add(i64::from(digit.checked_sub(b'0')?).checked_mul(unit)?)?;
    }
    extent(time, zone.checked_sub(micros)?, unit)
}

fn date(text: &str) -> Option<civil::Date> {
    let mut parts = text.split('-');
    let year = parts.next().filter(|year| year.len() == 4).and_then(digits)?;
    let year = Some(year).filter(|year| YEARS.contains(year))?;
    let (month, day) = (two(parts.next()?)?, two(parts.next()?)?);
    civil::Date::new(i16::try_from(year).ok()?, month, day).ok()
}

fn two(text: &str) -> Option<i8> {
    digits(text).filter(|_| text.len() == 2)?.try_into().ok()
}

fn at(date: civil::Date, hour: i8, minute: i8, second: i8) -> Option<civil::DateTime> {
    let time = civil::Time::new(hour, minute, second, 0).ok()?;
    Some(date.to_datetime(time))
}

/// The time of day, and the microseconds its zone is ahead of UTC.
fn split_zone(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix(['Z', 'z']) {
        return Some((clock, 0));
    }
    let Some(at) = text.rfind(['+', '-']) else {
        return Some((text, 0));
    };
    let (clock, zone) = text.split_at_checked(at)?;
    let (sign, zone) = zone.split_at_checked(1)?;
    let (hour, minute) = match zone.split_once(':') {
        Some(parts) => parts,
        None if zone.len() == 4 => zone.split_at_checked(2)?,
        None => (zone, "00"),
    };
    let minutes = i64::from(two(hour)?)
        .checked_mul(60)?
        .checked_add(i64::from(two(minute)?))?;
    let ahead = minutes.checked_mul(MINUTE)?;
    Some((clock, if sign == "-" { ahead.checked_neg()? } else { ahead }))
}

fn extent(time: civil::DateTime, ahead: i64, length: i64) -> Option<Extent> {
    let time = TimeZone::UTC.to_timestamp(time).ok()?.as_microsecond();
    let first = time.checked_sub(ahead)?;
    Some((first, first.checked_add(length)?.checked_sub(1)?))
}

/// Times as they are read.
pub(super) fn show(span: Span) -> String {
    match (span.first, span.last) {
        (Some(first), Some(last)) => {
            let (first, last) = ends(first, last);
            if first == last {
                first
            } else {
                format!("{first}..{last}")
            }
        }
        (Some(first), None) => format!(">={}", begin(first)),
        (None, Some(last)) => format!("<={}", end(last)),
        (None, None) => "0000-01-01..".to_owned(),
    }
}

fn ends(first: i64, last: i64) -> (String, String) {
    // A day by its name only when both ends are days, so that nobody wonders what the other one is.
    let is_days = first.rem_euclid(DAY) == 0 && last.saturating_add(1).rem_euclid(DAY) == 0;
    match is_days {
        true => (begin(first), end(last)),
        false => (exact(first), exact_end(last)),
    }
}

fn begin(micros: i64) -> String {
    match micros.rem_euclid(DAY) {
        0 => exact(micros).chars().take(DAY_CHARS).collect(),
        _ => exact(micros),
    }
}

fn end(micros: i64) -> String {
    match micros.saturating_add(1).rem_euclid(DAY) {
        0 => exact(micros).chars().take(DAY_CHARS).collect(),
        _ => exact_end(micros),
    }
}

/// RFC 3339 with as many parts of a second as it takes.
fn exact(micros: i64) -> String {
    let whole = Micros(micros.saturating_sub(micros.rem_euclid(SECOND)));
    let second: String = whole.to_string().chars().take_while(|c| *c != '.').collect();
    match micros.rem_euclid(SECOND) {
        0 => format!("{second}Z"),
        part => format!("{second}.{part:06}Z"),
    }
}

/// The second that ends there is named by itself.
fn exact_end(micros: i64) -> String {
    match micros.saturating_add(1).rem_euclid(SECOND) {
        0 => exact(micros.saturating_add(1).saturating_sub(SECOND)),
        _ => {
            let text = exact(micros);
            // `08:30:15Z` would be all of that second.
            if text.contains('.') {
                text
            } else {
                text.replace('Z', ".000000Z")
            }
        }
    }
}
