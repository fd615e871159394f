//! What the pass leaves of an item.

use std::borrow::Cow;

use super::edit::{self, Edit};
use super::{decoded, item};
use crate::ingest::redact::{self, Rules};
use crate::model::json;

/// Where the text of a member is, without blanks between tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// In the item itself: there were no blanks.
    Item { start: usize, end: usize },
    /// In [`Found::compact`].
    Compact { start: usize, end: usize },
}

/// One top-level member as it stands in the item.
#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub key_start: usize,
    pub key_end: usize,
    pub sent: Sent,
}

/// What the pass found in one item; reused for the next one.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Found {
    pub is_object: bool,
    /// Where the item stands in the text that was walked.
    pub start: usize,
    pub end: usize,
    pub(super) members: Vec<Member>,
    pub(super) compact: String,
    /// By index of the member.
    pub(super) edits: Vec<(usize, Edit)>,
    pub(super) mark_bytes: usize,
}

/// A top-level member to be interpreted.
pub(in crate::ingest) struct Given<'a> {
    /// Decoded.
    pub name: Cow<'a, str>,
    /// As sent, without blanks between tokens.
    pub raw: &'a str,
    /// What is to be redacted in it.
    pub edits: Vec<Edit>,
}

impl Found {
    /// The members in their order; takes the edits out.
    pub fn take_members<'a>(&'a mut self, item: &'a str) -> impl ExactSizeIterator<Item = Given<'a>> {
        let Found {
            members,
            compact,
            edits,
            ..
        } = self;
        let mut edits = std::mem::take(edits).into_iter().peekable();
        let (members, compact) = (&*members, &*compact);
        let given = move |(index, member): (usize, &Member)| {
            let inside = item.get(member.key_start..member.key_end).unwrap_or_default();
            let raw = match member.sent {
                Sent::Item { start, end } => item.get(start..end),
                Sent::Compact { start, end } => compact.get(start..end),
            };
            let mut own = Vec::new();
            while let Some((_, edit)) = edits.next_if(|(of, _)| *of == index) {
                own.push(edit);
            }
            Given {
                name: decoded(inside),
                raw: raw.unwrap_or_default(),
                edits: own,
            }
        };
        members.iter().enumerate().map(given)
    }

    /// How many places are to be redacted.
    pub fn redactions(&self) -> usize {
        self.edits.len()
    }

    /// The beginning of an item that is refused after all, as it would have been stored: walked once more, since
    /// what was found in it is used up.
    pub fn beginning(&mut self, rules: &Rules, text: &str, limit: usize) -> String {
        let (start, end) = (self.start, self.end);
        if !self.is_object || item(rules, text, start, self).is_err() {
            return rules.beginning(text.get(start..end).unwrap_or_default(), limit);
        }
        let mut out = String::from("{");
        for given in self.take_members(text) {
            if out.len() > limit {
                break;
            }
            if out.len() > 1 {
                out.push(',');
            }
            let (raw, _) = edit::apply(given.raw, given.edits);
            out.push_str(&json::quote(&given.name));
            out.push(':');
            out.push_str(&raw);
        }
        out.push('}');
        redact::head(&out, limit).to_owned()
    }

    pub(super) fn clear(&mut self) {
        self.is_object = false;
        self.members.clear();
        self.compact.clear();
        self.edits.clear();
        self.mark_bytes = 0;
    }
}
