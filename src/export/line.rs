//! Records and entities as the lines an import takes. A thing may need several: a record whose versions told of trouble
//! in other states than the one it has now, and an entity whose members were given at several times.

use crate::model::entity::Entity;
use crate::model::json::{pointer_token, quote};
use crate::model::record::Record;
use crate::model::time::Micros;
use crate::model::version::{Mark, MarkKind};

/// A line under construction.
struct Line<'o> {
    out: &'o mut String,
    is_empty: bool,
}

impl<'o> Line<'o> {
    fn begin(out: &'o mut String, kind: &str, id: &str) -> Line<'o> {
        out.push('{');
        let mut line = Line { out, is_empty: true };
        line.text("kind", kind).text("id", id);
        line
    }

    fn raw(&mut self, name: &str, value: &str) -> &mut Line<'o> {
        if !self.is_empty {
            self.out.push(',');
        }
        self.is_empty = false;
        self.out.push_str(&quote(name));
        self.out.push(':');
        self.out.push_str(value);
        self
    }

    fn text(&mut self, name: &str, value: &str) -> &mut Line<'o> {
        self.raw(name, &quote(value))
    }

    fn time(&mut self, name: &str, time: Micros) -> &mut Line<'o> {
        self.text(name, &time.to_string())
    }

    fn marks(&mut self, marks: &[Mark]) -> &mut Line<'o> {
        if marks.is_empty() {
            return self;
        }
        let all: Vec<String> = marks.iter().map(mark).collect();
        self.raw("marks", &format!("[{}]", all.join(",")))
    }

    fn end(self) {
        self.out.push_str("}\n");
    }
}

fn mark(mark: &Mark) -> String {
    let path = quote(&mark.path);
    match &mark.what {
        MarkKind::Redacted { rule } => format!("{{\"path\":{path},\"what\":\"redacted\",\"rule\":{}}}", quote(rule)),
        MarkKind::Cut { bytes } => format!("{{\"path\":{path},\"what\":\"cut\",\"bytes\":{bytes}}}"),
    }
}

/// Marks of a field as whole pointers.
fn whole(field: &str, marks: &[Mark]) -> Vec<Mark> {
    let path = |mark: &Mark| format!("/{}{}", pointer_token(field), mark.path).into();
    let of = |mark: &Mark| Mark {
        path: path(mark),
        what: mark.what.clone(),
    };
    marks.iter().map(of).collect()
}

/// What identifies a record and what is known of its receipt.
fn begin<'o>(record: &Record, out: &'o mut String) -> Line<'o> {
    let mut line = Line::begin(out, record.key.kind().name(), record.key.id().as_str());
    if let Some((run, node)) = record.key.node() {
        line.text("flowRunId", run.as_str()).text("nodeKey", node.as_str());
    }
    line.time("redtrailPlace", record.known.place)
        .time("receivedAt", record.known.received_at)
        .text("source", &record.known.source);
    line
}

/// Appends the lines of a whole record: as it is shown, then what versions in other states said of their trouble. The
/// first must come first: the place of a record is that of its first line, and the others give less than it.
pub(super) fn of_record(record: &Record, out: &mut String) {
    let (kind, known) = (record.key.kind(), &record.known);
    let mut line = begin(record, out);
    if known.clock_ahead {
        line.raw("clockAhead", "true");
    }
    if let Some(customer) = &known.derived_customer {
        line.text("derivedCustomerId", customer.as_str());
    }
    if let Some(integration) = &known.derived_integration {
        line.text("derivedIntegrationId", integration.as_str());
    }
    for (name, raw) in record.content.fields(kind) {
        line.raw(&name, &raw);
    }
    line.marks(&record.content.marks(kind));
    line.end();
    for hidden in record.content.hidden_troubles(kind) {
        let mut line = begin(record, out);
        let mut marks = Vec::new();
        for field in hidden {
            line.raw(&field.name, &field.raw);
            marks.extend(whole(&field.name, &field.marks));
        }
        line.marks(&marks);
        line.end();
    }
}

/// Appends the lines of an entity: for each time members were given at, one with these members. That time stands as the
/// receipt, which counts for members given without `updatedAt`.
pub(super) fn of_entity(entity: &Entity, out: &mut String) {
    let parts = entity.parts();
    let newest = parts.last().map(|(at, _)| *at);
    for (at, members) in parts {
        let mut line = begin_entity(entity, at, out);
        let mut marks = Vec::new();
        for (name, raw, own) in members {
            line.raw(name, raw.unwrap_or("null"));
            marks.extend(whole(name, own));
        }
        line.marks(&marks);
        line.end();
    }
    // A version that changed nothing may have been newer.
    if newest.is_none_or(|newest| newest < entity.changed_at) {
        begin_entity(entity, entity.changed_at, out).end();
    }
}

fn begin_entity<'o>(entity: &Entity, at: Micros, out: &'o mut String) -> Line<'o> {
    let mut line = Line::begin(out, entity.kind.name(), entity.id.as_str());
    line.time("redtrailPlace", entity.place).time("receivedAt", at);
    line
}
