//! Values of several tokens: what they must be made of, the ids in them, and what is written otherwise.

use super::Path;
use super::id;
use super::scalar::{self, invalid};
use crate::ingest::walk::edit::{self, Edit};
use crate::model::fields::{FieldType, Names};
use crate::model::json;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::version::{Mark, RawJson};

/// A value being checked: what of it is written otherwise, and what of it redaction leaves alone.
pub(super) struct Shape<'v> {
    /// The whole value.
    value: &'v str,
    /// Goes before ids of other log records.
    prefix: Option<&'v str>,
    /// Something of it is to be redacted: what must be kept is worth noting.
    is_redacted: bool,
    edits: Vec<Edit>,
    /// Ids and words the model reads: never redacted.
    kept: Vec<(usize, usize)>,
    /// Texts put into an object: where, their pointer, and the member that holds them now.
    wrapped: Vec<Wrapped>,
}

struct Wrapped {
    start: usize,
    end: usize,
    pointer: String,
    member: &'static str,
}

type Checked = Result<(), Problem>;

impl<'v> Shape<'v> {
    pub fn of(value: &'v str, prefix: Option<&'v str>, is_redacted: bool) -> Shape<'v> {
        Shape {
            value,
            prefix,
            is_redacted,
            edits: Vec::new(),
            kept: Vec::new(),
            wrapped: Vec::new(),
        }
    }

    /// Checks the value against a type; those of one token that mean something to the version are read elsewhere.
    pub fn check(&mut self, value: FieldType, names: Names, path: &Path<'_>) -> Checked {
        let raw = self.value;
        match value {
            FieldType::Any => Ok(()),
            FieldType::Text => self.begins(raw, '"', path, "a string"),
            FieldType::Id => self.id(raw, names == Names::Records, path).map(|_| ()),
            FieldType::Ids => self.ids(raw, names == Names::Records, path),
            FieldType::FreeTime => self.kept_if(raw, scalar::time(raw, path).map(|_| ())),
            FieldType::Bool | FieldType::SuccessFlag => scalar::boolean(raw, path).map(|_| ()),
            FieldType::StatusCode => self.kept_if(raw, scalar::status_code(raw, path)),
            FieldType::Duration => self.kept_if(raw, scalar::duration(raw, path)),
            FieldType::Count => self.kept_if(raw, scalar::count(raw, path)),
            // Read where the kind and the present time are known.
            FieldType::StateWord | FieldType::Time => self.kept_if(raw, Ok(())),
            FieldType::Object => self.begins(raw, '{', path, "an object"),
            FieldType::Array => self.begins(raw, '[', path, "an array"),
            FieldType::Error => self.error(raw, path),
            FieldType::Errors => self.each(raw, path, Shape::error),
            FieldType::LogEntries => self.each(raw, path, Shape::log_entry),
            FieldType::LaunchedBy => self.launched_by(raw, path),
            FieldType::NodeCounts => self.node_counts(raw, path),
            FieldType::Outputs => self.each(raw, path, Shape::output),
            FieldType::UpstreamRuns => self.each(raw, path, Shape::upstream_run),
        }
    }

    /// The value as it is kept, redacted and rewritten, with its marks.
    pub fn finish(self, redactions: Vec<Edit>) -> (RawJson, Vec<Mark>) {
        let Shape {
            value,
            mut edits,
            kept,
            wrapped,
            ..
        } = self;
        // Both lists are in the order of the text, and nothing in them overlaps.
        let is_kept = |edit: &Edit| {
            let before = kept.partition_point(|(start, _)| *start < edit.end);
            before > 0 && kept.get(before - 1).is_some_and(|(_, end)| edit.start < *end)
        };
        for mut edit in redactions {
            if is_kept(&edit) {
                continue;
            }
            let before = wrapped.partition_point(|wrapped| wrapped.start <= edit.start);
            let within = wrapped
                .get(before.wrapping_sub(1))
                .filter(|wrapped| edit.end <= wrapped.end);
            if let (Some(wrapped), Some(note)) = (within, &mut edit.mark) {
                let below = note.path.split_off(wrapped.pointer.len().min(note.path.len()));
                note.path = format!("{}/{}{below}", wrapped.pointer, wrapped.member);
            }
            edits.push(edit);
        }
        edit::apply(value, edits)
    }

    fn place(&self, part: &str) -> (usize, usize) {
        let start = (part.as_ptr() as usize).saturating_sub(self.value.as_ptr() as usize);
        (start, start + part.len())
    }

    fn keep(&mut self, raw: &str) {
        if self.is_redacted {
            self.kept.push(self.place(raw));
        }
    }

    fn kept_if(&mut self, raw: &str, checked: Checked) -> Checked {
        self.keep(raw);
        checked
    }

    fn begins(&self, raw: &str, with: char, path: &Path<'_>, expected: &'static str) -> Checked {
        if raw.starts_with(with) {
            return Ok(());
        }
        Err(invalid(path, "The value has another type than the field.", expected))
    }

    /// An id, of a log record or of something else.
    fn id(&mut self, raw: &str, is_record: bool, path: &Path<'_>) -> Checked {
        let read = id::read(raw, self.prefix.filter(|_| is_record), path)?;
        self.keep(raw);
        if read.is_rewritten {
            let (start, end) = self.place(raw);
            self.edits.push(Edit {
                start,
                end,
                text: json::quote(read.id.as_str()).into(),
                mark: None,
            });
        }
        Ok(())
    }

    fn ids(&mut self, raw: &str, are_records: bool, path: &Path<'_>) -> Checked {
        self.each(raw, path, |shape, raw, path| shape.id(raw, are_records, path))
    }

    fn each(
        &mut self,
        raw: &str,
        path: &Path<'_>,
        mut check: impl FnMut(&mut Self, &str, &Path<'_>) -> Checked,
    ) -> Checked {
        self.begins(raw, '[', path, "an array")?;
        for (index, element) in json::elements(raw).enumerate() {
            check(self, element, &Path::Index(path, index))?;
        }
        Ok(())
    }

    /// Checks the members of an object that are there and not null; names are decoded.
    fn members(
        &mut self,
        raw: &str,
        path: &Path<'_>,
        mut check: impl FnMut(&mut Self, &str, &str, &Path<'_>) -> Checked,
    ) -> Checked {
        self.begins(raw, '{', path, "an object")?;
        for (key, value) in json::members(raw) {
            let name = json::string(key).unwrap_or_default();
            if value != "null" {
                check(self, &name, value, &Path::Key(path, &name))?;
            }
        }
        Ok(())
    }

    /// An error object; a text alone is its message.
    fn error(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        if raw.starts_with('"') {
            self.wrap(raw, "message", path);
            return Ok(());
        }
        if !raw.starts_with('{') {
            return Err(invalid(
                path,
                "The value is not an error.",
                "an error: {\"message\": …}, or a text",
            ));
        }
        self.members(raw, path, |shape, name, value, path| match name {
            "type" | "key" => shape.kept_if(value, shape.begins(value, '"', path, "a string")),
            "message" => shape.begins(value, '"', path, "a string"),
            "causedByError" => shape.error(value, path),
            "logs" => shape.each(value, path, Shape::log_entry),
            _ => Ok(()),
        })
    }

    /// An entry of a log; a text alone is its message.
    fn log_entry(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        if raw.starts_with('"') {
            self.wrap(raw, "msg", path);
            return Ok(());
        }
        if !raw.starts_with('{') {
            return Err(invalid(
                path,
                "The value is not a log entry.",
                "a log entry: {\"msg\": …}, or a text",
            ));
        }
        self.members(raw, path, |shape, name, value, path| match name {
            "apiRequestId" => shape.id(value, true, path),
            "type" | "time" | "level" => shape.kept_if(value, Ok(())),
            _ => Ok(()),
        })
    }

    fn launched_by(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        self.members(raw, path, |shape, name, value, path| match name {
            "type" => shape.kept_if(value, shape.begins(value, '"', path, "a string")),
            "ids" => shape.ids(value, true, path),
            _ => Ok(()),
        })
    }

    fn node_counts(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        self.members(raw, path, |shape, node, value, path| {
            id::read(&json::quote(node), None, path)?;
            shape.members(value, path, |shape, name, value, path| match name {
                "state" => shape.kept_if(value, scalar::node_state(value, path)),
                "runs" | "erroredRuns" | "outputs" => shape.kept_if(value, scalar::count(value, path)),
                _ => Ok(()),
            })
        })
    }

    fn output(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        let mut has_id = false;
        self.members(raw, path, |shape, name, value, path| match name {
            "id" => {
                has_id = true;
                shape.id(value, false, path)
            }
            "downstreamRuns" => shape.each(value, path, Shape::downstream_run),
            _ => Ok(()),
        })?;
        if has_id {
            return Ok(());
        }
        let path = Path::Key(path, "id");
        Err(Problem::new(ProblemKey::MissingField, "The output has no id.")
            .at(&path.pointer())
            .expected("an id, unique among the outputs of the run"))
    }

    fn downstream_run(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        self.members(raw, path, |shape, name, value, path| match name {
            "runId" => shape.id(value, true, path),
            "nodeKey" => shape.id(value, false, path),
            _ => Ok(()),
        })
    }

    fn upstream_run(&mut self, raw: &str, path: &Path<'_>) -> Checked {
        self.members(raw, path, |shape, name, value, path| match name {
            "runId" => shape.id(value, true, path),
            "nodeKey" | "outputId" => shape.id(value, false, path),
            _ => Ok(()),
        })
    }

    /// Puts a text into an object, as its member of this name.
    fn wrap(&mut self, raw: &str, member: &'static str, path: &Path<'_>) {
        let (start, end) = self.place(raw);
        let insert = |at: usize, text: String| Edit {
            start: at,
            end: at,
            text: text.into(),
            mark: None,
        };
        self.edits.push(insert(start, format!("{{\"{member}\":")));
        self.edits.push(insert(end, "}".into()));
        self.wrapped.push(Wrapped {
            start,
            end,
            pointer: path.below_top(),
            member,
        });
    }
}
