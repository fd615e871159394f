//! What a new token must be.

use super::{AccessError, NewToken, RESERVED_NAMES, Role, Token};
use crate::model::id::Id;
use crate::model::json;
use crate::model::version::RawJson;

/// Longest name of a token, characters.
pub const NAME_MAX_CHARS: usize = 64;
/// Longest `idPrefix`, bytes.
pub const ID_PREFIX_MAX_BYTES: usize = 64;
/// Longest `defaultMeta`, bytes without blanks between tokens.
pub const DEFAULT_META_MAX_BYTES: usize = 4096;

fn invalid(message: impl Into<String>) -> AccessError {
    AccessError::Invalid(message.into())
}

/// # Errors
/// [`AccessError::Invalid`] with the first rule that is broken.
pub(super) fn check(new: &NewToken) -> Result<(), AccessError> {
    check_name(&new.name)?;
    for (what, id) in [
        ("customer", &new.customer),
        ("defaultCustomer", &new.default_customer),
        ("defaultIntegration", &new.default_integration),
    ] {
        if let Some(id) = id {
            Id::parse(id.as_str()).map_err(|error| invalid(format!("{what}: expected {error}")))?;
        }
    }
    check_role(new)?;
    if let Some(prefix) = &new.id_prefix {
        Id::parse(prefix).map_err(|error| invalid(format!("idPrefix: expected {error}")))?;
        if prefix.len() > ID_PREFIX_MAX_BYTES {
            return Err(invalid(format!(
                "idPrefix: expected at most {ID_PREFIX_MAX_BYTES} bytes"
            )));
        }
    }
    if let Some(meta) = &new.default_meta {
        meta_members(meta.get())?;
    }
    Ok(())
}

fn check_name(name: &str) -> Result<(), AccessError> {
    if name.chars().count() > NAME_MAX_CHARS {
        return Err(invalid(format!("name: expected at most {NAME_MAX_CHARS} characters")));
    }
    if Id::parse(name).is_err() || name.trim() != name || name.contains('/') {
        return Err(invalid(
            "name: expected 1 to 64 characters without /, control or invisible characters and without blanks at either end",
        ));
    }
    if RESERVED_NAMES.contains(&name) {
        return Err(invalid(format!(
            "name: {} are names of ours; expected another one",
            RESERVED_NAMES.join(", ")
        )));
    }
    Ok(())
}

/// Which members go with which role.
fn check_role(new: &NewToken) -> Result<(), AccessError> {
    let has_defaults =
        new.default_customer.is_some() || new.default_integration.is_some() || new.default_meta.is_some();
    match (new.role, &new.customer) {
        (Role::Read, _) if has_defaults || new.id_prefix.is_some() => Err(invalid(
            "role: a read token sends nothing, so it takes no defaults and no idPrefix",
        )),
        (Role::Admin, Some(_)) => Err(invalid(
            "customer: an administrator cannot be limited to a customer; expected the role ingest or read",
        )),
        (Role::Ingest, Some(_)) if new.id_prefix.is_none() => Err(invalid(
            "idPrefix: a sender limited to a customer needs one, so that its ids cannot meet those of others",
        )),
        (Role::Ingest, Some(customer)) if new.default_customer.as_ref().is_some_and(|other| other != customer) => Err(
            invalid("defaultCustomer: a sender limited to a customer can have no other one as its default"),
        ),
        _ => Ok(()),
    }
}

/// A sender limited to a customer must never make an id that another sender's prefix could give: then one would
/// learn of the other's records. Revoked tokens count, their records are still there.
///
/// # Errors
/// [`AccessError::Invalid`] when the prefixes of two customers, or of one and a sender of all, overlap.
pub(super) fn check_prefix(new: &NewToken, kept: &[Token]) -> Result<(), AccessError> {
    let Some(prefix) = &new.id_prefix else { return Ok(()) };
    let overlaps = kept.iter().any(|token| {
        let is_near = |other: &String| other.starts_with(prefix) || prefix.starts_with(other);
        token.id_prefix.as_ref().is_some_and(is_near) && token.customer != new.customer
    });
    if overlaps {
        return Err(invalid(
            "idPrefix: a token of another customer has one that begins like this; expected one of its own, such as \
             the customer's id and a colon",
        ));
    }
    Ok(())
}

/// The members of a token's `defaultMeta`, in their order.
///
/// # Errors
/// It is no JSON object, holds a key twice, or is too long.
pub(super) fn meta_members(text: &str) -> Result<Vec<(Box<str>, RawJson)>, AccessError> {
    if !text.trim_start().starts_with('{') {
        return Err(invalid("defaultMeta: expected a JSON object"));
    }
    let text = without_blanks(text);
    if text.len() > DEFAULT_META_MAX_BYTES {
        return Err(invalid(format!(
            "defaultMeta: expected at most {DEFAULT_META_MAX_BYTES} bytes"
        )));
    }
    let mut members: Vec<(Box<str>, RawJson)> = Vec::new();
    for (key, value) in json::members(&text) {
        let key = json::string(key).unwrap_or_default();
        if members.iter().any(|(other, _)| **other == *key) {
            return Err(invalid("defaultMeta: expected each key once"));
        }
        members.push((key.into(), value.into()));
    }
    Ok(members)
}

/// JSON text without the blanks between its tokens.
fn without_blanks(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    for c in text.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if matches!(c, ' ' | '\n' | '\r' | '\t') {
            continue;
        } else {
            in_string = c == '"';
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_go_only_between_tokens() {
        let text = "{ \"a \\\" b\" :\t[ 1.50 , \"\\\\\" ],\n\"c\": \" x \" }";
        assert_eq!(without_blanks(text), r#"{"a \" b":[1.50,"\\"],"c":" x "}"#);
        let members = meta_members(text).unwrap();
        assert_eq!(members[0], ("a \" b".into(), r#"[1.50,"\\"]"#.into()));
        assert_eq!(members[1], ("c".into(), r#"" x ""#.into()));
    }
}
