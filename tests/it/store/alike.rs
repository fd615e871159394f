//! Cases that compare an engine with the oracle.

use std::collections::BTreeSet;
use std::sync::Arc;

use redtrail::model::filter::{Direction, Filter};
use redtrail::model::id::RecordKey;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::store::memory::MemoryStore;
use redtrail::store::{Commit, EntityFilter, Item, StateWrite, Store};

use super::engine::Engine;
use super::lists::{BOTH, walk};
use super::make::{Dice, at, call, commit, only_customers, receipt, scoped};
use super::siblings::{self, WAYS};
use super::traffic::{self, Manner};

/// Any multiset of versions in any order, cut into any commits, with restarts between, reads as the oracle
/// reads them in one commit, but for what depends on arrival.
pub async fn any_order_and_cut_of_versions_reads_the_same(engine: &dyn Engine) {
    let mut store = engine.open();
    let oracle: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut dice = Dice(11);
    let items: Vec<Item> = (0..600)
        .map(|n| traffic::item(&mut dice, n, Manner::OrderFree))
        .collect();
    oracle.commit(&call(), commit(items.clone())).await.unwrap();
    let mut sent = items.clone();
    sent.extend(items.into_iter().step_by(3));
    dice.shuffle(&mut sent);
    while !sent.is_empty() {
        let count = 1 + dice.roll(sent.len().min(90));
        let part = sent.drain(..count).collect();
        store.commit(&call(), commit(part)).await.unwrap();
        if dice.chance(30) {
            store = engine.restart(store).await;
        }
    }
    let call = call();
    for key in traffic::keys() {
        let told = store.whole(&call, &key).await.unwrap().map(|record| record.content);
        let expected = oracle.whole(&call, &key).await.unwrap().map(|record| record.content);
        assert_eq!(told, expected, "{key:?}");
        let links = |links: Vec<redtrail::store::Linked>| {
            links
                .into_iter()
                .map(|link| {
                    (
                        link.relation,
                        link.other_is,
                        link.key,
                        link.record.map(|record| record.content),
                    )
                })
                .collect::<Vec<_>>()
        };
        let told = links(store.linked(&call, &key, None, None, 1000).await.unwrap());
        let expected = links(oracle.linked(&call, &key, None, None, 1000).await.unwrap());
        assert_eq!(told, expected, "{key:?}");
    }
    for (kind, id) in traffic::entities() {
        let fields = |entity: Option<redtrail::model::entity::Entity>| {
            entity.map(|entity| {
                let owned = |(name, raw): (&str, &str)| (name.to_owned(), raw.to_owned());
                entity.fields().into_iter().map(owned).collect::<Vec<_>>()
            })
        };
        let told = fields(store.entity(&call, kind, id.as_str()).await.unwrap());
        let expected = fields(oracle.entity(&call, kind, id.as_str()).await.unwrap());
        assert_eq!(told, expected, "{kind:?} {id}");
    }
}

/// A long random sequence of writes, reads and restarts is answered as the oracle answers it.
pub async fn a_long_mixture_of_operations_is_answered_as_the_oracle_does(engine: &dyn Engine) {
    let mut store = engine.open();
    let oracle: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let mut dice = Dice(23);
    let mut forgotten = BTreeSet::new();
    for round in 0..250 {
        write_both(&mut dice, round, &*store, &*oracle).await;
        expire_both(&mut dice, round, [&*store, &*oracle], &mut forgotten).await;
        if dice.chance(10) {
            store = engine.restart(store).await;
        }
        read_both(&mut dice, &*store, &*oracle, &forgotten).await;
    }
    let store = engine.restart(store).await;
    everything_is_alike(&*store, &*oracle, &forgotten).await;
}

async fn write_both(dice: &mut Dice, round: i64, store: &dyn Store, oracle: &dyn Store) {
    let count = dice.roll(12);
    let items: Vec<Item> = (0..count).map(|_| traffic::item(dice, round, Manner::Any)).collect();
    let mut writes = [Vec::new(), Vec::new()];
    if dice.chance(40) {
        let name = format!("cursor/{}", dice.roll(4));
        let right = dice.chance(80);
        let deletes = dice.chance(20);
        for (store, writes) in [store, oracle].into_iter().zip(&mut writes) {
            // Revisions are each engine's own: only whether they still hold is compared.
            let stored = store.state(&call(), &name).await.unwrap();
            let (key, value) = (name.clone(), format!("value {round}").into_bytes());
            writes.push(match stored {
                Some(stored) if right && deletes => StateWrite::DeleteIf {
                    key,
                    revision: stored.revision,
                },
                Some(stored) if right => StateWrite::PutIf {
                    key,
                    value,
                    revision: stored.revision,
                },
                Some(stored) => StateWrite::PutIf {
                    key,
                    value,
                    revision: stored.revision + 1_000_000,
                },
                None => StateWrite::Create { key, value },
            });
        }
    }
    let receipt = dice.chance(70).then(|| receipt(["one", "two"][dice.roll(2)], round));
    let [a, b] = writes;
    let told = store
        .commit(
            &call(),
            Commit {
                items: items.clone(),
                receipt: receipt.clone(),
                state: a,
            },
        )
        .await
        .unwrap();
    let expected = oracle
        .commit(
            &call(),
            Commit {
                items,
                receipt,
                state: b,
            },
        )
        .await
        .unwrap();
    assert_eq!(told, expected, "round {round}");
}

/// Sometimes forgets what is old in both, and takes down what it was.
async fn expire_both(dice: &mut Dice, round: i64, stores: [&dyn Store; 2], forgotten: &mut BTreeSet<RecordKey>) {
    if !dice.chance(5) {
        return;
    }
    let [store, oracle] = stores;
    let (kind, before) = (*dice.of(&Kind::SENT), at(round - 40 + dice.roll(40) as i64));
    let mut old = Filter::of(kind);
    old.to = Some(before);
    let old = walk(oracle, &call(), &old, Direction::OldestFirst, 1000).await;
    forgotten.extend(old.into_iter().map(|record| record.key));
    let told = store.expire(&call(), kind, before).await.unwrap();
    assert_eq!(told, oracle.expire(&call(), kind, before).await.unwrap(), "{kind:?}");
}

/// What was forgotten may be told of no more.
async fn changes_are_alike(store: &dyn Store, oracle: &dyn Store, after: u64, forgotten: &BTreeSet<RecordKey>) {
    let told = store.changes(&call(), after, 100_000).await.unwrap();
    let mut told = told.into_iter().peekable();
    for expected in oracle.changes(&call(), after, 100_000).await.unwrap() {
        if told.next_if_eq(&expected).is_none() {
            assert!(
                forgotten.contains(&expected.key),
                "{expected:?}, told {:?}",
                told.peek()
            );
        }
    }
    assert_eq!(told.next(), None);
}

async fn read_both(dice: &mut Dice, store: &dyn Store, oracle: &dyn Store, forgotten: &BTreeSet<RecordKey>) {
    let call = match dice.roll(3) {
        0 => call(),
        1 => scoped(only_customers(&["c0"])),
        _ => scoped(only_customers(&["c1", "c2"])),
    };
    let keys = traffic::keys();
    let asked: Vec<_> = (0..6).map(|_| dice.of(&keys).clone()).collect();
    assert_eq!(
        store.get(&call, &asked).await.unwrap(),
        oracle.get(&call, &asked).await.unwrap()
    );
    for key in &asked {
        assert_eq!(
            store.whole(&call, key).await.unwrap(),
            oracle.whole(&call, key).await.unwrap(),
            "{key:?}"
        );
        let told = store.linked(&call, key, None, None, 500).await.unwrap();
        assert_eq!(
            told,
            oracle.linked(&call, key, None, None, 500).await.unwrap(),
            "{key:?}"
        );
        let (way, direction, limit) = (*dice.of(&WAYS), *dice.of(&BOTH), 1 + dice.roll(5));
        let told = siblings::walk(store, &call, key, way, direction, limit).await;
        let expected = siblings::walk(oracle, &call, key, way, direction, 1000).await;
        assert_eq!(told, expected, "{key:?} {way:?}");
    }
    let told = store.worst_of(&call, &keys).await.unwrap();
    assert_eq!(told, oracle.worst_of(&call, &keys).await.unwrap());
    let kind = *dice.of(&[
        Kind::FlowRun,
        Kind::NodeRun,
        Kind::ApiRequest,
        Kind::EntityChange,
        Kind::ExternalEvent,
    ]);
    let (direction, limit) = (*dice.of(&BOTH), 1 + dice.roll(20));
    let filter = Filter::of(kind);
    let told = walk(store, &call, &filter, direction, limit).await;
    assert_eq!(told, walk(oracle, &call, &filter, direction, limit).await, "{kind:?}");
    let after = dice.roll(300) as u64;
    changes_are_alike(store, oracle, after, forgotten).await;
    for (kind, id) in traffic::entities() {
        let told = store.entity(&call, kind, id.as_str()).await.unwrap();
        assert_eq!(
            told,
            oracle.entity(&call, kind, id.as_str()).await.unwrap(),
            "{kind:?} {id}"
        );
    }
    let then = at(dice.roll(250) as i64);
    let (kind, id) = dice.of(&traffic::entities()).clone();
    let told = store.entity_at(&call, kind, &id, then).await.unwrap();
    assert_eq!(
        told,
        oracle.entity_at(&call, kind, &id, then).await.unwrap(),
        "{kind:?} {id}"
    );
    for n in 0..3 {
        let name = format!("key{n}");
        let told = store.entity(&call, EntityKind::Connection, &name).await.unwrap();
        assert_eq!(
            told,
            oracle.entity(&call, EntityKind::Connection, &name).await.unwrap(),
            "{name}"
        );
    }
    let filter = EntityFilter {
        kind: EntityKind::Connection,
        ids: Vec::new(),
        archived: None,
    };
    let told = store.entities(&call, &filter, None, direction, 2).await.unwrap();
    assert_eq!(told, oracle.entities(&call, &filter, None, direction, 2).await.unwrap());
}

async fn everything_is_alike(store: &dyn Store, oracle: &dyn Store, forgotten: &BTreeSet<RecordKey>) {
    let call = call();
    for key in traffic::keys() {
        assert_eq!(
            store.whole(&call, &key).await.unwrap(),
            oracle.whole(&call, &key).await.unwrap(),
            "{key:?}"
        );
    }
    for kind in Kind::SENT.into_iter().chain([Kind::EntityChange]) {
        for direction in [Direction::NewestFirst, Direction::OldestFirst] {
            let told = walk(store, &call, &Filter::of(kind), direction, 7).await;
            assert_eq!(
                told,
                walk(oracle, &call, &Filter::of(kind), direction, 1000).await,
                "{kind:?}"
            );
        }
    }
    changes_are_alike(store, oracle, 0, forgotten).await;
    let values = async |store: &dyn Store| {
        let all = store.state_scan(&call, "", None, 100_000).await.unwrap();
        all.into_iter()
            .map(|value| (value.key, value.value))
            .collect::<Vec<_>>()
    };
    assert_eq!(values(store).await, values(oracle).await);
    let (told, expected) = (store.stats(&call).await.unwrap(), oracle.stats(&call).await.unwrap());
    let counted = |stats: Vec<(Kind, u64)>| stats.into_iter().filter(|(_, count)| *count > 0).collect::<Vec<_>>();
    assert_eq!(counted(told.records), counted(expected.records));
    assert_eq!(told.sequence, expected.sequence);
    assert!(store.verify(&call).await.unwrap().damage.is_empty());
}
