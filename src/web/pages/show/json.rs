//! JSON as it was sent, laid out to be read: every digit, the order, and keys that come twice stay.
//!
//! The layout is a flat list of pieces, so that a template prints it in one loop.

use crate::model::json;

use super::marked::{Marks, Note};
use super::{quantity, text};

/// Bytes of one value shown on a page; the rest is in the raw file.
pub const SHOWN_MAX_BYTES: usize = 256 * 1024;
/// Lines of one value shown on a page.
pub const SHOWN_MAX_LINES: usize = 4000;
/// Characters shown of one string inside a value.
pub const STRING_MAX_CHARS: usize = 16 * 1024;
/// Deeper values are shown as text.
const DEPTH_MAX: usize = 128;
/// A value of at most this many bytes is unfolded at first.
const OPEN_MAX_BYTES: usize = 8 * 1024;
/// Of a larger one, what is this deep or has more children is folded.
const OPEN_DEPTH: usize = 4;
const OPEN_MAX_CHILDREN: usize = 100;

/// One line or bracket of the layout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    Open {
        key: Option<String>,
        bracket: char,
        /// What a folded value says of itself: `3 keys }`.
        folded: String,
        is_open: bool,
    },
    Close {
        bracket: char,
        comma: bool,
    },
    Leaf {
        key: Option<String>,
        /// As sent, quotes and escapes included.
        value: String,
        /// The same with line breaks, when it has any.
        lines: Option<String>,
        notes: Vec<Note>,
        comma: bool,
    },
}

/// A value as pages show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    pub pieces: Vec<Piece>,
    /// Says what is not shown, and how much of it there is.
    pub cut: Option<String>,
}

/// Lays a value out. `path` is its JSON Pointer in the record, which marks are looked up by.
pub fn tree(raw: &str, path: &str, marks: &Marks<'_>) -> Tree {
    let mut layout = Layout {
        marks,
        pieces: Vec::new(),
        is_small: raw.len() <= OPEN_MAX_BYTES,
        bytes_left: SHOWN_MAX_BYTES,
        lines_left: SHOWN_MAX_LINES,
        is_cut: false,
    };
    layout.value(None, raw, path, 0, false);
    let cut = layout.is_cut.then(|| {
        format!(
            "Not shown whole: a page shows at most {} and {} lines of a value, and this one has {}.",
            quantity::bytes(SHOWN_MAX_BYTES),
            quantity::count(&SHOWN_MAX_LINES.to_string()),
            quantity::bytes(raw.len())
        )
    });
    Tree {
        pieces: layout.pieces,
        cut,
    }
}

struct Layout<'a> {
    marks: &'a Marks<'a>,
    pieces: Vec<Piece>,
    is_small: bool,
    bytes_left: usize,
    lines_left: usize,
    is_cut: bool,
}

impl Layout<'_> {
    fn value(&mut self, key: Option<&str>, raw: &str, path: &str, depth: usize, comma: bool) {
        if self.lines_left == 0 || self.bytes_left == 0 {
            self.is_cut = true;
            return;
        }
        self.lines_left -= 1;
        match raw.as_bytes().first() {
            Some(b'{') if depth < DEPTH_MAX => self.object(key, raw, path, depth, comma),
            Some(b'[') if depth < DEPTH_MAX => self.array(key, raw, path, depth, comma),
            _ => self.leaf(key, raw, path, comma),
        }
    }

    fn object(&mut self, key: Option<&str>, raw: &str, path: &str, depth: usize, comma: bool) {
        let count = json::members(raw).count();
        if count == 0 {
            return self.leaf(key, raw, path, comma);
        }
        self.open(key, '{', &format!("{} }}", quantity::many(count, "key")), depth, count);
        for (at, (name, value)) in json::members(raw).enumerate() {
            let place = match self.marks.is_empty() {
                true => String::new(),
                false => child(path, &json::string(name).unwrap_or_default()),
            };
            self.value(Some(name), value, &place, depth + 1, at + 1 < count);
        }
        self.pieces.push(Piece::Close { bracket: '}', comma });
    }

    fn array(&mut self, key: Option<&str>, raw: &str, path: &str, depth: usize, comma: bool) {
        let count = json::elements(raw).count();
        if count == 0 {
            return self.leaf(key, raw, path, comma);
        }
        self.open(key, '[', &format!("{} ]", quantity::many(count, "item")), depth, count);
        for (at, value) in json::elements(raw).enumerate() {
            let place = match self.marks.is_empty() {
                true => String::new(),
                false => child(path, &at.to_string()),
            };
            self.value(None, value, &place, depth + 1, at + 1 < count);
        }
        self.pieces.push(Piece::Close { bracket: ']', comma });
    }

    fn open(&mut self, key: Option<&str>, bracket: char, folded: &str, depth: usize, children: usize) {
        self.spend(key.map_or(0, str::len));
        self.pieces.push(Piece::Open {
            key: key.map(str::to_owned),
            bracket,
            folded: folded.to_owned(),
            is_open: self.is_small || depth < OPEN_DEPTH && (children <= OPEN_MAX_CHILDREN || depth == 0),
        });
    }

    fn leaf(&mut self, key: Option<&str>, raw: &str, path: &str, comma: bool) {
        self.spend(key.map_or(0, str::len) + raw.len().min(STRING_MAX_CHARS));
        let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
        let (value, mut notes) = match inner {
            None => (text::clip(raw, STRING_MAX_CHARS).into_owned(), Vec::new()),
            Some(inner) => {
                let (shown, notes) = self.marks.of(path, inner);
                (format!("\"{}\"", text::clip(shown, STRING_MAX_CHARS)), notes)
            }
        };
        if raw.chars().nth(STRING_MAX_CHARS + 2).is_some() {
            self.is_cut = true;
            notes.push(Note {
                text: format!("shown in part, {} in all", quantity::bytes(raw.len())),
                replaces: false,
            });
        }
        let lines = inner
            .filter(|inner| inner.contains("\\n"))
            .and_then(|_| json::string(raw))
            .map(|decoded| text::clip(&decoded, STRING_MAX_CHARS).into_owned());
        self.pieces.push(Piece::Leaf {
            key: key.map(str::to_owned),
            value,
            lines,
            notes,
            comma,
        });
    }

    fn spend(&mut self, bytes: usize) {
        self.bytes_left = self.bytes_left.saturating_sub(bytes.max(1));
    }
}

fn child(path: &str, key: &str) -> String {
    format!("{path}/{}", json::pointer_token(key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::version::{Mark, MarkKind};

    /// The text a reader sees with everything unfolded, without indentation.
    fn read(tree: &Tree) -> String {
        let key = |key: &Option<String>| key.as_ref().map_or_else(String::new, |key| format!("{key}:"));
        let comma = |comma: &bool| if *comma { "," } else { "" };
        let piece = |piece: &Piece| match piece {
            Piece::Open { key: name, bracket, .. } => format!("{}{bracket}", key(name)),
            Piece::Close { bracket, comma: more } => format!("{bracket}{}", comma(more)),
            Piece::Leaf {
                key: name,
                value,
                comma: more,
                ..
            } => format!("{}{value}{}", key(name), comma(more)),
        };
        tree.pieces.iter().map(piece).collect()
    }

    fn shown(raw: &str) -> Tree {
        tree(raw, "", &Marks::default())
    }

    #[test]
    fn what_is_read_is_what_was_sent() {
        for raw in [
            r#"{"b":1.10,"a":12345678901234567890,"a":1e400,"x":{"y":[{},[],null,true,"\u00e9\ud83d"]}}"#,
            "[]",
            "\"text\"",
            "-0.0",
        ] {
            assert_eq!(read(&shown(raw)), raw);
            assert_eq!(shown(raw).cut, None);
        }
    }

    #[test]
    fn large_values_are_cut_and_say_so_with_every_bracket_closed() {
        let many = format!("[{}1]", "[1,2],".repeat(10_000));
        let tree = shown(&many);
        let opened = tree
            .pieces
            .iter()
            .filter(|piece| matches!(piece, Piece::Open { .. }))
            .count();
        let closed = tree
            .pieces
            .iter()
            .filter(|piece| matches!(piece, Piece::Close { .. }))
            .count();
        assert_eq!(opened, closed);
        assert!(tree.pieces.len() <= 2 * SHOWN_MAX_LINES);
        assert!(tree.cut.unwrap().contains("4,000 lines"));

        let long = format!("{{\"a\":\"{}\",\"b\":1}}", "x".repeat(900_000));
        let tree = shown(&long);
        assert!(read(&tree).len() < STRING_MAX_CHARS + 100);
        assert!(
            read(&tree).ends_with("\"b\":1}"),
            "what follows a long string is still there"
        );
        assert!(tree.cut.is_some());
    }

    #[test]
    fn marks_are_found_below_the_place_of_the_value() {
        let marks = [Mark {
            path: "/request/body/a~1b/0".into(),
            what: MarkKind::Redacted { rule: "secret".into() },
        }];
        let marks = Marks::new(&marks);
        let tree = tree(
            r#"{"a/b":["[redacted secret 00000000]","plain"]}"#,
            "/request/body",
            &marks,
        );
        let notes: Vec<usize> = tree
            .pieces
            .iter()
            .filter_map(|piece| match piece {
                Piece::Leaf { notes, .. } => Some(notes.len()),
                _ => None,
            })
            .collect();
        assert_eq!(notes, [1, 0]);
    }

    #[test]
    fn texts_with_line_breaks_can_be_read_as_lines() {
        let tree = shown(r#"["at a\n  at b"]"#);
        let lines = tree.pieces.iter().find_map(|piece| match piece {
            Piece::Leaf { lines, .. } => lines.clone(),
            _ => None,
        });
        assert_eq!(lines.unwrap(), "at a\n  at b");
    }
}
