//! What administrators ask of the store.

use redtrail::access::Role;
use serde_json::{Value, json};

use super::make::{send, with_one_of_each};
use crate::support::web::TestServer;

#[tokio::test]
async fn statistics_count_what_is_kept() {
    let (server, _) = with_one_of_each("x").await;
    let admin = server.client(Role::Admin).await;
    admin
        .post("/api/v1/ingest", "{\"kind\":\"customer\",\"id\":\"c\"}")
        .await
        .json();
    let stats = admin.get("/api/v1/stats/store").await.json();
    let records: Vec<&Value> = stats["records"].as_object().unwrap().values().collect();
    assert_eq!(records.len(), 9, "eight kinds and the change of the customer: {stats}");
    assert!(records.into_iter().all(|count| *count == 1));
    assert_eq!(stats["entities"], json!({"customer": 1}));
    assert_eq!((&stats["sequence"], &stats["alarms"]), (&json!(9), &json!([])));
}

#[tokio::test]
async fn verify_says_what_it_read_and_what_is_damaged() {
    let (server, _) = with_one_of_each("x").await;
    let admin = server.client(Role::Admin).await;
    let verified = admin.post("/api/v1/verify", "").await.json();
    assert_eq!(verified["damage"], json!([]));
    assert!(
        verified["checked"][0].as_str().unwrap().contains("8 records"),
        "{verified}"
    );
}

fn run(id: &str, minute: u32) -> Value {
    json!({"kind": "flow_run", "id": id, "state": "completed", "startTime": format!("2026-03-04T03:{minute:02}:00Z"), "customerId": "c"})
}

#[tokio::test]
async fn an_administrator_forgets_what_is_old_and_it_is_refused_by_name_from_then_on() {
    let server = TestServer::start().await;
    let (ingest, admin) = (server.client(Role::Ingest).await, server.client(Role::Admin).await);
    send(&ingest, &[run("a", 1), run("b", 2), run("c", 3)]).await;
    let asked = json!({"kind": "flow_run", "before": "2026-03-04T03:02:30Z"}).to_string();
    let expired = admin.post("/api/v1/expire", asked.clone()).await.json();
    assert_eq!(
        expired,
        json!({"kind": "flow_run", "keptSince": "2026-03-04T03:02:30.000Z", "records": 2, "isDone": true})
    );
    let reader = server.client(Role::Read).await;
    assert_eq!(super::make::ids(&reader.get("/api/v1/flow-runs").await.json()), ["c"]);
    assert_eq!(reader.get("/api/v1/flow-runs/a").await.status, 404);
    let late = ingest.post("/api/v1/ingest", run("a", 1).to_string()).await;
    assert_eq!(late.status, 422);
    let answer: Value = serde_json::from_slice(&late.body).unwrap();
    let error = &answer["rejected"][0]["error"];
    assert_eq!(error["key"], "no_longer_kept");
    assert_eq!(error["data"]["expected"], "a time at or after 2026-03-04T03:02:30.000Z");
    let again = admin.post("/api/v1/expire", asked).await.json();
    assert_eq!(again["records"], 0);
}

#[tokio::test]
async fn what_cannot_be_forgotten_is_refused_and_only_administrators_may() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for (body, key, path) in [
        ("{}", "missing_field", "/kind"),
        (r#"{"kind":"flow_run"}"#, "missing_field", "/before"),
        (
            r#"{"kind":"customer","before":"2026-03-04T00:00:00Z"}"#,
            "unknown_kind",
            "/kind",
        ),
        (
            r#"{"kind":"flow_run","before":"2999-01-01T00:00:00Z"}"#,
            "time_out_of_range",
            "/before",
        ),
        (r#"{"kind":"flow_run","before":"soon"}"#, "time_out_of_range", "/before"),
        (
            r#"{"kind":"flow_run","before":"2026-03-04T00:00:00Z","all":true}"#,
            "unknown_parameter",
            "/all",
        ),
    ] {
        let reply = admin.post("/api/v1/expire", body).await;
        let error: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(
            (reply.status, &error["key"], &error["data"]["path"]),
            (400, &json!(key), &json!(path)),
            "{body}"
        );
    }
    let body = r#"{"kind":"flow_run","before":"2026-03-04T00:00:00Z"}"#;
    for role in [Role::Read, Role::Ingest] {
        assert_eq!(server.client(role).await.post("/api/v1/expire", body).await.status, 403);
    }
}
