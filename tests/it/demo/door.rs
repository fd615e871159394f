//! Made-up traffic at the real ingest door, on the in-memory store.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redtrail::clock::{Clock, ManualClock};
use redtrail::config::Config;
use redtrail::crypto::RootKey;
use redtrail::demo;
use redtrail::ingest::{Ingest, Taken};
use redtrail::model::filter::{Direction, Filter};
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::scope::Scope;
use redtrail::model::sender::Sender;
use redtrail::model::state::State;
use redtrail::model::time::Micros;
use redtrail::store::call::{Call, Steps};
use redtrail::store::memory::MemoryStore;
use redtrail::store::{EntityFilter, ListRequest, Store};

use super::{company, load};

struct Door {
    store: Arc<dyn Store>,
    ingest: Ingest,
    sender: Sender,
}

impl Door {
    fn at(now: Micros) -> Door {
        let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
        let clock: Arc<dyn Clock> = Arc::new(ManualClock::at(now));
        let ingest = Ingest::new(Arc::clone(&store), &Config::default(), &RootKey::of([3; 32]), clock);
        let sender = Sender {
            source: "test".into(),
            ..Sender::default()
        };
        Door { store, ingest, sender }
    }

    fn call() -> Call {
        let deadline = Instant::now() + Duration::from_secs(600);
        Call::new(Arc::new(Scope::ALL), deadline, Steps::off())
    }

    async fn take(&self, body: &str) -> Taken {
        let (call, bytes) = (Door::call(), body.as_bytes().to_vec());
        let taken = self
            .ingest
            .take(&call, &self.sender, None, Some("application/x-ndjson"), bytes);
        let taken = taken.await.unwrap();
        assert_eq!(taken.rejected, [], "nothing made up is rejected");
        assert_eq!(taken.accepted + taken.duplicates, body.lines().count());
        taken
    }

    async fn states_of(&self, kind: Kind) -> Vec<Option<State>> {
        let request = ListRequest {
            filter: Filter::of(kind),
            after: None,
            direction: Direction::NewestFirst,
            limit: 1000,
        };
        let page = self.store.list(&Door::call(), &request).await.unwrap();
        assert!(page.next.is_none());
        page.items.iter().map(|record| record.state()).collect()
    }
}

#[tokio::test]
async fn the_demonstration_is_taken_whole_and_shows_every_kind_in_every_state() {
    let door = Door::at(company::NOW);
    for body in demo::bodies(company::SEED, company::NOW) {
        door.take(&body).await;
    }
    for kind in Kind::SENT {
        let states = door.states_of(kind).await;
        for state in State::words_of(kind) {
            assert!(states.contains(&Some(*state)), "no {} is {}", kind.name(), state.word());
        }
        assert!(!states.contains(&None), "a {} has no state", kind.name());
    }
    for kind in EntityKind::ALL {
        let filter = EntityFilter {
            kind,
            ids: Vec::new(),
            archived: None,
        };
        let page = door
            .store
            .entities(&Door::call(), &filter, None, Direction::NewestFirst, 1000)
            .await
            .unwrap();
        assert!(page.items.len() >= 3, "{} of {}", page.items.len(), kind.name());
    }
}

#[tokio::test]
async fn the_demonstration_sent_again_later_changes_nothing() {
    let clock = ManualClock::at(company::NOW);
    let mut door = Door::at(company::NOW);
    door.ingest = Ingest::new(
        Arc::clone(&door.store),
        &Config::default(),
        &RootKey::of([3; 32]),
        Arc::new(clock.clone()),
    );
    let bodies = demo::bodies(company::SEED, company::NOW);
    for body in &bodies {
        door.take(body).await;
    }
    clock.advance(60_000_000);
    for body in &bodies {
        assert_eq!(door.take(body).await.accepted, 0);
    }
}

#[tokio::test]
async fn the_load_is_taken_whole_with_five_percent_duplicates() {
    const RECORDS: usize = 6000;
    let door = Door::at(load::NOW.plus(60_000_000));
    let mut duplicates = 0;
    for body in load::bodies(RECORDS, 100) {
        duplicates += door.take(&body).await.duplicates;
    }
    let share = duplicates as f64 / RECORDS as f64;
    assert!((0.04..0.06).contains(&share), "{share}");
}
