//! Cases of what is known beside the versions: whose a record is, where it stands, how it came.

use redtrail::model::filter::{Direction, Filter, IdField};
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::problem::ProblemKey;
use redtrail::model::state::State;
use redtrail::store::{Item, ListRequest, Outcome};

use super::engine::Engine;
use super::make::{self, at, call, entity, id, key, log, sub, time};
use super::records::{put, whole};

pub async fn another_customer_than_the_stored_one_is_refused(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![log(
            Kind::FlowRun,
            1,
            r#"{"id":"a","state":"queued","customerId":"c1"}"#,
        )],
    )
    .await;
    let store = engine.restart(store).await;
    let outcomes = put(
        &*store,
        vec![
            log(Kind::FlowRun, 2, r#"{"id":"a","state":"failed","customerId":"c2"}"#),
            log(Kind::FlowRun, 2, r#"{"id":"a","state":"running"}"#),
            log(Kind::FlowRun, 2, r#"{"id":"b","customerId":"c1"}"#),
            log(Kind::FlowRun, 2, r#"{"id":"b","customerId":"c2"}"#),
        ],
    )
    .await;
    let refused = |outcome: &Outcome| match outcome {
        Outcome::Refused(problem) => Some(problem.key),
        _ => None,
    };
    assert_eq!(
        outcomes.iter().map(refused).collect::<Vec<_>>(),
        [
            Some(ProblemKey::CustomerMismatch),
            None,
            None,
            Some(ProblemKey::CustomerMismatch)
        ]
    );
    let record = whole(&*store, &key(Kind::FlowRun, "a")).await;
    assert_eq!(
        (record.state(), record.customer()),
        (Some(State::Running), Some(id("c1")))
    );
}

pub async fn a_missing_owner_is_derived_and_an_explicit_one_replaces_it(engine: &dyn Engine) {
    let store = engine.open();
    put(
        &*store,
        vec![log(Kind::ApiRequest, 1, r#"{"id":"early","connectionId":"k"}"#)],
    )
    .await;
    let connection = r#"{"id":"k","name":"K","customerId":"c1","integrationId":"i1"}"#;
    put(&*store, vec![make::entity(EntityKind::Connection, 2, connection)]).await;
    put(
        &*store,
        vec![log(
            Kind::FlowRun,
            3,
            r#"{"id":"run","state":"running","customerId":"c7"}"#,
        )],
    )
    .await;
    let store = engine.restart(store).await;
    let items = vec![
        log(
            Kind::ApiRequest,
            4,
            r#"{"id":"by-connection","connectionId":"k","flowRunId":"run"}"#,
        ),
        log(Kind::ApiRequest, 4, r#"{"id":"by-run","flowRunId":"run"}"#),
        log(
            Kind::ApiRequest,
            4,
            r#"{"id":"own","connectionId":"k","customerId":"c9"}"#,
        ),
        log(Kind::ApiRequest, 4, r#"{"id":"early","isSuccess":true}"#),
    ];
    assert_eq!(put(&*store, items).await, vec![Outcome::Accepted; 4]);
    let store = engine.restart(store).await;
    let owners = [
        ("by-connection", Some("c1"), Some("i1")),
        ("by-run", Some("c7"), None),
        ("own", Some("c9"), Some("i1")),
        ("early", Some("c1"), Some("i1")),
    ];
    for (name, customer, integration) in owners {
        let record = whole(&*store, &key(Kind::ApiRequest, name)).await;
        assert_eq!(record.customer(), customer.map(id), "{name}");
        assert_eq!(record.integration(), integration.map(id), "{name}");
    }
    let explicit = vec![log(Kind::ApiRequest, 5, r#"{"id":"by-connection","customerId":"c5"}"#)];
    assert_eq!(put(&*store, explicit).await, [Outcome::Accepted]);
    let record = whole(&*store, &key(Kind::ApiRequest, "by-connection")).await;
    assert_eq!(
        (record.customer(), record.known.derived_customer),
        (Some(id("c5")), None)
    );
    for (customer, count) in [("c1", 1), ("c5", 1), ("c7", 1), ("c9", 1), ("c2", 0)] {
        let filter = Filter::of(Kind::ApiRequest).with(IdField::Customer, id(customer));
        let request = ListRequest {
            filter,
            after: None,
            direction: Direction::NewestFirst,
            limit: 10,
        };
        assert_eq!(
            store.list(&call(), &request).await.unwrap().items.len(),
            count,
            "{customer}"
        );
    }
}

pub async fn a_place_is_the_smallest_of_its_first_commit_and_never_moves(engine: &dyn Engine) {
    let store = engine.open();
    let run = |minute: i64, state: &str| {
        log(
            Kind::FlowRun,
            50,
            &format!(r#"{{"id":"a","state":"{state}","startTime":"{}"}}"#, time(minute)),
        )
    };
    // The first one covers the start of the second, which then changes nothing but the place.
    put(&*store, vec![run(9, "completed"), run(5, "running"), run(7, "queued")]).await;
    put(
        &*store,
        vec![log(Kind::FlowRun, 60, r#"{"id":"late","state":"queued"}"#)],
    )
    .await;
    let store = engine.restart(store).await;
    let earlier = format!(r#"{{"id":"late","state":"running","startTime":"{}"}}"#, time(1));
    put(&*store, vec![run(2, "failed"), log(Kind::FlowRun, 70, &earlier)]).await;
    let store = engine.restart(store).await;
    assert_eq!(whole(&*store, &key(Kind::FlowRun, "a")).await.known.place, at(5));
    let late = whole(&*store, &key(Kind::FlowRun, "late")).await;
    assert_eq!((late.known.place, late.known.received_at), (at(60), at(60)));
    let request = ListRequest {
        filter: Filter::of(Kind::FlowRun),
        after: None,
        direction: Direction::OldestFirst,
        limit: 10,
    };
    let listed = store.list(&call(), &request).await.unwrap().items;
    assert_eq!(
        listed.iter().map(|record| record.known.place).collect::<Vec<_>>(),
        [at(5), at(60)]
    );
}

pub async fn what_is_known_beside_the_versions_is_of_the_first_arrival(engine: &dyn Engine) {
    let store = engine.open();
    let mut first = sub(Kind::ActionRun, 5, r#"{"id":"a","status":"success"}"#);
    first.source = "first".into();
    first.history = true;
    let mut second = sub(Kind::ActionRun, 1, r#"{"id":"a","status":"error"}"#);
    second.source = "second".into();
    second.clock_ahead = true;
    put(&*store, vec![Item::Log(first)]).await;
    let store = engine.restart(store).await;
    put(&*store, vec![Item::Log(second)]).await;
    let store = engine.restart(store).await;
    let known = whole(&*store, &key(Kind::ActionRun, "a")).await.known;
    assert_eq!(
        (&*known.source, known.received_at, known.place),
        ("first", at(5), at(5))
    );
    assert!(known.clock_ahead && known.history);
}

/// Whoever may write for one customer meets nobody else's records, and takes nothing over from what is not theirs.
pub async fn a_sender_of_one_customer_meets_and_learns_nothing_of_others(engine: &dyn Engine) {
    let store = engine.open();
    let theirs = vec![
        entity(
            EntityKind::Connection,
            0,
            r#"{"id":"k2","customerId":"c2","integrationId":"hidden"}"#,
        ),
        entity(
            EntityKind::Connection,
            0,
            r#"{"id":"k1","customerId":"c1","integrationId":"own"}"#,
        ),
        entity(EntityKind::Connection, 0, r#"{"id":"k0","integrationId":"shared"}"#),
        log(Kind::FlowRun, 0, r#"{"id":"nobody's","name":"secret"}"#),
        log(Kind::FlowRun, 0, r#"{"id":"c2's","customerId":"c2"}"#),
        log(Kind::FlowRun, 0, r#"{"id":"derived","connectionId":"k1"}"#),
    ];
    put(&*store, theirs).await;
    let limited = |json: &str| {
        let mut submission = sub(Kind::FlowRun, 1, json);
        submission.only_customer = Some(id("c1"));
        Item::Log(submission)
    };
    let mut told = Vec::new();
    for name in ["nobody's", "c2's", "derived"] {
        let outcomes = put(
            &*store,
            vec![limited(&format!(r#"{{"id":"{name}","customerId":"c1"}}"#))],
        )
        .await;
        let [Outcome::Refused(problem)] = outcomes.as_slice() else {
            panic!("{name}: {outcomes:?}")
        };
        told.push(problem.clone());
    }
    assert!(
        told.windows(2).all(|two| two[0] == two[1]),
        "whose it is makes no difference"
    );
    let record = whole(&*store, &key(Kind::FlowRun, "nobody's")).await;
    assert_eq!(record.customer(), None);
    for (name, connection, integration) in [("a", "k2", None), ("b", "k0", None), ("c", "k1", Some("own"))] {
        let json = format!(r#"{{"id":"{name}","customerId":"c1","connectionId":"{connection}"}}"#);
        assert_eq!(put(&*store, vec![limited(&json)]).await, [Outcome::Accepted]);
        let record = whole(&*store, &key(Kind::FlowRun, name)).await;
        assert_eq!(record.integration(), integration.map(id), "by {connection}");
    }
}
