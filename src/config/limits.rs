//! `[limits]`

use std::time::Duration;

use super::given::Given;
use super::store::take_usize;
use super::{GIB, KIB, MIB, rule};

/// `[limits]`
#[derive(Debug, Clone, PartialEq)]
pub struct Limits {
    /// Bytes of one request after decompression.
    pub request_bytes: u64,
    /// Bytes of one record; a longer one has its longest strings cut.
    pub record_bytes: u64,
    /// Items of one request.
    pub request_records: usize,
    /// How long a read may take.
    pub read_timeout: Duration,
    /// How long an append may wait before it begins.
    pub commit_timeout: Duration,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            request_bytes: 20 * MIB,
            record_bytes: MIB,
            request_records: 10_000,
            read_timeout: Duration::from_secs(10),
            commit_timeout: Duration::from_secs(10),
        }
    }
}

impl Limits {
    pub(super) fn read(given: &mut Given) -> Limits {
        let default = Limits::default();
        let timeout = rule::duration(Duration::from_millis(100), Duration::from_secs(600));
        let request = rule::size(64 * KIB, GIB);
        let record = rule::size(16 * KIB, 64 * MIB);
        Limits {
            request_bytes: given.take("limits.request_bytes", default.request_bytes, &request),
            record_bytes: given.take("limits.record_bytes", default.record_bytes, &record),
            request_records: take_usize(given, "limits.request_records", default.request_records, (1, 1_000_000)),
            read_timeout: given.take("limits.read_timeout", default.read_timeout, &timeout),
            commit_timeout: given.take("limits.commit_timeout", default.commit_timeout, &timeout),
        }
    }
}
