//! `/healthz`: for those who watch whether the server is there.

use actix_web::http::StatusCode;

use super::ask::{Answer, Ask};
use crate::web::error::WebError;

/// Tells whether records can be taken; nothing else, since anybody may ask.
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    Ok(match ask.context.store.accepts() {
        Ok(()) => Answer::json("{\"status\":\"ok\"}"),
        Err(_) => Answer::json("{\"status\":\"unavailable\"}").with_status(StatusCode::SERVICE_UNAVAILABLE),
    })
}
