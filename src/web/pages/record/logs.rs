//! What a record logged while it ran.

use super::super::show::json::{Tree, tree};
use super::super::show::marked::{Marks, Note};
use super::super::show::{quantity, text};
use super::received::Received;
use crate::model::id::{Id, RecordKey};
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::model::time::Micros;

/// Entries shown; the rest is in the raw JSON.
pub const ENTRIES_SHOWN_MAX: usize = 1000;
const MESSAGE_MAX_CHARS: usize = 8000;

pub struct Entry {
    /// Time of day, with the whole time for the title.
    pub time: Option<(String, String)>,
    pub level: String,
    pub is_bad: bool,
    pub took: String,
    pub message: String,
    pub notes: Vec<Note>,
    pub data: Option<Tree>,
    /// The API request it tells of.
    pub request: Option<String>,
}

pub struct Logs {
    pub entries: Vec<Entry>,
    pub all: usize,
}

/// How many entries a record has.
pub fn count(record: &Record) -> usize {
    let raw = record.content.raw(record.key.kind(), "logs");
    raw.map_or(0, |raw| json::elements(&raw).count())
}

pub fn logs(record: &Record, received: &Received, marks: &Marks<'_>) -> Logs {
    let Some(raw) = record.content.raw(record.key.kind(), "logs") else {
        return Logs {
            entries: Vec::new(),
            all: 0,
        };
    };
    let all = json::elements(&raw).count();
    let entries = json::elements(&raw).enumerate().take(ENTRIES_SHOWN_MAX);
    Logs {
        entries: entries
            .map(|(at, entry)| one(entry, &format!("/logs/{at}"), received, marks))
            .collect(),
        all,
    }
}

/// The API requests that entries name.
pub fn named(record: &Record) -> Vec<RecordKey> {
    let raw = record.content.raw(record.key.kind(), "logs").unwrap_or_default();
    json::elements(&raw)
        .take(ENTRIES_SHOWN_MAX)
        .filter_map(request_of)
        .collect()
}

fn request_of(entry: &str) -> Option<RecordKey> {
    let id = json::scalar(json::member(entry, "apiRequestId")?)?;
    Some(RecordKey::new(Kind::ApiRequest, Id::parse(&id).ok()?))
}

fn one(raw: &str, path: &str, received: &Received, marks: &Marks<'_>) -> Entry {
    let said = |name: &str| json::member(raw, name).and_then(json::scalar);
    // An entry that is no object is its own message.
    let (message, place) = match raw.starts_with('{') {
        true => (said("msg").unwrap_or_default(), format!("{path}/msg")),
        false => (json::scalar(raw).unwrap_or(raw.into()), path.to_owned()),
    };
    let (message, notes) = marks.of(&place, &message);
    let kind = said("type").unwrap_or_default();
    let level = said("level").unwrap_or(kind.clone());
    let time = said("time").map(|text| match Micros::parse(&text) {
        Some(at) => {
            let exact = super::super::show::time::exact(at);
            let clock = exact.split(' ').nth(1).unwrap_or_default().to_owned();
            (clock, exact)
        }
        None => (text::clip(&text, 30).into_owned(), String::new()),
    });
    Entry {
        time,
        is_bad: matches!(&*level, "error" | "fatal") || kind == "error",
        level: text::clip(&level, 20).into_owned(),
        took: said("durationMs").map(|ms| quantity::took(&ms)).unwrap_or_default(),
        message: text::clip(message, MESSAGE_MAX_CHARS).into_owned(),
        notes,
        data: json::member(raw, "data").map(|data| tree(data, &format!("{path}/data"), marks)),
        request: request_of(raw).and_then(|key| received.href(&key)),
    }
}
