//! Filters of lists.

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use serde_json::{Value, json};

use super::make::{full, ids, list, minimal, send, with_one_of_each};
use crate::support::web::TestServer;

/// Every filter of a kind's list with the value that a full record has.
fn filters(kind: Kind) -> Vec<(&'static str, &'static str)> {
    let mut all = vec![
        ("customerId", "customerId-1"),
        ("tenantId", "customerId-1"),
        ("userId", "customerId-1"),
        ("integrationId", "integrationId-1"),
        ("connectionId", "connectionId-1"),
        ("externalAppId", "externalAppId-1"),
        ("traceId", "traceId-1"),
        ("source", "test-0"),
        ("from", "2026-03-04T04:00:00Z"),
        ("to", "2026-03-04T04:00:00.001Z"),
    ];
    let own: &[(&str, &str)] = match kind {
        Kind::ApiRequest => &[
            ("flowRunId", "flowRunId-1"),
            ("nodeKey", "nodeKey-1"),
            ("nodeRunId", "nodeRunId-1"),
            ("actionRunId", "actionRunId-1"),
            ("pullId", "pullId-1"),
            ("isSuccess", "false"),
            ("status", "error"),
        ],
        Kind::ExternalWebhook => &[
            ("subscriptionId", "subscription-1"),
            ("externalEventSubscriptionId", "subscription-1"),
            ("status", "success"),
        ],
        Kind::ExternalEventPull => &[("externalEventSubscriptionId", "subscription-1"), ("status", "success")],
        Kind::ExternalEvent => &[
            ("externalEventSubscriptionId", "subscription-1"),
            ("eventType", "type-1"),
            ("state", "success"),
        ],
        Kind::InternalEvent => &[
            ("appEventTypeId", "type-1"),
            ("appEventSubscriptionId", "subscription-1"),
            ("state", "success"),
        ],
        Kind::FlowRun => &[
            ("flowId", "flowId-1"),
            ("universalFlowId", "universalFlowId-1"),
            ("flowInstanceId", "flowInstanceId-1"),
            ("connectionFlowId", "flowInstanceId-1"),
            ("integrationFlowId", "integrationFlowId-1"),
            ("state", "failed"),
            ("status", "failed"),
        ],
        Kind::NodeRun => &[("status", "failed"), ("state", "failed")],
        Kind::ActionRun => &[
            ("integrationActionId", "action-1"),
            ("actionId", "action-1"),
            ("status", "error"),
        ],
        Kind::EntityChange => &[],
    };
    all.extend_from_slice(own);
    all
}

/// A value of the same kind that the record does not have.
fn other(name: &str, kind: Kind) -> &'static str {
    match (name, kind) {
        ("from", _) => "2026-03-04T04:00:00.001Z",
        ("to", _) => "2026-03-04T04:00:00Z",
        ("isSuccess", _) => "true",
        ("state" | "status", _) => "unknown",
        _ => "other",
    }
}

#[tokio::test]
async fn every_filter_finds_what_it_names_and_nothing_else() {
    let (server, reader) = with_one_of_each("x").await;
    let sender = server.client(Role::Ingest).await;
    let bare: Vec<Value> = Kind::SENT.iter().map(|kind| minimal(*kind, "bare")).collect();
    send(&sender, &bare).await;
    for kind in Kind::SENT {
        for (name, value) in filters(kind) {
            let path = list(kind);
            let reply = reader.get(&format!("{path}?{name}={value}")).await;
            let expected: &[&str] = if name == "from" { &["bare", "x"] } else { &["x"] };
            assert_eq!(ids(&reply.json()), expected, "{path}?{name}={value}");
            assert_eq!(reply.header("redtrail-ignored"), None);
            let found = ids(&reader.get(&format!("{path}?{name}={}", other(name, kind))).await.json());
            assert!(!found.contains(&"x".to_owned()), "{path}?{name}");
        }
    }
}

#[tokio::test]
async fn values_are_any_of_and_parameters_all_of() {
    let server = TestServer::start().await;
    let run = |id: &str, flow: &str, state: &str| json!({"kind": "flow_run", "id": id, "flowId": flow, "state": state, "startTime": format!("2026-03-04T04:00:0{id}Z")});
    let items = [
        run("1", "a", "failed"),
        run("2", "a,b", "completed"),
        run("3", "c", "failed"),
        run("4", "a", "queued"),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    for (query, expected) in [
        ("flowId=a,c", &["1", "3", "4"][..]),
        ("flowId=a&flowId=c", &["1", "3", "4"]),
        ("flowId=a%2Cb", &["2"]),
        ("flowId=a%2Cb,c", &["2", "3"]),
        ("flowId=a,c&state=failed", &["1", "3"]),
        ("state=failed,queued&flowId=a", &["1", "4"]),
        ("state=failed%2Cqueued&flowId=a", &["1", "4"]),
        ("state=failed&status=queued", &["1", "3", "4"]),
        ("from=2026-03-04T04:00:02Z&to=2026-03-04T04:00:04Z", &["2", "3"]),
        ("from=2026-03-04T06:00:02%2B02:00&to=2026-03-04T04:00:03Z", &["2"]),
        ("limit=2", &["3", "4"]),
    ] {
        let mut found = ids(&reader.get(&format!("/api/v1/flow-runs?{query}")).await.json());
        found.sort();
        assert_eq!(found, expected, "{query}");
    }
}

#[tokio::test]
async fn unknown_parameters_are_ignored_and_named() {
    let (_server, reader) = with_one_of_each("x").await;
    let reply = reader
        .get("/api/v1/flow-runs?colour=x&includeArchived=1&flowId=flowId-1&b%0d%0aad=1&colour=y")
        .await;
    assert_eq!(ids(&reply.json()), ["x"]);
    assert_eq!(
        reply.header("redtrail-ignored"),
        Some("colour, includeArchived, b%0D%0Aad")
    );
    // What another kind can be filtered by is unknown here.
    let reply = reader.get("/api/v1/action-run-logs?flowId=none&isSuccess=1").await;
    assert_eq!(ids(&reply.json()), ["x"]);
    assert_eq!(reply.header("redtrail-ignored"), Some("flowId, isSuccess"));
}

#[tokio::test]
async fn bad_values_are_refused_by_name_with_what_was_expected() {
    let (_server, reader) = with_one_of_each("x").await;
    for (query, name) in [
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("limit=ten", "limit"),
        ("sortOrder=up", "sortOrder"),
        ("from=yesterday", "from"),
        ("to=2026-13-01T00:00:00Z", "to"),
        ("state=odd", "state"),
        ("status=success", "status"),
        ("flowId=", "flowId"),
        ("customerId=%E2%80%AE", "customerId"),
    ] {
        let reply = reader.get(&format!("/api/v1/flow-runs?{query}")).await;
        assert_eq!(
            (reply.status, reply.error_key().as_str()),
            (400, "invalid_parameter"),
            "{query}"
        );
        let error: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(error["data"]["path"], name);
        assert!(error["data"]["expected"].is_string());
    }
}

#[tokio::test]
async fn a_later_state_moves_a_record_from_one_filter_to_another() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    let mut run = full(Kind::FlowRun, "r");
    run["state"] = json!("running");
    run.as_object_mut().unwrap().remove("endTime");
    send(&sender, &[run]).await;
    assert_eq!(ids(&reader.get("/api/v1/flow-runs?state=running").await.json()), ["r"]);
    send(&sender, &[full(Kind::FlowRun, "r")]).await;
    assert_eq!(
        ids(&reader.get("/api/v1/flow-runs?state=running").await.json()),
        [""; 0]
    );
    assert_eq!(ids(&reader.get("/api/v1/flow-runs?state=failed").await.json()), ["r"]);
}
