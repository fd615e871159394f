//! A cursor is for one list, asked in one way, by one scope; and it survives a restart.

use std::sync::Arc;

use redtrail::access::Role;
use redtrail::crypto::RootKey;
use redtrail::model::kind::Kind;
use redtrail::store::Store;
use redtrail::store::memory::MemoryStore;
use serde_json::{Value, json};

use super::make::{full, ids, list, send};
use crate::support::client::Client;
use crate::support::web::{Setup, TestServer};

fn runs(customer: &str) -> Vec<Value> {
    let run = |at: u32| json!({"kind": "flow_run", "id": format!("{customer}-{at}"), "customerId": customer});
    (0..3).map(run).collect()
}

async fn cursor(client: &Client, path: &str) -> String {
    let page = client.get(path).await.json();
    page["cursor"].as_str().expect("more than one page").to_owned()
}

async fn is_refused(client: &Client, path: &str) {
    let reply = client.get(path).await;
    assert_eq!(
        (reply.status, reply.error_key().as_str()),
        (400, "invalid_cursor"),
        "{path}"
    );
}

#[tokio::test]
async fn a_cursor_of_another_question_is_refused() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    send(&sender, &runs("c")).await;
    send(&sender, &[full(Kind::ActionRun, "a"), full(Kind::ActionRun, "b")]).await;
    let reader = server.client(Role::Read).await;
    let cursor = cursor(&reader, "/api/v1/flow-runs?limit=1&customerId=c").await;
    // Of the same question in other words, and with another limit.
    for query in ["customerId=c", "tenantId=c&limit=2", "userId=c,c"] {
        let reply = reader.get(&format!("/api/v1/flow-runs?{query}&cursor={cursor}")).await;
        assert_eq!(reply.status, 200, "{query}");
    }
    for path in [
        "flow-runs",
        "flow-runs?customerId=d",
        "flow-runs?customerId=c&sortOrder=asc",
        "flow-runs?customerId=c&state=failed",
        "action-run-logs?customerId=c",
        "connections?customerId=c",
    ] {
        let separator = if path.contains('?') { '&' } else { '?' };
        is_refused(&reader, &format!("/api/v1/{path}{separator}cursor={cursor}")).await;
    }
}

#[tokio::test]
async fn a_cursor_of_another_scope_or_a_changed_one_is_refused() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    send(&sender, &runs("c")).await;
    let reader = server.client(Role::Read).await;
    let theirs = server.customer(Role::Read, "c").await;
    let path = "/api/v1/flow-runs?limit=1";
    let (all, only) = (cursor(&reader, path).await, cursor(&theirs, path).await);
    is_refused(&theirs, &format!("{path}&cursor={all}")).await;
    is_refused(&reader, &format!("{path}&cursor={only}")).await;
    let other_reader = server.client(Role::Read).await;
    assert_eq!(
        other_reader.get(&format!("{path}&cursor={all}")).await.status,
        200,
        "the same scope"
    );
    let mut changed = all.clone();
    changed.replace_range(30..31, if &all[30..31] == "A" { "B" } else { "A" });
    let long = "A".repeat(5000);
    for wrong in [&changed, &all[1..], "A", "1", "%20", "../..", &long] {
        is_refused(&reader, &format!("{path}&cursor={wrong}")).await;
    }
}

#[tokio::test]
async fn a_cursor_survives_a_restart_and_not_another_data_folder() {
    let store: Arc<dyn Store> = Arc::new(MemoryStore::new());
    let setup = |keys| Setup {
        store: Arc::clone(&store),
        keys,
        ..Setup::default()
    };
    let path = "/api/v1/flow-runs?limit=1";
    let first = TestServer::with(setup(RootKey::of([1; 32]))).await;
    send(&first.client(Role::Ingest).await, &runs("c")).await;
    let reader = first.client(Role::Read).await;
    let cursor = cursor(&reader, path).await;
    let expected = ids(&reader.get(&format!("{path}&cursor={cursor}")).await.json());
    drop(first);
    let second = TestServer::with(setup(RootKey::of([1; 32]))).await;
    let again = second
        .client(Role::Read)
        .await
        .get(&format!("{path}&cursor={cursor}"))
        .await
        .json();
    assert_eq!(ids(&again), expected);
    let other = TestServer::with(setup(RootKey::of([2; 32]))).await;
    is_refused(&other.client(Role::Read).await, &format!("{path}&cursor={cursor}")).await;
}

#[tokio::test]
async fn a_cursor_tells_no_id() {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &runs("someones-secret-name")).await;
    let reader = server.client(Role::Read).await;
    let cursor = cursor(&reader, &format!("{}?limit=1", list(Kind::FlowRun))).await;
    use base64::Engine;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD
        .decode(&cursor)
        .unwrap();
    assert!(!String::from_utf8_lossy(&bytes).contains("someones"));
}
