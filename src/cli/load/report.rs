//! What the load measured.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// Latencies on a logarithmic scale: 32 steps for each power of two, so an answer is at most 3 % too high.
#[derive(Debug, Clone)]
pub(super) struct Latencies {
    counts: Vec<u64>,
    max: Duration,
}

const STEPS_BITS: u32 = 5;
const STEPS: u64 = 1 << STEPS_BITS;

impl Default for Latencies {
    fn default() -> Latencies {
        Latencies {
            counts: vec![0; (64 * STEPS) as usize],
            max: Duration::ZERO,
        }
    }
}

/// The step of so many microseconds.
fn step(micros: u64) -> usize {
    if micros < STEPS {
        return micros as usize;
    }
    let power = micros.ilog2() - STEPS_BITS;
    (u64::from(power) * STEPS + (micros >> power)) as usize
}

/// The last microsecond of a step.
fn end_of(step: u64) -> u64 {
    if step < STEPS * 2 {
        return step;
    }
    let power = step / STEPS - 1;
    ((step - power * STEPS + 1) << power) - 1
}

impl Latencies {
    pub fn add(&mut self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        if let Some(count) = self.counts.get_mut(step(micros)) {
            *count += 1;
        }
        self.max = self.max.max(took);
    }

    fn merge(&mut self, other: &Latencies) {
        self.counts.iter_mut().zip(&other.counts).for_each(|(a, b)| *a += b);
        self.max = self.max.max(other.max);
    }

    /// The time that so many of 1,000 requests did not pass.
    pub fn per_mille(&self, share: u64) -> Duration {
        let all: u64 = self.counts.iter().sum();
        let wanted = (all * share).div_ceil(1000).max(1);
        let mut seen = 0;
        for (step, count) in (0..).zip(&self.counts) {
            seen += count;
            if seen >= wanted {
                return Duration::from_micros(end_of(step)).min(self.max);
            }
        }
        self.max
    }
}

/// What one connection, or all of them, did.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    pub requests: u64,
    /// Versions the server answered for.
    pub accepted: u64,
    pub duplicates: u64,
    pub rejected: u64,
    /// The server's words about the first item it rejected.
    pub first_rejected: Option<String>,
    /// Bytes of bodies as sent.
    pub bytes: u64,
    /// Answers that asked to come again later, by status; each was sent again.
    pub again: BTreeMap<u16, u64>,
    /// Requests given up, by what happened.
    pub failed: BTreeMap<String, u64>,
    pub latencies: Latencies,
}

impl Tally {
    pub fn merge(&mut self, other: Tally) {
        self.requests += other.requests;
        self.accepted += other.accepted;
        self.duplicates += other.duplicates;
        self.rejected += other.rejected;
        self.bytes += other.bytes;
        self.first_rejected = self.first_rejected.take().or(other.first_rejected);
        for (status, count) in other.again {
            *self.again.entry(status).or_default() += count;
        }
        for (what, count) in other.failed {
            *self.failed.entry(what).or_default() += count;
        }
        self.latencies.merge(&other.latencies);
    }

    /// Versions that are on the server's disk.
    pub fn acknowledged(&self) -> u64 {
        self.accepted + self.duplicates
    }

    pub fn is_good(&self) -> bool {
        self.rejected == 0 && self.failed.is_empty()
    }
}

/// A finished load as people read it.
pub(super) struct Report<'a> {
    pub tally: &'a Tally,
    pub took: Duration,
    pub batch: usize,
    pub connections: usize,
}

impl fmt::Display for Report<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tally = self.tally;
        let seconds = self.took.as_secs_f64().max(1e-9);
        let millis = |took: Duration| took.as_secs_f64() * 1000.0;
        writeln!(
            f,
            "records   {:.0}/s acknowledged: {} in {seconds:.2} s",
            tally.acknowledged() as f64 / seconds,
            tally.acknowledged()
        )?;
        writeln!(
            f,
            "versions  {} accepted, {} duplicates, {} rejected",
            tally.accepted, tally.duplicates, tally.rejected
        )?;
        writeln!(
            f,
            "requests  {:.0}/s: {} of {} records on {} connections, {:.1} MB/s sent",
            tally.requests as f64 / seconds,
            tally.requests,
            self.batch,
            self.connections,
            tally.bytes as f64 / seconds / 1e6
        )?;
        let (p50, p99) = (tally.latencies.per_mille(500), tally.latencies.per_mille(990));
        write!(
            f,
            "latency   p50 {:.2} ms, p99 {:.2} ms, max {:.2} ms",
            millis(p50),
            millis(p99),
            millis(tally.latencies.max)
        )?;
        for (status, count) in &tally.again {
            write!(f, "\nagain     {count} answered {status} and sent again")?;
        }
        for (what, count) in &tally.failed {
            write!(f, "\nfailed    {count} requests: {what}")?;
        }
        if let Some(what) = &tally.first_rejected {
            write!(f, "\nrejected  the first one: {what}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_holds_its_own_times_and_is_narrow() {
        for micros in [0, 1, 31, 32, 33, 63, 64, 65, 100, 1000, 12_345, 1_000_000, 98_765_432] {
            let step = step(micros) as u64;
            assert!(end_of(step) >= micros, "{micros}");
            assert!(step == 0 || end_of(step - 1) < micros, "{micros}");
            assert!(
                end_of(step) as f64 <= micros as f64 * 1.04,
                "{micros}: {}",
                end_of(step)
            );
        }
    }

    #[test]
    fn shares_are_counted_over_all_connections() {
        let mut all = Latencies::default();
        for millis in 1..=100 {
            let mut one = Latencies::default();
            one.add(Duration::from_millis(millis));
            all.merge(&one);
        }
        let about = |share, millis: f64| {
            let found = all.per_mille(share).as_secs_f64() * 1000.0;
            assert!((millis..millis * 1.04).contains(&found), "{share}: {found}");
        };
        about(500, 50.0);
        about(990, 99.0);
        assert_eq!(all.per_mille(1000), Duration::from_millis(100));
    }
}
