//! Signing in, with a token or a sign-in link, and signing out.
//!
//! A link is used up by the button on its page, not by opening it: what fetches addresses ahead must not burn it.

use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Form, Query};
use actix_web::{HttpRequest, HttpResponse};
use askama::Template;
use serde::Deserialize;

use super::shell::Bare;
use super::visit::respond;
use crate::access::AccessError;
use crate::model::problem::{Problem, ProblemKey};
use crate::web::Context;
use crate::web::auth::{cookie, local_path, origin};
use crate::web::error::WebError;

#[derive(Template)]
#[template(path = "sign_in/page.html")]
struct SignInPage {
    shell: Bare,
    workspace: String,
    /// The secret of a sign-in link: then there is nothing to type.
    link: String,
    next: String,
    /// Why the last attempt did not work.
    refusal: Option<&'static str>,
}

/// What the page is opened with.
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    link: String,
    #[serde(default)]
    next: String,
}

/// What the form sends: one of token and link.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    token: String,
    #[serde(default)]
    link: String,
    #[serde(default)]
    next: String,
}

/// `GET /sign-in`
pub async fn page(context: Data<Context>, asked: Query<Asked>) -> Result<HttpResponse, WebError> {
    let page = sign_in(&context, asked.link.clone(), &asked.next, None);
    respond(StatusCode::OK, &page)
}

/// `POST /sign-in`
pub async fn sign_in_with(
    context: Data<Context>,
    request: HttpRequest,
    sent: Form<Sent>,
) -> Result<HttpResponse, WebError> {
    if !origin::is_own_host(&request) {
        let message = "signing in at this address would not last: open the server at localhost or its public address";
        return Err(Problem::new(ProblemKey::AccessDenied, message).into());
    }
    let session = match sent.link.trim() {
        "" => by_token(&context, sent.token.trim()).await,
        link => context.access.redeem_link(link).await,
    };
    match session {
        Ok(session) => Ok(begin(&context, &request, &session, &sent.next)),
        Err(error @ (AccessError::NotAuthenticated | AccessError::NotFound | AccessError::Denied(_))) => {
            let refusal = refusal(&error, !sent.link.trim().is_empty());
            let page = sign_in(&context, String::new(), &sent.next, Some(refusal));
            respond(StatusCode::UNAUTHORIZED, &page)
        }
        Err(error) => Err(error.into()),
    }
}

/// `POST /sign-out`
pub async fn sign_out(context: Data<Context>, request: HttpRequest) -> Result<HttpResponse, WebError> {
    if let Some(session) = cookie::value(&request) {
        context.access.sign_out(&session).await?;
    }
    let mut answer = see("/sign-in");
    let gone = answer.add_cookie(&cookie::end(&request));
    gone.map_err(|error| WebError::Internal(error.to_string()))?;
    Ok(answer)
}

async fn by_token(context: &Context, token: &str) -> Result<String, AccessError> {
    let principal = context.access.by_token(token).ok_or(AccessError::NotAuthenticated)?;
    context.access.session_for(&principal).await
}

const fn refusal(error: &AccessError, is_link: bool) -> &'static str {
    match (error, is_link) {
        (AccessError::Denied(_), false) => "This token may only send records. Use one of the role read or admin.",
        (_, false) => "No token has this text. Check that it is whole.",
        (_, true) => "This link was used already, or its time is over. Sign in with a token, or make a new link.",
    }
}

fn begin(context: &Context, request: &HttpRequest, session: &str, next: &str) -> HttpResponse {
    let mut answer = see(local_path(next).unwrap_or("/"));
    let lasts = context.config.auth.session;
    // A session's value is plain text, so it is always a cookie.
    let _ = answer.add_cookie(&cookie::begin(request, session, lasts));
    answer
}

fn see(target: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, target))
        .finish()
}

fn sign_in(context: &Context, link: String, next: &str, refusal: Option<&'static str>) -> SignInPage {
    SignInPage {
        shell: Bare::new("Sign in"),
        workspace: context.config.server.workspace.clone(),
        link,
        next: local_path(next).unwrap_or_default().to_owned(),
        refusal,
    }
}
