//! The query part of an address: names and values, in their order, decoded strictly.

use crate::model::problem::{Problem, ProblemKey};
use crate::web::uri::decode_query;

/// Most parameters one request may have.
pub const PARAMETERS_MAX: usize = 200;

/// Every parameter of a request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query(Vec<Pair>);

/// One `name=value`.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Pair {
    name: String,
    /// As written, still encoded.
    raw: String,
    value: String,
}

impl Query {
    /// Reads the part of an address after `?`.
    ///
    /// # Errors
    /// It cannot be decoded, or has more than [`PARAMETERS_MAX`] parameters.
    pub fn parse(text: &str) -> Result<Query, Problem> {
        let mut pairs = Vec::new();
        for pair in text.split('&').filter(|pair| !pair.is_empty()) {
            let (name, raw) = pair.split_once('=').unwrap_or((pair, ""));
            let name = decode_query(name)?;
            let value = decode_query(raw).map_err(|problem| problem.at(&name))?;
            let raw = raw.to_owned();
            pairs.push(Pair { name, raw, value });
            if pairs.len() > PARAMETERS_MAX {
                let message = "The address has too many parameters.";
                return Err(Problem::new(ProblemKey::InvalidParameter, message).expected("at most 200 parameters"));
            }
        }
        Ok(Query(pairs))
    }

    /// Names in their order, each once.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for pair in &self.0 {
            if !names.contains(&pair.name.as_str()) {
                names.push(&pair.name);
            }
        }
        names
    }

    /// The value of a parameter; given more than once, the last.
    pub fn last(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|pair| pair.name == name)
            .map(|pair| pair.value.as_str())
    }

    /// Every value of a parameter: repeated, or separated by commas that are not encoded (an id may hold `%2C`).
    pub fn all(&self, name: &str) -> Vec<String> {
        let given = self.0.iter().filter(|pair| pair.name == name);
        let parts = given.flat_map(|pair| pair.raw.split(','));
        parts.filter_map(|raw| decode_query(raw).ok()).collect()
    }

    /// Gives a parameter one value, in place of those it had.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|pair| pair.name != name);
        self.0.push(Pair {
            name: name.to_owned(),
            raw: crate::web::uri::encode(value),
            value: value.to_owned(),
        });
    }

    /// A parameter that is on or off: `false`, `0` and empty are off, as is its absence.
    pub fn flag(&self, name: &str) -> bool {
        self.last(name).is_some_and(is_on)
    }
}

/// What a value of a switch means.
pub fn is_on(value: &str) -> bool {
    !matches!(value, "" | "0" | "false")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_repeated_or_by_commas() {
        let query = Query::parse("id=a,b&x=1+2&id=c%2Cd&flag&x=%C3%A9&&e=").unwrap();
        assert_eq!(query.all("id"), ["a", "b", "c,d"]);
        assert_eq!(
            (query.last("x"), query.last("flag"), query.last("none")),
            (Some("é"), Some(""), None)
        );
        assert_eq!(query.names(), ["id", "x", "flag", "e"]);
    }

    #[test]
    fn a_switch_is_off_by_three_words() {
        for (text, on) in [
            ("a", false),
            ("a=0", false),
            ("a=false", false),
            ("a=1", true),
            ("a=no", true),
            ("", false),
        ] {
            assert_eq!(Query::parse(text).unwrap().flag("a"), on, "{text}");
        }
    }

    #[test]
    fn what_cannot_be_decoded_is_named() {
        let problem = Query::parse("a=1&b=%zz").unwrap_err();
        assert_eq!(problem.path.as_deref(), Some("b"));
        assert!(Query::parse("%zz=1").is_err());
        assert!(Query::parse(&"a=1&".repeat(PARAMETERS_MAX + 1)).is_err());
    }
}
