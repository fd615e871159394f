//! Schemas of what is answered, from the model's table of fields.

mod own;

use serde_json::{Map, Value, json};

use crate::model::fields::{self, FieldRule, FieldType};
use crate::model::kind::{EntityKind, Kind};
use crate::model::link::Relation;
use crate::model::problem::ProblemKey;
use crate::model::state::State;
use crate::model::tone::Tone;
use crate::web::api::render::record::PAYLOADS;
use crate::web::api::render::required::{self, Fill};
use crate::web::routes::Gives;

/// The schema of an answer, by reference where it has a name.
pub fn answer(gives: Gives) -> Value {
    match gives {
        Gives::Taken => taken(),
        Gives::Records(kind) => list(&reference(&log_name(kind))),
        Gives::Record(kind) => reference(&log_name(kind)),
        Gives::Details(kind) => details(kind),
        Gives::LogEntries => json!({"type": "array", "items": log_entry()}),
        Gives::Links => list(&linked()),
        Gives::Telemetry => json!({
            "type": "object", "required": ["strategy", "emittedEventCount"],
            "properties": {"strategy": {"type": "string"}, "emittedEventCount": {"type": "integer"}},
        }),
        Gives::Outputs => list(&output()),
        Gives::Output => output(),
        Gives::Anything => json!({}),
        Gives::Entities(kind) => list(&reference(&entity_name(kind))),
        Gives::Entity(kind) => reference(&entity_name(kind)),
        Gives::WrittenEntity(kind) | Gives::ArchivedEntity(kind) => {
            json!({"anyOf": [reference(&entity_name(kind)), strings(&["id", "kind", "workspaceId"])]})
        }
        Gives::Found => found(),
        Gives::Suggestions => {
            let item = json!({
                "type": "object", "required": ["text"],
                "properties": {
                    "text": {"type": "string", "description": "Takes the place of what is typed from there on."},
                    "says": {"type": "string", "description": "What it is, for people."},
                },
            });
            json!({
                "type": "object", "required": ["from", "items"],
                "properties": {
                    "from": {"type": "integer", "description": "Characters before what a suggestion stands for."},
                    "items": {"type": "array", "items": item},
                },
            })
        }
        Gives::Principal => own::principal(),
        Gives::ConnectionLogs => list(&own::connection_log()),
        Gives::Sources => list(&own::source()),
        Gives::Rejects => list(&own::reject()),
        Gives::Counts => own::counted(),
        Gives::Tokens => json!({
            "type": "object", "required": ["items"],
            "properties": {"items": {"type": "array", "items": reference("Token")}},
        }),
        Gives::Token => reference("Token"),
        Gives::NewToken => json!({
            "allOf": [reference("Token")], "required": ["secret"],
            "properties": {"secret": {"type": "string", "pattern": "^pat-"}},
        }),
        Gives::SignInLink => strings(&["path"]),
        Gives::Stats => json!({
            "type": "object",
            "required": ["records", "entities", "sequence", "diskBytes", "headBytes", "alarms"],
            "properties": {
                "records": counts(), "entities": counts(),
                "sequence": {"type": "integer"}, "diskBytes": {"type": "integer"}, "headBytes": {"type": "integer"},
                "alarms": {"type": "array", "items": {"type": "string"}},
            },
        }),
        Gives::Expired => json!({
            "type": "object", "required": ["kind", "keptSince", "records", "isDone"],
            "properties": {
                "kind": text(), "keptSince": time(), "records": {"type": "integer", "minimum": 0},
                "isDone": {"type": "boolean", "description": "False: the time was up, ask again to go on."},
            },
        }),
        Gives::Verified => json!({
            "type": "object", "required": ["checked", "damage"],
            "properties": {
                "checked": {"type": "array", "items": {"type": "string"}},
                "damage": {"type": "array", "items": {"type": "string"}},
            },
        }),
        Gives::Export => json!({"type": "string"}),
        Gives::OpenApi => json!({"type": "object"}),
        Gives::Health => strings(&["status"]),
    }
}

/// What a search found.
fn found() -> Value {
    let names =
        |names: &[&str]| -> Map<String, Value> { names.iter().map(|name| ((*name).to_owned(), text())).collect() };
    let record = json!({
        "type": "object", "required": ["kind", "id", "state", "at", "why"],
        "properties": names(&["kind", "id", "flowRunId", "nodeKey", "state", "at", "url", "error", "why"]),
    });
    let group = json!({
        "type": "object", "required": ["kind", "items", "more"],
        "properties": {
            "kind": text(), "items": {"type": "array", "items": record}, "more": {"type": "boolean"},
            "scannedUntil": {"type": "string", "format": "date-time"}, "url": text(),
        },
    });
    let entity = json!({
        "type": "object", "required": ["kind", "id", "url"],
        "properties": names(&["kind", "id", "key", "name", "url"]),
    });
    json!({
        "type": "object", "required": ["entities", "groups"],
        "properties": {
            "entities": {"type": "array", "items": entity}, "groups": {"type": "array", "items": group},
        },
    })
}

fn linked() -> Value {
    json!({
        "type": "object", "required": ["relation", "end", "record"],
        "properties": {
            "relation": {"type": "string", "enum": Relation::ALL.map(Relation::name)},
            "end": {"type": "string", "enum": ["cause", "effect"], "description": "Which end of the link `record` is."},
            "record": reference("RecordReference"),
        },
    })
}

/// A record as others refer to it.
fn record_reference() -> Value {
    let states = [Tone::Red, Tone::Amber, Tone::Grey, Tone::Ok, Tone::Missing];
    json!({
        "type": "object", "required": ["kind", "id", "state", "url"],
        "properties": {
            "kind": {"type": "string", "enum": Kind::SENT.map(Kind::name)},
            "id": text(), "flowRunId": text(), "nodeKey": text(),
            "state": {"type": "string", "enum": states.map(Tone::word), "description": "`missing`: not received."},
            "at": time(),
            "noLongerKept": {"const": true, "description": "Of what is missing: it was forgotten, as far as can be told."},
            "url": {"type": "string", "description": "Path of its page."},
        },
    })
}

fn output() -> Value {
    json!({
        "type": "object", "required": ["runId", "downstreamRuns"],
        "properties": {"id": text(), "data": {}, "runId": text(), "downstreamRuns": {"type": "array"}},
    })
}

/// Names of all kinds.
pub fn kinds() -> Vec<&'static str> {
    let logs = Kind::SENT.iter().map(|kind| kind.name());
    logs.chain(EntityKind::ALL.iter().map(|kind| kind.name())).collect()
}

fn taken() -> Value {
    let count = json!({"type": "integer", "minimum": 0});
    json!({
        "type": "object", "required": ["accepted", "duplicates", "rejected"],
        "properties": {
            "id": {"type": "string", "description": "Of a request that was a single object."},
            "accepted": count, "duplicates": count,
            "rejected": {"type": "array", "items": {
                "type": "object", "required": ["index", "error"],
                "properties": {
                    "index": {"type": "integer", "minimum": 0}, "line": {"type": "integer", "minimum": 1},
                    "id": text(), "error": reference("Error"),
                },
            }},
        },
    })
}

/// The named schemas an answer refers to.
pub fn of(gives: Gives) -> Vec<(String, Value)> {
    match gives {
        Gives::Records(kind) | Gives::Record(kind) => vec![(log_name(kind), log(kind))],
        Gives::Entities(kind) | Gives::Entity(kind) | Gives::WrittenEntity(kind) | Gives::ArchivedEntity(kind) => {
            vec![(entity_name(kind), entity(kind))]
        }
        Gives::Tokens | Gives::Token | Gives::NewToken => vec![("Token".into(), token())],
        Gives::Links => vec![("RecordReference".into(), record_reference())],
        _ => Vec::new(),
    }
}

/// The error object.
pub fn error() -> Value {
    let keys: Vec<&str> = ProblemKey::ALL.iter().map(|key| key.as_str()).collect();
    json!({
        "type": "object",
        "required": ["type", "key", "message"],
        "properties": {
            "type": {"type": "string", "enum": ["bad_request", "internal", "concurrency"]},
            "key": {"type": "string", "enum": keys},
            "message": {"type": "string"},
            "data": {
                "type": "object",
                "properties": {
                    "path": {"type": "string", "description": "The parameter, or a JSON Pointer into the item."},
                    "expected": {"type": "string"},
                },
            },
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "instance": {"type": "string"},
            "requestId": {"type": "string"},
            "logs": {"type": "array", "items": log_entry()},
        },
    })
}

/// A member of a token.
pub fn token_member(name: &str) -> Value {
    match name {
        "role" => json!({"type": "string", "enum": ["ingest", "read", "admin"]}),
        "defaultMeta" => json!({"type": "object"}),
        "createdAt" | "revokedAt" => json!({"type": "string", "format": "date-time"}),
        _ => json!({"type": "string"}),
    }
}

fn token() -> Value {
    let names = super::NEW_TOKEN.iter().copied().chain(["id", "createdAt", "revokedAt"]);
    let properties: Map<String, Value> = names.map(|name| (name.to_owned(), token_member(name))).collect();
    json!({"type": "object", "required": ["id", "name", "role", "createdAt"], "properties": properties})
}

fn log(kind: Kind) -> Value {
    let mut properties = properties(fields::of_log(kind), Some(kind));
    for (name, schema) in [
        ("id", text()),
        ("kind", json!({"const": kind.name()})),
        ("workspaceId", text()),
        ("receivedAt", time()),
        ("source", text()),
        ("clockAhead", json!({"const": true})),
        ("history", json!({"const": true})),
        ("derivedCustomerId", text()),
        ("derivedIntegrationId", text()),
        ("stateTold", state_told()),
        ("unfit", unfit()),
        ("marks", json!({"type": "array", "items": mark()})),
    ] {
        properties.insert(name.to_owned(), schema);
    }
    let mut names = vec!["id", "kind", "workspaceId", "receivedAt", "source"];
    if kind == Kind::NodeRun {
        properties.insert("flowRunId".into(), text());
        properties.insert("nodeKey".into(), text());
        names.extend(["flowRunId", "nodeKey"]);
    }
    object(properties, names, required::of_log(kind))
}

fn entity(kind: EntityKind) -> Value {
    let mut properties = properties(fields::of_entity(kind), None);
    for (name, schema) in [
        ("id", text()),
        ("kind", json!({"const": kind.name()})),
        ("workspaceId", text()),
        ("unfit", unfit()),
    ] {
        properties.insert(name.to_owned(), schema);
    }
    object(properties, vec!["id", "kind", "workspaceId"], required::of_entity(kind))
}

fn state_told() -> Value {
    json!({"enum": ["unknown", "running"], "description":
        "There where the state beside it only stands in for one that the platform's client has no word for."})
}

fn unfit() -> Value {
    json!({"type": "object", "description":
        "Members as they were sent whose names the platform's client knows and whose values it would refuse."})
}

fn object(mut properties: Map<String, Value>, mut names: Vec<&str>, fills: &[(&'static str, Fill)]) -> Value {
    for (name, fill) in fills {
        names.push(name);
        properties.entry(*name).or_insert_with(|| of_fill(*fill));
    }
    json!({"type": "object", "required": names, "properties": properties, "additionalProperties": true})
}

fn of_fill(fill: Fill) -> Value {
    match fill {
        Fill::Zero => json!({"type": "number"}),
        Fill::List => json!({"type": "array"}),
        Fill::No => json!({"type": "boolean"}),
        Fill::Request => json!({"type": "object"}),
        Fill::Place | Fill::Changed => time(),
        _ => text(),
    }
}

fn properties(groups: &[&[FieldRule]], kind: Option<Kind>) -> Map<String, Value> {
    let rules = groups.iter().flat_map(|group| group.iter());
    rules
        .flat_map(|rule| {
            let names = std::iter::once(rule.name).chain(rule.aliases.iter().copied());
            names.map(move |name| (name.to_owned(), of_field(rule.value, kind)))
        })
        .collect()
}

fn of_field(value: FieldType, kind: Option<Kind>) -> Value {
    match value {
        FieldType::Any => json!({}),
        FieldType::Text | FieldType::Id => text(),
        FieldType::Ids => json!({"type": "array", "items": text()}),
        FieldType::Time | FieldType::FreeTime => time(),
        FieldType::Bool | FieldType::SuccessFlag => json!({"type": "boolean"}),
        FieldType::StatusCode => json!({"type": "integer", "minimum": 0, "maximum": 999}),
        FieldType::Duration => json!({"type": "number", "minimum": 0, "description": "Milliseconds."}),
        FieldType::Count => json!({"type": "integer", "minimum": 0}),
        FieldType::Object | FieldType::LaunchedBy | FieldType::NodeCounts => json!({"type": "object"}),
        FieldType::Array | FieldType::Outputs | FieldType::UpstreamRuns => json!({"type": "array"}),
        FieldType::Error => record_error(),
        FieldType::Errors => json!({"type": "array", "items": record_error()}),
        FieldType::LogEntries => json!({"type": "array", "items": log_entry()}),
        FieldType::StateWord => {
            let words = kind.map(State::words_of).unwrap_or_default();
            let words: Vec<&str> = words.iter().map(|state| state.word()).collect();
            json!({"type": "string", "enum": words})
        }
    }
}

fn details(kind: Kind) -> Value {
    let all = properties(fields::of_log(kind), Some(kind));
    let mut properties: Map<String, Value> = all
        .into_iter()
        .filter(|(name, _)| PAYLOADS.contains(&name.as_str()))
        .collect();
    properties.insert("id".into(), text());
    properties.insert("marks".into(), json!({"type": "array", "items": mark()}));
    json!({"type": "object", "required": ["id"], "properties": properties})
}

fn list(items: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["items"],
        "properties": {
            "items": {"type": "array", "items": items},
            "cursor": {"type": "string", "description": "Where to go on; absent on the last page."},
            "scannedUntil": {"type": "string", "format": "date-time",
                "description": "How far was looked, when the page ended before it was full."},
        },
    })
}

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn log_name(kind: Kind) -> String {
    kind.singular().replace(' ', "")
}

/// The wire name in camel case.
fn entity_name(kind: EntityKind) -> String {
    let words = kind.name().split('_');
    words
        .map(|word| {
            let mut letters = word.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            first.into_iter().chain(letters).collect::<String>()
        })
        .collect()
}

fn text() -> Value {
    json!({"type": "string"})
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

fn counts() -> Value {
    json!({"type": "object", "additionalProperties": {"type": "integer"}})
}

fn strings(names: &[&str]) -> Value {
    let properties: Map<String, Value> = names.iter().map(|name| ((*name).to_owned(), text())).collect();
    json!({"type": "object", "required": names, "properties": properties})
}

fn record_error() -> Value {
    json!({
        "type": "object", "required": ["message"],
        "properties": {"type": text(), "key": text(), "message": text(), "data": {}, "stack": {}},
    })
}

fn log_entry() -> Value {
    json!({
        "type": "object",
        "properties": {"type": text(), "msg": text(), "data": {}, "time": time(), "durationMs": {"type": "number"}},
    })
}

fn mark() -> Value {
    json!({
        "type": "object", "required": ["path", "what"],
        "properties": {
            "path": text(), "what": {"enum": ["redacted", "cut"]}, "rule": text(), "bytes": {"type": "integer"},
        },
    })
}
