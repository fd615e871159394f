//! Any bytes at the ingest door: no panic, every item accounted for, and what came in says the same when it comes again.
#![no_main]

use std::sync::{Arc, LazyLock};
use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use redtrail::clock::ManualClock;
use redtrail::config::Config;
use redtrail::crypto::RootKey;
use redtrail::ingest::Ingest;
use redtrail::model::scope::Scope;
use redtrail::model::sender::Sender;
use redtrail::model::time::Micros;
use redtrail::store::call::{Call, Steps};
use redtrail::store::memory::MemoryStore;

static CONFIG: LazyLock<Config> = LazyLock::new(Config::default);

fuzz_target!(|bytes: &[u8]| {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let store = Arc::new(MemoryStore::new());
        let clock = Arc::new(ManualClock::at(Micros(1_760_000_000_000_000)));
        let ingest = Ingest::new(store, &CONFIG, &RootKey::of([3; 32]), clock);
        let call = Call::new(Arc::new(Scope::ALL), Instant::now() + Duration::from_secs(60), Steps::off());
        let sender = Sender {
            source: "fuzz".into(),
            ..Sender::default()
        };
        let mut take = async || ingest.take(&call, &sender, None, None, bytes.to_vec().into()).await;
        let Ok(first) = take().await else { return };
        let again = take().await.unwrap();
        assert_eq!(
            first.accepted + first.duplicates + first.rejected.len(),
            again.accepted + again.duplicates + again.rejected.len()
        );
    });
});
