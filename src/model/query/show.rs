//! Terms in the words of the query line. Whatever [`super::parse::parse`] gave reads back as the same.

use std::fmt;

use super::fields::{self, META};
use super::term::{NumberField, Pattern, Term, Test, TextField};
use super::{number, time};
use crate::model::filter::IdField;

/// Terms as one query.
pub fn line<'a>(terms: impl IntoIterator<Item = &'a Term>) -> String {
    let all: Vec<String> = terms.into_iter().map(Term::to_string).collect();
    all.join(" ")
}

impl fmt::Display for Term {
    /// As one would type it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_of_flow = |test: &&Test| {
            let Test::Id(IdField::UniversalFlow, id) = test else {
                return false;
            };
            self.any.contains(&Test::Id(IdField::Flow, id.clone()))
        };
        let values: Vec<String> = self.any.iter().filter(|test| !is_of_flow(test)).map(value).collect();
        let minus = if self.is_negated { "-" } else { "" };
        write!(f, "{minus}{}{}", self.name(), values.join(","))
    }
}

impl Term {
    /// The field with its colon; empty: it looks for text.
    fn name(&self) -> String {
        let is_state = |test: &Test| matches!(test, Test::State(_));
        let is_mixed = self.any.iter().any(is_state) && !self.any.iter().all(is_state);
        match self.any.first() {
            _ if is_mixed => "status:".to_owned(),
            Some(Test::Meta(name, _)) => format!("{META}{}:", plain_or_quoted(name)),
            Some(test) => fields::of_test(test).map_or_else(String::new, |field| format!("{}:", field.name)),
            None => String::new(),
        }
    }
}

fn value(test: &Test) -> String {
    match test {
        Test::State(None) => "unknown".to_owned(),
        Test::State(Some(state)) => state.word().to_owned(),
        Test::Id(_, id) | Test::Own(id) => plain_or_quoted(id.as_str()),
        Test::Number(NumberField::Code, span) => number::show_codes(*span),
        Test::Number(NumberField::Duration, span) => number::show_durations(*span),
        Test::Time(_, span) => {
            let time = time::show(*span);
            if time.contains(' ') { quoted(&time) } else { time }
        }
        Test::Text(field, text) => pattern(text, *field == TextField::Url),
        Test::Meta(_, text) => pattern(text, false),
        Test::Words(phrase) => {
            let words: Vec<&str> = phrase.words().collect();
            let star = if phrase.is_open() { "*" } else { "" };
            plain_or_quoted(&words.join(" ")) + star
        }
        Test::Part(part) => format!("~{}", quoted(part)),
    }
}

fn pattern(pattern: &Pattern, holds: bool) -> String {
    match pattern {
        Pattern::Is(text) => plain_or_quoted(text),
        Pattern::Begins(text) => plain_or_quoted(text) + "*",
        Pattern::Holds(text) if holds => plain_or_quoted(text),
        Pattern::Holds(text) => format!("~{}", quoted(text)),
    }
}

/// A text, in quotes unless none of its characters means anything.
pub fn plain_or_quoted(text: &str) -> String {
    let is_plain =
        |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '/' | '@' | '+' | '%' | '=' | '?' | '&' | '#');
    let is_word = text.starts_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '/'));
    let means = matches!(text, "AND" | "OR" | "NOT");
    match is_word && !means && text.chars().all(is_plain) {
        true => text.to_owned(),
        false => quoted(text),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
