//! `[ingest]`

use super::given::Given;
use super::{GIB, KIB, MIB, rule};

/// `[ingest]`
#[derive(Debug, Clone, PartialEq)]
pub struct Ingest {
    /// Bytes of all request bodies (after decompression) that may be in memory at once; more are answered 503.
    pub in_flight: u64,
}

impl Default for Ingest {
    fn default() -> Ingest {
        Ingest { in_flight: 256 * MIB }
    }
}

impl Ingest {
    pub(super) fn read(given: &mut Given) -> Ingest {
        let in_flight = rule::size(64 * KIB, 64 * GIB);
        Ingest {
            in_flight: given.take("ingest.in_flight", Ingest::default().in_flight, &in_flight),
        }
    }
}
