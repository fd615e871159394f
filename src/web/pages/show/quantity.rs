//! Amounts with their units.

use crate::model::time::Micros;

const SECOND_MS: f64 = 1000.0;
const MINUTE_MS: f64 = 60.0 * SECOND_MS;
const HOUR_MS: f64 = 60.0 * MINUTE_MS;
const DAY_MS: f64 = 24.0 * HOUR_MS;

/// A duration in milliseconds as a record says it; a text that is no number is shown as it is.
pub fn took(milliseconds: &str) -> String {
    match milliseconds.parse::<f64>() {
        Ok(ms) if ms.is_finite() && ms >= 0.0 => duration(ms),
        _ => milliseconds.to_owned(),
    }
}

/// How long from one time to a later one.
pub fn between(start: Micros, end: Micros) -> Option<String> {
    let micros = end.0.checked_sub(start.0).filter(|micros| *micros >= 0)?;
    // Durations worth a page are far below 2^53 microseconds.
    Some(duration(micros as f64 / 1000.0))
}

fn duration(ms: f64) -> String {
    let two = |ms: f64, big: f64, big_unit: &str, small: f64, small_unit: &str| {
        let whole = (ms / big).floor();
        match ((ms - whole * big) / small).floor() {
            0.0 => format!("{whole} {big_unit}"),
            rest => format!("{whole} {big_unit} {rest} {small_unit}"),
        }
    };
    match ms {
        ms if ms < 1.0 && ms > 0.0 => "under 1 ms".to_owned(),
        ms if ms < SECOND_MS => format!("{} ms", ms.floor()),
        ms if ms < MINUTE_MS => format!("{:.1} s", (ms / 100.0).floor() / 10.0),
        ms if ms < HOUR_MS => two(ms, MINUTE_MS, "min", SECOND_MS, "s"),
        ms if ms < DAY_MS => two(ms, HOUR_MS, "h", MINUTE_MS, "min"),
        ms => two(ms, DAY_MS, "d", HOUR_MS, "h"),
    }
}

/// `338 B`, `1.4 kB`, `2.0 MB`: powers of 1000, as the mock has it.
pub fn bytes(count: usize) -> String {
    let of = |unit: usize| count as f64 / unit as f64;
    match count {
        count if count < 1000 => format!("{count} B"),
        count if count < 1_000_000 => format!("{:.1} kB", of(1000)),
        _ => format!("{:.1} MB", of(1_000_000)),
    }
}

/// `1,402`; a text that is no whole number is shown as it is.
pub fn count(number: &str) -> String {
    if number.is_empty() || !number.bytes().all(|digit| digit.is_ascii_digit()) {
        return number.to_owned();
    }
    let first = number.len() % 3;
    let mut out = String::with_capacity(number.len() + number.len() / 3);
    for (at, digit) in number.chars().enumerate() {
        if at > 0 && at % 3 == first {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `1 run`, `42 runs`.
pub fn many(number: usize, one: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {one}{plural}", count(&number.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_one_can_compare() {
        for (ms, shown) in [
            ("0", "0 ms"),
            ("0.4", "under 1 ms"),
            ("187", "187 ms"),
            ("187.9", "187 ms"),
            ("999.99", "999 ms"),
            ("4412", "4.4 s"),
            ("59999", "59.9 s"),
            ("60000", "1 min"),
            ("1214000", "20 min 14 s"),
            ("6840000", "1 h 54 min"),
            ("176400000", "2 d 1 h"),
            ("-5", "-5"),
            ("soon", "soon"),
        ] {
            assert_eq!(took(ms), shown, "{ms}");
        }
        assert_eq!(between(Micros(0), Micros(2_500_000)).as_deref(), Some("2.5 s"));
        assert_eq!(
            between(Micros(1), Micros(0)),
            None,
            "an end before its start says nothing"
        );
    }

    #[test]
    fn sizes_and_counts_are_short() {
        assert_eq!(
            [bytes(338), bytes(1400), bytes(2_000_000)],
            ["338 B", "1.4 kB", "2.0 MB"]
        );
        assert_eq!(
            [count("7"), count("1402"), count("61904000")],
            ["7", "1,402", "61,904,000"]
        );
        assert_eq!([count("1.5"), count("")], ["1.5", ""]);
        assert_eq!([many(1, "run"), many(1402, "run")], ["1 run", "1,402 runs"]);
    }
}
