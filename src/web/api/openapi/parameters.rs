//! Parameters of paths and queries.

use serde_json::{Value, json};

use crate::model::id::ID_MAX_BYTES;
use crate::model::kind::Kind;
use crate::model::link::Relation;
use crate::model::query::error::QUERY_MAX_CHARS;
use crate::model::query::fields;
use crate::model::state::State;
use crate::web::api::params::{LIMIT_DEFAULT, LIMIT_MAX, Means, Parameter};
use crate::web::api::stats::By;

/// A segment of a path.
pub fn in_path(name: &str) -> Value {
    json!({
        "name": name,
        "in": "path",
        "required": true,
        "description": "Percent-encoded, also `/`.",
        "schema": {"type": "string", "minLength": 1, "maxLength": ID_MAX_BYTES},
    })
}

/// A parameter of a query.
pub fn in_query(parameter: Parameter) -> Value {
    let Parameter { name, means } = parameter;
    let many = |items: Value, says: &str| (json!({"type": "array", "items": items}), says.to_owned());
    let (schema, says) = match means {
        Means::Id(_) | Means::Member(_) => many(
            json!({"type": "string", "maxLength": ID_MAX_BYTES}),
            "Any of these, repeated or separated by commas.",
        ),
        Means::State(kind) => {
            let words = State::words_of(kind).iter().map(|state| state.word());
            let words: Vec<&str> = words.chain(["unknown"]).collect();
            many(
                json!({"type": "string", "enum": words}),
                "Any of these states, repeated or separated by commas.",
            )
        }
        Means::Success => (json!({"type": "boolean"}), "Whether the request succeeded.".into()),
        Means::From => (time(), "At or after this time.".into()),
        Means::To => (time(), "Before this time.".into()),
        Means::Limit => (
            json!({"type": "integer", "minimum": 1, "maximum": LIMIT_MAX, "default": LIMIT_DEFAULT}),
            "Most items of the page.".into(),
        ),
        Means::SortOrder => (
            json!({"type": "string", "enum": ["desc", "asc"], "default": "desc"}),
            "Newest first or oldest first.".into(),
        ),
        Means::Cursor => (
            json!({"type": "string"}),
            "The cursor of the page before, with everything else asked as then; `0` begins the list.".into(),
        ),
        Means::Kinds => many(
            json!({"type": "string", "enum": super::schemas::kinds()}),
            "Only these, repeated or separated by commas; else all.",
        ),
        Means::Query(kind) => (
            json!({"type": "string", "maxLength": QUERY_MAX_CHARS}),
            query_line(kind),
        ),
        Means::Search => (
            json!({"type": "string"}),
            "Words that must all be found, in any order; what stands in quotes must stand together. Nothing in it is \
             syntax, and nothing an error; of a long text the first words count."
                .into(),
        ),
        Means::Kind => (
            json!({"type": "string", "enum": Kind::SENT.map(Kind::name)}),
            "The kind that is asked about; needed. The filters are those of its list.".into(),
        ),
        Means::Typed => (json!({"type": "string"}), "What is typed up to the caret.".into()),
        Means::Scrap => (
            json!({"type": "string"}),
            "An id, a key, or words of a payload, error, URL or log; what stands in quotes must stand together.".into(),
        ),
        Means::After => (
            json!({"type": "string"}),
            "A position that an export told: only what comes after it.".into(),
        ),
        Means::Relation => (
            json!({"type": "string", "enum": Relation::ALL.map(Relation::name)}),
            "Links of this relation only; else of any.".into(),
        ),
        Means::End => (
            json!({"type": "string", "enum": ["cause", "effect"]}),
            "Only what led to the record, or what it led to; else both.".into(),
        ),
        Means::Source => (
            json!({"type": "string"}),
            "What came through the token or door of this name.".into(),
        ),
        Means::AnyState => many(
            json!({"type": "string"}),
            "Any of these states of the kind, repeated or separated by commas.",
        ),
        Means::Bucket => (
            json!({"type": "string", "pattern": "^[0-9]+[smhd]$"}),
            "Length of the buckets, such as `5m`; at most 1000 of them. Left out, one that fits the range.".into(),
        ),
        Means::By => (
            json!({"type": "string", "enum": By::ALL.map(|(_, name)| name), "default": "state"}),
            "What is told apart in each bucket.".into(),
        ),
        Means::At => (
            time(),
            "As it was at this time, by what had been received until then; else as it is now.".into(),
        ),
        Means::Selector => (
            json!({"type": "string", "maxLength": ID_MAX_BYTES}),
            "Its id, or its key; one of both.".into(),
        ),
        Means::WithArchived => (
            json!({"type": "boolean", "default": false}),
            "Archived ones, too.".into(),
        ),
        Means::Logs => (
            json!({"type": "boolean", "default": false}),
            "Adds `_logs` to an answer that is an object: what this request did. Errors carry it as `logs`.".into(),
        ),
    };
    json!({"name": name, "in": "query", "required": false, "description": says, "schema": schema,
        "style": "form", "explode": true})
}

/// The syntax and the fields of a kind, from their table.
fn query_line(kind: Kind) -> String {
    let mut text = String::from(
        "The query line: terms that must all hold, with blanks between. `field:value`; `-` before a term excludes, \
         `a,b` is either, values with blanks are in quotes, ranges are `>=a`, `<b` or `a..b`; words and quoted phrases \
         look for text, `word*` for beginnings, `~\"part\"` for any part of it. Fields:",
    );
    for field in fields::of(kind) {
        text.push_str(&format!(
            "\n- `{}`: {}. Example: `{}`",
            field.shown(),
            field.means,
            field.example
        ));
    }
    text
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}
