//! `/api/openapi.json`: the URL table as an OpenAPI 3.1 document.

mod parameters;
mod schemas;

use std::collections::BTreeMap;

use actix_web::http::Method;
use serde_json::{Map, Value, json};

use super::ask::{Answer, Ask};
use super::export::NDJSON;
use super::params::LOGS;
use super::store::EXPIRE;
use super::tokens::NEW_TOKEN;
use crate::model::kind::Kind;
use crate::model::problem::ProblemKey;
use crate::web::auth::Need;
use crate::web::error::{self, WebError};
use crate::web::routes::{Address, Gives, rows};

/// `GET /api/openapi.json`
pub async fn show(_: Ask) -> Result<Answer, WebError> {
    Ok(Answer::json(document().to_string()))
}

/// The document.
pub fn document() -> Value {
    let mut paths: BTreeMap<String, Map<String, Value>> = BTreeMap::new();
    let mut components = Map::new();
    components.insert("Error".into(), schemas::error());
    for row in rows() {
        let address = row.address;
        let method = address.method.as_str().to_ascii_lowercase();
        for (name, schema) in schemas::of(address.gives) {
            components.insert(name, schema);
        }
        let operation = operation(&address);
        paths.entry(address.path).or_default().insert(method, operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Redtrail",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Records of what integrations did: sent once, found again, followed from cause to effect.",
        },
        "security": [{"token": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer", "description": "A token that begins with pat-."},
            },
        },
    })
}

fn operation(address: &Address) -> Value {
    let in_path = address
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = in_path.map(parameters::in_path).collect();
    let logs = (address.need != Need::Nobody).then_some(LOGS);
    all.extend(address.parameters.iter().copied().chain(logs).map(parameters::in_query));
    let mut operation = Map::new();
    operation.insert("operationId".into(), json!(operation_id(address)));
    operation.insert("summary".into(), json!(address.summary));
    operation.insert("description".into(), json!(who(address.need)));
    operation.insert("parameters".into(), json!(all));
    operation.insert("responses".into(), responses(address));
    if address.need == Need::Nobody {
        operation.insert("security".into(), json!([]));
    }
    if let Some(body) = request_body(address) {
        operation.insert("requestBody".into(), body);
    }
    Value::Object(operation)
}

/// The method and the words of the path.
fn operation_id(address: &Address) -> String {
    let words = address
        .path
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    let path: Vec<&str> = words.filter(|word| !matches!(*word, "api" | "v1")).collect();
    format!("{}-{}", address.method.as_str().to_ascii_lowercase(), path.join("-"))
}

const fn who(need: Need) -> &'static str {
    match need {
        Need::Nobody => "Needs no token.",
        Need::Anybody => "Needs a token of any role.",
        Need::Ingest => "Needs a token with the role `ingest` or `admin`.",
        Need::Read => "Needs a token with the role `read` or `admin`, or a page's session.",
        Need::ReadAll => {
            "Needs a token with the role `read` or `admin`, or a page's session, that is limited to no customer: what is \
             answered goes across all of them."
        }
        Need::Admin => "Needs a token with the role `admin`.",
    }
}

fn responses(address: &Address) -> Value {
    let mut all = Map::new();
    let schema = schemas::answer(address.gives);
    for (status, says) in good(address.gives) {
        let media = match address.gives {
            Gives::Export => NDJSON,
            _ => "application/json",
        };
        let content = json!({media: {"schema": schema}});
        all.insert((*status).into(), json!({"description": says, "content": content}));
    }
    let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
    for key in refusals(address) {
        by_status
            .entry(error::status(key).as_u16())
            .or_default()
            .push(key.as_str());
    }
    for (status, keys) in by_status {
        let content = json!({"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}});
        let refused = json!({"description": keys.join(", "), "content": content});
        all.entry(status.to_string()).or_insert(refused);
    }
    Value::Object(all)
}

/// Statuses of good answers.
const fn good(gives: Gives) -> &'static [(&'static str, &'static str)] {
    match gives {
        Gives::Taken => &[("202", "taken, on disk"), ("422", "every item was refused")],
        Gives::WrittenEntity(_) => &[("200", "merged into what was known"), ("201", "new")],
        Gives::NewToken | Gives::SignInLink => &[("201", "made")],
        Gives::Health => &[("200", "records can be taken"), ("503", "they cannot")],
        _ => &[("200", "what was asked for")],
    }
}

/// What a row may refuse; every row may fail.
fn refusals(address: &Address) -> Vec<ProblemKey> {
    let mut keys = vec![ProblemKey::Internal, ProblemKey::RequestTooLarge];
    if address.need == Need::Nobody {
        return keys;
    }
    keys.extend([
        ProblemKey::InvalidParameter,
        ProblemKey::NotAuthenticated,
        ProblemKey::AccessDenied,
        ProblemKey::Overloaded,
    ]);
    let is_one = matches!(address.gives, Gives::Entity(_) | Gives::ArchivedEntity(_));
    if address.path.contains('{') || is_one {
        keys.push(ProblemKey::NotFound);
    }
    if address.parameters.iter().any(|parameter| parameter.name == "cursor") {
        keys.push(ProblemKey::InvalidCursor);
    }
    if address.method != Method::GET {
        keys.extend([
            ProblemKey::UnknownParameter,
            ProblemKey::LowSpace,
            ProblemKey::StoreFailed,
        ]);
    }
    if address.gives == Gives::Taken {
        keys.extend([
            ProblemKey::NoItems,
            ProblemKey::InvalidJson,
            ProblemKey::TooManyRecords,
            ProblemKey::UnsupportedMediaType,
            ProblemKey::HeadFull,
        ]);
    }
    if address.gives == Gives::Expired {
        keys.extend([
            ProblemKey::InvalidJson,
            ProblemKey::MissingField,
            ProblemKey::UnknownKind,
            ProblemKey::TimeOutOfRange,
        ]);
    }
    if matches!(address.gives, Gives::WrittenEntity(_) | Gives::ArchivedEntity(_)) {
        keys.push(ProblemKey::EntityNotAllowed);
    }
    if matches!(address.gives, Gives::WrittenEntity(_)) {
        keys.extend([
            ProblemKey::NoItems,
            ProblemKey::InvalidJson,
            ProblemKey::InvalidValue,
            ProblemKey::KindMismatch,
            ProblemKey::TimeOutOfRange,
            ProblemKey::TooDeep,
            ProblemKey::RecordTooLarge,
            ProblemKey::UnsupportedMediaType,
            ProblemKey::HeadFull,
        ]);
    }
    if address.gives == Gives::NewToken {
        keys.extend([
            ProblemKey::InvalidJson,
            ProblemKey::MissingField,
            ProblemKey::AlreadyExists,
        ]);
    }
    keys
}

fn request_body(address: &Address) -> Option<Value> {
    let content = match address.gives {
        Gives::NewToken => {
            let properties = NEW_TOKEN
                .iter()
                .map(|name| ((*name).to_owned(), schemas::token_member(name)));
            let properties: Map<String, Value> = properties.collect();
            let schema = json!({
                "type": "object", "required": ["name", "role"], "additionalProperties": false, "properties": properties,
            });
            json!({"application/json": {"schema": schema}})
        }
        Gives::Expired => {
            let kinds = Kind::SENT.map(Kind::name);
            let schema = json!({
                "type": "object", "required": EXPIRE, "additionalProperties": false,
                "properties": {
                    "kind": {"type": "string", "enum": kinds}, "before": {"type": "string", "format": "date-time"},
                },
            });
            json!({"application/json": {"schema": schema}})
        }
        Gives::Taken => json!({
            "application/json": {"schema": {"type": ["object", "array"]}},
            "application/x-ndjson": {"schema": {"type": "string"}},
        }),
        Gives::WrittenEntity(_) => json!({"application/json": {"schema": {
            "type": "object",
            "description": "What is given is merged, what is null is removed, and the rest stays. `kind` and `id` may be \
                left out.",
        }}}),
        _ => return None,
    };
    Some(json!({"required": true, "content": content}))
}
