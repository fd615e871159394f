//! Secrets in text that was meant to be JSON and is not: what is quoted and followed by a colon is taken for a key.

use super::names::{Names, Reach, Secret};
use super::{Rules, Spot, replacement_len};
use crate::ingest::walk::lexer::after_blanks;

/// The same in running text: what follows the colon is taken for a value when it begins as one and not as a word.
pub(super) fn find_in_prose(rules: &Rules, text: &str, found: &mut Vec<Spot>) {
    let mut all = Vec::new();
    find(rules, text, &mut all);
    let begins_as_value = |spot: &Spot| {
        let before = text.get(..spot.start).unwrap_or_default();
        let is_quoted = before.ends_with(['"', '\'']);
        let first = text.as_bytes().get(spot.start);
        is_quoted || first.is_some_and(u8::is_ascii_digit)
    };
    found.extend(all.into_iter().filter(begins_as_value));
}

/// Adds the values of keys that name a secret, in a text of which nothing is known.
pub(super) fn find(rules: &Rules, text: &str, found: &mut Vec<Spot>) {
    let mut at = 0;
    while let Some(key) = quoted(text, at) {
        let colon = after_blanks(text.as_bytes(), key.end);
        if text.as_bytes().get(colon) != Some(&b':') {
            // Not a key: its closing quote may as well be an opening one.
            at = key.inside;
            continue;
        }
        let name = text.get(key.inside..key.inside_end).unwrap_or_default();
        if let Some(secret) = rules.secret(name, Names::Json) {
            at = value(text, after_blanks(text.as_bytes(), colon + 1), secret, found);
        } else {
            at = colon + 1;
        }
    }
}

/// A text between two quotes of one kind, which may be escaped themselves (`\"`).
struct Quoted {
    inside: usize,
    inside_end: usize,
    /// One past the closing quote, or the end of the text.
    end: usize,
}

/// The first quoted text at or after a place.
fn quoted(text: &str, at: usize) -> Option<Quoted> {
    let bytes = text.as_bytes();
    let quote_at = at + memchr::memchr2(b'"', b'\'', bytes.get(at..)?)?;
    let quote = *bytes.get(quote_at)?;
    let backslashes = backslashes_before(bytes, quote_at);
    let inside = quote_at + 1;
    let mut from = inside;
    loop {
        let Some(close) = memchr::memchr(quote, bytes.get(from..)?).map(|next| from + next) else {
            return Some(Quoted {
                inside,
                inside_end: text.len(),
                end: text.len(),
            });
        };
        let own = backslashes_before(bytes, close).min(close - inside);
        if own <= backslashes {
            return Some(Quoted {
                inside,
                inside_end: close - own,
                end: close + 1,
            });
        }
        from = close + 1;
    }
}

fn backslashes_before(bytes: &[u8], at: usize) -> usize {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|byte| **byte == b'\\').count()
}

/// Adds the value at a place, of a container everything inside; answers where to go on.
fn value(text: &str, at: usize, secret: Secret, found: &mut Vec<Spot>) -> usize {
    let bytes = text.as_bytes();
    let mut depth = 0usize;
    let mut at = at;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        if let Some(length) = replacement_len(text.get(at..).unwrap_or_default()) {
            at += length;
            if depth == 0 {
                return at;
            }
            continue;
        }
        match byte {
            b'{' | b'[' if secret.reach == Reach::Deep => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.saturating_sub(1);
                at += 1;
            }
            b'"' | b'\'' | b'\\' => {
                let Some(string) = quoted(text, at) else {
                    return text.len();
                };
                at = string.end;
                let is_key = depth > 0 && bytes.get(after_blanks(bytes, at)) == Some(&b':');
                if !is_key {
                    found.push(Spot {
                        start: string.inside,
                        end: string.inside_end,
                        rule: secret.rule,
                    });
                }
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' | b'{' | b'[' => at += 1,
            _ => {
                let is_end = |byte: &u8| {
                    matches!(
                        byte,
                        b',' | b'{' | b'}' | b'[' | b']' | b' ' | b'\n' | b'\r' | b'\t' | b'"'
                    )
                };
                let rest = bytes.get(at..).unwrap_or_default();
                at += rest.iter().position(is_end).unwrap_or(rest.len());
                let word = text.get(start..at).unwrap_or_default();
                if word != "null" && secret.reach == Reach::Deep {
                    found.push(Spot {
                        start,
                        end: at,
                        rule: secret.rule,
                    });
                }
            }
        }
        if depth == 0 {
            return at.max(start + 1);
        }
    }
    text.len()
}
