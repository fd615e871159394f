//! Runs of one node of a flow run.

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use serde_json::{Value, json};

use super::make::{encode, full, ids, list, send};
use crate::support::web::TestServer;

fn run(id: &str, flow_run: &str, node: &str, minute: u32) -> Value {
    json!({"kind": "node_run", "id": id, "flowRunId": flow_run, "nodeKey": node,
        "startTime": format!("2026-03-04T04:{minute:02}:00Z"), "status": "completed", "customerId": "c"})
}

#[tokio::test]
async fn a_node_has_its_own_runs_whose_ids_another_node_may_have_too() {
    let server = TestServer::start().await;
    let items = [
        run("1", "r/1", "a", 1),
        run("2", "r/1", "a", 2),
        run("1", "r/1", "b", 3),
        run("1", "r2", "a", 4),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let runs = reader.get("/api/v1/flow-runs/r%2F1/nodes/a/runs").await.json();
    assert_eq!(ids(&runs), ["2", "1"]);
    assert_eq!(
        (&runs["items"][0]["flowRunId"], &runs["items"][0]["nodeKey"]),
        (&json!("r/1"), &json!("a"))
    );
    let one = reader.get("/api/v1/flow-runs/r%2F1/nodes/b/runs/1").await.json();
    assert_eq!(one["startTime"], "2026-03-04T04:03:00.000Z");
    assert_eq!(
        ids(&reader.get("/api/v1/flow-runs/r2/nodes/none/runs").await.json()),
        [""; 0]
    );
    let reply = reader.get("/api/v1/flow-runs/none/nodes/a/runs").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn the_next_page_may_be_asked_for_as_the_platforms_client_does() {
    let server = TestServer::start().await;
    let items: Vec<Value> = (0..5).map(|at| run(&at.to_string(), "r", "a", at)).collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let mut page = reader.get("/api/v1/flow-runs/r/nodes/a/runs/?limit=2").await.json();
    let mut all = ids(&page);
    while let Some(cursor) = page["cursor"].as_str() {
        let path = format!("/api/v1/flow-runs/r/nodes/a/runs/cursor={}?limit=2", encode(cursor));
        page = reader.get(&path).await.json();
        all.extend(ids(&page));
    }
    assert_eq!(all, ["4", "3", "2", "1", "0"]);
}

#[tokio::test]
async fn a_list_cuts_long_payloads_and_marks_them_while_one_run_has_them_whole() {
    let server = TestServer::start().await;
    let mut item = full(Kind::NodeRun, "n");
    item["input"] = json!({"long": "x".repeat(100_000)});
    item["outputs"] =
        json!([{"id": "a", "data": "y".repeat(50_000), "downstreamRuns": []}, {"id": "b", "downstreamRuns": []}]);
    send(&server.client(Role::Ingest).await, &[item.clone()]).await;
    let reader = server.client(Role::Read).await;
    let listed = reader.get(&list(Kind::NodeRun)).await.json()["items"][0].clone();
    assert!(listed["input"].as_str().unwrap().contains("…[cut "));
    assert_eq!(listed["outputs"].as_array().unwrap().len(), 1);
    let marked: Vec<&str> = listed["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| mark["path"].as_str().unwrap())
        .collect();
    assert_eq!(marked, ["/input", "/outputs"]);
    let whole = reader.get(&format!("{}/n", list(Kind::NodeRun))).await.json();
    assert_eq!((&whole["input"], &whole["outputs"]), (&item["input"], &item["outputs"]));
    assert_eq!(
        reader.get(&format!("{}/n/logs", list(Kind::NodeRun))).await.json(),
        json!([])
    );
}

#[tokio::test]
async fn a_page_that_carries_payloads_ends_at_its_size_with_a_cursor() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let event = |at: u32| {
        json!({"kind": "internal_event", "id": format!("{at:03}"), "event": "e".repeat(30_000),
        "datetime": format!("2026-03-04T03:00:{:02}.{:03}Z", at / 10, at % 10)})
    };
    let events: Vec<Value> = (0..100).map(event).collect();
    for part in events.chunks(50) {
        send(&sender, part).await;
    }
    let reader = server.client(Role::Read).await;
    let mut path = "/api/v1/app-events?limit=1000".to_owned();
    let (mut all, mut pages) = (Vec::new(), 0);
    loop {
        let reply = reader.get(&path).await;
        assert!(reply.body.len() < 1_200_000, "{}", reply.body.len());
        let page = reply.json();
        all.extend(ids(&page));
        pages += 1;
        let Some(cursor) = page["cursor"].as_str() else { break };
        path = format!("/api/v1/app-events?limit=1000&cursor={cursor}");
    }
    let expected: Vec<String> = (0..100).rev().map(|at| format!("{at:03}")).collect();
    assert_eq!((all, pages), (expected, 3));
}
