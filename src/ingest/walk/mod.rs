//! The one pass over an item's bytes: checks that they are JSON, drops blanks between tokens, finds the top-level
//! members and what must be redacted. Values are never parsed into anything.

pub(in crate::ingest) mod edit;
mod found;
pub(in crate::ingest) mod lexer;
mod secrets;
mod zone;

use std::borrow::Cow;

use super::redact::{Hit, Rules};
use super::text;
use crate::model::limits::{MAX_DEPTH, MAX_MEMBERS};
use edit::Edit;
pub(super) use found::{Found, Given};
use found::{Member, Sent};
use zone::{Frame, Zone};

/// Why a text is no item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken {
    /// Byte of the text.
    pub at: usize,
    pub why: Why,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Not JSON: what would have been.
    Expected(&'static str),
    TooDeep,
    TooManyMembers,
    /// There is so much to redact that the marks alone would pass [`MAX_MARK_BYTES`].
    TooManyMarks,
}

/// The text of a string's inside; most are borrowed.
fn decoded(inside: &str) -> Cow<'_, str> {
    if memchr::memchr(b'\\', inside.as_bytes()).is_none() {
        return Cow::Borrowed(inside);
    }
    let mut out = String::with_capacity(inside.len());
    text::decode(inside, &mut out);
    Cow::Owned(out)
}

/// Walks the item that begins at `at` and answers where it ends. What it is made of is left in `found`.
///
/// # Errors
/// Where and why it is no item.
pub(super) fn item(rules: &Rules, text: &str, at: usize, found: &mut Found) -> Result<usize, Broken> {
    found.clear();
    let mut pass = Pass::new(rules, text, at, 0, found);
    pass.is_item = true;
    pass.run()?;
    let end = pass.at;
    (found.start, found.end) = (at, end);
    Ok(end)
}

/// Finds what must be redacted in a whole text that is one JSON value, itself inside a string. `None`: it is not
/// JSON after all.
pub(super) fn inside(rules: &Rules, text: &str, level: u8) -> Option<Vec<Hit>> {
    let mut found = Found {
        is_object: true,
        ..Found::default()
    };
    let start = lexer::after_blanks(text.as_bytes(), 0);
    let mut pass = Pass::new(rules, text, start, level, &mut found);
    pass.run().ok()?;
    if lexer::after_blanks(text.as_bytes(), pass.at) < text.len() {
        return None;
    }
    let hit = |(_, edit): (usize, Edit)| {
        let note = edit.mark?;
        Some(Hit {
            start: edit.start,
            end: edit.end,
            text: edit.text,
            path: note.path,
            rule: note.rule,
        })
    };
    Some(found.edits.into_iter().filter_map(hit).collect())
}

struct Pass<'a> {
    rules: &'a Rules,
    text: &'a str,
    at: usize,
    frames: Vec<Frame>,
    found: &'a mut Found,
    /// An item, not a text inside a string.
    is_item: bool,
    /// How many strings this text is inside of.
    level: u8,
    /// Inside a member of the item.
    in_member: bool,
    /// Where the member's value begins, in the item and in `compact`.
    value_start: usize,
    compact_start: usize,
    /// Up to here the member was copied to `compact`.
    copied: usize,
}

impl<'a> Pass<'a> {
    fn new(rules: &'a Rules, text: &'a str, at: usize, level: u8, found: &'a mut Found) -> Pass<'a> {
        Pass {
            rules,
            text,
            at,
            frames: Vec::new(),
            found,
            is_item: false,
            level,
            in_member: false,
            value_start: 0,
            compact_start: 0,
            copied: 0,
        }
    }

    fn run(&mut self) -> Result<(), Broken> {
        if self.is_item {
            self.found.is_object = self.byte() == Some(b'{');
        }
        self.value()?;
        while let Some(frame) = self.frames.last() {
            let (is_object, is_fresh) = (frame.is_object, frame.is_fresh);
            self.blanks();
            match self.byte() {
                Some(b'}') if is_object => self.close()?,
                Some(b']') if !is_object => self.close()?,
                Some(b',') if !is_fresh => {
                    self.at += 1;
                    self.blanks();
                    self.entry()?;
                }
                _ if is_fresh => self.entry()?,
                _ if is_object => return Err(self.expected("a comma or }")),
                _ => return Err(self.expected("a comma or ]")),
            }
        }
        Ok(())
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn expected(&self, what: &'static str) -> Broken {
        self.broken(Why::Expected(what))
    }

    fn broken(&self, why: Why) -> Broken {
        Broken { at: self.at, why }
    }

    /// Skips blanks; in a member, what stands before them is copied.
    fn blanks(&mut self) {
        let start = self.at;
        if self.byte().is_none_or(|byte| byte > b' ') {
            return;
        }
        self.at = lexer::after_blanks(self.text.as_bytes(), start);
        if self.at > start && self.in_member {
            let before = self.text.get(self.copied..start).unwrap_or_default();
            self.found.compact.push_str(before);
            self.copied = self.at;
        }
    }

    /// A member of the object or an element of the array on top.
    fn entry(&mut self) -> Result<(), Broken> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        if !frame.is_object {
            frame.index += usize::from(!frame.is_fresh);
            frame.is_fresh = false;
            return self.value();
        }
        frame.is_fresh = false;
        if self.byte() != Some(b'"') {
            return Err(self.expected("a key in quotes"));
        }
        let token = lexer::string(self.text.as_bytes(), self.at)?;
        let key = (self.at + 1, token.end - 1);
        self.at = token.end;
        self.blanks();
        if self.byte() != Some(b':') {
            return Err(self.expected("a colon"));
        }
        self.at += 1;
        self.blanks();
        self.key(key, token.is_escaped);
        if self.is_item && self.frames.len() == 1 {
            if self.found.members.len() >= MAX_MEMBERS {
                return Err(self.broken(Why::TooManyMembers));
            }
            self.in_member = true;
            self.value_start = self.at;
            self.copied = self.at;
            self.compact_start = self.found.compact.len();
        }
        self.value()
    }

    /// Notes the key of the member to come, and whether it is the name of a secret.
    fn key(&mut self, key: (usize, usize), is_escaped: bool) {
        let inside = self.text.get(key.0..key.1).unwrap_or_default();
        let Some(frame) = self.frames.last_mut() else { return };
        frame.key = key;
        frame.secret = None;
        if frame.zone.takes_names() {
            let name = if is_escaped {
                decoded(inside)
            } else {
                Cow::Borrowed(inside)
            };
            frame.secret = self.rules.secret(&name, frame.zone.names);
        }
    }

    /// A value of any kind; a container is only opened.
    fn value(&mut self) -> Result<(), Broken> {
        let start = self.at;
        match self.byte() {
            Some(b'"') => {
                let token = lexer::string(self.text.as_bytes(), start)?;
                self.at = token.end;
                self.string(start, token)?;
            }
            Some(open @ (b'{' | b'[')) => {
                if self.frames.len() >= MAX_DEPTH {
                    return Err(self.broken(Why::TooDeep));
                }
                let zone = self.zone_below(open == b'{');
                self.frames.push(Frame::new(open == b'{', zone));
                self.at += 1;
                return Ok(());
            }
            Some(b'-' | b'0'..=b'9') => {
                self.at = lexer::number(self.text.as_bytes(), start)?;
                self.scalar(start, false)?;
            }
            Some(first) => {
                self.at = lexer::literal(self.text.as_bytes(), start)?;
                if first != b'n' {
                    self.scalar(start, true)?;
                }
            }
            None => return Err(self.expected("a JSON value")),
        }
        self.completed();
        Ok(())
    }

    /// The zone of a container that opens here.
    fn zone_below(&self, is_object: bool) -> Zone {
        let Some(frame) = self.frames.last() else {
            return Zone::default();
        };
        let key = self.text.get(frame.key.0..frame.key.1).filter(|_| frame.is_object);
        frame.zone_below(key, self.is_item && self.frames.len() == 1, is_object)
    }

    fn close(&mut self) -> Result<(), Broken> {
        self.pair()?;
        self.at += 1;
        self.frames.pop();
        self.completed();
        Ok(())
    }

    /// After a whole value: if it was that of a top-level member, the member is whole too.
    fn completed(&mut self) {
        if !self.in_member || self.frames.len() != 1 {
            return;
        }
        self.in_member = false;
        let Some(frame) = self.frames.last() else { return };
        let sent = if self.copied == self.value_start {
            Sent::Item {
                start: self.value_start,
                end: self.at,
            }
        } else {
            let rest = self.text.get(self.copied..self.at).unwrap_or_default();
            self.found.compact.push_str(rest);
            Sent::Compact {
                start: self.compact_start,
                end: self.found.compact.len(),
            }
        };
        self.found.members.push(Member {
            key_start: frame.key.0,
            key_end: frame.key.1,
            sent,
        });
    }

    /// A place of the text as a place of the member without blanks.
    fn place(&self, at: usize) -> usize {
        if !self.in_member {
            return at;
        }
        let copied = self.found.compact.len() - self.compact_start;
        copied + (at - self.copied)
    }
}
