//! One request to the API, from the row of the table to the answer: who asks and may they, what the address says,
//! the handler, and `_logs` of what was done.

use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::web::{Bytes, Data, Payload};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::Stream;
use serde_json::json;

use super::body::Budget;
use super::params::LOGS;
use super::query::Query;
use crate::access::Principal;
use crate::model::json::quote;
use crate::model::problem::{Problem, ProblemKey};
use crate::store::StoreError;
use crate::store::call::{Call, Step, Steps};
use crate::web::auth::{self, Need};
use crate::web::error::{self, WebError};
use crate::web::routes::{Address, Row, Unknown};
use crate::web::{Context, uri};

/// What a handler is asked.
pub struct Ask {
    pub context: Data<Context>,
    /// `None` only where the row needs nobody.
    principal: Option<Principal>,
    /// Parameters of the path, decoded, in their order.
    path: Vec<(String, String)>,
    pub query: Query,
    pub steps: Steps,
    pub request: HttpRequest,
    pub body: Payload,
    /// What bodies may take of memory.
    pub budget: Arc<Budget>,
}

impl Ask {
    /// Who asks.
    ///
    /// # Errors
    /// The row needs nobody and nobody is known.
    pub fn principal(&self) -> Result<&Principal, WebError> {
        self.principal.as_ref().ok_or_else(|| error::not_authenticated().into())
    }

    /// A parameter of the path; empty for one the row does not have.
    pub fn segment(&self, name: &str) -> &str {
        let found = self.path.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    /// A read with the configured deadline.
    ///
    /// # Errors
    /// As [`Ask::principal`].
    pub fn read_call(&self) -> Result<Call, WebError> {
        Ok(self.context.read_call(self.principal()?, self.steps.clone()))
    }

    /// A write with the configured deadline.
    ///
    /// # Errors
    /// As [`Ask::principal`].
    pub fn write_call(&self) -> Result<Call, WebError> {
        Ok(self.context.write_call(self.principal()?, self.steps.clone()))
    }
}

/// Media type and text of an answer that is sent while it is made.
type Lines = (&'static str, Pin<Box<dyn Stream<Item = Result<Bytes, StoreError>>>>);

/// What a handler answers: JSON text, or lines as they come.
pub struct Answer {
    status: StatusCode,
    text: String,
    lines: Option<Lines>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

impl Answer {
    /// The text of a JSON object or array.
    pub fn json(text: impl Into<String>) -> Answer {
        Answer {
            status: StatusCode::OK,
            text: text.into(),
            lines: None,
            headers: Vec::new(),
        }
    }

    /// Lines of a media type, sent while they are made. A failure among them ends the connection, so that who reads them
    /// sees that they are not whole.
    pub fn lines(media: &'static str, lines: impl Stream<Item = Result<Bytes, StoreError>> + 'static) -> Answer {
        Answer {
            status: StatusCode::OK,
            text: String::new(),
            lines: Some((media, Box::pin(lines))),
            headers: Vec::new(),
        }
    }

    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Answer {
        self.status = status;
        self
    }

    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Answer {
        self.headers.push((name, value));
        self
    }

    /// `_logs` becomes the last member of an object; an array is left alone.
    fn respond(mut self, steps: &Steps) -> HttpResponse {
        if steps.is_on() && self.text.ends_with('}') {
            self.text.pop();
            let comma = if self.text.ends_with('{') { "" } else { "," };
            self.text.push_str(comma);
            self.text.push_str("\"_logs\":");
            self.text.push_str(&logs(steps));
            self.text.push('}');
        }
        let mut response = HttpResponse::build(self.status);
        for header in self.headers {
            response.insert_header(header);
        }
        match self.lines {
            Some((media, lines)) => response.content_type(media).streaming(lines),
            None => response.content_type("application/json").body(self.text),
        }
    }
}

/// Names the parameters of a request that its list does not know.
static IGNORED: HeaderName = HeaderName::from_static("redtrail-ignored");

/// Most characters that [`IGNORED`] names; what would pass it is not named.
const IGNORED_MAX_CHARS: usize = 1024;

/// Answers a row.
pub async fn answer(row: Arc<Row>, budget: Arc<Budget>, request: HttpRequest, body: Payload) -> HttpResponse {
    let query = Query::parse(request.uri().query().unwrap_or_default());
    let is_asked = query.as_ref().is_ok_and(|query| query.flag(LOGS.name));
    let steps = if is_asked { Steps::on() } else { Steps::off() };
    let answered = async {
        let principal = allowed(row.address.need, &request, &steps).await?;
        let query = query?;
        let ignored = unknown(&row.address, &query)?;
        let context = request
            .app_data::<Data<Context>>()
            .ok_or_else(|| WebError::Internal("the context is not in the application".into()))?;
        let ask = Ask {
            context: Data::clone(context),
            principal,
            path: segments(&row.address.path, request.uri().path())?,
            query,
            steps: steps.clone(),
            request: request.clone(),
            body,
            budget,
        };
        let answer = (row.handler)(ask).await?;
        Ok::<Answer, WebError>(match ignored {
            Some(names) => answer.with_header(IGNORED.clone(), names),
            None => answer,
        })
    };
    match answered.await {
        Ok(answer) => answer.respond(&steps),
        Err(error) => error::answer(&request, &error, is_asked.then(|| logs(&steps)).as_deref()),
    }
}

/// The parameters a row does not know, as the header names them.
///
/// # Errors
/// The row refuses what it does not know.
fn unknown(row: &Address, query: &Query) -> Result<Option<HeaderValue>, Problem> {
    let is_known = |name: &str| name == LOGS.name || row.parameters.iter().any(|known| known.name == name);
    let mut ignored = String::new();
    for name in query.names().into_iter().filter(|name| !is_known(name)) {
        if row.unknown == Unknown::Refused {
            let known = row.parameters.iter().map(|known| known.name).chain([LOGS.name]);
            let known: Vec<&str> = known.collect();
            return Err(
                Problem::new(ProblemKey::UnknownParameter, "There is no such parameter here.")
                    .at(name)
                    .expected(known.join(", ")),
            );
        }
        let name = uri::encode(name);
        if ignored.len() + name.len() < IGNORED_MAX_CHARS {
            ignored.push_str(if ignored.is_empty() { "" } else { ", " });
            ignored.push_str(&name);
        }
    }
    Ok(HeaderValue::from_str(&ignored).ok().filter(|names| !names.is_empty()))
}

/// Who asks, if they may.
async fn allowed(need: Need, request: &HttpRequest, steps: &Steps) -> Result<Option<Principal>, WebError> {
    if need == Need::Nobody {
        return Ok(None);
    }
    let principal = auth::who(request).await?;
    let principal = principal.ok_or_else(error::not_authenticated)?;
    need.check(&principal)?;
    steps.record(|| Step::new("may ask this").with(json!({"name": principal.name, "role": principal.role})));
    Ok(Some(principal))
}

/// The parameters of a path, decoded one by one, so that an id may hold any character.
fn segments(pattern: &str, path: &str) -> Result<Vec<(String, String)>, Problem> {
    let both = pattern.split('/').zip(path.split('/'));
    both.filter_map(|(name, value)| Some((name.strip_prefix('{')?.strip_suffix('}')?, value)))
        .map(|(name, value)| Ok((name.to_owned(), uri::decode(value)?)))
        .collect()
}

/// What was done, as a JSON array of log entries.
fn logs(steps: &Steps) -> String {
    let mut text = String::from("[");
    for step in steps.take() {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str("{\"type\":\"message\",\"msg\":");
        text.push_str(&quote(&step.message));
        if let Some(data) = step.data {
            text.push_str(&format!(",\"data\":{data}"));
        }
        if let Some(took) = step.took {
            text.push_str(&format!(",\"durationMs\":{:.3}", took.as_secs_f64() * 1000.0));
        }
        text.push('}');
    }
    text.push(']');
    text
}

/// The refusal of a parameter.
pub fn invalid(name: &str, message: &'static str, expected: impl Into<std::borrow::Cow<'static, str>>) -> Problem {
    Problem::new(ProblemKey::InvalidParameter, message)
        .at(name)
        .expected(expected)
}
