//! One record: everything of it, its payloads as they were sent, its log entries.

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use serde_json::{Value, json};

use super::make::{encode, full, ids, list, minimal, send, with_one_of_each};
use crate::support::web::TestServer;

#[tokio::test]
async fn what_was_sent_is_answered_and_what_is_known_beside_it() {
    let (_server, reader) = with_one_of_each("x").await;
    for kind in Kind::SENT {
        let sent = full(kind, "x");
        let read = reader.get(&format!("{}/x", list(kind))).await.json();
        for (name, value) in sent.as_object().unwrap() {
            if !matches!(name.as_str(), "error" | "errors") {
                assert_eq!(&read[name], value, "{kind:?} {name}");
            }
        }
        for name in ["customerId", "tenantId", "userId"] {
            assert_eq!(read[name], "customerId-1", "{kind:?}");
        }
        assert_eq!(read["receivedAt"], "2026-03-04T05:06:07.000Z");
        assert_eq!(
            (&read["source"], &read["workspaceId"]),
            (&json!("test-0"), &json!("default"))
        );
        assert_eq!(
            (read.get("clockAhead"), read.get("history"), read.get("marks")),
            (None, None, None)
        );
    }
}

#[tokio::test]
async fn names_the_platform_knows_a_thing_by_are_all_there() {
    let (_server, reader) = with_one_of_each("x").await;
    let request = reader.get("/api/v1/external-api-logs/x").await.json();
    assert_eq!(request["s3Uri"], "/api/v1/external-api-logs/x/details");
    assert_eq!(reader.get(request["s3Uri"].as_str().unwrap()).await.status, 200);
    let run = reader.get("/api/v1/flow-runs/x").await.json();
    assert_eq!(
        (&run["flowInstanceId"], &run["connectionFlowId"]),
        (&json!("flowInstanceId-1"), &json!("flowInstanceId-1"))
    );
    let webhook = reader.get("/api/v1/incoming-webhooks/x").await.json();
    assert_eq!(webhook["uuid"], "x");
}

#[tokio::test]
async fn an_error_of_a_type_the_platform_does_not_know_tells_it_as_its_key() {
    let (_server, reader) = with_one_of_each("x").await;
    let whole = json!({"key": "odd_type", "message": "the gateway failed"});
    assert_eq!(reader.get("/api/v1/external-api-logs/x").await.json()["error"], whole);
    assert_eq!(
        reader.get("/api/v1/external-api-logs").await.json()["items"][0]["error"],
        whole
    );
    let runs = reader.get("/api/v1/flow-runs").await.json();
    assert_eq!(
        runs["items"][0]["errors"],
        json!([{"key": "odd_type", "message": "the run failed"}])
    );
}

#[tokio::test]
async fn lists_leave_payloads_out_but_for_the_two_that_must_have_them() {
    let (_server, reader) = with_one_of_each("x").await;
    for kind in Kind::SENT {
        let item = reader.get(&list(kind)).await.json()["items"][0].clone();
        let has = |name: &str| item.get(name).is_some();
        let carries = matches!(kind, Kind::InternalEvent | Kind::NodeRun);
        assert_eq!(has("event") || has("input"), carries, "{item}");
        assert!(!has("request") && !has("response") && !has("payload"), "{item}");
    }
}

#[tokio::test]
async fn payloads_come_back_byte_for_byte() {
    let odd = concat!(
        r#"{"z":123456789012345678901234567890.000100,"a":1e999,"a":-0.0,"":[],"u":"\ud83d\ude00 \ud83d / \/ é","#,
        r#""deep":[[[[{"k":[null,true]}]]]],"n":0.1e+2}"#
    );
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    for (kind, field) in [
        (Kind::ApiRequest, "request"),
        (Kind::ExternalWebhook, "response"),
        (Kind::ExternalEvent, "payload"),
        (Kind::InternalEvent, "event"),
        (Kind::ActionRun, "output"),
    ] {
        let body = format!(r#"{{"id":"odd","{field}":{odd}}}"#);
        let reply = sender.post(&format!("/api/v1/ingest/{}", kind.name()), body).await;
        assert_eq!(reply.status, 202, "{}", reply.text());
        for path in ["odd", "odd/details"] {
            let reply = reader.get(&format!("{}/{path}", list(kind))).await;
            assert!(
                reply.text().contains(&format!(r#""{field}":{odd}"#)),
                "{kind:?} {}",
                reply.text()
            );
        }
    }
    let body = format!(r#"{{"id":"odd","input":{odd},"startNodeKey":"n"}}"#);
    assert_eq!(sender.post("/api/v1/ingest/flow_run", body).await.status, 202);
    let reply = reader.get("/api/v1/flow-runs/odd").await;
    assert!(reply.text().contains(odd), "{}", reply.text());
}

#[tokio::test]
async fn details_are_the_payloads_and_say_what_was_redacted() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let item = json!({"id": "r", "createdAt": "2026-03-04T04:00:00Z", "request": {
        "headers": {"authorization": "Bearer very-secret-value-of-somebody", "accept": "*/*"}, "body": "b"}});
    assert_eq!(
        sender.post("/api/v1/ingest/api_request", item.to_string()).await.status,
        202
    );
    let reader = server.client(Role::Read).await;
    let reply = reader.get("/api/v1/external-api-logs/r/details").await;
    assert!(!reply.text().contains("very-secret"));
    let details = reply.json();
    assert_eq!(details["id"], "r");
    assert_eq!(details["request"]["headers"]["accept"], "*/*");
    assert!(details.get("createdAt").is_none());
    let marks = details["marks"].as_array().unwrap();
    let mark = marks
        .iter()
        .find(|mark| mark["path"] == "/request/headers/authorization")
        .unwrap();
    assert_eq!(mark["what"], "redacted");
    assert!(mark["rule"].is_string());
    let whole = reader.get("/api/v1/external-api-logs/r").await.json();
    assert_eq!(whole["marks"], details["marks"]);
}

#[tokio::test]
async fn log_entries_are_a_bare_array_and_telemetry_always_says_a_strategy() {
    let (server, reader) = with_one_of_each("x").await;
    let pulls = list(Kind::ExternalEventPull);
    assert_eq!(
        reader.get(&format!("{pulls}/x/logs")).await.json(),
        json!([{"msg": "pulled"}])
    );
    let telemetry = json!({"strategy": "full-scan", "emittedEventCount": 2, "notes": ["n"]});
    assert_eq!(reader.get(&format!("{pulls}/x/telemetry")).await.json(), telemetry);
    send(
        &server.client(Role::Ingest).await,
        &[minimal(Kind::ExternalEventPull, "bare")],
    )
    .await;
    assert_eq!(reader.get(&format!("{pulls}/bare/logs")).await.json(), json!([]));
    let telemetry = json!({"strategy": "unknown", "emittedEventCount": 0, "notes": []});
    assert_eq!(reader.get(&format!("{pulls}/bare/telemetry")).await.json(), telemetry);
}

#[tokio::test]
async fn an_id_may_hold_any_character_that_can_be_seen() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    let odd = [
        "a/b",
        "100%",
        "%2F",
        "a b+c",
        "é😀漢",
        "?q=1#f",
        "details",
        "a,b",
        "…",
        "\"<script>",
    ];
    let items: Vec<Value> = odd.iter().map(|id| full(Kind::ApiRequest, id)).collect();
    send(&sender, &items).await;
    for id in odd {
        for path in ["", "/", "/details", "/logs", "/details/"] {
            let reply = reader
                .get(&format!("/api/v1/external-api-logs/{}{path}", encode(id)))
                .await;
            assert_eq!(reply.status, 200, "{id}{path}: {}", reply.text());
        }
        let one = reader
            .get(&format!("/api/v1/external-api-logs/{}", encode(id)))
            .await
            .json();
        assert_eq!(one["id"], id);
        assert_eq!(reader.get(one["s3Uri"].as_str().unwrap()).await.json()["id"], id);
    }
    let list = reader.get("/api/v1/external-api-logs").await.json();
    assert_eq!(ids(&list).len(), odd.len());
}

#[tokio::test]
async fn what_is_not_there_is_not_found() {
    let (_server, reader) = with_one_of_each("x").await;
    for path in [
        "/api/v1/flow-runs/y",
        "/api/v1/flow-runs/y/logs",
        "/api/v1/external-api-logs/y/details",
        "/api/v1/external-event-pulls/y/telemetry",
        "/api/v1/flow-runs/%00",
        "/api/v1/flow-runs/..%2f",
        "/api/v1/flow-runs/x/details",
        "/api/v1/connections/y",
    ] {
        let reply = reader.get(path).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"), "{path}");
    }
}

#[tokio::test]
async fn a_time_ahead_and_a_derived_customer_are_marked() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let connection = json!({"kind": "connection", "id": "cn", "customerId": "c", "integrationId": "i"});
    let run = json!({"kind": "flow_run", "id": "r", "connectionId": "cn", "startTime": "2026-03-04T05:30:00Z",
        "receivedAt": "forged", "history": true, "marks": ["forged"], "source": "forged", "workspaceId": "forged"});
    send(&sender, &[connection]).await;
    send(&sender, &[run]).await;
    let run = server.client(Role::Read).await.get("/api/v1/flow-runs/r").await.json();
    assert_eq!(run["clockAhead"], true);
    assert_eq!(
        (&run["customerId"], &run["derivedCustomerId"]),
        (&json!("c"), &json!("c"))
    );
    assert_eq!(
        (&run["integrationId"], &run["derivedIntegrationId"]),
        (&json!("i"), &json!("i"))
    );
    assert_eq!(
        (&run["source"], &run["workspaceId"]),
        (&json!("test-0"), &json!("default"))
    );
    assert_eq!((run.get("history"), run.get("marks")), (None, None));
}
