//! Cases of forgetting what is old.

use redtrail::model::filter::{Direction, Filter};
use redtrail::model::id::RecordKey;
use redtrail::model::kind::Kind;
use redtrail::model::link::{End, Relation};
use redtrail::model::problem::ProblemKey;
use redtrail::store::expiry::KeptSince;
use redtrail::store::{Item, Outcome, Store};

use super::engine::Engine;
use super::lists::walk;
use super::make::{at, call, commit, key, log, time};
use super::siblings;

async fn put(store: &dyn Store, items: Vec<Item>) -> Vec<Outcome> {
    store.commit(&call(), commit(items)).await.unwrap().outcomes
}

fn run(id: &str, minute: i64, more: &str) -> Item {
    let json = format!(r#"{{"id":"{id}","startTime":"{}"{more}}}"#, time(minute));
    log(Kind::FlowRun, 100, &json)
}

/// Forgets all that can be, in as many calls as it takes.
async fn expire(store: &dyn Store, kind: Kind, minute: i64) -> u64 {
    let mut records = 0;
    loop {
        let expired = store.expire(&call(), kind, at(minute)).await.unwrap();
        records += expired.records;
        if expired.is_done {
            return records;
        }
    }
}

async fn listed(store: &dyn Store, kind: Kind) -> Vec<String> {
    let all = walk(store, &call(), &Filter::of(kind), Direction::OldestFirst, 10).await;
    all.iter().map(|record| record.key.id().to_string()).collect()
}

fn refusal(outcome: &Outcome) -> Option<ProblemKey> {
    match outcome {
        Outcome::Refused(problem) => Some(problem.key),
        _ => None,
    }
}

pub async fn what_is_older_is_gone_from_every_read_but_changes_and_stays_so(engine: &dyn Engine) {
    let store = engine.open();
    let event = r#"{"id":"e","status":"success","launchedFlowRunIds":["old","new"]}"#;
    let request = r#"{"id":"a","flowRunId":"old","isSuccess":false}"#;
    put(
        &*store,
        vec![
            run("old", 1, r#","state":"failed","repeatOf":"older""#),
            run("older", 0, ""),
            run("new", 2, ""),
            log(Kind::InternalEvent, 1, event),
            log(Kind::ApiRequest, 1, request),
        ],
    )
    .await;
    let changes = store.changes(&call(), 0, 100).await.unwrap();
    assert_eq!(expire(&*store, Kind::FlowRun, 2).await, 2);
    let mut store = store;
    for _ in 0..2 {
        let (old, new) = (key(Kind::FlowRun, "old"), key(Kind::FlowRun, "new"));
        let found = store.get(&call(), &[old.clone(), new]).await.unwrap();
        assert_eq!(found.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true]);
        assert!(store.whole(&call(), &old).await.unwrap().is_none());
        assert_eq!(listed(&*store, Kind::FlowRun).await, ["new"]);
        assert_eq!(listed(&*store, Kind::ApiRequest).await, ["a"], "other kinds stay");
        let event = key(Kind::InternalEvent, "e");
        let children = siblings::walk(&*store, &call(), &event, LAUNCHED, Direction::NewestFirst, 10).await;
        let there: Vec<(&str, bool)> = (children.iter())
            .map(|linked| (linked.key.id().as_str(), linked.record.is_some()))
            .collect();
        assert_eq!(there, [("new", true), ("old", false)]);
        assert_eq!(
            store.worst_of(&call(), &[event]).await.unwrap(),
            [None],
            "a colour goes with it"
        );
        let named = store.linked(&call(), &old, None, None, 10).await.unwrap();
        let others: Vec<(RecordKey, bool)> = named
            .into_iter()
            .map(|linked| (linked.key, linked.record.is_some()))
            .collect();
        let expected = [
            (key(Kind::InternalEvent, "e"), true),
            (key(Kind::ApiRequest, "a"), true),
        ];
        assert_eq!(others, expected, "what it named itself is forgotten");
        assert_eq!(store.changes(&call(), 0, 100).await.unwrap(), changes);
        let stats = store.stats(&call()).await.unwrap().records;
        assert_eq!(
            stats.iter().find(|(kind, _)| *kind == Kind::FlowRun),
            Some(&(Kind::FlowRun, 1))
        );
        let since = KeptSince::of(&*store, &call()).await.unwrap();
        assert_eq!(
            (since.get(Kind::FlowRun), since.get(Kind::ApiRequest)),
            (Some(at(2)), None)
        );
        assert_eq!(store.verify(&call()).await.unwrap().damage, [""; 0]);
        store = engine.restart(store).await;
    }
}

const LAUNCHED: (Relation, End) = (Relation::Launched, End::Effect);

pub async fn what_was_forgotten_does_not_come_back_and_the_time_never_moves_back(engine: &dyn Engine) {
    let store = engine.open();
    put(&*store, vec![run("a", 1, ""), run("b", 6, "")]).await;
    expire(&*store, Kind::FlowRun, 5).await;
    let mut store = store;
    for _ in 0..2 {
        let told = put(
            &*store,
            vec![
                run("a", 1, r#","state":"failed""#),
                run("c", 4, ""),
                // Its place is known and does not move, whatever a version says.
                run("b", 3, r#","state":"failed""#),
            ],
        )
        .await;
        assert_eq!(refusal(&told[0]), Some(ProblemKey::NoLongerKept));
        assert_eq!(refusal(&told[1]), Some(ProblemKey::NoLongerKept));
        assert_eq!(refusal(&told[2]), None);
        assert_eq!(listed(&*store, Kind::FlowRun).await, ["b"]);
        let back = store.expire(&call(), Kind::FlowRun, at(3)).await.unwrap();
        assert_eq!((back.kept_since, back.records, back.is_done), (at(5), 0, true));
        store = engine.restart(store).await;
    }
    let told = put(&*store, vec![run("n", 9, ""), run("n", 2, r#","state":"failed""#)]).await;
    assert_eq!(told[0], Outcome::Accepted);
    assert_eq!(
        refusal(&told[1]),
        Some(ProblemKey::NoLongerKept),
        "within one commit the place would move"
    );
}

pub async fn an_id_that_was_forgotten_may_be_of_a_new_record(engine: &dyn Engine) {
    let store = engine.open();
    let other = |id: &str, of: &str| format!(r#","customerId":"{id}","repeatOf":"{of}""#);
    put(&*store, vec![run("a", 1, &other("c1", "x"))]).await;
    let store = engine.restart(store).await;
    expire(&*store, Kind::FlowRun, 5).await;
    let told = put(
        &*store,
        vec![run("a", 7, &other("c2", "y")), run("a", 8, r#","state":"failed""#)],
    )
    .await;
    assert_eq!(
        told,
        [Outcome::Accepted, Outcome::Accepted],
        "the customer of old is forgotten, too"
    );
    let mut store = store;
    for _ in 0..2 {
        let record = store.whole(&call(), &key(Kind::FlowRun, "a")).await.unwrap().unwrap();
        assert_eq!(record.known.place, at(7));
        assert_eq!(record.content.text("customerId").as_deref(), Some("c2"));
        let named = store
            .linked(&call(), &key(Kind::FlowRun, "a"), None, None, 10)
            .await
            .unwrap();
        let named: Vec<&str> = named.iter().map(|linked| linked.key.id().as_str()).collect();
        assert_eq!(named, ["y"]);
        assert_eq!(store.verify(&call()).await.unwrap().damage, [""; 0]);
        store = engine.restart(store).await;
    }
    assert_eq!(expire(&*store, Kind::FlowRun, 9).await, 1);
    assert_eq!(listed(&*store, Kind::FlowRun).await, [""; 0]);
}

/// The bound of one call cuts between places, never through one.
pub async fn very_many_records_are_forgotten_in_several_calls(engine: &dyn Engine) {
    let store = engine.open();
    for part in 0..15_i64 {
        let items = (0..4000).map(|n| {
            let minute = if part < 3 { 0 } else { part };
            run(&format!("r{part}-{n}"), minute, "")
        });
        put(&*store, items.collect()).await;
    }
    let mut told = 0;
    loop {
        let expired = store.expire(&call(), Kind::FlowRun, at(14)).await.unwrap();
        told += expired.records;
        let left = store.stats(&call()).await.unwrap().records;
        let left = left.iter().find(|(kind, _)| *kind == Kind::FlowRun).unwrap().1;
        assert_eq!(left + told, 60_000);
        if expired.is_done {
            assert_eq!(expired.kept_since, at(14));
            break;
        }
        assert!(expired.kept_since < at(14));
        assert_eq!(expired.records % 4000, 0);
    }
    assert_eq!(told, 56_000);
    let store = engine.restart(store).await;
    let left = store.stats(&call()).await.unwrap().records;
    assert_eq!(left, [(Kind::FlowRun, 4000)]);
}
