//! The top-level members of an item under the names that count, no two of one name.

use std::borrow::Cow;

use super::id;
use super::table::Tables;
use super::{IGNORED, Path};
use crate::ingest::walk::Given;
use crate::ingest::walk::edit::Edit;
use crate::model::fields::FieldRule;
use crate::model::json;
use crate::model::kind::ItemKind;
use crate::model::problem::{Problem, ProblemKey};

/// One member.
pub(in crate::ingest) struct Member<'a> {
    /// Canonical.
    pub name: Cow<'a, str>,
    /// The name it came under, when it is another one.
    pub alias: Option<Cow<'a, str>>,
    /// JSON text without blanks between tokens.
    pub raw: Cow<'a, str>,
    pub edits: Vec<Edit>,
    /// Of a field the model knows.
    pub rule: Option<&'static FieldRule>,
}

impl Member<'_> {
    pub fn is_null(&self) -> bool {
        self.raw == "null"
    }

    /// The name it came under.
    pub fn sent_name(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }

    fn rename(&mut self, name: &'static str) {
        self.alias = Some(std::mem::replace(&mut self.name, Cow::Borrowed(name)));
    }
}

/// All of them: of equal names only one is left, in the order of the names.
pub(in crate::ingest) struct Members<'a> {
    /// The value of `kind`, as sent.
    kind: Option<&'a str>,
    /// The value of `id`, as sent.
    pub id: Option<&'a str>,
    pub all: Vec<Member<'a>>,
    /// Those of [`IGNORED`], as sent; an import reads them.
    pub ignored: Vec<(&'static str, &'a str)>,
}

impl<'a> Members<'a> {
    pub fn of(given: impl ExactSizeIterator<Item = Given<'a>>) -> Members<'a> {
        let mut members = Members {
            kind: None,
            id: None,
            all: Vec::with_capacity(given.len()),
            ignored: Vec::new(),
        };
        for given in given {
            match &*given.name {
                // Null is "not given", and of several the last one counts.
                "kind" => members.kind = Some(given.raw).filter(|raw| *raw != "null").or(members.kind),
                "id" => members.id = Some(given.raw).filter(|raw| *raw != "null").or(members.id),
                name if IGNORED.contains(&name) => {
                    let known = IGNORED.iter().find(|known| **known == name);
                    members.ignored.extend(known.map(|known| (*known, given.raw)));
                }
                _ => members.all.push(Member {
                    name: given.name,
                    alias: None,
                    raw: Cow::Borrowed(given.raw),
                    edits: given.edits,
                    rule: None,
                }),
            }
        }
        members
    }

    /// The word under `kind`.
    pub fn kind(&self) -> Result<Option<Cow<'a, str>>, Problem> {
        let Some(raw) = self.kind else { return Ok(None) };
        let word = json::string(raw).ok_or_else(|| {
            Problem::new(ProblemKey::InvalidValue, "The kind is not a string.")
                .at("/kind")
                .expected("a string")
        })?;
        Ok(Some(word))
    }

    /// Gives the item the id of its path, as JSON text.
    ///
    /// # Errors
    /// It says another one itself.
    pub fn identify(&mut self, of_path: &'a str) -> Result<(), Problem> {
        let read = |raw| id::read(raw, None, &Path::Key(&Path::Root, "id"));
        if let Some(own) = self.id
            && read(own)?.id != read(of_path)?.id
        {
            let message = "The item says another id than the path it was sent to.";
            return Err(Problem::new(ProblemKey::InvalidValue, message)
                .at("/id")
                .expected("the id of the path, or none"));
        }
        self.id = Some(of_path);
        Ok(())
    }

    /// The id as sent, to tell which item is meant; only if it is one.
    pub fn id_for_people(&self) -> Option<String> {
        let id = id::read(self.id?, None, &Path::Key(&Path::Root, "id")).ok()?;
        Some(id.id.as_str().to_owned())
    }

    /// Gives each member its canonical name and rule. Of several members of one name (an alias and the name
    /// itself, or the same key twice) the last one counts that is not null; of a log record null is "not given".
    pub fn resolve(&mut self, tables: &Tables, kind: ItemKind) {
        let table = tables.of(kind);
        let is_log = matches!(kind, ItemKind::Log(_));
        for member in &mut self.all {
            let is_lifted = is_log && member.name == "_logs";
            member.rule = table.rule(if is_lifted { "logs" } else { &member.name });
            if let Some(rule) = member.rule.filter(|rule| rule.name != member.name) {
                // `_logs` keeps its name until it has met `logs`.
                if !is_lifted {
                    member.rename(rule.name);
                }
            }
        }
        if is_log {
            self.all.retain(|member| !member.is_null());
        }
        self.lift_logs();
        self.all.sort_by(|a, b| a.name.cmp(&b.name));
        self.all.dedup_by(|later, kept| {
            let is_same = later.name == kept.name;
            if is_same && !later.is_null() {
                std::mem::swap(later, kept);
            }
            is_same
        });
    }

    /// Puts the entries of `_logs` behind those of `logs`.
    fn lift_logs(&mut self) {
        let is_lifted = |member: &Member<'_>| member.name == "_logs" && member.rule.is_some();
        let Some(at) = self.all.iter().rposition(is_lifted) else {
            return;
        };
        let mut lifted = self.all.remove(at);
        self.all.retain(|member| !is_lifted(member));
        lifted.rename("logs");
        let logs = self
            .all
            .iter_mut()
            .rfind(|member| member.name == "logs" && member.raw.starts_with('['));
        match logs.filter(|_| lifted.raw.starts_with('[')) {
            Some(logs) => append(logs, lifted),
            None => self.all.push(lifted),
        }
    }
}

/// Appends the elements of one array to another one's.
fn append(first: &mut Member<'_>, second: Member<'_>) {
    let count = json::elements(&first.raw).count();
    let Some(head) = first.raw.strip_suffix(']').filter(|_| count > 0) else {
        first.raw = Cow::Owned(second.raw.into_owned());
        first.edits = second.edits;
        return;
    };
    let Some(tail) = second.raw.strip_prefix('[').filter(|tail| *tail != "]") else {
        return;
    };
    let moved = head.len();
    for mut edit in second.edits {
        edit.start += moved;
        edit.end += moved;
        if let Some(note) = &mut edit.mark {
            note.path = moved_path(&note.path, count);
        }
        first.edits.push(edit);
    }
    first.raw = Cow::Owned(format!("{head},{tail}"));
}

/// A pointer that begins with an index, with another one.
fn moved_path(path: &str, by: usize) -> String {
    let token = path.strip_prefix('/').unwrap_or_default();
    let (index, rest) = token.split_at(token.find('/').unwrap_or(token.len()));
    let index = index.parse::<usize>().map_or(by, |index| index.saturating_add(by));
    format!("/{index}{rest}")
}
