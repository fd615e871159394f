//! Errors as records carry them: each a chain from the outermost to the deepest cause.

use super::super::show::json::{Tree, tree};
use super::super::show::marked::{Marks, Note};
use super::super::show::text;
use crate::model::json;
use crate::model::record::Record;

/// Errors of one record that are shown; the rest is in the raw JSON.
pub const ERRORS_SHOWN_MAX: usize = 20;
/// Levels of one chain; nesting is limited at the door.
const LEVELS_MAX: usize = 64;
const MESSAGE_MAX_CHARS: usize = 4000;
const STACK_MAX_CHARS: usize = 64 * 1024;

/// One level of a chain.
pub struct Level {
    /// Its type and key.
    pub tags: Vec<String>,
    pub message: String,
    pub notes: Vec<Note>,
    pub stack: Option<Stack>,
    /// Everything else it says, but the exchange, which is shown by itself.
    pub more: Vec<(String, Tree)>,
}

pub struct Stack {
    pub text: String,
    pub frames: usize,
}

/// An error from its outermost level to the deepest.
pub struct Chain {
    pub levels: Vec<Level>,
}

/// What a record says went wrong.
pub struct Problems {
    pub chains: Vec<Chain>,
    /// How many more it has.
    pub more: usize,
}

fn raw_errors(record: &Record) -> Vec<(String, String)> {
    let kind = record.key.kind();
    let of = |name| record.content.raw(kind, name).map(|raw| (name, raw));
    let fields = ["error", "errors"].into_iter().filter_map(of);
    fields.flat_map(|(name, raw)| texts(name, &raw)).collect()
}

/// JSON text and pointer of each error in a field that holds one or several.
pub fn texts(name: &str, raw: &str) -> Vec<(String, String)> {
    if raw.starts_with('[') {
        let each = json::elements(raw).enumerate();
        return each
            .map(|(at, error)| (error.to_owned(), format!("/{name}/{at}")))
            .collect();
    }
    if raw == "null" {
        return Vec::new();
    }
    vec![(raw.to_owned(), format!("/{name}"))]
}

/// Every error of a record, in its order.
pub fn problems(record: &Record, marks: &Marks<'_>) -> Problems {
    of_texts(&raw_errors(record), marks)
}

/// Errors as (JSON text, pointer).
pub fn of_texts(all: &[(String, String)], marks: &Marks<'_>) -> Problems {
    let chain = |(raw, path): &(String, String)| Chain {
        levels: levels(raw, path, marks),
    };
    Problems {
        chains: all.iter().take(ERRORS_SHOWN_MAX).map(chain).collect(),
        more: all.len().saturating_sub(ERRORS_SHOWN_MAX),
    }
}

/// The `data` of the deepest level that holds an exchange: JSON text and pointer.
pub fn exchange_data(record: &Record) -> Option<(String, String)> {
    for (raw, path) in raw_errors(record) {
        let data = each_level(&raw, &path).into_iter().rev().find_map(|(level, path)| {
            let data = json::member(level, "data")?;
            is_exchange(data).then(|| (data.to_owned(), format!("{path}/data")))
        });
        if data.is_some() {
            return data;
        }
    }
    None
}

fn is_exchange(data: &str) -> bool {
    let is_object = |name| json::member(data, name).is_some_and(|value| value.starts_with('{'));
    is_object("request") || is_object("response")
}

fn each_level<'a>(raw: &'a str, path: &str) -> Vec<(&'a str, String)> {
    let mut levels = Vec::new();
    let mut at = Some((raw, path.to_owned()));
    while let Some((raw, path)) = at.take() {
        if levels.len() >= LEVELS_MAX {
            break;
        }
        at = json::member(raw, "causedByError")
            .filter(|cause| cause.starts_with(['{', '"']))
            .map(|cause| (cause, format!("{path}/causedByError")));
        levels.push((raw, path));
    }
    levels
}

fn levels(raw: &str, path: &str, marks: &Marks<'_>) -> Vec<Level> {
    each_level(raw, path)
        .into_iter()
        .map(|(raw, path)| level(raw, &path, marks))
        .collect()
}

fn level(raw: &str, path: &str, marks: &Marks<'_>) -> Level {
    let text_of = |name: &str| json::member(raw, name).and_then(json::scalar);
    let tags = ["type", "key"].into_iter().filter_map(text_of);
    let (message, place) = match json::scalar(raw) {
        Some(message) => (message, path.to_owned()),
        None => (text_of("message").unwrap_or_default(), format!("{path}/message")),
    };
    let (message, notes) = marks.of(&place, &message);
    let stack = text_of("stack").filter(|stack| !stack.is_empty());
    let is_other = |name: &str| !matches!(name, "type" | "key" | "message" | "stack" | "causedByError");
    let others = json::members(raw).filter_map(|(name, value)| {
        let name = json::string(name)?.into_owned();
        let is_shown_apart = name == "data" && is_exchange(value);
        (is_other(&name) && !is_shown_apart).then_some((name, value))
    });
    let more = others.map(|(name, value)| {
        let tree = tree(value, &format!("{path}/{}", json::pointer_token(&name)), marks);
        (text::label(&text::clip(&name, 60)), tree)
    });
    Level {
        tags: tags.map(|tag| text::clip(&tag, 80).into_owned()).collect(),
        message: text::clip(message, MESSAGE_MAX_CHARS).into_owned(),
        notes,
        stack: stack.map(|stack| Stack {
            frames: stack.lines().count(),
            text: text::clip(&stack, STACK_MAX_CHARS).into_owned(),
        }),
        more: more.collect(),
    }
}
