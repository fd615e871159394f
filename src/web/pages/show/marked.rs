//! Places that are not as they were sent: what was redacted or cut shows as a mark, and only what a record lists is one.

use std::collections::BTreeMap;

use crate::model::version::{Mark, MarkKind};

use super::quantity;

/// A note beside a value that is not as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    pub text: String,
    /// What stands there now is the note alone: the whole value was a secret.
    pub replaces: bool,
}

/// The marks of one record by place.
#[derive(Debug, Default)]
pub struct Marks<'a>(BTreeMap<&'a str, Vec<&'a MarkKind>>);

impl<'a> Marks<'a> {
    pub fn new(marks: &'a [Mark]) -> Marks<'a> {
        let mut all: BTreeMap<&str, Vec<&MarkKind>> = BTreeMap::new();
        for mark in marks {
            all.entry(&mark.path).or_default().push(&mark.what);
        }
        Marks(all)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The text of a place without what a mark wrote into it, and the notes that say what it did.
    pub fn of<'t>(&self, path: &str, text: &'t str) -> (&'t str, Vec<Note>) {
        let mut shown = text;
        let mut notes = Vec::new();
        for what in self.0.get(path).into_iter().flatten() {
            match what {
                MarkKind::Cut { bytes } => {
                    let bytes = usize::try_from(*bytes).unwrap_or(usize::MAX);
                    if let Some((kept, _)) = shown.rsplit_once("…[cut ") {
                        shown = kept;
                    }
                    notes.push(Note {
                        text: format!("cut, {} more were sent", quantity::bytes(bytes)),
                        replaces: false,
                    });
                }
                MarkKind::Redacted { rule } => {
                    let replaces = shown.starts_with("[redacted ") && shown.find(']') == Some(shown.len() - 1);
                    let print = shown.strip_suffix(']').and_then(|text| text.rsplit_once(' '));
                    let text = match print.filter(|_| replaces) {
                        Some((_, print)) => format!("redacted · rule {rule} · {print}"),
                        None => format!("redacted in part · rule {rule}"),
                    };
                    notes.push(Note { text, replaces });
                }
            }
        }
        notes.extend(self.inside(path));
        (shown, notes)
    }

    /// Marks further in: the place is a string that holds JSON.
    fn inside(&self, path: &str) -> Option<Note> {
        let below = format!("{path}/");
        let count = self
            .0
            .range(below.as_str()..)
            .take_while(|(place, _)| place.starts_with(&below))
            .count();
        (count > 0).then(|| Note {
            text: format!("{} in this text redacted or cut", quantity::many(count, "place")),
            replaces: false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(path: &str, what: MarkKind) -> Mark {
        Mark {
            path: path.into(),
            what,
        }
    }

    #[test]
    fn only_listed_places_are_marks() {
        let rule: Box<str> = "authorization".into();
        let marks = [
            mark("/a", MarkKind::Redacted { rule: rule.clone() }),
            mark("/b", MarkKind::Cut { bytes: 12_000 }),
            mark("/c/x", MarkKind::Redacted { rule: rule.clone() }),
            mark("/d", MarkKind::Redacted { rule }),
        ];
        let marks = Marks::new(&marks);
        let secret = "[redacted authorization 1a2b3c4d]";
        let (_, notes) = marks.of("/a", secret);
        assert_eq!(notes[0].text, "redacted · rule authorization · 1a2b3c4d");
        assert!(notes[0].replaces);
        let (shown, notes) = marks.of("/b", "begin…[cut 12000 bytes]");
        assert_eq!(
            (shown, notes[0].text.as_str()),
            ("begin", "cut, 12.0 kB more were sent")
        );
        let (_, notes) = marks.of("/c", "{\"x\":\"y\"}");
        assert_eq!(notes[0].text, "1 place in this text redacted or cut");
        let (shown, notes) = marks.of("/d", "Bearer [redacted authorization 1a2b3c4d] sent");
        assert_eq!(shown, "Bearer [redacted authorization 1a2b3c4d] sent");
        assert_eq!(notes[0].text, "redacted in part · rule authorization");
        assert_eq!(
            marks.of("/other", secret),
            (secret, vec![]),
            "a sender's own words are no mark"
        );
    }
}
