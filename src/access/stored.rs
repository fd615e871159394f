//! How tokens, sessions and links are written in the state store: JSON under `token/ID`, `session/HEX`, `link/HEX`.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Access, AccessError, Token};
use crate::model::time::Micros;
use crate::store::{Commit, StateValue, StateWrite, StoreError};

pub(super) const TOKEN: &str = "token/";
pub(super) const SESSION: &str = "session/";
pub(super) const LINK: &str = "link/";

/// Values read by one scan.
const SCAN_VALUES: usize = 1000;

/// `token/ID`
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredToken {
    pub token: Token,
    /// SHA-256 of the secret, in hex.
    pub sha256: String,
}

/// `session/HEX`
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredSession {
    pub origin: SessionOrigin,
    #[serde(with = "time")]
    pub expires_at: Micros,
}

/// What a session's rights come from; they end with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub(super) enum SessionOrigin {
    Link,
    Token {
        id: String,
    },
    /// `REDTRAIL_ADMIN_TOKEN`; the check is a few bytes that another token's would not match, salted by the
    /// session, too few to find the token by.
    AdminToken {
        check: String,
    },
}

/// `link/HEX`
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct StoredLink {
    #[serde(with = "time")]
    pub expires_at: Micros,
}

pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |nibble: u8| char::from_digit(u32::from(nibble), 16).unwrap_or('0');
    bytes
        .iter()
        .flat_map(|byte| [digit(byte >> 4), digit(byte & 15)])
        .collect()
}

pub(super) fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut out = [0; 32];
    for (at, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * at..2 * at + 2)?, 16).ok()?;
    }
    Some(out)
}

/// # Errors
/// What is stored is not what we write; the message names the key.
pub(super) fn decode<T: DeserializeOwned>(value: &StateValue) -> Result<T, StoreError> {
    serde_json::from_slice(&value.value).map_err(|error| StoreError::Damaged(format!("{}: {error}", value.key)))
}

pub(super) fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, AccessError> {
    serde_json::to_vec(value).map_err(|error| AccessError::Store(StoreError::Io(error.into())))
}

impl Access {
    /// Every value whose key begins so.
    pub(super) async fn scan(&self, prefix: &str) -> Result<Vec<StateValue>, StoreError> {
        let mut all = Vec::new();
        loop {
            let after = all.last().map(|value: &StateValue| value.key.clone());
            let call = self.read_call();
            let page = self
                .store
                .state_scan(&call, prefix, after.as_deref(), SCAN_VALUES)
                .await?;
            let is_last = page.len() < SCAN_VALUES;
            all.extend(page);
            if is_last {
                return Ok(all);
            }
        }
    }

    /// Writes all or nothing; `false`: a value was not as it was read.
    pub(super) async fn write(&self, state: Vec<StateWrite>) -> Result<bool, StoreError> {
        let commit = Commit {
            state,
            ..Commit::default()
        };
        Ok(self.store.commit(&self.write_call(), commit).await?.state_held)
    }
}

/// RFC 3339 on the wire and in the store.
pub(super) mod time {
    use serde::{Deserialize, Deserializer, Serializer};

    use crate::model::time::Micros;

    pub fn serialize<S: Serializer>(time: &Micros, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Micros, D::Error> {
        let text = String::deserialize(from)?;
        Micros::parse(&text).ok_or_else(|| serde::de::Error::custom("expected an RFC 3339 time"))
    }
}

pub(super) mod maybe_time {
    use serde::{Deserializer, Serializer};

    use crate::model::time::Micros;

    pub fn serialize<S: Serializer>(time: &Option<Micros>, to: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::time::serialize(time, to),
            None => to.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Micros>, D::Error> {
        super::time::deserialize(from).map(Some)
    }
}
