//! What flow runs and their nodes put out.

use redtrail::access::Role;
use serde_json::{Value, json};

use super::make::{encode, ids, send};
use crate::support::web::TestServer;

/// A run of node `n` of flow run `r` with outputs of these ids.
fn node_run(id: &str, minute: u32, outputs: &[&str]) -> Value {
    let outputs: Vec<Value> = outputs
        .iter()
        .map(|output| json!({"id": output, "data": {"of": output}}))
        .collect();
    json!({"kind": "node_run", "id": id, "flowRunId": "r", "nodeKey": "n", "customerId": "c",
        "startTime": format!("2026-03-04T04:{minute:02}:00Z"), "status": "completed", "outputs": outputs})
}

const LIST: &str = "/api/v1/flow-runs/r/nodes/n/outputs";

#[tokio::test]
async fn the_outputs_of_a_node_are_those_of_all_its_runs_in_pages_of_any_size() {
    let server = TestServer::start().await;
    let items = [
        node_run("1", 1, &["a", "b", "c"]),
        node_run("2", 2, &[]),
        node_run("3", 3, &["d"]),
        node_run("4", 4, &["e", "f"]),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let whole = reader.get(LIST).await.json();
    assert_eq!(ids(&whole), ["e", "f", "d", "a", "b", "c"]);
    assert_eq!(
        whole["items"][3],
        json!({"id": "a", "data": {"of": "a"}, "downstreamRuns": [], "runId": "1"})
    );
    assert!(whole.get("cursor").is_none());
    for (order, expected) in [("desc", "efdabc"), ("asc", "abcdef")] {
        for limit in 1..=7 {
            let (mut all, mut cursor) = (String::new(), "0".to_owned());
            loop {
                let path = format!("{LIST}?limit={limit}&sortOrder={order}&cursor={}", encode(&cursor));
                let page = reader.get(&path).await.json();
                assert!(ids(&page).len() <= limit);
                all.extend(ids(&page));
                let Some(next) = page["cursor"].as_str() else { break };
                cursor = next.to_owned();
            }
            assert_eq!(all, expected, "limit {limit}");
        }
    }
}

#[tokio::test]
async fn a_run_that_comes_between_two_pages_moves_none_of_the_rest() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    send(&sender, &[node_run("1", 1, &["a", "b"]), node_run("5", 5, &["c"])]).await;
    let reader = server.client(Role::Read).await;
    let page = reader.get(&format!("{LIST}?limit=2")).await.json();
    assert_eq!(ids(&page), ["c", "a"]);
    send(&sender, &[node_run("3", 3, &["new"]), node_run("9", 9, &["newest"])]).await;
    let cursor = encode(page["cursor"].as_str().unwrap());
    let page = reader.get(&format!("{LIST}?limit=9&cursor={cursor}")).await.json();
    assert_eq!(ids(&page), ["new", "b"]);
}

#[tokio::test]
async fn one_output_is_found_by_both_addresses_whole_however_long() {
    let server = TestServer::start().await;
    let long = "x".repeat(200_000);
    let mut run = node_run("1", 1, &["a", "o/1"]);
    run["outputs"][1]["data"] = json!(long);
    run["outputs"][1]["downstreamRuns"] = json!([{"nodeKey": "m", "runId": "7"}]);
    send(&server.client(Role::Ingest).await, &[run, node_run("2", 2, &["b"])]).await;
    let reader = server.client(Role::Read).await;
    for word in ["output", "outputs"] {
        let one = reader
            .get(&format!("/api/v1/flow-runs/r/nodes/n/{word}/o%2F1"))
            .await
            .json();
        assert_eq!((&one["data"], &one["runId"]), (&json!(long), &json!("1")));
        assert_eq!(one["downstreamRuns"], json!([{"nodeKey": "m", "runId": "7"}]));
        let reply = reader.get(&format!("/api/v1/flow-runs/r/nodes/n/{word}/none")).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"));
    }
    let listed = reader.get(LIST).await;
    assert!(listed.body.len() < 40_000, "a list cuts what is long");
    assert_eq!(reader.get("/api/v1/flow-runs/none/nodes/n/outputs").await.status, 404);
    let stranger = server.customer(Role::Read, "other").await;
    assert_eq!(stranger.get(LIST).await.status, 404);
    assert_eq!(stranger.get(&format!("{LIST}/a")).await.status, 404);
}

#[tokio::test]
async fn the_output_of_a_flow_run_is_as_it_was_sent() {
    let server = TestServer::start().await;
    let items = [
        json!({"kind": "flow_run", "id": "map", "customerId": "c", "output": {"n/1": [1, {"a": 2}], "m": "text"}}),
        json!({"kind": "flow_run", "id": "list", "output": [1, 2]}),
        json!({"kind": "flow_run", "id": "text", "output": "done {}"}),
        json!({"kind": "flow_run", "id": "bare"}),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    for (path, expected) in [
        ("map/output", json!({"n/1": [1, {"a": 2}], "m": "text"})),
        ("map/output/", json!({"n/1": [1, {"a": 2}], "m": "text"})),
        ("map/output/n%2F1", json!([1, {"a": 2}])),
        ("map/output/m", json!("text")),
        ("list/output", json!([1, 2])),
        ("text/output", json!("done {}")),
        ("bare/output", json!({})),
    ] {
        assert_eq!(
            reader.get(&format!("/api/v1/flow-runs/{path}")).await.json(),
            expected,
            "{path}"
        );
    }
    for path in ["map/output/none", "list/output/0", "bare/output/a", "none/output"] {
        assert_eq!(
            reader.get(&format!("/api/v1/flow-runs/{path}")).await.status,
            404,
            "{path}"
        );
    }
    let stranger = server.customer(Role::Read, "other").await;
    assert_eq!(stranger.get("/api/v1/flow-runs/map/output").await.status, 404);
}
