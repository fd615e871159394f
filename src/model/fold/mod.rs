//! Versions of one record become the record: a merge that is commutative, associative and idempotent.
//!
//! A record is kept as its parts (`slot.rs`), each with the version that said it. Of two sayings of a part one
//! stands, by an order that depends on nothing but the two; so it does not matter in which order, or how
//! often, versions arrive. Versions that no part refers to are forgotten, so equal contents are equal values.

mod hidden;
mod parts;
mod slot;
mod slots;
mod view;

use std::cmp::Ordering;

use serde::{Deserialize, Serialize};

use super::fields::{self, Part};
use super::kind::{ItemKind, Kind};
use super::version::{Order, Version};
use super::words;
use slot::{Entry, EntryRef, Slot};
use slots::Slots;

pub use parts::{BRIEF_MESSAGE_CHARS, count};
pub use view::BriefError;

/// Everything the versions of one record said, in the form that merges.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(try_from = "Stored")]
pub struct Folded {
    /// Ascending, without repeats, only those some slot refers to.
    versions: Vec<Order>,
    slots: Slots,
}

/// A fold as read back, before its references are checked.
#[derive(Deserialize)]
struct Stored {
    versions: Vec<Order>,
    slots: Slots,
}

impl TryFrom<Stored> for Folded {
    type Error = &'static str;

    fn try_from(stored: Stored) -> Result<Folded, &'static str> {
        if !stored.versions.is_sorted_by(|a, b| a < b) {
            return Err("versions out of order");
        }
        if !stored.slots.is_sorted() {
            return Err("parts out of order");
        }
        let known = stored.versions.len();
        if stored
            .slots
            .values()
            .any(|entry| usize::try_from(entry.version).map_or(true, |at| at >= known))
        {
            return Err("a part of a version that is not there");
        }
        Ok(Folded {
            versions: stored.versions,
            slots: stored.slots,
        })
    }
}

impl Folded {
    /// One version by itself.
    pub fn of(version: &Version) -> Folded {
        let slots = parts::Parts::of(version.key.kind(), version.state, &version.fields);
        let versions = if slots.is_empty() {
            Vec::new()
        } else {
            vec![version.order]
        };
        Folded { versions, slots }
    }

    /// Takes over what another fold of the same record says. `true` when anything changed: a version that
    /// changes nothing is a duplicate.
    pub fn merge(&mut self, other: &Folded) -> bool {
        let is_better = |slot: &Slot, ours: &Entry, theirs: &Entry| {
            stands_instead(slot, (ours, &self.versions), (theirs, &other.versions))
        };
        if !self.slots.would_take(&other.slots, is_better) {
            return false;
        }
        let mut versions: Vec<Order> = self.versions.iter().chain(&other.versions).copied().collect();
        versions.sort_unstable();
        versions.dedup();
        let ours = places(&self.versions, &versions);
        let theirs = places(&other.versions, &versions);
        for entry in self.slots.values_mut() {
            entry.version = moved(&ours, entry.version);
        }
        let stands = |slot: &Slot, ours: &Entry, theirs: &Entry| {
            stands_instead(slot, (ours, &versions), (theirs, &other.versions))
        };
        let copy = |entry: &Entry| Entry {
            version: moved(&theirs, entry.version),
            ..entry.clone()
        };
        self.slots.take(&other.slots, stands, copy);
        self.versions = versions;
        self.forget_unused();
        true
    }

    /// The summary half and the body half; [`Folded::merge`] of both gives the whole again, and halves of
    /// several folds merge to the halves of the merged fold.
    pub fn split(self, kind: Kind) -> (Folded, Folded) {
        let (summary, body) = self.slots.partition(|slot| is_summary(kind, slot));
        let mut summary = Folded {
            versions: self.versions.clone(),
            slots: summary,
        };
        let mut body = Folded {
            versions: self.versions,
            slots: body,
        };
        summary.forget_unused();
        body.forget_unused();
        (summary, body)
    }

    /// What [`Folded::split`] gives, only to be encoded: reads back as the two halves.
    pub fn halves(&self, kind: Kind) -> (Half<'_>, Half<'_>) {
        let mut halves = (Half::default(), Half::default());
        for (slot, entry) in self.slots.iter() {
            let half = if is_summary(kind, slot) {
                &mut halves.0
            } else {
                &mut halves.1
            };
            half.slots.push((slot, EntryRef::of(entry)));
        }
        halves.0.refer_to(&self.versions);
        halves.1.refer_to(&self.versions);
        halves
    }

    /// What it takes, roughly: no encoding of it is longer.
    pub fn bytes(&self) -> usize {
        let parts = self
            .slots
            .iter()
            .map(|(slot, entry)| slot.bytes().saturating_add(entry.bytes()));
        parts
            .sum::<usize>()
            .saturating_add(self.versions.len().saturating_mul(64))
    }

    /// Hashes of the words of everything its versions said, sorted, none twice.
    pub fn words(&self, kind: Kind) -> Vec<u32> {
        let mut hashes = Vec::new();
        for (slot, entry) in self.slots.iter() {
            let (name, inside) = match slot {
                Slot::Field(name) | Slot::Trouble(name, _) => (&**name, ""),
                Slot::Member(name, inside) | Slot::ByKey(name, inside) => (&**name, &**inside),
                Slot::Output(_) | Slot::OutputRun(..) => ("outputs", ""),
                Slot::Log(text, _) => ("logs", &**text),
                Slot::Brief(_) | Slot::Node(..) => continue,
            };
            if words::is_text(kind, name) {
                words::hash_json(inside, &mut hashes);
                words::hash_json(&entry.text, &mut hashes);
            }
        }
        hashes.sort_unstable();
        hashes.dedup();
        hashes
    }

    /// The highest version some part of it comes from.
    pub fn order(&self) -> Option<&Order> {
        self.versions.last()
    }

    fn forget_unused(&mut self) {
        let mut used = vec![false; self.versions.len()];
        for entry in self.slots.values() {
            if let Some(used) = usize::try_from(entry.version).ok().and_then(|at| used.get_mut(at)) {
                *used = true;
            }
        }
        if used.iter().all(|used| *used) {
            return;
        }
        let mut next = 0;
        let moves: Vec<u32> = used
            .iter()
            .map(|used| {
                let at = next;
                next += u32::from(*used);
                at
            })
            .collect();
        for entry in self.slots.values_mut() {
            entry.version = moved(&moves, entry.version);
        }
        let mut used = used.into_iter();
        self.versions.retain(|_| used.next().unwrap_or(false));
    }
}

/// A half of a fold on its way to be encoded; has the shape of a [`Folded`].
#[derive(Debug, Default, Serialize)]
pub struct Half<'a> {
    versions: Vec<Order>,
    slots: Vec<(&'a Slot, EntryRef<'a>)>,
}

impl Half<'_> {
    /// Keeps those of the whole's versions that its parts refer to.
    fn refer_to(&mut self, versions: &[Order]) {
        let mut used: Vec<u32> = self.slots.iter().map(|(_, entry)| entry.version).collect();
        used.sort_unstable();
        used.dedup();
        let order = |at: &u32| versions.get(usize::try_from(*at).ok()?).copied();
        self.versions = used.iter().filter_map(order).collect();
        for (_, entry) in &mut self.slots {
            entry.version = used.partition_point(|at| *at < entry.version) as u32;
        }
    }
}

/// Whether the second saying of a part, with the versions it refers to, stands instead of the first.
fn stands_instead(slot: &Slot, first: (&Entry, &[Order]), second: (&Entry, &[Order])) -> bool {
    let order = |(entry, versions): (&Entry, &[Order])| versions.get(usize::try_from(entry.version).ok()?).copied();
    match (order(first), order(second)) {
        (Some(a), Some(b)) => slot::compare(slot, (first.0, &a), (second.0, &b)) == Ordering::Greater,
        _ => false,
    }
}

/// For each version of `some` its place among `all`, which holds them.
fn places(some: &[Order], all: &[Order]) -> Vec<u32> {
    some.iter()
        .map(|order| all.partition_point(|other| other < order) as u32)
        .collect()
}

fn moved(moves: &[u32], version: u32) -> u32 {
    usize::try_from(version)
        .ok()
        .and_then(|at| moves.get(at))
        .copied()
        .unwrap_or_default()
}

fn is_summary(kind: Kind, slot: &Slot) -> bool {
    let name = match slot {
        Slot::Brief(_) => return true,
        Slot::Trouble(..) => return false,
        Slot::Node(..) => "nodes",
        Slot::Output(_) | Slot::OutputRun(..) => "outputs",
        Slot::Log(..) => "logs",
        Slot::Field(name) | Slot::Member(name, _) | Slot::ByKey(name, _) => {
            if &**name == "launchedBy.ids" {
                "launchedBy"
            } else {
                name
            }
        }
    };
    fields::rule(ItemKind::Log(kind), name).is_some_and(|(_, rule)| rule.part == Part::Summary)
}
