//! What `serve` tells whoever started it.

use std::fmt::Write;
use std::path::Path;

use crate::access::AccessError;
use crate::app::{Purpose, Running};

/// A record that is easy to find again: a failed request to an external API. Without a time of its own it is listed
/// at the moment it comes in.
const FIRST_RECORD: &str = r#"{"customerId":"acme","integrationId":"hubspot","method":"GET","requestUrl":"https://api.example.com/contacts","statusCode":401,"duration":142}"#;

/// Where to look, how to sign in, and a whole line that sends a record.
///
/// # Errors
/// The store did not take the sign-in link.
pub async fn text(running: &Running, purpose: Purpose) -> Result<String, AccessError> {
    let url = running.url();
    let is_loopback = running.address().ip().is_loopback();
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(out, "Redtrail is listening on http://{}", running.address());
    let _ = writeln!(out, "Its data is in {}\n", running.folder().display());
    if purpose == Purpose::Demo && is_loopback {
        let _ = writeln!(out, "Look around, no sign-in is needed:\n  {url}/\n");
    } else {
        let link = running.sign_in_link().await?;
        let _ = writeln!(
            out,
            "Sign in (the link works once, for an hour; `redtrail link` makes another):\n  {link}\n"
        );
    }
    if !is_loopback && !running.has_public_url() {
        out.push_str(
            "Pages open at localhost and 127.0.0.1 only, until server.public_url names the address that others use.\n\n",
        );
    }
    match running.first_token() {
        Some(file) => {
            let _ = writeln!(
                out,
                "Send a record, with the token in {}:\n  {}",
                file.display(),
                curl(url, &file)
            );
        }
        None => {
            let _ = writeln!(
                out,
                "To send records, make a token:\n  redtrail token create --name NAME --role ingest"
            );
        }
    }
    Ok(out)
}

/// The line reads the token from its file, so that no secret is shown or gets into a shell's history.
fn curl(url: &str, token_file: &Path) -> String {
    let file = quote(&token_file.to_string_lossy());
    format!(
        "curl -sS {url}/api/v1/ingest/api_request -H \"Authorization: Bearer $(cat {file})\" \
         -H 'Content-Type: application/json' -d '{FIRST_RECORD}'"
    )
}

/// A word of a shell's command line; plain ones as they are.
fn quote(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        return text.to_owned();
    }
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_when_a_shell_would_change_it() {
        for (text, quoted) in [
            ("/srv/redtrail-data/first-token", "/srv/redtrail-data/first-token"),
            ("/srv/my data/$x", "'/srv/my data/$x'"),
            ("/srv/it's", r"'/srv/it'\''s'"),
            ("", "''"),
        ] {
            assert_eq!(quote(text), quoted);
        }
    }
}
