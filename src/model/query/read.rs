//! The syntax of the query line: terms, names and values, by one pass over its characters.

use std::ops::Range;

use super::error::{QUERY_MAX_CHARS, QueryError, TERMS_MAX, VALUES_MAX, Wrong};
use super::fields::{self, Field, META, Value as FieldValue};
use crate::model::kind::Kind;

/// How a value was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Whole,
    /// `value*`
    Begins,
    /// `~"value"`
    Part,
}

/// One value, without its quotes and escapes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub text: String,
    pub form: Form,
    /// Where it stands, bytes.
    pub at: Range<usize>,
}

/// One term as it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub is_negated: bool,
    /// Its field, and of a member of `meta` the name; `None`: it looks for text.
    pub field: Option<(&'static Field, String)>,
    pub values: Vec<Value>,
    /// Where it stands, bytes.
    pub at: Range<usize>,
}

/// What is wrong with which bytes.
pub(super) type Found<T> = Result<T, (Wrong, Range<usize>)>;

/// Reads a query about records of a kind.
pub(super) fn read(kind: Kind, text: &str) -> Result<Vec<Said>, QueryError> {
    if let Some((at, _)) = text.char_indices().nth(QUERY_MAX_CHARS) {
        return Err(error(text, (Wrong::TooLong, at..text.len())));
    }
    let mut reader = Reader { kind, text, at: 0 };
    reader.terms().map_err(|wrong| error(text, wrong))
}

/// An error, its place counted in characters.
pub(super) fn error(text: &str, (wrong, at): (Wrong, Range<usize>)) -> QueryError {
    let chars = |range: Range<usize>| text.get(range).map_or(0, |part| part.chars().count());
    QueryError {
        wrong,
        at: chars(0..at.start),
        length: chars(at),
    }
}

struct Reader<'a> {
    kind: Kind,
    text: &'a str,
    /// Bytes read.
    at: usize,
}

impl<'a> Reader<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes);
    }

    fn eat(&mut self, wanted: char) -> bool {
        let is_there = self.rest().starts_with(wanted);
        if is_there {
            self.skip(wanted.len_utf8());
        }
        is_there
    }

    /// Passes over characters while they are of a sort, and answers them.
    fn take(&mut self, is_it: impl Fn(char) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest.find(|c: char| !is_it(c)).unwrap_or(rest.len());
        self.skip(length);
        rest.get(..length).unwrap_or("")
    }

    fn at_end_of_term(&self) -> bool {
        self.peek().is_none_or(char::is_whitespace)
    }

    fn terms(&mut self) -> Found<Vec<Said>> {
        let (mut terms, mut values) = (Vec::new(), 0_usize);
        let mut and = None;
        loop {
            self.take(char::is_whitespace);
            let begin = self.at;
            let word = self.rest().split(char::is_whitespace).next().unwrap_or("");
            let place = begin..begin.saturating_add(word.len());
            match word {
                "" => break,
                "AND" if terms.is_empty() || and.is_some() => return Err((Wrong::And, place)),
                "AND" => {
                    self.skip(word.len());
                    and = Some(place);
                    continue;
                }
                "OR" | "||" => return Err((Wrong::Or, place)),
                "NOT" => return Err((Wrong::Not, place)),
                _ => {}
            }
            and = None;
            let term = self.term()?;
            values = values.saturating_add(term.values.len());
            if terms.len() >= TERMS_MAX {
                return Err((Wrong::TooManyTerms, term.at));
            }
            if values > VALUES_MAX {
                return Err((Wrong::TooManyValues, term.at));
            }
            terms.push(term);
        }
        and.map_or(Ok(terms), |place| Err((Wrong::And, place)))
    }

    fn term(&mut self) -> Found<Said> {
        let begin = self.at;
        let is_negated = self.eat('-');
        if is_negated && self.peek() == Some('-') {
            return Err((Wrong::Dashes, begin..self.at.saturating_add(1)));
        }
        if is_negated && self.at_end_of_term() {
            return Err((Wrong::NoTerm, begin..self.at));
        }
        let field = self.field()?;
        let values = self.values(field.is_some())?;
        Ok(Said {
            is_negated,
            field,
            values,
            at: begin..self.at,
        })
    }

    /// The field before a colon, if there is one.
    fn field(&mut self) -> Found<Option<(&'static Field, String)>> {
        let begin = self.at;
        let is_name = |c: char| !c.is_whitespace() && !matches!(c, ':' | ',' | '"');
        let name = self.take(is_name);
        if name.eq_ignore_ascii_case(META) && self.peek() == Some('"') {
            let member = self.quoted()?;
            if !self.eat(':') || member.is_empty() {
                return Err((Wrong::MetaName, begin..self.at));
            }
            return self.known(META.to_owned() + &member, begin).map(Some);
        }
        if self.peek() != Some(':') {
            self.at = begin;
            return Ok(None);
        }
        self.skip(1);
        self.known(name.to_owned(), begin).map(Some)
    }

    fn known(&self, name: String, begin: usize) -> Found<(&'static Field, String)> {
        let end = self.at.saturating_sub(1);
        let Some(field) = fields::named(&name) else {
            return Err((self.no_field(&name), begin..end));
        };
        if !field.is_of(self.kind) {
            return Err((Wrong::OtherKind(self.kind), begin..end));
        }
        let member = match field.value {
            FieldValue::Meta => name.get(META.len()..).unwrap_or("").to_owned(),
            _ => String::new(),
        };
        Ok((field, member))
    }

    /// Why a name with a colon behind it is no field: most often it is a text that has one.
    fn no_field(&self, name: &str) -> Wrong {
        let is_number = name.bytes().any(|byte| byte.is_ascii_digit())
            && name
                .chars()
                .all(|c| c.is_ascii_digit() || matches!(c, '-' | '.' | '/' | 'T' | '[' | '('));
        if self.rest().starts_with("//") {
            Wrong::Address
        } else if name.eq_ignore_ascii_case(META) {
            Wrong::MetaName
        } else if is_number {
            Wrong::Clock
        } else {
            Wrong::NoField(self.kind)
        }
    }

    fn values(&mut self, is_of_field: bool) -> Found<Vec<Value>> {
        let begin = self.at;
        let mut values = Vec::new();
        loop {
            // Among words a comma may be one of the text, such as `failed,` at the end of a clause.
            let is_nothing = self.at_end_of_term() || self.peek() == Some(',');
            if !is_nothing {
                values.push(self.value(is_of_field)?);
            } else if is_of_field {
                return Err((Wrong::NoValue, self.at..self.at));
            }
            if !self.eat(',') {
                break;
            }
        }
        if values.is_empty() {
            return Err((Wrong::NoValue, begin..self.at));
        }
        Ok(values)
    }

    fn value(&mut self, is_of_field: bool) -> Found<Value> {
        let begin = self.at;
        let is_part = self.rest().starts_with("~\"");
        if is_part {
            self.skip(1);
        }
        if self.peek() != Some('"') {
            return self.bare(is_of_field);
        }
        let text = self.quoted()?;
        let form = match is_part {
            true => Form::Part,
            false if self.eat('*') => Form::Begins,
            false => Form::Whole,
        };
        if !self.at_end_of_term() && self.peek() != Some(',') {
            return Err((Wrong::AfterQuote, self.at..self.at.saturating_add(1)));
        }
        if text.trim().is_empty() {
            return Err((Wrong::NoValue, begin..self.at));
        }
        let at = begin..self.at;
        Ok(Value { text, form, at })
    }

    /// A text in quotes, its escapes taken out.
    fn quoted(&mut self) -> Found<String> {
        let begin = self.at;
        self.skip(1);
        let mut text = String::new();
        loop {
            text.push_str(self.take(|c| !matches!(c, '"' | '\\')));
            match self.peek() {
                None => return Err((Wrong::Unclosed, begin..self.at)),
                Some('"') => break,
                Some(_) => {
                    // A backslash before anything else is one, as in a path of Windows.
                    self.skip(1);
                    let is_escape = self.peek().is_some_and(|c| matches!(c, '"' | '\\'));
                    text.push(if is_escape { self.peek().unwrap_or('\\') } else { '\\' });
                    self.skip(usize::from(is_escape));
                }
            }
        }
        self.skip(1);
        Ok(text)
    }

    fn bare(&mut self, is_of_field: bool) -> Found<Value> {
        let begin = self.at;
        let all = self.take(|c| !c.is_whitespace() && !matches!(c, ',' | '"'));
        let at = begin..self.at;
        if self.peek() == Some('"') {
            return Err((Wrong::QuoteInside, self.at..self.at.saturating_add(1)));
        }
        if let Some((name, _)) = all.split_once(':').filter(|_| !is_of_field) {
            return Err((self.no_field(name), begin..begin.saturating_add(name.len())));
        }
        let (text, form) = match all.strip_suffix('*') {
            Some(text) => (text, Form::Begins),
            None => (all, Form::Whole),
        };
        if let Some(star) = text.find('*').or_else(|| text.is_empty().then_some(0)) {
            let star = begin.saturating_add(star);
            return Err((Wrong::Star, star..star.saturating_add(1)));
        }
        let text = text.to_owned();
        Ok(Value { text, form, at })
    }
}
