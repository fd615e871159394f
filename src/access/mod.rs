//! Who may look and who may send: tokens, sessions and sign-in links.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::config::Config;
use crate::ingest::Sender;
use crate::model::id::Id;
use crate::model::scope::Scope;
use crate::model::time::Micros;
use crate::store::{Store, StoreError};

/// What a token may do; administrators may do everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    Ingest,
    Read,
    Admin,
}

/// A token as it is kept: never its secret, only the SHA-256 of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Token {
    /// Short public id, for `token revoke`.
    pub id: String,
    /// Its name: the `source` of what it sends.
    pub name: String,
    pub role: Role,
    /// Limited to this customer: writes and reads only for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_customer: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_integration: Option<Id>,
    /// A JSON object's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default_meta: Option<Box<serde_json::value::RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_prefix: Option<String>,
    pub created_at: Micros,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Micros>,
}

/// Who a request comes from.
#[derive(Debug, Clone)]
pub struct Principal {
    /// A token's name, `session`, `local` (the Unix socket) or `demo`.
    pub name: String,
    pub role: Role,
    pub scope: Arc<Scope>,
    pub sender: Arc<Sender>,
}

/// What a new token is to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    pub name: String,
    pub role: Role,
    #[serde(default)]
    pub customer: Option<Id>,
    #[serde(default)]
    pub default_customer: Option<Id>,
    #[serde(default)]
    pub default_integration: Option<Id>,
    #[serde(default)]
    pub default_meta: Option<Box<serde_json::value::RawValue>>,
    #[serde(default)]
    pub id_prefix: Option<String>,
}

/// Why access was not given or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("not authenticated")]
    NotAuthenticated,
    #[error("{0}")]
    Invalid(String),
    #[error("not found")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no random bytes: {0}")]
    Random(std::io::Error),
}

/// The service: one for the process. Tokens in use are kept in memory by the hash of their secret.
pub struct Access {}

impl Access {
    /// `admin_token` is the value of `REDTRAIL_ADMIN_TOKEN`; only its hash is kept.
    ///
    /// # Errors
    /// The admin token is not as required, or the store cannot be read.
    pub async fn open(
        _store: Arc<dyn Store>,
        _config: &Config,
        _clock: Arc<dyn Clock>,
        _admin_token: Option<&str>,
    ) -> Result<Access, AccessError> {
        todo!()
    }

    /// The principal of a token's text.
    pub fn by_token(&self, _secret: &str) -> Option<Principal> {
        todo!()
    }

    /// The principal of a session cookie's value.
    pub async fn by_session(&self, _cookie: &str) -> Result<Option<Principal>, AccessError> {
        todo!()
    }

    /// Makes a token; the secret is told this once.
    pub async fn create(&self, _new: NewToken) -> Result<(Token, String), AccessError> {
        todo!()
    }

    pub async fn tokens(&self) -> Result<Vec<Token>, AccessError> {
        todo!()
    }

    pub async fn revoke(&self, _id: &str) -> Result<Token, AccessError> {
        todo!()
    }

    /// The secret of a fresh sign-in link: `/sign-in?link=SECRET`.
    pub async fn create_link(&self) -> Result<String, AccessError> {
        todo!()
    }

    /// Uses a link up: the value of a new session's cookie.
    pub async fn redeem_link(&self, _secret: &str) -> Result<String, AccessError> {
        todo!()
    }

    /// A session for whoever holds a token that may read.
    pub async fn session_for(&self, _principal: &Principal) -> Result<String, AccessError> {
        todo!()
    }

    /// Ends a session.
    pub async fn sign_out(&self, _cookie: &str) -> Result<(), AccessError> {
        todo!()
    }
}
