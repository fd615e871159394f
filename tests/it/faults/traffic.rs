//! What the sender sends: every kind, later versions, repeats, and now and then a body that is too long for a frame.
//! Payloads hold everything JSON allows and nothing that is redacted, so they must come back byte for byte.

use std::fmt::Write;

use redtrail::clock::{Clock, SystemClock};
use redtrail::model::kind::{EntityKind, ItemKind, Kind};

use crate::store::make::Dice;

/// Bytes of a payload that does not fit into a frame.
const LONG_MIN: usize = 260 * 1024;
const LONG_MAX: usize = 400 * 1024;
/// Of 1,000 items so many have a long payload, and so many are sent again.
const LONG_PER_MILLE: usize = 4;
const AGAIN_PER_MILLE: usize = 50;
/// Items remembered, to be sent again.
const REMEMBERED: usize = 200;

/// Makes the items of one connection; ids begin with its name.
pub struct Traffic {
    dice: Dice,
    name: String,
    count: usize,
    /// Kind, id and number of versions sent of runs and pulls that have not ended.
    open: Vec<(Kind, String, u8)>,
    sent: Vec<String>,
}

impl Traffic {
    pub fn new(name: &str, seed: u64) -> Traffic {
        Traffic {
            dice: Dice(seed),
            name: name.to_owned(),
            count: 0,
            open: Vec::new(),
            sent: Vec::new(),
        }
    }

    /// The items of the next request: 1 to 100, each a line.
    pub fn next(&mut self) -> Vec<String> {
        let most = *self.dice.of(&[1, 3, 20, 100]);
        let count = 1 + self.dice.roll(most);
        let items: Vec<String> = (0..count).map(|_| self.item()).collect();
        self.sent
            .extend(items.iter().filter(|item| item.len() < LONG_MIN).cloned());
        let surplus = self.sent.len().saturating_sub(REMEMBERED);
        self.sent.drain(..surplus);
        items
    }

    fn item(&mut self) -> String {
        self.count += 1;
        if self.dice.roll(1000) < AGAIN_PER_MILLE && !self.sent.is_empty() {
            return self.dice.of(&self.sent).clone();
        }
        let id = format!("{}-{}", self.name, self.count);
        let now = SystemClock.now().to_string();
        if self.dice.chance(5) {
            let kind = EntityKind::Connection;
            return format!(
                r#"{{"kind":"{}","id":"{id}","updatedAt":"{now}","customerId":"c1","meta":{}}}"#,
                kind.name(),
                self.payload()
            );
        }
        let kind = *self.dice.of(&Kind::SENT);
        if matches!(kind, Kind::FlowRun | Kind::ExternalEventPull) {
            return self.version(kind, id, &now);
        }
        let (time, state, payload) = match kind {
            Kind::ApiRequest => ("createdAt", r#""isSuccess":true"#, "response"),
            Kind::ExternalWebhook => ("createdAt", r#""status":"success""#, "request"),
            Kind::ExternalEvent => ("createdAt", r#""status":"success""#, "payload"),
            Kind::InternalEvent => ("datetime", r#""status":"success""#, "event"),
            Kind::NodeRun => ("startTime", r#""status":"completed""#, "input"),
            _ => ("createdAt", r#""status":"error""#, "output"),
        };
        let node = match kind {
            Kind::NodeRun => format!(r#","flowRunId":"{}-fan","nodeKey":"n{}""#, self.name, self.dice.roll(2)),
            _ => String::new(),
        };
        format!(
            r#"{{"kind":"{}","id":"{id}"{node},"{time}":"{now}",{state},"customerId":"c{}","connectionId":"k{}","{payload}":{},"ours":{}}}"#,
            kind.name(),
            self.dice.roll(3),
            self.dice.roll(5),
            self.payload(),
            self.count
        )
    }

    /// The next version of an open record, or the first one of a new one. Each gives a payload of its own.
    fn version(&mut self, kind: Kind, id: String, now: &str) -> String {
        let open = self.open.iter().position(|(of, _, _)| *of == kind);
        let open = open.filter(|_| self.dice.chance(65));
        let (_, id, stage) = open.map_or((kind, id, 0), |at| self.open.swap_remove(at));
        let body = match (kind, stage) {
            (Kind::FlowRun, 0) => format!(r#""state":"queued","createdAt":"{now}","input":{}"#, self.payload()),
            (Kind::FlowRun, 1) => format!(r#""state":"running","startTime":"{now}","plan":{}"#, self.payload()),
            (Kind::FlowRun, _) => format!(r#""state":"failed","endTime":"{now}","output":{}"#, self.payload()),
            (_, 0) => format!(
                r#""status":"queued","startDatetime":"{now}","telemetry":{}"#,
                self.payload()
            ),
            (_, 1) => format!(r#""status":"running","cursor":{}"#, self.payload()),
            _ => format!(r#""status":"success","endDatetime":"{now}","found":{}"#, self.payload()),
        };
        let item = format!(
            r#"{{"kind":"{}","id":"{id}","updatedAt":"{now}","customerId":"c1",{body}}}"#,
            kind.name()
        );
        if stage < 2 {
            self.open.push((kind, id, stage + 1));
        }
        item
    }

    /// An object with the rare things of JSON and some text, or a lot of it.
    fn payload(&mut self) -> String {
        let length = if self.dice.roll(1000) < LONG_PER_MILLE {
            LONG_MIN + self.dice.roll(LONG_MAX - LONG_MIN)
        } else {
            self.dice.roll(1500)
        };
        let mut text = String::with_capacity(length + 16);
        while text.len() < length {
            // Nothing that compresses to a frame's size.
            let _ = write!(text, "{:012x} ", self.dice.roll(1 << 48));
        }
        format!(
            r#"{{"z":{n},"a":[1e400,-0.0,12345678901234567890123456789,true,null],"twice":1,"twice":"é","ünï":"\u00e9\ud83d\ude00 \ud800 \"x\" \\ \/ <b>&amp;","deep":{{"b":[[],{{}}],"a":{{"":""}}}},"text":"{text}"}}"#,
            n = self.dice.roll(1 << 40)
        )
    }
}

/// Kind and id of an item, and of a node run whose and which node's it is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name {
    pub kind: String,
    pub id: String,
    pub node: Option<(String, String)>,
}

impl Name {
    pub fn of(item: &str) -> Name {
        let text = |name: &str| {
            let raw = redtrail::model::json::member(item, name)?;
            Some(redtrail::model::json::string(raw)?.into_owned())
        };
        Name {
            kind: text("kind").unwrap(),
            id: text("id").unwrap(),
            node: text("flowRunId")
                .zip(text("nodeKey"))
                .filter(|_| text("kind").as_deref() == Some("node_run")),
        }
    }

    /// Where its list is.
    pub fn list(&self) -> String {
        match (&self.node, ItemKind::from_name(&self.kind).unwrap()) {
            (Some((run, node)), _) => format!("/api/v1/flow-runs/{run}/nodes/{node}/runs"),
            (None, ItemKind::Log(kind)) => format!("/api/v1/{}", kind.api_path().unwrap()),
            (None, ItemKind::Entity(kind)) => format!("/api/v1/{}", kind.api_path()),
        }
    }

    /// Where it is found itself.
    pub fn path(&self) -> String {
        format!("{}/{}", self.list(), self.id)
    }
}
