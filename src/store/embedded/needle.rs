//! Looking for a word in stored bytes without decoding them: most rows of a stretch that has a word do not have it.

use memchr::memmem;

use crate::model::query::term::Term;

/// The letters that are no ASCII and yet one in lower case: the Kelvin sign and the dotted capital I.
const KELVIN: &str = "\u{212a}";
const DOTTED: &str = "\u{130}";

/// A word in ASCII, lower-case.
#[derive(Debug)]
pub(super) struct Needle {
    word: Box<str>,
    /// The place in it that is looked for first, and the byte there in both cases.
    at: usize,
    lower: u8,
    upper: u8,
}

/// For each term that holds only for records with certain words: one word for each of its tests, of which one must be
/// there. Of words that are not ASCII nothing is said.
pub(super) fn of(terms: &[Term]) -> Vec<Vec<Needle>> {
    let of_term = |term: &Term| {
        let needle = |words: Vec<String>| {
            words
                .iter()
                .filter_map(|word| Needle::of(word))
                .max_by_key(|it| it.word.len())
        };
        term.any
            .iter()
            .map(|test| needle(test.words()))
            .collect::<Option<Vec<Needle>>>()
    };
    terms
        .iter()
        .filter(|term| !term.is_negated)
        .filter_map(of_term)
        .collect()
}

impl Needle {
    fn of(word: &str) -> Option<Needle> {
        // A digit has one case and is rarer than most letters.
        let at = word.bytes().position(|byte| byte.is_ascii_digit()).unwrap_or(0);
        let lower = *word.as_bytes().get(at).filter(|_| word.is_ascii())?;
        Some(Needle {
            word: word.into(),
            at,
            lower,
            upper: lower.to_ascii_uppercase(),
        })
    }

    /// Whether some JSON text in the bytes may have the word; `false` is certain.
    pub(super) fn may_be_in(&self, bytes: &[u8]) -> bool {
        let is_here = |at: usize| {
            let start = at.checked_sub(self.at);
            let here = start.and_then(|start| bytes.get(start..start.saturating_add(self.word.len())));
            here.is_some_and(|here| here.eq_ignore_ascii_case(self.word.as_bytes()))
        };
        memchr::memchr2_iter(self.lower, self.upper, bytes).any(is_here)
            // Written otherwise: as an escape, or with a letter of another script.
            || memmem::find(bytes, b"\\u").is_some()
            || self.word.contains('k') && memmem::find(bytes, KELVIN.as_bytes()).is_some()
            || self.word.contains('i') && memmem::find(bytes, DOTTED.as_bytes()).is_some()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::{json, words};

    proptest! {
        /// Wherever a text has the word, its JSON has the needle, whether escaped or not.
        #[test]
        fn no_text_that_has_the_word_is_missed(
            word in "[a-z0-9_İK]{1,6}", before in "[ \\PC]{0,9}", after in "[ \\PC]{0,9}", escaped: bool,
        ) {
            let text = format!("{before} {} {after}", word.to_uppercase());
            let raw = match escaped {
                true => text.encode_utf16().map(|unit| format!("\\u{unit:04x}")).collect(),
                false => json::quote(&text),
            };
            for word in words::of(&text) {
                if let Some(needle) = Needle::of(&word) {
                    prop_assert!(needle.may_be_in(raw.as_bytes()), "{word} in {raw}");
                }
            }
        }
    }

    #[test]
    fn a_text_without_the_word_is_passed_over() {
        let needle = Needle::of("d17x").unwrap();
        assert!(needle.may_be_in(b"an oD17Xo"));
        assert!(!needle.may_be_in(b"d17 d17y 17x") && !needle.may_be_in(b""));
        assert!(Needle::of("stra\u{df}e").is_none());
    }
}
