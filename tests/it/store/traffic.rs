//! Random senders: few ids, so that versions meet, overlap, repeat, clash and name each other.

use redtrail::model::id::{Id, RecordKey};
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::state::State;
use redtrail::store::Item;
use serde_json::{Map, Value, json};

use super::make::{Dice, entity, id, log, time};

/// What a sender may do beyond what reads the same in any order.
#[derive(Clone, Copy, PartialEq)]
pub enum Manner {
    /// Everything, also what depends on the order of arrival.
    Any,
    /// No two customers for one record, entities with `updatedAt` only.
    OrderFree,
}

/// Ids per kind.
const IDS: usize = 6;
const MINUTES: usize = 40;
/// Texts of payloads and errors; some are parts of others.
pub const PHRASES: [&str; 10] = [
    "order D-17",
    "order d 17 again",
    "D-1",
    "ada@example.com",
    "Ada wrote",
    "Straße 5",
    "line 1",
    "snake_case",
    "timeout after 30.5 s",
    "\"quoted\"\nnext",
];

/// A record or, sometimes, an entity.
pub fn item(dice: &mut Dice, received: i64, manner: Manner) -> Item {
    if dice.chance(15) {
        entity_item(dice, received, manner)
    } else {
        log_item(dice, received, manner)
    }
}

fn name(dice: &mut Dice, kind: Kind) -> String {
    format!("{}-{}", kind.name(), dice.roll(IDS))
}

fn minute(dice: &mut Dice) -> String {
    time(dice.roll(MINUTES) as i64)
}

fn log_item(dice: &mut Dice, received: i64, manner: Manner) -> Item {
    let kind = *dice.of(&Kind::SENT);
    let number = dice.roll(IDS);
    let mut object = Map::new();
    object.insert("id".into(), json!(format!("{}-{number}", kind.name())));
    if kind == Kind::NodeRun {
        object.insert("flowRunId".into(), json!(name(dice, Kind::FlowRun)));
        object.insert("nodeKey".into(), json!(format!("node-{}", dice.roll(2))));
    }
    if dice.chance(30) {
        let customer = if manner == Manner::Any && dice.chance(10) {
            dice.roll(3)
        } else {
            number % 3
        };
        object.insert("customerId".into(), json!(format!("c{customer}")));
    }
    if dice.chance(20) {
        object.insert("integrationId".into(), json!(format!("i{}", number % 2)));
    }
    if dice.chance(30) {
        object.insert("connectionId".into(), json!(format!("k{}", dice.roll(3))));
    }
    state(dice, kind, &mut object);
    times(dice, kind, &mut object);
    names(dice, kind, &mut object);
    contents(dice, kind, &mut object);
    log(kind, received, &Value::Object(object).to_string())
}

fn state(dice: &mut Dice, kind: Kind, object: &mut Map<String, Value>) {
    if !dice.chance(75) {
        return;
    }
    match kind {
        Kind::ApiRequest if dice.chance(70) => object.insert("isSuccess".into(), json!(dice.chance(60))),
        Kind::ApiRequest => object.insert("statusCode".into(), json!(200 + 100 * dice.roll(4))),
        Kind::FlowRun => object.insert("state".into(), json!(dice.of(State::words_of(kind)).word())),
        _ => object.insert("status".into(), json!(dice.of(State::words_of(kind)).word())),
    };
}

fn times(dice: &mut Dice, kind: Kind, object: &mut Map<String, Value>) {
    let names: &[&str] = match kind {
        Kind::FlowRun | Kind::NodeRun => &["createdAt", "startTime", "endTime"],
        Kind::ExternalEventPull => &["startDatetime", "endDatetime"],
        Kind::InternalEvent => &["datetime"],
        _ => &["createdAt"],
    };
    for name in names {
        if dice.chance(50) {
            object.insert((*name).into(), json!(minute(dice)));
        }
    }
    if dice.chance(25) {
        object.insert("updatedAt".into(), json!(minute(dice)));
    }
}

fn names(dice: &mut Dice, kind: Kind, object: &mut Map<String, Value>) {
    let mut put = |dice: &mut Dice, field: &str, of: Kind, many: bool| {
        if dice.chance(40) {
            let one = name(dice, of);
            object.insert(
                field.into(),
                if many { json!([one, name(dice, of)]) } else { json!(one) },
            );
        }
    };
    match kind {
        Kind::ApiRequest => {
            put(dice, "flowRunId", Kind::FlowRun, false);
            put(dice, "actionRunId", Kind::ActionRun, false);
            put(dice, "pullId", Kind::ExternalEventPull, false);
            put(dice, "retryOf", Kind::ApiRequest, false);
            if dice.chance(50) {
                object.insert("nodeKey".into(), json!(format!("node-{}", dice.roll(2))));
                object.insert("nodeRunId".into(), json!(name(dice, Kind::NodeRun)));
            }
        }
        Kind::ExternalWebhook | Kind::ExternalEventPull => {
            put(dice, "collectedEventIds", Kind::ExternalEvent, true);
        }
        Kind::ExternalEvent | Kind::InternalEvent => put(dice, "launchedFlowRunIds", Kind::FlowRun, true),
        Kind::FlowRun => {
            put(dice, "repeatOf", Kind::FlowRun, false);
            if dice.chance(30) {
                let by = *dice.of(&[
                    ("external-event", Kind::ExternalEvent),
                    ("app-event-trigger", Kind::InternalEvent),
                ]);
                let ids = [name(dice, by.1), name(dice, by.1)];
                object.insert("launchedBy".into(), json!({"type": by.0, "ids": ids}));
            }
        }
        _ => {}
    }
}

fn contents(dice: &mut Dice, kind: Kind, object: &mut Map<String, Value>) {
    if dice.chance(25) {
        object.insert("meta".into(), json!({ *dice.of(&["a", "b"]): dice.roll(3) }));
    }
    if dice.chance(25) {
        let entry = json!({"msg": format!("line {}", dice.roll(3))});
        object.insert("logs".into(), json!([entry, entry]));
    }
    if kind == Kind::ApiRequest {
        object.insert("method".into(), json!(dice.of(&["GET", "POST"])));
        let url = format!("https://api.example.com/Orders/{}?page=2", dice.roll(3));
        object.insert("requestUrl".into(), json!(url));
        if dice.chance(50) {
            object.insert("duration".into(), json!(dice.roll(3)));
        }
    }
    if dice.chance(20) {
        object.insert("unknown".into(), json!([dice.roll(3), null, "x"]));
    }
    let payload = match kind {
        Kind::ApiRequest | Kind::ExternalWebhook => "request",
        Kind::ExternalEvent => "payload",
        Kind::InternalEvent => "event",
        Kind::ExternalEventPull => "telemetry",
        _ => "input",
    };
    if dice.chance(40) {
        object.insert(
            payload.into(),
            json!({"body": "y".repeat(dice.roll(300)), "n": dice.roll(4), "text": dice.of(&PHRASES)}),
        );
    }
    if dice.chance(25) {
        let mut error = json!({"message": dice.of(&PHRASES), "key": "k"});
        if dice.chance(50) {
            error["causedByError"] = json!({"message": format!("error {}", dice.roll(3)), "key": "deep"});
        }
        match kind {
            Kind::FlowRun | Kind::NodeRun => object.insert("errors".into(), json!([error])),
            _ => object.insert("error".into(), error),
        };
    }
}

fn entity_item(dice: &mut Dice, received: i64, manner: Manner) -> Item {
    let (kind, letter) = *dice.of(&[
        (EntityKind::Connection, "k"),
        (EntityKind::Connection, "k"),
        (EntityKind::Customer, "c"),
        (EntityKind::FlowInstance, "f"),
        (EntityKind::Integration, "i"),
    ]);
    let mut object = Map::new();
    object.insert("id".into(), json!(format!("{letter}{}", dice.roll(3))));
    for (field, value) in [
        ("name", "n"),
        ("key", "key"),
        ("customerId", "c"),
        ("integrationId", "i"),
        ("state", "s"),
    ] {
        let has = kind != EntityKind::Customer && kind != EntityKind::Integration || !field.ends_with("Id");
        if has && dice.chance(50) {
            object.insert(field.into(), json!(format!("{value}{}", dice.roll(3))));
        }
    }
    if dice.chance(10) {
        object.insert("name".into(), Value::Null);
    }
    if dice.chance(30) {
        object.insert("createdAt".into(), json!(minute(dice)));
    }
    if manner == Manner::OrderFree {
        // One sending for each `updatedAt`: of two different ones the first to arrive counts.
        let at = json!(time(MINUTES as i64 * 3 + received));
        object.insert("updatedAt".into(), at);
    } else if dice.chance(40) {
        object.insert("updatedAt".into(), json!(minute(dice)));
    }
    entity(kind, received, &Value::Object(object).to_string())
}

/// Every key the traffic may have made a record of.
pub fn keys() -> Vec<RecordKey> {
    let mut keys = Vec::new();
    for kind in Kind::SENT {
        for number in 0..IDS {
            let own = id(&format!("{}-{number}", kind.name()));
            if kind != Kind::NodeRun {
                keys.push(RecordKey::new(kind, own));
                continue;
            }
            for (run, node) in (0..IDS).flat_map(|run| (0..2).map(move |node| (run, node))) {
                let run = id(&format!("{}-{run}", Kind::FlowRun.name()));
                keys.push(RecordKey::node_run(run, id(&format!("node-{node}")), own.clone()));
            }
        }
    }
    keys
}

/// Every entity the traffic may have made.
pub fn entities() -> Vec<(EntityKind, Id)> {
    let kinds = [
        (EntityKind::Connection, "k"),
        (EntityKind::Customer, "c"),
        (EntityKind::FlowInstance, "f"),
        (EntityKind::Integration, "i"),
    ];
    kinds
        .iter()
        .flat_map(|(kind, letter)| (0..3).map(move |n| (*kind, id(&format!("{letter}{n}")))))
        .collect()
}
