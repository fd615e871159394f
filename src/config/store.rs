//! `[store]`

use std::path::PathBuf;

use super::given::Given;
use super::{GIB, MIB, TIB, rule};

/// `[store]`
#[derive(Debug, Clone, PartialEq)]
pub struct Store {
    pub data_dir: PathBuf,
    /// Bytes that must stay free where the data folder is; under it ingest answers 507.
    pub min_free: u64,
    /// Most records the head holds.
    pub head_records: u64,
    /// Most memory the head's index takes, bytes.
    pub head_memory: u64,
    /// Bytes of the ballast file that is given up when a store must be opened on a full disk.
    pub ballast: u64,
    /// Threads that answer reads.
    pub read_threads: usize,
    /// Reads that may wait for a thread; more are answered 503.
    pub read_queue: usize,
    /// Bytes of raw items that may wait for the committer; more are answered 503.
    pub commit_queue: u64,
}

impl Default for Store {
    fn default() -> Store {
        Store {
            data_dir: PathBuf::from("./redtrail-data"),
            min_free: GIB,
            head_records: 5_000_000,
            head_memory: 2 * GIB,
            ballast: 64 * MIB,
            read_threads: 2,
            read_queue: 256,
            commit_queue: 64 * MIB,
        }
    }
}

impl Store {
    pub(super) fn read(given: &mut Given) -> Store {
        let default = Store::default();
        let folder = rule::text("the path of a folder", |text| {
            (!text.is_empty() && !text.contains('\0')).then(|| PathBuf::from(text))
        });
        let data_dir = given.take("store.data_dir", default.data_dir, &folder);
        let min_free = given.take("store.min_free", default.min_free, &rule::size(0, TIB));
        let records = rule::count(1, 1_000_000_000);
        let head_records = given.take("store.head_records", default.head_records, &records);
        let head_memory = given.take("store.head_memory", default.head_memory, &rule::size(MIB, TIB));
        let ballast = given.take("store.ballast", default.ballast, &rule::size(0, 16 * GIB));
        let read_threads = take_usize(given, "store.read_threads", default.read_threads, (1, 64));
        let read_queue = take_usize(given, "store.read_queue", default.read_queue, (1, 65_536));
        let queue = rule::size(MIB, 16 * GIB);
        Store {
            data_dir,
            min_free,
            head_records,
            head_memory,
            ballast,
            read_threads,
            read_queue,
            commit_queue: given.take("store.commit_queue", default.commit_queue, &queue),
        }
    }
}

/// A number of things in memory; the bounds are its least and most.
pub(super) fn take_usize(given: &mut Given, key: &'static str, default: usize, bounds: (u64, u64)) -> usize {
    let value = given.take(key, default as u64, &rule::count(bounds.0, bounds.1));
    usize::try_from(value).unwrap_or(default)
}
