//! What was answered before a restart is answered after it, from the durable store.

use std::path::Path;
use std::sync::Arc;

use redtrail::access::Role;
use redtrail::crypto::RootKey;
use redtrail::model::kind::Kind;
use redtrail::store::Store;
use redtrail::store::embedded::{EmbeddedOptions, EmbeddedStore};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::make::{full, ids, list, send};
use crate::support::client::Client;
use crate::support::web::{Setup, TestServer};

pub async fn start(folder: &Path) -> TestServer {
    let keys = RootKey::of([7; 32]);
    let options = EmbeddedOptions {
        min_free: 0,
        head_records: u64::MAX,
        head_memory: u64::MAX,
        ballast: 0,
        read_threads: 1,
        read_queue: 100,
        commit_queue: 64 * 1024 * 1024,
    };
    let store: Arc<dyn Store> = Arc::new(EmbeddedStore::open(folder, options, &keys).unwrap());
    let setup = Setup {
        store,
        keys,
        ..Setup::default()
    };
    TestServer::with(setup).await
}

pub async fn stop(server: TestServer) {
    let store = server.stop().await;
    store.close().await.unwrap();
}

/// Everything a reader sees, and the cursor of a page.
async fn all(reader: &Client) -> Vec<String> {
    let mut answers = Vec::new();
    for kind in Kind::SENT {
        let list = list(kind);
        for path in [
            list.clone(),
            format!("{list}?customerId=customerId-1"),
            format!("{list}/x"),
            format!("{list}/x/logs"),
        ] {
            let reply = reader.get(&path).await;
            assert_eq!(reply.status, 200, "{path}");
            answers.push(reply.text().to_owned());
        }
    }
    answers
}

#[tokio::test]
async fn everything_is_there_after_a_restart_and_the_same_again_changes_nothing() {
    let folder = TempDir::new().unwrap();
    let server = start(folder.path()).await;
    let items: Vec<Value> = Kind::SENT
        .iter()
        .flat_map(|kind| [full(*kind, "x"), full(*kind, "y")])
        .collect();
    let sender = server.client(Role::Ingest).await;
    send(&sender, &items).await;
    let reader = server.client(Role::Read).await;
    let before = all(&reader).await;
    let page = reader.get("/api/v1/flow-runs?limit=1").await.json();
    stop(server).await;

    let server = start(folder.path()).await;
    let again = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    assert_eq!(all(&reader).await, before);
    let next = format!("/api/v1/flow-runs?limit=1&cursor={}", page["cursor"].as_str().unwrap());
    assert_eq!(ids(&reader.get(&next).await.json()), ["x"]);
    let answer = send(&again, &items).await.json();
    assert_eq!(answer, json!({"accepted": 0, "duplicates": 16, "rejected": []}));
    assert_eq!(all(&reader).await, before);
    stop(server).await;
}
