//! Cases of what hangs below a record: listed failed ones first, and the colour that comes from it.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use redtrail::model::filter::Direction;
use redtrail::model::id::RecordKey;
use redtrail::model::kind::Kind;
use redtrail::model::link::{End, Relation};
use redtrail::model::tone::Tone;
use redtrail::store::call::Call;
use redtrail::store::linked::{Siblings, SiblingsRequest, Standing};
use redtrail::store::{Item, Linked, Store};

use super::engine::Engine;
use super::lists::BOTH;
use super::make::{Dice, call, commit, id, key, log, only_customers, scoped, time};

/// A relation with every end a kind of record can be asked for.
pub const WAYS: [(Relation, End); 18] = {
    use End::{Cause, Effect};
    use Relation::*;
    [
        (Collected, Effect),
        (Launched, Effect),
        (Node, Effect),
        (RunRequest, Effect),
        (NodeRequest, Effect),
        (ActionRequest, Effect),
        (PullRequest, Effect),
        (Retry, Effect),
        (Repeat, Effect),
        (Collected, Cause),
        (Launched, Cause),
        (Node, Cause),
        (RunRequest, Cause),
        (NodeRequest, Cause),
        (ActionRequest, Cause),
        (PullRequest, Cause),
        (Retry, Cause),
        (Repeat, Cause),
    ]
};

pub async fn page(store: &dyn Store, call: &Call, request: &SiblingsRequest) -> Siblings {
    let page = store.siblings(call, request).await.unwrap();
    assert!(page.items.len() <= request.limit);
    assert!(!page.is_cut);
    page
}

fn request(
    key: &RecordKey,
    (relation, other_is): (Relation, End),
    direction: Direction,
    limit: usize,
) -> SiblingsRequest {
    SiblingsRequest {
        key: key.clone(),
        relation,
        other_is,
        node: None,
        after: None,
        direction,
        limit,
    }
}

/// Every page, one after the other.
pub async fn walk(
    store: &dyn Store,
    call: &Call,
    key: &RecordKey,
    way: (Relation, End),
    direction: Direction,
    limit: usize,
) -> Vec<Linked> {
    let mut request = request(key, way, direction, limit);
    let mut all = Vec::new();
    loop {
        let page = page(store, call, &request).await;
        all.extend(page.items);
        request.after = page.next;
        if request.after.is_none() {
            return all;
        }
    }
}

fn node_run(n: usize, minute: i64, status: &str) -> Item {
    let json = format!(
        r#"{{"id":"n{n:05}","flowRunId":"r","nodeKey":"k{}","status":"{status}","startTime":"{}"}}"#,
        n % 2,
        time(minute)
    );
    log(Kind::NodeRun, minute, &json)
}

/// A run with 10,000 runs of its nodes: what failed comes first, newest first, in pages of 50 both ways.
pub async fn a_node_with_ten_thousand_runs_is_paged_failed_ones_first(engine: &dyn Engine) {
    let store = engine.open();
    let mut dice = Dice(5);
    let mut expected = Vec::new();
    for begin in (0..10_000).step_by(1000) {
        let items = (begin..begin + 1000).map(|n| {
            let (minute, has_failed) = (dice.roll(3000) as i64, dice.chance(4));
            expected.push((!has_failed, -minute, std::cmp::Reverse(n)));
            node_run(n, minute, if has_failed { "failed" } else { "completed" })
        });
        store.commit(&call(), commit(items.collect())).await.unwrap();
    }
    let store = engine.restart(store).await;
    expected.sort();
    let run = key(Kind::FlowRun, "r");
    let number = |key: &RecordKey| key.id().as_str()[1..].parse::<usize>().unwrap();
    let mut asked = request(&run, (Relation::Node, End::Effect), Direction::NewestFirst, 50);
    asked.node = Some(id("k1"));
    let of_node = expected.into_iter().map(|(_, _, n)| n.0).filter(|n| n % 2 == 1);
    let of_node: Vec<usize> = of_node.collect();
    // Every page of a whole walk costs a look at all links, so only its ends are walked page by page.
    for direction in BOTH {
        let mut expected = of_node.clone();
        if direction == Direction::OldestFirst {
            expected.reverse();
        }
        (asked.direction, asked.after) = (direction, None);
        for part in expected.chunks(50).take(8) {
            let page = page(&*store, &call(), &asked).await;
            let told: Vec<usize> = page.items.iter().map(|linked| number(&linked.key)).collect();
            assert_eq!(told, part);
            asked.after = page.next;
        }
    }
    asked.node = Some(id("k"));
    asked.after = None;
    assert_eq!(
        page(&*store, &call(), &asked).await.items,
        [],
        "the beginning of a node's key is another node"
    );
}

/// However many children there are and whatever became of them, pages of any size in both directions are the whole.
pub async fn pages_of_children_are_all_of_them_in_order(engine: &dyn Engine) {
    let store = engine.open();
    let run = tokio::runtime::Handle::current();
    let mut runner = TestRunner::new(Config::with_cases(24));
    let child = (
        0i64..20,
        prop_oneof![
            Just(None),
            Just(Some("failed")),
            Just(Some("completed")),
            Just(Some("running"))
        ],
    );
    let cases = (prop::collection::vec(child, 0..60), 1usize..13);
    let number = std::cell::Cell::new(0);
    tokio::task::block_in_place(|| {
        let case = |(children, limit): (Vec<(i64, Option<&str>)>, usize)| {
            run.block_on(async {
                number.set(number.get() + 1);
                let event = format!("e{}", number.get());
                let name = |at: usize| format!("{event}-{at}");
                let named: Vec<String> = (0..children.len()).map(|at| format!("\"{}\"", name(at))).collect();
                let mut items: Vec<Item> = Vec::new();
                for (at, (minute, state)) in children.iter().enumerate() {
                    let Some(state) = state else { continue };
                    let json = format!(
                        r#"{{"id":"{}","state":"{state}","startTime":"{}"}}"#,
                        name(at),
                        time(*minute)
                    );
                    items.push(log(Kind::FlowRun, 1, &json));
                }
                let json = format!(r#"{{"id":"{event}","launchedFlowRunIds":[{}]}}"#, named.join(","));
                items.insert(items.len() / 2, log(Kind::InternalEvent, 1, &json));
                store.commit(&call(), commit(items)).await.unwrap();
                let (event, way) = (key(Kind::InternalEvent, &event), (Relation::Launched, End::Effect));
                let mut expected = store.linked(&call(), &event, Some(way), None, 1000).await.unwrap();
                expected.sort_by_key(|linked| Standing::of(&linked.key, linked.record.as_ref()));
                assert_eq!(expected.len(), children.len());
                for direction in BOTH {
                    let told = walk(&*store, &call(), &event, way, direction, limit).await;
                    assert_eq!(told, expected);
                    expected.reverse();
                }
            });
            Ok(())
        };
        runner.run(&cases, case).unwrap();
    });
}

pub async fn what_comes_in_while_somebody_pages_moves_no_page(engine: &dyn Engine) {
    let store = engine.open();
    let put = async |items: Vec<Item>| store.commit(&call(), commit(items)).await.unwrap();
    put((0..6)
        .map(|n| node_run(n, 10 + n as i64, ["failed", "completed"][n % 2]))
        .collect())
    .await;
    let mut asked = request(
        &key(Kind::FlowRun, "r"),
        (Relation::Node, End::Effect),
        Direction::NewestFirst,
        3,
    );
    let first = page(&*store, &call(), &asked).await;
    put(vec![
        node_run(90, 20, "failed"),
        node_run(91, 20, "completed"),
        node_run(92, 1, "completed"),
    ])
    .await;
    asked.after.clone_from(&first.next);
    asked.limit = 10;
    let rest = page(&*store, &call(), &asked).await;
    let ids =
        |page: &Siblings| -> Vec<String> { page.items.iter().map(|linked| linked.key.id().to_string()).collect() };
    assert_eq!(ids(&first), ["n00004", "n00002", "n00000"]);
    assert_eq!(ids(&rest), ["n00091", "n00005", "n00003", "n00001", "n00092"]);
    asked.after = rest
        .items
        .first()
        .map(|linked| Standing::of(&linked.key, linked.record.as_ref()));
    asked.direction = Direction::OldestFirst;
    let back = page(&*store, &call(), &asked).await;
    assert_eq!(
        ids(&back),
        ["n00000", "n00002", "n00004", "n00090"],
        "going back shows it"
    );
}

pub async fn what_the_scope_does_not_hold_is_listed_as_not_received(engine: &dyn Engine) {
    let store = engine.open();
    let run = |id: &str, customer: &str| {
        log(
            Kind::FlowRun,
            1,
            &format!(r#"{{"id":"{id}","customerId":"{customer}","state":"failed"}}"#),
        )
    };
    let event = r#"{"id":"e","customerId":"c1","launchedFlowRunIds":["theirs","mine","nobody"]}"#;
    store
        .commit(
            &call(),
            commit(vec![
                run("theirs", "c2"),
                run("mine", "c1"),
                log(Kind::InternalEvent, 1, event),
            ]),
        )
        .await
        .unwrap();
    let store = engine.restart(store).await;
    let (event, way) = (key(Kind::InternalEvent, "e"), (Relation::Launched, End::Effect));
    let mine = scoped(only_customers(&["c1"]));
    let told = walk(&*store, &mine, &event, way, Direction::NewestFirst, 2).await;
    let told: Vec<(&str, bool)> = told
        .iter()
        .map(|linked| (linked.key.id().as_str(), linked.record.is_some()))
        .collect();
    assert_eq!(told, [("mine", true), ("theirs", false), ("nobody", false)]);
    let theirs = scoped(only_customers(&["c2"]));
    assert_eq!(walk(&*store, &theirs, &event, way, Direction::NewestFirst, 2).await, []);
    assert_eq!(store.worst_of(&theirs, &[event]).await.unwrap(), [None]);
}

/// Records in any order, and the colours that then come from below.
pub async fn the_colour_from_below_is_what_the_table_says(engine: &dyn Engine) {
    for (at, (records, of, tone)) in colours().into_iter().enumerate() {
        let name = format!("{at}-");
        for backwards in [false, true] {
            let store = engine.open();
            // Each case is about ids of its own.
            let name = format!("{name}{backwards}-");
            let mut items: Vec<Item> = records
                .iter()
                .map(|(kind, json)| log(*kind, 1, &json.replace('@', &name)))
                .collect();
            if backwards {
                items.reverse();
            }
            let mut store = store;
            for item in items {
                store.commit(&call(), commit(vec![item])).await.unwrap();
                store = engine.restart(store).await;
            }
            let key = key(of, &format!("{name}x"));
            let told = store.worst_of(&call(), std::slice::from_ref(&key)).await.unwrap();
            assert_eq!(told, [tone], "case {at}: {records:?}");
            store.close().await.unwrap();
        }
    }
}

type Case = (Vec<(Kind, &'static str)>, Kind, Option<Tone>);

/// `@` begins each id; asked for is the record `@x`.
fn colours() -> Vec<Case> {
    use Kind::{
        ApiRequest as A, ExternalEvent as E, ExternalWebhook as W, FlowRun as R, InternalEvent as I, NodeRun as N,
    };
    const FAILED: (Kind, &str) = (A, r#"{"id":"@x","isSuccess":false,"createdAt":"2026-03-04T00:00:01Z"}"#);
    const RUN: (Kind, &str) = (R, r#"{"id":"@x","state":"completed"}"#);
    const HOOK: (Kind, &str) = (W, r#"{"id":"@x","status":"success","collectedEventIds":["@e"]}"#);
    let red = Some(Tone::Red);
    let (amber, healed) = (Some(Tone::Amber), Some(Tone::Ok));
    let of_run = |json| vec![RUN, (A, json)];
    let tried = |json| vec![FAILED, (A, json)];
    vec![
        (tried(r#"{"id":"@y","retryOf":"@x","isSuccess":true}"#), A, healed),
        (tried(r#"{"id":"@y","retryOf":"@x","isSuccess":false}"#), A, None),
        (tried(r#"{"id":"@y","retryOf":"@x"}"#), A, None),
        (
            vec![
                FAILED,
                (A, r#"{"id":"@y","retryOf":"@x","isSuccess":false}"#),
                (A, r#"{"id":"@z","retryOf":"@y","isSuccess":true}"#),
            ],
            A,
            healed,
        ),
        (
            vec![
                (
                    A,
                    r#"{"id":"@x","retryOf":"@o","isSuccess":false,"createdAt":"2026-03-04T00:00:01Z"}"#,
                ),
                (
                    A,
                    r#"{"id":"@z","retryOf":"@o","isSuccess":true,"createdAt":"2026-03-04T00:00:02Z"}"#,
                ),
            ],
            A,
            healed,
        ),
        (
            vec![
                (
                    A,
                    r#"{"id":"@x","retryOf":"@o","isSuccess":false,"createdAt":"2026-03-04T00:00:02Z"}"#,
                ),
                (
                    A,
                    r#"{"id":"@z","retryOf":"@o","isSuccess":true,"createdAt":"2026-03-04T00:00:01Z"}"#,
                ),
            ],
            A,
            None,
        ),
        (
            vec![
                (A, r#"{"id":"@x","isSuccess":true}"#),
                (A, r#"{"id":"@y","retryOf":"@x","isSuccess":true}"#),
            ],
            A,
            None,
        ),
        (vec![(A, r#"{"id":"@x","isSuccess":false,"retryOf":"@x"}"#)], A, None),
        (of_run(r#"{"id":"@a","flowRunId":"@x","isSuccess":false}"#), R, amber),
        (of_run(r#"{"id":"@a","flowRunId":"@x","isSuccess":true}"#), R, None),
        (
            vec![
                RUN,
                (A, r#"{"id":"@a","flowRunId":"@x","isSuccess":false}"#),
                (A, r#"{"id":"@b","retryOf":"@a","isSuccess":true}"#),
            ],
            R,
            None,
        ),
        (
            vec![
                RUN,
                (
                    A,
                    r#"{"id":"@a","flowRunId":"@x","nodeKey":"k","nodeRunId":"@n","isSuccess":false}"#,
                ),
                (N, r#"{"id":"@n","flowRunId":"@x","nodeKey":"k","status":"completed"}"#),
            ],
            R,
            None,
        ),
        (
            of_run(r#"{"id":"@a","flowRunId":"@x","nodeKey":"k","nodeRunId":"@n","isSuccess":false}"#),
            R,
            amber,
        ),
        (
            vec![
                RUN,
                (N, r#"{"id":"@n","flowRunId":"@x","nodeKey":"k","status":"failed"}"#),
            ],
            R,
            amber,
        ),
        (
            vec![
                RUN,
                (N, r#"{"id":"@n","flowRunId":"@x","nodeKey":"k","status":"skipped"}"#),
            ],
            R,
            None,
        ),
        (
            vec![
                (R, r#"{"id":"@x","state":"failed"}"#),
                (N, r#"{"id":"@n","flowRunId":"@x","nodeKey":"k","status":"failed"}"#),
            ],
            R,
            None,
        ),
        (
            vec![
                (R, r#"{"id":"@x","state":"running"}"#),
                (N, r#"{"id":"@n","flowRunId":"@x","nodeKey":"k","status":"failed"}"#),
            ],
            R,
            None,
        ),
        (
            vec![
                (I, r#"{"id":"@x","launchedFlowRunIds":["@r"]}"#),
                (R, r#"{"id":"@r","state":"failed"}"#),
            ],
            I,
            red,
        ),
        (
            vec![
                (I, r#"{"id":"@x","launchedFlowRunIds":["@r"]}"#),
                (R, r#"{"id":"@r","state":"stopped"}"#),
            ],
            I,
            None,
        ),
        (vec![(I, r#"{"id":"@x","launchedFlowRunIds":["@r"]}"#)], I, None),
        (
            vec![
                (E, r#"{"id":"@x","status":"success"}"#),
                (
                    R,
                    r#"{"id":"@r","state":"completed","launchedBy":{"type":"external-event","ids":["@x"]},"nodes":{"k":{"runs":2,"erroredRuns":1}}}"#,
                ),
            ],
            E,
            amber,
        ),
        (
            vec![
                (E, r#"{"id":"@x","launchedFlowRunIds":["@r","@s"]}"#),
                (R, r#"{"id":"@r","state":"completed"}"#),
                (R, r#"{"id":"@s","state":"completed"}"#),
                (N, r#"{"id":"@n","flowRunId":"@s","nodeKey":"k","status":"failed"}"#),
            ],
            E,
            amber,
        ),
        (
            vec![
                HOOK,
                (E, r#"{"id":"@e","launchedFlowRunIds":["@r"]}"#),
                (R, r#"{"id":"@r","state":"failed"}"#),
            ],
            W,
            red,
        ),
        // The event between was not received.
        (
            vec![
                HOOK,
                (
                    R,
                    r#"{"id":"@r","state":"failed","launchedBy":{"type":"external-event","ids":["@e"]}}"#,
                ),
            ],
            W,
            red,
        ),
        (vec![HOOK, (E, r#"{"id":"@e","status":"error"}"#)], W, None),
        (
            vec![
                (Kind::ExternalEventPull, r#"{"id":"@x","collectedEventIds":["@e"]}"#),
                (E, r#"{"id":"@e","status":"error"}"#),
            ],
            Kind::ExternalEventPull,
            None,
        ),
    ]
}

pub async fn a_call_for_too_many_colours_answers_the_first_thousand(engine: &dyn Engine) {
    let store = engine.open();
    let event = r#"{"id":"e","launchedFlowRunIds":["r"]}"#;
    let items = vec![
        log(Kind::InternalEvent, 1, event),
        log(Kind::FlowRun, 1, r#"{"id":"r","state":"failed"}"#),
    ];
    store.commit(&call(), commit(items)).await.unwrap();
    let asked = vec![key(Kind::InternalEvent, "e"); 1001];
    let told = store.worst_of(&call(), &asked).await.unwrap();
    assert_eq!(told.len(), 1001);
    assert!(told[..1000].iter().all(|tone| *tone == Some(Tone::Red)));
    assert_eq!(told[1000], None);
}
