//! A record as one JSON text.

use crate::model::json::{pointer_token, quote};
use crate::model::record::Record;
use crate::model::version::{Mark, MarkKind};

/// The whole record as kept: its key, its fields as shown, what is known beside it, and its marks.
pub fn whole(record: &Record) -> String {
    let kind = record.key.kind();
    let mut out = format!(
        "{{\"kind\":{},\"id\":{}",
        quote(kind.name()),
        quote(record.key.id().as_str())
    );
    let mut add = |name: &str, value: &str| {
        out.push(',');
        out.push_str(&quote(name));
        out.push(':');
        out.push_str(value);
    };
    if let Some((run, node)) = record.key.node() {
        add("flowRunId", &quote(run.as_str()));
        add("nodeKey", &quote(node.as_str()));
    }
    for (name, value) in record.content.fields(kind) {
        add(&name, &value);
    }
    add("receivedAt", &quote(&record.known.received_at.to_string()));
    add("source", &quote(&record.known.source));
    let marks = record.content.marks(kind);
    if !marks.is_empty() {
        let marks: Vec<String> = marks.iter().map(mark).collect();
        add("marks", &format!("[{}]", marks.join(",")));
    }
    out.push('}');
    out
}

fn mark(mark: &Mark) -> String {
    let path = quote(&mark.path);
    match &mark.what {
        MarkKind::Redacted { rule } => format!("{{\"path\":{path},\"what\":\"redacted\",\"rule\":{}}}", quote(rule)),
        MarkKind::Cut { bytes } => format!("{{\"path\":{path},\"what\":\"cut\",\"bytes\":{bytes}}}"),
    }
}

/// The JSON Pointer of a top-level field.
pub fn pointer(field: &str) -> String {
    format!("/{}", pointer_token(field))
}
