//! The inside of JSON strings: decoded, measured, and where a decoded place stands in the text as sent. Everything
//! here reads insides that were checked already.

/// A run of a string's inside.
enum Run<'t> {
    Plain(&'t str),
    Escape { c: char, is_lone: bool },
}

/// The runs of an inside in their order, each with its beginning and length in bytes as sent.
struct Runs<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Iterator for Runs<'t> {
    type Item = (usize, usize, Run<'t>);

    fn next(&mut self) -> Option<Self::Item> {
        let start = self.at;
        let rest = self.text.get(start..).filter(|rest| !rest.is_empty())?;
        let plain = memchr::memchr(b'\\', rest.as_bytes()).unwrap_or(rest.len());
        if plain > 0 {
            self.at += plain;
            return Some((start, plain, Run::Plain(rest.get(..plain)?)));
        }
        let (c, length, is_lone) = escape(rest)?;
        self.at += length;
        Some((start, length, Run::Escape { c, is_lone }))
    }
}

fn runs(inside: &str) -> Runs<'_> {
    Runs { text: inside, at: 0 }
}

/// The character of the escape that `text` begins with, its length, and whether it is half of a surrogate pair.
fn escape(text: &str) -> Option<(char, usize, bool)> {
    let simple = |c| Some((c, 2, false));
    match text.as_bytes().get(1)? {
        b'n' => simple('\n'),
        b't' => simple('\t'),
        b'r' => simple('\r'),
        b'b' => simple('\u{8}'),
        b'f' => simple('\u{c}'),
        b'u' => {
            let unit = |at: usize| u32::from_str_radix(text.get(at..at + 4)?, 16).ok();
            let high = unit(2)?;
            let is_high = (0xd800..0xdc00).contains(&high) && text.get(6..8) == Some("\\u");
            if let Some(low) = unit(8).filter(|low| is_high && (0xdc00..0xe000).contains(low)) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Some((char::from_u32(code)?, 12, false));
            }
            let c = char::from_u32(high);
            Some((c.unwrap_or('\u{fffd}'), 6, c.is_none()))
        }
        other => simple(char::from(*other)),
    }
}

/// Decodes an inside. `false`: it holds a lone surrogate escape, which reads as U+FFFD.
pub(super) fn decode(inside: &str, out: &mut String) -> bool {
    let mut is_text = true;
    for (_, _, run) in runs(inside) {
        match run {
            Run::Plain(plain) => out.push_str(plain),
            Run::Escape { c, is_lone } => {
                out.push(c);
                is_text &= !is_lone;
            }
        }
    }
    is_text
}

/// Bytes of UTF-8 an inside decodes to.
pub(super) fn decoded_len(inside: &str) -> usize {
    let length = |(_, length, run): (usize, usize, Run<'_>)| match run {
        Run::Plain(_) => length,
        Run::Escape { c, .. } => c.len_utf8(),
    };
    runs(inside).map(length).sum()
}

/// The last place at or before `limit` that is neither inside an escape nor inside a character.
pub(super) fn boundary(inside: &str, limit: usize) -> usize {
    if limit >= inside.len() {
        return inside.len();
    }
    for (start, length, run) in runs(inside) {
        if start + length <= limit {
            continue;
        }
        return match run {
            Run::Plain(_) => (start..=limit)
                .rev()
                .find(|at| inside.is_char_boundary(*at))
                .unwrap_or(start),
            Run::Escape { .. } => start,
        };
    }
    inside.len()
}

/// Turns ascending places of the decoded text into places of the inside as sent.
pub(super) fn places_as_sent(inside: &str, places: &mut [usize]) {
    let mut wanted = places.iter_mut();
    let mut next = wanted.next();
    let mut decoded = 0;
    for (start, length, run) in runs(inside) {
        let decoded_length = match run {
            Run::Plain(_) => length,
            Run::Escape { c, .. } => c.len_utf8(),
        };
        while let Some(place) = next.take_if(|place| **place < decoded + decoded_length) {
            let within = match run {
                Run::Plain(_) => *place - decoded,
                Run::Escape { .. } => 0,
            };
            *place = start + within;
            next = wanted.next();
        }
        decoded += decoded_length;
    }
    for place in next.into_iter().chain(wanted) {
        *place = inside.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(inside: &str) -> (String, bool) {
        let mut out = String::new();
        let is_text = decode(inside, &mut out);
        (out, is_text)
    }

    #[test]
    fn insides_are_decoded_and_lone_surrogates_noticed() {
        for (inside, text, is_text) in [
            ("", "", true),
            ("plain é", "plain é", true),
            (r#"a\"b\\c\/d\n\t\r\b\f"#, "a\"b\\c/d\n\t\r\u{8}\u{c}", true),
            (r"\u00e9\ud83d\ude00", "é😀", true),
            (r"\ud83d x", "\u{fffd} x", false),
            (r"\ude00\ud83d\u0041", "\u{fffd}\u{fffd}A", false),
        ] {
            assert_eq!(decoded(inside), (text.to_owned(), is_text), "{inside}");
            assert_eq!(decoded_len(inside), text.len(), "{inside}");
        }
    }

    #[test]
    fn decoded_places_are_found_in_the_text_as_sent() {
        let inside = r#"a\n{\"k\":\"v\u00e9\"}z"#;
        let (text, _) = decoded(inside);
        let mut places: Vec<usize> = ["\n", "{", "k", "é", "}", "z"]
            .map(|part| text.find(part).unwrap())
            .into_iter()
            .chain([text.len()])
            .collect();
        places_as_sent(inside, &mut places);
        let expected: Vec<usize> = [r"\n", "{", "k", r"\u00e9", "}", "z"]
            .map(|part| inside.find(part).unwrap())
            .into_iter()
            .chain([inside.len()])
            .collect();
        assert_eq!(places, expected);
    }

    #[test]
    fn a_boundary_splits_neither_an_escape_nor_a_character() {
        let inside = r"aé\ud83d\ude00b";
        let at = |limit| boundary(inside, limit);
        assert_eq!(
            [at(0), at(1), at(2), at(3), at(9), at(14), at(15), at(16), at(99)],
            [0, 1, 1, 3, 3, 3, 15, 16, 16]
        );
    }
}
