//! A record as every answer refers to it.

use super::object::Object;
use crate::model::id::RecordKey;
use crate::model::record::Record;
use crate::model::tone::Tone;
use crate::web::pages::href;

/// The members all references have; `record` is not there when it was not received. The caller adds its own.
pub fn reference(key: &RecordKey, record: Option<&Record>, tone: Tone) -> Object {
    let mut reference = Object::new();
    reference.text("kind", key.kind().name()).text("id", key.id().as_str());
    if let Some((run, node)) = key.node() {
        reference.text("flowRunId", run.as_str()).text("nodeKey", node.as_str());
    }
    reference.text("state", tone.word());
    if let Some(record) = record {
        reference.text("at", &record.known.place.to_string());
    }
    reference.text("url", &href::record(key).unwrap_or_default());
    reference
}
