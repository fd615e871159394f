//! Tokens: who may send and who may look.

use actix_web::http::StatusCode;

use super::ask::{Answer, Ask};
use super::body;
use super::render::object::{Object, array};
use crate::access::{NewToken, Role, Token};
use crate::model::id::Id;
use crate::model::problem::{Problem, ProblemKey};
use crate::web::error::WebError;

/// Members of the object that makes a token.
pub const NEW_TOKEN: [&str; 7] = [
    "name",
    "role",
    "customer",
    "defaultCustomer",
    "defaultIntegration",
    "defaultMeta",
    "idPrefix",
];

/// `GET /tokens`: those in use and the revoked ones, never a secret.
pub async fn list(ask: Ask) -> Result<Answer, WebError> {
    let tokens = ask.context.access.tokens().await?;
    let items: Vec<String> = tokens.iter().map(text).collect::<Result<_, _>>()?;
    let mut object = Object::new();
    object.raw("items", &array(items));
    Ok(Answer::json(object.finish()))
}

/// `POST /tokens`: the answer tells the secret, once.
pub async fn create(mut ask: Ask) -> Result<Answer, WebError> {
    let members = body::members_of(&mut ask, &NEW_TOKEN).await?;
    let new = new_token(&members)?;
    let (token, secret) = ask.context.access.create(new).await?;
    let answer = body::with_member(&text(&token)?, "secret", &secret);
    Ok(Answer::json(answer).with_status(StatusCode::CREATED))
}

/// `DELETE /tokens/{id}`: it opens nothing from now on.
pub async fn revoke(ask: Ask) -> Result<Answer, WebError> {
    let token = ask.context.access.revoke(ask.segment("id")).await?;
    Ok(Answer::json(text(&token)?))
}

/// `POST /sign-in-links`
pub async fn create_link(mut ask: Ask) -> Result<Answer, WebError> {
    body::members_of(&mut ask, &[]).await?;
    let secret = ask.context.access.create_link().await?;
    let mut object = Object::new();
    object.text("path", &format!("/sign-in?link={}", crate::web::uri::encode(&secret)));
    Ok(Answer::json(object.finish()).with_status(StatusCode::CREATED))
}

fn text(token: &Token) -> Result<String, WebError> {
    serde_json::to_string(token).map_err(|error| WebError::Internal(format!("a token cannot be written: {error}")))
}

fn new_token(members: &[(String, String)]) -> Result<NewToken, Problem> {
    Ok(NewToken {
        name: body::given(members, "name", "a name")?.ok_or_else(|| body::missing("/name", "a name"))?,
        role: body::given::<Role>(members, "role", ROLES)?.ok_or_else(|| body::missing("/role", ROLES))?,
        customer: id(members, "customer")?,
        default_customer: id(members, "defaultCustomer")?,
        default_integration: id(members, "defaultIntegration")?,
        default_meta: body::given(members, "defaultMeta", "a JSON object")?,
        id_prefix: body::given(members, "idPrefix", "a text")?,
    })
}

const ROLES: &str = "ingest, read or admin";

fn id(members: &[(String, String)], name: &'static str) -> Result<Option<Id>, Problem> {
    let text: Option<String> = body::given(members, name, "an id")?;
    let parse = |text: String| {
        Id::parse(&text).map_err(|rule| {
            Problem::new(ProblemKey::InvalidValue, "A member is not an id.")
                .at(&format!("/{name}"))
                .expected(rule.to_string())
        })
    };
    text.map(parse).transpose()
}
