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
}

/// What one request adds to a source's ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Receipt {
    pub accepted: u32,
    pub duplicates: u32,
    pub refused: Vec<ProblemKey>,
    pub largest_delay: i64,
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
    }
}
