//! Percent encoding, strict in both directions: what cannot be decoded is an error and never a guess.

use std::fmt::Write;

use crate::model::problem::{Problem, ProblemKey};

/// Writes a text as one segment of a path or one value of a query: everything but letters, digits and `-._~` is
/// encoded, so that ids with `/`, `%` or spaces come through.
pub fn encode(text: &str) -> String {
    text.bytes()
        .fold(String::with_capacity(text.len()), |mut out, byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                out.push(char::from(byte));
                out
            }
            _ => {
                // Writing to a String cannot fail.
                let _ = write!(out, "%{byte:02X}");
                out
            }
        })
}

/// Reads a segment of a path.
///
/// # Errors
/// A `%` without two hex digits, or bytes that are not UTF-8.
pub fn decode(text: &str) -> Result<String, Problem> {
    let wrong = || {
        Problem::new(
            ProblemKey::InvalidParameter,
            "The percent encoding of the address cannot be read.",
        )
        .expected("UTF-8, with % written as %25")
    };
    let mut out = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut digit = || char::from(bytes.next()?).to_digit(16);
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(wrong());
        };
        out.push((high * 16 + low) as u8);
    }
    String::from_utf8(out).map_err(|_| wrong())
}

/// Reads a name or value of a query, where `+` is a space.
///
/// # Errors
/// As [`decode`].
pub fn decode_query(text: &str) -> Result<String, Problem> {
    if text.contains('+') {
        decode(&text.replace('+', " "))
    } else {
        decode(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_text_comes_through() {
        for text in ["a", "a/b", "100%", "a b+c&d=e,f", "é😀", "..", "%2F"] {
            assert_eq!(decode(&encode(text)).unwrap(), text);
            assert_eq!(decode_query(&encode(text)).unwrap(), text);
        }
        assert_eq!(decode_query("a+b%2Bc").unwrap(), "a b+c");
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        for text in ["%", "%2", "%zz", "%+1", "a%f", "%ff", "%c3%28"] {
            assert!(decode(text).is_err(), "{text}");
        }
    }
}
