//! A folded record as it is shown.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::parts::{close, push_member};
use super::slot::{Entry, Family, NodePart, Slot};
use super::{Folded, fields};
use crate::model::json;
use crate::model::kind::{ItemKind, Kind};
use crate::model::state::State;
use crate::model::version::Mark;

/// Status codes from here on mean that an API request failed.
const FIRST_FAILED_STATUS: u32 = 400;

/// An error in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefError {
    pub kind: Option<String>,
    pub key: Option<String>,
    /// At most [`super::BRIEF_MESSAGE_CHARS`] characters.
    pub message: String,
}

impl Folded {
    /// The record's own state; for an API request without `isSuccess` from its `statusCode`.
    pub fn state(&self, kind: Kind) -> Option<State> {
        match kind {
            Kind::ApiRequest => match self.text("isSuccess").as_deref() {
                Some("true") => Some(State::Success),
                Some("false") => Some(State::Error),
                _ => {
                    let code: u32 = self.text("statusCode")?.parse().ok()?;
                    // 0 is how some senders say "no answer".
                    let failed = code >= FIRST_FAILED_STATUS || code == 0;
                    Some(if failed { State::Error } else { State::Success })
                }
            },
            Kind::FlowRun => State::of_word(kind, &self.text("state")?),
            _ => State::of_word(kind, &self.text("status")?),
        }
    }

    /// The decoded text of a top-level string, number or boolean.
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        json::scalar(&self.slots.field(name)?.text)
    }

    /// The decoded elements of a set of ids.
    pub fn ids(&self, name: &str) -> Vec<Cow<'_, str>> {
        self.members(name)
            .into_iter()
            .filter_map(|(text, _)| json::scalar(text))
            .collect()
    }

    /// `launchedBy.type`.
    pub fn launched_by_type(&self) -> Option<Cow<'_, str>> {
        let (_, entry) = self.keyed("launchedBy").find(|(key, _)| *key == "\"type\"")?;
        json::scalar(&entry.text)
    }

    /// `launchedBy.ids`.
    pub fn launched_by_ids(&self) -> Vec<Cow<'_, str>> {
        self.ids("launchedBy.ids")
    }

    /// Whether some entry of `nodes` counts errored runs.
    pub fn has_errored_nodes(&self) -> bool {
        self.slots.family(Family::Node).any(|(slot, entry)| match slot {
            Slot::Node(_, NodePart::Count(name)) => json::is_text(name, "erroredRuns") && &*entry.text != "0",
            _ => false,
        })
    }

    /// The JSON text of a top-level field as shown (merged fields put together).
    pub fn raw(&self, kind: Kind, name: &str) -> Option<Cow<'_, str>> {
        if let Some(entry) = self.trouble(kind, name) {
            return Some(Cow::Borrowed(&entry.text));
        }
        let given = &self.slots.field(name)?.text;
        let merged = match name {
            "logs" => self.shown_logs(),
            "outputs" => self.shown_outputs(),
            "nodes" => self.shown_nodes(),
            "launchedBy" => self.shown_launched_by(),
            _ if &**given == "[]" => self.shown_set(name),
            _ if &**given == "{}" => self.shown_by_key(name),
            _ => None,
        };
        Some(merged.map_or(Cow::Borrowed(given), Cow::Owned))
    }

    /// Every field as shown: known ones in the order of the table, then unknown ones by name.
    pub fn fields(&self, kind: Kind) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        let mut names: Vec<&str> = self.names(kind).into_iter().collect();
        names.sort_by_key(|name| {
            (
                fields::rule(ItemKind::Log(kind), name).map_or(usize::MAX, |(at, _)| at),
                *name,
            )
        });
        names
            .into_iter()
            .filter_map(|name| Some((Cow::Borrowed(name), self.raw(kind, name)?)))
            .collect()
    }

    fn names(&self, kind: Kind) -> BTreeSet<&str> {
        let mut names = BTreeSet::new();
        for slot in self.slots.keys() {
            match slot {
                Slot::Field(name) if &**name != "launchedBy.ids" => names.insert(&**name),
                Slot::Trouble(name, _) if self.trouble(kind, name).is_some() => names.insert(&**name),
                _ => false,
            };
        }
        names
    }

    /// The shown error in short, for lists. Works on the summary half.
    pub fn brief_error(&self, kind: Kind) -> Option<BriefError> {
        let entry = self.of_state(kind, Slot::Brief)?;
        let text = |name: &str| {
            json::member(&entry.text, name)
                .and_then(json::scalar)
                .map(Cow::into_owned)
        };
        Some(BriefError {
            kind: text("type"),
            key: text("key"),
            message: text("message").unwrap_or_default(),
        })
    }

    fn trouble(&self, kind: Kind, name: &str) -> Option<&Entry> {
        if !matches!(name, "error" | "errors") {
            return None;
        }
        self.of_state(kind, |state| Slot::Trouble(name.into(), state))
    }

    /// Trouble belongs to its state: the higher of what versions in the record's state said, and versions in none.
    fn of_state(&self, kind: Kind, slot: impl Fn(Option<State>) -> Slot) -> Option<&Entry> {
        let stateless = self.slots.get(&slot(None));
        let own = self.state(kind).and_then(|state| self.slots.get(&slot(Some(state))));
        match (own, stateless) {
            (Some(a), Some(b)) => Some(if a.version >= b.version { a } else { b }),
            (a, b) => a.or(b),
        }
    }

    /// Elements of a set in the order they are shown.
    fn members(&self, name: &str) -> Vec<(&str, &Entry)> {
        let members = self.slots.named(Family::Member, name);
        let mut all: Vec<(&str, &Entry)> = members
            .filter_map(|(slot, entry)| match slot {
                Slot::Member(_, element) => Some((&**element, entry)),
                _ => None,
            })
            .collect();
        all.sort_by_key(|(_, entry)| (entry.version, entry.place));
        all
    }

    fn shown_set(&self, name: &str) -> Option<String> {
        let members = self.members(name);
        (!members.is_empty()).then(|| array(members.into_iter().map(|(text, _)| text)))
    }

    fn keyed<'a>(&'a self, name: &'a str) -> impl Iterator<Item = (&'a str, &'a Entry)> {
        let keyed = self.slots.named(Family::ByKey, name);
        keyed.filter_map(|(slot, entry)| match slot {
            Slot::ByKey(_, key) => Some((&**key, entry)),
            _ => None,
        })
    }

    fn shown_by_key(&self, name: &str) -> Option<String> {
        let mut inside = String::new();
        for (key, entry) in self.keyed(name) {
            push_member(&mut inside, key, &entry.text);
        }
        (!inside.is_empty()).then(|| close(inside, "{}"))
    }

    fn shown_launched_by(&self) -> Option<String> {
        let mut inside = String::new();
        for (key, entry) in self.keyed("launchedBy") {
            push_member(&mut inside, key, &entry.text);
        }
        if self.slots.field("launchedBy.ids").is_some() {
            let ids = self.shown_set("launchedBy.ids").unwrap_or_else(|| "[]".into());
            push_member(&mut inside, "\"ids\"", &ids);
        }
        (!inside.is_empty()).then(|| close(inside, "{}"))
    }

    fn shown_nodes(&self) -> Option<String> {
        let mut nodes: Vec<(&str, String)> = Vec::new();
        for (slot, entry) in self.slots.family(Family::Node) {
            let Slot::Node(key, part) = slot else { break };
            if nodes.last().is_none_or(|(last, _)| *last != &**key) {
                nodes.push((key, String::new()));
            }
            let Some((_, inside)) = nodes.last_mut() else { break };
            match part {
                NodePart::State => push_member(inside, "\"state\"", &entry.text),
                NodePart::Other(name) if name.is_empty() => {}
                NodePart::Count(name) | NodePart::Other(name) => push_member(inside, name, &entry.text),
            }
        }
        let mut all = String::new();
        for (key, inside) in nodes {
            push_member(&mut all, key, &close(inside, "{}"));
        }
        (!all.is_empty()).then(|| close(all, "{}"))
    }

    /// Outputs in the order they are shown: JSON text and the entry that holds their marks.
    fn outputs(&self) -> Vec<(Cow<'_, str>, &Entry)> {
        let whole = |id: &str, placed| -> (Cow<'_, str>, &Entry) {
            let Some((_, entry)) = self.slots.named(Family::Output, id).next() else {
                return (Cow::Owned(id.into()), placed);
            };
            let runs = self.slots.named(Family::OutputRun, id);
            let runs = runs.filter_map(|(slot, entry)| match slot {
                Slot::OutputRun(_, run) => Some((&**run, entry)),
                _ => None,
            });
            let mut runs: Vec<(&str, &Entry)> = runs.collect();
            if runs.is_empty() {
                return (Cow::Borrowed(&entry.text), entry);
            }
            runs.sort_by_key(|(_, entry)| (entry.version, entry.place));
            let runs = array(runs.into_iter().map(|(run, _)| run).filter(|run| !run.is_empty()));
            let mut inside = entry
                .text
                .get(1..entry.text.len().saturating_sub(1))
                .unwrap_or_default()
                .to_owned();
            push_member(&mut inside, "\"downstreamRuns\"", &runs);
            (Cow::Owned(close(inside, "{}")), entry)
        };
        self.members("outputs")
            .into_iter()
            .map(|(id, placed)| whole(id, placed))
            .collect()
    }

    fn shown_outputs(&self) -> Option<String> {
        let outputs = self.outputs();
        (!outputs.is_empty()).then(|| array(outputs.iter().map(|(text, _)| &**text)))
    }

    fn logs(&self) -> Vec<(&str, &Entry)> {
        let mut all: Vec<(&str, u32, &Entry)> = self
            .slots
            .family(Family::Log)
            .filter_map(|(slot, entry)| match slot {
                Slot::Log(text, nth) => Some((&**text, *nth, entry)),
                _ => None,
            })
            .collect();
        all.sort_by(|a, b| {
            (a.2.time, a.2.version, a.2.place, a.0, a.1).cmp(&(b.2.time, b.2.version, b.2.place, b.0, b.1))
        });
        all.into_iter().map(|(text, _, entry)| (text, entry)).collect()
    }

    fn shown_logs(&self) -> Option<String> {
        let logs = self.logs();
        (!logs.is_empty()).then(|| array(logs.into_iter().map(|(text, _)| text)))
    }

    /// Places of the shown fields that are not as sent, with whole JSON Pointers.
    pub fn marks(&self, kind: Kind) -> Vec<Mark> {
        let mut all = Vec::new();
        let mut add = |base: &[&str], entry: &Entry| {
            for mark in &entry.marks {
                let base: String = base
                    .iter()
                    .flat_map(|token| ["/".into(), json::pointer_token(token)])
                    .collect();
                all.push(Mark {
                    path: (base + &mark.path).into(),
                    what: mark.what.clone(),
                });
            }
        };
        for name in self.names(kind) {
            if let Some(entry) = self.trouble(kind, name).or_else(|| self.slots.field(name)) {
                add(&[name], entry);
            }
            for (key, entry) in self.keyed(name) {
                add(&[name, &json::string(key).unwrap_or_default()], entry);
            }
            if name == "nodes" {
                for (slot, entry) in self.slots.family(Family::Node) {
                    let Slot::Node(key, part) = slot else { continue };
                    let key = json::string(key).unwrap_or_default();
                    match part {
                        NodePart::State => add(&[name, &key, "state"], entry),
                        NodePart::Other(member) if member.is_empty() => add(&[name, &key], entry),
                        NodePart::Count(member) | NodePart::Other(member) => {
                            add(&[name, &key, &json::string(member).unwrap_or_default()], entry);
                        }
                    }
                }
            }
            let set = if name == "launchedBy" { "launchedBy.ids" } else { name };
            let elements: Vec<&Entry> = match name {
                "outputs" => self.outputs().into_iter().map(|(_, entry)| entry).collect(),
                "logs" => self.logs().into_iter().map(|(_, entry)| entry).collect(),
                _ => self.members(set).into_iter().map(|(_, entry)| entry).collect(),
            };
            for (at, entry) in elements.into_iter().enumerate() {
                add(&[name, &at.to_string()], entry);
            }
        }
        all
    }
}

fn array<'a>(elements: impl Iterator<Item = &'a str>) -> String {
    let mut inside = String::new();
    for element in elements {
        if !inside.is_empty() {
            inside.push(',');
        }
        inside.push_str(element);
    }
    close(inside, "[]")
}
