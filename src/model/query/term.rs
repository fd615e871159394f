//! The conditions a list can be narrowed by beyond the ids and states of its filter, and how a record meets them.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::model::id::Id;
use crate::model::id_field::IdField;
use crate::model::json;
use crate::model::record::Record;
use crate::model::state::State;
use crate::model::words::{self, Phrase};

/// One part of a query: it holds when one of its tests does, or, negated, when none does.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Term {
    pub is_negated: bool,
    pub any: Vec<Test>,
}

/// One condition on a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Test {
    /// Its own state; `None` stands for *unknown*.
    State(Option<State>),
    /// The id a field holds; customer and integration also when derived.
    Id(IdField, Id),
    /// Its own id.
    Own(Id),
    Number(NumberField, Span),
    Time(TimeField, Span),
    Text(TextField, Pattern),
    /// A member of `meta` whose value is a string, number or boolean.
    Meta(Box<str>, Pattern),
    /// Words of its payloads, errors, URLs and logs.
    Words(Phrase),
    /// Any part of one of these texts; lower-case.
    Part(Box<str>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum NumberField {
    /// HTTP status code.
    Code,
    /// How long it took, in microseconds: [`Record::duration`].
    Duration,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TimeField {
    /// Where it stands in lists.
    Place,
    /// Receipt of its first version.
    Received,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum TextField {
    Method,
    Url,
    /// `launchedBy.type`.
    Trigger,
    /// `key` of an error, on any level of its chain.
    ErrorKey,
    /// `type` of an error, on any level of its chain.
    ErrorType,
}

/// Numbers (or microseconds) from the first to the last, both included; an end that is left out is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    pub first: Option<i64>,
    pub last: Option<i64>,
}

/// What a text must be; compared in lower case. The pattern is lower-case already.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Pattern {
    Is(Box<str>),
    Begins(Box<str>),
    Holds(Box<str>),
}

impl Span {
    pub fn holds(self, number: i64) -> bool {
        self.first.is_none_or(|first| first <= number) && self.last.is_none_or(|last| number <= last)
    }
}

impl Pattern {
    pub fn holds(&self, text: &str) -> bool {
        let text = words::lower(text);
        match self {
            Pattern::Is(whole) => text == **whole,
            Pattern::Begins(begin) => text.starts_with(&**begin),
            Pattern::Holds(part) => text.contains(&**part),
        }
    }

    /// Words that every text it holds for has.
    fn words(&self) -> Vec<String> {
        match self {
            Pattern::Is(whole) => words::of(whole),
            Pattern::Begins(_) | Pattern::Holds(_) => Vec::new(),
        }
    }
}

impl Term {
    pub fn of(test: Test) -> Term {
        Term {
            is_negated: false,
            any: vec![test],
        }
    }

    /// Whether a record meets it. The record is whole, unless [`Term::needs_whole`] says that a summary will do.
    pub fn holds(&self, record: &Record) -> bool {
        self.any.iter().any(|test| test.holds(record)) != self.is_negated
    }

    pub fn needs_whole(&self) -> bool {
        self.any.iter().any(Test::needs_whole)
    }
}

impl Test {
    /// See [`Term::holds`].
    pub fn holds(&self, record: &Record) -> bool {
        let content = &record.content;
        match self {
            Test::State(state) => record.state() == *state,
            Test::Id(field, id) => record.id_text(*field).is_some_and(|text| text == id.as_str()),
            Test::Own(id) => record.key.id() == id,
            Test::Number(NumberField::Code, span) => {
                let code = content.text("statusCode").and_then(|text| text.parse().ok());
                // 0 is how some senders say "no answer".
                code.is_some_and(|code| code != 0 && span.holds(code))
            }
            Test::Number(NumberField::Duration, span) => record.duration().is_some_and(|micros| span.holds(micros)),
            Test::Time(TimeField::Place, span) => span.holds(record.known.place.0),
            Test::Time(TimeField::Received, span) => span.holds(record.known.received_at.0),
            Test::Text(field, pattern) => field.holds(record, pattern),
            Test::Meta(name, pattern) => {
                let meta = content.raw(record.key.kind(), "meta");
                let value = meta.as_deref().and_then(|meta| json::member(meta, name));
                value.and_then(json::scalar).is_some_and(|text| pattern.holds(&text))
            }
            Test::Words(phrase) => record.has_text(|text| phrase.is_in(text)),
            Test::Part(part) => record.has_text(|text| words::lower(text).contains(&**part)),
        }
    }

    /// Whether a summary does not tell.
    pub fn needs_whole(&self) -> bool {
        match self {
            Test::Text(field, _) => matches!(field, TextField::ErrorKey | TextField::ErrorType),
            Test::Meta(..) | Test::Words(_) | Test::Part(_) => true,
            _ => false,
        }
    }

    /// Words that every record it holds for has; none: the words do not tell.
    pub fn words(&self) -> Vec<String> {
        match self {
            Test::Words(phrase) => phrase.whole().map(str::to_owned).collect(),
            Test::Meta(_, pattern) | Test::Text(TextField::ErrorKey | TextField::ErrorType, pattern) => pattern.words(),
            _ => Vec::new(),
        }
    }
}

impl TextField {
    fn holds(self, record: &Record, pattern: &Pattern) -> bool {
        let content = &record.content;
        let text = match self {
            TextField::Method => content.text("method"),
            TextField::Url => content.text("requestUrl"),
            TextField::Trigger => content.launched_by_type(),
            TextField::ErrorKey => return errors(record, "key", pattern),
            TextField::ErrorType => return errors(record, "type", pattern),
        };
        text.is_some_and(|text| pattern.holds(&text))
    }
}

/// Whether a member of some error of the record, at any depth, is such a text.
fn errors(record: &Record, member: &str, pattern: &Pattern) -> bool {
    let kind = record.key.kind();
    let raw = |name: &str| record.content.raw(kind, name);
    let (one, many) = (raw("error"), raw("errors"));
    let many = many.as_deref().filter(|raw| raw.starts_with('['));
    let all = one
        .as_deref()
        .into_iter()
        .chain(many.into_iter().flat_map(json::elements));
    let mut chain: Vec<&str> = all.collect();
    while let Some(error) = chain.pop().filter(|raw| raw.starts_with('{')) {
        let text: Option<Cow<'_, str>> = json::member(error, member).and_then(json::scalar);
        if text.is_some_and(|text| pattern.holds(&text)) {
            return true;
        }
        chain.extend(json::member(error, "causedByError"));
    }
    false
}
