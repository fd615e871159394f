//! What a word look-up opens in the embedded engine.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redtrail::clock::ManualClock;
use redtrail::config::Config;
use redtrail::ingest::Ingest;
use redtrail::model::filter::{Direction, Filter};
use redtrail::model::kind::Kind;
use redtrail::model::query::term::{Term, Test};
use redtrail::model::scope::Scope;
use redtrail::model::sender::Sender;
use redtrail::model::words::Phrase;
use redtrail::store::call::{Call, Steps};
use redtrail::store::embedded::EmbeddedStore;
use redtrail::store::{ListRequest, Page, RecordLog, Store};
use tempfile::TempDir;

use super::engine::{keys, open};
use super::make::{at, call, commit, log, time};

const FRAMES: usize = 40;
const ROWS: usize = 150;

/// A page of a term, and the sums of a number in its steps.
async fn page(store: &impl RecordLog, test: Test, names: &[&str]) -> (Page<redtrail::model::record::Record>, Vec<u64>) {
    let mut call = call();
    call.steps = Steps::on();
    let mut filter = Filter::of(Kind::ExternalEvent);
    filter.narrow(Term::of(test));
    let request = ListRequest {
        filter,
        after: None,
        direction: Direction::NewestFirst,
        limit: 50,
    };
    let page = store.list(&call, &request).await.unwrap();
    let steps = call.steps.take();
    let data = || steps.iter().filter_map(|step| step.data.as_ref());
    let sum = |name: &&str| data().filter_map(|data| data[*name].as_u64()).sum();
    (page, names.iter().map(sum).collect())
}

#[tokio::test]
async fn a_word_opens_only_frames_that_have_it_also_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let mut store = open(folder.path());
    for frame in 0..FRAMES {
        let item = |row: usize| {
            let rare = if frame % 13 == 5 && row == 70 { "needle" } else { "hay" };
            let text = format!(r#"{{"id":"{frame}-{row}","payload":"common {rare} word{frame}x{row}"}}"#);
            log(Kind::ExternalEvent, 1, &text)
        };
        store
            .commit(&call(), commit((0..ROWS).map(item).collect()))
            .await
            .unwrap();
    }
    for round in 0..2 {
        let words = |text: &str| Test::Words(Phrase::of(text, false).unwrap());
        let opened = ["framesOpened", "read"];
        let (found, sums) = page(&store, words("needle"), &opened).await;
        assert_eq!(found.items.len(), 3);
        // Two parts of each frame that has it.
        assert!(sums[0] <= 6 && sums[1] <= 3 * ROWS as u64, "round {round}: {sums:?}");
        let (found, sums) = page(&store, words("word7x7"), &opened).await;
        assert_eq!((found.items.len(), found.next), (1, None));
        assert!(sums[0] <= 2, "round {round}: {sums:?}");
        let (found, sums) = page(&store, words("nowhere"), &opened).await;
        assert_eq!((found.items.len(), found.next), (0, None));
        assert_eq!(sums, [0, 0], "round {round}");
        // A common word fills the page from the newest frame.
        let (found, sums) = page(&store, words("common"), &opened).await;
        assert_eq!(found.items.len(), 50);
        assert!(sums[0] <= 2, "round {round}: {sums:?}");
        store.close().await.unwrap();
        drop(store);
        store = open(folder.path());
    }
}

/// Records one list reads at most when the index does not tell; as documented.
const READ_MAX: usize = 50_000;

#[tokio::test]
async fn a_scan_for_a_part_stops_at_its_budget_says_so_and_goes_on_from_there() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let records = READ_MAX + 500;
    for from in (0..records).step_by(1000) {
        let item = |n: usize| {
            // The only one that is meant is the oldest.
            let text = if n == 0 { "haystack" } else { "straw" };
            let json = format!(r#"{{"id":"{n}","createdAt":"{}","payload":"{text}"}}"#, time(n as i64));
            log(Kind::ExternalEvent, 1, &json)
        };
        let items = (from..records.min(from + 1000)).map(item).collect();
        store.commit(&call(), commit(items)).await.unwrap();
    }
    let mut filter = Filter::of(Kind::ExternalEvent);
    filter.narrow(Term::of(Test::Part("yst".into())));
    let mut request = ListRequest {
        filter,
        after: None,
        direction: Direction::NewestFirst,
        limit: 50,
    };
    let first = store.list(&call(), &request).await.unwrap();
    assert!(first.items.is_empty());
    assert_eq!(first.scanned_until, Some(at((records - READ_MAX) as i64)));
    request.after = first.next;
    let second = store.list(&call(), &request).await.unwrap();
    assert_eq!((second.items.len(), second.next, second.scanned_until), (1, None, None));
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_look_up_past_its_deadline_answers_what_it_has_and_goes_on() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    let item = |n: i64| {
        log(
            Kind::ExternalEvent,
            1,
            &format!(r#"{{"id":"{n}","createdAt":"{}","payload":"p"}}"#, time(n)),
        )
    };
    store
        .commit(&call(), commit((0..20).map(item).collect()))
        .await
        .unwrap();
    let mut filter = Filter::of(Kind::ExternalEvent);
    filter.narrow(Term::of(Test::Part("p".into())));
    let mut request = ListRequest {
        filter,
        after: None,
        direction: Direction::NewestFirst,
        limit: 50,
    };
    // Each call begins in time, and is late at once: the store itself asks only between two records.
    let mut found = Vec::new();
    for _ in 0..40 {
        let deadline = Instant::now() + Duration::from_micros(1500);
        let late = Call::new(Arc::new(Scope::ALL), deadline, Steps::off());
        let Ok(page) = store.list(&late, &request).await else {
            continue;
        };
        found.extend(page.items.iter().map(|record| record.key.id().as_str().to_owned()));
        assert_eq!(page.next.is_some(), page.scanned_until.is_some());
        request.after = page.next;
        if request.after.is_none() {
            break;
        }
    }
    let expected: Vec<String> = (0..20).rev().map(|n| n.to_string()).collect();
    assert_eq!(found, expected[..found.len()]);
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_secret_that_was_replaced_left_no_trace_in_the_index() {
    let folder = TempDir::new().unwrap();
    let store = Arc::new(open(folder.path()));
    let clock = Arc::new(ManualClock::at(at(0)));
    let door = Ingest::new(Arc::<EmbeddedStore>::clone(&store), &Config::default(), &keys(), clock);
    let body = r#"{"kind":"external_event","payload":{"password":"hunter2xyz","kept":"visible7"}}"#;
    door.take(&call(), &Sender::default(), None, None, body.into())
        .await
        .unwrap();
    // What the index rules out is not read at all.
    for (text, expected) in [("hunter2xyz", 0), ("visible7", 1)] {
        let (found, sums) = page(&*store, Test::Words(Phrase::of(text, false).unwrap()), &["read"]).await;
        assert_eq!((found.items.len() as u64, sums[0]), (expected, expected), "{text}");
    }
    store.close().await.unwrap();
}

#[tokio::test]
async fn what_was_forgotten_is_found_by_no_word_also_when_its_room_was_given_to_another() {
    let folder = TempDir::new().unwrap();
    let mut store = open(folder.path());
    let item = |kind: Kind, n: i64| {
        let json = format!(r#"{{"id":"{n}","createdAt":"{}","payload":"needle"}}"#, time(n));
        log(kind, 1, &json)
    };
    let old = (0..300).map(|n| item(Kind::ExternalEvent, n)).collect();
    store.commit(&call(), commit(old)).await.unwrap();
    store.expire(&call(), Kind::ExternalEvent, at(298)).await.unwrap();
    let new = (0..200).map(|n| item(Kind::ActionRun, n)).collect();
    store.commit(&call(), commit(new)).await.unwrap();
    for round in 0..2 {
        let needle = || Test::Words(Phrase::of("needle", false).unwrap());
        let (found, _) = page(&store, needle(), &[]).await;
        let found: Vec<&str> = found.items.iter().map(|record| record.key.id().as_str()).collect();
        assert_eq!(found, ["299", "298"], "round {round}");
        store.close().await.unwrap();
        drop(store);
        store = open(folder.path());
    }
}
