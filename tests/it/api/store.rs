//! What administrators ask of the store.

use redtrail::access::Role;
use serde_json::{Value, json};

use super::make::with_one_of_each;

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
