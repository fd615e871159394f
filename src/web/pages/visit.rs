//! One visit of a page: who looks, at what time, and how the store is asked on their behalf.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest, HttpResponse};
use askama::Template;

use crate::access::Principal;
use crate::model::time::Micros;
use crate::store::Store;
use crate::store::call::{Call, Steps};
use crate::web::Context;
use crate::web::auth::PageUser;
use crate::web::door::RequestId;
use crate::web::error::WebError;

/// What page builders work with. As an argument of a handler it lets in only who may see pages.
pub struct Visit {
    pub context: Data<Context>,
    pub principal: Principal,
    pub call: Call,
    pub now: Micros,
    /// The host the visitor's browser asked.
    pub host: String,
    pub request_id: String,
}

impl Visit {
    pub fn store(&self) -> &dyn Store {
        &*self.context.store
    }
}

impl FromRequest for Visit {
    type Error = WebError;
    type Future = Pin<Box<dyn Future<Output = Result<Visit, WebError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let user = PageUser::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let principal = user.await?.0;
            let context = request.app_data::<Data<Context>>().cloned();
            let context = context.ok_or_else(|| WebError::Internal("the context is not in the application".into()))?;
            Ok(Visit {
                call: context.read_call(&principal, Steps::off()),
                now: context.clock.now(),
                host: request.connection_info().host().to_owned(),
                request_id: RequestId::of(&request),
                principal,
                context,
            })
        })
    }
}

/// A rendered page; the door adds the headers that keep a browser safe.
///
/// # Errors
/// The template could not be rendered.
pub fn respond(status: StatusCode, page: &impl Template) -> Result<HttpResponse, WebError> {
    let page = page
        .render()
        .map_err(|error| WebError::Internal(format!("a page could not be put together: {error}")))?;
    Ok(HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .body(page))
}
