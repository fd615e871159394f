//! Who may look and who may send: tokens, sessions and sign-in links.
//!
//! Secrets are told once and kept as their SHA-256. Tokens in use are also held in memory, so that a request's
//! token costs no read of the store. All writes here take one lock: names are unique, limits hold.

mod new_token;
mod session;
mod stored;
mod token;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::config::Config;
use crate::crypto;
use crate::model::id::Id;
use crate::model::scope::Scope;
use crate::model::sender::Sender;
use crate::model::time::Micros;
use crate::store::call::{Call, Steps};
use crate::store::{Store, StoreError};

/// What every secret begins with.
pub const SECRET_PREFIX: &str = "pat-";
/// Fewest characters of `REDTRAIL_ADMIN_TOKEN`.
pub const ADMIN_TOKEN_MIN_CHARS: usize = 32;
/// Longest text that is looked at as a secret, bytes; a longer one is none of ours.
pub const SECRET_MAX_BYTES: usize = 256;
/// Most tokens in use at once; at it no further one is made until one is revoked.
pub const TOKENS_MAX: usize = 1000;
/// Most revoked tokens that are still listed; at it the one revoked first is forgotten.
pub const REVOKED_TOKENS_MAX: usize = 1000;
/// Most sessions at once; at it the one that would end first is ended.
pub const SESSIONS_MAX: usize = 5000;
/// Most unused sign-in links at once; at it the one that would end first is dropped.
pub const LINKS_MAX: usize = 100;

pub use new_token::{DEFAULT_META_MAX_BYTES, ID_PREFIX_MAX_BYTES, NAME_MAX_CHARS};

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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_customer: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_integration: Option<Id>,
    /// A JSON object's text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_meta: Option<Box<serde_json::value::RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_prefix: Option<String>,
    /// RFC 3339 on the wire, as `revokedAt`.
    #[serde(with = "stored::time")]
    pub created_at: Micros,
    #[serde(default, with = "stored::maybe_time", skip_serializing_if = "Option::is_none")]
    pub revoked_at: Option<Micros>,
}

/// Who a request comes from. Made by [`Access`], [`Principal::local`] and [`Principal::open`] only.
#[derive(Debug, Clone)]
pub struct Principal {
    /// A token's name, `admin` (the token of the environment), `session` (of a sign-in link), `local` (the Unix
    /// socket) or `demo` (pages that need no sign-in).
    pub name: String,
    pub role: Role,
    pub scope: Arc<Scope>,
    pub sender: Arc<Sender>,
    origin: Origin,
}

/// What a principal's rights come from.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Origin {
    Token {
        id: String,
    },
    /// `REDTRAIL_ADMIN_TOKEN`
    AdminToken,
    Link,
    Local,
    Open,
}

/// Names no token may have, since principals that are no tokens have them.
pub(crate) const RESERVED_NAMES: [&str; 3] = ["admin", "local", "session"];

impl Principal {
    /// Whoever can open the socket in the data folder: its owner, an administrator.
    pub fn local() -> Principal {
        Principal::of_all("local", Role::Admin, Origin::Local)
    }

    /// Whoever looks at pages that need no sign-in (`serve --demo` on a loopback address): may read everything and
    /// change nothing.
    pub fn open() -> Principal {
        Principal::of_all("demo", Role::Read, Origin::Open)
    }

    fn administrator(name: &str, origin: Origin) -> Principal {
        Principal::of_all(name, Role::Admin, origin)
    }

    /// One that is limited to no customer.
    fn of_all(name: &str, role: Role, origin: Origin) -> Principal {
        Principal {
            name: name.to_owned(),
            role,
            scope: Arc::new(Scope::ALL),
            sender: Arc::new(Sender {
                source: name.into(),
                ..Sender::default()
            }),
            origin,
        }
    }

    /// Whether it may look at records and pages, within its scope.
    pub fn may_read(&self) -> bool {
        matches!(self.role, Role::Read | Role::Admin)
    }

    /// Whether it may send records.
    pub fn may_ingest(&self) -> bool {
        matches!(self.role, Role::Ingest | Role::Admin)
    }

    /// Whether it may make tokens and links, verify, and change what others see.
    pub fn may_administer(&self) -> bool {
        self.role == Role::Admin
    }
}

/// What a new token is to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NewToken {
    pub name: String,
    pub role: Role,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_customer: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_integration: Option<Id>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_meta: Option<Box<serde_json::value::RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id_prefix: Option<String>,
}

/// Why access was not given or changed.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("not authenticated")]
    NotAuthenticated,
    /// Known, but not allowed to do this.
    #[error("{0}")]
    Denied(&'static str),
    /// What was asked for breaks a rule; the message says which and what was expected.
    #[error("{0}")]
    Invalid(String),
    /// Another token in use has this name.
    #[error("a token named {0} is in use: choose another name, or revoke that one first")]
    NameTaken(String),
    #[error("not found")]
    NotFound,
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("no random bytes: {0}")]
    Random(std::io::Error),
}

/// The service: one for the process. Tokens in use are kept in memory by the hash of their secret.
pub struct Access {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    config: Config,
    /// SHA-256 of `REDTRAIL_ADMIN_TOKEN`.
    admin: Option<[u8; 32]>,
    tokens: RwLock<Active>,
    /// Held by whoever changes tokens, sessions or links.
    writing: tokio::sync::Mutex<()>,
}

/// Tokens in use.
#[derive(Default)]
struct Active {
    by_hash: HashMap<[u8; 32], Principal>,
    by_id: HashMap<String, [u8; 32]>,
}

impl Active {
    fn put_in(&mut self, id: String, hash: [u8; 32], principal: Principal) {
        self.by_id.insert(id, hash);
        self.by_hash.insert(hash, principal);
    }

    fn take_out(&mut self, id: &str) -> Option<([u8; 32], Principal)> {
        let hash = self.by_id.remove(id)?;
        Some((hash, self.by_hash.remove(&hash)?))
    }
}

impl Access {
    /// `admin_token` is the value of `REDTRAIL_ADMIN_TOKEN`; only its hash is kept.
    ///
    /// # Errors
    /// The admin token is not as required, or the store cannot be read.
    pub async fn open(
        store: Arc<dyn Store>,
        config: &Config,
        clock: Arc<dyn Clock>,
        admin_token: Option<&str>,
    ) -> Result<Access, AccessError> {
        let admin = admin_token.map(admin_hash).transpose()?;
        let access = Access {
            store,
            clock,
            config: config.clone(),
            admin,
            tokens: RwLock::default(),
            writing: tokio::sync::Mutex::default(),
        };
        access.load_tokens().await?;
        let swept = {
            let _writing = access.writing.lock().await;
            access.sweep().await
        };
        // A store that takes no writes now can still be read: what has expired opens nothing, swept or not.
        if let Err(error) = swept {
            tracing::warn!(%error, "expired sessions and links could not be swept");
        }
        Ok(access)
    }

    /// The principal of a token's text.
    pub fn by_token(&self, secret: &str) -> Option<Principal> {
        if !secret.starts_with(SECRET_PREFIX) || secret.len() > SECRET_MAX_BYTES {
            return None;
        }
        let hash = crypto::sha256(secret.as_bytes());
        if self.admin.is_some_and(|admin| crypto::same(&admin, &hash)) {
            return Some(admin_principal());
        }
        self.active().by_hash.get(&hash).cloned()
    }

    /// Tokens in use. A thread that panicked with the lock held leaves a map that is whole: each change is one insert
    /// or remove after the store has it.
    fn active(&self) -> std::sync::RwLockReadGuard<'_, Active> {
        self.tokens.read().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn active_mut(&self) -> std::sync::RwLockWriteGuard<'_, Active> {
        self.tokens.write().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn read_call(&self) -> Call {
        let deadline = Instant::now() + self.config.limits.read_timeout;
        Call::new(Arc::new(Scope::ALL), deadline, Steps::off())
    }

    fn write_call(&self) -> Call {
        let deadline = Instant::now() + self.config.limits.commit_timeout;
        Call::new(Arc::new(Scope::ALL), deadline, Steps::off())
    }
}

fn admin_principal() -> Principal {
    Principal::administrator("admin", Origin::AdminToken)
}

/// The hash of `REDTRAIL_ADMIN_TOKEN`.
fn admin_hash(secret: &str) -> Result<[u8; 32], AccessError> {
    let invalid = |rule: &str| AccessError::Invalid(format!("REDTRAIL_ADMIN_TOKEN {rule}"));
    if !secret.starts_with(SECRET_PREFIX) {
        return Err(invalid("must begin with pat-"));
    }
    if secret.chars().count() < ADMIN_TOKEN_MIN_CHARS {
        return Err(invalid("must have at least 32 characters, pat- included"));
    }
    if secret.len() > SECRET_MAX_BYTES || !secret.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(invalid(
            "must have at most 256 characters, all of them visible ASCII without blanks",
        ));
    }
    Ok(crypto::sha256(secret.as_bytes()))
}

/// A fresh secret and its hash.
fn new_secret() -> Result<(String, [u8; 32]), AccessError> {
    let secret = crypto::random_secret().map_err(AccessError::Random)?;
    let secret = format!("{SECRET_PREFIX}{secret}");
    let hash = crypto::sha256(secret.as_bytes());
    Ok((secret, hash))
}
