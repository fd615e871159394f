//! An HTTP exchange: what was sent, what was answered.

use actix_web::http::StatusCode;

use super::super::show::json::{STRING_MAX_CHARS, Tree, tree};
use super::super::show::marked::{Marks, Note};
use super::super::show::{quantity, text};
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::record::Record;

/// Headers and query parameters shown of one message.
const HEADERS_MAX: usize = 200;
const URL_MAX_CHARS: usize = 4000;
const BODY_TEXT_MAX_CHARS: usize = 256 * 1024;

/// One line of headers or of the query.
pub struct Pair {
    pub name: String,
    pub value: String,
    pub notes: Vec<Note>,
}

pub enum Body {
    None,
    Json(Tree),
    Text {
        text: String,
        notes: Vec<Note>,
    },
    /// Not text: base64 as sent.
    Binary {
        base64: String,
        bytes: String,
    },
}

/// One side of an exchange.
pub struct Message {
    /// `PATCH /crm/v3/objects/contacts/80127`, or `400 Bad Request`.
    pub start: String,
    /// The rest of the start line, quieter: the host, or how long it took.
    pub rest: String,
    pub is_bad: bool,
    pub query: Vec<Pair>,
    pub headers: Vec<Pair>,
    pub more_headers: usize,
    pub body: Body,
    /// Size of the body as kept.
    pub size: Option<String>,
}

/// Both sides; one that was not told is not there.
pub struct Exchange {
    pub request: Option<Message>,
    pub response: Option<Message>,
    /// The record that has it whole: address and title.
    pub whole: Option<(String, String)>,
}

/// The exchange of an API request or a webhook. `record` is whole.
pub fn of_record(record: &Record, marks: &Marks<'_>) -> Exchange {
    let kind = record.key.kind();
    let said = |name: &str| record.content.text(name);
    let request = record.content.raw(kind, "request").unwrap_or("{}".into());
    let response = record.content.raw(kind, "response");
    let url = said("requestUrl");
    let has_request = &*request != "{}" || url.is_some();
    let start = Start {
        method: said("method").map(|method| method.into_owned()),
        url: url.map(|url| url.into_owned()),
    };
    let code = said("statusCode").map(|code| code.into_owned());
    let took = said("duration").map(|ms| format!("after {}", quantity::took(&ms)));
    let has_response = response.is_some() || code.is_some();
    let is_request_side = kind == Kind::ApiRequest;
    Exchange {
        request: has_request.then(|| request_of(&request, "/request", start, marks)),
        response: has_response.then(|| {
            let response = response.unwrap_or("{}".into());
            let took = took.filter(|_| is_request_side).unwrap_or_default();
            response_of(&response, "/response", code, took, marks)
        }),
        whole: None,
    }
}

/// The exchange an error's `data` holds: `{request: {url, method}, response: {status, headers, data}}`.
pub fn of_error_data(data: &str, path: &str, marks: &Marks<'_>) -> Exchange {
    let side = |name: &str| json::member(data, name).filter(|side| side.starts_with('{'));
    let request = side("request");
    let response = side("response");
    let none = || Start {
        method: None,
        url: None,
    };
    Exchange {
        request: request.map(|request| request_of(request, &format!("{path}/request"), none(), marks)),
        response: response
            .map(|response| response_of(response, &format!("{path}/response"), None, String::new(), marks)),
        whole: None,
    }
}

struct Start {
    method: Option<String>,
    url: Option<String>,
}

fn request_of(raw: &str, path: &str, start: Start, marks: &Marks<'_>) -> Message {
    let said = |name: &str| {
        json::member(raw, name)
            .and_then(json::scalar)
            .map(|text| text.into_owned())
    };
    let method = start.method.or_else(|| said("method"));
    let url = start
        .url
        .or_else(|| said("url"))
        .or_else(|| said("path"))
        .unwrap_or_default();
    let (host, target) = match url.split_once("://") {
        Some((scheme, rest)) => {
            let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
            let (host, target) = rest.split_at(end);
            (
                format!("{scheme}://{host}"),
                if target.is_empty() { "/" } else { target },
            )
        }
        None => (String::new(), url.as_str()),
    };
    let start = format!("{} {}", method.unwrap_or_default(), text::clip(target, URL_MAX_CHARS));
    message(
        raw,
        path,
        start.trim().to_owned(),
        text::clip(&host, 300).into_owned(),
        false,
        marks,
    )
}

fn response_of(raw: &str, path: &str, code: Option<String>, took: String, marks: &Marks<'_>) -> Message {
    let said = json::member(raw, "status")
        .and_then(json::scalar)
        .map(|text| text.into_owned());
    let code = said.or(code).filter(|code| code != "0");
    let number = code.as_deref().and_then(|code| code.parse::<u16>().ok());
    let reason = number
        .and_then(|number| StatusCode::from_u16(number).ok())
        .and_then(|status| status.canonical_reason());
    let is_bad = number.is_none_or(|number| number >= 400);
    let start = match (&code, reason) {
        (Some(code), Some(reason)) => format!("{code} {reason}"),
        (Some(code), None) => text::clip(code, 40).into_owned(),
        (None, _) if raw == "{}" => "No answer".to_owned(),
        (None, _) => String::new(),
    };
    let is_bad = is_bad && !start.is_empty();
    message(raw, path, start, took, is_bad, marks)
}

fn message(raw: &str, path: &str, start: String, rest: String, is_bad: bool, marks: &Marks<'_>) -> Message {
    let (headers, more_headers) = pairs(raw, path, "headers", marks);
    let (query, _) = pairs(raw, path, "query", marks);
    let encoding = json::member(raw, "bodyEncoding").and_then(json::scalar);
    let body = ["body", "data"]
        .into_iter()
        .find_map(|name| Some((name, json::member(raw, name)?)));
    let size = body.map(|(_, body)| quantity::bytes(json::scalar(body).map_or(body.len(), |text| text.len())));
    let body = body.map_or(Body::None, |(name, body)| {
        body_of(
            body,
            encoding.as_deref() == Some("base64"),
            &format!("{path}/{name}"),
            marks,
        )
    });
    Message {
        start,
        rest,
        is_bad,
        query,
        headers,
        more_headers,
        body,
        size,
    }
}

/// Members of an object of name → string or array of strings.
fn pairs(raw: &str, path: &str, member: &str, marks: &Marks<'_>) -> (Vec<Pair>, usize) {
    let Some(object) = json::member(raw, member) else {
        return (Vec::new(), 0);
    };
    let mut all = Vec::new();
    let mut more = 0usize;
    for (name, value) in json::members(object) {
        let name = json::string(name).unwrap_or_default();
        let place = format!("{path}/{member}/{}", json::pointer_token(&name));
        let values: Vec<(String, &str)> = match value.starts_with('[') {
            true => (json::elements(value).enumerate())
                .map(|(at, value)| (format!("{place}/{at}"), value))
                .collect(),
            false => vec![(place, value)],
        };
        for (place, value) in values {
            if all.len() >= HEADERS_MAX {
                more = more.saturating_add(1);
                continue;
            }
            let value = json::scalar(value).unwrap_or(value.into());
            let (shown, notes) = marks.of(&place, &value);
            all.push(Pair {
                name: text::clip(&name, 60).into_owned(),
                value: text::clip(shown, URL_MAX_CHARS).into_owned(),
                notes,
            });
        }
    }
    (all, more)
}

fn body_of(raw: &str, is_base64: bool, path: &str, marks: &Marks<'_>) -> Body {
    let Some(decoded) = json::string(raw) else {
        return match raw {
            "null" => Body::None,
            raw => Body::Json(tree(raw, path, marks)),
        };
    };
    if is_base64 {
        return Body::Binary {
            bytes: quantity::bytes(decoded.len() / 4 * 3),
            base64: text::clip(&decoded, STRING_MAX_CHARS).into_owned(),
        };
    }
    if decoded.is_empty() {
        return Body::None;
    }
    // Senders that log bodies as text mostly log JSON; marks inside it go on from the string's own place.
    let is_json = decoded.starts_with(['{', '[']);
    if is_json && serde_json::from_str::<&serde_json::value::RawValue>(&decoded).is_ok() {
        return Body::Json(tree(&decoded, path, marks));
    }
    let (shown, mut notes) = marks.of(path, &decoded);
    if shown.len() > BODY_TEXT_MAX_CHARS {
        notes.push(Note {
            text: format!("shown in part, {} in all", quantity::bytes(decoded.len())),
            replaces: false,
        });
    }
    Body::Text {
        text: text::clip(shown, BODY_TEXT_MAX_CHARS).into_owned(),
        notes,
    }
}
