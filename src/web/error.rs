//! The one edge where errors become answers: the error object of the API with the members of RFC 9457, or a page.

use std::fmt::Write;

use actix_web::body::BoxBody;
use actix_web::http::header::{self, HeaderValue};
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, ResponseError};

use super::door::RequestId;
use crate::access::AccessError;
use crate::ingest::TakeError;
use crate::model::json::quote;
use crate::model::problem::{Problem, ProblemKey};
use crate::store::StoreError;

/// Why a request was not answered as asked. Handlers of pages and of the API return it; what is shown of it is
/// decided here only.
#[derive(Debug, thiserror::Error)]
pub enum WebError {
    #[error(transparent)]
    Problem(#[from] Problem),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Access(#[from] AccessError),
    /// A page that needs a session: the answer is a redirect to `/sign-in`, which leads back to this path.
    #[error("sign in first")]
    SignIn { next: String },
    /// Something of ours that should not happen; told to the operator only.
    #[error("{0}")]
    Internal(String),
}

impl From<TakeError> for WebError {
    fn from(error: TakeError) -> WebError {
        match error {
            TakeError::Request(problem) => WebError::Problem(problem),
            TakeError::Store(error) => WebError::Store(error),
        }
    }
}

impl WebError {
    /// There is no such thing, or it is outside the scope of who asks: the answer is the same.
    pub fn not_found(what: &'static str) -> WebError {
        WebError::Problem(Problem::new(ProblemKey::NotFound, what))
    }

    /// What is told to who asked. Of a failure of ours only that there was one.
    pub fn problem(&self) -> Problem {
        match self {
            WebError::Problem(problem) => problem.clone(),
            WebError::Store(error) => store_problem(error),
            WebError::Access(AccessError::NotAuthenticated) | WebError::SignIn { .. } => not_authenticated(),
            WebError::Access(AccessError::Denied(what)) => Problem::new(ProblemKey::AccessDenied, *what),
            WebError::Access(error @ AccessError::NameTaken(_)) => {
                Problem::new(ProblemKey::AlreadyExists, error.to_string())
            }
            WebError::Access(AccessError::Invalid(what)) => Problem::new(ProblemKey::InvalidValue, what.clone()),
            WebError::Access(AccessError::NotFound) => Problem::new(ProblemKey::NotFound, "There is no such thing."),
            WebError::Access(AccessError::Store(error)) => store_problem(error),
            WebError::Access(AccessError::Random(_)) | WebError::Internal(_) => internal(),
        }
    }
}

impl ResponseError for WebError {
    fn status_code(&self) -> StatusCode {
        match self {
            WebError::SignIn { .. } => StatusCode::SEE_OTHER,
            _ => status(self.problem().key),
        }
    }

    /// Only the status: [`answer`] writes the rest, where the request is known.
    fn error_response(&self) -> HttpResponse<BoxBody> {
        HttpResponse::new(self.status_code())
    }
}

/// The refusal of a request that says not, or wrongly, who asks.
pub fn not_authenticated() -> Problem {
    Problem::new(
        ProblemKey::NotAuthenticated,
        "This needs a token that is known here: send it as `Authorization: Bearer pat-…`",
    )
}

fn internal() -> Problem {
    Problem::new(
        ProblemKey::Internal,
        "Something went wrong here: the server's log says what, beside this request's id.",
    )
}

fn store_problem(error: &StoreError) -> Problem {
    let key = error.key();
    let message = match key {
        ProblemKey::Overloaded => "The server is full or stopping: send this again in a moment.",
        ProblemKey::LowSpace => {
            "too little space is free where the data folder is: nothing is taken until there is room"
        }
        ProblemKey::HeadFull => "The store holds as much as it may: nothing is taken until some of it is gone.",
        ProblemKey::StoreFailed => "A write failed: nothing is taken until the server is started again.",
        _ => return internal(),
    };
    Problem::new(key, message)
}

/// The status a request-level problem is answered with.
pub const fn status(key: ProblemKey) -> StatusCode {
    use ProblemKey as K;
    match key {
        K::InvalidJson | K::InvalidParameter | K::UnknownParameter | K::InvalidCursor | K::NoItems => {
            StatusCode::BAD_REQUEST
        }
        K::InvalidValue | K::MissingField | K::UnknownKind | K::KindMismatch | K::UnknownState => {
            StatusCode::BAD_REQUEST
        }
        K::TimeOutOfRange | K::TooDeep | K::RecordTooLarge | K::CustomerMismatch | K::NoLongerKept => {
            StatusCode::BAD_REQUEST
        }
        K::NotAuthenticated => StatusCode::UNAUTHORIZED,
        K::AccessDenied | K::EntityNotAllowed => StatusCode::FORBIDDEN,
        K::NotFound => StatusCode::NOT_FOUND,
        K::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
        K::AlreadyExists => StatusCode::CONFLICT,
        K::RequestTooLarge | K::TooManyRecords => StatusCode::PAYLOAD_TOO_LARGE,
        K::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
        K::EveryItemRefused => StatusCode::UNPROCESSABLE_ENTITY,
        K::RateLimitExceeded => StatusCode::TOO_MANY_REQUESTS,
        K::Internal => StatusCode::INTERNAL_SERVER_ERROR,
        K::Overloaded | K::StoreFailed => StatusCode::SERVICE_UNAVAILABLE,
        K::LowSpace | K::HeadFull => StatusCode::INSUFFICIENT_STORAGE,
    }
}

/// Seconds after which trying again makes sense; `None` where it never does by itself.
pub const fn retry_after(key: ProblemKey) -> Option<u32> {
    match key {
        ProblemKey::Overloaded | ProblemKey::RateLimitExceeded => Some(1),
        ProblemKey::LowSpace | ProblemKey::HeadFull | ProblemKey::StoreFailed => Some(60),
        _ => None,
    }
}

/// The `type` of the error object: the platform's client knows no others.
pub fn wire_type(key: ProblemKey) -> &'static str {
    match key {
        ProblemKey::Overloaded => "concurrency",
        _ if status(key).as_u16() >= 500 => "internal",
        _ => "bad_request",
    }
}

/// The key as a title for people.
pub fn title(key: ProblemKey) -> String {
    let words = key.as_str().replace('_', " ");
    let mut chars = words.chars();
    let first = chars.next().map(|first| first.to_ascii_uppercase());
    first
        .into_iter()
        .chain(chars)
        .collect::<String>()
        .replace("json", "JSON")
}

/// The members of an error object that an item's refusal and a request's error share, without the braces.
pub fn members(problem: &Problem) -> String {
    let mut text = format!(
        "\"type\":\"{}\",\"key\":\"{}\",\"message\":{}",
        wire_type(problem.key),
        problem.key.as_str(),
        quote(&problem.message)
    );
    let path = problem.path.as_deref().map(|path| format!("\"path\":{}", quote(path)));
    let expected = problem
        .expected
        .as_deref()
        .map(|what| format!("\"expected\":{}", quote(what)));
    let data: Vec<String> = path.into_iter().chain(expected).collect();
    if !data.is_empty() {
        let _ = write!(text, ",\"data\":{{{}}}", data.join(","));
    }
    text
}

/// An error as it is shown, on a page or in the API.
#[derive(Debug)]
pub struct Shown<'a> {
    pub status: StatusCode,
    pub problem: &'a Problem,
    /// What the operator finds the request by in the log.
    pub request_id: &'a str,
    /// The path that was asked.
    pub path: &'a str,
}

/// The answer for an error; `logs` is the JSON array of what the request did, when it asked for that.
pub fn answer(request: &HttpRequest, error: &WebError, logs: Option<&str>) -> HttpResponse {
    let request_id = RequestId::of(request);
    let status = error.status_code();
    tell_operator(error, status, &request_id);
    if let WebError::SignIn { next } = error {
        let target = format!("/sign-in?next={}", super::uri::encode(next));
        return HttpResponse::SeeOther()
            .insert_header((header::LOCATION, target))
            .finish();
    }
    let problem = error.problem();
    let shown = Shown {
        status,
        problem: &problem,
        request_id: &request_id,
        path: request.uri().path(),
    };
    let mut answer = HttpResponse::build(status);
    if let Some(seconds) = retry_after(problem.key) {
        answer.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if problem.key == ProblemKey::NotAuthenticated {
        answer.insert_header((header::WWW_AUTHENTICATE, "Bearer"));
    }
    if is_api(request) {
        answer.content_type("application/json").body(object(&shown, logs))
    } else {
        answer.content_type("text/html; charset=utf-8").body(page(&shown))
    }
}

/// Says once what a request failed of; a server that is full or out of room is no surprise.
fn tell_operator(error: &WebError, status: StatusCode, request_id: &str) {
    let code = status.as_u16();
    if status == StatusCode::INTERNAL_SERVER_ERROR {
        tracing::error!(request.id = request_id, status = code, error = %told(error), "a request failed");
    } else if status.is_server_error() {
        tracing::warn!(request.id = request_id, status = code, error = %told(error), "a request was turned away");
    }
}

/// An error with everything that led to it, for the operator.
fn told(error: &WebError) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        // Transparent errors repeat what they hold.
        if !text.ends_with(&cause_text) {
            let _ = write!(text, ": {cause_text}");
        }
        source = cause.source();
    }
    text
}

/// Gives an answer that actix or an extractor made for an error, or left empty, the shape that all errors have.
pub fn reshape(request: &HttpRequest, made: HttpResponse) -> HttpResponse {
    if let Some(error) = made.error().and_then(|error| error.as_error::<WebError>()) {
        return answer(request, error, None);
    }
    let is_empty_refusal = made.error().is_none() && made.status() == StatusCode::METHOD_NOT_ALLOWED;
    if made.error().is_none() && !is_empty_refusal {
        return made;
    }
    let problem = match made.status() {
        StatusCode::NOT_FOUND => unknown_path(),
        StatusCode::METHOD_NOT_ALLOWED => wrong_method(),
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(ProblemKey::RequestTooLarge, "The request's body is too long."),
        StatusCode::UNSUPPORTED_MEDIA_TYPE => Problem::new(
            ProblemKey::UnsupportedMediaType,
            "The content type of the request cannot be used here.",
        ),
        status if status.is_client_error() => Problem::new(
            ProblemKey::InvalidParameter,
            "The request cannot be read as this address needs it.",
        ),
        _ => {
            let what = made.error().map(ToString::to_string).unwrap_or_default();
            return answer(request, &WebError::Internal(what), None);
        }
    };
    let allow = made.headers().get(header::ALLOW).cloned();
    let mut shaped = answer(request, &problem.into(), None);
    if let Some(allow) = allow {
        shaped.headers_mut().insert(header::ALLOW, allow);
    }
    shaped
}

/// The answer of a path that the URL table does not have.
pub fn unknown_path() -> Problem {
    Problem::new(ProblemKey::NotFound, "There is nothing at this address.")
}

fn wrong_method() -> Problem {
    Problem::new(
        ProblemKey::MethodNotAllowed,
        "This address does not know the method: the header `Allow` says which it knows.",
    )
}

/// The answer to a method that an address does not know.
pub fn method_not_allowed(request: &HttpRequest, known: &[Method]) -> HttpResponse {
    let mut answer = answer(request, &wrong_method().into(), None);
    let names: Vec<&str> = known.iter().map(Method::as_str).collect();
    if let Ok(allow) = HeaderValue::from_str(&names.join(", ")) {
        answer.headers_mut().insert(header::ALLOW, allow);
    }
    answer
}

/// Whether errors are answered as JSON: what is not a page.
fn is_api(request: &HttpRequest) -> bool {
    let path = request.uri().path();
    path == "/healthz" || path == "/api" || path.starts_with("/api/")
}

fn object(shown: &Shown<'_>, logs: Option<&str>) -> String {
    let mut text = format!(
        "{{{},\"title\":{},\"status\":{},\"instance\":{},\"requestId\":{}",
        members(shown.problem),
        quote(&title(shown.problem.key)),
        shown.status.as_u16(),
        quote(shown.path),
        quote(shown.request_id)
    );
    if let Some(logs) = logs {
        let _ = write!(text, ",\"logs\":{logs}");
    }
    text.push('}');
    text
}

/// The page of an error.
fn page(shown: &Shown<'_>) -> String {
    super::pages::error_page(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_has_a_status_a_type_and_a_title() {
        for key in ProblemKey::ALL {
            let status = status(key);
            assert!(status.is_client_error() || status.is_server_error(), "{key:?}");
            let waits = matches!(status.as_u16(), 429 | 503 | 507);
            assert_eq!(retry_after(key).is_some(), waits, "{key:?}");
            assert_eq!(wire_type(key) == "bad_request", status.is_client_error(), "{key:?}");
            assert!(title(key).starts_with(|c: char| c.is_ascii_uppercase()), "{key:?}");
        }
    }

    #[test]
    fn a_failure_of_ours_tells_nothing_of_itself() {
        let error = WebError::Store(StoreError::Damaged("frame 7 of /secret/place".into()));
        assert_eq!(error.problem().key, ProblemKey::Internal);
        assert!(!error.problem().message.contains("place"));
        assert!(told(&error).contains("frame 7"));
    }

    #[test]
    fn the_page_of_an_error_is_escaped() {
        let problem = Problem::new(ProblemKey::NotFound, "<script>'\"&");
        let shown = Shown {
            status: StatusCode::NOT_FOUND,
            problem: &problem,
            request_id: "r",
            path: "/",
        };
        let page = page(&shown);
        assert!(page.contains("&#60;script&#62;&#39;&#34;&#38;") && !page.contains("<script"));
    }
}
