//! What values may be, and how they are written.

use std::time::Duration;

use toml::de::DeValue;

use super::{GIB, KIB, MIB, TIB};

/// Longest value that a mistake shows, characters.
const SHOWN_MAX_CHARS: usize = 60;

/// A value as given.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Value {
    Text(String),
    Integer(i64),
    Boolean(bool),
    List(Vec<Value>),
    /// Of a variable or a flag, which have no types: what it is depends on the key.
    Untyped(String),
    /// Something no key takes: its name.
    Other(&'static str),
}

impl Value {
    pub fn of(value: &DeValue<'_>) -> Value {
        match value {
            DeValue::String(text) => Value::Text(text.as_ref().to_owned()),
            DeValue::Integer(digits) => {
                let number = i64::from_str_radix(digits.as_str(), digits.radix());
                number.map_or(Value::Other("a number out of range"), Value::Integer)
            }
            DeValue::Boolean(value) => Value::Boolean(*value),
            DeValue::Array(items) => Value::List(items.iter().map(|item| Value::of(item.get_ref())).collect()),
            DeValue::Float(_) => Value::Other("a number with a fraction"),
            DeValue::Datetime(_) => Value::Other("a time"),
            DeValue::Table(_) => Value::Other("a table"),
        }
    }

    /// For people: short, and of one line.
    pub fn shown(&self) -> String {
        let text = match self {
            Value::Text(text) | Value::Untyped(text) => format!("{text:?}"),
            Value::Integer(number) => number.to_string(),
            Value::Boolean(value) => value.to_string(),
            Value::List(items) => format!("[{}]", items.iter().map(Value::shown).collect::<Vec<_>>().join(", ")),
            Value::Other(name) => (*name).to_owned(),
        };
        match text.char_indices().nth(SHOWN_MAX_CHARS) {
            Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
            None => text,
        }
    }

    fn text(&self) -> Option<&str> {
        match self {
            Value::Text(text) | Value::Untyped(text) => Some(text),
            _ => None,
        }
    }
}

type Reading<T> = Box<dyn Fn(&Value) -> Option<T>>;

/// What a key's value must be.
pub(super) struct Rule<T> {
    /// Goes on after "expected".
    pub expected: String,
    read: Reading<T>,
}

impl<T> Rule<T> {
    pub fn new(expected: impl Into<String>, read: impl Fn(&Value) -> Option<T> + 'static) -> Rule<T> {
        Rule {
            expected: expected.into(),
            read: Box::new(read),
        }
    }

    pub fn read(&self, value: &Value) -> Option<T> {
        (self.read)(value)
    }
}

/// Text that `parse` makes something of.
pub(super) fn text<T: 'static>(expected: &str, parse: impl Fn(&str) -> Option<T> + 'static) -> Rule<T> {
    Rule::new(expected, move |value| parse(value.text()?))
}

pub(super) fn boolean() -> Rule<bool> {
    Rule::new("true or false", |value| match value {
        Value::Boolean(value) => Some(*value),
        Value::Untyped(text) => text.parse().ok(),
        _ => None,
    })
}

/// Texts; in a variable or flag with commas between them.
pub(super) fn texts(most: usize) -> Rule<Vec<String>> {
    let expected = format!("a list of at most {most} texts of 1 to 128 characters");
    Rule::new(expected, move |value| {
        let texts: Option<Vec<String>> = match value {
            Value::List(items) => items.iter().map(|item| item.text().map(str::to_owned)).collect(),
            Value::Untyped(text) if text.is_empty() => Some(Vec::new()),
            Value::Untyped(text) => Some(text.split(',').map(|item| item.trim().to_owned()).collect()),
            _ => None,
        };
        let is_right = |text: &String| (1..=128).contains(&text.chars().count());
        texts.filter(|texts| texts.len() <= most && texts.iter().all(is_right))
    })
}

pub(super) fn count(least: u64, most: u64) -> Rule<u64> {
    let expected = format!("a whole number from {least} to {most}");
    Rule::new(expected, move |value| {
        let number = match value {
            Value::Integer(number) => u64::try_from(*number).ok()?,
            Value::Untyped(text) => text.parse().ok()?,
            _ => return None,
        };
        (least..=most).contains(&number).then_some(number)
    })
}

const DURATION_UNITS: [(&str, u64); 5] = [
    ("ms", 1),
    ("s", 1000),
    ("m", 60_000),
    ("h", 3_600_000),
    ("d", 86_400_000),
];
const SIZE_UNITS: [(&str, u64); 5] = [("KiB", KIB), ("MiB", MIB), ("GiB", GIB), ("TiB", TIB), ("B", 1)];

pub(super) fn duration(least: Duration, most: Duration) -> Rule<Duration> {
    let shown = |duration: Duration| {
        let ms = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        with_unit(ms, &DURATION_UNITS)
    };
    let expected = format!(
        "a duration from {} to {}, a whole number and ms, s, m, h or d, such as \"30s\"",
        shown(least),
        shown(most)
    );
    text(&expected, move |text| {
        let duration = Duration::from_millis(amount(text, &DURATION_UNITS)?);
        (least..=most).contains(&duration).then_some(duration)
    })
}

pub(super) fn size(least: u64, most: u64) -> Rule<u64> {
    let expected = format!(
        "a size from {} to {}, a whole number and B, KiB, MiB, GiB or TiB, such as \"10MiB\"",
        with_unit(least, &SIZE_UNITS),
        with_unit(most, &SIZE_UNITS)
    );
    text(&expected, move |text| {
        let bytes = amount(text, &SIZE_UNITS)?;
        (least..=most).contains(&bytes).then_some(bytes)
    })
}

/// A whole number and its unit, with or without a blank between.
fn amount(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let unit = unit.strip_prefix(' ').unwrap_or(unit);
    let factor = units.iter().find(|(name, _)| *name == unit)?.1;
    number.parse::<u64>().ok()?.checked_mul(factor)
}

/// An amount in the largest unit that divides it.
fn with_unit(amount: u64, units: &[(&str, u64)]) -> String {
    let fits = units
        .iter()
        .filter(|(_, factor)| amount.is_multiple_of(*factor) && amount >= *factor);
    match fits.max_by_key(|(_, factor)| factor) {
        Some((name, factor)) => format!("{}{name}", amount / factor),
        None => {
            let smallest = units.iter().min_by_key(|(_, factor)| factor);
            format!("{amount}{}", smallest.map_or("", |(name, _)| name))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_are_a_number_and_a_unit() {
        let day = Duration::from_secs(86_400);
        let rule = duration(Duration::from_millis(100), 30 * day);
        assert!(
            rule.expected.starts_with("a duration from 100ms to 30d"),
            "{}",
            rule.expected
        );
        for (text, ms) in [
            ("100ms", 100),
            ("30s", 30_000),
            ("30 s", 30_000),
            ("2m", 120_000),
            ("1d", 86_400_000),
        ] {
            assert_eq!(
                rule.read(&Value::Text(text.into())),
                Some(Duration::from_millis(ms)),
                "{text}"
            );
        }
        for text in [
            "",
            "30",
            "s",
            "-1s",
            "1.5s",
            "30  s",
            "30S",
            "99ms",
            "31d",
            "99999999999999999999s",
            "1s ",
        ] {
            assert_eq!(rule.read(&Value::Text(text.into())), None, "{text}");
        }
        let rule = size(0, TIB);
        assert!(rule.expected.starts_with("a size from 0B to 1TiB"), "{}", rule.expected);
        for (text, bytes) in [("0B", 0), ("10MiB", 10 * MIB), ("1 KiB", KIB), ("1TiB", TIB)] {
            assert_eq!(rule.read(&Value::Untyped(text.into())), Some(bytes), "{text}");
        }
        for text in ["1MB", "1", "2TiB", "18446744073709551615KiB"] {
            assert_eq!(rule.read(&Value::Text(text.into())), None, "{text}");
        }
        assert_eq!(rule.read(&Value::Integer(5)), None);
    }

    #[test]
    fn variables_have_no_types_and_files_do() {
        assert_eq!(boolean().read(&Value::Untyped("true".into())), Some(true));
        assert_eq!(boolean().read(&Value::Text("true".into())), None);
        assert_eq!(count(1, 9).read(&Value::Untyped("9".into())), Some(9));
        assert_eq!(count(1, 9).read(&Value::Text("9".into())), None);
        assert_eq!(count(1, 9).read(&Value::Integer(10)), None);
        let list = texts(2).read(&Value::Untyped("a, b".into()));
        assert_eq!(list, Some(vec!["a".to_owned(), "b".to_owned()]));
        assert_eq!(texts(2).read(&Value::Untyped(String::new())), Some(Vec::new()));
        assert_eq!(texts(2).read(&Value::Untyped("a,b,c".into())), None);
        assert_eq!(texts(2).read(&Value::Untyped("a,,".into())), None);
        assert_eq!(texts(2).read(&Value::List(vec![Value::Integer(1)])), None);
    }
}
