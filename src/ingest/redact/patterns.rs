//! Secrets by how they look, anywhere in a text.

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::names::{Names, Reach};
use super::{Rules, Spot, replacement_len};
use crate::ingest::walk::lexer::has;

/// Names before `=` and `:` are read up to this many bytes.
const NAME_MAX_BYTES: usize = 64;

/// Base64 as people write it: with or without the padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Adds what looks like a secret; `holds` says what the text holds, see [`has`].
pub(super) fn find(rules: &Rules, text: &str, holds: u16, found: &mut Vec<Spot>) {
    let all = |bits: u16| holds & bits == bits;
    if all(has::EQUALS) {
        assignments(rules, text, found);
    }
    if all(has::COLON | has::BLANK) {
        header_lines(rules, text, found);
    }
    if !rules.has_defaults {
        return;
    }
    if all(has::UPPER_J) {
        tokens(text, found);
    }
    if holds & (has::UNDERSCORE | has::DASH) != 0 {
        issued(text, holds, found);
    }
    if all(has::COLON | has::AT) {
        addresses(text, found);
    }
    if all(has::LETTER_B | has::BLANK) {
        schemes(text, found);
    }
    if all(has::DASH | has::BLANK) {
        private_keys(text, found);
    }
    if all(has::LESS) {
        elements(rules, text, found);
    }
}

fn run_end(text: &str, start: usize, holds: impl Fn(u8) -> bool) -> usize {
    let rest = text.as_bytes().get(start..).unwrap_or_default();
    start + rest.iter().position(|byte| !holds(*byte)).unwrap_or(rest.len())
}

fn run_start(text: &str, end: usize, holds: impl Fn(u8) -> bool) -> usize {
    let from = end.saturating_sub(NAME_MAX_BYTES);
    let before = text.as_bytes().get(from..end).unwrap_or_default();
    from + before.iter().rposition(|byte| !holds(*byte)).map_or(0, |at| at + 1)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%' | b'[' | b']')
}

/// `name=value` of URLs, forms, cookies and messages.
fn assignments(rules: &Rules, text: &str, found: &mut Vec<Spot>) {
    let ends_value =
        |byte: u8| byte <= b' ' || matches!(byte, b'&' | b'#' | b';' | b'"' | b'\'' | b'<' | b'>' | b'\\' | b'`');
    let mut skip_to = 0;
    let mut query_from = None;
    for equals in memchr::memchr_iter(b'=', text.as_bytes()) {
        if equals < skip_to {
            continue;
        }
        let start = run_start(text, equals, is_name);
        let name = text.get(start..equals).unwrap_or_default();
        let is_in_query =
            *query_from.get_or_insert_with(|| memchr::memchr(b'?', text.as_bytes()).unwrap_or(usize::MAX)) < start;
        let names = if is_in_query { Names::Query } else { Names::Form };
        let Some(secret) = rules.secret(&without_percents(name), names) else {
            continue;
        };
        let value = equals + 1;
        let rest = text.get(value..).unwrap_or_default();
        if let Some(length) = replacement_len(rest) {
            skip_to = value + length;
            continue;
        }
        // A quoted value may hold anything but its quote.
        let (value, end) = match rest.as_bytes().first() {
            Some(quote @ (b'"' | b'\'')) => (value + 1, run_end(text, value + 1, |byte| byte != *quote)),
            _ => (value, run_end(text, value, |byte| !ends_value(byte))),
        };
        let inside = text.get(value..end).unwrap_or_default();
        let end = value + inside.trim_end_matches([',', ')', ']', '}', '.']).len();
        skip_to = end;
        if replacement_len(inside).is_none() {
            found.push(Spot {
                start: value,
                end,
                rule: secret.rule,
            });
        }
    }
}

/// A name with its `%XX` decoded, as far as they are ASCII.
fn without_percents(name: &str) -> std::borrow::Cow<'_, str> {
    if !name.contains('%') {
        return name.into();
    }
    let mut out = String::with_capacity(name.len());
    let mut parts = name.split('%');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code.filter(u8::is_ascii) {
            Some(byte) => {
                out.push(char::from(byte));
                out.push_str(part.get(2..).unwrap_or_default());
            }
            None => out.push_str(part),
        }
    }
    out.into()
}

/// Lines such as `Cookie: a=b` and `X-Api-Key: …`, as in dumps of requests and `-H` of curl.
fn header_lines(rules: &Rules, text: &str, found: &mut Vec<Spot>) {
    let bytes = text.as_bytes();
    for colon in memchr::memchr_iter(b':', bytes) {
        if bytes.get(colon + 1).is_none_or(|byte| !matches!(byte, b' ' | b'\t')) {
            continue;
        }
        let start = run_start(text, colon, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
        });
        let opens = |at: usize| {
            bytes
                .get(at)
                .is_none_or(|byte| matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\'))
        };
        if start > 0 && !opens(start - 1) {
            continue;
        }
        let name = text.get(start..colon).unwrap_or_default();
        let Some(secret) = rules.secret(name, Names::Headers) else {
            continue;
        };
        let value = run_end(text, colon + 1, |byte| matches!(byte, b' ' | b'\t'));
        let end = run_end(text, value, |byte| {
            !matches!(byte, b'\n' | b'\r' | b'"' | b'\'' | b'\\')
        });
        let inside = text.get(value..end).unwrap_or_default().trim_end();
        if is_header_value(name, secret.reach, inside) {
            found.push(Spot {
                start: value,
                end: value + inside.len(),
                rule: secret.rule,
            });
        }
    }
}

/// Whether what follows a header's name is its value and not the rest of a sentence.
fn is_header_value(name: &str, reach: Reach, value: &str) -> bool {
    if replacement_len(value).is_some() {
        return false;
    }
    let words = value.split_ascii_whitespace().count();
    let is_like_one = |word: &str| {
        word.len() >= 8
            && word
                .bytes()
                .any(|byte| byte.is_ascii_digit() || byte == b'=' || byte == b'_')
    };
    match reach {
        Reach::Text if name.to_ascii_lowercase().ends_with("cookie") => value.contains('='),
        _ if words == 1 => is_like_one(value) || value.len() >= 20,
        Reach::Text => {
            words == 2
                && value
                    .split_ascii_whitespace()
                    .nth(1)
                    .is_some_and(|word| is_like_one(word) || word.len() >= 20)
        }
        Reach::Deep => false,
    }
}

/// JWT, signed or encrypted.
/// Beginnings by which those who issue tokens mark them, and how many characters follow at least.
const ISSUED: [(&str, usize); 12] = [
    ("ghp_", 20),
    ("gho_", 20),
    ("ghs_", 20),
    ("ghu_", 20),
    ("github_pat_", 20),
    ("sk_live_", 16),
    ("rk_live_", 16),
    ("sk_test_", 16),
    ("xoxb-", 10),
    ("xoxp-", 10),
    ("glpat-", 16),
    ("pat-", 32),
];

/// Tokens that are known by how they begin.
fn issued(text: &str, holds: u16, found: &mut Vec<Spot>) {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let can_be = |begin: &str| {
        holds
            & if begin.ends_with('-') {
                has::DASH
            } else {
                has::UNDERSCORE
            }
            != 0
    };
    for (begin, least) in ISSUED.into_iter().filter(|(begin, _)| can_be(begin)) {
        for start in memchr::memmem::find_iter(text.as_bytes(), begin) {
            let is_word = run_start(text, start, is_inside) == start;
            let end = run_end(text, start, is_inside);
            if is_word && end - start >= begin.len() + least {
                found.push(Spot {
                    start,
                    end,
                    rule: "token",
                });
            }
        }
    }
}

fn tokens(text: &str, found: &mut Vec<Spot>) {
    let is_base64url = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| memchr::memmem::find(rest.as_bytes(), b"eyJ"))
    {
        let start = from + at;
        from = start + 3;
        let mut end = start;
        let mut parts = 0;
        while parts < 5 {
            let part_end = run_end(text, end, is_base64url);
            if parts < 2 && part_end - end < 5 {
                break;
            }
            end = part_end;
            parts += 1;
            if text.as_bytes().get(end) != Some(&b'.') {
                break;
            }
            end += 1;
        }
        let whole = text.get(start..end).unwrap_or_default().trim_end_matches('.');
        if parts >= 2 && whole.contains('.') {
            found.push(Spot {
                start,
                end: start + whole.len(),
                rule: "jwt",
            });
            from = start + whole.len();
        }
    }
}

/// `scheme://user:password@host`.
fn addresses(text: &str, found: &mut Vec<Spot>) {
    for at in memchr::memmem::find_iter(text.as_bytes(), b"://") {
        let start = at + 3;
        let end = run_end(text, start, |byte| {
            byte > b' ' && !matches!(byte, b'/' | b'?' | b'#' | b'"' | b'\'' | b'<' | b'>' | b'\\')
        });
        let authority = text.get(start..end).unwrap_or_default();
        let Some((user, _)) = authority.rsplit_once('@') else {
            continue;
        };
        let Some((name, password)) = user.split_once(':') else {
            continue;
        };
        if !password.is_empty() {
            let start = start + name.len() + 1;
            found.push(Spot {
                start,
                end: start + password.len(),
                rule: "address",
            });
        }
    }
}

/// What follows the words bearer and basic, if it looks like what they announce.
fn schemes(text: &str, found: &mut Vec<Spot>) {
    let bytes = text.as_bytes();
    for at in memchr::memchr2_iter(b'b', b'B', bytes) {
        let word = |word: &str| {
            text.get(at..at + word.len())
                .is_some_and(|found| found.eq_ignore_ascii_case(word))
        };
        let is_within = at > 0 && bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        let (rule, length) = match () {
            () if is_within => continue,
            () if word("bearer") => ("bearer", 6),
            () if word("basic") => ("basic", 5),
            () => continue,
        };
        let start = run_end(text, at + length, |byte| matches!(byte, b' ' | b'\t'));
        if start == at + length {
            continue;
        }
        let end = run_end(text, start, |byte| {
            byte.is_ascii_alphanumeric() || b"-._~+/=".contains(&byte)
        });
        let token = text.get(start..end).unwrap_or_default().trim_end_matches('.');
        let is_secret = match rule {
            "bearer" => token.len() >= 20 || token.len() >= 8 && token.bytes().any(|byte| byte.is_ascii_digit()),
            _ => token.len() >= 4 && BASE64.decode(token).is_ok_and(|pair| pair.contains(&b':')),
        };
        if is_secret {
            found.push(Spot {
                start,
                end: start + token.len(),
                rule,
            });
        }
    }
}

/// PEM blocks of private keys, whole or cut off.
fn private_keys(text: &str, found: &mut Vec<Spot>) {
    const BEGIN: &[u8] = b"-----BEGIN ";
    let mut from = 0;
    while let Some(at) = text
        .get(from..)
        .and_then(|rest| memchr::memmem::find(rest.as_bytes(), BEGIN))
    {
        let start = from + at;
        from = start + BEGIN.len();
        let rest = text.get(from..).unwrap_or_default();
        let is_private = rest
            .split_once("-----")
            .is_some_and(|(label, _)| label.len() < 40 && label.ends_with("PRIVATE KEY"));
        if !is_private {
            continue;
        }
        let end = rest.find("-----END").and_then(|end| {
            let after = rest.get(end + 8..)?;
            Some(end + 8 + after.find("-----")? + 5)
        });
        let end = end.map_or(text.len(), |end| from + end);
        found.push(Spot {
            start,
            end,
            rule: "private_key",
        });
        from = end;
    }
}

/// Elements of XML whose name is that of a secret and that hold only text.
fn elements(rules: &Rules, text: &str, found: &mut Vec<Spot>) {
    let bytes = text.as_bytes();
    for open in memchr::memchr_iter(b'<', bytes) {
        let name_end = run_end(text, open + 1, |byte| {
            byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b':')
        });
        let name = text.get(open + 1..name_end).unwrap_or_default();
        let Some(secret) = rules.secret(name, Names::Json) else {
            continue;
        };
        let tag_end = run_end(text, name_end, |byte| !matches!(byte, b'<' | b'>'));
        if bytes.get(tag_end) != Some(&b'>') || bytes.get(tag_end - 1) == Some(&b'/') {
            continue;
        }
        let start = tag_end + 1;
        let end = run_end(text, start, |byte| byte != b'<');
        let is_closed = text.get(end..).is_some_and(|rest| rest.starts_with("</"));
        if is_closed && !text.get(start..end).unwrap_or_default().trim().is_empty() {
            found.push(Spot {
                start,
                end,
                rule: secret.rule,
            });
        }
    }
}
