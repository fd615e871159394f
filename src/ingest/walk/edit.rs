//! What is to be written instead of what was sent, and the marks it leaves.

use crate::model::version::{Mark, MarkKind, RawJson};

/// A place of a value's text that is written otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) struct Edit {
    /// Place in the text without blanks between tokens.
    pub start: usize,
    pub end: usize,
    /// JSON text that stands there instead.
    pub text: Box<str>,
    /// Of a redaction: which rule, and where.
    pub mark: Option<Note>,
}

/// The mark of an edit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::ingest) struct Note {
    /// JSON Pointer below the value.
    pub path: String,
    pub rule: &'static str,
}

/// Writes a text with its edits. Edits are taken in the order of their places; one that begins inside what
/// another one replaced is left out.
pub(in crate::ingest) fn apply(raw: &str, mut edits: Vec<Edit>) -> (RawJson, Vec<Mark>) {
    if edits.is_empty() {
        return (raw.into(), Vec::new());
    }
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(raw.len() + edits.len() * 16);
    let mut marks: Vec<Mark> = Vec::new();
    let mut done = 0;
    for edit in edits {
        if edit.start < done {
            continue;
        }
        out.push_str(raw.get(done..edit.start).unwrap_or_default());
        out.push_str(&edit.text);
        done = edit.end;
        if let Some(note) = edit.mark {
            let mark = Mark {
                path: note.path.into(),
                what: MarkKind::Redacted { rule: note.rule.into() },
            };
            // Several places of one string leave one mark for each rule, and stand beside each other.
            if !marks
                .iter()
                .rev()
                .take_while(|last| last.path == mark.path)
                .any(|last| last.what == mark.what)
            {
                marks.push(mark);
            }
        }
    }
    out.push_str(raw.get(done..).unwrap_or_default());
    (out.into(), marks)
}
