//! Names under which secrets go: of headers, query parameters and JSON keys.

/// Whose names the keys of an object are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(in crate::ingest) enum Names {
    #[default]
    Json,
    Headers,
    Query,
    /// Fields of a form.
    Form,
}

impl Names {
    /// What an object below a key holds.
    pub fn below(key: &str) -> Names {
        match key {
            "headers" | "header" | "requestHeaders" | "responseHeaders" => Names::Headers,
            "query" | "queryParams" | "params" | "searchParams" => Names::Query,
            _ => Names::Json,
        }
    }

    const fn rule(self) -> &'static str {
        match self {
            Names::Json => "key",
            Names::Headers => "header",
            Names::Query => "query",
            Names::Form => "form",
        }
    }
}

/// What is redacted below a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) enum Reach {
    /// Every string, number and boolean, in objects and arrays too.
    Deep,
    /// A string, or the strings of an array: what else goes under the name is no secret.
    Text,
}

/// The secret that goes under a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ingest) struct Secret {
    pub rule: &'static str,
    pub reach: Reach,
    /// The name asks (`hasPassword`): a boolean under it is only the answer.
    pub is_question: bool,
}

impl Secret {
    /// Named in `redaction.keys`.
    pub const CONFIGURED: Secret = Secret {
        rule: "configured",
        reach: Reach::Deep,
        is_question: false,
    };
}

/// Names are read up to this many bytes from their end.
const NAME_MAX_BYTES: usize = 64;

/// A name without what people write differently: case, dashes and the like.
pub(super) fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

/// Whether a name is one of those given as [`plain`] writes them.
pub(super) fn is_one_of(name: &str, keys: &[Box<str>]) -> bool {
    let is_same = |plain: &str| keys.iter().any(|key| **key == *plain);
    if name.is_ascii() && name.len() <= NAME_MAX_BYTES {
        let mut buffer = [0; NAME_MAX_BYTES];
        return short(name.bytes(), &mut buffer).is_some_and(is_same);
    }
    is_same(&plain(name))
}

/// The secret that goes under a name by the default rules.
pub(super) fn secret(name: &str, names: Names) -> Option<Secret> {
    // `password2` is a password too.
    let name = name.trim_end_matches(|c: char| !c.is_ascii_alphabetic());
    let [.., before, last] = name.as_bytes() else {
        return None;
    };
    // Most names end otherwise and need no closer look.
    let last = last.to_ascii_lowercase();
    match (before.to_ascii_lowercase(), last) {
        (b'r' | b'w', b'd') | (b'e' | b'w', b't') | (b'd' | b'e' | b'l' | b'n' | b's' | b't' | b'y', b's') => {}
        (b'e' | b'o', b'n') | (b'e', b'y') | (b'i' | b'r' | b's', b'e') | (b's', b'h') | (b'a', b'l') => {}
        (b'e', b'r') | (b'v', b'v') | (b'v', b'c') | (b'i', b'g') => {}
        _ => return None,
    }
    let mut buffer = [0u8; NAME_MAX_BYTES];
    let name = short(name.bytes(), &mut buffer)?;
    let reach = reach(name, last, names)?;
    let is_question = QUESTIONS.iter().any(|word| name.starts_with(word));
    let rule = names.rule();
    Some(Secret {
        rule,
        reach,
        is_question,
    })
}

const QUESTIONS: [&str; 14] = [
    "is", "has", "had", "can", "must", "should", "needs", "need", "require", "allow", "enable", "use", "show", "with",
];

/// [`plain`] of a name's end without making a string; what is not ASCII is left out.
fn short(name: impl DoubleEndedIterator<Item = u8>, buffer: &mut [u8; NAME_MAX_BYTES]) -> Option<&str> {
    let mut from = NAME_MAX_BYTES;
    for byte in name.rev().filter(u8::is_ascii_alphanumeric).take(NAME_MAX_BYTES) {
        from -= 1;
        *buffer.get_mut(from)? = byte.to_ascii_lowercase();
    }
    std::str::from_utf8(buffer.get(from..)?).ok()
}

/// What goes under a name as [`plain`] writes it; `last` is its last letter.
fn reach(name: &str, last: u8, names: Names) -> Option<Reach> {
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    let is = |words: &[&str]| words.contains(&name);
    let deep = match last {
        b'd' => ends(&["password", "passwd"]) || is(&["pwd"]),
        b't' => ends(&["secret"]) || is(&["jwt"]),
        b'n' => name.strip_suffix("token").is_some_and(is_credential),
        b'y' => {
            ends(&[
                "apikey",
                "privatekey",
                "secretkey",
                "accesskey",
                "signingkey",
                "encryptionkey",
                "subscriptionkey",
            ]) || is(&["authkey", "masterkey", "sharedkey", "accountkey"])
        }
        b's' => ends(&[
            "passwords",
            "secrets",
            "credentials",
            "apikeys",
            "accesstokens",
            "refreshtokens",
        ]),
        b'e' => ends(&["passphrase"]),
        b'h' => ends(&["passwordhash"]),
        b'l' => is(&["credential"]),
        b'r' => is(&["codeverifier"]),
        b'v' => is(&["cvv"]),
        b'c' => is(&["cvc"]),
        _ => false,
    };
    let text = match last {
        b'n' => {
            ends(&["passwordconfirmation"])
                || is(&["authorization", "proxyauthorization", "clientassertion", "assertion"])
        }
        b'e' => is(&["cookie", "setcookie"]) || names == Names::Query && ends(&["signature"]),
        b's' => is(&["cookies", "pass"]),
        b'g' => names == Names::Query && is(&["sig"]),
        _ => false,
    };
    if deep {
        Some(Reach::Deep)
    } else {
        text.then_some(Reach::Text)
    }
}

/// Whether something called so-and-so token lets its holder in: those that mark a place in a list or the pieces
/// of a text do not.
fn is_credential(before: &str) -> bool {
    const OTHERS: [&str; 28] = [
        "page",
        "next",
        "prev",
        "previous",
        "continuation",
        "sync",
        "cursor",
        "pagination",
        "paging",
        "resume",
        "skip",
        "delta",
        "scroll",
        "checkpoint",
        "offset",
        "range",
        "idempotency",
        "cancellation",
        "concurrency",
        "per",
        "eos",
        "bos",
        "pad",
        "stop",
        "mask",
        "unexpected",
        "first",
        "last",
    ];
    !OTHERS.iter().any(|word| before.ends_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_secrets_are_known_however_they_are_written() {
        for name in [
            "password",
            "Password",
            "db_password",
            "userPassword",
            "PASSWORD2",
            "passwd",
            "pwd",
            "passphrase",
            "secret",
            "client_secret",
            "clientSecret",
            "x-client-secret",
            "token",
            "accessToken",
            "refresh_token",
            "id-token",
            "githubToken",
            "api_key",
            "apiKey",
            "X-API-Key",
            "x-goog-api-key",
            "X-Auth-Token",
            "privateKey",
            "PRIVATE_KEY",
            "aws_secret_access_key",
            "credentials",
            "authorization",
            "Proxy-Authorization",
            "cookie",
            "Set-Cookie",
            "password_confirmation",
            "passwordHash",
            "Ocp-Apim-Subscription-Key",
            "user[password]",
            "accessTokens",
            "secrets",
        ] {
            assert!(secret(name, Names::Json).is_some(), "{name}");
        }
    }

    #[test]
    fn names_of_other_things_are_left_alone() {
        for name in [
            "",
            "-",
            "nextPageToken",
            "pageToken",
            "next_token",
            "continuationToken",
            "tokenType",
            "token_type",
            "maxTokens",
            "total_tokens",
            "tokens",
            "secretary",
            "secretName",
            "passwordPolicy",
            "keyId",
            "publicKey",
            "key",
            "nodeKey",
            "startNodeKey",
            "startDate",
            "status",
            "state",
            "author",
            "authorized",
            "authorizationUrl",
            "cookiePolicy",
            "compass",
            "monkey",
            "idempotencyToken",
            "pricePerToken",
            "signature",
            "signing",
            "duration",
            "passed",
        ] {
            assert_eq!(secret(name, Names::Json), None, "{name}");
        }
        assert!(secret("X-Amz-Signature", Names::Query).is_some() && secret("sig", Names::Query).is_some());
    }

    #[test]
    fn a_name_that_asks_is_known_as_such() {
        let is_question = |name| secret(name, Names::Json).unwrap().is_question;
        assert!(is_question("hasPassword") && is_question("requires_password") && !is_question("password"));
    }
}
