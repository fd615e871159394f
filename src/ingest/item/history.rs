//! What an exported item says of itself beside its fields: believed in an import, and only there.

use std::borrow::Cow;

use super::scalar::{self, invalid};
use super::{Made, Path};
use crate::model::id::Id;
use crate::model::json;
use crate::model::limits::MAX_MARK_BYTES;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::time::Micros;
use crate::model::version::{Field, Mark, MarkKind};
use crate::store::Restored;

/// What is known of an item's first coming in; nothing of what comes in now.
#[derive(Debug, Default)]
pub(in crate::ingest) struct Beside {
    pub received_at: Option<Micros>,
    pub source: Option<Box<str>>,
    /// There when `received_at` is.
    pub restored: Option<Restored>,
}

/// Reads the members that are left out elsewhere, gives the item its place and marks, and answers the rest.
pub(super) fn keep(now: Micros, ignored: &[(&'static str, &str)], made: &mut Made) -> Result<Beside, Problem> {
    let given = |name: &str| {
        let found = ignored
            .iter()
            .rev()
            .find(|(known, raw)| *known == name && *raw != "null");
        found.map(|(_, raw)| *raw)
    };
    let time = |name: &'static str| {
        let read = |raw| scalar::ranged_time(raw, now, &Path::Key(&Path::Root, name));
        given(name).map(read).transpose()
    };
    let id = |name: &'static str| given(name).map(|raw| id(raw, name)).transpose();
    let received_at = time("receivedAt")?;
    let beside = Beside {
        received_at,
        source: id("source")?.map(|source| source.as_str().into()),
        restored: match received_at {
            Some(_) => Some(Restored {
                customer: id("derivedCustomerId")?,
                integration: id("derivedIntegrationId")?,
            }),
            None => None,
        },
    };
    let place = time("redtrailPlace")?;
    match made {
        Made::Log { version, clock_ahead } => {
            version.place = place.or(version.place);
            // Against the time of this import no time of history is ahead any more.
            if received_at.is_some() {
                *clock_ahead = given("clockAhead") == Some("true");
            }
        }
        Made::Entity(version) => version.created_at = place.or(version.created_at),
    }
    if let Some(raw) = given("marks") {
        marks(raw, made.fields_mut())?;
    }
    Ok(beside)
}

fn id(raw: &str, name: &'static str) -> Result<Id, Problem> {
    let path = Path::Key(&Path::Root, name);
    super::id::read(raw, None, &path).map(|read| read.id)
}

/// Adds the marks of an item to the fields they are in.
fn marks(raw: &str, fields: &mut [Field]) -> Result<(), Problem> {
    let root = Path::Key(&Path::Root, "marks");
    if !raw.starts_with('[') {
        return Err(invalid(&root, "The value has another type than the field.", "an array"));
    }
    if raw.len() > MAX_MARK_BYTES {
        let problem = Problem::new(ProblemKey::RecordTooLarge, "The item has too many marks.").at(&root.pointer());
        return Err(problem.expected(format!("at most {MAX_MARK_BYTES} bytes of marks")));
    }
    for (index, element) in json::elements(raw).enumerate() {
        let path = Path::Index(&root, index);
        let (name, mark) = mark(element).ok_or_else(|| {
            invalid(
                &path,
                "The value is not a mark.",
                "{\"path\": a JSON Pointer, \"what\": \"redacted\" with \"rule\", or \"cut\" with \"bytes\"}",
            )
        })?;
        let field = fields.iter_mut().find(|field| *field.name == *name).ok_or_else(|| {
            invalid(
                &path,
                "The mark is in a field that the item does not have.",
                "a field of the item",
            )
        })?;
        if !field.marks.contains(&mark) {
            field.marks.push(mark);
        }
    }
    Ok(())
}

/// The field of a mark, and the mark below it.
fn mark(raw: &str) -> Option<(String, Mark)> {
    let text = |name: &str| json::member(raw, name).and_then(json::string);
    let path = text("path")?;
    let whole = path.strip_prefix('/')?;
    let (token, below) = whole.split_at(whole.find('/').unwrap_or(whole.len()));
    let name = token.replace("~1", "/").replace("~0", "~");
    let what = match text("what")? {
        Cow::Borrowed("redacted") => MarkKind::Redacted {
            rule: text("rule")?.as_ref().into(),
        },
        Cow::Borrowed("cut") => MarkKind::Cut {
            bytes: json::member(raw, "bytes")?.parse().ok()?,
        },
        _ => return None,
    };
    let path = below.into();
    Some((name, Mark { path, what }))
}
