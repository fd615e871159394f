//! Times: relative where one scans, exact in UTC where one compares.

use crate::model::time::{DAY, HOUR, MINUTE, Micros, SECOND};

/// Older than this, a time is shown as a date.
const RELATIVE_MAX: i64 = 7 * DAY;

/// A time as a page shows it, told by the clock that was passed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// For `<time datetime>`.
    pub iso: String,
    /// `2026-11-23 02:58:48.160 UTC`
    pub exact: String,
    /// `13 min ago`, `in 2 h`, or a date when it is far off.
    pub relative: String,
    /// The time of day, with the date when it is another day than now's.
    pub near: String,
}

impl Moment {
    /// A time of our own clock: milliseconds are enough.
    pub fn of_receipt(at: Micros, now: Micros) -> Moment {
        Moment::new(Micros(at.0 - at.0.rem_euclid(1000)), now)
    }

    pub fn new(at: Micros, now: Micros) -> Moment {
        let iso = at.to_string();
        let exact = exact(at);
        let (day, clock) = exact.split_once(' ').unwrap_or(("", &exact));
        let today = now.to_string();
        let near = if today.starts_with(day) {
            clock.to_owned()
        } else {
            exact.clone()
        };
        Moment {
            relative: relative(at, now),
            near,
            iso,
            exact,
        }
    }

    /// The time a text of a record says, if it says one.
    pub fn of_text(text: &str, now: Micros) -> Option<Moment> {
        Micros::parse(text).map(|at| Moment::new(at, now))
    }
}

/// `2026-11-23 02:58:48 UTC`: a time of our own clock, of which nobody needs more.
pub fn second(at: Micros) -> String {
    let exact = exact(at);
    let cut = exact.split_once('.').map(|(second, _)| format!("{second} UTC"));
    cut.unwrap_or(exact)
}

/// `2026-11-23 02:58:48.160 UTC`
pub fn exact(at: Micros) -> String {
    at.to_string().replacen('T', " ", 1).replacen('Z', " UTC", 1)
}

/// A time as people type it: RFC 3339, or a date or date and time in UTC. `is_end`: of a bare date its end is meant.
pub fn parse(text: &str, is_end: bool) -> Option<Micros> {
    let text = text.trim();
    if let Some(at) = Micros::parse(text) {
        return Some(at);
    }
    if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
        // A bare date reads as its midnight.
        let is_date = text.parse::<jiff::civil::Date>().is_ok() && !text.contains(':');
        let at = at
            .to_zoned_datetime(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_microsecond();
        return Some(Micros(at).plus(if is_date && is_end { DAY } else { 0 }));
    }
    None
}

fn relative(at: Micros, now: Micros) -> String {
    let distance = now.0.saturating_sub(at.0);
    let size = distance.saturating_abs();
    if size >= RELATIVE_MAX {
        return date(at, now);
    }
    let amount = match size {
        size if size < SECOND => return "now".to_owned(),
        size if size < MINUTE => format!("{} s", size / SECOND),
        size if size < HOUR => format!("{} min", size / MINUTE),
        size if size < DAY => format!("{} h", size / HOUR),
        size => format!("{} d", size / DAY),
    };
    if distance < 0 {
        format!("in {amount}")
    } else {
        format!("{amount} ago")
    }
}

/// `16 Nov`, with the year when it is not now's.
fn date(at: Micros, now: Micros) -> String {
    let zoned =
        |at: Micros| jiff::Timestamp::from_microsecond(at.0).map(|at| at.to_zoned_datetime(jiff::tz::TimeZone::UTC));
    match (zoned(at), zoned(now)) {
        (Ok(at), Ok(now)) if at.year() == now.year() => at.strftime("%-d %b").to_string(),
        (Ok(at), _) => at.strftime("%-d %b %Y").to_string(),
        (Err(_), _) => at.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-23T03:12:04Z";

    fn relative_of(text: &str) -> String {
        let now = Micros::parse(NOW).unwrap();
        Moment::of_text(text, now).unwrap().relative
    }

    #[test]
    fn near_times_are_relative_and_far_ones_are_dates() {
        for (at, shown) in [
            ("2026-11-23T03:12:03.900Z", "now"),
            ("2026-11-23T03:12:01Z", "3 s ago"),
            ("2026-11-23T02:58:48.160Z", "13 min ago"),
            ("2026-11-23T01:10:00Z", "2 h ago"),
            ("2026-11-20T01:10:00Z", "3 d ago"),
            ("2026-11-10T01:10:00Z", "10 Nov"),
            ("2025-11-10T01:10:00Z", "10 Nov 2025"),
            ("2026-11-23T05:12:05Z", "in 2 h"),
        ] {
            assert_eq!(relative_of(at), shown, "{at}");
        }
    }

    #[test]
    fn exact_times_are_utc_and_say_the_day_only_when_it_is_another() {
        let now = Micros::parse(NOW).unwrap();
        let today = Moment::of_text("2026-11-23T02:58:48.160+00:00", now).unwrap();
        assert_eq!(today.exact, "2026-11-23 02:58:48.160 UTC");
        assert_eq!(today.near, "02:58:48.160 UTC");
        assert_eq!(second(now), "2026-11-23 03:12:04 UTC");
        let before = Moment::of_text("2026-11-22T02:58:48.160Z", now).unwrap();
        assert_eq!(before.near, "2026-11-22 02:58:48.160 UTC");
    }

    #[test]
    fn typed_times_are_read_in_utc_and_a_day_includes_its_end() {
        let read = |text, is_end| parse(text, is_end).map(|at| at.to_string());
        assert_eq!(read("2026-11-23T02:58", false).unwrap(), "2026-11-23T02:58:00.000Z");
        assert_eq!(read(" 2026-11-23 02:58:07 ", true).unwrap(), "2026-11-23T02:58:07.000Z");
        assert_eq!(
            read("2026-11-23T02:58:07+01:00", true).unwrap(),
            "2026-11-23T01:58:07.000Z"
        );
        assert_eq!(read("2026-11-23", false).unwrap(), "2026-11-23T00:00:00.000Z");
        assert_eq!(read("2026-11-23", true).unwrap(), "2026-11-24T00:00:00.000Z");
        for text in ["", "yesterday", "2026-13-01", "12:00", "1763863124"] {
            assert_eq!(read(text, false), None, "{text}");
        }
    }
}
