//! Cases of lists: filters against a plain scan, paging against the whole list, scope.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use redtrail::model::filter::{Direction, Filter, IdField, Position};
use redtrail::model::id::RecordKey;
use redtrail::model::kind::Kind;
use redtrail::model::record::Record;
use redtrail::model::scope::{Only, Scope};
use redtrail::store::call::Call;
use redtrail::store::{ListRequest, Page, Store};

use super::engine::Engine;
use super::make::{Dice, at, call, commit, id, key, log, only_customers, scoped, time};
use super::traffic::{self, Manner};

pub const BOTH: [Direction; 2] = [Direction::NewestFirst, Direction::OldestFirst];

/// Every page of a list, one after the other.
pub async fn walk(store: &dyn Store, call: &Call, filter: &Filter, direction: Direction, limit: usize) -> Vec<Record> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let page = page(store, call, filter, direction, limit, after).await;
        assert!(
            page.items.len() <= limit,
            "{} items where {limit} were asked for",
            page.items.len()
        );
        all.extend(page.items);
        after = page.next;
        if after.is_none() {
            return all;
        }
    }
}

async fn page(
    store: &dyn Store,
    call: &Call,
    filter: &Filter,
    direction: Direction,
    limit: usize,
    after: Option<Position>,
) -> Page<Record> {
    store
        .list(
            call,
            &ListRequest {
                filter: filter.clone(),
                after,
                direction,
                limit,
            },
        )
        .await
        .unwrap()
}

fn keys(records: &[Record]) -> Vec<RecordKey> {
    records.iter().map(|record| record.key.clone()).collect()
}

/// The value of an id field as it stands in the record, by the table of `model.md`.
fn id_text(record: &Record, field: IdField) -> Option<String> {
    let text = |name: &str| record.content.text(name).map(|text| text.into_owned());
    let derived = |id: &Option<redtrail::model::id::Id>| id.as_ref().map(|id| id.as_str().to_owned());
    match (field, record.key.node()) {
        (IdField::Source, _) => Some(record.known.source.to_string()),
        (IdField::FlowRun, Some((run, _))) => Some(run.as_str().to_owned()),
        (IdField::Node, Some((_, node))) => Some(node.as_str().to_owned()),
        (IdField::Customer, _) => text("customerId").or(derived(&record.known.derived_customer)),
        (IdField::Integration, _) => text("integrationId").or(derived(&record.known.derived_integration)),
        _ => field.fields().iter().find_map(|name| text(name)),
    }
}

pub async fn filters_on_state_time_and_ids_give_what_a_plain_scan_gives(engine: &dyn Engine) {
    let store = engine.open();
    let mut dice = Dice(7);
    for round in 0..20 {
        let items = (0..25).map(|_| traffic::item(&mut dice, round, Manner::Any)).collect();
        store.commit(&call(), commit(items)).await.unwrap();
    }
    let ids: Vec<_> = id_fields().collect();
    store.commit(&call(), commit(ids)).await.unwrap();
    let store = engine.restart(store).await;
    let mut every = Vec::new();
    for kind in Kind::SENT {
        every.extend(walk(&*store, &call(), &Filter::of(kind), Direction::OldestFirst, 1000).await);
    }
    assert!(every.len() > 60, "{}", every.len());
    let mut matched = 0;
    for turn in 0..400 {
        let filter = random_filter(&mut dice, &every);
        let is_wanted = |record: &&Record| {
            record.key.kind() == filter.kind
                && filter.from.is_none_or(|from| from <= record.known.place)
                && filter.to.is_none_or(|to| record.known.place < to)
                && (filter.states.is_empty() || filter.states.contains(&record.state()))
                && filter.ids.iter().all(|(field, ids)| {
                    id_text(record, *field).is_some_and(|text| ids.iter().any(|id| id.as_str() == text))
                })
        };
        let mut expected: Vec<_> = every.iter().filter(is_wanted).cloned().collect();
        expected.sort_by_key(|record| (record.known.place, record.key.bytes()));
        matched += expected.len();
        let direction = BOTH[turn % 2];
        if direction == Direction::NewestFirst {
            expected.reverse();
        }
        let limit = 1 + dice.roll(9);
        assert_eq!(
            walk(&*store, &call(), &filter, direction, limit).await,
            expected,
            "{filter:?}"
        );
    }
    assert!(matched > 400, "{matched}");
}

/// A record for each id field that gives it.
fn id_fields() -> impl Iterator<Item = redtrail::store::Item> {
    IdField::ALL.into_iter().flat_map(|field| {
        field.fields().iter().map(move |name| {
            let kind = match *name {
                "subscriptionId" => Kind::ExternalWebhook,
                "appEventTypeId" | "appEventSubscriptionId" => Kind::InternalEvent,
                "externalEventSubscriptionId" | "eventType" => Kind::ExternalEvent,
                "flowId" | "universalFlowId" | "flowInstanceId" | "integrationFlowId" => Kind::FlowRun,
                "integrationActionId" | "actionId" => Kind::ActionRun,
                _ => Kind::ApiRequest,
            };
            log(kind, 3, &format!(r#"{{"id":"with-{name}","{name}":"value"}}"#))
        })
    })
}

fn random_filter(dice: &mut Dice, every: &[Record]) -> Filter {
    let sample = dice.of(every);
    let mut filter = Filter::of(sample.key.kind());
    if dice.chance(30) {
        filter.from = Some(at(dice.roll(30) as i64));
    }
    if dice.chance(30) {
        filter.to = Some(sample.known.place.plus(dice.roll(2) as i64));
    }
    if dice.chance(40) {
        filter.states = vec![sample.state(), dice.of(every).state()];
    }
    for field in IdField::ALL {
        if let Some(text) = id_text(sample, field).filter(|_| dice.chance(25)) {
            let other = dice.chance(30).then(|| id("none"));
            filter.ids.push((field, other.into_iter().chain([id(&text)]).collect()));
        }
    }
    if dice.chance(3) {
        filter.ids.push((*dice.of(&IdField::ALL), vec![id("none")]));
    }
    filter
}

/// A record of the paging property: a minute and a number for its id.
type Spot = (i64, usize);

/// Any pages in any direction, also while records are inserted: nothing twice, in order, all that was there
/// from the beginning, and all that was inserted ahead of the page.
pub async fn pages_in_both_directions_equal_a_full_scan_while_records_are_inserted(engine: &dyn Engine) {
    let store = engine.open();
    let spots = || prop::collection::vec((0i64..5, 0usize..60), 0..40);
    let inserts = prop::collection::vec(prop::collection::vec((0i64..5, 0usize..60), 0..4), 0..12);
    let strategy = (spots(), inserts, 1usize..12, any::<bool>());
    let mut runner = TestRunner::new(Config {
        cases: 64,
        failure_persistence: None,
        ..Config::default()
    });
    let case = std::cell::Cell::new(0);
    let handle = tokio::runtime::Handle::current();
    tokio::task::block_in_place(|| {
        runner
            .run(&strategy, |(first, inserts, limit, newest)| {
                case.set(case.get() + 1);
                let direction = BOTH[usize::from(!newest)];
                handle.block_on(paging(&*store, case.get(), first, inserts, limit, direction));
                Ok(())
            })
            .unwrap();
    });
}

async fn paging(
    store: &dyn Store,
    case: usize,
    first: Vec<Spot>,
    inserts: Vec<Vec<Spot>>,
    limit: usize,
    direction: Direction,
) {
    // Each case has a customer of its own, so that one store serves all cases.
    let customer = format!("case-{case}");
    let item = |(minute, number): &Spot| {
        let text = format!(
            r#"{{"id":"{customer}-{number}","createdAt":"{}","customerId":"{customer}","isSuccess":{}}}"#,
            time(*minute),
            minute % 2 == 0
        );
        log(Kind::ApiRequest, 100, &text)
    };
    let filter = Filter::of(Kind::ApiRequest).with(IdField::Customer, id(&customer));
    // One commit each: the first time a number comes decides its place.
    let mut places: std::collections::BTreeMap<usize, i64> = Default::default();
    for spot in &first {
        places.entry(spot.1).or_insert(spot.0);
        store.commit(&call(), commit(vec![item(spot)])).await.unwrap();
    }
    let position = |(number, minute): (&usize, &i64)| Position {
        place: at(*minute),
        key: key(Kind::ApiRequest, &format!("{customer}-{number}")),
    };
    let mut wanted: BTreeSet<Position> = places.iter().map(position).collect();
    let mut allowed = wanted.clone();
    let (mut told, mut after, mut inserts) = (Vec::new(), None::<Position>, inserts.into_iter());
    loop {
        let page = page(store, &call(), &filter, direction, limit, after).await;
        assert!(page.items.len() <= limit);
        told.extend(page.items.iter().map(Record::position));
        after = page.next;
        let Some(cursor) = &after else { break };
        for spot in inserts.next().unwrap_or_default() {
            if places.contains_key(&spot.1) {
                continue;
            }
            places.insert(spot.1, spot.0);
            store.commit(&call(), commit(vec![item(&spot)])).await.unwrap();
            let position = position((&spot.1, &spot.0));
            let is_ahead = match direction {
                Direction::NewestFirst => position < *cursor,
                Direction::OldestFirst => position > *cursor,
            };
            if is_ahead {
                wanted.insert(position.clone());
            }
            allowed.insert(position);
        }
    }
    let mut sorted = told.clone();
    sorted.sort();
    sorted.dedup();
    let told_set: BTreeSet<Position> = told.iter().cloned().collect();
    if direction == Direction::NewestFirst {
        sorted.reverse();
    }
    assert_eq!(told, sorted, "in order, nothing twice");
    assert!(
        wanted.is_subset(&told_set),
        "missing {:?}",
        wanted.difference(&told_set).collect::<Vec<_>>()
    );
    assert!(told_set.is_subset(&allowed));
    // And once more with nothing going on: equal to the full scan.
    let all: Vec<_> = walk(store, &call(), &filter, direction, limit)
        .await
        .iter()
        .map(Record::position)
        .collect();
    let mut expected: Vec<_> = allowed.into_iter().collect();
    if direction == Direction::NewestFirst {
        expected.reverse();
    }
    assert_eq!(all, expected);
}

pub async fn a_list_shows_only_what_is_in_the_scope(engine: &dyn Engine) {
    let store = engine.open();
    let node = |run: &str, more: &str| {
        log(
            Kind::NodeRun,
            1,
            &format!(r#"{{"id":"n","flowRunId":"{run}","nodeKey":"k"{more}}}"#),
        )
    };
    store
        .commit(
            &call(),
            commit(vec![
                log(
                    Kind::FlowRun,
                    1,
                    r#"{"id":"r1","customerId":"c1","integrationId":"i1"}"#,
                ),
                log(
                    Kind::FlowRun,
                    1,
                    r#"{"id":"r2","customerId":"c1","integrationId":"i2"}"#,
                ),
                log(
                    Kind::FlowRun,
                    1,
                    r#"{"id":"r3","customerId":"c2","integrationId":"i1"}"#,
                ),
                log(Kind::FlowRun, 1, r#"{"id":"r4","customerId":"c1"}"#),
                log(Kind::FlowRun, 1, r#"{"id":"r5"}"#),
                node("r1", ""),
                node("r2", ""),
                node("r3", r#","customerId":"c1""#),
                node("r5", ""),
                node("r6", ""),
            ]),
        )
        .await
        .unwrap();
    let store = engine.restart(store).await;
    let both = Scope {
        integrations: Only::These([id("i1")].into()),
        ..only_customers(&["c1"])
    };
    let node_of = |run: &str| RecordKey::node_run(id(run), id("k"), id("n"));
    let run = |name: &str| key(Kind::FlowRun, name);
    let cases = [
        (
            Scope::ALL,
            vec![run("r1"), run("r2"), run("r3"), run("r4"), run("r5")],
            ["r1", "r2", "r3", "r5", "r6"].map(node_of).to_vec(),
        ),
        (
            only_customers(&["c1"]),
            vec![run("r1"), run("r2"), run("r4")],
            ["r1", "r2", "r3"].map(node_of).to_vec(),
        ),
        (both, vec![run("r1")], ["r1", "r3"].map(node_of).to_vec()),
        (only_customers(&[]), vec![], vec![]),
    ];
    for (scope, runs, nodes) in cases {
        let call = scoped(scope);
        for limit in [1, 2, 50] {
            let told = walk(
                &*store,
                &call,
                &Filter::of(Kind::FlowRun),
                Direction::OldestFirst,
                limit,
            )
            .await;
            assert_eq!(keys(&told), runs);
            let told = walk(
                &*store,
                &call,
                &Filter::of(Kind::NodeRun),
                Direction::OldestFirst,
                limit,
            )
            .await;
            assert_eq!(keys(&told), nodes);
        }
    }
    // The run of a node run comes late: from then on its scope holds.
    let late = vec![log(
        Kind::FlowRun,
        2,
        r#"{"id":"r6","customerId":"c2","integrationId":"i1"}"#,
    )];
    store.commit(&call(), commit(late)).await.unwrap();
    let call = scoped(only_customers(&["c2"]));
    let told = walk(&*store, &call, &Filter::of(Kind::NodeRun), Direction::NewestFirst, 9).await;
    assert_eq!(keys(&told), [node_of("r6")]);
}
