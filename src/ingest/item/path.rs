//! Where a value is, written only when somebody must be told.

use crate::model::json::pointer_token;

/// A place in an item.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

/// Longest pointer that is told, in bytes; deeper places are told by the beginning of theirs.
const POINTER_MAX_BYTES: usize = 256;

impl Path<'_> {
    /// JSON Pointer.
    pub fn pointer(&self) -> String {
        let (before, token) = match self {
            Path::Root => return String::new(),
            Path::Key(before, key) => (before, pointer_token(key).into_owned()),
            Path::Index(before, index) => (before, index.to_string()),
        };
        let mut pointer = before.pointer();
        if pointer.len() + token.len() < POINTER_MAX_BYTES {
            pointer.push('/');
            pointer.push_str(&token);
        }
        pointer
    }

    /// JSON Pointer below the top-level member, of any length: as marks have it.
    pub fn below_top(&self) -> String {
        let (before, token) = match self {
            Path::Root | Path::Key(Path::Root, _) => return String::new(),
            Path::Key(before, key) => (before, pointer_token(key).into_owned()),
            Path::Index(before, index) => (before, index.to_string()),
        };
        format!("{}/{token}", before.below_top())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pointers_are_escaped_and_do_not_grow_without_end() {
        let (top, key) = (Path::Key(&Path::Root, "a/b"), "~");
        let path = Path::Index(&top, 3);
        assert_eq!(Path::Key(&path, key).pointer(), "/a~1b/3/~0");
        assert_eq!(Path::Key(&path, key).below_top(), "/3/~0");
        let long = "x".repeat(1000);
        assert_eq!(Path::Key(&top, &long).pointer(), "/a~1b");
    }
}
