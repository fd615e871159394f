//! Cases of entities: upsert, history, look-up by key, lists, scope.

use redtrail::model::entity::Entity;
use redtrail::model::filter::Direction;
use redtrail::model::id::Id;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::scope::{Only, Scope};
use redtrail::store::{EntityFilter, Item, Outcome, Store};

use super::engine::Engine;
use super::make::{at, call, commit, entity, id, only_customers, scoped, time};

async fn put(store: &dyn Store, items: Vec<Item>) -> Vec<Outcome> {
    store.commit(&call(), commit(items)).await.unwrap().outcomes
}

async fn get(store: &dyn Store, kind: EntityKind, name: &str) -> Option<Entity> {
    store.entity(&call(), kind, name).await.unwrap()
}

fn customer(received: i64, json: &str) -> Item {
    entity(EntityKind::Customer, received, json)
}

pub async fn an_entity_that_goes_a_b_a_with_times_stays_at_the_newest(engine: &dyn Engine) {
    let store = engine.open();
    let a = format!(r#"{{"id":"c","name":"A","updatedAt":"{}"}}"#, time(1));
    let b = format!(r#"{{"id":"c","name":"B","updatedAt":"{}"}}"#, time(2));
    assert_eq!(
        put(&*store, vec![customer(10, &a), customer(11, &b)]).await,
        vec![Outcome::Accepted; 2]
    );
    let store = engine.restart(store).await;
    assert_eq!(
        put(&*store, vec![customer(12, &a), customer(13, &b)]).await,
        vec![Outcome::Duplicate; 2]
    );
    let entity = get(&*store, EntityKind::Customer, "c").await.unwrap();
    assert_eq!(entity.text("name").as_deref(), Some("B"));
    assert_eq!(store.changes(&call(), 0, 10).await.unwrap().len(), 2);
}

pub async fn an_entity_that_goes_a_b_a_without_times_is_a_again(engine: &dyn Engine) {
    let store = engine.open();
    let (a, b) = (r#"{"id":"c","name":"A","key":"k"}"#, r#"{"id":"c","name":"B"}"#);
    assert_eq!(
        put(&*store, vec![customer(10, a), customer(11, b)]).await,
        vec![Outcome::Accepted; 2]
    );
    let store = engine.restart(store).await;
    assert_eq!(
        put(&*store, vec![customer(12, a), customer(13, a)]).await,
        [Outcome::Accepted, Outcome::Duplicate]
    );
    let store = engine.restart(store).await;
    let now = get(&*store, EntityKind::Customer, "c").await.unwrap();
    assert_eq!(
        (now.text("name").as_deref(), now.text("key").as_deref()),
        (Some("A"), Some("k"))
    );
    assert_eq!(now.place, at(10));
    let null = r#"{"id":"c","key":null}"#;
    assert_eq!(put(&*store, vec![customer(14, null)]).await, [Outcome::Accepted]);
    let now = get(&*store, EntityKind::Customer, "c").await.unwrap();
    assert_eq!((now.text("name").as_deref(), now.text("key")), (Some("A"), None));
}

pub async fn an_entity_can_be_seen_as_it_was(engine: &dyn Engine) {
    let store = engine.open();
    put(&*store, vec![customer(10, r#"{"id":"c","name":"A","meta":{"x":1}}"#)]).await;
    put(
        &*store,
        vec![
            customer(20, r#"{"id":"c","name":"B"}"#),
            customer(20, r#"{"id":"d","name":"D"}"#),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    put(&*store, vec![customer(30, r#"{"id":"c","name":"C","meta":null}"#)]).await;
    let store = engine.restart(store).await;
    let was = [
        (9, None, false),
        (10, Some("A"), true),
        (19, Some("A"), true),
        (20, Some("B"), true),
        (31, Some("C"), false),
    ];
    for (minute, name, meta) in was {
        let then = store
            .entity_at(&call(), EntityKind::Customer, &id("c"), at(minute))
            .await
            .unwrap();
        let told = then
            .as_ref()
            .and_then(|then| then.text("name").map(|name| name.into_owned()));
        assert_eq!(told.as_deref(), name, "minute {minute}");
        assert_eq!(
            then.is_some_and(|then| then.raw("meta").is_some()),
            meta,
            "minute {minute}"
        );
    }
    let none = store
        .entity_at(&call(), EntityKind::Flow, &id("c"), at(40))
        .await
        .unwrap();
    assert!(none.is_none());
}

pub async fn a_change_of_an_entity_is_a_record_that_says_what_changed(engine: &dyn Engine) {
    let store = engine.open();
    let first = r#"{"id":"k","name":"A","customerId":"c1","integrationId":"i1","nodes":{"a":1}}"#;
    put(&*store, vec![entity(EntityKind::Connection, 10, first)]).await;
    put(
        &*store,
        vec![entity(
            EntityKind::Connection,
            20,
            r#"{"id":"k","name":"B","state":"READY"}"#,
        )],
    )
    .await;
    let store = engine.restart(store).await;
    let changes = store.changes(&call(), 0, 10).await.unwrap();
    let record = store.whole(&call(), &changes[1].key).await.unwrap().unwrap();
    assert_eq!((record.key.kind(), record.known.place), (Kind::EntityChange, at(20)));
    let text = |name: &str| record.content.text(name).map(|text| text.into_owned());
    assert_eq!(text("entityKind").as_deref(), Some("connection"));
    assert_eq!(text("connectionId").as_deref(), Some("k"));
    assert_eq!(text("customerId").as_deref(), Some("c1"));
    assert_eq!(
        record.content.raw(record.key.kind(), "old").as_deref(),
        Some(r#"{"name":"A"}"#)
    );
    let mut changed: Vec<String> =
        serde_json::from_str(&record.content.raw(record.key.kind(), "changed").unwrap()).unwrap();
    changed.sort();
    assert_eq!(changed, ["name", "state"]);
    let after: serde_json::Value =
        serde_json::from_str(&record.content.raw(record.key.kind(), "entity").unwrap()).unwrap();
    assert_eq!(
        (after["name"].as_str(), after["integrationId"].as_str()),
        (Some("B"), Some("i1"))
    );
    assert!(after["nodes"].is_null() && after["nodesHash"].is_string());
    let hidden = store
        .get(&scoped(only_customers(&["c2"])), &[changes[1].key.clone()])
        .await
        .unwrap();
    assert_eq!(hidden, [None]);
}

pub async fn an_id_beats_a_key_and_of_equal_keys_the_newest_counts(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![
            entity(EntityKind::Flow, 10, r#"{"id":"f1","key":"sync"}"#),
            entity(EntityKind::Flow, 30, r#"{"id":"f2","key":"sync"}"#),
            entity(EntityKind::Flow, 20, r#"{"id":"f3","key":"sync"}"#),
            entity(EntityKind::Flow, 20, r#"{"id":"f4","key":"f1"}"#),
            entity(EntityKind::Integration, 40, r#"{"id":"i","key":"sync"}"#),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let found = async |name: &str| get(&*store, EntityKind::Flow, name).await.map(|flow| flow.id);
    assert_eq!(found("sync").await, Some(id("f2")));
    assert_eq!(found("f1").await, Some(id("f1")));
    assert_eq!(found("i").await, None);
    put(
        &*store,
        vec![entity(EntityKind::Flow, 50, r#"{"id":"f2","key":"other"}"#)],
    )
    .await;
    let store = engine.restart(store).await;
    let found = async |name: &str| get(&*store, EntityKind::Flow, name).await.map(|flow| flow.id);
    assert_eq!(found("sync").await, Some(id("f3")));
    assert_eq!(found("other").await, Some(id("f2")));
}

/// A filter on ids, one on being archived, and which numbers they leave.
type Listed = (Vec<(&'static str, Vec<Id>)>, Option<bool>, fn(&i64) -> bool);

pub async fn entities_are_listed_by_place_in_pages_both_ways(engine: &dyn Engine) {
    let store = engine.open();
    let items = (0..23).map(|n| {
        let archived = if n % 3 == 0 {
            format!(r#","archivedAt":"{}""#, time(99))
        } else {
            String::new()
        };
        let text = format!(
            r#"{{"id":"k{n:02}","createdAt":"{}","customerId":"c{}","integrationId":"i"{archived}}}"#,
            time((n * 7) % 5),
            n % 2
        );
        entity(EntityKind::Connection, 90, &text)
    });
    put(&*store, items.collect()).await;
    let store = engine.restart(store).await;
    let mut order: Vec<i64> = (0..23).collect();
    order.sort_by_key(|n| ((n * 7) % 5, *n));
    let all = |_: &i64| true;
    let cases: [Listed; 4] = [
        (vec![], None, all),
        (vec![], Some(true), |n| n % 3 == 0),
        (vec![], Some(false), |n| n % 3 != 0),
        (vec![("customerId", vec![id("c1"), id("c9")])], Some(false), |n| {
            n % 2 == 1 && n % 3 != 0
        }),
    ];
    for (ids, archived, is_wanted) in cases {
        let filter = EntityFilter {
            kind: EntityKind::Connection,
            ids,
            archived,
        };
        for direction in [Direction::OldestFirst, Direction::NewestFirst] {
            for limit in [1, 4, 23, 100] {
                let mut expected: Vec<_> = order
                    .iter()
                    .filter(|n| is_wanted(n))
                    .map(|n| id(&format!("k{n:02}")))
                    .collect();
                if direction == Direction::NewestFirst {
                    expected.reverse();
                }
                let (mut told, mut after) = (Vec::new(), None);
                loop {
                    let page = store
                        .entities(&call(), &filter, after.as_ref(), direction, limit)
                        .await
                        .unwrap();
                    assert!(page.items.len() <= limit);
                    told.extend(page.items.into_iter().map(|entity| entity.id));
                    after = page.next;
                    if after.is_none() {
                        break;
                    }
                }
                assert_eq!(told, expected);
            }
        }
    }
}

pub async fn entities_outside_the_scope_are_not_there(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![
            customer(1, r#"{"id":"c1","key":"one"}"#),
            customer(1, r#"{"id":"c2","key":"two"}"#),
            entity(EntityKind::Integration, 1, r#"{"id":"i1"}"#),
            entity(EntityKind::Integration, 1, r#"{"id":"i2"}"#),
            entity(
                EntityKind::Connection,
                1,
                r#"{"id":"k1","customerId":"c1","integrationId":"i1","key":"k"}"#,
            ),
            entity(
                EntityKind::Connection,
                2,
                r#"{"id":"k2","customerId":"c2","integrationId":"i1","key":"k"}"#,
            ),
            entity(
                EntityKind::Connection,
                3,
                r#"{"id":"k3","customerId":"c1","integrationId":"i2","key":"k"}"#,
            ),
            entity(
                EntityKind::Connection,
                4,
                r#"{"id":"k4","integrationId":"i1","key":"k"}"#,
            ),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let scope = Scope {
        integrations: Only::These([id("i1")].into()),
        ..only_customers(&["c1"])
    };
    let call = scoped(scope);
    let found = async |kind, name: &str| store.entity(&call, kind, name).await.unwrap().map(|entity| entity.id);
    assert_eq!(found(EntityKind::Customer, "c1").await, Some(id("c1")));
    assert_eq!(found(EntityKind::Customer, "two").await, None);
    assert_eq!(found(EntityKind::Integration, "i2").await, Some(id("i2")));
    assert_eq!(found(EntityKind::Connection, "k").await, Some(id("k1")));
    for hidden in ["k2", "k3", "k4"] {
        assert_eq!(found(EntityKind::Connection, hidden).await, None);
        let then = store
            .entity_at(&call, EntityKind::Connection, &id(hidden), at(50))
            .await
            .unwrap();
        assert_eq!(then, None);
    }
    let listed = async |kind| {
        let filter = EntityFilter {
            kind,
            ids: Vec::new(),
            archived: None,
        };
        store
            .entities(&call, &filter, None, Direction::NewestFirst, 50)
            .await
            .unwrap()
            .items
            .len()
    };
    assert_eq!(listed(EntityKind::Customer).await, 1);
    assert_eq!(listed(EntityKind::Integration).await, 2);
    assert_eq!(listed(EntityKind::Connection).await, 1);
}

async fn named(store: &dyn Store, kind: EntityKind, begin: &str, is_whole: bool, limit: usize) -> Vec<String> {
    let found = store.named(&call(), kind, begin, is_whole, limit).await.unwrap();
    found.into_iter().map(|entity| entity.id.to_string()).collect()
}

pub async fn an_entity_is_found_by_its_name_or_key_whole_or_by_its_beginning(engine: &dyn Engine) {
    let store = engine.open();
    let long = "x".repeat(300);
    put(
        &*store,
        vec![
            customer(1, r#"{"id":"c1","name":"Acme Corp","key":"acme"}"#),
            customer(2, r#"{"id":"c2","name":"ACME"}"#),
            customer(3, r#"{"id":"c3","name":"Zed","key":"acme-2"}"#),
            customer(4, r#"{"id":"c4","name":"Ünïcode"}"#),
            customer(5, r#"{"id":"c5","name":"acme\u0000b"}"#),
            customer(6, &format!(r#"{{"id":"c6","name":"{long}a"}}"#)),
            customer(7, &format!(r#"{{"id":"c7","name":"{long}b"}}"#)),
            customer(8, r#"{"id":"c8","name":17}"#),
            entity(EntityKind::Flow, 1, r#"{"id":"f","name":"acme"}"#),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let found = async |begin: &str, is_whole| named(&*store, EntityKind::Customer, begin, is_whole, 50).await;
    assert_eq!(found("acme", true).await, ["c1", "c2"]);
    assert_eq!(found("Acme corp", true).await, ["c1"]);
    assert_eq!(found("AC", false).await, ["c5", "c1", "c2", "c3"]);
    assert_eq!(found("acme-", false).await, ["c3"]);
    assert_eq!(found("ÜNÏCODE", true).await, ["c4"]);
    assert_eq!(found("17", true).await, ["c8"]);
    assert_eq!(found(&format!("{long}B"), true).await, ["c7"]);
    assert_eq!(found(&long, false).await, ["c6", "c7"]);
    assert_eq!(found(&long, true).await, Vec::<String>::new());
    assert_eq!(found("", false).await.len(), 8);
    assert_eq!(named(&*store, EntityKind::Customer, "a", false, 2).await, ["c5", "c1"]);
    assert_eq!(named(&*store, EntityKind::Flow, "Acme", true, 9).await, ["f"]);
    assert_eq!(
        named(&*store, EntityKind::Integration, "acme", true, 9).await,
        Vec::<String>::new()
    );
}

pub async fn names_that_went_and_names_outside_the_scope_find_nothing(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![
            customer(1, r#"{"id":"c1","name":"One","key":"k"}"#),
            customer(1, r#"{"id":"c2","name":"One"}"#),
            entity(
                EntityKind::Connection,
                1,
                r#"{"id":"k1","name":"Shop","customerId":"c1"}"#,
            ),
            entity(
                EntityKind::Connection,
                1,
                r#"{"id":"k2","name":"Shop","customerId":"c2"}"#,
            ),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let call = scoped(only_customers(&["c2"]));
    for (kind, name, seen) in [
        (EntityKind::Customer, "one", "c2"),
        (EntityKind::Connection, "shop", "k2"),
    ] {
        for is_whole in [true, false] {
            let found = store.named(&call, kind, name, is_whole, 9).await.unwrap();
            let ids: Vec<&str> = found.iter().map(|entity| entity.id.as_str()).collect();
            assert_eq!(ids, [seen]);
        }
    }
    put(&*store, vec![customer(2, r#"{"id":"c1","name":"Two","key":null}"#)]).await;
    put(&*store, vec![customer(3, r#"{"id":"c2","name":null}"#)]).await;
    let store = engine.restart(store).await;
    for gone in ["one", "k", "o"] {
        assert_eq!(
            named(&*store, EntityKind::Customer, gone, false, 9).await,
            Vec::<String>::new()
        );
    }
    assert_eq!(named(&*store, EntityKind::Customer, "two", true, 9).await, ["c1"]);
    assert_eq!(
        store.verify(&super::make::call()).await.unwrap().damage,
        Vec::<String>::new()
    );
}
