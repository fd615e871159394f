//! Versions and entities from JSON text, as a sender would mean them; knows nothing of the ingest door.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redtrail::model::entity::EntityVersion;
use redtrail::model::id::{Id, RecordKey};
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::scope::{Only, Scope};
use redtrail::model::state::{State, Trouble};
use redtrail::model::time::Micros;
use redtrail::model::version::{ContentHash, Field, Order, Version};
use redtrail::model::words;
use redtrail::store::call::{Call, Steps};
use redtrail::store::{Commit, CommitReceipt, Item, Submission};
use serde_json::{Map, Value};

/// A minute of a fixed day, as the time of the tests.
pub fn at(minute: i64) -> Micros {
    Micros(1_760_000_000_000_000 + minute * 60_000_000)
}

/// The same as text.
pub fn time(minute: i64) -> String {
    at(minute).to_string()
}

pub fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

pub fn key(kind: Kind, text: &str) -> RecordKey {
    RecordKey::new(kind, id(text))
}

pub fn call() -> Call {
    scoped(Scope::ALL)
}

pub fn scoped(scope: Scope) -> Call {
    Call::new(Arc::new(scope), Instant::now() + Duration::from_secs(60), Steps::off())
}

pub fn only_customers(ids: &[&str]) -> Scope {
    Scope {
        customers: Only::These(ids.iter().map(|text| id(text)).collect()),
        integrations: Only::All,
    }
}

/// A version of a log record: `id` in the JSON (of a node run also `flowRunId` and `nodeKey`).
pub fn version(kind: Kind, json: &str) -> Version {
    let mut object: Map<String, Value> = serde_json::from_str(json).unwrap();
    object.retain(|_, value| !value.is_null());
    let hash = hash(kind.name(), &object);
    let mut take = |name: &str| id(object.remove(name).unwrap().as_str().unwrap());
    let key = match kind {
        Kind::NodeRun => RecordKey::node_run(take("flowRunId"), take("nodeKey"), take("id")),
        _ => RecordKey::new(kind, take("id")),
    };
    let time = |name: &str| {
        object
            .get(name)
            .map(|value| Micros::parse(value.as_str().unwrap()).unwrap())
    };
    let end = time("endTime").or(time("endDatetime"));
    let start = match kind {
        Kind::FlowRun | Kind::NodeRun => [time("createdAt"), time("startTime")].into_iter().flatten().min(),
        Kind::ExternalEventPull => time("startDatetime"),
        Kind::InternalEvent => time("datetime"),
        _ => time("createdAt"),
    };
    let state = match kind {
        Kind::ApiRequest => object.get("isSuccess").map(|good| {
            if good.as_bool().unwrap() {
                State::Success
            } else {
                State::Error
            }
        }),
        _ => object
            .get("state")
            .or(object.get("status"))
            .map(|word| State::of_word(kind, word.as_str().unwrap()).unwrap()),
    };
    let order = Order {
        rank: state.map(State::rank),
        updated_at: time("updatedAt"),
        end,
        trouble: state.map_or(Trouble::None, State::trouble),
        hash,
    };
    let fields = fields(&object);
    let mut words = Vec::new();
    for field in &fields {
        words::hash_json(&field.raw, &mut words);
    }
    words.sort_unstable();
    words.dedup();
    let words = words.into();
    Version {
        key,
        order,
        state,
        place: start.or(end),
        fields,
        id_made: false,
        words,
    }
}

/// A version received at a minute of the fixed day.
pub fn sub(kind: Kind, received: i64, json: &str) -> Submission {
    Submission {
        version: version(kind, json),
        received_at: at(received),
        source: "test".into(),
        clock_ahead: false,
        history: false,
        only_customer: None,
        restored: None,
    }
}

pub fn log(kind: Kind, received: i64, json: &str) -> Item {
    Item::Log(sub(kind, received, json))
}

/// A sending of an entity, received at a minute.
pub fn entity(kind: EntityKind, received: i64, json: &str) -> Item {
    let mut object: Map<String, Value> = serde_json::from_str(json).unwrap();
    let hash = hash(kind.name(), &object);
    let id = id(object.remove("id").unwrap().as_str().unwrap());
    let removed = object
        .iter()
        .filter(|(_, value)| value.is_null())
        .map(|(name, _)| name.as_str().into())
        .collect();
    object.retain(|_, value| !value.is_null());
    let time = |name: &str| {
        object
            .get(name)
            .map(|value| Micros::parse(value.as_str().unwrap()).unwrap())
    };
    let (created_at, updated_at) = (time("createdAt"), time("updatedAt"));
    let version = EntityVersion {
        kind,
        id,
        created_at,
        updated_at,
        fields: fields(&object),
        removed,
        hash,
    };
    Item::Entity {
        version,
        received_at: at(received),
        source: "test".into(),
        history: false,
    }
}

pub fn commit(items: Vec<Item>) -> Commit {
    Commit {
        items,
        ..Commit::default()
    }
}

pub fn receipt(source: &str, received: i64) -> CommitReceipt {
    CommitReceipt {
        source: source.into(),
        received_at: at(received),
        refused: Vec::new(),
    }
}

fn fields(object: &Map<String, Value>) -> Vec<Field> {
    let field = |(name, value): (&String, &Value)| Field {
        name: name.as_str().into(),
        raw: value.to_string().into(),
        marks: Vec::new(),
    };
    object.iter().map(field).collect()
}

fn hash(kind: &str, object: &Map<String, Value>) -> ContentHash {
    let text = format!("{kind}{}", Value::Object(object.clone()));
    ContentHash(*blake3::hash(text.as_bytes()).as_bytes().first_chunk().unwrap())
}

/// Random numbers that are the same for the same seed (splitmix64).
pub struct Dice(pub u64);

impl Dice {
    /// A number below `below`.
    pub fn roll(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % below.max(1) as u64) as usize
    }

    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.roll(list.len())]
    }

    pub fn chance(&mut self, percent: usize) -> bool {
        self.roll(100) < percent
    }

    pub fn shuffle<T>(&mut self, list: &mut [T]) {
        for last in (1..list.len()).rev() {
            list.swap(last, self.roll(last + 1));
        }
    }
}
