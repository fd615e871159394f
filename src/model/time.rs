//! Points in time: microseconds since 1970 in UTC, RFC 3339 on the wire.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Micros(pub i64);

/// Microseconds of a second, a minute, an hour and a day.
pub const SECOND: i64 = 1_000_000;
pub const MINUTE: i64 = 60 * SECOND;
pub const HOUR: i64 = 60 * MINUTE;
pub const DAY: i64 = 24 * HOUR;

/// 2000-01-01T00:00:00Z: times before it are taken for a sender's mistake.
pub const EARLIEST: Micros = Micros(946_684_800 * SECOND);

impl Micros {
    /// Reads an RFC 3339 time with any offset; digits beyond microseconds are cut off.
    pub fn parse(text: &str) -> Option<Micros> {
        let time: jiff::Timestamp = text.parse().ok()?;
        Some(Micros(time.as_microsecond()))
    }

    pub const fn plus(self, micros: i64) -> Micros {
        Micros(self.0.saturating_add(micros))
    }
}

impl fmt::Display for Micros {
    /// RFC 3339 in UTC with milliseconds, or with microseconds where there are any.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match jiff::Timestamp::from_microsecond(self.0) {
            Ok(time) if self.0.rem_euclid(1000) == 0 => write!(f, "{time:.3}"),
            Ok(time) => write!(f, "{time:.6}"),
            // Outside the years -9999 to 9999: cannot come in through the door, but must not panic.
            Err(_) => write!(f, "{} µs", self.0),
        }
    }
}
