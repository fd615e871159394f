//! Cases of small values, the receipt ledger and refused items.

use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::ledger::LedgerHour;
use redtrail::model::problem::{Problem, ProblemKey};
use redtrail::store::receipts::{self, Asked};
use redtrail::store::{
    Commit, REJECT_MAX_BYTES, REJECTS_MAX_PER_DAY, RefusedItem, StateWrite, Store, rules, state_keys,
};

use super::engine::Engine;
use super::make::{at, call, entity, log, receipt, time};

async fn write(store: &dyn Store, writes: Vec<StateWrite>) -> bool {
    store
        .commit(
            &call(),
            Commit {
                state: writes,
                ..Commit::default()
            },
        )
        .await
        .unwrap()
        .state_held
}

fn create(key: &str, value: &str) -> StateWrite {
    StateWrite::Create {
        key: key.into(),
        value: value.into(),
    }
}

pub async fn a_value_is_written_only_over_the_revision_that_was_read(engine: &dyn Engine) {
    let store = engine.open();
    assert!(write(&*store, vec![create("token/a", "1")]).await);
    assert!(!write(&*store, vec![create("token/a", "2")]).await);
    let store = engine.restart(store).await;
    let first = store.state(&call(), "token/a").await.unwrap().unwrap();
    assert_eq!((&*first.key, &*first.value), ("token/a", &b"1"[..]));
    let put = |revision| StateWrite::PutIf {
        key: "token/a".into(),
        value: b"3".to_vec(),
        revision,
    };
    assert!(!write(&*store, vec![put(first.revision + 1)]).await);
    assert!(write(&*store, vec![put(first.revision)]).await);
    assert!(!write(&*store, vec![put(first.revision)]).await);
    let store = engine.restart(store).await;
    let second = store.state(&call(), "token/a").await.unwrap().unwrap();
    assert_eq!(&*second.value, b"3");
    assert_ne!(second.revision, first.revision);
    let delete = |revision| StateWrite::DeleteIf {
        key: "token/a".into(),
        revision,
    };
    assert!(!write(&*store, vec![delete(first.revision)]).await);
    assert!(write(&*store, vec![delete(second.revision)]).await);
    assert!(store.state(&call(), "token/a").await.unwrap().is_none());
    let store = engine.restart(store).await;
    assert!(!write(&*store, vec![put(second.revision)]).await);
    assert!(!write(&*store, vec![delete(second.revision)]).await);
    // Made anew it must not look like what was there: who read the old one would write over the new one.
    assert!(write(&*store, vec![create("token/a", "4")]).await);
    let third = store.state(&call(), "token/a").await.unwrap().unwrap();
    assert!(third.revision != first.revision && third.revision != second.revision);
}

pub async fn a_scan_gives_the_keys_that_begin_so_in_their_order(engine: &dyn Engine) {
    let store = engine.open();
    let names = ["b/2", "a", "a/", "b/10", "b", "b/1", "c", "b0", "ä/1"];
    assert!(write(&*store, names.iter().map(|name| create(name, name)).collect()).await);
    let store = engine.restart(store).await;
    let scan = async |prefix: &str, after: Option<&str>, limit: usize| {
        let found = store.state_scan(&call(), prefix, after, limit).await.unwrap();
        assert!(found.iter().all(|value| value.value == value.key.as_bytes()));
        found.into_iter().map(|value| value.key).collect::<Vec<_>>()
    };
    assert_eq!(scan("b/", None, 10).await, ["b/1", "b/10", "b/2"]);
    assert_eq!(scan("b/", Some("b/1"), 1).await, ["b/10"]);
    assert_eq!(scan("b/", Some("b/2"), 10).await, Vec::<String>::new());
    assert_eq!(
        scan("", None, 10).await,
        ["a", "a/", "b", "b/1", "b/10", "b/2", "b0", "c", "ä/1"]
    );
    assert_eq!(scan("", Some("b0"), 1).await, ["c"]);
}

fn refused(key: ProblemKey) -> RefusedItem {
    let problem = Problem::new(key, "said why").at("/createdAt");
    RefusedItem {
        problem,
        begin: "é".repeat(REJECT_MAX_BYTES).into(),
    }
}

pub async fn the_ledger_sums_what_each_source_sent_by_the_minute(engine: &dyn Engine) {
    let mut store = engine.open();
    let event = |name: &str, more: &str| log(Kind::ExternalEvent, 61, &format!(r#"{{"id":"{name}"{more}}}"#));
    let created = format!(r#","createdAt":"{}""#, time(51));
    let commits = [
        (
            vec![
                event("a", &created),
                event("a", &created),
                event("b", r#","customerId":"c1""#),
            ],
            61,
            1,
        ),
        (
            vec![event("b", r#","customerId":"c2""#), event("b", r#","status":"error""#)],
            61,
            0,
        ),
        (vec![entity(EntityKind::Customer, 62, r#"{"id":"c"}"#)], 62, 2),
    ];
    for (items, received, refusals) in commits {
        let mut receipt = receipt("my token", received);
        receipt.refused = (0..refusals).map(|_| refused(ProblemKey::TooDeep)).collect();
        store
            .commit(
                &call(),
                Commit {
                    items,
                    receipt: Some(receipt),
                    state: Vec::new(),
                },
            )
            .await
            .unwrap();
        store = engine.restart(store).await;
    }
    let other = Commit {
        receipt: Some(receipt("other", 61)),
        ..Commit::default()
    };
    store.commit(&call(), other).await.unwrap();
    let row = store
        .state(&call(), &rules::ledger_key("my token", at(61)))
        .await
        .unwrap()
        .unwrap();
    let hour: LedgerHour = postcard::from_bytes(&row.value).unwrap();
    let minutes: Vec<_> = hour.minutes.values().collect();
    assert_eq!(minutes.len(), 2);
    assert_eq!((minutes[0].accepted, minutes[0].duplicates), (3, 1));
    assert_eq!(minutes[0].largest_delay, 10 * 60_000_000);
    // One event names no customer, the other one does; an entity has none to name.
    assert_eq!((minutes[0].unowned, minutes[1].unowned), (1, 0));
    assert_eq!(
        minutes[0].refused,
        [("customer_mismatch".into(), 1), ("too_deep".into(), 1)].into()
    );
    assert_eq!((minutes[1].accepted, minutes[1].duplicates), (1, 0));
    assert_eq!(minutes[1].refused, [("too_deep".into(), 2)].into());
    let rows = store.state_scan(&call(), state_keys::LEDGER, None, 10).await.unwrap();
    assert_eq!(rows.len(), 2);
}

pub async fn refused_items_are_kept_up_to_the_limit_of_a_day(engine: &dyn Engine) {
    let mut store = engine.open();
    let most = REJECTS_MAX_PER_DAY as usize;
    // Three hundred minutes are five hours of one day, and the last commit is of the next day.
    for (received, count, expected) in [
        (0, 1, 1),
        (300, most - 2, most - 1),
        (301, 5, most),
        (1440, 2, most + 2),
    ] {
        let mut receipt = receipt("door", received);
        receipt.refused = (0..count).map(|_| refused(ProblemKey::InvalidValue)).collect();
        store
            .commit(
                &call(),
                Commit {
                    receipt: Some(receipt),
                    ..Commit::default()
                },
            )
            .await
            .unwrap();
        store = engine.restart(store).await;
        let kept = store
            .state_scan(&call(), state_keys::REJECT, None, most * 3)
            .await
            .unwrap();
        assert_eq!(kept.len(), expected);
    }
    let kept = store
        .state_scan(&call(), &rules::reject_prefix(at(0)), None, 1)
        .await
        .unwrap();
    let told: serde_json::Value = serde_json::from_slice(&kept[0].value).unwrap();
    assert_eq!(
        (told["source"].as_str(), told["at"].as_str()),
        (Some("door"), Some(&*time(0)))
    );
    assert_eq!(told["problem"]["key"], "invalid_value");
    assert_eq!(
        (&told["problem"]["message"], &told["problem"]["path"]),
        (&"said why".into(), &"/createdAt".into())
    );
    assert_eq!(told["begin"].as_str().unwrap().len(), REJECT_MAX_BYTES);
    let row = store
        .state(&call(), &rules::ledger_key("door", at(301)))
        .await
        .unwrap()
        .unwrap();
    let hour: LedgerHour = postcard::from_bytes(&row.value).unwrap();
    assert_eq!(
        hour.minutes
            .values()
            .map(|slot| slot.refused["invalid_value"])
            .sum::<u32>() as usize,
        most + 3
    );
}

pub async fn what_was_received_and_refused_is_read_back_however_long_ago(engine: &dyn Engine) {
    let mut store = engine.open();
    // A day has 1440 minutes; the third source comes last by its name and first by its time.
    let sent = [
        ("z", 0, 3),
        ("a", 1440, 150),
        ("a", 1441, 1),
        ("a b", 30 * 1440, 2),
        ("a", 400 * 1440, 120),
        ("a", 400 * 1440 + 61, 0),
    ];
    for (source, minute, count) in sent {
        let mut receipt = receipt(source, minute);
        receipt.refused = (0..count).map(|_| refused(ProblemKey::InvalidValue)).collect();
        let commit = Commit {
            receipt: Some(receipt),
            ..Commit::default()
        };
        store.commit(&call(), commit).await.unwrap();
    }
    store = engine.restart(store).await;
    for now in [400 * 1440 + 62, 401 * 1440, 4000 * 1440] {
        let found = receipts::sources(&*store, &call(), at(now), None, 10).await.unwrap();
        let told: Vec<_> = found
            .items
            .iter()
            .map(|source| (source.name.as_str(), source.last.unwrap()))
            .collect();
        // Minutes of the ledger are those of the clock.
        let minute = |of: i64| redtrail::model::time::Micros(at(of).0.div_euclid(60_000_000) * 60_000_000);
        let expected = [
            ("a b", minute(30 * 1440)),
            ("a", minute(400 * 1440 + 61)),
            ("z", minute(0)),
        ];
        assert_eq!((told, found.has_more), (expected.to_vec(), false), "{now}");
        let one = receipts::source(&*store, &call(), at(now), "a").await.unwrap();
        assert_eq!(one.as_ref(), Some(&found.items[1]));
        assert_eq!(receipts::source(&*store, &call(), at(now), "b").await.unwrap(), None);
    }
    let now = at(4000 * 1440);
    for (source, all) in [(None, 276), (Some("a"), 271), (Some("z"), 3), (Some("none"), 0)] {
        let asked = Asked {
            source: source.map(str::to_owned),
            ..Asked::default()
        };
        let (mut after, mut seen) = (None, Vec::new());
        loop {
            let page = receipts::refused(&*store, &call(), now, &asked, (after, 40))
                .await
                .unwrap();
            seen.extend(page.items.into_iter().map(|(place, item)| (item.at, place)));
            after = page.next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), all, "{source:?}");
        assert!(
            seen.windows(2).all(|pair| pair[0] > pair[1]),
            "newest first, none twice"
        );
    }
}
