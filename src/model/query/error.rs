//! Why a query cannot be read, and where.

use super::fields;
use crate::model::id::IdError;
use crate::model::kind::Kind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::state::State;

/// Longest query, characters.
pub const QUERY_MAX_CHARS: usize = 2_000;
/// Most terms of a query.
pub const TERMS_MAX: usize = 50;
/// Most values in all terms of a query.
pub const VALUES_MAX: usize = 100;

/// A query that cannot be read: what is wrong, and the part of it that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} at character {}", wrong, at.saturating_add(1))]
pub struct QueryError {
    pub wrong: Wrong,
    /// Characters before the wrong part.
    pub at: usize,
    /// Characters of the wrong part; none: something is missing there.
    pub length: usize,
}

/// What can be wrong with a query. It never holds what was typed, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    #[error("the query is too long")]
    TooLong,
    #[error("the query has too many terms")]
    TooManyTerms,
    #[error("the query has too many values")]
    TooManyValues,
    #[error("a value is missing")]
    NoValue,
    #[error("a minus excludes nothing")]
    NoTerm,
    #[error("two minus signs are not understood")]
    Dashes,
    #[error("AND does not stand between two terms")]
    And,
    #[error("OR is not understood")]
    Or,
    #[error("NOT is not understood")]
    Not,
    #[error("a quote is not closed")]
    Unclosed,
    #[error("a quote begins inside a word")]
    QuoteInside,
    #[error("something follows a closing quote")]
    AfterQuote,
    #[error("a star stands elsewhere than at the end of a value")]
    Star,
    #[error("there is no field of that name")]
    NoField(Kind),
    #[error("what looks like an address is not in quotes")]
    Address,
    #[error("what looks like a time or a number with a colon is not in quotes")]
    Clock,
    #[error("{} have no such field", .0.title())]
    OtherKind(Kind),
    #[error("the name of a member of meta is missing or not whole")]
    MetaName,
    #[error("the field takes whole values only")]
    Whole,
    #[error("{} have no such state", .0.title())]
    State(Kind),
    #[error("a status code cannot be read")]
    Code,
    #[error("a duration cannot be read")]
    Duration,
    #[error("a time cannot be read")]
    Time,
    #[error("the range ends before it begins")]
    Reversed,
    #[error("a value is no id")]
    Id(IdError),
}

impl Wrong {
    /// What would have been understood.
    pub fn expected(&self) -> String {
        let quoted = "in quotes, such as \"12:30\", to look for the text itself";
        match self {
            Wrong::TooLong => format!("at most {QUERY_MAX_CHARS} characters"),
            Wrong::TooManyTerms => format!("at most {TERMS_MAX} terms"),
            Wrong::TooManyValues => format!("at most {VALUES_MAX} values in all terms together"),
            Wrong::NoValue => "a value, such as customer:acme or state:failed,stopped without blanks".into(),
            Wrong::NoTerm => "a term right after it, such as -state:success or -word; a lone minus in quotes".into(),
            Wrong::Dashes => "one, to exclude what follows; or the text in quotes, such as \"--force\"".into(),
            Wrong::And => "nothing, since all terms must hold anyway; \"AND\" in quotes to look for the word".into(),
            Wrong::Or => "values joined by a comma, such as state:failed,stopped or this,that; \"OR\" in quotes to look for the word".into(),
            Wrong::Not => "a minus before the term, such as -state:success; \"NOT\" in quotes to look for the word".into(),
            Wrong::Unclosed => "a quote at the end of the text; a quote inside it is written \\\"".into(),
            Wrong::QuoteInside => "a blank before the quote, or all of the text in quotes with \\\" for each quote in it".into(),
            Wrong::AfterQuote => "a blank, a comma or a star after it".into(),
            Wrong::Star => "beginning* for what begins so, ~\"part\" for any part, \"*\" in quotes for a star".into(),
            Wrong::NoField(kind) => format!(
                "one of {}; or put all of it in quotes to look for the text",
                fields::names(*kind)
            ),
            Wrong::Address => "the address in quotes, such as \"https://example.com/a\", or url:example.com".into(),
            Wrong::Clock => format!("time:2026-11-20T12:30 for a time; or put it {quoted}"),
            Wrong::OtherKind(kind) => format!("one of {}", fields::names(*kind)),
            Wrong::MetaName => "meta.NAME:value; a name with blanks or colons in quotes, such as meta.\"a b\":value".into(),
            Wrong::Whole => "a whole value without a star or ~; begins and parts are found in texts such as url".into(),
            Wrong::State(kind) => {
                let words: Vec<&str> = State::words_of(*kind).iter().map(|state| state.word()).collect();
                [words, vec!["unknown"]].concat().join(", ")
            }
            Wrong::Code => "a number from 0 to 999, 4xx, or a range such as >=500, <400 or 500..503".into(),
            Wrong::Duration => "a number with us, ms, s, m or h (ms without), or a range such as >2s, <=500ms or 1s..2s".into(),
            Wrong::Time => "a day or a time such as 2026-11-20 or 2026-11-20T08:30, or a range such as >=2026-11-20 or 2026-11-20..2026-11-21".into(),
            Wrong::Reversed => "the smaller end first".into(),
            Wrong::Id(rule) => rule.to_string(),
        }
    }
}

impl QueryError {
    /// The refusal of the parameter that holds the query.
    pub fn problem(&self) -> Problem {
        let message = format!("The query cannot be read: {self}.");
        Problem::new(ProblemKey::InvalidParameter, message)
            .at("q")
            .expected(self.wrong.expected())
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Problem {
        error.problem()
    }
}
