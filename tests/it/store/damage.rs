//! Every kind of damage to a data folder is noticed and named, and costs no more than it must.

use std::fs;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use redtrail::model::filter::{Direction, Filter};
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::query::term::{Term, Test};
use redtrail::model::words::Phrase;
use redtrail::store::embedded::FORMAT_VERSION;
use redtrail::store::{Commit, Entities, RecordLog, StateWrite, Store};
use tempfile::TempDir;

use super::engine::{keys, open, options};
use super::lists::walk;
use super::make::{Dice, at, call, commit, entity, id, key, log};

/// Text that does not compress.
fn noise(bytes: usize) -> String {
    let mut dice = Dice(11);
    (0..bytes)
        .map(|_| char::from(b'!' + dice.roll(90) as u8))
        .filter(|c| !matches!(c, '"' | '\\'))
        .collect()
}

/// Something of everything a folder can hold: frames, one of them in pieces, overflow files of both halves, entities
/// with a key and a history, state values, a long one among them.
async fn fill(folder: &Path) {
    let store = open(folder);
    let big = noise(200_000);
    let middle = noise(110_000);
    let long_name = noise(140_000);
    let commits = [
        vec![
            log(Kind::FlowRun, 1, r#"{"id":"r1","state":"running","input":{"a":1}}"#),
            log(Kind::ApiRequest, 1, r#"{"id":"a1","flowRunId":"r1","isSuccess":false}"#),
        ],
        vec![log(
            Kind::FlowRun,
            2,
            r#"{"id":"r1","state":"failed","errors":[{"message":"no"}]}"#,
        )],
        vec![log(
            Kind::ExternalEvent,
            2,
            &format!(r#"{{"id":"e1","payload":"{middle}"}}"#),
        )],
        vec![log(
            Kind::ExternalEvent,
            3,
            &format!(r#"{{"id":"e2","payload":"{big}"}}"#),
        )],
        vec![log(Kind::FlowRun, 3, &format!(r#"{{"id":"r2","name":"{long_name}"}}"#))],
        vec![entity(EntityKind::Customer, 4, r#"{"id":"c1","key":"k1","name":"A"}"#)],
        vec![entity(EntityKind::Customer, 5, r#"{"id":"c1","name":"B"}"#)],
    ];
    for items in commits {
        store.commit(&call(), commit(items)).await.unwrap();
    }
    let value = |key: &str, bytes: usize| StateWrite::Create {
        key: key.into(),
        value: noise(bytes).into_bytes(),
    };
    let state = vec![value("short", 30), value("long", 150_000)];
    let written = store
        .commit(
            &call(),
            Commit {
                state,
                ..Commit::default()
            },
        )
        .await
        .unwrap();
    assert!(written.state_held);
    store.close().await.unwrap();
}

/// The log's own files, opened beside the store.
pub fn database(folder: &Path) -> sled::Db {
    let config = sled::Config::new()
        .path(folder.join("log"))
        .segment_size(8 * 1024 * 1024);
    let config = config.flush_every_ms(None);
    // The threads of a store that was just closed let go of the lock a moment later.
    for _ in 0..1000 {
        match config.open() {
            Ok(database) => return database,
            Err(sled::Error::Io(_)) => std::thread::sleep(std::time::Duration::from_millis(5)),
            Err(error) => panic!("{error}"),
        }
    }
    panic!("the log stays locked")
}

async fn damage(folder: &Path) -> Vec<String> {
    let store = open(folder);
    let found = store.verify(&call()).await.unwrap().damage;
    store.close().await.unwrap();
    found
}

fn shown(key: &[u8]) -> String {
    let rest = String::from_utf8_lossy(&key[1..]).into_owned();
    match key[0] {
        b'F' => format!("frame {}", u64::from_be_bytes(key[1..].try_into().unwrap())),
        b'E' => "entity customer".into(),
        b'K' => "entity key index row customer".into(),
        b'N' => "entity name index row customer".into(),
        b'P' => "entity list index row customer".into(),
        b'H' => "entity history row customer".into(),
        b'S' => format!("state value {rest}"),
        b'R' => "last revision of state values".into(),
        // A piece is named by the value it belongs to.
        b'C' => String::new(),
        other => panic!("an unknown key {other}"),
    }
}

/// Where to flip a byte of a value: its ends, and of a frame in the header and in each part.
fn places(key: &[u8], value: &[u8]) -> Vec<usize> {
    let mut places = vec![0, value.len() / 2, value.len() - 1];
    if key[0] == b'F' {
        let number = |at: usize| u32::from_le_bytes(value[at..at + 4].try_into().unwrap()) as usize;
        let (meta, summary) = (number(12), number(24));
        places.extend([20, 52 + meta / 2, 52 + meta + summary / 2, 52 + meta + summary + 1]);
    }
    places.retain(|at| *at < value.len());
    places.sort_unstable();
    places.dedup();
    places
}

#[tokio::test]
async fn a_flipped_byte_of_each_value_of_the_log_is_named_by_verify() {
    let folder = TempDir::new().unwrap();
    fill(folder.path()).await;
    assert_eq!(damage(folder.path()).await, Vec::<String>::new());
    let all: Vec<(Vec<u8>, Vec<u8>)> = {
        let database = database(folder.path());
        let all = database.iter().map(|item| item.unwrap());
        all.map(|(key, value)| (key.to_vec(), value.to_vec())).collect()
    };
    for prefix in b"FEKNPHSRC" {
        assert!(all.iter().any(|(key, _)| key[0] == *prefix), "nothing under {prefix}");
    }
    for (key, value) in &all {
        for at in places(key, value) {
            let mut flipped = value.clone();
            flipped[at] ^= 0x10;
            put(folder.path(), key, &flipped);
            let found = damage(folder.path()).await;
            let name = shown(key);
            assert!(
                found.iter().any(|line| line.contains(&name)),
                "{name}, byte {at}: {found:?}"
            );
            put(folder.path(), key, value);
        }
    }
    assert_eq!(damage(folder.path()).await, Vec::<String>::new());
}

fn put(folder: &Path, key: &[u8], value: &[u8]) {
    let database = database(folder);
    database.insert(key, value).unwrap();
    database.flush().unwrap();
}

#[tokio::test]
async fn a_value_that_is_missing_or_belongs_to_nothing_is_named_by_verify() {
    let folder = TempDir::new().unwrap();
    fill(folder.path()).await;
    let remove = |prefix: u8| {
        let database = database(folder.path());
        let (key, value) = database.scan_prefix([prefix]).next().unwrap().unwrap();
        database.remove(&key).unwrap();
        (key.to_vec(), value.to_vec())
    };
    for (prefix, told) in [
        (b'F', "changes 1 to 2 were acknowledged and are missing"),
        (b'E', "its entity is missing"),
        (b'K', "the row of its key is missing"),
        (b'N', "the row of its name is missing"),
        (b'P', "its row in the order of lists is missing"),
        (b'C', "a piece of it is missing"),
    ] {
        let (key, value) = remove(prefix);
        let found = damage(folder.path()).await;
        let piece_of_frame = prefix == b'C' && found.iter().any(|line| line.contains("frame"));
        assert!(
            piece_of_frame || found.iter().any(|line| line.contains(told)),
            "{told}: {found:?}"
        );
        put(folder.path(), &key, &value);
    }
    put(folder.path(), b"Cnobody's piece", b"x");
    put(folder.path(), b"Zwhat is this", b"x");
    let found = damage(folder.path()).await.join("\n");
    assert!(
        found.contains("belong to nothing") && found.contains("unknown key"),
        "{found}"
    );
}

#[tokio::test]
async fn a_flipped_byte_of_a_file_is_named_by_verify() {
    let folder = TempDir::new().unwrap();
    fill(folder.path()).await;
    let mut files: Vec<PathBuf> = fs::read_dir(folder.path().join("overflow"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert_eq!(files.len(), 2);
    files.push(folder.path().join("watermark"));
    for path in files {
        let bytes = fs::read(&path).unwrap();
        let places = match path.ends_with("watermark") {
            true => vec![0, 9, 17, 4096, 4105, 4113],
            false => vec![0, 2, 6, bytes.len() / 2, bytes.len() - 1],
        };
        for at in places {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x10;
            fs::write(&path, &flipped).unwrap();
            let found = damage(folder.path()).await;
            let name = path.file_stem().unwrap().to_str().unwrap();
            let named = found
                .iter()
                .any(|line| line.contains(name) || line.contains("watermark slot"));
            assert!(named, "{}, byte {at}: {found:?}", path.display());
            fs::write(&path, &bytes).unwrap();
        }
    }
    fs::write(folder.path().join("overflow").join("stray"), b"x").unwrap();
    let found = damage(folder.path()).await;
    assert!(
        found.len() == 1 && found[0].contains("belongs to no change"),
        "{found:?}"
    );
}

#[tokio::test]
async fn a_damaged_frame_costs_its_own_records_only() {
    let folder = TempDir::new().unwrap();
    fill(folder.path()).await;
    {
        let database = database(folder.path());
        let (key, value) = database.scan_prefix(b"F").nth(1).unwrap().unwrap();
        let mut value = value.to_vec();
        let end = end_of_part(&value, 2);
        value[end - 1] ^= 1;
        database.insert(key, value).unwrap();
    }
    let store = open(folder.path());
    let whole = async |kind, id: &str| store.whole(&call(), &key(kind, id)).await;
    assert!(whole(Kind::ApiRequest, "a1").await.unwrap().is_some());
    assert!(whole(Kind::ExternalEvent, "e2").await.unwrap().is_some());
    assert!(whole(Kind::FlowRun, "r1").await.is_err(), "a part of it cannot be read");
    let listed = walk(&store, &call(), &Filter::of(Kind::FlowRun), Direction::NewestFirst, 10).await;
    assert_eq!(listed.len(), 2, "it is listed with what can be read");
    // A new version of it comes in all the same.
    let item = log(Kind::FlowRun, 9, r#"{"id":"r1","state":"failed","name":"n"}"#);
    let committed = store.commit(&call(), commit(vec![item])).await.unwrap();
    assert_eq!(committed.outcomes, [redtrail::store::Outcome::Accepted]);
    store.close().await.unwrap();
}

/// Where a part of a frame ends, by the lengths in its header.
fn end_of_part(frame: &[u8], part: usize) -> usize {
    let stored = |part: usize| u32::from_le_bytes(frame[12 + 12 * part..][..4].try_into().unwrap()) as usize;
    64 + (0..=part).map(stored).sum::<usize>()
}

#[tokio::test]
async fn a_frame_whose_words_are_damaged_is_looked_through_whatever_is_looked_for() {
    let folder = TempDir::new().unwrap();
    {
        let store = open(folder.path());
        let item = log(Kind::ExternalEvent, 1, r#"{"id":"e","payload":"needle"}"#);
        store.commit(&call(), commit(vec![item])).await.unwrap();
        store.close().await.unwrap();
    }
    {
        let database = database(folder.path());
        let (key, value) = database.scan_prefix(b"F").next().unwrap().unwrap();
        let mut value = value.to_vec();
        *value.last_mut().unwrap() ^= 1;
        database.insert(key, value).unwrap();
    }
    let store = open(folder.path());
    for (word, found) in [("needle", 1), ("hay", 0)] {
        let mut filter = Filter::of(Kind::ExternalEvent);
        filter.narrow(Term::of(Test::Words(Phrase::of(word, false).unwrap())));
        let listed = walk(&store, &call(), &filter, Direction::NewestFirst, 10).await;
        assert_eq!(listed.len(), found, "{word}");
    }
    let expected = "the checksum of part words differs";
    assert!(store.alarms().iter().any(|alarm| alarm.contains(expected)));
    let damage = store.verify(&call()).await.unwrap().damage;
    assert!(damage.iter().any(|line| line.contains(expected)), "{damage:?}");
    store.close().await.unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

async fn commit_events(folder: &Path, ids: &[&str]) {
    let store = open(folder);
    for id in ids {
        let item = log(Kind::ExternalEvent, 1, &format!(r#"{{"id":"{id}"}}"#));
        store.commit(&call(), commit(vec![item])).await.unwrap();
    }
    store.close().await.unwrap();
}

/// What the operator is told after a start, and the sequence of a change that comes then.
async fn told_at_start(folder: &Path) -> (Vec<String>, u64) {
    commit_events(folder, &["later"]).await;
    let store = open(folder);
    let told = (store.alarms(), store.stats(&call()).await.unwrap().sequence);
    store.close().await.unwrap();
    told
}

#[tokio::test]
async fn a_log_that_ends_before_the_watermark_raises_an_alarm_and_gives_no_sequence_twice() {
    let folder = TempDir::new().unwrap();
    let (data, before) = (folder.path().join("data"), folder.path().join("before"));
    commit_events(&data, &["a", "b"]).await;
    copy(&data.join("log"), &before);
    commit_events(&data, &["c", "d", "e"]).await;
    fs::remove_dir_all(data.join("log")).unwrap();
    copy(&before, &data.join("log"));
    let (alarms, sequence) = told_at_start(&data).await;
    assert!(
        alarms
            .iter()
            .any(|alarm| alarm.contains("changes 3 to 5 were acknowledged")),
        "{alarms:?}"
    );
    assert_eq!(sequence, 6);
}

#[tokio::test]
async fn a_damaged_tail_of_the_log_raises_an_alarm() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    commit_events(&data, &["a", "b"]).await;
    let before = fs::read(data.join("log/db")).unwrap();
    commit_events(&data, &["c", "d", "e"]).await;
    let after = fs::read(data.join("log/db")).unwrap();
    let differs = |at: &usize| before.get(*at) != after.get(*at);
    let tail: Vec<usize> = (0..after.len()).filter(differs).collect();
    assert!(tail.len() > 30, "the log did not grow where it was looked for");
    let file = fs::OpenOptions::new().write(true).open(data.join("log/db")).unwrap();
    for at in tail {
        file.write_all_at(&[after[at] ^ 0x55], at as u64).unwrap();
    }
    drop(file);
    let (alarms, _) = told_at_start(&data).await;
    assert!(
        alarms
            .iter()
            .any(|alarm| alarm.contains("were acknowledged and are missing")),
        "{alarms:?}"
    );
}

#[tokio::test]
async fn a_folder_of_another_format_or_of_somebody_else_is_refused_and_one_in_use_too() {
    let folder = TempDir::new().unwrap();
    let refused = |folder: &Path| {
        let opened = redtrail::store::embedded::EmbeddedStore::open(folder, options(), &keys());
        opened.err().map(|error| error.to_string()).unwrap_or_default()
    };
    let store = open(folder.path());
    assert!(refused(folder.path()).contains("in use by another redtrail process"));
    store.close().await.unwrap();
    drop(store);
    let format = folder.path().join("format");
    let text = fs::read_to_string(&format).unwrap();
    fs::write(&format, text.replace(&FORMAT_VERSION.to_string(), "99")).unwrap();
    let expected = format!("data format 99, this redtrail reads and writes format {FORMAT_VERSION}");
    assert!(refused(folder.path()).contains(&expected));
    fs::write(&format, "something").unwrap();
    assert!(refused(folder.path()).contains("does not say which data format"));
    fs::remove_file(&format).unwrap();
    assert!(refused(folder.path()).contains("was not written by redtrail"));
    fs::write(&format, text).unwrap();
    assert_eq!(refused(folder.path()), "");
}

#[tokio::test]
async fn verify_finds_nothing_wrong_while_everything_changes() {
    let folder = TempDir::new().unwrap();
    let store = std::sync::Arc::new(open(folder.path()));
    let writer = std::sync::Arc::clone(&store);
    let writing = tokio::spawn(async move {
        for round in 0..150 {
            let long = "x".repeat(round * 1000);
            let items = vec![
                log(
                    Kind::FlowRun,
                    round as i64,
                    &format!(r#"{{"id":"r{}","input":"{long}"}}"#, round % 7),
                ),
                entity(
                    EntityKind::Customer,
                    round as i64,
                    &format!(r#"{{"id":"c","key":"k{round}","name":"{long}"}}"#),
                ),
            ];
            writer.commit(&call(), commit(items)).await.unwrap();
        }
    });
    while !writing.is_finished() {
        let found = store.verify(&call()).await.unwrap();
        assert_eq!(found.damage, Vec::<String>::new());
    }
    writing.await.unwrap();
    let then = store
        .entity_at(&call(), EntityKind::Customer, &id("c"), at(20))
        .await
        .unwrap();
    assert_eq!(then.unwrap().text("key").as_deref(), Some("k20"));
    store.close().await.unwrap();
}

#[tokio::test]
async fn a_missing_watermark_raises_an_alarm_and_is_named_by_verify_until_the_next_start() {
    let folder = TempDir::new().unwrap();
    commit_events(folder.path(), &["a"]).await;
    fs::remove_file(folder.path().join("watermark")).unwrap();
    let store = open(folder.path());
    let is_told = |all: &[String]| all.iter().any(|told| told.contains("the watermark file is missing"));
    assert!(is_told(&store.alarms()));
    assert!(is_told(&store.verify(&call()).await.unwrap().damage));
    store.close().await.unwrap();
    drop(store);
    assert_eq!(damage(folder.path()).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_damaged_last_frame_is_never_written_over() {
    let folder = TempDir::new().unwrap();
    commit_events(folder.path(), &["a", "b"]).await;
    let (key, mut value) = {
        let database = database(folder.path());
        let (key, value) = database.scan_prefix(b"F").next_back().unwrap().unwrap();
        (key.to_vec(), value.to_vec())
    };
    value[0] ^= 0x10;
    put(folder.path(), &key, &value);
    fs::remove_file(folder.path().join("watermark")).unwrap();
    commit_events(folder.path(), &["c"]).await;
    let database = database(folder.path());
    assert_eq!(database.get(&key).unwrap().unwrap(), value);
}
