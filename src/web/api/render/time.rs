//! Times as the API answers them.

use crate::model::json;
use crate::model::time::Micros;

/// A time as sent, with any offset, in UTC with milliseconds (or microseconds where it has them); what is no time stays.
pub fn utc(raw: &str) -> String {
    let time = json::string(raw).and_then(|text| Micros::parse(&text));
    time.map_or_else(|| raw.to_owned(), |time| json::quote(&time.to_string()))
}

#[cfg(test)]
mod tests {
    use super::utc;

    #[test]
    fn times_are_in_utc() {
        for (sent, answered) in [
            (r#""2026-11-24T10:00:00+02:00""#, r#""2026-11-24T08:00:00.000Z""#),
            (
                r#""2026-11-24T08:00:00.123456789Z""#,
                r#""2026-11-24T08:00:00.123456Z""#,
            ),
            ("17", "17"),
            (r#""soon""#, r#""soon""#),
        ] {
            assert_eq!(utc(sent), answered);
        }
    }
}
