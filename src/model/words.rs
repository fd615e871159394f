//! Words of texts: what records are found by when nothing else is known of them.
//!
//! A text is lower-cased character by character and split at what is neither letter nor digit nor `_`. Scripts that
//! are written without blanks (Chinese, Japanese, Korean, Thai) are taken by pairs of neighbours. Of a word the
//! first [`WORD_MAX_CHARS`] characters count.

use serde::{Deserialize, Serialize};

use super::fields::{self, FieldRule, FieldType};
use super::json;
use super::kind::{ItemKind, Kind};

/// Characters of a word that count.
pub const WORD_MAX_CHARS: usize = 64;

/// Words that stand one after the other in one text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Phrase {
    words: Vec<Box<str>>,
    /// The last word is only the beginning of one.
    is_open: bool,
}

impl Phrase {
    /// The words of a text; `None`: it has none (it is nothing but signs, or one lone character of a script that is
    /// taken by pairs).
    pub fn of(text: &str, is_open: bool) -> Option<Phrase> {
        let words: Vec<Box<str>> = of(text).into_iter().map(String::into_boxed_str).collect();
        let lone = words.iter().any(|word| {
            let mut chars = word.chars();
            chars.next().is_some_and(is_paired) && (is_open || chars.next().is_none())
        });
        (!words.is_empty() && !lone).then_some(Phrase { words, is_open })
    }

    /// The words, as they are looked for.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().map(|word| &**word)
    }

    pub const fn is_open(&self) -> bool {
        self.is_open
    }

    /// Whether the words stand so in a text.
    pub fn is_in(&self, text: &str) -> bool {
        // Most texts are short and without any of the words: no list of theirs is made.
        let mut held: Vec<String> = Vec::new();
        let most = self.words.len();
        let mut is_found = false;
        each(text, |word| {
            if is_found {
                return;
            }
            if most == 1 {
                is_found = self.fits(0, word);
                return;
            }
            if held.len() == most {
                held.rotate_left(1);
                held.pop();
            }
            held.push(word.to_owned());
            is_found = held.len() == most && held.iter().enumerate().all(|(at, word)| self.fits(at, word));
        });
        is_found
    }

    fn fits(&self, at: usize, word: &str) -> bool {
        let is_last = at.saturating_add(1) == self.words.len();
        self.words.get(at).is_some_and(|wanted| {
            if self.is_open && is_last {
                word.starts_with(&**wanted)
            } else {
                word == &**wanted
            }
        })
    }

    /// The words that are known whole.
    pub fn whole(&self) -> impl Iterator<Item = &str> {
        let whole = self.words.len().saturating_sub(usize::from(self.is_open));
        self.words().take(whole)
    }
}

/// Whether the value of a field has words: payloads, errors, URLs, names and logs, and what nobody knows. Ids and
/// links, states, times and counts are found otherwise.
pub fn has_words(rule: Option<&FieldRule>) -> bool {
    let Some(rule) = rule else { return true };
    match rule.value {
        FieldType::Any
        | FieldType::Text
        | FieldType::Object
        | FieldType::Array
        | FieldType::Error
        | FieldType::Errors
        | FieldType::LogEntries
        | FieldType::Outputs => true,
        // Of another system, whatever they look like there.
        FieldType::Id => matches!(rule.name, "externalRecordId" | "eventType"),
        _ => false,
    }
}

/// [`has_words`] of a field by its name. Changes of entities are not searched: their entity is.
pub fn is_text(kind: Kind, name: &str) -> bool {
    kind != Kind::EntityChange && has_words(fields::rule(ItemKind::Log(kind), name).map(|(_, rule)| rule))
}

/// A text in lower case, character by character: what follows a letter does not change it.
pub fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

/// Words of a text, in their order.
pub fn of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    each(text, |word| words.push(word.to_owned()));
    words
}

/// Calls for each word of a text, in their order.
pub fn each(text: &str, mut take: impl FnMut(&str)) {
    let mut word = String::new();
    let mut chars = 0_usize;
    let mut pair = Pair::default();
    for c in text.chars() {
        if is_paired(c) {
            if chars > 0 {
                take(&word);
                word.clear();
                chars = 0;
            }
            if let Some(before) = pair.take(c) {
                take(String::from_iter([before, c]).as_str());
            }
            continue;
        }
        if let Some(alone) = pair.end() {
            take(alone.encode_utf8(&mut [0; 4]));
        }
        if is_letter(c) {
            // The dot that a Turkish capital I loses is no letter.
            for c in c.to_lowercase().filter(|c| is_letter(*c)) {
                if chars < WORD_MAX_CHARS {
                    word.push(c);
                    chars = chars.saturating_add(1);
                }
            }
        } else if chars > 0 {
            take(&word);
            word.clear();
            chars = 0;
        }
    }
    if let Some(alone) = pair.end() {
        take(alone.encode_utf8(&mut [0; 4]));
    }
    if chars > 0 {
        take(&word);
    }
}

/// The run of a script that is taken by pairs.
#[derive(Default)]
struct Pair {
    last: Option<char>,
    is_alone: bool,
}

impl Pair {
    /// The neighbour before it.
    fn take(&mut self, c: char) -> Option<char> {
        let before = self.last.replace(c);
        self.is_alone = before.is_none();
        before
    }

    /// Ends the run; a character that had no neighbour is a word by itself.
    fn end(&mut self) -> Option<char> {
        self.last.take().filter(|_| self.is_alone)
    }
}

/// Whether a character is part of a word.
pub fn is_letter(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Chinese, Japanese, Korean and Thai.
fn is_paired(c: char) -> bool {
    matches!(c,
        '\u{0e01}'..='\u{0e3a}' | '\u{0e40}'..='\u{0e4e}'
        | '\u{1100}'..='\u{11ff}' | '\u{3005}' | '\u{3007}' | '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}'
        | '\u{30fc}'..='\u{30ff}' | '\u{3131}'..='\u{318e}' | '\u{31f0}'..='\u{31ff}' | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{ff66}'..='\u{ff9f}'
        | '\u{20000}'..='\u{3ffff}')
}

const FNV_BEGIN: u32 = 0x811c_9dc5;
const FNV_PRIME: u32 = 0x0100_0193;

const fn fnv(hash: u32, byte: u8) -> u32 {
    (hash ^ byte as u32).wrapping_mul(FNV_PRIME)
}

/// The hash a word is filed under: FNV-1a, 32 bits, of its UTF-8. It is stored: never change it.
pub fn hash(word: &str) -> u32 {
    word.bytes().fold(FNV_BEGIN, fnv)
}

/// The lower-case form of each ASCII letter, digit and `_`; 0 for every other byte.
const LOWER: [u8; 256] = {
    let mut table = [0; 256];
    let mut byte = 0_usize;
    while byte < 128 {
        #[expect(clippy::cast_possible_truncation, reason = "below 128")]
        let ascii = byte as u8;
        if ascii.is_ascii_alphanumeric() || ascii == b'_' {
            #[expect(clippy::indexing_slicing, reason = "below 128, at compile time")]
            {
                table[byte] = ascii.to_ascii_lowercase();
            }
        }
        byte = byte.wrapping_add(1);
    }
    table
};

/// Adds the hashes of all words in a JSON value: those of its strings, numbers and keys, as decoded, and `true`,
/// `false` and `null`. What stands between texts in JSON stands between words, so it is read as it is.
pub fn hash_json(raw: &str, out: &mut Vec<u32>) {
    let bytes = raw.as_bytes();
    let mut hashing = Hashing {
        hash: FNV_BEGIN,
        chars: 0,
        pair: Pair::default(),
        out,
    };
    let mut at = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        let lower = LOWER.get(usize::from(byte)).copied().unwrap_or(0);
        if lower != 0 {
            hashing.ascii(lower);
            at = at.saturating_add(1);
        } else if byte == b'\\' {
            let (c, length) = escape(raw, at);
            hashing.char(c);
            at = at.saturating_add(length);
        } else if byte < 128 {
            hashing.gap();
            at = at.saturating_add(1);
        } else {
            let c = raw.get(at..).and_then(|rest| rest.chars().next()).unwrap_or(' ');
            hashing.char(c);
            at = at.saturating_add(c.len_utf8());
        }
    }
    hashing.gap();
}

/// The character of an escape and the bytes it takes.
fn escape(raw: &str, at: usize) -> (char, usize) {
    let unit = |at: usize| {
        let digits = raw.get(at..at.saturating_add(6))?.strip_prefix("\\u")?;
        u32::from_str_radix(digits, 16).ok()
    };
    let Some(high) = unit(at) else { return (' ', 2) };
    let low = unit(at.saturating_add(6)).filter(|low| (0xdc00..0xe000).contains(low));
    match low.filter(|_| (0xd800..0xdc00).contains(&high)) {
        Some(low) => {
            let code = ((high & 0x3ff) << 10 | low & 0x3ff).saturating_add(0x1_0000);
            (char::from_u32(code).unwrap_or(' '), 12)
        }
        // Half of a pair reads as a sign that is no letter.
        None => (char::from_u32(high).unwrap_or(' '), 6),
    }
}

/// Does what [`each`] does, without making the words.
struct Hashing<'a> {
    hash: u32,
    chars: usize,
    pair: Pair,
    out: &'a mut Vec<u32>,
}

impl Hashing<'_> {
    fn ascii(&mut self, lower: u8) {
        if self.chars == 0 {
            self.end_pair();
        }
        if self.chars < WORD_MAX_CHARS {
            self.hash = fnv(self.hash, lower);
            self.chars = self.chars.wrapping_add(1);
        }
    }

    fn char(&mut self, c: char) {
        if is_paired(c) {
            self.end_word();
            if let Some(before) = self.pair.take(c) {
                let mut text = [0; 8];
                let length = before.encode_utf8(&mut text).len();
                let pair = text.iter().take(length).fold(FNV_BEGIN, |hash, byte| fnv(hash, *byte));
                let pair = c.encode_utf8(&mut text).bytes().fold(pair, fnv);
                self.out.push(pair);
            }
            return;
        }
        if !is_letter(c) {
            self.gap();
            return;
        }
        self.end_pair();
        for c in c.to_lowercase().filter(|c| is_letter(*c)) {
            if self.chars < WORD_MAX_CHARS {
                self.hash = c.encode_utf8(&mut [0; 4]).bytes().fold(self.hash, fnv);
                self.chars = self.chars.wrapping_add(1);
            }
        }
    }

    fn gap(&mut self) {
        self.end_word();
        self.end_pair();
    }

    fn end_word(&mut self) {
        if self.chars > 0 {
            self.out.push(self.hash);
            (self.hash, self.chars) = (FNV_BEGIN, 0);
        }
    }

    fn end_pair(&mut self) {
        if let Some(alone) = self.pair.end() {
            self.out.push(hash(alone.encode_utf8(&mut [0; 4])));
        }
    }
}

/// Calls for each text in a JSON value (strings decoded, numbers as written, keys) until one is taken; whether one was.
pub fn any_text(raw: &str, mut is_it: impl FnMut(&str) -> bool) -> bool {
    let bytes = raw.as_bytes();
    let mut at = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        let is_text = matches!(byte, b'"' | b'-' | b'0'..=b'9');
        let end = if is_text { json::value_end(raw, at) } else { None };
        let text = end.and_then(|end| json::scalar(raw.get(at..end)?));
        if text.is_some_and(|text| is_it(&text)) {
            return true;
        }
        at = end.unwrap_or(at).max(at.saturating_add(1));
    }
    false
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn texts_are_split_as_people_read_them() {
        for (text, words) in [
            ("Order D-17 failed", &["order", "d", "17", "failed"][..]),
            ("ada@example.com", &["ada", "example", "com"]),
            ("snake_case CamelCase", &["snake_case", "camelcase"]),
            ("ÄÖÜ Straße ΟΔΟΣ", &["äöü", "straße", "οδοσ"]),
            ("東京都 に abc東京", &["東京", "京都", "に", "abc", "東京"]),
            ("서울시", &["서울", "울시"]),
            ("ไทย", &["ไท", "ทย"]),
            ("שלום עולם", &["שלום", "עולם"]),
            ("ok 😀 done", &["ok", "done"]),
            ("12.50", &["12", "50"]),
            ("", &[]),
            ("…!", &[]),
        ] {
            assert_eq!(of(text), words, "{text}");
        }
        assert_eq!(of(&"x".repeat(65_536)), ["x".repeat(WORD_MAX_CHARS)]);
    }

    #[test]
    fn a_phrase_is_words_in_their_order() {
        let phrase = |text: &str| Phrase::of(text, false).unwrap();
        assert!(phrase("D-17").is_in("order d 17."));
        assert!(!phrase("D-17").is_in("17 d"));
        assert!(phrase("a b a c").is_in("a b a b a c"));
        assert!(phrase("東京都").is_in("日本東京都庁"));
        assert!(!phrase("東京都").is_in("東京"));
        assert!(Phrase::of("ord", true).unwrap().is_in("an order"));
        assert!(!Phrase::of("der", true).unwrap().is_in("an order"));
        for none in ["", "?!", "😀", "東"] {
            assert_eq!(Phrase::of(none, false), None, "{none}");
        }
    }

    proptest! {
        /// A JSON text is hashed without being decoded; it must come to the same.
        #[test]
        fn hashes_of_json_are_those_of_its_texts(text in "[\\PC\\x00-\\x1f]{0,40}", escaped: bool) {
            let raw = match escaped {
                true => {
                    let units = text.encode_utf16().map(|unit| format!("\\u{unit:04x}"));
                    format!("\"{}\"", units.collect::<String>())
                }
                false => json::quote(&text),
            };
            let mut hashes = Vec::new();
            hash_json(&raw, &mut hashes);
            let expected: Vec<u32> = of(&text).iter().map(|word| hash(word)).collect();
            prop_assert_eq!(hashes, expected);
        }

        #[test]
        fn every_text_of_json_is_met(texts in prop::collection::vec("\\PC{0,12}", 1..6), number: i32) {
            let mut members: Vec<String> = texts.iter()
                .map(|text| format!("{}:[true,{},null]", json::quote(text), json::quote(text))).collect();
            members.push(format!("\"n\":{number}"));
            let raw = format!("{{{}}}", members.join(","));
            let mut met = Vec::new();
            any_text(&raw, |text| { met.push(text.to_owned()); false });
            let mut expected: Vec<String> = texts.iter().flat_map(|text| [text.clone(), text.clone()]).collect();
            expected.extend(["n".to_owned(), number.to_string()]);
            prop_assert_eq!(met, expected);
        }
    }
}
