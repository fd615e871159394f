//! Who asks, and whether they may: tokens, sessions, foreign hosts and origins. Handlers take one of these as an
//! argument, or say in their row of the URL table who may; none looks at headers itself.

pub mod cookie;
pub mod origin;

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::Context;
use super::door::Door;
use super::error::{self, WebError};
use crate::access::{Principal, Role};
use crate::model::problem::{Problem, ProblemKey};
use crate::model::scope::Scope;

/// What an address asks of who calls it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// Nothing: only `/healthz`, which tells nothing.
    Nobody,
    /// Any token or session.
    Anybody,
    /// May send.
    Ingest,
    /// May look.
    Read,
    /// May look at everything: is limited to no customer.
    ReadAll,
    Admin,
}

impl Need {
    /// Whether a role is enough; administrators may do everything.
    pub const fn allows(self, role: Role) -> bool {
        match self {
            Need::Nobody | Need::Anybody => true,
            Need::Ingest => matches!(role, Role::Ingest | Role::Admin),
            Need::Read | Need::ReadAll => matches!(role, Role::Read | Role::Admin),
            Need::Admin => matches!(role, Role::Admin),
        }
    }

    /// Refuses who may not.
    ///
    /// # Errors
    /// `access_denied`, saying what would be needed.
    pub fn check(self, principal: &Principal) -> Result<(), Problem> {
        let sees_enough = self != Need::ReadAll || *principal.scope == Scope::ALL;
        if self.allows(principal.role) && sees_enough {
            return Ok(());
        }
        let message = match self {
            Need::ReadAll if self.allows(principal.role) => {
                "this goes across all customers, and this token is limited to one: use one that is not"
            }
            Need::Ingest => "this token may not send records: use one with the role `ingest`",
            Need::Read | Need::ReadAll => "this token may not look at records: use one with the role `read`",
            _ => "only an administrator may do this",
        };
        Err(Problem::new(ProblemKey::AccessDenied, message))
    }
}

/// Who may use the API: a bearer token, a page's session, or the local socket. Without any of them the answer is 401.
pub struct ApiUser(pub Principal);

/// Who may see pages: a session, a bearer token, or anybody when the context is open, each only if it may read.
/// Without any of them the answer is a redirect to `/sign-in`.
pub struct PageUser(pub Principal);

type Extracting<T> = Pin<Box<dyn Future<Output = Result<T, WebError>>>>;

impl FromRequest for ApiUser {
    type Error = WebError;
    type Future = Extracting<ApiUser>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let principal = who(&request).await?;
            principal.map(ApiUser).ok_or_else(|| error::not_authenticated().into())
        })
    }
}

impl FromRequest for PageUser {
    type Error = WebError;
    type Future = Extracting<PageUser>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let Some(principal) = who(&request).await? else {
                // Signing in at a foreign host would begin a session that never counts.
                if !origin::is_own_host(&request) {
                    return Err(foreign_host().into());
                }
                return Err(WebError::SignIn {
                    next: way_back(&request),
                });
            };
            Need::Read.check(&principal)?;
            Ok(PageUser(principal))
        })
    }
}

/// Who asks; `None` when the request does not say.
///
/// # Errors
/// It says it wrongly (`not_authenticated`), or shows a session at a host that is not ours (`access_denied`).
pub async fn who(request: &HttpRequest) -> Result<Option<Principal>, WebError> {
    if Door::of(request) == Door::Local {
        return Ok(Some(Principal::local()));
    }
    let context = request
        .app_data::<Data<Context>>()
        .ok_or_else(|| WebError::Internal("the context is not in the application".into()))?;
    if request.headers().contains_key(header::AUTHORIZATION) {
        let principal = bearer(request).and_then(|token| context.access.by_token(token));
        return principal.map(Some).ok_or_else(|| error::not_authenticated().into());
    }
    let is_own_host = origin::is_own_host(request);
    if let Some(session) = cookie::value(request) {
        if !is_own_host {
            return Err(foreign_host().into());
        }
        if let Some(principal) = context.access.by_session(&session).await? {
            return Ok(Some(principal));
        }
    }
    Ok((context.is_open && is_own_host).then(visitor))
}

/// The token of the only `Authorization` header.
fn bearer(request: &HttpRequest) -> Option<&str> {
    let mut all = request.headers().get_all(header::AUTHORIZATION);
    let (only, None) = (all.next()?, all.next()) else {
        return None;
    };
    let (scheme, token) = only.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Visitors of a demonstration: they look at everything and change nothing.
fn visitor() -> Principal {
    let mut visitor = Principal::open();
    visitor.role = Role::Read;
    visitor
}

fn foreign_host() -> Problem {
    Problem::new(
        ProblemKey::AccessDenied,
        "This address is not one the server is reached at: use localhost, or set `server.public_url` to it.",
    )
}

/// Where a page leads back to after signing in.
fn way_back(request: &HttpRequest) -> String {
    let asked = request.uri().path_and_query().map_or("/", |asked| asked.as_str());
    local_path(asked).unwrap_or("/").to_owned()
}

/// A path of this server that a `next` parameter names; `None` for whatever could lead to another site.
pub fn local_path(next: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let is_local = next.starts_with('/') && !next.starts_with("//");
    (is_local && next.chars().all(is_plain)).then_some(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_stays_on_this_server() {
        for path in ["/", "/flow-runs?state=failed&from=2025-01-01T00:00:00Z", "/a//b"] {
            assert_eq!(local_path(path), Some(path));
        }
        for path in [
            "",
            "a",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/a\nb",
            "/é",
            "\\\\evil",
        ] {
            assert_eq!(local_path(path), None, "{path}");
        }
    }

    #[test]
    fn a_role_may_what_it_is_for_and_an_administrator_everything() {
        let table = [
            (Need::Anybody, [true, true, true]),
            (Need::Ingest, [true, false, true]),
            (Need::Read, [false, true, true]),
            (Need::ReadAll, [false, true, true]),
            (Need::Admin, [false, false, true]),
        ];
        for (need, allowed) in table {
            let may = [Role::Ingest, Role::Read, Role::Admin].map(|role| need.allows(role));
            assert_eq!(may, allowed, "{need:?}");
        }
    }
}
