//! Cursors: where a page of a list ended, sealed with a key of the data folder, since it may hold ids of other scopes.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};

use crate::crypto::RootKey;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::scope::{Only, Scope};

/// Longest cursor that is looked at, characters: a position holds at most three ids.
pub const CURSOR_MAX_CHARS: usize = 2048;

const NONCE_BYTES: usize = 24;

/// Seals a position (encoded by the caller) for one list: `list` names the list and everything that was asked of it
/// (kind, filter, order). Such a cursor opens only for the same list and the same scope.
pub fn seal(keys: &RootKey, list: &str, scope: &Scope, position: &[u8]) -> String {
    let bound = bound_to(list, scope);
    // A nonce made of what it seals: the same position gives the same cursor, and no two positions share one.
    let mut hasher = blake3::Hasher::new_keyed(&keys.derive("cursor nonce"));
    hasher.update(&bound);
    hasher.update(position);
    let mut nonce = [0; NONCE_BYTES];
    hasher.finalize_xof().fill(&mut nonce);
    let payload = Payload {
        msg: position,
        aad: &bound,
    };
    // Fails only beyond 256 GiB; an empty cursor is refused as one of ours when it comes back.
    let sealed = cipher(keys).encrypt(&XNonce::from(nonce), payload).unwrap_or_default();
    let mut bytes = nonce.to_vec();
    bytes.extend_from_slice(&sealed);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// What [`seal`] was given.
///
/// # Errors
/// `invalid_cursor`: not ours, of another list, another filter or another scope.
pub fn open(keys: &RootKey, list: &str, scope: &Scope, cursor: &str) -> Result<Vec<u8>, Problem> {
    let opened = || {
        if cursor.len() > CURSOR_MAX_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (nonce, sealed) = bytes.split_first_chunk::<NONCE_BYTES>()?;
        let payload = Payload {
            msg: sealed,
            aad: &bound_to(list, scope),
        };
        cipher(keys).decrypt(&XNonce::from(*nonce), payload).ok()
    };
    opened().ok_or_else(invalid)
}

/// The refusal of a cursor that does not belong to what is asked.
pub fn invalid() -> Problem {
    Problem::new(
        ProblemKey::InvalidCursor,
        "The cursor is not one of this list, asked with this filter, order and token.",
    )
    .expected("the cursor of the page before, with everything else asked as then; without one the list begins")
}

fn cipher(keys: &RootKey) -> XChaCha20Poly1305 {
    XChaCha20Poly1305::new(&keys.derive("cursor").into())
}

/// The list and the scope as bytes that are equal only for equal ones.
fn bound_to(list: &str, scope: &Scope) -> Vec<u8> {
    let mut bytes = list.as_bytes().to_vec();
    for only in [&scope.customers, &scope.integrations] {
        // No id holds a 0.
        bytes.push(0);
        match only {
            Only::All => bytes.push(b'*'),
            Only::These(ids) => {
                for id in ids {
                    bytes.push(0);
                    bytes.extend_from_slice(id.as_str().as_bytes());
                }
                bytes.push(0);
            }
        }
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::id::Id;

    fn only(ids: &[&str]) -> Scope {
        Scope {
            customers: Only::These(ids.iter().map(|id| Id::parse(id).unwrap()).collect()),
            integrations: Only::All,
        }
    }

    #[test]
    fn a_cursor_opens_for_its_list_and_scope_only() {
        let keys = RootKey::of([7; 32]);
        let scopes = [
            Scope::ALL,
            only(&[]),
            only(&["*"]),
            only(&["a"]),
            only(&["a", "b"]),
            only(&["ab"]),
        ];
        for scope in &scopes {
            let cursor = seal(&keys, "runs", scope, b"here");
            assert_eq!(open(&keys, "runs", scope, &cursor).unwrap(), b"here");
            assert!(open(&keys, "runs?", scope, &cursor).is_err());
            assert!(open(&RootKey::of([8; 32]), "runs", scope, &cursor).is_err());
            for other in scopes.iter().filter(|other| *other != scope) {
                assert!(open(&keys, "runs", other, &cursor).is_err());
            }
        }
    }

    #[test]
    fn a_changed_cursor_is_refused() {
        let keys = RootKey::of([7; 32]);
        let cursor = seal(&keys, "runs", &Scope::ALL, b"here");
        for at in 0..cursor.len() {
            let mut changed = cursor.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert!(open(&keys, "runs", &Scope::ALL, &changed).is_err(), "{at}");
        }
        let long = format!("{cursor}{}", "A".repeat(CURSOR_MAX_CHARS));
        for wrong in ["", "A", "0", "é", "=", &cursor[1..], &long] {
            assert!(open(&keys, "runs", &Scope::ALL, wrong).is_err(), "{wrong}");
        }
    }
}
