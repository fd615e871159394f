//! What the embedded engine does at its limits.

use std::sync::Arc;
use std::time::Instant;

use redtrail::model::kind::Kind;
use redtrail::model::limits::MAX_PARTS;
use redtrail::model::scope::Scope;
use redtrail::store::call::{Call, Steps};
use redtrail::store::embedded::{EmbeddedOptions, EmbeddedStore};
use redtrail::store::{Commit, Committed, Outcome, RecordLog, StateStore, StateWrite, Store, StoreError};
use tempfile::TempDir;

use super::engine::{keys, options};
use super::make::{call, commit, key, log};

fn open(folder: &TempDir, options: EmbeddedOptions) -> EmbeddedStore {
    EmbeddedStore::open(folder.path(), options, &keys()).unwrap()
}

async fn event(store: &EmbeddedStore, id: &str) -> Result<Committed, StoreError> {
    let item = log(Kind::ExternalEvent, 1, &format!(r#"{{"id":"{id}"}}"#));
    store.commit(&call(), commit(vec![item])).await
}

/// Reading, signing in and out go on at every limit.
async fn still_reads_and_keeps_state(store: &EmbeddedStore, state_key: &str) {
    let found = store.whole(&call(), &key(Kind::ExternalEvent, "a")).await.unwrap();
    assert!(found.is_some());
    let write = StateWrite::Create {
        key: state_key.into(),
        value: vec![1],
    };
    let state = Commit {
        state: vec![write],
        ..Commit::default()
    };
    assert!(store.commit(&call(), state).await.unwrap().state_held);
    assert!(store.state(&call(), state_key).await.unwrap().is_some());
}

#[tokio::test]
async fn a_head_with_as_many_records_as_it_may_hold_takes_none_and_goes_on_otherwise() {
    let folder = TempDir::new().unwrap();
    let store = open(
        &folder,
        EmbeddedOptions {
            head_records: 2,
            ..options()
        },
    );
    event(&store, "a").await.unwrap();
    event(&store, "b").await.unwrap();
    let error = event(&store, "c").await.unwrap_err();
    assert!(
        matches!(&error, StoreError::HeadFull(what) if what.contains("store.head_records = 2")),
        "{error}"
    );
    assert!(matches!(store.accepts(), Err(StoreError::HeadFull(_))));
    still_reads_and_keeps_state(&store, "session/a").await;
    store.close().await.unwrap();
    drop(store);
    let store = open(
        &folder,
        EmbeddedOptions {
            head_memory: 10,
            ..options()
        },
    );
    let error = event(&store, "c").await.unwrap_err();
    assert!(
        matches!(&error, StoreError::HeadFull(what) if what.contains("store.head_memory = 10")),
        "{error}"
    );
    store.close().await.unwrap();
    drop(store);
    let store = open(&folder, options());
    event(&store, "c").await.unwrap();
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_disk_with_too_little_room_takes_no_records_and_says_so() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, options());
    event(&store, "a").await.unwrap();
    store.close().await.unwrap();
    drop(store);
    let store = open(
        &folder,
        EmbeddedOptions {
            min_free: u64::MAX,
            ..options()
        },
    );
    let error = event(&store, "b").await.unwrap_err();
    assert!(matches!(error, StoreError::LowSpace { min_free: u64::MAX }), "{error}");
    let alarms = store.alarms();
    assert!(
        alarms.iter().any(|alarm| alarm.contains("bytes are free")),
        "{alarms:?}"
    );
    still_reads_and_keeps_state(&store, "session/a").await;
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_commit_or_read_past_its_deadline_is_given_up() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, options());
    let late = Call::new(Arc::new(Scope::ALL), Instant::now(), Steps::off());
    let item = log(Kind::ExternalEvent, 1, r#"{"id":"a"}"#);
    let error = store.commit(&late, commit(vec![item])).await.unwrap_err();
    assert!(matches!(error, StoreError::Overloaded(_)), "{error}");
    let error = store.whole(&late, &key(Kind::ExternalEvent, "a")).await.unwrap_err();
    assert!(matches!(error, StoreError::Overloaded(_)), "{error}");
    assert!(
        store
            .whole(&call(), &key(Kind::ExternalEvent, "a"))
            .await
            .unwrap()
            .is_none()
    );
    store.close().await.unwrap();
}

#[tokio::test]
async fn the_ballast_is_kept_as_large_as_it_should_be() {
    let folder = TempDir::new().unwrap();
    let ballast = folder.path().join("ballast");
    for size in [1 << 20, 1 << 21, 1 << 19] {
        let store = open(
            &folder,
            EmbeddedOptions {
                ballast: size,
                ..options()
            },
        );
        assert_eq!(std::fs::metadata(&ballast).unwrap().len(), size);
        store.close().await.unwrap();
    }
}

#[tokio::test]
async fn a_request_says_what_was_done_for_it_only_when_asked() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, options());
    let asked = Call {
        steps: Steps::on(),
        ..call()
    };
    let item = log(Kind::ExternalEvent, 1, r#"{"id":"a"}"#);
    store.commit(&asked, commit(vec![item])).await.unwrap();
    store.whole(&asked, &key(Kind::ExternalEvent, "a")).await.unwrap();
    let steps = asked.steps.take();
    let told: Vec<&str> = steps.iter().map(|step| step.message.as_str()).collect();
    assert!(told.iter().any(|step| step.starts_with("made durable")), "{told:?}");
    assert!(
        told.iter().any(|step| step.starts_with("put a record together from 1")),
        "{told:?}"
    );
    store.close().await.unwrap();
}

#[tokio::test]
async fn records_that_name_very_many_others_are_there_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let store = open(&folder, options());
    let long = "i".repeat(240);
    let ids: Vec<String> = (0..MAX_PARTS).map(|number| format!("\"{long}{number}\"")).collect();
    let ids = ids.join(",");
    let webhook = |number: usize| format!(r#"{{"id":"w{number}","collectedEventIds":[{ids}]}}"#);
    let items = (0..18).map(|number| log(Kind::ExternalWebhook, 1, &webhook(number)));
    let done = store.commit(&call(), commit(items.collect())).await.unwrap();
    assert!(done.outcomes.iter().all(|outcome| *outcome == Outcome::Accepted));
    store.close().await.unwrap();
    drop(store);
    let store = open(&folder, options());
    assert_eq!(store.alarms(), Vec::<String>::new());
    for number in 0..18 {
        let found = store
            .whole(&call(), &key(Kind::ExternalWebhook, &format!("w{number}")))
            .await
            .unwrap();
        assert_eq!(found.unwrap().content.ids("collectedEventIds").len(), MAX_PARTS);
    }
    assert_eq!(store.verify(&call()).await.unwrap().damage, Vec::<String>::new());
    store.close().await.unwrap();
}
