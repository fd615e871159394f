//! The token that an empty folder begins with, so that the line `serve` prints works at once.

use std::io::Read;
use std::path::PathBuf;

use super::data::Data;
use super::folder::write_private;
use super::{Config, StartError};
use crate::access::{NewToken, Role, SECRET_MAX_BYTES, Token};

/// Name of the token, and of the file in the data folder that holds its secret (mode 600).
pub const FIRST_TOKEN: &str = "first-token";

/// Makes the token of an empty folder. Also of one that a crash left with a token whose secret nobody has.
///
/// # Errors
/// The store or the folder takes no writes.
pub(super) async fn ensure(data: &Data, config: &Config) -> Result<(), StartError> {
    let path = data.folder.file(FIRST_TOKEN);
    let tokens = data.access.tokens().await?;
    match tokens.as_slice() {
        [] => {}
        [only] if is_lost(only) && !path.exists() && data.sequence(config).await.is_ok_and(|last| last == 0) => {
            data.access.revoke(&only.id).await?;
        }
        _ => return Ok(()),
    }
    let new = NewToken {
        name: FIRST_TOKEN.to_owned(),
        role: Role::Ingest,
        customer: None,
        default_customer: None,
        default_integration: None,
        default_meta: None,
        id_prefix: None,
    };
    let (_, secret) = data.access.create(new).await?;
    let written = write_private(&path, &format!("{secret}\n"));
    written.map_err(|source| StartError::FirstToken { path, source })
}

fn is_lost(token: &Token) -> bool {
    token.name == FIRST_TOKEN && token.revoked_at.is_none()
}

/// The file of the first token, if what it holds still sends.
pub(super) fn usable(data: &Data) -> Option<PathBuf> {
    let path = data.folder.file(FIRST_TOKEN);
    let mut text = String::new();
    let file = std::fs::File::open(&path).ok()?;
    file.take(SECRET_MAX_BYTES as u64).read_to_string(&mut text).ok()?;
    let principal = data.access.by_token(text.trim())?;
    principal.may_ingest().then_some(path)
}
