//! Making, listing and revoking tokens.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::stored::{self, StoredToken, decode, encode, from_hex, hex};
use super::{
    Access, AccessError, NewToken, Origin, Principal, REVOKED_TOKENS_MAX, TOKENS_MAX, Token, new_secret, new_token,
};
use crate::crypto;
use crate::model::scope::{Only, Scope};
use crate::model::sender::Sender;
use crate::store::{StateValue, StateWrite, StoreError};

/// Random bytes of a token's public id.
const ID_BYTES: usize = 6;

impl Access {
    /// Makes a token; the secret is told this once.
    ///
    /// # Errors
    /// A rule of new tokens is broken, the name is in use, there are [`TOKENS_MAX`] tokens, or the store did not
    /// take it.
    pub async fn create(&self, new: NewToken) -> Result<(Token, String), AccessError> {
        new_token::check(&new)?;
        let _writing = self.writing.lock().await;
        let kept = self.tokens().await?;
        let in_use = || kept.iter().filter(|token| token.revoked_at.is_none());
        if in_use().any(|token| token.name == new.name) {
            return Err(AccessError::NameTaken(new.name));
        }
        if in_use().count() >= TOKENS_MAX {
            return Err(AccessError::Invalid(format!(
                "there are {TOKENS_MAX} tokens, the most there can be; revoke one first"
            )));
        }
        new_token::check_prefix(&new, &kept)?;
        let (secret, hash) = new_secret()?;
        let id = hex(&crypto::random::<ID_BYTES>().map_err(AccessError::Random)?);
        let token = self.token(id, new);
        let principal = principal(&token)?;
        let value = encode(&StoredToken {
            token: token.clone(),
            sha256: hex(&hash),
        })?;
        let key = key(&token.id);
        if !self.write(vec![StateWrite::Create { key, value }]).await? {
            // Two random ids met; the next one will not.
            return Err(StoreError::Overloaded("the id of the new token is taken").into());
        }
        self.active_mut().put_in(token.id.clone(), hash, principal);
        Ok((token, secret))
    }

    fn token(&self, id: String, new: NewToken) -> Token {
        Token {
            id,
            name: new.name,
            role: new.role,
            customer: new.customer,
            default_customer: new.default_customer,
            default_integration: new.default_integration,
            default_meta: new.default_meta,
            id_prefix: new.id_prefix,
            created_at: self.clock.now(),
            revoked_at: None,
        }
    }

    /// All tokens, revoked ones too, oldest first.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn tokens(&self) -> Result<Vec<Token>, AccessError> {
        let mut tokens = Vec::new();
        for value in self.scan(stored::TOKEN).await? {
            tokens.push(decode::<StoredToken>(&value)?.token);
        }
        tokens.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        Ok(tokens)
    }

    /// Revokes a token: from now on its secret and the sessions made with it open nothing. Doing it again changes
    /// nothing.
    ///
    /// # Errors
    /// There is no such token, or the store did not take it.
    pub async fn revoke(&self, id: &str) -> Result<Token, AccessError> {
        let _writing = self.writing.lock().await;
        let value = self.store.state(&self.read_call(), &key(id)).await?;
        let value = value.ok_or(AccessError::NotFound)?;
        let mut stored: StoredToken = decode(&value)?;
        // First out of memory: whoever gives up waiting for the answer has a token that opens nothing, not one that
        // is revoked in the store only.
        let taken_out = self.active_mut().take_out(id);
        if stored.token.revoked_at.is_none() {
            stored.token.revoked_at = Some(self.clock.now());
            if let Err(error) = self.write_revoked(&value, &stored).await {
                if let Some((hash, principal)) = taken_out {
                    self.active_mut().put_in(id.to_owned(), hash, principal);
                }
                return Err(error);
            }
        }
        Ok(stored.token)
    }

    async fn write_revoked(&self, value: &StateValue, revoked: &StoredToken) -> Result<(), AccessError> {
        let mut writes = self.forgotten().await?;
        writes.push(StateWrite::PutIf {
            key: value.key.clone(),
            value: encode(revoked)?,
            revision: value.revision,
        });
        if self.write(writes).await? {
            Ok(())
        } else {
            Err(StoreError::Overloaded("the token was changed at the same time").into())
        }
    }

    /// Deletes what goes beyond [`REVOKED_TOKENS_MAX`] when one more is revoked: those revoked first.
    async fn forgotten(&self) -> Result<Vec<StateWrite>, AccessError> {
        let mut revoked = Vec::new();
        for value in self.scan(stored::TOKEN).await? {
            if let Some(at) = decode::<StoredToken>(&value)?.token.revoked_at {
                revoked.push((at, value));
            }
        }
        revoked.sort_by(|(a, left), (b, right)| (a, &left.key).cmp(&(b, &right.key)));
        let beyond = (revoked.len() + 1).saturating_sub(REVOKED_TOKENS_MAX);
        Ok(revoked
            .into_iter()
            .take(beyond)
            .map(|(_, value)| delete(value))
            .collect())
    }

    /// Takes tokens in use from the store into memory.
    pub(super) async fn load_tokens(&self) -> Result<(), AccessError> {
        for value in self.scan(stored::TOKEN).await? {
            let stored: StoredToken = decode(&value)?;
            if stored.token.revoked_at.is_some() {
                continue;
            }
            let hash = from_hex(&stored.sha256)
                .ok_or_else(|| StoreError::Damaged(format!("{}: no SHA-256 in hex", value.key)))?;
            let principal = principal(&stored.token)?;
            self.active_mut().put_in(stored.token.id, hash, principal);
        }
        Ok(())
    }
}

fn key(id: &str) -> String {
    format!("{}{id}", stored::TOKEN)
}

pub(super) fn delete(value: StateValue) -> StateWrite {
    StateWrite::DeleteIf {
        key: value.key,
        revision: value.revision,
    }
}

/// Who comes with a token.
fn principal(token: &Token) -> Result<Principal, AccessError> {
    let customers = match &token.customer {
        Some(customer) => Only::These(BTreeSet::from([customer.clone()])),
        None => Only::All,
    };
    let default_meta = match &token.default_meta {
        Some(meta) => new_token::meta_members(meta.get())?,
        None => Vec::new(),
    };
    Ok(Principal {
        name: token.name.clone(),
        role: token.role,
        scope: Arc::new(Scope {
            customers,
            integrations: Only::All,
        }),
        sender: Arc::new(Sender {
            source: token.name.as_str().into(),
            only_customer: token.customer.clone(),
            default_customer: token.default_customer.clone().or_else(|| token.customer.clone()),
            default_integration: token.default_integration.clone(),
            default_meta,
            id_prefix: token.id_prefix.as_deref().map(Into::into),
        }),
        origin: Origin::Token { id: token.id.clone() },
    })
}
