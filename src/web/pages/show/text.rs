//! Texts of records, short enough for where they stand.

use std::borrow::Cow;

/// Characters of a name, URL or reason in a list's row and in a page's title.
pub const LINE_MAX_CHARS: usize = 200;

/// The beginning of a text in one line; `…` says that there is more.
pub fn line(text: &str) -> Cow<'_, str> {
    clip(text, LINE_MAX_CHARS)
}

/// At most so many characters of a text; `…` says that there is more.
pub fn clip(text: &str, chars: usize) -> Cow<'_, str> {
    match text.char_indices().nth(chars) {
        None => Cow::Borrowed(text),
        Some((end, _)) => Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default())),
    }
}

/// `CLIENT_ACTION_REQUIRED` → `Client action required`.
pub fn sentence_case(word: &str) -> String {
    let lower = word.replace(['_', '-'], " ").to_lowercase();
    let mut chars = lower.chars();
    chars
        .next()
        .map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// A message as a sentence: it begins with a capital and ends with a full stop.
pub fn sentence(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    let first = chars
        .next()
        .map(|first| first.to_uppercase().to_string())
        .unwrap_or_default();
    format!("{first}{}.", chars.as_str())
}

/// A URL without its scheme, query and fragment: what one tells requests apart by.
pub fn bare_url(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['?', '#']).next().unwrap_or(rest)
}

/// `launchedBy`, `appEventTypeId` → `Launched by`, `App event type id`: a field without a label of its own.
pub fn label(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() {
            out.push(' ');
            out.push(c.to_ascii_lowercase());
        } else if out.is_empty() {
            out.push(c.to_ascii_uppercase());
        } else {
            out.push(c);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(clip("äöü", 3), "äöü");
        assert_eq!(clip("äöü", 2), "äö…");
        assert_eq!(line(&"x".repeat(70_000)).chars().count(), LINE_MAX_CHARS + 1);
    }

    #[test]
    fn words_and_names_read_as_a_sentence() {
        assert_eq!(sentence_case("CLIENT_ACTION_REQUIRED"), "Client action required");
        assert_eq!(sentence_case(""), "");
        assert_eq!(sentence("a write failed."), "A write failed.");
        assert_eq!(label("appEventTypeId"), "App event type id");
        assert_eq!(bare_url("https://api.example.com/a/b?c=d#e"), "api.example.com/a/b");
        assert_eq!(bare_url("/a"), "/a");
    }
}
