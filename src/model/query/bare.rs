//! Text that somebody typed without knowing the query line: nothing but words, and no error.

use super::show::line;
use super::term::{Term, Test};
use crate::model::words::{self, Phrase};

/// Terms of one text; what comes after them is not looked for.
pub const BARE_TERMS_MAX: usize = 20;

/// Words that must all be there, in any order; what stands in quotes must stand together. A piece without letters or
/// digits is looked for as it is.
pub fn bare(text: &str) -> Vec<Term> {
    let mut terms = Vec::new();
    for (at, piece) in text.split('"').enumerate() {
        if at % 2 == 1 {
            terms.extend(term(piece.trim()));
        } else {
            terms.extend(piece.split_whitespace().filter_map(term));
        }
    }
    terms.truncate(BARE_TERMS_MAX);
    terms
}

/// The same as a query line.
pub fn as_query(text: &str) -> String {
    line(&bare(text))
}

fn term(text: &str) -> Option<Term> {
    let test = match Phrase::of(text, false) {
        Some(phrase) => Test::Words(phrase),
        None if text.is_empty() => return None,
        None => Test::Part(words::lower(text).into()),
    };
    Some(Term::of(test))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_words_and_quoted_phrases() {
        let words = |text: &str| Term::of(Test::Words(Phrase::of(text, false).unwrap()));
        assert_eq!(bare("order D-17"), [words("order"), words("d 17")]);
        assert_eq!(bare(r#"a "b c" d"#), [words("a"), words("b c"), words("d")]);
        assert_eq!(bare(r#"open "b c"#), [words("open"), words("b c")]);
        assert_eq!(bare("😀"), [Term::of(Test::Part("😀".into()))]);
        assert_eq!(bare(r#" "" "#), []);
        assert_eq!(
            as_query(r#"order D-17 "b c" 😀 AND "#),
            r#"order "d 17" "b c" ~"😀" and"#
        );
        assert_eq!(bare(&"a ".repeat(100)).len(), BARE_TERMS_MAX);
    }
}
