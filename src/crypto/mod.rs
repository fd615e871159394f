//! Keys of the data folder, random values, and comparisons that tell nothing by their time.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// File in the data folder that holds the root key, mode 600, part of every backup.
pub const KEY_FILE: &str = "keys";

/// The root key of a data folder; others are derived from it by name.
#[derive(Clone)]
pub struct RootKey([u8; 32]);

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootKey(…)")
    }
}

impl RootKey {
    pub const fn of(bytes: [u8; 32]) -> RootKey {
        RootKey(bytes)
    }

    /// Reads the key of a data folder, or makes one for a folder that is new: with another key nothing of what an old
    /// one holds could be found.
    ///
    /// # Errors
    /// The file cannot be read or written, is missing from a folder that is not new, or does not hold 32 bytes as
    /// base64url.
    pub fn open(folder: &Path, is_new: bool) -> std::io::Result<RootKey> {
        let path = folder.join(KEY_FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok().and_then(|b| b.try_into().ok());
                bytes
                    .map(RootKey)
                    .ok_or_else(|| std::io::Error::other(format!("{} does not hold a key of 32 bytes", path.display())))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && is_new => {
                let key = RootKey(random()?);
                // Under another name first: a crash must not leave an empty key behind.
                let unfinished = folder.join(format!("{KEY_FILE}.tmp"));
                let mut file = std::fs::OpenOptions::new()
                    .write(true)
                    .create(true)
                    .truncate(true)
                    .mode(0o600)
                    .open(&unfinished)?;
                writeln!(file, "{}", URL_SAFE_NO_PAD.encode(key.0))?;
                file.sync_all()?;
                std::fs::rename(&unfinished, &path)?;
                std::fs::File::open(folder)?.sync_all()?;
                Ok(key)
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Err(std::io::Error::other(format!(
                "{} is missing, and without it nothing in the folder can be found: restore it from a backup",
                path.display()
            ))),
            Err(error) => Err(error),
        }
    }

    /// The key for one purpose.
    pub fn derive(&self, purpose: &str) -> [u8; 32] {
        let mut hasher = blake3::Hasher::new_keyed(&self.0);
        hasher.update(purpose.as_bytes());
        *hasher.finalize().as_bytes()
    }
}

/// Random bytes of the operating system.
///
/// # Errors
/// The operating system gives none.
pub fn random<const N: usize>() -> std::io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(std::io::Error::other)?;
    Ok(bytes)
}

/// 43 base64url characters of 32 random bytes.
///
/// # Errors
/// The operating system gives no random bytes.
pub fn random_secret() -> std::io::Result<String> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

/// Whether two hashes are equal, in a time that does not depend on where they differ.
pub fn same(a: &[u8; 32], b: &[u8; 32]) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_for_a_new_folder_only() {
        let folder = tempfile::tempdir().unwrap();
        let refused = RootKey::open(folder.path(), false).unwrap_err();
        assert!(refused.to_string().contains("restore it from a backup"));
        let made = RootKey::open(folder.path(), true).unwrap();
        let read = RootKey::open(folder.path(), false).unwrap();
        assert_eq!(made.derive("test"), read.derive("test"));
        std::fs::write(folder.path().join(KEY_FILE), "").unwrap();
        assert!(RootKey::open(folder.path(), true).is_err());
    }
}
