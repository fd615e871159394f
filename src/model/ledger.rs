//! The receipt ledger: per source and minute what was received, so that "were we receiving then?" has an answer.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::problem::ProblemKey;
use super::time::Micros;

/// An hour of one source: 60 slots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerHour {
    /// Start of the hour.
    pub hour: Micros,
    /// By minute of the hour; only minutes that received something.
    pub minutes: BTreeMap<u8, LedgerMinute>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LedgerMinute {
    pub accepted: u32,
    pub duplicates: u32,
    /// By problem key.
    pub refused: BTreeMap<Box<str>, u32>,
    /// Largest `receivedAt` − time, microseconds.
    pub largest_delay: i64,
    /// Largest time − `receivedAt`, microseconds: how far its sender's clock is ahead of ours, at least.
    pub largest_ahead: i64,
    /// Of those accepted, versions whose record then had no customer: none was named and none could be derived.
    pub unowned: u32,
}

/// What one request adds to a source's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    pub accepted: u32,
    pub duplicates: u32,
    pub refused: Vec<ProblemKey>,
    pub largest_delay: i64,
    pub largest_ahead: i64,
    pub unowned: u32,
}

impl LedgerHour {
    pub fn new(at: Micros) -> LedgerHour {
        LedgerHour {
            hour: Micros(at.0.div_euclid(super::time::HOUR) * super::time::HOUR),
            minutes: BTreeMap::new(),
        }
    }

    /// Adds what was received at a time of this hour.
    pub fn add(&mut self, at: Micros, receipt: &Receipt) {
        let minute = (at.0.rem_euclid(super::time::HOUR) / super::time::MINUTE) as u8;
        let slot = self.minutes.entry(minute).or_default();
        slot.accepted = slot.accepted.saturating_add(receipt.accepted);
        slot.duplicates = slot.duplicates.saturating_add(receipt.duplicates);
        for key in &receipt.refused {
            let count = slot.refused.entry(key.as_str().into()).or_default();
            *count = count.saturating_add(1);
        }
        slot.largest_delay = slot.largest_delay.max(receipt.largest_delay);
        slot.largest_ahead = slot.largest_ahead.max(receipt.largest_ahead);
        slot.unowned = slot.unowned.saturating_add(receipt.unowned);
    }

    /// When the last minute began that received something.
    pub fn last(&self) -> Option<Micros> {
        self.minutes.keys().next_back().map(|minute| self.start_of(*minute))
    }

    /// What came in minutes that begin within a range; the end is not in it.
    pub fn sum(&self, from: Micros, to: Micros) -> LedgerSum {
        let mut sum = LedgerSum::default();
        for (minute, slot) in &self.minutes {
            let start = self.start_of(*minute);
            if start >= from && start < to {
                sum.add(slot);
            }
        }
        sum
    }

    fn start_of(&self, minute: u8) -> Micros {
        self.hour.plus(i64::from(minute) * super::time::MINUTE)
    }
}

/// Minutes taken together.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LedgerSum {
    pub accepted: u64,
    pub duplicates: u64,
    /// By problem key.
    pub refused: BTreeMap<Box<str>, u64>,
    /// As in [`LedgerMinute`].
    pub largest_delay: i64,
    pub largest_ahead: i64,
    pub unowned: u64,
}

impl LedgerSum {
    fn add(&mut self, slot: &LedgerMinute) {
        self.accepted = self.accepted.saturating_add(slot.accepted.into());
        self.duplicates = self.duplicates.saturating_add(slot.duplicates.into());
        for (key, count) in &slot.refused {
            let sum = self.refused.entry(key.clone()).or_default();
            *sum = sum.saturating_add(u64::from(*count));
        }
        self.largest_delay = self.largest_delay.max(slot.largest_delay);
        self.largest_ahead = self.largest_ahead.max(slot.largest_ahead);
        self.unowned = self.unowned.saturating_add(slot.unowned.into());
    }

    /// Takes in another sum.
    pub fn take(&mut self, other: &LedgerSum) {
        self.accepted = self.accepted.saturating_add(other.accepted);
        self.duplicates = self.duplicates.saturating_add(other.duplicates);
        for (key, count) in &other.refused {
            let sum = self.refused.entry(key.clone()).or_default();
            *sum = sum.saturating_add(*count);
        }
        self.largest_delay = self.largest_delay.max(other.largest_delay);
        self.largest_ahead = self.largest_ahead.max(other.largest_ahead);
        self.unowned = self.unowned.saturating_add(other.unowned);
    }

    /// Refused for any reason.
    pub fn all_refused(&self) -> u64 {
        self.refused.values().fold(0, |sum, count| sum.saturating_add(*count))
    }
}
