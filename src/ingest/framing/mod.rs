//! From one body to its items: an object, an array, or one object on each line.
//!
//! What a body is, its content type says or its text: a body that begins with `[` is an array; one whose first
//! value ends with its line is read line by line; anything else is a series of values, mostly of one. A broken
//! item is refused by itself as long as it can be told where it ends.

mod look;

use super::redact::Rules;
use super::walk::lexer::{after_blanks, seeming_end};
use super::walk::{self, Broken, Found, Why};
use crate::model::limits::{MAX_DEPTH, MAX_MEMBERS};
use crate::model::problem::{Problem, ProblemKey};
use look::Look;

/// What stands at one place of a body.
pub(super) struct Piece<'b> {
    /// From 0.
    pub index: usize,
    /// From 1, of a body read line by line.
    pub line: Option<usize>,
    pub what: Result<Item<'b>, Refused<'b>>,
}

/// A text that is JSON; what is in it is left in the [`Found`] that was given.
pub(super) struct Item<'b> {
    pub text: &'b str,
}

/// What cannot be an item.
pub(super) struct Refused<'b> {
    pub problem: Problem,
    pub bytes: &'b [u8],
}

/// Takes each piece with what was found in it; an error ends the reading.
pub(super) type Take<'t> = dyn FnMut(Piece<'_>, &mut Found) -> Result<(), Problem> + 't;

/// Reads a body piece by piece. `true`: it is one single object.
///
/// # Errors
/// No item could be made out, or `take` wants no more.
pub(super) fn read(
    rules: &Rules,
    content_type: Option<&str>,
    body: &[u8],
    take: &mut Take<'_>,
) -> Result<bool, Problem> {
    let look = look::at(content_type, body);
    let mut reader = Reader {
        rules,
        body,
        text: std::str::from_utf8(body).ok(),
        found: Found::default(),
        index: 0,
        take,
    };
    match look {
        Look::Nothing => {}
        Look::Lines { start } => reader.lines(start)?,
        Look::Array { start } => reader.array(start)?,
        Look::Series { start } => reader.series(start)?,
        Look::Single { start } => {
            reader.single(start)?;
            return Ok(true);
        }
    }
    if reader.index == 0 {
        return Err(Problem::new(ProblemKey::NoItems, "The body holds no items.")
            .expected("a JSON object, an array of objects, or an object on each line"));
    }
    Ok(false)
}

struct Reader<'b, 't, 'f> {
    rules: &'b Rules,
    body: &'b [u8],
    /// The body, when all of it is UTF-8.
    text: Option<&'b str>,
    found: Found,
    index: usize,
    take: &'t mut Take<'f>,
}

/// A value of the body, as far as it could be told.
struct Value<'b> {
    what: Result<Item<'b>, Refused<'b>>,
    /// One past it; `None`: it does not end, the rest of the body belongs to it.
    end: Option<usize>,
    /// It is not JSON at all.
    is_broken: bool,
}

impl<'b> Reader<'b, '_, '_> {
    fn give(&mut self, line: Option<usize>, what: Result<Item<'b>, Refused<'b>>) -> Result<(), Problem> {
        let piece = Piece {
            index: self.index,
            line,
            what,
        };
        self.index += 1;
        (self.take)(piece, &mut self.found)
    }

    fn bytes(&self, start: usize, end: usize) -> &'b [u8] {
        self.body.get(start..end).unwrap_or_default()
    }

    /// The value at a place; `origin` is where the bytes that people count begin.
    fn value(&mut self, start: usize, origin: usize) -> Value<'b> {
        let Some(text) = self.text else {
            return self.value_of_bytes(start, origin);
        };
        match walk::item(self.rules, text, start, &mut self.found) {
            Ok(end) => {
                // The spans in `found` are those of the whole text.
                Value {
                    what: Ok(Item { text }),
                    end: Some(end),
                    is_broken: false,
                }
            }
            Err(broken) => {
                let end = seeming_end(self.body, start, false);
                Value {
                    what: Err(Refused {
                        problem: problem(broken, origin),
                        bytes: self.bytes(start, end.unwrap_or(self.body.len())),
                    }),
                    end,
                    is_broken: matches!(broken.why, Why::Expected(_)),
                }
            }
        }
    }

    /// The same in a body that is not all UTF-8: where the value ends must be known first.
    fn value_of_bytes(&mut self, start: usize, origin: usize) -> Value<'b> {
        let end = seeming_end(self.body, start, false);
        let bytes = self.bytes(start, end.unwrap_or(self.body.len()));
        let refused = |problem| Err(Refused { problem, bytes });
        let (what, is_broken) = match std::str::from_utf8(bytes) {
            Err(error) if end.is_some() => (refused(not_utf8(start + error.valid_up_to() - origin)), false),
            Err(error) => {
                let at = start + error.valid_up_to();
                (refused(not_utf8(at - origin)), true)
            }
            Ok(text) => match walk::item(self.rules, text, 0, &mut self.found) {
                Ok(_) => (Ok(Item { text }), false),
                Err(broken) => {
                    let is_broken = matches!(broken.why, Why::Expected(_));
                    let at = Broken {
                        at: start + broken.at,
                        ..broken
                    };
                    (refused(problem(at, origin)), is_broken)
                }
            },
        };
        Value { what, end, is_broken }
    }

    fn lines(&mut self, start: usize) -> Result<(), Problem> {
        let mut at = start;
        let mut line = 0;
        while at < self.body.len() {
            line += 1;
            let rest = self.bytes(at, self.body.len());
            let end = at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            let first = after_blanks(self.body, at).min(end);
            if first < end {
                let what = self.line(first, end, at);
                self.give(Some(line), what)?;
            }
            at = end + 1;
        }
        Ok(())
    }

    fn line(&mut self, start: usize, end: usize, origin: usize) -> Result<Item<'b>, Refused<'b>> {
        let bytes = self.bytes(start, end);
        let refused = |problem| Err(Refused { problem, bytes });
        let known = self.text.and_then(|text| text.get(start..end));
        let text = match known.map_or_else(|| std::str::from_utf8(bytes), Ok) {
            Ok(text) => text,
            Err(error) => return refused(not_utf8(start - origin + error.valid_up_to())),
        };
        let within = |broken: Broken| Broken {
            at: start + broken.at,
            ..broken
        };
        match walk::item(self.rules, text, 0, &mut self.found) {
            Err(broken) => refused(problem(within(broken), origin)),
            Ok(end) if after_blanks(bytes, end) < bytes.len() => {
                let at = after_blanks(bytes, end);
                refused(problem(
                    within(Broken {
                        at,
                        why: Why::Expected("the end of the line"),
                    }),
                    origin,
                ))
            }
            Ok(_) => Ok(Item { text }),
        }
    }

    /// Refuses everything from a place on, as one item; when nothing came before it, the whole body.
    fn rest(&mut self, from: usize, broken: Broken) -> Result<(), Problem> {
        let problem = problem(broken, 0);
        if self.index == 0 {
            return Err(problem);
        }
        let bytes = self.bytes(from, self.body.len());
        self.give(None, Err(Refused { problem, bytes }))
    }

    fn array(&mut self, start: usize) -> Result<(), Problem> {
        let expected = |at, what| Broken {
            at,
            why: Why::Expected(what),
        };
        let mut at = after_blanks(self.body, start + 1);
        if self.body.get(at) == Some(&b']') {
            return self.end(at + 1);
        }
        loop {
            if at >= self.body.len() {
                return self.rest(at, expected(at, "a JSON value"));
            }
            let value = self.value(at, 0);
            // After a broken value that ends where no comma is, nothing can be told apart any more.
            let next = value.end.map(|end| after_blanks(self.body, end));
            let follows = next.and_then(|next| self.body.get(next)).copied();
            let Some(next) = next.filter(|_| !value.is_broken || matches!(follows, Some(b',' | b']'))) else {
                return self.unended(at, value);
            };
            self.give(None, value.what)?;
            match follows {
                Some(b',') => at = after_blanks(self.body, next + 1),
                Some(b']') => return self.end(next + 1),
                _ => return self.rest(next, expected(next, "a comma or ]")),
            }
        }
    }

    /// After the array: nothing more may come.
    fn end(&mut self, at: usize) -> Result<(), Problem> {
        let at = after_blanks(self.body, at);
        if at < self.body.len() {
            let why = Why::Expected("the end of the body");
            return self.rest(at, Broken { at, why });
        }
        Ok(())
    }

    /// A value that does not end: the rest of the body is refused with it.
    fn unended(&mut self, start: usize, value: Value<'b>) -> Result<(), Problem> {
        let bytes = self.bytes(start, self.body.len());
        match value.what {
            Err(refused) if self.index == 0 => Err(refused.problem),
            Err(Refused { problem, .. }) => self.give(None, Err(Refused { problem, bytes })),
            Ok(_) => Ok(()),
        }
    }

    fn series(&mut self, start: usize) -> Result<(), Problem> {
        let mut at = start;
        while at < self.body.len() {
            let value = self.value(at, 0);
            let Some(end) = value.end else {
                return self.unended(at, value);
            };
            self.give(None, value.what)?;
            at = after_blanks(self.body, end);
        }
        Ok(())
    }

    /// A body of one value: what is not JSON is no item.
    fn single(&mut self, start: usize) -> Result<(), Problem> {
        let value = self.value(start, 0);
        let rest = value
            .end
            .map(|end| after_blanks(self.body, end))
            .filter(|end| *end < self.body.len());
        match (value.what, rest) {
            (Err(refused), _) if value.is_broken => Err(refused.problem),
            (Ok(_), Some(at)) => {
                let why = Why::Expected("the end of the body");
                Err(problem(Broken { at, why }, 0))
            }
            (what, _) => self.give(None, what),
        }
    }
}

fn not_utf8(at: usize) -> Problem {
    Problem::new(ProblemKey::InvalidJson, format!("The text is not UTF-8 at byte {at}.")).expected("JSON in UTF-8")
}

/// What is said of a broken item; bytes are counted from `origin`.
fn problem(broken: Broken, origin: usize) -> Problem {
    let at = broken.at.saturating_sub(origin);
    match broken.why {
        Why::Expected(what) => {
            Problem::new(ProblemKey::InvalidJson, format!("The text is not JSON at byte {at}.")).expected(what)
        }
        Why::TooDeep => Problem::new(
            ProblemKey::TooDeep,
            format!("The item is nested too deep at byte {at}."),
        )
        .expected(format!("at most {MAX_DEPTH} objects and arrays inside each other")),
        Why::TooManyMembers => Problem::new(
            ProblemKey::InvalidValue,
            format!("The item has too many members at byte {at}."),
        )
        .expected(format!("at most {MAX_MEMBERS} members at the top level")),
        Why::TooManyMarks => Problem::new(
            ProblemKey::RecordTooLarge,
            format!("The item has too many places to redact at byte {at}."),
        )
        .expected("an item with fewer secrets in it"),
    }
}
