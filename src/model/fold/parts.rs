//! A version taken apart into the parts that merge by themselves.

use std::collections::HashMap;

use super::slot::{Entry, NodePart, Slot};
use super::slots::Slots;
use crate::model::fields::{self, Merge};
use crate::model::json;
use crate::model::kind::{ItemKind, Kind};
use crate::model::state::State;
use crate::model::time::Micros;
use crate::model::version::{Field, Mark};

/// Characters of an error's message that lists keep.
pub const BRIEF_MESSAGE_CHARS: usize = 300;

/// Collects the parts of one version.
pub(super) struct Parts {
    state: Option<State>,
    said: Vec<(Slot, Entry)>,
}

impl Parts {
    pub(super) fn of(kind: Kind, state: Option<State>, given: &[Field]) -> Slots {
        let mut parts = Parts {
            state,
            said: Vec::with_capacity(given.len()),
        };
        for field in given {
            let merge = fields::rule(ItemKind::Log(kind), &field.name).map_or(Merge::Overlay, |(_, rule)| rule.merge);
            parts.take(merge, field);
        }
        Slots::of(parts.said)
    }

    fn take(&mut self, merge: Merge, field: &Field) {
        let name = &field.name;
        let is_array = field.raw.starts_with('[');
        let is_object = field.raw.starts_with('{');
        match merge {
            Merge::PerState => {
                if let Some(brief) = brief(&field.raw) {
                    self.put(Slot::Brief(self.state), 0, brief, Vec::new());
                }
                self.put(
                    Slot::Trouble(name.clone(), self.state),
                    0,
                    field.raw.clone(),
                    field.marks.clone(),
                );
            }
            Merge::Set if is_array => self.set(name, &field.raw, &field.marks),
            Merge::ByKey if is_object => self.by_key(name, &field.raw, &field.marks, |_| true),
            Merge::LaunchedBy if is_object => {
                let ids = json::member(&field.raw, "ids");
                self.by_key(name, &field.raw, &field.marks, |key| !json::is_text(key, "ids"));
                if let Some(ids) = ids {
                    self.set("launchedBy.ids", ids, &below(&field.marks, "ids"));
                }
            }
            Merge::NodeCounts if is_object => self.nodes(name, &field.raw, &field.marks),
            Merge::Outputs if is_array => self.outputs(name, &field.raw, &field.marks),
            Merge::Logs if is_array => self.logs(name, &field.raw, &field.marks),
            _ => self.put(Slot::Field(name.clone()), 0, field.raw.clone(), field.marks.clone()),
        }
    }

    fn put(&mut self, slot: Slot, place: u32, text: Box<str>, marks: Vec<Mark>) {
        let entry = Entry {
            version: 0,
            place,
            time: None,
            text,
            marks,
        };
        self.said.push((slot, entry));
    }

    /// A part that says nothing but that it is there.
    fn put_element(&mut self, slot: Slot, place: u32, time: Option<Micros>, marks: Vec<Mark>) {
        let entry = Entry {
            version: 0,
            place,
            time,
            text: "".into(),
            marks,
        };
        self.said.push((slot, entry));
    }

    fn given(&mut self, name: &str, empty: &str) {
        self.put(Slot::Field(name.into()), 0, empty.into(), Vec::new());
    }

    fn set(&mut self, name: &str, array: &str, marks: &[Mark]) {
        self.given(name, "[]");
        for (place, element) in (0u32..).zip(json::elements(array)) {
            let marks = below(marks, &place.to_string());
            self.put_element(Slot::Member(name.into(), element.into()), place, None, marks);
        }
    }

    fn by_key(&mut self, name: &str, object: &str, marks: &[Mark], wanted: impl Fn(&str) -> bool) {
        self.given(name, "{}");
        for (key, value) in json::members(object).filter(|(key, _)| wanted(key)) {
            let marks = below(marks, &json::string(key).unwrap_or_default());
            self.put(Slot::ByKey(name.into(), key.into()), 0, value.into(), marks);
        }
    }

    fn nodes(&mut self, name: &str, object: &str, marks: &[Mark]) {
        self.given(name, "{}");
        for (key, node) in json::members(object) {
            let marks = below(marks, &json::string(key).unwrap_or_default());
            if !node.starts_with('{') {
                self.put(
                    Slot::Node(key.into(), NodePart::Other("".into())),
                    0,
                    node.into(),
                    marks,
                );
                continue;
            }
            for (member, value) in json::members(node) {
                let decoded = json::string(member).unwrap_or_default();
                let part = match &*decoded {
                    "state" => NodePart::State,
                    "runs" | "erroredRuns" | "outputs" => NodePart::Count(member.into()),
                    _ => NodePart::Other(member.into()),
                };
                self.put(Slot::Node(key.into(), part), 0, value.into(), below(&marks, &decoded));
            }
            // A node named without anything about it is named all the same.
            if json::members(node).next().is_none() {
                self.put(
                    Slot::Node(key.into(), NodePart::Other("".into())),
                    0,
                    "".into(),
                    Vec::new(),
                );
            }
        }
    }

    fn outputs(&mut self, name: &str, array: &str, marks: &[Mark]) {
        self.given(name, "[]");
        for (place, output) in (0u32..).zip(json::elements(array)) {
            let marks = below(marks, &place.to_string());
            let Some(id) = json::member(output, "id") else {
                self.put_element(Slot::Member(name.into(), output.into()), place, None, marks);
                continue;
            };
            self.put_element(Slot::Member(name.into(), id.into()), place, None, Vec::new());
            let mut rest = String::with_capacity(output.len());
            for (key, value) in json::members(output).filter(|(key, _)| !json::is_text(key, "downstreamRuns")) {
                push_member(&mut rest, key, value);
            }
            self.put(Slot::Output(id.into()), place, close(rest, "{}").into(), marks);
            if let Some(runs) = json::member(output, "downstreamRuns") {
                self.put_element(Slot::OutputRun(id.into(), "".into()), 0, None, Vec::new());
                for (place, run) in (1u32..).zip(json::elements(runs)) {
                    self.put_element(Slot::OutputRun(id.into(), run.into()), place, None, Vec::new());
                }
            }
        }
    }

    fn logs(&mut self, name: &str, array: &str, marks: &[Mark]) {
        self.given(name, "[]");
        let mut equal: HashMap<&str, u32> = HashMap::new();
        let mut time = None;
        for (place, entry) in (0u32..).zip(json::elements(array)) {
            let own = json::member(entry, "time")
                .and_then(json::string)
                .and_then(|text| Micros::parse(&text));
            time = own.or(time);
            let nth = equal.entry(entry).or_default();
            self.put_element(
                Slot::Log(entry.into(), *nth),
                place,
                time,
                below(marks, &place.to_string()),
            );
            *nth += 1;
        }
    }
}

/// How many parts a field would become, at most.
pub fn count(kind: Kind, field: &Field) -> usize {
    let merge = fields::rule(ItemKind::Log(kind), &field.name).map_or(Merge::Overlay, |(_, rule)| rule.merge);
    let inside = |object: &str| json::members(object).count().max(1);
    match merge {
        Merge::Overlay | Merge::PerState => 1,
        Merge::Set | Merge::Logs => json::elements(&field.raw).count(),
        Merge::ByKey => json::members(&field.raw).count(),
        Merge::LaunchedBy => json::member(&field.raw, "ids").map_or(1, |ids| json::elements(ids).count()),
        Merge::NodeCounts => json::members(&field.raw).map(|(_, node)| inside(node)).sum(),
        Merge::Outputs => json::elements(&field.raw)
            .map(|output| {
                let runs = json::member(output, "downstreamRuns");
                runs.map_or(0, |runs| json::elements(runs).count()).saturating_add(2)
            })
            .sum(),
    }
}

/// The marks below one token of a pointer, with the rest of their paths.
fn below(marks: &[Mark], token: &str) -> Vec<Mark> {
    if marks.is_empty() {
        return Vec::new();
    }
    let token = json::pointer_token(token);
    let rest = |path: &str| -> Option<Box<str>> {
        let rest = path.strip_prefix('/')?.strip_prefix(&*token)?;
        (rest.is_empty() || rest.starts_with('/')).then(|| rest.into())
    };
    marks
        .iter()
        .filter_map(|mark| {
            Some(Mark {
                path: rest(&mark.path)?,
                what: mark.what.clone(),
            })
        })
        .collect()
}

/// `{type, key, message}` of an error, or of the first of several.
fn brief(raw: &str) -> Option<Box<str>> {
    let error = if raw.starts_with('[') {
        json::elements(raw).next()?
    } else {
        raw
    };
    let mut out = String::new();
    for name in ["type", "key"] {
        if let Some(value) = json::member(error, name).filter(|value| value.len() <= 200) {
            push_member(&mut out, &json::quote(name), value);
        }
    }
    let message = json::member(error, "message")
        .and_then(json::string)
        .unwrap_or_default();
    let short: String = message.chars().take(BRIEF_MESSAGE_CHARS).collect();
    push_member(&mut out, "\"message\"", &json::quote(&short));
    Some(close(out, "{}").into())
}

/// Adds `key:value` to the inside of an object.
pub(super) fn push_member(out: &mut String, key: &str, value: &str) {
    if !out.is_empty() {
        out.push(',');
    }
    out.push_str(key);
    out.push(':');
    out.push_str(value);
}

/// Puts the inside of an object or array between its brackets.
pub(super) fn close(inside: String, brackets: &str) -> String {
    let (open, shut) = brackets.split_at(1);
    format!("{open}{inside}{shut}")
}
