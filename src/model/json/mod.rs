//! Reading JSON text that was checked at the door, without parsing it into values: what is not needed stays text.
//!
//! Everything here is linear, goes no deeper than a counter, and stops quietly on text that is not JSON.

use std::borrow::Cow;

/// The end of the value that begins at `at`, or `None` when there is none. Blanks between tokens are allowed.
pub fn value_end(text: &str, at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'{' | b'[' => {
            let mut depth = 0usize;
            let mut at = at;
            loop {
                match bytes.get(at)? {
                    b'"' => {
                        at = string_end(bytes, at)?;
                        continue;
                    }
                    b'{' | b'[' => depth += 1,
                    b'}' | b']' => {
                        depth = depth.checked_sub(1)?;
                        if depth == 0 {
                            return Some(at + 1);
                        }
                    }
                    _ => {}
                }
                at += 1;
            }
        }
        b',' | b':' | b'}' | b']' => None,
        _ => {
            let rest = bytes.get(at..)?;
            let length = rest
                .iter()
                .position(|b| matches!(b, b',' | b'}' | b']' | b':' | b' ' | b'\n' | b'\r' | b'\t'));
            Some(at + length.unwrap_or(rest.len()))
        }
    }
}

/// The end of the string whose opening quote is at `at`.
fn string_end(bytes: &[u8], at: usize) -> Option<usize> {
    let mut at = at + 1;
    loop {
        let rest = bytes.get(at..)?;
        let next = memchr::memchr2(b'"', b'\\', rest)?;
        at += next;
        if bytes.get(at) == Some(&b'"') {
            return Some(at + 1);
        }
        at += 2;
    }
}

fn skip_blanks(text: &str, at: usize) -> usize {
    let rest = text.as_bytes().get(at..).unwrap_or_default();
    at + rest
        .iter()
        .position(|b| !matches!(b, b' ' | b'\n' | b'\r' | b'\t'))
        .unwrap_or(rest.len())
}

/// The members of an object in their order: (key as written, with quotes; value). Empty for anything else.
pub fn members(object: &str) -> Members<'_> {
    let open = object.starts_with('{');
    Members {
        text: object,
        at: if open { 1 } else { object.len() },
    }
}

/// See [`members`].
pub struct Members<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Members<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let start = skip_blanks(self.text, self.at);
        let key_end =
            string_end(self.text.as_bytes(), start).filter(|_| self.text.as_bytes().get(start) == Some(&b'"'));
        self.at = self.text.len();
        let key_end = key_end?;
        let key = self.text.get(start..key_end)?;
        let colon = skip_blanks(self.text, key_end);
        if self.text.as_bytes().get(colon) != Some(&b':') {
            return None;
        }
        let value_start = skip_blanks(self.text, colon + 1);
        let end = value_end(self.text, value_start)?;
        let value = self.text.get(value_start..end)?;
        let next = skip_blanks(self.text, end);
        self.at = if self.text.as_bytes().get(next) == Some(&b',') {
            next + 1
        } else {
            self.text.len()
        };
        Some((key, value))
    }
}

/// The elements of an array in their order. Empty for anything else.
pub fn elements(array: &str) -> Elements<'_> {
    let open = array.starts_with('[');
    Elements {
        text: array,
        at: if open { 1 } else { array.len() },
    }
}

/// See [`elements`].
pub struct Elements<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Elements<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<Self::Item> {
        let start = skip_blanks(self.text, self.at);
        self.at = self.text.len();
        let end = value_end(self.text, start)?;
        let value = self.text.get(start..end)?;
        let next = skip_blanks(self.text, end);
        self.at = if self.text.as_bytes().get(next) == Some(&b',') {
            next + 1
        } else {
            self.text.len()
        };
        Some(value)
    }
}

/// The value of an object's member; of equal keys the last counts.
pub fn member<'a>(object: &'a str, name: &str) -> Option<&'a str> {
    members(object)
        .filter(|(key, _)| is_text(key, name))
        .map(|(_, value)| value)
        .last()
}

/// Whether a JSON string (with quotes) says this text.
pub fn is_text(raw: &str, text: &str) -> bool {
    string(raw).is_some_and(|decoded| decoded == text)
}

/// The text of a JSON string (with quotes). A lone surrogate escape reads as U+FFFD: what is kept is the
/// text as sent, this is for showing and comparing.
pub fn string(raw: &str) -> Option<Cow<'_, str>> {
    let inner = raw.strip_prefix('"')?.strip_suffix('"')?;
    if memchr::memchr(b'\\', inner.as_bytes()).is_none() {
        return Some(Cow::Borrowed(inner));
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        out.push_str(rest.get(..at)?);
        let escape = *rest.as_bytes().get(at + 1)?;
        let mut used = at + 2;
        match escape {
            b'n' => out.push('\n'),
            b't' => out.push('\t'),
            b'r' => out.push('\r'),
            b'b' => out.push('\u{8}'),
            b'f' => out.push('\u{c}'),
            b'u' => {
                let (c, length) = unicode_escape(rest.get(at..)?)?;
                out.push(c);
                used = at + length;
            }
            b'"' | b'\\' | b'/' => out.push(char::from(escape)),
            _ => return None,
        }
        rest = rest.get(used..)?;
    }
    out.push_str(rest);
    Some(Cow::Owned(out))
}

/// The character of the `\u` escape (or pair of them) that `text` begins with, and the escape's length.
fn unicode_escape(text: &str) -> Option<(char, usize)> {
    let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
    let high = unit(2)?;
    let is_pair = (0xd800..0xdc00).contains(&high) && text.get(6..8) == Some("\\u");
    if let Some(low) = unit(8).filter(|low| is_pair && (0xdc00..0xe000).contains(low)) {
        let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
        return Some((char::from_u32(code)?, 12));
    }
    Some((char::from_u32(high).unwrap_or('\u{fffd}'), 6))
}

/// Writes a text as a JSON string.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let code = u32::from(c);
                out.push_str("\\u00");
                for digit in [code >> 4, code & 15] {
                    out.push(char::from_digit(digit, 16).unwrap_or('0'));
                }
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The text of a scalar: a string decoded, a number or a boolean as written; `None` for null, objects, arrays.
pub fn scalar(raw: &str) -> Option<Cow<'_, str>> {
    match raw.as_bytes().first()? {
        b'"' => string(raw),
        b'{' | b'[' | b'n' => None,
        _ => Some(Cow::Borrowed(raw)),
    }
}

/// A token of a JSON Pointer.
pub fn pointer_token(key: &str) -> Cow<'_, str> {
    if key.contains(['~', '/']) {
        Cow::Owned(key.replace('~', "~0").replace('/', "~1"))
    } else {
        Cow::Borrowed(key)
    }
}

/// The value a JSON Pointer leads to.
pub fn pointer<'a>(value: &'a str, pointer: &str) -> Option<&'a str> {
    if pointer.is_empty() {
        return Some(value);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(value, |value, token| {
        let token = token.replace("~1", "/").replace("~0", "~");
        if value.starts_with('[') {
            elements(value).nth(token.parse().ok()?)
        } else {
            member(value, &token)
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_and_elements_are_read_in_order() {
        let object = r#"{"a":1, "b\"":[1,{"x":"]"}],"a":"last"}"#;
        let all: Vec<_> = members(object).collect();
        assert_eq!(
            all,
            [("\"a\"", "1"), (r#""b\"""#, r#"[1,{"x":"]"}]"#), ("\"a\"", "\"last\"")]
        );
        assert_eq!(member(object, "a"), Some("\"last\""));
        assert_eq!(elements(r#"[1,"a,b",{}]"#).collect::<Vec<_>>(), ["1", "\"a,b\"", "{}"]);
        assert_eq!(elements("[]").count() + members("{}").count(), 0);
        assert_eq!(pointer(object, "/b\"/1/x"), Some("\"]\""));
    }

    #[test]
    fn strings_are_decoded_and_written() {
        assert_eq!(string(r#""a\u00e9\n\ud83d\ude00""#).unwrap(), "aé\n😀");
        assert_eq!(string(r#""\ud83d x""#).unwrap(), "\u{fffd} x");
        assert_eq!(string(&quote("a\"\\\u{1}é")).unwrap(), "a\"\\\u{1}é");
    }

    #[test]
    fn rubbish_ends_quietly() {
        for text in [
            "", "{", "{\"", "{\"a", "{\"a\"", "{\"a\":", "[", "[\"\\", "[1,", "\"\\u12", "{\"a\":}", "[[[[", "{:1}",
        ] {
            let _ = members(text).count() + elements(text).count();
            let _ = (string(text), value_end(text, 0), scalar(text), pointer(text, "/a/0"));
        }
    }
}
