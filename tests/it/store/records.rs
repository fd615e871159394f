//! Cases of records: fold, identity, clashes, derivation, place, changes.

use redtrail::model::fold::Folded;
use redtrail::model::id::RecordKey;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::record::Record;
use redtrail::model::state::State;
use redtrail::store::{Item, Outcome, StateWrite, Store, StoreError};

use super::engine::Engine;
use super::make::{self, at, call, commit, id, key, log, sub, time, version};

pub async fn put(store: &dyn Store, items: Vec<Item>) -> Vec<Outcome> {
    let done = store.commit(&call(), commit(items)).await.unwrap();
    assert!(done.state_held);
    done.outcomes
}

pub async fn whole(store: &dyn Store, key: &RecordKey) -> Record {
    store.whole(&call(), key).await.unwrap().expect("the record is there")
}

pub async fn the_fold_over_requests_and_restarts_equals_the_fold_of_all_versions(engine: &dyn Engine) {
    let texts = [
        format!(
            r#"{{"id":"r","state":"queued","createdAt":"{}","meta":{{"a":1}}}}"#,
            time(0)
        ),
        format!(
            r#"{{"id":"r","state":"running","startTime":"{}","name":"Sync","meta":{{"b":2}}}}"#,
            time(1)
        ),
        format!(
            r#"{{"id":"r","state":"running","logs":[{{"msg":"x"}},{{"msg":"x"}}],"updatedAt":"{}"}}"#,
            time(2)
        ),
        format!(
            r#"{{"id":"r","state":"failed","endTime":"{}","errors":[{{"message":"no"}}]}}"#,
            time(3)
        ),
        r#"{"id":"r","launchedBy":{"type":"api-trigger","ids":["e1"]},"name":"Late"}"#.to_owned(),
    ];
    // One run for each order of arrival, all of them going on together.
    let turned = |turn: usize, step: usize| {
        texts[(step + turn) % texts.len()].replace(r#""id":"r""#, &format!(r#""id":"r{turn}""#))
    };
    let mut store = engine.open();
    for step in 0..texts.len() {
        let items = (0..texts.len())
            .map(|turn| log(Kind::FlowRun, 10, &turned(turn, step)))
            .collect();
        assert_eq!(put(&*store, items).await, vec![Outcome::Accepted; texts.len()]);
        store = engine.restart(store).await;
    }
    for turn in 0..texts.len() {
        let versions = (0..texts.len()).map(|step| Folded::of(&version(Kind::FlowRun, &turned(turn, step))));
        let expected = versions.reduce(|mut all, next| {
            all.merge(&next);
            all
        });
        assert_eq!(
            Some(whole(&*store, &key(Kind::FlowRun, &format!("r{turn}"))).await.content),
            expected
        );
    }
}

pub async fn a_summary_is_the_summary_half_of_the_whole(engine: &dyn Engine) {
    let store = engine.open();
    let text =
        r#"{"id":"a","isSuccess":false,"requestUrl":"http://x","request":{"body":"long"},"error":{"message":"m"}}"#;
    put(&*store, vec![log(Kind::ApiRequest, 1, text)]).await;
    let a = key(Kind::ApiRequest, "a");
    let whole = whole(&*store, &a).await;
    let got = store.get(&call(), std::slice::from_ref(&a)).await.unwrap();
    let summary = got[0].clone().unwrap();
    assert_eq!(summary.content, whole.content.clone().split(Kind::ApiRequest).0);
    assert_eq!(summary.known, whole.known);
    assert_eq!(summary.state(), Some(State::Error));
    assert_eq!(
        whole.content.raw(whole.key.kind(), "request").as_deref(),
        Some(r#"{"body":"long"}"#)
    );
    let asked = [key(Kind::ApiRequest, "none"), a.clone(), key(Kind::FlowRun, "a"), a];
    let got = store.get(&call(), &asked).await.unwrap();
    assert_eq!(
        got.iter().map(Option::is_some).collect::<Vec<_>>(),
        [false, true, false, true]
    );
}

pub async fn the_same_again_is_a_duplicate_also_in_one_commit_and_after_a_restart(engine: &dyn Engine) {
    let store = engine.open();
    let text = format!(r#"{{"id":"w","status":"success","createdAt":"{}"}}"#, time(1));
    let item = || log(Kind::ExternalWebhook, 2, &text);
    assert_eq!(
        put(&*store, vec![item(), item()]).await,
        [Outcome::Accepted, Outcome::Duplicate]
    );
    assert_eq!(put(&*store, vec![item()]).await, [Outcome::Duplicate]);
    let store = engine.restart(store).await;
    assert_eq!(put(&*store, vec![item()]).await, [Outcome::Duplicate]);
    let before = whole(&*store, &key(Kind::ExternalWebhook, "w")).await;
    assert_eq!(before.known.received_at, at(2));
    let mut later = sub(Kind::ExternalWebhook, 9, &text);
    later.source = "other".into();
    assert_eq!(put(&*store, vec![Item::Log(later)]).await, [Outcome::Duplicate]);
    assert_eq!(whole(&*store, &key(Kind::ExternalWebhook, "w")).await, before);
    assert_eq!(store.stats(&call()).await.unwrap().sequence, 1);
}

pub async fn equal_ids_of_different_kinds_and_nodes_are_different_records(engine: &dyn Engine) {
    let store = engine.open();
    let node = |run: &str, node: &str, name: &str| {
        log(
            Kind::NodeRun,
            1,
            &format!(r#"{{"id":"x","flowRunId":"{run}","nodeKey":"{node}","status":"completed","input":"{name}"}}"#),
        )
    };
    let items = vec![
        log(Kind::FlowRun, 1, r#"{"id":"x","state":"failed"}"#),
        log(Kind::ExternalEvent, 1, r#"{"id":"x","status":"created"}"#),
        node("r1", "a", "1"),
        node("r1", "b", "2"),
        node("r2", "a", "3"),
    ];
    assert_eq!(put(&*store, items).await, vec![Outcome::Accepted; 5]);
    let store = engine.restart(store).await;
    for (run, node, input) in [("r1", "a", r#""1""#), ("r1", "b", r#""2""#), ("r2", "a", r#""3""#)] {
        let record = whole(&*store, &RecordKey::node_run(id(run), id(node), id("x"))).await;
        assert_eq!(record.content.raw(record.key.kind(), "input").as_deref(), Some(input));
    }
    assert_eq!(
        whole(&*store, &key(Kind::FlowRun, "x")).await.state(),
        Some(State::Failed)
    );
    assert_eq!(
        whole(&*store, &key(Kind::ExternalEvent, "x")).await.state(),
        Some(State::Created)
    );
}

pub async fn a_commit_whose_state_does_not_hold_does_nothing(engine: &dyn Engine) {
    let store = engine.open();
    let mut first = commit(vec![log(Kind::FlowRun, 1, r#"{"id":"a","state":"queued"}"#)]);
    first.state.push(StateWrite::Create {
        key: "cursor/x".into(),
        value: b"1".to_vec(),
    });
    assert!(store.commit(&call(), first).await.unwrap().state_held);
    let mut second = commit(vec![
        log(Kind::FlowRun, 1, r#"{"id":"b","state":"queued"}"#),
        make::entity(EntityKind::Customer, 1, r#"{"id":"c","name":"C"}"#),
    ]);
    second.receipt = Some(make::receipt("door", 1));
    second.state.push(StateWrite::Create {
        key: "cursor/y".into(),
        value: b"1".to_vec(),
    });
    second.state.push(StateWrite::Create {
        key: "cursor/x".into(),
        value: b"2".to_vec(),
    });
    assert!(!store.commit(&call(), second).await.unwrap().state_held);
    let store = engine.restart(store).await;
    assert!(store.whole(&call(), &key(Kind::FlowRun, "a")).await.unwrap().is_some());
    assert!(store.whole(&call(), &key(Kind::FlowRun, "b")).await.unwrap().is_none());
    assert!(
        store
            .entity(&call(), EntityKind::Customer, "c")
            .await
            .unwrap()
            .is_none()
    );
    assert!(store.state(&call(), "cursor/y").await.unwrap().is_none());
    assert_eq!(store.state(&call(), "cursor/x").await.unwrap().unwrap().value, b"1");
    assert!(store.state_scan(&call(), "ledger/", None, 10).await.unwrap().is_empty());
    assert_eq!(store.changes(&call(), 0, 10).await.unwrap().len(), 1);
}

pub async fn changes_report_each_transition_once_in_order_of_arrival(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![
            log(Kind::FlowRun, 9, r#"{"id":"a","state":"running"}"#),
            log(Kind::FlowRun, 9, r#"{"id":"a","state":"running"}"#),
            log(Kind::ExternalEvent, 9, r#"{"id":"e"}"#),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let mut imported = sub(Kind::FlowRun, 3, r#"{"id":"a","state":"queued","name":"N"}"#);
    imported.history = true;
    put(
        &*store,
        vec![
            log(Kind::FlowRun, 2, r#"{"id":"a","state":"failed"}"#),
            make::entity(EntityKind::Customer, 2, r#"{"id":"c","name":"C"}"#),
            Item::Log(imported),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let changes = store.changes(&call(), 0, 100).await.unwrap();
    assert_eq!(
        changes.iter().map(|change| change.sequence).collect::<Vec<_>>(),
        [1, 2, 3, 4, 5]
    );
    let run = key(Kind::FlowRun, "a");
    let told: Vec<_> = changes
        .iter()
        .map(|c| (c.key.kind(), c.before, c.after, c.received_at, c.history))
        .collect();
    let (running, failed) = (Some(State::Running), Some(State::Failed));
    assert_eq!(
        told,
        [
            (Kind::FlowRun, None, running, at(9), false),
            (Kind::ExternalEvent, None, None, at(9), false),
            (Kind::FlowRun, Some(running), failed, at(2), false),
            (Kind::EntityChange, None, None, at(2), false),
            (Kind::FlowRun, Some(failed), failed, at(3), true),
        ]
    );
    assert_eq!(changes[0].key, run);
    assert_eq!(store.changes(&call(), 2, 2).await.unwrap(), changes[2..4]);
    assert!(store.changes(&call(), 5, 2).await.unwrap().is_empty());
}

pub async fn a_record_whose_id_was_made_is_new_and_found(engine: &dyn Engine) {
    let store = engine.open();
    let made = |name: &str| {
        let mut made = sub(
            Kind::ExternalEvent,
            1,
            &format!(r#"{{"id":"{name}","payload":{{"a":1}}}}"#),
        );
        made.version.id_made = true;
        Item::Log(made)
    };
    assert_eq!(
        put(&*store, vec![made("m1"), made("m2")]).await,
        vec![Outcome::Accepted; 2]
    );
    let store = engine.restart(store).await;
    assert!(
        whole(&*store, &key(Kind::ExternalEvent, "m2"))
            .await
            .content
            .raw(Kind::ExternalEvent, "payload")
            .is_some()
    );
    let later = vec![log(Kind::ExternalEvent, 1, r#"{"id":"m2","status":"error"}"#)];
    assert_eq!(put(&*store, later).await, [Outcome::Accepted]);
    let record = whole(&*store, &key(Kind::ExternalEvent, "m2")).await;
    assert!(record.content.raw(record.key.kind(), "payload").is_some() && record.state() == Some(State::Error));
}

pub async fn a_closed_store_takes_nothing(engine: &dyn Engine) {
    let store = engine.open();
    store.accepts().unwrap();
    put(&*store, vec![log(Kind::FlowRun, 1, r#"{"id":"a","state":"queued"}"#)]).await;
    store.close().await.unwrap();
    assert!(matches!(store.accepts(), Err(StoreError::Stopping)));
    let late = store
        .commit(&call(), commit(vec![log(Kind::FlowRun, 1, r#"{"id":"b"}"#)]))
        .await;
    assert!(matches!(late, Err(StoreError::Stopping)));
}

pub async fn stats_count_and_verify_finds_nothing_wrong(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![
            log(Kind::FlowRun, 1, r#"{"id":"a","state":"queued"}"#),
            log(Kind::FlowRun, 1, r#"{"id":"a","state":"running"}"#),
            log(Kind::ApiRequest, 1, r#"{"id":"a"}"#),
            make::entity(EntityKind::Customer, 1, r#"{"id":"c","name":"C"}"#),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let stats = store.stats(&call()).await.unwrap();
    let records: Vec<_> = stats.records.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(
        records,
        [(Kind::ApiRequest, 1), (Kind::FlowRun, 1), (Kind::EntityChange, 1)]
    );
    let entities: Vec<_> = stats.entities.into_iter().filter(|(_, count)| *count > 0).collect();
    assert_eq!(entities, [(EntityKind::Customer, 1)]);
    assert_eq!((stats.sequence, store.alarms().len()), (4, 0));
    let verified = store.verify(&call()).await.unwrap();
    assert!(
        verified.damage.is_empty() && !verified.checked.is_empty(),
        "{:?}",
        verified.damage
    );
}

/// A version that would make a record or an entity too large is refused; it and its neighbours stay as they are.
pub async fn a_record_and_an_entity_can_only_grow_so_far(engine: &dyn Engine) {
    let mut store = engine.open();
    let long = "x".repeat(1_000_000);
    let mut outcomes = Vec::new();
    for number in 0..20 {
        let run = format!(r#"{{"id":"r","logs":[{{"msg":"{number} {long}"}}]}}"#);
        let customer = format!(r#"{{"id":"c","field{number}":"{long}"}}"#);
        let items = vec![
            log(Kind::FlowRun, number, &run),
            make::entity(EntityKind::Customer, number, &customer),
            log(Kind::FlowRun, number, &format!(r#"{{"id":"other{number}"}}"#)),
        ];
        outcomes.push(put(&*store, items).await);
    }
    let accepted = |at: usize| outcomes.iter().filter(|of| of[at] == Outcome::Accepted).count();
    assert_eq!((accepted(0), accepted(1), accepted(2)), (16, 4, 20));
    for refused in outcomes.iter().flatten().filter(|of| **of != Outcome::Accepted) {
        let Outcome::Refused(problem) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(problem.key.as_str(), "record_too_large");
    }
    store = engine.restart(store).await;
    let run = whole(&*store, &key(Kind::FlowRun, "r")).await;
    assert_eq!(
        run.content
            .raw(Kind::FlowRun, "logs")
            .unwrap()
            .matches("\"msg\"")
            .count(),
        16
    );
    let customer = store.entity(&call(), EntityKind::Customer, "c").await.unwrap().unwrap();
    assert_eq!(customer.fields().len(), 4);
    // What is there already is still a duplicate, and what makes nothing larger still comes in.
    let again = format!(r#"{{"id":"r","logs":[{{"msg":"0 {long}"}}]}}"#);
    let end = r#"{"id":"r","state":"completed"}"#;
    let items = vec![log(Kind::FlowRun, 30, &again), log(Kind::FlowRun, 31, end)];
    assert_eq!(put(&*store, items).await, [Outcome::Duplicate, Outcome::Accepted]);
}
