//! What a body is, by its content type or by its text.

use crate::ingest::walk::lexer::{after_blanks, seeming_end};

/// What a body is, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Look {
    /// Empty, or blanks only.
    Nothing,
    /// One item on each line.
    Lines {
        start: usize,
    },
    Array {
        start: usize,
    },
    /// One value and nothing else.
    Single {
        start: usize,
    },
    /// Values one after another, over lines as they like.
    Series {
        start: usize,
    },
}

const LINE_TYPES: [&str; 6] = [
    "application/x-ndjson",
    "application/ndjson",
    "application/jsonl",
    "application/x-jsonl",
    "application/jsonlines",
    "application/x-jsonlines",
];

pub(super) fn at(content_type: Option<&str>, body: &[u8]) -> Look {
    let mark = if body.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let start = after_blanks(body, mark);
    let Some(first) = body.get(start) else {
        return Look::Nothing;
    };
    let media = content_type
        .and_then(|full| full.split(';').next())
        .unwrap_or_default()
        .trim();
    if LINE_TYPES.iter().any(|known| known.eq_ignore_ascii_case(media)) {
        return Look::Lines { start: mark };
    }
    if *first == b'[' {
        let element = body.get(after_blanks(body, start + 1));
        let is_array = matches!(element, None | Some(b'{' | b']')) || !has_object_line(body, start);
        return if is_array {
            Look::Array { start }
        } else {
            Look::Lines { start: mark }
        };
    }
    let Some(end) = seeming_end(body, start, true) else {
        return if has_object_line(body, start) {
            Look::Lines { start: mark }
        } else {
            Look::Single { start }
        };
    };
    let next = after_blanks(body, end);
    let Some(follower) = body.get(next) else {
        return Look::Single { start };
    };
    let is_over_lines = holds_newline(body, start, end);
    let is_on_next_line = holds_newline(body, end, next);
    let is_lines = match (is_over_lines, is_on_next_line) {
        (false, true) => true,
        (false, false) => *follower != b'{' && has_object_line(body, next),
        (true, _) => *first != b'{' && has_object_line(body, start),
    };
    match () {
        () if is_lines => Look::Lines { start: mark },
        // A text with something before its first brace is no series of anything.
        () if *first != b'{' && *follower != b'{' => Look::Single { start },
        () => Look::Series { start },
    }
}

fn holds_newline(body: &[u8], start: usize, end: usize) -> bool {
    body.get(start..end)
        .is_some_and(|part| memchr::memchr(b'\n', part).is_some())
}

/// Whether some line after the one at `from` looks like an object by itself.
fn has_object_line(body: &[u8], from: usize) -> bool {
    let rest = body.get(from..).unwrap_or_default();
    let mut lines = rest.split(|byte| *byte == b'\n').skip(1);
    lines.any(|line| {
        let line = line.trim_ascii_end();
        line.starts_with(b"{") && line.ends_with(b"}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_known_by_its_text() {
        for (body, look) in [
            ("", Look::Nothing),
            (" \r\n\t", Look::Nothing),
            ("{}", Look::Single { start: 0 }),
            ("\u{feff} {}\n", Look::Single { start: 4 }),
            ("{\n \"a\": {}\n}\n", Look::Single { start: 0 }),
            ("[{}]", Look::Array { start: 0 }),
            ("\n[\n{}\n]", Look::Array { start: 1 }),
            ("[", Look::Array { start: 0 }),
            ("{}\n{}", Look::Lines { start: 0 }),
            ("{}\n\nnot json\n", Look::Lines { start: 0 }),
            ("{\n}\n{\n}", Look::Series { start: 0 }),
            ("{}{}", Look::Series { start: 0 }),
            ("{} {}", Look::Series { start: 0 }),
            ("{} x", Look::Series { start: 0 }),
            ("{\"a\":\n{}\n", Look::Lines { start: 0 }),
            ("{\"a\":\"x}\n{\"b\":1}\n", Look::Lines { start: 0 }),
            ("{}}\n{}\n", Look::Lines { start: 0 }),
            ("hello\n{\"a\":1}\n", Look::Lines { start: 0 }),
            ("[\"a\":1}\n{\"a\":1}\n", Look::Lines { start: 0 }),
            ("hello", Look::Single { start: 0 }),
            ("hello you", Look::Single { start: 0 }),
            ("{\"a\":", Look::Single { start: 0 }),
        ] {
            assert_eq!(at(None, body.as_bytes()), look, "{body:?}");
        }
    }

    #[test]
    fn a_content_type_of_lines_is_believed() {
        for media in [
            "application/x-ndjson",
            "application/x-ndjson; charset=utf-8",
            "Application/NDJSON",
        ] {
            assert_eq!(at(Some(media), b"[1]"), Look::Lines { start: 0 }, "{media}");
        }
        for media in [
            "application/json",
            "application/x-www-form-urlencoded",
            "text/plain",
            "",
        ] {
            assert_eq!(at(Some(media), b"[1]"), Look::Array { start: 0 }, "{media}");
        }
    }
}
