//! What every request passes, whatever it asks: an id, the refusal of what a foreign site sends, the shape of
//! errors, the headers that keep a browser safe, and a line in the log.

use std::any::Any;
use std::time::Instant;

use actix_web::body::{BodySize, MessageBody};
use actix_web::dev::{Extensions, ServiceRequest, ServiceResponse};
use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpRequest};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::auth::origin;
use super::error::{self, WebError};
use crate::crypto;
use crate::model::problem::{Problem, ProblemKey};

/// Longest address (path and query) that is looked at, bytes; a longer one is answered 413. Beyond 64 KiB the
/// HTTP reader itself answers 400, and 431 when all headers together pass 128 KiB.
pub const URI_MAX_BYTES: usize = 16 * 1024;

/// Answers shorter than this are not compressed, bytes.
const COMPRESS_FROM_BYTES: u64 = 1024;

/// What pages may load and where they may send: everything from this server, no script or style inside a page.
const CONTENT_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

static REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Through which listener a request came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Network,
    /// The Unix socket in the data folder, which only its owner can open: an administrator.
    Local,
}

impl Door {
    /// Remembers the door when a connection is taken.
    pub(super) fn note(stream: &dyn Any, connection: &mut Extensions) {
        let is_local = stream.is::<tokio::net::UnixStream>();
        connection.insert(if is_local { Door::Local } else { Door::Network });
    }

    /// The door a request came through.
    pub fn of(request: &HttpRequest) -> Door {
        request.conn_data::<Door>().copied().unwrap_or(Door::Network)
    }
}

/// The id of a request: in the answer's header `x-request-id`, in errors and in the log.
#[derive(Debug, Clone)]
pub struct RequestId(String);

impl RequestId {
    pub fn of(request: &HttpRequest) -> String {
        request
            .extensions()
            .get::<RequestId>()
            .map_or_else(String::new, |id| id.0.clone())
    }
}

/// The outermost step.
pub async fn pass<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let began = Instant::now();
    let id = URL_SAFE_NO_PAD.encode(crypto::random::<12>().unwrap_or_default());
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = match refusal(request.request()) {
        Some(problem) => {
            let answer = error::answer(request.request(), &problem.into(), None);
            request.into_response(answer).map_into_right_body()
        }
        None => next.call(request).await?.map_into_left_body(),
    };
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID.clone(), id);
    }
    secure(response.headers_mut());
    log(&response, &id, began);
    Ok(response)
}

/// Gives errors their shape, and says of short answers that they are not worth compressing.
pub async fn shape<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let response = next.call(request).await?;
    let (request, made) = response.into_parts();
    let mut made = error::reshape(&request, made.map_into_boxed_body());
    if matches!(made.body().size(), BodySize::Sized(bytes) if bytes < COMPRESS_FROM_BYTES) {
        let plain = HeaderValue::from_static("identity");
        made.headers_mut().insert(header::CONTENT_ENCODING, plain);
    }
    Ok(ServiceResponse::new(request, made))
}

/// Why a request is answered before anybody looks at what it asks.
fn refusal(request: &HttpRequest) -> Option<Problem> {
    let length = request.uri().path_and_query().map_or(0, |all| all.as_str().len());
    if length > URI_MAX_BYTES {
        let message = "The address is too long: ask for fewer things at once.";
        return Some(Problem::new(ProblemKey::RequestTooLarge, message).expected("at most 16384 bytes"));
    }
    if !request.method().is_safe() && origin::is_foreign(request) {
        let message = "The request was sent by a page of another site, and such a page may change nothing here.";
        return Some(Problem::new(ProblemKey::AccessDenied, message));
    }
    None
}

fn secure(headers: &mut HeaderMap) {
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, CONTENT_POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Assets say themselves how long they may be kept; whatever holds data is not to be kept at all.
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    if headers
        .get(header::CONTENT_ENCODING)
        .is_some_and(|coding| coding == "identity")
    {
        headers.remove(header::CONTENT_ENCODING);
    }
}

/// One line a request: without query, headers, body or address, which may hold secrets. Refusals and failures are
/// told at `info`, the rest at `debug`.
fn log<B>(response: &ServiceResponse<B>, id: &str, began: Instant) {
    let request = response.request();
    let (method, path, status) = (request.method(), request.uri().path(), response.status().as_u16());
    let duration_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    if status >= 400 {
        tracing::info!(request.id = id, %method, path, status, duration_ms, "answered a request");
    } else {
        tracing::debug!(request.id = id, %method, path, status, duration_ms, "answered a request");
    }
}

/// The answer of every path that the URL table does not have.
pub async fn nowhere() -> Result<&'static str, WebError> {
    Err(error::unknown_path().into())
}
