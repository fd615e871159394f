//! What must not be stored: secrets by the name they go under, and by how they look.

mod loose;
mod names;
mod patterns;

use crate::config;
use crate::crypto::RootKey;

use super::walk::{self, lexer::has};
pub(super) use names::{Names, Reach, Secret};

/// Strings in strings in strings: so many levels are looked into as JSON, further ones as plain text.
const MAX_LEVELS: u8 = 4;

/// Bytes of a refused item that are looked through for secrets before its beginning is kept.
const LOOSE_MAX_BYTES: usize = 8 * 1024;

/// A place of a decoded text that must be redacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hit {
    pub start: usize,
    pub end: usize,
    /// What stands there instead.
    pub text: Box<str>,
    /// JSON Pointer into the text, when it holds JSON.
    pub path: String,
    pub rule: &'static str,
}

/// A place and its rule, before it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot {
    start: usize,
    end: usize,
    rule: &'static str,
}

/// The rules of redaction.
pub(super) struct Rules {
    has_defaults: bool,
    /// Further names, as [`names::plain`] writes them.
    keys: Vec<Box<str>>,
    /// Key of the hash that a redacted place shows.
    key: [u8; 32],
}

impl Rules {
    pub fn new(config: &config::Redaction, keys: &RootKey) -> Rules {
        let own = config.keys.iter().map(|key| names::plain(key));
        let own = own.filter(|key| !key.is_empty()).map(String::into_boxed_str);
        Rules {
            has_defaults: config.default_rules,
            keys: own.collect(),
            key: keys.derive("redacted values"),
        }
    }

    /// Nothing is redacted.
    pub fn are_off(&self) -> bool {
        !self.has_defaults && self.keys.is_empty()
    }

    /// The secret that goes under a name.
    pub fn secret(&self, name: &str, names: Names) -> Option<Secret> {
        if !self.keys.is_empty() && names::is_one_of(name, &self.keys) {
            return Some(Secret::CONFIGURED);
        }
        self.has_defaults.then(|| names::secret(name, names)).flatten()
    }

    /// Whether some pattern can be in a string that holds this.
    pub fn may_match(holds: u16) -> bool {
        let all = |bits: u16| holds & bits == bits;
        holds & (has::EQUALS | has::UPPER_J | has::LESS | has::UNDERSCORE | has::DASH) != 0
            || all(has::COLON | has::AT)
            || all(has::COLON | has::BLANK)
            || all(has::LETTER_B | has::BLANK)
    }

    /// What must be redacted in the decoded text of a string that no name makes a secret. `level` is how many
    /// strings the text's own one is inside of.
    pub fn find(&self, text: &str, holds: u16, level: u8) -> Vec<Hit> {
        let mut found = Vec::new();
        let holds_json = holds_json(text);
        let is_walked = holds_json && level < MAX_LEVELS;
        if let Some(hits) = is_walked.then(|| walk::inside(self, text, level + 1)).flatten() {
            return hits;
        }
        if holds_json {
            loose::find(self, text, &mut found);
        } else if holds & has::COLON != 0 && memchr::memchr2(b'"', b'\'', text.as_bytes()).is_some() {
            // An error message or a line of an event stream that quotes what was sent.
            loose::find_in_prose(self, text, &mut found);
        }
        if Rules::may_match(holds) {
            patterns::find(self, text, holds, &mut found);
        }
        self.hits(text, found)
    }

    fn hits(&self, text: &str, mut found: Vec<Spot>) -> Vec<Hit> {
        if found.is_empty() {
            return Vec::new();
        }
        // What begins inside an earlier replacement was made of it (`bearer 0123abcd` is no token), and of one that
        // something ends in nothing may be left over.
        let earlier = replacements(text);
        let around = |at: usize| {
            let before = earlier.partition_point(|(start, _)| *start <= at);
            earlier.get(before.checked_sub(1)?).filter(|(_, end)| at < *end)
        };
        found.retain(|place| place.start < place.end && around(place.start).is_none());
        for place in &mut found {
            place.end = around(place.end - 1).map_or(place.end, |(_, end)| *end);
        }
        found.sort_by_key(|place| (place.start, std::cmp::Reverse(place.end)));
        // Of places that overlap nothing may be left over: they are one.
        found.dedup_by(|later, kept| {
            let overlaps = later.start < kept.end;
            if overlaps {
                kept.end = kept.end.max(later.end);
            }
            overlaps
        });
        let hit = |place: Spot| Hit {
            start: place.start,
            end: place.end,
            text: self
                .replacement(place.rule, text.get(place.start..place.end).unwrap_or_default())
                .into(),
            path: String::new(),
            rule: place.rule,
        };
        found.into_iter().map(hit).collect()
    }

    /// `[redacted RULE HHHHHHHH]`: equal values look equal, and say no more than that.
    pub fn replacement(&self, rule: &str, value: &str) -> String {
        let hash = blake3::keyed_hash(&self.key, value.as_bytes());
        let [a, b, c, d, ..] = *hash.as_bytes();
        format!("[redacted {rule} {:08x}]", u32::from_be_bytes([a, b, c, d]))
    }

    /// Whether a text is what [`Rules::replacement`] makes.
    pub fn is_replacement(text: &str) -> bool {
        replacement_len(text) == Some(text.len())
    }

    /// The beginning of text that is no item, with what looks like a secret redacted.
    pub fn beginning(&self, text: &str, limit: usize) -> String {
        let text = head(text, LOOSE_MAX_BYTES.max(limit));
        let mut found = Vec::new();
        loose::find(self, text, &mut found);
        patterns::find(self, text, u16::MAX, &mut found);
        let mut out = String::new();
        let mut done = 0;
        for hit in self.hits(text, found) {
            out.push_str(text.get(done..hit.start).unwrap_or_default());
            out.push_str(&hit.text);
            done = hit.end;
        }
        out.push_str(text.get(done..).unwrap_or_default());
        head(&out, limit).to_owned()
    }
}

/// As much of a refused item as is looked at.
pub(super) fn looked_at(bytes: &[u8]) -> &[u8] {
    bytes.get(..LOOSE_MAX_BYTES).unwrap_or(bytes)
}

/// As much of a text as fits, whole characters.
pub(super) fn head(text: &str, limit: usize) -> &str {
    if text.len() <= limit {
        return text;
    }
    let cut = (0..=limit).rev().find(|at| text.is_char_boundary(*at));
    cut.and_then(|at| text.get(..at)).unwrap_or_default()
}

/// The length of the replacement a text begins with.
fn replacement_len(text: &str) -> Option<usize> {
    const DIGITS: usize = 8;
    let rest = text.strip_prefix("[redacted ")?;
    let name = rest
        .find(|c: char| !c.is_ascii_lowercase() && c != '_')
        .filter(|length| *length > 0)?;
    let digits = rest.get(name..)?.strip_prefix(' ')?;
    let is_hash = digits.get(..DIGITS)?.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_closed = digits.as_bytes().get(DIGITS) == Some(&b']');
    (is_hash && is_closed).then(|| text.len() - digits.len() + DIGITS + 1)
}

/// Where a text holds replacements.
fn replacements(text: &str) -> Vec<(usize, usize)> {
    let starts = memchr::memmem::find_iter(text.as_bytes(), b"[redacted ");
    let whole = |start| Some((start, start + replacement_len(text.get(start..)?)?));
    starts.filter_map(whole).collect()
}

fn holds_json(text: &str) -> bool {
    let text = text.trim_ascii();
    matches!(
        text.as_bytes(),
        [b'{', .., b'}'] | [b'[', .., b']'] | [b'"', b'{' | b'[', .., b'"']
    ) || text.starts_with(['{', '[']) && text.contains(['"', '\''])
}
