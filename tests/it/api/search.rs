//! Search: every scrap of a record leads to it, at once, and to nobody else.

use redtrail::access::Role;
use serde_json::{Value, json};

use super::make::{encode, minimal};
use crate::support::client::Client;
use crate::support::web::TestServer;
use redtrail::model::kind::Kind;

/// Records that have one scrap each, of two customers.
fn records() -> Vec<Value> {
    let mut noise: Vec<Value> = (0..40)
        .map(|n| json!({"kind": "external_event", "id": format!("noise-{n}"), "customerId": "other", "payload": {"n": n}}))
        .collect();
    noise.extend([
        json!({"kind": "customer", "id": "c-1", "key": "acme-key", "name": "Acme"}),
        json!({"kind": "customer", "id": "c-2", "key": "rival-key", "name": "Rival"}),
        json!({
            "kind": "flow_run", "id": "run-1", "customerId": "c-1", "state": "failed",
            "traceId": "4bf92f3577b34da6a3ce929d0e0e4736",
            "errors": [{"message": "Connection reset: peer said \"try later\" (code 17)"}],
            "input": {"order": {"number": "SO-2026/0042", "contact": "ada.lovelace@example.com"}},
        }),
        json!({
            "kind": "api_request", "id": "request-1", "customerId": "c-1", "flowRunId": "run-1", "isSuccess": false,
            "response": {"body": "{\"ref\":\"0196a2c4-9d3e-7b21-8f00-12ab34cd56ef\",\"note\":\"quincunx\"}"},
        }),
        json!({"kind": "node_run", "id": "node-run-1", "flowRunId": "run-1", "nodeKey": "n", "customerId": "c-1"}),
        json!({
            "kind": "flow_run", "id": "secret-run", "customerId": "c-2",
            "input": {"order": "SO-2026/0042", "contact": "ada.lovelace@example.com", "note": "quincunx"},
        }),
    ]);
    noise
}

async fn server() -> TestServer {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let lines: Vec<String> = records().iter().map(Value::to_string).collect();
    let reply = sender.post("/api/v1/ingest", lines.join("\n")).await;
    assert_eq!(reply.json()["rejected"], json!([]));
    server
}

async fn found(client: &Client, text: &str) -> Value {
    let reply = client.get(&format!("/api/v1/search?q={}", encode(text))).await;
    assert_eq!(reply.status, 200, "{text}");
    reply.json()
}

/// Every record of an answer as `kind id why`, and entities as `kind id`.
fn lines(answer: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let entities = answer["entities"].as_array().unwrap().iter();
    let entities = entities.map(|entity| format!("{} {}", text(&entity["kind"]), text(&entity["id"])));
    let groups = answer["groups"].as_array().unwrap().iter();
    let items = groups.flat_map(|group| group["items"].as_array().unwrap());
    let items = items.map(|item| format!("{} {} {}", text(&item["kind"]), text(&item["id"]), text(&item["why"])));
    entities.chain(items).collect()
}

#[tokio::test]
async fn every_scrap_leads_to_its_record_at_once() {
    let server = server().await;
    let all = server.client(Role::Read).await;
    for (text, expected) in [
        (
            "run-1",
            &[
                "api_request request-1 link",
                "flow_run run-1 id",
                "node_run node-run-1 link",
            ][..],
        ),
        ("node-run-1", &["node_run node-run-1 id"]),
        (
            "acme-key",
            &[
                "customer c-1",
                "api_request request-1 owner",
                "flow_run run-1 owner",
                "node_run node-run-1 owner",
            ],
        ),
        (
            "ACME",
            &[
                "customer c-1",
                "api_request request-1 owner",
                "flow_run run-1 owner",
                "node_run node-run-1 owner",
            ],
        ),
        ("Riva", &["customer c-2"]),
        (
            "quincunx",
            &["api_request request-1 words", "flow_run secret-run words"],
        ),
        ("0196a2c4-9d3e-7b21-8f00-12ab34cd56ef", &["api_request request-1 words"]),
        ("4bf92f3577b34da6a3ce929d0e0e4736", &["flow_run run-1 link"]),
        ("SO-2026/0042", &["flow_run secret-run words", "flow_run run-1 words"]),
        (
            "ada.lovelace@example.com",
            &["flow_run secret-run words", "flow_run run-1 words"],
        ),
        (r#""peer said \"try later\" (code 17)""#, &["flow_run run-1 words"]),
        ("reset: later PEER", &["flow_run run-1 words"]),
        ("nothing-has-this", &[]),
    ] {
        assert_eq!(lines(&found(&all, text).await), expected, "{text}");
    }
}

#[tokio::test]
async fn what_another_scope_holds_is_never_found() {
    let server = server().await;
    let limited = server.customer(Role::Read, "c-1").await;
    for (text, expected) in [
        ("quincunx", &["api_request request-1 words"][..]),
        ("SO-2026/0042", &["flow_run run-1 words"]),
        ("secret-run", &[]),
        ("rival-key", &[]),
        ("Rival", &[]),
        ("Riv", &[]),
        ("other", &[]),
        ("noise-1", &[]),
    ] {
        assert_eq!(lines(&found(&limited, text).await), expected, "{text}");
    }
}

#[tokio::test]
async fn a_search_for_nothing_is_refused_and_a_long_one_is_answered() {
    let server = server().await;
    let all = server.client(Role::Read).await;
    for query in ["", "?q=", "?q=%20"] {
        let reply = all.get(&format!("/api/v1/search{query}")).await;
        assert_eq!(
            (reply.status, reply.error_key()),
            (400, "invalid_parameter".to_owned()),
            "{query}"
        );
    }
    let reply = all.get("/api/v1/search?q=a&limit=5").await;
    assert_eq!(reply.error_key(), "unknown_parameter");
    assert_eq!(lines(&found(&all, &"word ".repeat(500)).await), [""; 0]);
}

#[tokio::test]
async fn a_group_says_that_there_are_more_and_where_they_are() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    for n in 0..30 {
        let mut record = minimal(Kind::ExternalEvent, &format!("e-{n:02}"));
        record["payload"] = json!("a common word");
        sender.post("/api/v1/ingest", record.to_string()).await;
    }
    let all = server.client(Role::Read).await;
    let answer = found(&all, "common").await;
    let group = &answer["groups"][0];
    assert_eq!(group["items"].as_array().unwrap().len(), 10);
    assert_eq!(group["items"][0]["id"], "e-29");
    assert_eq!(
        (&group["more"], &group["url"]),
        (&json!(true), &json!("/external-events?q=common"))
    );
}
