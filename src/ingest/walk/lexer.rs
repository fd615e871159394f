//! The tokens of JSON as RFC 8259 has them, and the forgiving look for where a broken value ends.

use super::{Broken, Why};

/// What a string holds, as bits: enough to know which patterns cannot be in it.
pub(in crate::ingest) mod has {
    pub const EQUALS: u16 = 1;
    pub const COLON: u16 = 1 << 1;
    /// `J`, as in `eyJ`.
    pub const UPPER_J: u16 = 1 << 2;
    /// `b` or `B`, as in bearer and basic.
    pub const LETTER_B: u16 = 1 << 3;
    /// A blank of any kind.
    pub const BLANK: u16 = 1 << 4;
    pub const DASH: u16 = 1 << 5;
    pub const AT: u16 = 1 << 6;
    pub const LESS: u16 = 1 << 7;
    /// `_`, as in the beginnings of tokens that are known by them.
    pub const UNDERSCORE: u16 = 1 << 8;
    /// Ends a run of a string: a quote, a backslash or a control character.
    pub(super) const STOP: u16 = 1 << 15;
}

const CLASSES: [u16; 256] = classes();

#[allow(
    clippy::indexing_slicing,
    reason = "evaluated by the compiler, every index is a byte"
)]
const fn classes() -> [u16; 256] {
    let mut classes = [0; 256];
    let mut control = 0;
    while control < 0x20 {
        classes[control] = has::STOP | has::BLANK;
        control += 1;
    }
    classes[b'_' as usize] = has::UNDERSCORE;
    classes[b'"' as usize] = has::STOP;
    classes[b'\\' as usize] = has::STOP;
    classes[b'=' as usize] = has::EQUALS;
    classes[b':' as usize] = has::COLON;
    classes[b'J' as usize] = has::UPPER_J;
    classes[b'b' as usize] = has::LETTER_B;
    classes[b'B' as usize] = has::LETTER_B;
    classes[b' ' as usize] = has::BLANK;
    classes[b'-' as usize] = has::DASH;
    classes[b'@' as usize] = has::AT;
    classes[b'<' as usize] = has::LESS;
    classes
}

fn class(byte: u8) -> u16 {
    CLASSES.get(usize::from(byte)).copied().unwrap_or_default()
}

/// What any text holds.
pub(in crate::ingest) fn held_by(text: &str) -> u16 {
    text.bytes().fold(0, |all, byte| all | class(byte)) & !has::STOP
}

/// A string token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) struct StringToken {
    /// One past the closing quote.
    pub end: usize,
    /// See [`has`].
    pub holds: u16,
    pub is_escaped: bool,
}

fn expected(at: usize, what: &'static str) -> Broken {
    Broken {
        at,
        why: Why::Expected(what),
    }
}

/// Reads the string whose opening quote is at `at`.
pub(super) fn string(bytes: &[u8], at: usize) -> Result<StringToken, Broken> {
    let mut token = StringToken {
        end: at + 1,
        holds: 0,
        is_escaped: false,
    };
    loop {
        let rest = bytes.get(token.end..).unwrap_or_default();
        let run = rest.iter().position(|byte| {
            let class = class(*byte);
            token.holds |= class;
            class & has::STOP != 0
        });
        let stop = token.end + run.ok_or_else(|| expected(bytes.len(), "the end of a string"))?;
        match bytes.get(stop) {
            Some(b'"') => {
                token.end = stop + 1;
                token.holds &= !has::STOP;
                return Ok(token);
            }
            Some(b'\\') => {
                token.is_escaped = true;
                token.end = escape(bytes, stop)?;
            }
            _ => return Err(expected(stop, "an escape instead of a control character")),
        }
    }
}

/// The end of the escape at `at`.
fn escape(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => {
            let digits = bytes.get(at + 2..at + 6).unwrap_or_default();
            if digits.len() == 4 && digits.iter().all(u8::is_ascii_hexdigit) {
                Ok(at + 6)
            } else {
                Err(expected(at, "four hexadecimal digits after \\u"))
            }
        }
        None => Err(expected(bytes.len(), "the end of a string")),
        Some(_) => Err(expected(at, "an escape that JSON knows")),
    }
}

fn digits(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest
        .iter()
        .position(|byte| !byte.is_ascii_digit())
        .unwrap_or(rest.len())
    {
        0 => Err(expected(at, "a digit")),
        count => Ok(at + count),
    }
}

/// The end of the number at `at`.
pub(super) fn number(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let mut end = at;
    if bytes.get(end) == Some(&b'-') {
        end += 1;
    }
    end = if bytes.get(end) == Some(&b'0') {
        end + 1
    } else {
        digits(bytes, end)?
    };
    if bytes.get(end) == Some(&b'.') {
        end = digits(bytes, end + 1)?;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        end += 1;
        if matches!(bytes.get(end), Some(b'+' | b'-')) {
            end += 1;
        }
        end = digits(bytes, end)?;
    }
    Ok(end)
}

/// The end of the literal at `at`.
pub(super) fn literal(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let rest = bytes.get(at..).unwrap_or_default();
    let found = [&b"true"[..], b"false", b"null"]
        .into_iter()
        .find(|word| rest.starts_with(word));
    found
        .map(|word| at + word.len())
        .ok_or_else(|| expected(at, "a JSON value"))
}

pub(in crate::ingest) const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// The next place at or after `at` that holds no blank.
pub(in crate::ingest) fn after_blanks(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|byte| !is_blank(*byte)).unwrap_or(rest.len())
}

/// Where a value that may be broken inside seems to end: its brackets are closed and its strings too. `None`: it
/// does not end. With `one_line` strings do not go over the end of a line, as they may not in JSON.
pub(in crate::ingest) fn seeming_end(bytes: &[u8], at: usize, one_line: bool) -> Option<usize> {
    let mut depth = 0usize;
    let mut at = at;
    loop {
        match bytes.get(at)? {
            b'"' => {
                at = seeming_string_end(bytes, at, one_line)?;
                if depth == 0 {
                    return Some(at);
                }
                continue;
            }
            b'{' | b'[' => depth += 1,
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return Some(at + 1);
                }
            }
            _ if depth == 0 => {
                let rest = bytes.get(at..)?;
                let is_end =
                    |byte: &u8| is_blank(*byte) || matches!(byte, b',' | b'}' | b']' | b':' | b'{' | b'[' | b'"');
                let length = rest.iter().position(is_end).unwrap_or(rest.len());
                return (length > 0).then_some(at + length);
            }
            _ => {}
        }
        at += 1;
    }
}

fn seeming_string_end(bytes: &[u8], at: usize, one_line: bool) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let rest = bytes.get(at..)?;
        let stop = at + memchr::memchr3(b'"', b'\\', if one_line { b'\n' } else { b'"' }, rest)?;
        match bytes.get(stop)? {
            b'"' => return Some(stop + 1),
            b'\\' => at = stop + 2,
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_json() {
        for (text, end) in [
            ("0", 1),
            ("-0", 2),
            ("12", 2),
            ("1.5", 3),
            ("1e5", 3),
            ("1E+05", 5),
            ("-1.25e-3,", 8),
            ("1e999", 5),
            ("01", 1),
        ] {
            assert_eq!(number(text.as_bytes(), 0), Ok(end), "{text}");
        }
        for text in ["-", "+1", ".5", "1.", "1.e2", "1e", "1e+", "-a"] {
            assert!(number(text.as_bytes(), 0).is_err(), "{text}");
        }
    }

    #[test]
    fn strings_are_those_of_json() {
        for text in [
            r#""""#,
            r#""a b""#,
            r#""\"\\\/\b\f\n\r\t""#,
            r#""\u00e9\uD83D\ude00\ud800""#,
            "\"é😀\u{7f}\"",
        ] {
            assert_eq!(
                string(text.as_bytes(), 0).map(|token| token.end),
                Ok(text.len()),
                "{text}"
            );
        }
        for (text, at) in [
            ("\"a", 2),
            ("\"a\n\"", 2),
            ("\"\t\"", 1),
            (r#""\x""#, 1),
            (r#""\u12g4""#, 1),
            (r#""\u12"#, 1),
            ("\"\\", 2),
            ("\"\u{0}\"", 1),
        ] {
            assert_eq!(
                string(text.as_bytes(), 0).map_err(|broken| broken.at),
                Err(at),
                "{text:?}"
            );
        }
    }

    #[test]
    fn a_broken_value_seems_to_end_where_its_brackets_close() {
        let end = |text: &str, one_line| seeming_end(text.as_bytes(), 0, one_line);
        assert_eq!(end(r#"{"a":01,"b":"}"},{"#, false), Some(16));
        assert_eq!(end("nope,1", false), Some(4));
        assert_eq!(end("{\"a\":\"x\ny\"}", false), Some(11));
        assert_eq!(end("{\"a\":\"x\ny\"}", true), None);
        for text in ["", "{", "[{}", "\"a", "}", ",", "{\"a\":\"\\"] {
            assert_eq!(end(text, false), None, "{text}");
        }
    }
}
