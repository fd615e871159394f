//! Sessions of pages, and the links that begin them.

use super::stored::{self, SessionOrigin, StoredLink, StoredSession, decode, encode, hex};
use super::token::delete;
use super::{
    Access, AccessError, LINKS_MAX, Origin, Principal, SECRET_MAX_BYTES, SESSIONS_MAX, admin_principal, new_secret,
};
use crate::crypto;
use crate::model::time::Micros;
use crate::store::{StateWrite, StoreError};

/// Most expired sessions and links that one sweep deletes; the rest waits for the next one.
const SWEEP_MAX: usize = 1000;
/// Bytes that tell whether a session's administrator's token is still the same.
const ADMIN_CHECK_BYTES: usize = 4;

impl Access {
    /// The principal of a session cookie's value.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn by_session(&self, cookie: &str) -> Result<Option<Principal>, AccessError> {
        let Some(key) = key(stored::SESSION, cookie) else {
            return Ok(None);
        };
        let Some(value) = self.store.state(&self.read_call(), &key).await? else {
            return Ok(None);
        };
        let session: StoredSession = decode(&value)?;
        if session.expires_at <= self.clock.now() {
            return Ok(None);
        }
        Ok(self.of_origin(&key, &session.origin))
    }

    /// Who a session stands for now; `None` when what it came from is gone.
    fn of_origin(&self, key: &str, origin: &SessionOrigin) -> Option<Principal> {
        match origin {
            SessionOrigin::Link => Some(Principal::administrator("session", Origin::Link)),
            SessionOrigin::Token { id } => {
                let active = self.active();
                active.by_hash.get(active.by_id.get(id)?).cloned()
            }
            SessionOrigin::AdminToken { check } => (self.admin_check(key)? == *check).then(admin_principal),
        }
    }

    /// Few bytes of a hash of the administrator's token, salted with the session's key: nothing that would help to
    /// find the token, enough to see that it was changed.
    fn admin_check(&self, key: &str) -> Option<String> {
        let mut salted = key.as_bytes().to_vec();
        salted.extend_from_slice(&self.admin?);
        Some(hex(crypto::sha256(&salted).get(..ADMIN_CHECK_BYTES)?))
    }

    /// The secret of a fresh sign-in link: `/sign-in?link=SECRET`. It works once, for `auth.sign_in_link`, and gives
    /// an administrator's session.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn create_link(&self) -> Result<String, AccessError> {
        let _writing = self.writing.lock().await;
        self.sweep().await?;
        let (secret, hash) = new_secret()?;
        let key = format!("{}{}", stored::LINK, hex(&hash));
        let expires_at = self.after(self.config.auth.sign_in_link);
        let mut writes = self.oldest_beyond(stored::LINK, LINKS_MAX).await?;
        writes.push(StateWrite::Create {
            key,
            value: encode(&StoredLink { expires_at })?,
        });
        self.must_hold(writes).await?;
        Ok(secret)
    }

    /// Uses a link up: the value of a new session's cookie.
    ///
    /// # Errors
    /// [`AccessError::NotAuthenticated`] when it was used, has expired or never was; or the store did not take it.
    pub async fn redeem_link(&self, secret: &str) -> Result<String, AccessError> {
        let _writing = self.writing.lock().await;
        let key = key(stored::LINK, secret).ok_or(AccessError::NotAuthenticated)?;
        let value = self.store.state(&self.read_call(), &key).await?;
        let value = value.ok_or(AccessError::NotAuthenticated)?;
        if decode::<StoredLink>(&value)?.expires_at <= self.clock.now() {
            return Err(AccessError::NotAuthenticated);
        }
        self.new_session(|_| Some(SessionOrigin::Link), vec![delete(value)])
            .await
    }

    /// A session for whoever holds a token that may read. It ends when the token is revoked.
    ///
    /// # Errors
    /// [`AccessError::Denied`] for a token that may only send, and for who came without one; or the store did not
    /// take it.
    pub async fn session_for(&self, principal: &Principal) -> Result<String, AccessError> {
        if !principal.may_read() {
            return Err(AccessError::Denied(
                "this token may only send records; sign in with one of the role read or admin",
            ));
        }
        let _writing = self.writing.lock().await;
        match &principal.origin {
            Origin::Token { id } => {
                let origin = SessionOrigin::Token { id: id.clone() };
                self.new_session(|_| Some(origin), Vec::new()).await
            }
            Origin::AdminToken => {
                let origin = |key: &str| {
                    Some(SessionOrigin::AdminToken {
                        check: self.admin_check(key)?,
                    })
                };
                self.new_session(origin, Vec::new()).await
            }
            Origin::Link | Origin::Local | Origin::Open => {
                Err(AccessError::Denied("a session is made with a token or a sign-in link"))
            }
        }
    }

    /// Ends a session; one that is not there has ended already.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn sign_out(&self, cookie: &str) -> Result<(), AccessError> {
        let _writing = self.writing.lock().await;
        let Some(key) = key(stored::SESSION, cookie) else {
            return Ok(());
        };
        if let Some(value) = self.store.state(&self.read_call(), &key).await? {
            self.must_hold(vec![delete(value)]).await?;
        }
        Ok(())
    }

    /// Makes a session together with other writes; `origin` is told the session's key.
    async fn new_session(
        &self,
        origin: impl FnOnce(&str) -> Option<SessionOrigin>,
        mut writes: Vec<StateWrite>,
    ) -> Result<String, AccessError> {
        let (secret, hash) = new_secret()?;
        let key = format!("{}{}", stored::SESSION, hex(&hash));
        let origin = origin(&key).ok_or(AccessError::NotAuthenticated)?;
        self.sweep().await?;
        writes.extend(self.oldest_beyond(stored::SESSION, SESSIONS_MAX).await?);
        let expires_at = self.after(self.config.auth.session);
        writes.push(StateWrite::Create {
            key,
            value: encode(&StoredSession { origin, expires_at })?,
        });
        self.must_hold(writes).await?;
        Ok(secret)
    }

    fn after(&self, duration: std::time::Duration) -> Micros {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        self.clock.now().plus(micros)
    }

    /// All writes here hold the lock and nobody else writes these keys, so they find what was read.
    async fn must_hold(&self, writes: Vec<StateWrite>) -> Result<(), AccessError> {
        if self.write(writes).await? {
            Ok(())
        } else {
            Err(StoreError::Overloaded("a session or link was changed at the same time").into())
        }
    }

    /// Deletes expired links and sessions, and sessions of tokens that are no more. Sessions of the environment's token
    /// stay: the process may have been started without it by somebody else. The caller holds the lock.
    pub(super) async fn sweep(&self) -> Result<(), AccessError> {
        let now = self.clock.now();
        let mut gone = Vec::new();
        for value in self.scan(stored::LINK).await? {
            if decode::<StoredLink>(&value)?.expires_at <= now {
                gone.push(delete(value));
            }
        }
        for value in self.scan(stored::SESSION).await? {
            let session: StoredSession = decode(&value)?;
            let is_revoked = match &session.origin {
                SessionOrigin::Token { id } => !self.active().by_id.contains_key(id),
                SessionOrigin::Link | SessionOrigin::AdminToken { .. } => false,
            };
            if session.expires_at <= now || is_revoked {
                gone.push(delete(value));
            }
        }
        gone.truncate(SWEEP_MAX);
        if gone.is_empty() {
            Ok(())
        } else {
            self.must_hold(gone).await
        }
    }

    /// Deletes those that would end first, so that there is room for one more below `most`.
    async fn oldest_beyond(&self, prefix: &str, most: usize) -> Result<Vec<StateWrite>, AccessError> {
        let values = self.scan(prefix).await?;
        let beyond = (values.len() + 1).saturating_sub(most);
        if beyond == 0 {
            return Ok(Vec::new());
        }
        let mut by_end = Vec::new();
        for value in values {
            // Links and sessions both say when they end, in the same member.
            by_end.push((decode::<StoredLink>(&value)?.expires_at, value));
        }
        by_end.sort_by(|(a, left), (b, right)| (a, &left.key).cmp(&(b, &right.key)));
        Ok(by_end
            .into_iter()
            .take(beyond)
            .map(|(_, value)| delete(value))
            .collect())
    }
}

/// The state key of a session or link with this secret.
fn key(prefix: &str, secret: &str) -> Option<String> {
    (secret.len() <= SECRET_MAX_BYTES).then(|| format!("{prefix}{}", hex(&crypto::sha256(secret.as_bytes()))))
}
