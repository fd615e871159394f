//! The record that every change of an entity leaves behind: its history, and what `changes` reports of it.

use std::fmt::Write;
use std::sync::Arc;

use serde_json::{Value, json};

use super::rules::entity_id;
use crate::model::entity::{Entity, EntityDelta, EntityVersion};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::state::Trouble;
use crate::model::time::Micros;
use crate::model::version::{ContentHash, Field, Order, Version};

/// Ids an entity names that lists of changes can be filtered by.
const NAMED: [&str; 6] = [
    "customerId",
    "integrationId",
    "connectionId",
    "externalAppId",
    "flowId",
    "appEventTypeId",
];

/// The key of the change with a sequence number: of equal receipt, changes stand in order of arrival. Always
/// there, since digits are an id.
pub fn key(sequence: u64) -> Option<RecordKey> {
    let id = Id::parse(&format!("{sequence:016}")).ok()?;
    Some(RecordKey::new(Kind::EntityChange, id))
}

/// What is appended for a change: its only version, with its receipt as place.
///
/// Fields: `entityKind`, `entityId`, the ids the entity names (its own under the name by which others name
/// it), `changed` (names), `old` (values before, of those that had one), `entity` (the whole after it, without
/// `nodes`, for which `nodesHash` stands), `sentHash`.
pub fn version(
    key: RecordKey,
    entity: &Entity,
    delta: &EntityDelta,
    sent: &EntityVersion,
    received_at: Micros,
) -> Version {
    let mut fields = vec![
        field("entityKind", json!(entity.kind.name()).to_string()),
        field("entityId", json!(entity.id.as_str()).to_string()),
    ];
    let own = own_name(entity.kind);
    fields.push(field(own, json!(entity.id.as_str()).to_string()));
    for name in NAMED.into_iter().filter(|name| *name != own) {
        if let Some(id) = entity_id(entity, name) {
            fields.push(field(name, json!(id.as_str()).to_string()));
        }
    }
    let changed: Vec<Value> = delta.changed.iter().map(|(name, _)| json!(name)).collect();
    fields.push(field("changed", Value::Array(changed).to_string()));
    let old = delta
        .changed
        .iter()
        .filter_map(|(name, old)| Some((&**name, old.as_deref()?)));
    fields.push(field("old", object(String::new(), old)));
    let begin = format!(
        "\"kind\":{},\"id\":{}",
        json!(entity.kind.name()),
        json!(entity.id.as_str())
    );
    fields.push(field("entity", object(begin, entity.fields().into_iter())));
    fields.push(field("sentHash", json!(hex(&sent.hash.0)).to_string()));
    Version {
        // Changes are not searched: their entity is.
        words: Arc::default(),
        key,
        order: Order {
            rank: None,
            updated_at: None,
            end: None,
            trouble: Trouble::None,
            hash: ContentHash([0; 16]),
        },
        state: None,
        place: Some(received_at),
        fields,
        id_made: true,
    }
}

/// The field by which other records name an entity of a kind.
const fn own_name(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Customer => "customerId",
        EntityKind::Integration => "integrationId",
        EntityKind::Connection => "connectionId",
        EntityKind::Flow => "flowId",
        EntityKind::FlowInstance => "flowInstanceId",
        EntityKind::ExternalEventSubscription => "externalEventSubscriptionId",
        EntityKind::InternalEventType => "appEventTypeId",
        EntityKind::InternalEventSubscription => "appEventSubscriptionId",
    }
}

fn field(name: &str, raw: String) -> Field {
    Field {
        name: name.into(),
        raw: raw.into(),
        marks: Vec::new(),
    }
}

/// An object of members given as JSON text; `nodes` are large and stand there by their hash.
fn object<'a>(mut text: String, members: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    for (name, raw) in members {
        if !text.is_empty() {
            text.push(',');
        }
        if name == "nodes" {
            let hash = blake3::hash(raw.as_bytes());
            let short = hash.as_bytes().first_chunk::<16>().map_or_else(String::new, hex);
            text.push_str(&format!("\"nodesHash\":{}", json!(short)));
        } else {
            text.push_str(&format!("{}:{raw}", json!(name)));
        }
    }
    format!("{{{text}}}")
}

fn hex(bytes: &[u8; 16]) -> String {
    bytes.iter().fold(String::with_capacity(32), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}
