//! Cases of links: both ways, in both orders of arrival, never received, and who may see them.

use std::collections::BTreeSet;

use redtrail::model::filter::Direction;
use redtrail::model::id::RecordKey;
use redtrail::model::kind::Kind;
use redtrail::model::link::{End, Relation};
use redtrail::store::call::Call;
use redtrail::store::{Item, Store};

use super::engine::Engine;
use super::make::{call, commit, id, key, log, only_customers, scoped};
use super::siblings;

async fn put(store: &dyn Store, items: Vec<Item>) {
    store.commit(&call(), commit(items)).await.unwrap();
}

/// What a record is linked with: relation, which end the other is, its key, and whether it was received.
async fn linked(store: &dyn Store, call: &Call, key: &RecordKey) -> Vec<(Relation, End, RecordKey, bool)> {
    let links = store.linked(call, key, None, None, 100).await.unwrap();
    links
        .into_iter()
        .map(|link| (link.relation, link.other_is, link.key, link.record.is_some()))
        .collect()
}

/// Who names, who is named, and how both see it.
fn pairs() -> Vec<(Item, Item, Relation, RecordKey, RecordKey)> {
    let node = RecordKey::node_run(id("run"), id("node"), id("n"));
    let node_text = r#"{"id":"n","flowRunId":"run","nodeKey":"node","status":"completed"}"#;
    let run = || log(Kind::FlowRun, 1, r#"{"id":"run","state":"running"}"#);
    let request = |name: &str, more: &str| log(Kind::ApiRequest, 1, &format!(r#"{{"id":"{name}",{more}}}"#));
    let named = |kind: Kind, name: &str| key(kind, name);
    // The first one is always the cause.
    vec![
        (
            log(Kind::ExternalWebhook, 1, r#"{"id":"w","collectedEventIds":["e1"]}"#),
            log(Kind::ExternalEvent, 1, r#"{"id":"e1","status":"created"}"#),
            Relation::Collected,
            named(Kind::ExternalWebhook, "w"),
            named(Kind::ExternalEvent, "e1"),
        ),
        (
            log(Kind::ExternalEventPull, 1, r#"{"id":"p","collectedEventIds":["e2"]}"#),
            log(Kind::ExternalEvent, 1, r#"{"id":"e2","status":"created"}"#),
            Relation::Collected,
            named(Kind::ExternalEventPull, "p"),
            named(Kind::ExternalEvent, "e2"),
        ),
        (
            log(Kind::InternalEvent, 1, r#"{"id":"e3","launchedFlowRunIds":["r3"]}"#),
            log(Kind::FlowRun, 1, r#"{"id":"r3","state":"queued"}"#),
            Relation::Launched,
            named(Kind::InternalEvent, "e3"),
            named(Kind::FlowRun, "r3"),
        ),
        (
            log(Kind::ExternalEvent, 1, r#"{"id":"e4","status":"created"}"#),
            log(
                Kind::FlowRun,
                1,
                r#"{"id":"r4","launchedBy":{"type":"external-event","ids":["e4"]}}"#,
            ),
            Relation::Launched,
            named(Kind::ExternalEvent, "e4"),
            named(Kind::FlowRun, "r4"),
        ),
        (
            run(),
            log(Kind::NodeRun, 1, node_text),
            Relation::Node,
            named(Kind::FlowRun, "run"),
            node,
        ),
        (
            log(Kind::FlowRun, 1, r#"{"id":"r5","state":"running"}"#),
            request("a5", r#""flowRunId":"r5""#),
            Relation::RunRequest,
            named(Kind::FlowRun, "r5"),
            named(Kind::ApiRequest, "a5"),
        ),
        (
            log(
                Kind::NodeRun,
                1,
                r#"{"id":"n10","flowRunId":"r10","nodeKey":"k","status":"failed"}"#,
            ),
            request("a10", r#""flowRunId":"r10","nodeKey":"k","nodeRunId":"n10""#),
            Relation::NodeRequest,
            RecordKey::node_run(id("r10"), id("k"), id("n10")),
            named(Kind::ApiRequest, "a10"),
        ),
        (
            log(Kind::ActionRun, 1, r#"{"id":"x6","status":"success"}"#),
            request("a6", r#""actionRunId":"x6""#),
            Relation::ActionRequest,
            named(Kind::ActionRun, "x6"),
            named(Kind::ApiRequest, "a6"),
        ),
        (
            log(Kind::ExternalEventPull, 1, r#"{"id":"p7","status":"success"}"#),
            request("a7", r#""pullId":"p7""#),
            Relation::PullRequest,
            named(Kind::ExternalEventPull, "p7"),
            named(Kind::ApiRequest, "a7"),
        ),
        (
            request("a8", r#""attempt":1"#),
            request("a9", r#""retryOf":"a8""#),
            Relation::Retry,
            named(Kind::ApiRequest, "a8"),
            named(Kind::ApiRequest, "a9"),
        ),
        (
            log(Kind::FlowRun, 1, r#"{"id":"r8","state":"failed"}"#),
            log(Kind::FlowRun, 1, r#"{"id":"r9","repeatOf":"r8"}"#),
            Relation::Repeat,
            named(Kind::FlowRun, "r8"),
            named(Kind::FlowRun, "r9"),
        ),
    ]
}

pub async fn links_can_be_walked_both_ways_the_cause_first(engine: &dyn Engine) {
    both_ways(engine, true).await;
}

pub async fn links_can_be_walked_both_ways_the_effect_first(engine: &dyn Engine) {
    both_ways(engine, false).await;
}

async fn both_ways(engine: &dyn Engine, cause_first: bool) {
    let store = engine.open();
    let (mut first, mut second) = (Vec::new(), Vec::new());
    for (cause, effect, ..) in pairs() {
        let (a, b) = if cause_first { (cause, effect) } else { (effect, cause) };
        first.push(a);
        second.push(b);
    }
    put(&*store, first).await;
    let store = engine.restart(store).await;
    for (_, _, relation, cause, effect) in pairs() {
        // What one side says is known from the other's end, too, which was not received yet.
        let cause_names = relation == Relation::Collected || cause.kind() == Kind::InternalEvent;
        let (asked, way, other) = match cause_first {
            true => (effect, (relation, End::Cause), cause),
            false => (cause, (relation, End::Effect), effect),
        };
        let told = siblings::walk(&*store, &call(), &asked, way, Direction::NewestFirst, 10).await;
        let is_known = told.iter().any(|link| link.key == other && link.record.is_some());
        assert_eq!(is_known, cause_names == cause_first, "{relation:?}: {told:?}");
    }
    put(&*store, second).await;
    let store = engine.restart(store).await;
    let walked: BTreeSet<Relation> = pairs().into_iter().map(|pair| pair.2).collect();
    let all: BTreeSet<Relation> = siblings::WAYS.into_iter().map(|(relation, _)| relation).collect();
    assert_eq!(walked, all, "no relation is left out");
    for (_, _, relation, cause, effect) in pairs() {
        for (asked, other_is, other) in [(&cause, End::Effect, &effect), (&effect, End::Cause, &cause)] {
            let way = (relation, other_is);
            let told = siblings::walk(&*store, &call(), asked, way, Direction::NewestFirst, 10).await;
            let is_it = |link: &redtrail::store::Linked| link.key == *other && link.record.is_some();
            assert!(told.iter().any(is_it), "{relation:?} {other_is:?}: {told:?}");
        }
        let of_cause = linked(&*store, &call(), &cause).await;
        assert!(
            of_cause.contains(&(relation, End::Effect, effect.clone(), true)),
            "{relation:?}: {of_cause:?}"
        );
        let of_effect = linked(&*store, &call(), &effect).await;
        assert!(
            of_effect.contains(&(relation, End::Cause, cause, true)),
            "{relation:?}: {of_effect:?}"
        );
    }
}

pub async fn a_link_to_what_was_never_received_is_there_from_both_ends(engine: &dyn Engine) {
    let store = engine.open();
    let text = r#"{"id":"w","status":"success","collectedEventIds":["e"]}"#;
    put(&*store, vec![log(Kind::ExternalWebhook, 1, text)]).await;
    let store = engine.restart(store).await;
    let (webhook, event) = (key(Kind::ExternalWebhook, "w"), key(Kind::ExternalEvent, "e"));
    let seen = linked(&*store, &call(), &webhook).await;
    assert_eq!(seen, [(Relation::Collected, End::Effect, event.clone(), false)]);
    let seen = linked(&*store, &call(), &event).await;
    assert_eq!(seen, [(Relation::Collected, End::Cause, webhook, true)]);
}

pub async fn a_link_that_a_newer_version_takes_away_is_gone(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![log(Kind::ApiRequest, 1, r#"{"id":"a","flowRunId":"r1"}"#)],
    )
    .await;
    let store = engine.restart(store).await;
    put(
        &*store,
        vec![log(
            Kind::ApiRequest,
            1,
            r#"{"id":"a","flowRunId":"r2","isSuccess":true}"#,
        )],
    )
    .await;
    let store = engine.restart(store).await;
    let seen = linked(&*store, &call(), &key(Kind::ApiRequest, "a")).await;
    assert_eq!(
        seen,
        [(Relation::RunRequest, End::Cause, key(Kind::FlowRun, "r2"), false)]
    );
    assert_eq!(linked(&*store, &call(), &key(Kind::FlowRun, "r1")).await, []);
    let seen = linked(&*store, &call(), &key(Kind::FlowRun, "r2")).await;
    assert_eq!(
        seen,
        [(Relation::RunRequest, End::Effect, key(Kind::ApiRequest, "a"), true)]
    );
}

pub async fn many_links_come_in_pages(engine: &dyn Engine) {
    let store = engine.open();
    let node = |n: usize| RecordKey::node_run(id("r"), id(&format!("k{}", n % 3)), id(&format!("n{n:02}")));
    let items = (0..20).map(|n| {
        let text = format!(
            r#"{{"id":"n{n:02}","flowRunId":"r","nodeKey":"k{}","status":"failed"}}"#,
            n % 3
        );
        log(Kind::NodeRun, 1, &text)
    });
    put(&*store, items.collect()).await;
    put(&*store, vec![log(Kind::ApiRequest, 1, r#"{"id":"a","flowRunId":"r"}"#)]).await;
    let store = engine.restart(store).await;
    let mut expected: Vec<_> = (0..20).map(node).collect();
    expected.sort();
    let run = key(Kind::FlowRun, "r");
    let (mut told, mut after) = (Vec::new(), None);
    loop {
        let wanted = Some((Relation::Node, End::Effect));
        let page = store.linked(&call(), &run, wanted, after.as_ref(), 6).await.unwrap();
        after = page.last().map(|link| link.key.clone());
        if page.is_empty() {
            break;
        }
        told.extend(page.into_iter().map(|link| link.key));
    }
    assert_eq!(told, expected);
}

pub async fn a_link_is_seen_by_who_sees_the_record_that_names_it(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![
            log(Kind::FlowRun, 1, r#"{"id":"mine","customerId":"c1"}"#),
            log(Kind::FlowRun, 1, r#"{"id":"theirs","customerId":"c2"}"#),
            log(
                Kind::ApiRequest,
                1,
                r#"{"id":"a1","customerId":"c1","flowRunId":"mine"}"#,
            ),
            log(
                Kind::ApiRequest,
                1,
                r#"{"id":"a2","customerId":"c2","flowRunId":"mine"}"#,
            ),
            log(
                Kind::ApiRequest,
                1,
                r#"{"id":"a3","customerId":"c1","flowRunId":"theirs"}"#,
            ),
            log(
                Kind::NodeRun,
                1,
                r#"{"id":"n","flowRunId":"mine","nodeKey":"k","status":"failed"}"#,
            ),
            log(
                Kind::NodeRun,
                1,
                r#"{"id":"n","flowRunId":"theirs","nodeKey":"k","status":"failed"}"#,
            ),
        ],
    )
    .await;
    let store = engine.restart(store).await;
    let call = scoped(only_customers(&["c1"]));
    let node = |run: &str| RecordKey::node_run(id(run), id("k"), id("n"));
    let run = |name: &str| key(Kind::FlowRun, name);
    let seen = linked(&*store, &call, &run("mine")).await;
    assert_eq!(
        seen,
        [
            (Relation::Node, End::Effect, node("mine"), true),
            (Relation::RunRequest, End::Effect, key(Kind::ApiRequest, "a1"), true),
        ]
    );
    let seen = linked(&*store, &call, &run("theirs")).await;
    assert_eq!(
        seen,
        [(Relation::RunRequest, End::Effect, key(Kind::ApiRequest, "a3"), true)]
    );
    let seen = linked(&*store, &call, &key(Kind::ApiRequest, "a3")).await;
    assert_eq!(seen, [(Relation::RunRequest, End::Cause, run("theirs"), false)]);
    assert_eq!(linked(&*store, &call, &key(Kind::ApiRequest, "a2")).await, []);
    let asked = [node("mine"), node("theirs"), run("mine"), run("theirs")];
    let got = store.get(&call, &asked).await.unwrap();
    assert_eq!(
        got.iter().map(Option::is_some).collect::<Vec<_>>(),
        [true, false, true, false]
    );
    assert!(store.whole(&call, &run("theirs")).await.unwrap().is_none());
}
