//! The parts of a record that merge by themselves, and which of two sayings of a part stands.

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::model::state::State;
use crate::model::time::Micros;
use crate::model::version::{Mark, Order};

/// One part of a record. The order of the variants and their fields is that of the encoding: append only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum Slot {
    /// A whole top-level member; of merged members `[]` or `{}`, which says that it was given at all.
    Field(Box<str>),
    /// `error` or `errors` of versions in this state.
    Trouble(Box<str>, Option<State>),
    /// The same in short, for lists.
    Brief(Option<State>),
    /// An element of a set, by its JSON text.
    Member(Box<str>, Box<str>),
    /// A member of an object that merges by key, by its key as written.
    ByKey(Box<str>, Box<str>),
    /// A part of an entry of `nodes`, by its key as written.
    Node(Box<str>, NodePart),
    /// An entry of `outputs` without its `downstreamRuns`, by the JSON text of its id.
    Output(Box<str>),
    /// An element of an output's `downstreamRuns`; the empty text says that there were some or none.
    OutputRun(Box<str>, Box<str>),
    /// A log entry: its JSON text, and how many equal ones stand before it in its version.
    Log(Box<str>, u32),
}

/// The variants of [`Slot`], in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Family {
    Field,
    Trouble,
    Brief,
    Member,
    ByKey,
    Node,
    Output,
    OutputRun,
    Log,
}

impl Slot {
    /// Family and first text: slots are ordered by them first.
    pub(super) fn place(&self) -> (Family, &str) {
        match self {
            Slot::Field(name) => (Family::Field, name),
            Slot::Trouble(name, _) => (Family::Trouble, name),
            Slot::Brief(_) => (Family::Brief, ""),
            Slot::Member(name, _) => (Family::Member, name),
            Slot::ByKey(name, _) => (Family::ByKey, name),
            Slot::Node(key, _) => (Family::Node, key),
            Slot::Output(id) => (Family::Output, id),
            Slot::OutputRun(id, _) => (Family::OutputRun, id),
            Slot::Log(text, _) => (Family::Log, text),
        }
    }

    /// What it takes encoded, at most.
    pub(super) fn bytes(&self) -> usize {
        let second = match self {
            Slot::Member(_, text) | Slot::ByKey(_, text) | Slot::OutputRun(_, text) => text.len(),
            Slot::Node(_, NodePart::Count(name) | NodePart::Other(name)) => name.len(),
            _ => 0,
        };
        self.place().1.len().saturating_add(second).saturating_add(24)
    }

    /// Said twice in one version, the first counts of elements of a set, and the last of everything that has a key.
    pub(super) fn is_first_kept(&self) -> bool {
        matches!(self, Slot::Member(..) | Slot::OutputRun(..) | Slot::Log(..))
    }
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub(super) enum NodePart {
    State,
    /// `runs`, `erroredRuns` or `outputs`.
    Count(Box<str>),
    Other(Box<str>),
}

/// What a part's text is, and which version said so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Index into the fold's versions.
    pub(super) version: u32,
    /// Place in its array.
    pub(super) place: u32,
    /// Of a log entry: its time, else that of the entry before it.
    pub(super) time: Option<Micros>,
    pub(super) text: Box<str>,
    pub(super) marks: Vec<Mark>,
}

impl Entry {
    /// What it takes encoded, at most.
    pub(super) fn bytes(&self) -> usize {
        let marks = self.marks.iter().map(|mark| mark.path.len().saturating_add(40));
        marks.sum::<usize>().saturating_add(self.text.len()).saturating_add(32)
    }
}

/// An [`Entry`] on its way to be encoded; has its shape.
#[derive(Debug, Serialize)]
pub(super) struct EntryRef<'a> {
    pub(super) version: u32,
    place: u32,
    time: Option<Micros>,
    text: &'a str,
    marks: &'a [Mark],
}

impl<'a> EntryRef<'a> {
    pub(super) fn of(entry: &'a Entry) -> EntryRef<'a> {
        EntryRef {
            version: entry.version,
            place: entry.place,
            time: entry.time,
            text: &entry.text,
            marks: &entry.marks,
        }
    }
}

/// `Greater`: the second saying stands instead of the first.
pub(super) fn compare(slot: &Slot, first: (&Entry, &Order), second: (&Entry, &Order)) -> Ordering {
    let newer = || {
        (second.1, second.0.place, &second.0.text, &second.0.marks).cmp(&(
            first.1,
            first.0.place,
            &first.0.text,
            &first.0.marks,
        ))
    };
    match slot {
        Slot::Field(_) | Slot::Trouble(..) | Slot::Brief(_) | Slot::ByKey(..) | Slot::Output(_) => newer(),
        Slot::Node(_, NodePart::Other(_)) => newer(),
        // The lowest version that holds it decides where it is shown.
        Slot::Member(..) | Slot::OutputRun(..) | Slot::Log(..) => (
            first.1,
            first.0.place,
            first.0.time,
            &first.0.marks,
        )
            .cmp(&(second.1, second.0.place, second.0.time, &second.0.marks)),
        Slot::Node(_, NodePart::State) => node_weight(&second.0.text)
            .cmp(&node_weight(&first.0.text))
            .then_with(newer),
        Slot::Node(_, NodePart::Count(_)) => count(&second.0.text).cmp(&count(&first.0.text)).then_with(newer),
    }
}

/// Rank and trouble of a node's state word; a word we do not know weighs least.
fn node_weight(text: &str) -> (u8, u8) {
    match text.trim_matches('"') {
        "running" => (1, 0),
        "completed" => (2, 0),
        "stopped" => (2, 1),
        "failed" => (2, 2),
        _ => (0, 0),
    }
}

fn count(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}
