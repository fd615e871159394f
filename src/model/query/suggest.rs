//! What could stand where somebody types: fields, or values of one.

use super::fields::{self, Field, Value};
use super::show::plain_or_quoted;
use super::term::{NumberField, TextField};
use crate::model::kind::Kind;
use crate::model::state::State;

/// What is asked for at the end of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caret {
    /// Characters before the piece that a suggestion stands for.
    pub from: usize,
    /// What is typed of it, without quotes.
    pub begin: String,
    /// Whose value it is; `None`: it may be the name of a field.
    pub field: Option<&'static Field>,
}

/// One suggestion: a text that takes the place of the piece, and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    pub text: String,
    pub says: String,
}

/// Looks at the end of what is typed up to the caret; `None`: nothing can be suggested inside a text, or for a field
/// that records of the kind do not have.
pub fn caret(kind: Kind, text: &str) -> Option<Caret> {
    let (mut is_quoted, mut is_escaped) = (false, false);
    let (mut begin, mut value) = (0_usize, None);
    for (at, c) in text.char_indices() {
        let after = at.saturating_add(c.len_utf8());
        if is_quoted {
            is_quoted = c != '"' || is_escaped;
            is_escaped = c == '\\' && !is_escaped;
        } else if c.is_whitespace() {
            (begin, value) = (after, None);
        } else if c == '-' && at == begin {
            begin = after;
        } else if c == '"' {
            is_quoted = true;
        } else if c == ':' && value.is_none() || c == ',' && value.is_some() {
            let name = value.map_or((begin, at), |(name, _)| name);
            value = Some((name, after));
        }
    }
    let piece = |at: usize| text.get(at..).unwrap_or("");
    let (at, field) = match value {
        None => (begin, None),
        Some(((name, end), at)) => {
            let field = fields::named(text.get(name..end)?).filter(|field| field.is_of(kind))?;
            (at, Some(field))
        }
    };
    let typed = piece(at);
    let is_text = field.is_none() && typed.contains(['"', '~', '*', ',']);
    (!is_text).then(|| Caret {
        from: text.get(..at).map_or(0, |before| before.chars().count()),
        begin: typed.replace("\\\"", "\"").trim_matches('"').to_owned(),
        field,
    })
}

/// Fields of a kind whose name, or another name, begins so.
pub fn fields(kind: Kind, begin: &str) -> Vec<Suggestion> {
    let begins = |name: &&str| {
        name.get(..begin.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(begin))
    };
    let fitting = fields::of(kind).filter(|field| begins(&field.name) || field.others.iter().any(begins));
    let suggestion = |field: &Field| Suggestion {
        text: match field.value {
            Value::Meta => field.name.to_owned(),
            _ => format!("{}:", field.name),
        },
        says: format!("Finds records {}, such as {}.", field.means, field.example),
    };
    fitting.map(suggestion).collect()
}

/// Values of a field that are known without looking at any record.
pub fn values(kind: Kind, field: &Field, begin: &str) -> Vec<Suggestion> {
    let states = || {
        State::words_of(kind)
            .iter()
            .map(|state| state.word())
            .chain(["unknown"])
            .collect()
    };
    let all: Vec<&str> = match field.value {
        Value::State | Value::StateOrCode => states(),
        Value::Number(NumberField::Code) => vec!["2xx", "3xx", "4xx", "5xx", "0", ">=400", "401", "404", "429"],
        Value::Number(NumberField::Duration) => vec![">1s", ">10s", ">1m", ">5m"],
        Value::Text(TextField::Method) => vec!["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"],
        Value::Text(TextField::Trigger) => vec![
            "api-trigger",
            "schedule-trigger",
            "app-event-trigger",
            "data-source-trigger",
            "external-event",
        ],
        _ => Vec::new(),
    };
    let begins = |value: &&str| {
        value
            .get(..begin.len())
            .is_some_and(|part| part.eq_ignore_ascii_case(begin))
    };
    let suggestion = |value: &str| Suggestion {
        text: value.to_owned(),
        says: String::new(),
    };
    all.into_iter().filter(begins).map(suggestion).collect()
}

/// A value that is an id or a name, as it must be written.
pub fn value(text: &str, says: impl Into<String>) -> Suggestion {
    Suggestion {
        text: plain_or_quoted(text),
        says: says.into(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_piece_at_the_caret_is_a_name_or_a_value() {
        for (text, from, begin, field) in [
            ("", 0, "", None),
            ("cus", 0, "cus", None),
            ("state:failed -cus", 14, "cus", None),
            ("state:", 6, "", Some("state")),
            ("é state:fai", 8, "fai", Some("state")),
            ("-state:failed,sto", 14, "sto", Some("state")),
            ("customer:\"Acme C", 9, "Acme C", Some("customer")),
            ("customer:\"a:b\",\"c \\\"d", 15, "c \"d", Some("customer")),
            ("tenantId:x", 9, "x", Some("customer")),
            ("time:2026-11-20T10:1", 5, "2026-11-20T10:1", Some("time")),
            ("\"no state:\" st", 12, "st", None),
        ] {
            let caret = caret(Kind::FlowRun, text).unwrap_or_else(|| panic!("{text}"));
            let name = caret.field.map(|field| field.name);
            assert_eq!((caret.from, caret.begin.as_str(), name), (from, begin, field), "{text}");
        }
        for text in ["colour:r", "code:5", "\"no such", "a,b", "word*"] {
            assert_eq!(caret(Kind::FlowRun, text), None, "{text}");
        }
    }

    #[test]
    fn fields_and_values_that_begin_so_are_offered() {
        let texts = |all: Vec<Suggestion>| all.into_iter().map(|one| one.text).collect::<Vec<_>>();
        assert_eq!(texts(fields(Kind::FlowRun, "con")), ["connection:", "instance:"]);
        assert_eq!(texts(fields(Kind::FlowRun, "M")), ["meta."]);
        assert_eq!(texts(fields(Kind::ApiRequest, "m")), ["method:", "meta."]);
        let state = fields::named("state").unwrap();
        assert_eq!(texts(values(Kind::FlowRun, state, "s")), ["stopped"]);
        assert_eq!(value("a b", "").text, "\"a b\"");
    }

    proptest! {
        #[test]
        fn random_text_never_breaks_it(text in "(?s)[a-z:,\"\\\\\\- é]{0,40}") {
            if let Some(caret) = caret(Kind::ApiRequest, &text) {
                prop_assert!(caret.from <= text.chars().count());
                fields(Kind::ApiRequest, &caret.begin);
            }
        }
    }
}
