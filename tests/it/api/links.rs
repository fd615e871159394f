//! What a record is linked with, by the API.

use redtrail::access::Role;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::make::{encode, send};
use super::restart;
use crate::support::client::Client;
use crate::support::web::TestServer;

fn story() -> Vec<Value> {
    vec![
        json!({"kind": "external_webhook", "id": "w", "status": "success", "collectedEventIds": ["e", "lost"],
            "createdAt": "2026-03-04T04:00:00Z", "customerId": "c"}),
        json!({"kind": "external_event", "id": "e", "status": "success", "createdAt": "2026-03-04T04:00:01Z", "customerId": "c"}),
        json!({"kind": "flow_run", "id": "r", "state": "failed", "startTime": "2026-03-04T04:00:02Z", "customerId": "c",
            "launchedBy": {"type": "external-event", "ids": ["e"]}}),
        json!({"kind": "node_run", "id": "n/1", "flowRunId": "r", "nodeKey": "k", "status": "failed",
            "startTime": "2026-03-04T04:00:03Z"}),
        json!({"kind": "api_request", "id": "a", "isSuccess": false, "flowRunId": "r", "nodeKey": "k", "nodeRunId": "n/1",
            "createdAt": "2026-03-04T04:00:04Z", "customerId": "c"}),
        json!({"kind": "api_request", "id": "b", "isSuccess": true, "retryOf": "a", "createdAt": "2026-03-04T04:00:05Z", "customerId": "c"}),
    ]
}

/// Relation, end, kind, id and state of every item, over all pages.
async fn links(reader: &Client, path: &str, limit: usize) -> Vec<[String; 5]> {
    let (mut all, mut cursor) = (Vec::new(), "0".to_owned());
    loop {
        let sign = if path.contains('?') { '&' } else { '?' };
        let reply = reader
            .get(&format!("/api/v1{path}{sign}limit={limit}&cursor={}", encode(&cursor)))
            .await;
        assert_eq!(reply.status, 200, "{path}: {}", reply.text());
        let page = reply.json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= limit);
        for item in items {
            let record = &item["record"];
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            assert_eq!(record.get("at").is_none(), record["state"] == "missing", "{item}");
            all.push(
                [
                    &item["relation"],
                    &item["end"],
                    &record["kind"],
                    &record["id"],
                    &record["state"],
                ]
                .map(text),
            );
        }
        match page["cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => return all,
        }
    }
}

#[tokio::test]
async fn every_record_tells_what_it_is_linked_with_both_ways_and_after_a_restart() {
    for backwards in [false, true] {
        let mut items = story();
        if backwards {
            items.reverse();
        }
        let folder = TempDir::new().unwrap();
        let mut server = restart::start(folder.path()).await;
        for item in items {
            send(&server.client(Role::Ingest).await, &[item]).await;
            restart::stop(server).await;
            server = restart::start(folder.path()).await;
        }
        let reader = server.client(Role::Read).await;
        let cases: [(&str, &[[&str; 5]]); 6] = [
            (
                "/incoming-webhooks/w/links",
                &[
                    ["collected", "effect", "external_event", "e", "red"],
                    ["collected", "effect", "external_event", "lost", "missing"],
                ],
            ),
            (
                "/external-event-log-records/e/links",
                &[
                    ["collected", "cause", "external_webhook", "w", "red"],
                    ["launched", "effect", "flow_run", "r", "red"],
                ],
            ),
            (
                "/flow-runs/r/links",
                &[
                    ["launched", "cause", "external_event", "e", "red"],
                    ["node", "effect", "node_run", "n/1", "red"],
                    ["run_request", "effect", "api_request", "a", "amber"],
                ],
            ),
            (
                "/flow-runs/r/nodes/k/runs/n%2F1/links",
                &[
                    ["node", "cause", "flow_run", "r", "red"],
                    ["node_request", "effect", "api_request", "a", "amber"],
                ],
            ),
            (
                "/external-api-logs/a/links",
                &[
                    ["run_request", "cause", "flow_run", "r", "red"],
                    ["node_request", "cause", "node_run", "n/1", "red"],
                    ["retry", "effect", "api_request", "b", "ok"],
                ],
            ),
            (
                "/external-api-logs/b/links",
                &[["retry", "cause", "api_request", "a", "amber"]],
            ),
        ];
        for (path, expected) in cases {
            for limit in [1, 2, 1000] {
                assert_eq!(links(&reader, path, limit).await, expected, "{path} {limit}");
            }
        }
        let lost = links(&reader, "/external-event-log-records/lost/links", 10).await;
        assert_eq!(
            lost,
            [["collected", "cause", "external_webhook", "w", "red"]],
            "named, though never received"
        );
    }
}

#[tokio::test]
async fn links_can_be_asked_for_by_relation_and_end_and_lead_to_pages() {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &story()).await;
    let reader = server.client(Role::Read).await;
    let found = links(&reader, "/flow-runs/r/links?relation=node&end=effect", 10).await;
    assert_eq!(found, [["node", "effect", "node_run", "n/1", "red"]]);
    assert_eq!(
        links(&reader, "/flow-runs/r/links?relation=node&end=cause", 10)
            .await
            .len(),
        0
    );
    assert_eq!(links(&reader, "/flow-runs/r/links?end=cause", 10).await.len(), 1);
    let page = reader.get("/api/v1/flow-runs/r/links?relation=node").await.json();
    assert_eq!(
        page["items"][0]["record"],
        json!({"kind": "node_run", "id": "n/1", "flowRunId": "r", "nodeKey": "k", "state": "red",
            "at": "2026-03-04T04:00:03.000Z", "url": "/flow-runs/r/nodes/k/runs/n%2F1"})
    );
    for (query, path) in [
        ("relation=child", "relation"),
        ("end=both", "end"),
        ("limit=0", "limit"),
        ("sortOrder=asc", "sortOrder"),
    ] {
        let reply = reader.get(&format!("/api/v1/flow-runs/r/links?{query}")).await;
        let error: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!((reply.status, &error["data"]["path"]), (400, &json!(path)), "{query}");
    }
    let reply = reader.get("/api/v1/flow-runs/nobody/links").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn children_come_failed_first_and_a_cursor_is_of_one_question_only() {
    let server = TestServer::start().await;
    let request = |n: u32| {
        json!({"kind": "api_request", "id": format!("a{n:02}"), "flowRunId": "r", "isSuccess": !n.is_multiple_of(4),
            "createdAt": format!("2026-03-04T04:{n:02}:00Z")})
    };
    let items: Vec<Value> = (0..40).map(request).collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let path = "/flow-runs/r/links?relation=run_request&end=effect";
    let mut expected: Vec<u32> = (0..40).rev().collect();
    expected.sort_by_key(|n| n % 4 != 0);
    let expected: Vec<String> = expected.into_iter().map(|n| format!("a{n:02}")).collect();
    for limit in [7, 10, 100] {
        let told: Vec<String> = links(&reader, path, limit)
            .await
            .into_iter()
            .map(|link| link[3].clone())
            .collect();
        assert_eq!(told, expected);
    }
    let cursor = reader.get(&format!("/api/v1{path}&limit=5")).await.json()["cursor"].clone();
    let cursor = encode(cursor.as_str().unwrap());
    let other = reader
        .get(&format!(
            "/api/v1/flow-runs/r/links?relation=node&end=effect&cursor={cursor}"
        ))
        .await;
    assert_eq!((other.status, other.error_key().as_str()), (400, "invalid_cursor"));
    let other = reader
        .get(&format!(
            "/api/v1/flow-runs/q/links?relation=run_request&end=effect&cursor={cursor}"
        ))
        .await;
    assert_eq!((other.status, other.error_key().as_str()), (400, "invalid_cursor"));
}

#[tokio::test]
async fn what_is_no_longer_kept_is_told_from_what_was_not_received() {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &story()).await;
    let admin = server.client(Role::Admin).await;
    let reader = server.client(Role::Read).await;
    let lost = async || {
        let page = reader.get("/api/v1/incoming-webhooks/w/links").await.json();
        let items = page["items"].as_array().unwrap().clone();
        let told = items.into_iter().map(|item| {
            let record = &item["record"];
            (
                record["id"].as_str().unwrap().to_owned(),
                record["state"] == "missing",
                record["noLongerKept"] == true,
            )
        });
        told.collect::<Vec<_>>()
    };
    let told =
        |e: (bool, bool), lost: (bool, bool)| vec![("e".to_owned(), e.0, e.1), ("lost".to_owned(), lost.0, lost.1)];
    assert_eq!(lost().await, told((false, false), (true, false)));
    let body = json!({"kind": "flow_run", "before": "2026-03-04T05:00:00Z"}).to_string();
    admin.post("/api/v1/expire", body).await.json();
    assert_eq!(
        lost().await,
        told((false, false), (true, false)),
        "another kind's time says nothing of events"
    );
    let body = json!({"kind": "external_event", "before": "2026-03-04T05:00:00Z"}).to_string();
    admin.post("/api/v1/expire", body).await.json();
    let mut after = lost().await;
    after.sort();
    assert_eq!(after, told((true, true), (true, true)));
    send(
        &server.client(Role::Ingest).await,
        &[json!({"kind": "external_webhook", "id": "later", "collectedEventIds": ["never"], "createdAt": "2026-03-04T06:00:00Z"})],
    )
    .await;
    let page = reader.get("/api/v1/incoming-webhooks/later/links").await.json();
    assert_eq!(
        page["items"][0]["record"].get("noLongerKept"),
        None,
        "named by what is newer"
    );
}
