//! The room of what was forgotten is given back.

use std::path::Path;

use redtrail::model::kind::Kind;
use redtrail::store::{Item, RecordLog, Store};
use tempfile::TempDir;

use super::damage::database;
use super::engine::open;
use super::make::{Dice, at, call, commit, log, time};

fn run(id: &str, minute: i64, input: &str) -> Item {
    let json = format!(r#"{{"id":"{id}","startTime":"{}","input":"{input}"}}"#, time(minute));
    log(Kind::FlowRun, minute, &json)
}

/// Text that does not compress to nothing.
fn noise(dice: &mut Dice, bytes: usize) -> String {
    (0..bytes).map(|_| char::from(b'a' + dice.roll(26) as u8)).collect()
}

fn overflow_files(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("overflow")).unwrap().count()
}

async fn sequences(store: &dyn Store) -> Vec<u64> {
    let changes = store.changes(&call(), 0, 1000).await.unwrap();
    changes.into_iter().map(|change| change.sequence).collect()
}

/// 200 frames of runs, a request in the 100th of them, three of the runs with a file of their own.
async fn fill(store: &dyn Store) {
    let mut dice = Dice(3);
    for n in 0..200 {
        let input = noise(&mut dice, if n % 70 == 5 { 200_000 } else { 10 });
        let mut items = vec![run(&format!("r{n:03}"), n, &input)];
        if n == 100 {
            items.push(log(Kind::ApiRequest, n, r#"{"id":"a","isSuccess":true}"#));
        }
        store.commit(&call(), commit(items)).await.unwrap();
    }
}

#[tokio::test]
async fn frames_of_forgotten_records_go_and_their_files_and_nothing_is_taken_for_missing() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    assert_eq!(overflow_files(folder.path()), 3);
    let mut told = Vec::new();
    // Each call looks at some frames.
    for _ in 0..5 {
        store.expire(&call(), Kind::FlowRun, at(300)).await.unwrap();
        told.push(sequences(&store).await.len());
    }
    assert!(told.is_sorted_by(|a, b| a >= b), "{told:?}");
    // The frame of the request stays whole, and the newest one.
    let left = [101, 102, 201];
    assert_eq!(sequences(&store).await, left);
    assert_eq!(overflow_files(folder.path()), 0);
    assert_eq!(store.verify(&call()).await.unwrap().damage, [""; 0]);
    store.close().await.unwrap();
    drop(store);
    let store = open(folder.path());
    assert_eq!(store.alarms(), [""; 0]);
    assert_eq!(sequences(&store).await, left);
    assert_eq!(store.verify(&call()).await.unwrap().damage, [""; 0]);
    store.commit(&call(), commit(vec![run("new", 400, "x")])).await.unwrap();
    assert_eq!(sequences(&store).await, [101, 102, 201, 202]);
    assert_eq!(store.changes(&call(), 150, 1).await.unwrap()[0].sequence, 201);
}

#[tokio::test]
async fn a_file_that_a_stop_left_behind_goes_at_the_next_start() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    let files: Vec<_> = std::fs::read_dir(folder.path().join("overflow"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    let kept: Vec<Vec<u8>> = files.iter().map(|path| std::fs::read(path).unwrap()).collect();
    for _ in 0..5 {
        store.expire(&call(), Kind::FlowRun, at(300)).await.unwrap();
    }
    assert_eq!(overflow_files(folder.path()), 0);
    store.close().await.unwrap();
    drop(store);
    for (path, bytes) in files.iter().zip(kept) {
        std::fs::write(path, bytes).unwrap();
    }
    let store = open(folder.path());
    assert_eq!(overflow_files(folder.path()), 0);
    assert_eq!(store.verify(&call()).await.unwrap().damage, [""; 0]);
}

/// Changes a byte of the first value whose key begins so; answers the key and the value as it was.
fn flip(folder: &Path, prefix: &[u8]) -> (sled::IVec, sled::IVec) {
    let log = database(folder);
    let (key, value) = log.scan_prefix(prefix).next().unwrap().unwrap();
    let mut bytes = value.to_vec();
    *bytes.last_mut().unwrap() ^= 1;
    log.insert(&key, bytes).unwrap();
    log.flush().unwrap();
    (key, value)
}

/// What is damaged of it costs no more than that changes are told to be missing, or that what was forgotten is there again.
#[tokio::test]
async fn a_damaged_row_of_what_was_forgotten_is_named_and_nothing_kept_is_lost() {
    let folder = TempDir::new().unwrap();
    let store = open(folder.path());
    fill(&store).await;
    for _ in 0..5 {
        store.expire(&call(), Kind::FlowRun, at(300)).await.unwrap();
    }
    let kept = sequences(&store).await;
    store.close().await.unwrap();
    drop(store);
    for prefix in [&b"D"[..], b"Skept_since/"] {
        let whole = flip(folder.path(), prefix);
        let store = open(folder.path());
        assert_ne!(store.alarms(), [""; 0], "{prefix:?}");
        assert_ne!(store.verify(&call()).await.unwrap().damage, [""; 0], "{prefix:?}");
        assert_eq!(sequences(&store).await, kept);
        let key = super::make::key(Kind::ApiRequest, "a");
        assert!(store.whole(&call(), &key).await.unwrap().is_some());
        store.close().await.unwrap();
        drop(store);
        let log = database(folder.path());
        log.insert(&whole.0, whole.1).unwrap();
        log.flush().unwrap();
    }
    let store = open(folder.path());
    assert_eq!(store.alarms(), [""; 0]);
    assert_eq!(store.verify(&call()).await.unwrap().damage, [""; 0]);
}
