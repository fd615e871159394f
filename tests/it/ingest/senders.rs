//! What a token allows and adds.

use redtrail::ingest::{Rejected, Taken};
use redtrail::model::id::RecordKey;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::sender::Sender;

use super::bench::{Bench, anyone, id, told};

fn limited() -> Sender {
    Sender {
        source: "agent".into(),
        only_customer: Some(id("acme")),
        id_prefix: Some("acme:".into()),
        ..Sender::default()
    }
}

fn send(bench: &Bench, sender: &Sender, body: &str) -> Taken {
    bench.send(sender, None, None, body).unwrap()
}

fn refused(bench: &Bench, sender: &Sender, body: &str) -> Rejected {
    send(bench, sender, body).rejected.remove(0)
}

#[test]
fn defaults_are_given_to_records_that_name_none() {
    let sender = Sender {
        default_customer: Some(id("c")),
        default_integration: Some(id("i")),
        default_meta: vec![
            ("environment".into(), "\"test\"".into()),
            ("team".into(), "{\"a\":1}".into()),
        ],
        ..anyone()
    };
    for (body, customer, integration, meta) in [
        (
            r#"{"kind":"flow_run","id":"a"}"#,
            r#""c""#,
            r#""i""#,
            r#"{"environment":"test","team":{"a":1}}"#,
        ),
        (
            r#"{"kind":"flow_run","id":"a","tenantId":null,"meta":{}}"#,
            r#""c""#,
            r#""i""#,
            r#"{"environment":"test","team":{"a":1}}"#,
        ),
        (
            r#"{"kind":"flow_run","id":"a","tenantId":"t","integrationId":"j","meta":{"team":null,"x":1}}"#,
            r#""t""#,
            r#""j""#,
            r#"{"environment":"test","team":null,"x":1}"#,
        ),
    ] {
        let bench = Bench::new();
        assert_eq!(send(&bench, &sender, body).accepted, 1);
        let raw = |field| bench.raw(Kind::FlowRun, "a", field).unwrap();
        assert_eq!(
            (&*raw("customerId"), &*raw("integrationId"), &*raw("meta")),
            (customer, integration, meta),
            "{body}"
        );
    }
    let bench = Bench::new();
    send(&bench, &sender, r#"{"kind":"connection","id":"x","name":"n"}"#);
    let entity = bench.entity(EntityKind::Connection, "x").unwrap();
    assert_eq!(
        (entity.raw("customerId"), entity.raw("meta")),
        (None, None),
        "an entity keeps what it does not name"
    );
}

#[test]
fn a_limited_token_writes_records_of_its_customer_only() {
    let bench = Bench::new();
    let sender = limited();
    for body in [
        r#"{"kind":"flow_run","id":"a"}"#,
        r#"{"kind":"flow_run","id":"b","userId":"acme"}"#,
    ] {
        assert_eq!(send(&bench, &sender, body).accepted, 1, "{body}");
    }
    for text in ["acme:a", "acme:b"] {
        assert_eq!(bench.record(Kind::FlowRun, text).customer(), Some(id("acme")));
    }
    let rejected = refused(&bench, &sender, r#"{"kind":"flow_run","id":"c","tenantId":"globex"}"#);
    assert_eq!(
        (told(&rejected).0, told(&rejected).1),
        ("customer_mismatch", "/customerId")
    );
    assert!(!format!("{rejected:?}").contains("globex"));
    for kind in EntityKind::ALL {
        let rejected = refused(&bench, &sender, &format!(r#"{{"kind":"{}","id":"acme"}}"#, kind.name()));
        assert_eq!(told(&rejected).0, "entity_not_allowed");
    }
}

#[test]
fn a_prefix_goes_before_ids_of_log_records_and_of_nothing_else() {
    let bench = Bench::new();
    let sender = Sender {
        id_prefix: Some("p/".into()),
        ..anyone()
    };
    let answered = send(
        &bench,
        &sender,
        r#"{"kind":"api_request","id":7,"customerId":"c","connectionId":"k","flowRunId":"r","nodeKey":"n","nodeRunId":1,"actionRunId":"x","pullId":"u","retryOf":"o","logs":[{"apiRequestId":"q","msg":"m"}]}"#,
    );
    assert_eq!(answered.id.as_deref(), Some("p/7"));
    let raw = |kind, text: &str, field: &str| bench.raw(kind, text, field).unwrap();
    for (field, expected) in [
        ("customerId", "\"c\""),
        ("connectionId", "\"k\""),
        ("flowRunId", "\"p/r\""),
        ("nodeKey", "\"n\""),
        ("nodeRunId", "\"p/1\""),
        ("actionRunId", "\"p/x\""),
        ("pullId", "\"p/u\""),
        ("retryOf", "\"p/o\""),
        ("logs", r#"[{"apiRequestId":"p/q","msg":"m"}]"#),
    ] {
        assert_eq!(raw(Kind::ApiRequest, "p/7", field), expected, "{field}");
    }
    send(
        &bench,
        &sender,
        r#"{"kind":"external_event","id":"e","externalEventSubscriptionId":"s","externalRecordId":"x","launchedFlowRunIds":["r",2]}"#,
    );
    assert_eq!(
        raw(Kind::ExternalEvent, "p/e", "launchedFlowRunIds"),
        r#"["p/r","p/2"]"#
    );
    assert_eq!(raw(Kind::ExternalEvent, "p/e", "externalEventSubscriptionId"), "\"s\"");
    assert_eq!(raw(Kind::ExternalEvent, "p/e", "externalRecordId"), "\"x\"");
    send(
        &bench,
        &sender,
        r#"{"kind":"flow_run","id":"r","repeatOf":"q","flowId":"f","launchedBy":{"type":"external-event","ids":["e"]}}"#,
    );
    assert_eq!(
        raw(Kind::FlowRun, "p/r", "launchedBy"),
        r#"{"type":"external-event","ids":["p/e"]}"#
    );
    assert_eq!(
        (
            raw(Kind::FlowRun, "p/r", "repeatOf"),
            raw(Kind::FlowRun, "p/r", "flowId")
        ),
        ("\"p/q\"".into(), "\"f\"".into())
    );
    send(
        &bench,
        &sender,
        r#"{"kind":"node_run","id":"1","flowRunId":"r","nodeKey":"n","upstreamRuns":[{"nodeKey":"m","runId":"0","outputId":"o"}],"outputs":[{"id":"o","downstreamRuns":[{"runId":"2","nodeKey":"z"}]}]}"#,
    );
    let node_run = bench.find(&RecordKey::node_run(id("p/r"), id("n"), id("p/1"))).unwrap();
    let raw = |field| node_run.content.raw(Kind::NodeRun, field).unwrap().into_owned();
    assert_eq!(raw("upstreamRuns"), r#"[{"nodeKey":"m","runId":"p/0","outputId":"o"}]"#);
    assert_eq!(
        raw("outputs"),
        r#"[{"id":"o","downstreamRuns":[{"runId":"p/2","nodeKey":"z"}]}]"#
    );
    let made = send(&bench, &sender, r#"{"kind":"flow_run"}"#).id.unwrap();
    assert!(made.starts_with("p/") && made.len() == 38);
    send(&bench, &sender, r#"{"kind":"customer","id":"c"}"#);
    assert!(bench.entity(EntityKind::Customer, "c").is_some());
}

#[test]
fn an_id_that_is_too_long_with_its_prefix_is_refused() {
    let bench = Bench::new();
    let long = "x".repeat(250);
    let rejected = refused(
        &bench,
        &Sender {
            id_prefix: Some("prefix-".into()),
            ..anyone()
        },
        &format!(r#"{{"kind":"flow_run","id":"{long}"}}"#),
    );
    let (key, path, expected) = told(&rejected);
    assert_eq!((key, path), ("invalid_value", "/id"));
    assert!(
        expected.contains("256 bytes") && expected.contains("prefix"),
        "{expected}"
    );
}
