//! From the query line to conditions.

use std::ops::Range;

use super::error::{QueryError, Wrong};
use super::fields::{Field, Value as Takes};
use super::number;
use super::read::{self, Form, Said, Value};
use super::term::{NumberField, Pattern, Span, Term, Test, TextField, TimeField};
use super::time;
use crate::model::id::Id;
use crate::model::kind::Kind;
use crate::model::state::State;
use crate::model::words::{self, Phrase};

/// A term, and where the query says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub term: Term,
    /// Bytes of the query.
    pub at: Range<usize>,
}

/// Reads a query about records of a kind: terms that must all hold, in their order. Takes time linear in its length.
///
/// # Errors
/// It cannot be read; the error says where and what was expected.
pub fn parse(kind: Kind, text: &str) -> Result<Vec<Term>, QueryError> {
    Ok(parts(kind, text)?.into_iter().map(|part| part.term).collect())
}

/// [`parse`] with the place of each term.
///
/// # Errors
/// As [`parse`].
pub fn parts(kind: Kind, text: &str) -> Result<Vec<Part>, QueryError> {
    let said = read::read(kind, text)?;
    let part = |said: Said| {
        let mut any = Vec::new();
        for value in &said.values {
            let tests = match &said.field {
                None => Ok(vec![text_of(value)]),
                Some((field, member)) => tests(kind, field, member, value),
            };
            any.extend(tests.map_err(|wrong| read::error(text, (wrong, value.at.clone())))?);
        }
        // The same question in another order is the same.
        any.sort();
        any.dedup();
        let is_negated = said.is_negated;
        Ok(Part {
            term: Term { is_negated, any },
            at: said.at,
        })
    };
    said.into_iter().map(part).collect()
}

fn text_of(value: &Value) -> Test {
    let (text, form) = (value.text.as_str(), value.form);
    // Behind a sign any word may follow: then the beginning ends with a whole word.
    let is_open = form == Form::Begins && text.chars().next_back().is_some_and(words::is_letter);
    let phrase = match form {
        Form::Part => None,
        Form::Whole | Form::Begins => Phrase::of(text, is_open),
    };
    phrase.map_or_else(|| Test::Part(words::lower(text).into()), Test::Words)
}

fn tests(kind: Kind, field: &Field, member: &str, value: &Value) -> Result<Vec<Test>, Wrong> {
    let text = value.text.as_str();
    let takes_text = matches!(field.value, Takes::Text(_) | Takes::Meta);
    if !takes_text && value.form != Form::Whole {
        return Err(Wrong::Whole);
    }
    Ok(match field.value {
        Takes::State => states(kind, text)?,
        Takes::StateOrCode if kind == Kind::ApiRequest && number::is_like_code(text) => {
            vec![Test::Number(NumberField::Code, code(text)?)]
        }
        Takes::StateOrCode => states(kind, text)?,
        Takes::Number(NumberField::Code) => vec![Test::Number(NumberField::Code, code(text)?)],
        Takes::Number(NumberField::Duration) => {
            let span = number::span(text, number::duration, Wrong::Duration)?;
            vec![Test::Number(NumberField::Duration, span)]
        }
        Takes::Time(field) => vec![Test::Time(field, time_span(field, text)?)],
        Takes::Text(field) => vec![Test::Text(field, pattern(value, field == TextField::Url))],
        Takes::Meta => vec![Test::Meta(member.into(), pattern(value, false))],
        Takes::Ids(_) | Takes::Own | Takes::Run => field.ids(kind, &Id::parse(text).map_err(Wrong::Id)?),
    })
}

fn states(kind: Kind, word: &str) -> Result<Vec<Test>, Wrong> {
    let word = word.to_ascii_lowercase();
    if word == "unknown" {
        return Ok(vec![Test::State(None)]);
    }
    let of_kind = State::words_of(kind).iter().copied();
    // `failed` and `error` are two words for one thing.
    let is_it = |state: &State| match word.as_str() {
        "failed" | "error" => matches!(state, State::Failed | State::Error),
        word => state.word() == word,
    };
    let found: Vec<Test> = of_kind.filter(is_it).map(|state| Test::State(Some(state))).collect();
    if found.is_empty() {
        Err(Wrong::State(kind))
    } else {
        Ok(found)
    }
}

fn code(text: &str) -> Result<Span, Wrong> {
    number::span(text, number::code, Wrong::Code)
}

fn time_span(field: TimeField, text: &str) -> Result<Span, Wrong> {
    let span = number::span(text, time::read, Wrong::Time)?;
    match field {
        TimeField::Place | TimeField::Received if time::is_writable(span) => Ok(span),
        TimeField::Place | TimeField::Received => Err(Wrong::Time),
    }
}

fn pattern(value: &Value, holds: bool) -> Pattern {
    let text = words::lower(&value.text).into();
    match value.form {
        Form::Part => Pattern::Holds(text),
        Form::Begins => Pattern::Begins(text),
        Form::Whole if holds => Pattern::Holds(text),
        Form::Whole => Pattern::Is(text),
    }
}
