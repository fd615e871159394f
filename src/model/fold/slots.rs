//! The parts of a record in their order: a sorted list, since records are built, read and written whole far more often
//! than a part of them is looked for.

use serde::{Deserialize, Serialize};

use super::slot::{Entry, Family, Slot};

/// Parts that stand beside each other.
type Neighbours<'a> = std::iter::Map<std::slice::Iter<'a, (Slot, Entry)>, fn(&(Slot, Entry)) -> (&Slot, &Entry)>;

/// Ascending by slot, none twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Slots(Vec<(Slot, Entry)>);

impl Slots {
    /// Of parts in the order they were said; of equal slots the one stands that [`Slot::is_first_kept`] says.
    pub(super) fn of(mut said: Vec<(Slot, Entry)>) -> Slots {
        said.sort_by(|(a, _), (b, _)| a.cmp(b));
        // `dedup_by` drops its first argument, the later one, so the values are exchanged where that one stands.
        said.dedup_by(|later, earlier| {
            let is_same = later.0 == earlier.0;
            if is_same && !later.0.is_first_kept() {
                std::mem::swap(&mut later.1, &mut earlier.1);
            }
            is_same
        });
        Slots(said)
    }

    pub(super) fn is_sorted(&self) -> bool {
        self.0.is_sorted_by(|(a, _), (b, _)| a < b)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Slot, &Entry)> {
        self.0.iter().map(|(slot, entry)| (slot, entry))
    }

    pub(super) fn keys(&self) -> impl Iterator<Item = &Slot> {
        self.0.iter().map(|(slot, _)| slot)
    }

    pub(super) fn values(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter().map(|(_, entry)| entry)
    }

    pub(super) fn values_mut(&mut self) -> impl Iterator<Item = &mut Entry> {
        self.0.iter_mut().map(|(_, entry)| entry)
    }

    pub(super) fn get(&self, slot: &Slot) -> Option<&Entry> {
        let at = self.0.binary_search_by(|(other, _)| other.cmp(slot)).ok()?;
        self.0.get(at).map(|(_, entry)| entry)
    }

    /// A whole top-level member.
    pub(super) fn field(&self, name: &str) -> Option<&Entry> {
        self.named(Family::Field, name).next().map(|(_, entry)| entry)
    }

    /// The parts of a family under one name, in their order.
    pub(super) fn named(&self, family: Family, name: &str) -> Neighbours<'_> {
        self.between(
            |slot| slot.place() < (family, name),
            |slot| slot.place() <= (family, name),
        )
    }

    /// Every part of a family, in their order.
    pub(super) fn family(&self, family: Family) -> Neighbours<'_> {
        self.between(|slot| slot.place().0 < family, |slot| slot.place().0 <= family)
    }

    /// The parts from the first for which `before` does not hold to the last for which `upto` does.
    fn between(&self, before: impl Fn(&Slot) -> bool, upto: impl Fn(&Slot) -> bool) -> Neighbours<'_> {
        let from = self.0.partition_point(|(slot, _)| before(slot));
        let rest = self.0.get(from..).unwrap_or_default();
        let length = rest.partition_point(|(slot, _)| upto(slot));
        let found = rest.get(..length).unwrap_or_default();
        found.iter().map(|(slot, entry)| (slot, entry))
    }

    /// Parts for which `first` holds, and the others.
    pub(super) fn partition(self, first: impl Fn(&Slot) -> bool) -> (Slots, Slots) {
        let (a, b) = self.0.into_iter().partition(|(slot, _)| first(slot));
        (Slots(a), Slots(b))
    }

    /// Whether [`Slots::take`] would take anything.
    pub(super) fn would_take(&self, others: &Slots, stands: impl Fn(&Slot, &Entry, &Entry) -> bool) -> bool {
        others
            .iter()
            .any(|(slot, theirs)| self.get(slot).is_none_or(|ours| stands(slot, ours, theirs)))
    }

    /// Takes over copies of another record's parts, each where it is missing or `stands` says that it stands instead
    /// of ours, given (slot, ours, theirs).
    pub(super) fn take(
        &mut self,
        others: &Slots,
        stands: impl Fn(&Slot, &Entry, &Entry) -> bool,
        copy: impl Fn(&Entry) -> Entry,
    ) {
        let mut merged = Vec::with_capacity(self.0.len().max(others.0.len()));
        let mut ours = std::mem::take(&mut self.0).into_iter().peekable();
        for (slot, theirs) in others.iter() {
            while let Some(before) = ours.next_if(|(own, _)| own < slot) {
                merged.push(before);
            }
            match ours.next_if(|(own, _)| own == slot) {
                Some((slot, own)) if !stands(&slot, &own, theirs) => merged.push((slot, own)),
                Some((slot, _)) => merged.push((slot, copy(theirs))),
                None => merged.push((slot.clone(), copy(theirs))),
            }
        }
        merged.extend(ours);
        self.0 = merged;
    }
}
