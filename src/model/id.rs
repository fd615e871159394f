//! Ids and record keys.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::kind::Kind;

/// Longest id, in bytes of UTF-8.
pub const ID_MAX_BYTES: usize = 256;

/// An id as `model.md` allows it: 1 to [`ID_MAX_BYTES`] bytes, no control, invisible or bidirectional
/// characters, not `.` or `..`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Id(Box<str>);

/// Why a text is no id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    #[error("an id of at least one character")]
    Empty,
    #[error("an id of at most 256 bytes")]
    TooLong,
    #[error("an id without control, invisible or bidirectional characters")]
    Character,
    #[error("an id other than . and ..")]
    Dots,
}

impl Id {
    /// # Errors
    /// The rule the text breaks; the message is what was expected.
    pub fn parse(text: &str) -> Result<Id, IdError> {
        Id::check(text)?;
        Ok(Id(text.into()))
    }

    /// [`Id::parse`] without making one.
    ///
    /// # Errors
    /// The rule the text breaks.
    pub fn check(text: &str) -> Result<(), IdError> {
        if text.is_empty() {
            return Err(IdError::Empty);
        }
        if text.len() > ID_MAX_BYTES {
            return Err(IdError::TooLong);
        }
        if text == "." || text == ".." {
            return Err(IdError::Dots);
        }
        if !text.is_ascii() && text.chars().any(is_hidden) || text.bytes().any(|b| b < 0x20 || b == 0x7f) {
            return Err(IdError::Character);
        }
        Ok(())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last eight characters: how lists show an id.
    pub fn short(&self) -> &str {
        let cut = self.0.char_indices().rev().nth(7).map_or(0, |(at, _)| at);
        self.0.get(cut..).unwrap_or(&self.0)
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Characters that cannot be seen or that turn the direction of what follows: two ids that differ only in
/// them would look equal.
fn is_hidden(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}'
        | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// What identifies a record: its kind and id; a node run's id is unique only within its node.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RecordKey {
    kind: Kind,
    /// `[id]`, or `[flowRunId, nodeKey, id]` of a node run.
    parts: KeyParts,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
enum KeyParts {
    Plain(Id),
    NodeRun { flow_run: Id, node: Id, id: Id },
}

impl RecordKey {
    /// The key of any record but a node run, which needs [`RecordKey::node_run`].
    pub fn new(kind: Kind, id: Id) -> RecordKey {
        RecordKey {
            kind,
            parts: KeyParts::Plain(id),
        }
    }

    pub fn node_run(flow_run: Id, node: Id, id: Id) -> RecordKey {
        RecordKey {
            kind: Kind::NodeRun,
            parts: KeyParts::NodeRun { flow_run, node, id },
        }
    }

    pub fn kind(&self) -> Kind {
        self.kind
    }

    pub fn id(&self) -> &Id {
        match &self.parts {
            KeyParts::Plain(id) | KeyParts::NodeRun { id, .. } => id,
        }
    }

    /// (flow run id, node key) of a node run.
    pub fn node(&self) -> Option<(&Id, &Id)> {
        match &self.parts {
            KeyParts::Plain(_) => None,
            KeyParts::NodeRun { flow_run, node, .. } => Some((flow_run, node)),
        }
    }

    /// Bytes that are equal only for equal keys: kind code, then the parts joined by 0 (which no id may
    /// hold). Of two keys of one kind the order of these bytes is the order of the whole keys.
    pub fn bytes(&self) -> Vec<u8> {
        let mut out = vec![self.kind.code()];
        match &self.parts {
            KeyParts::Plain(id) => out.extend_from_slice(id.as_str().as_bytes()),
            KeyParts::NodeRun { flow_run, node, id } => {
                for (at, part) in [flow_run, node, id].into_iter().enumerate() {
                    if at > 0 {
                        out.push(0);
                    }
                    out.extend_from_slice(part.as_str().as_bytes());
                }
            }
        }
        out
    }
}
