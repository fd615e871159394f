//! What Larkspur's integration platform sends: items with the time they were sent at, and how each kind looks.

mod event;
mod exchange;
mod run;
pub(super) mod trouble;

pub(super) use event::Arrival;
pub(super) use exchange::{By, Exchange};
pub(super) use run::{At, Run};

use serde_json::{Value, json};

use super::chance::Chance;
use super::company::{Flow, Ids};
use crate::model::time::Micros;

/// Everything to be sent.
#[derive(Default)]
pub(super) struct Traffic {
    items: Vec<(Micros, String)>,
}

impl Traffic {
    /// Sends an item at a time; `kind` is added to it.
    pub fn send(&mut self, at: Micros, kind: &'static str, mut item: Value) {
        if let Some(members) = item.as_object_mut() {
            members.insert("kind".into(), kind.into());
        }
        self.items.push((at, item.to_string()));
    }

    /// Everything as lines, in the order of sending.
    pub fn into_lines(mut self) -> Vec<String> {
        self.items.sort_by_key(|(at, _)| *at);
        self.items.into_iter().map(|(_, line)| line).collect()
    }
}

/// Whose a record is.
#[derive(Clone)]
pub(super) struct Owner {
    pub customer: &'static str,
    pub integration: &'static str,
    pub connection: String,
}

impl Owner {
    /// Adds customer, integration and connection to a record.
    fn sign(&self, mut record: Value) -> Value {
        if let Some(members) = record.as_object_mut() {
            members.insert("customerId".into(), self.customer.into());
            members.insert("integrationId".into(), self.integration.into());
            members.insert("connectionId".into(), self.connection.as_str().into());
        }
        record
    }
}

/// What a story tells with: its own random numbers, the time it is told at, and where to send.
pub(super) struct Story<'a> {
    pub ids: Ids,
    pub now: Micros,
    pub chance: Chance,
    traffic: &'a mut Traffic,
}

impl<'a> Story<'a> {
    pub fn new(name: &str, seed: u64, now: Micros, traffic: &'a mut Traffic) -> Story<'a> {
        Story {
            ids: Ids(seed),
            now,
            chance: Chance::of(seed, name),
            traffic,
        }
    }

    /// So long before the time the story is told at, to the millisecond: finer no sender tells.
    pub fn ago(&self, micros: i64) -> Micros {
        Micros(self.now.plus(-micros).0.div_euclid(1000) * 1000)
    }

    /// The last time before `now` that lies `offset` into a period (a day, an hour), at least `spare` ago.
    pub fn last(&self, period: i64, offset: i64, spare: i64) -> Micros {
        let latest = self.now.0 - spare - offset;
        Micros(latest.div_euclid(period) * period + offset)
    }

    /// An id as the platform makes it: a UUIDv7 of this time.
    pub fn id(&mut self, at: Micros) -> String {
        let millis = at.0.div_euclid(1000);
        let random = self.chance.hex(18);
        let (a, rest) = random.split_at(3);
        let (b, c) = rest.split_at(3);
        let time = format!("{millis:012x}");
        let (high, low) = time.split_at(8);
        let variant: char = self.chance.pick(&['8', '9', 'a', 'b']);
        format!("{high}-{low}-7{a}-{variant}{b}-{c}")
    }

    pub fn send(&mut self, at: Micros, kind: &'static str, item: Value) {
        self.traffic.send(at, kind, item);
    }

    /// Sends a record of somebody.
    pub fn send_for(&mut self, owner: &Owner, at: Micros, kind: &'static str, record: Value) {
        self.send(at, kind, owner.sign(record));
    }

    /// Whose the records of a connection are.
    pub fn owner(&self, customer: &'static str, integration: &'static str) -> Owner {
        Owner {
            customer,
            integration,
            connection: self.ids.connection(customer, integration),
        }
    }

    fn owner_of(&self, customer: &'static str, flow: &Flow) -> Owner {
        self.owner(customer, flow.integration)
    }
}

/// A log entry.
pub(super) fn log(at: Micros, level: &str, message: impl Into<String>) -> Value {
    json!({"type": "message", "time": at.to_string(), "level": level, "msg": message.into()})
}
