//! What was given where, before it is known whether it can be used.

use std::collections::BTreeMap;
use std::io::Read;
use std::ops::Range;
use std::path::Path;

use toml::de::{DeTable, DeValue};

use super::mistake::{Mistake, Mistakes, Place, nearest};
use super::rule::{Rule, Value};
use super::{ADMIN_TOKEN_VARIABLE, FILE_MAX_BYTES, TOKEN_VARIABLE, VARIABLE_PREFIX};

/// A key given on the command line.
#[derive(Debug, Clone)]
pub struct Flag {
    /// `section.key`
    pub key: &'static str,
    /// As the user writes it: `--listen`.
    pub name: &'static str,
    pub value: String,
}

/// Everything given, weakest first, and what is wrong with it so far.
#[derive(Default)]
pub(super) struct Given {
    /// By `section.key`; values of one key weakest first.
    values: BTreeMap<String, Vec<(Place, Value)>>,
    /// By name; looked at when the key they stand for is known.
    variables: BTreeMap<String, String>,
    /// Sections of the file.
    sections: Vec<(String, Place)>,
    flags: BTreeMap<&'static str, (Place, Value)>,
    /// Who gave the value that is used, and that value.
    used: BTreeMap<&'static str, (Place, Value)>,
    known: Vec<&'static str>,
    mistakes: Vec<Mistake>,
}

impl Given {
    pub fn take_file(&mut self, path: &Path) {
        let place = |line| Place::File {
            path: path.to_owned(),
            line,
        };
        let text = match read(path) {
            Ok(text) => text,
            Err(rule) => return self.mistake(place(0), "", None, rule),
        };
        let line = |span: Range<usize>| {
            let before = text.as_bytes().get(..span.start).unwrap_or(text.as_bytes());
            place(1 + before.iter().filter(|byte| **byte == b'\n').count())
        };
        let (table, errors) = DeTable::parse_recoverable(&text);
        for error in errors {
            let place = error.span().map_or_else(|| place(0), line);
            self.mistake(place, "", None, format!("not TOML: {}", error.message()));
        }
        for (name, value) in table.get_ref() {
            let section = name.get_ref().as_ref();
            let DeValue::Table(members) = value.get_ref() else {
                let value = (line(name.span()), Value::of(value.get_ref()));
                self.values.entry(section.to_owned()).or_default().push(value);
                continue;
            };
            self.sections.push((section.to_owned(), line(name.span())));
            for (key, value) in members {
                let value = (line(key.span()), Value::of(value.get_ref()));
                self.values
                    .entry(format!("{section}.{}", key.get_ref()))
                    .or_default()
                    .push(value);
            }
        }
    }

    pub fn take_environment(&mut self, environment: impl IntoIterator<Item = (String, String)>) {
        let ours = environment
            .into_iter()
            .filter(|(name, _)| name.starts_with(VARIABLE_PREFIX));
        self.variables.extend(ours);
        self.variables.remove(ADMIN_TOKEN_VARIABLE);
        self.variables.remove(TOKEN_VARIABLE);
    }

    pub fn take_flags(&mut self, flags: &[Flag]) {
        for flag in flags {
            let value = (Place::Flag(flag.name), Value::Untyped(flag.value.clone()));
            self.flags.insert(flag.key, value);
        }
    }

    /// The value of a key: that of the strongest place that gave one. All that were given must keep the rule.
    pub fn take<T>(&mut self, key: &'static str, default: T, rule: &Rule<T>) -> T {
        self.known.push(key);
        let mut all = self.values.remove(key).unwrap_or_default();
        let variable = variable(key);
        if let Some(text) = self.variables.remove(&variable) {
            all.push((Place::Variable(variable), Value::Untyped(text)));
        }
        all.extend(self.flags.remove(key));
        let mut value = default;
        for (place, given) in all {
            match rule.read(&given) {
                Some(read) => {
                    value = read;
                    self.used.insert(key, (place, given));
                }
                None => self.mistake(place, key, Some(given.shown()), format!("expected {}", rule.expected)),
            }
        }
        value
    }

    /// A rule over more than one key, told at the place of one of them.
    pub fn require(&mut self, key: &'static str, holds: bool, rule: &str) {
        if !holds {
            let (place, value) = match self.used.get(key) {
                Some((place, value)) => (place.clone(), Some(value.shown())),
                None => (Place::Default, None),
            };
            self.mistake(place, key, value, rule.to_owned());
        }
    }

    pub fn known(&self) -> &[&'static str] {
        &self.known
    }

    /// Whatever nobody asked for is unknown.
    ///
    /// # Errors
    /// All mistakes, in the order of their places.
    pub fn finish(mut self) -> Result<(), Mistakes> {
        let known = std::mem::take(&mut self.known);
        let section_of = |key: &str| key.split_once('.').map(|(section, _)| section.to_owned());
        let known_sections: Vec<String> = known.iter().filter_map(|key| section_of(key)).collect();
        for (section, place) in std::mem::take(&mut self.sections) {
            if !known_sections.contains(&section) {
                let near = nearest(&section, known_sections.iter().map(String::as_str));
                let rule = unknown("section", near.map(|name| format!("[{name}]")));
                self.mistake(place, &format!("[{section}]"), None, rule);
            }
        }
        for (key, values) in std::mem::take(&mut self.values) {
            if section_of(&key).is_some_and(|section| !known_sections.contains(&section)) {
                continue;
            }
            for (place, _) in values {
                let near = nearest(&key, known.iter().copied()).map(str::to_owned);
                self.mistake(place, &key, None, unknown("key", near));
            }
        }
        let variables: Vec<String> = known.iter().map(|key| variable(key)).collect();
        for name in std::mem::take(&mut self.variables).into_keys() {
            let near = nearest(&name, variables.iter().map(String::as_str)).map(str::to_owned);
            self.mistake(Place::Variable(name), "", None, unknown("variable", near));
        }
        self.mistakes.sort();
        if self.mistakes.is_empty() {
            Ok(())
        } else {
            Err(Mistakes(self.mistakes))
        }
    }

    fn mistake(&mut self, place: Place, key: &str, value: Option<String>, rule: String) {
        let key = key.to_owned();
        self.mistakes.push(Mistake {
            place,
            key,
            value,
            rule,
        });
    }
}

fn unknown(what: &str, near: Option<String>) -> String {
    match near {
        Some(near) => format!("unknown {what}; did you mean {near}?"),
        None => format!("unknown {what}"),
    }
}

/// The environment variable of a key.
fn variable(key: &str) -> String {
    format!("{VARIABLE_PREFIX}{}", key.replace('.', "_").to_uppercase())
}

fn read(path: &Path) -> Result<String, String> {
    let cannot = |error: std::io::Error| format!("the file cannot be read: {error}");
    let mut text = String::new();
    let file = std::fs::File::open(path).map_err(cannot)?;
    file.take(FILE_MAX_BYTES + 1)
        .read_to_string(&mut text)
        .map_err(cannot)?;
    if text.len() as u64 > FILE_MAX_BYTES {
        return Err(format!("expected at most {FILE_MAX_BYTES} bytes"));
    }
    Ok(text)
}
