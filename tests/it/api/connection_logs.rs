//! What happened to a connection, as one list.

use hyper::Method;
use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::model::time::SECOND;
use serde_json::{Value, json};

use super::make::{ids, send};
use crate::support::client::Client;
use crate::support::web::TestServer;

const PATH: &str = "/api/v1/connections/cn/logs";

async fn put(server: &TestServer, admin: &Client, path: &str, body: Value) {
    let reply = admin
        .send(Method::PUT, &format!("/api/v1/{path}"), body.to_string())
        .await;
    assert!(reply.status < 300, "{}", reply.text());
    server.clock.advance(SECOND);
}

async fn request(server: &TestServer, sender: &Client, id: &str, connection: &str, good: bool) {
    let item = json!({"kind": "api_request", "id": id, "connectionId": connection, "customerId": "c", "isSuccess": good,
        "createdAt": server.clock.now().to_string(), "requestUrl": "https://api.example.com/x", "statusCode": 401,
        "error": {"message": "Unauthorized"}});
    send(sender, &[item]).await;
    server.clock.advance(SECOND);
}

async fn story(server: &TestServer) {
    let admin = server.client(Role::Admin).await;
    put(
        server,
        &admin,
        "connections/cn",
        json!({"customerId": "c", "integrationId": "i", "state": "READY", "key": "crm"}),
    )
    .await;
    request(server, &admin, "bad-1", "cn", false).await;
    request(server, &admin, "good", "cn", true).await;
    request(server, &admin, "elsewhere", "other", false).await;
    put(
        server,
        &admin,
        "connections/cn",
        json!({"disconnected": true, "errors": [{"type": "connection", "message": "Refresh token rejected"}]}),
    )
    .await;
    put(
        server,
        &admin,
        "flow-instances/fi",
        json!({"connectionId": "cn", "customerId": "c", "flowId": "f"}),
    )
    .await;
    put(server, &admin, "connections/other", json!({"customerId": "d"})).await;
    request(server, &admin, "bad-2", "cn", false).await;
    put(
        server,
        &admin,
        "connections/cn",
        json!({"disconnected": false, "errors": []}),
    )
    .await;
}

#[tokio::test]
async fn changes_and_failed_requests_of_a_connection_are_one_list_newest_first() {
    let server = TestServer::start().await;
    story(&server).await;
    let reader = server.client(Role::Read).await;
    let list = reader.get(PATH).await.json();
    let items = list["items"].as_array().unwrap();
    let told: Vec<(&str, &str)> = items
        .iter()
        .map(|item| (item["kind"].as_str().unwrap(), item["status"].as_str().unwrap()))
        .collect();
    assert_eq!(
        told,
        [
            ("entity_change", "success"),
            ("api_request", "error"),
            ("entity_change", "error"),
            ("api_request", "error"),
            ("entity_change", "success"),
        ]
    );
    assert_eq!(
        (&items[1]["id"], &items[1]["error"]["message"]),
        (&json!("bad-2"), &json!("Unauthorized"))
    );
    assert_eq!(items[2]["changed"], json!(["disconnected", "errors"]));
    assert_eq!(
        items[2]["error"],
        json!({"type": "connection", "message": "Refresh token rejected"})
    );
    assert_eq!(items[0]["old"]["disconnected"], true);
    assert_eq!(items[0].get("error"), None);
    for item in items {
        for (name, value) in [
            ("connectionId", "cn"),
            ("userId", "c"),
            ("tenantId", "c"),
            ("workspaceId", "default"),
        ] {
            assert_eq!(item[name], value, "{item}");
        }
        assert!(item["createdAt"].is_string());
    }
    assert_eq!(list.get("cursor"), None);
    let by_key = reader.get("/api/v1/connections/crm/logs/").await.json();
    assert_eq!(by_key, list, "a key finds it, and a slash changes nothing");
    let reply = reader.get(&format!("{PATH}?sortOrder=asc&odd=1")).await;
    assert_eq!(
        (reply.status, reply.header("redtrail-ignored")),
        (200, Some("sortOrder, odd"))
    );
}

#[tokio::test]
async fn pages_of_both_equal_the_whole_list() {
    let server = TestServer::start().await;
    story(&server).await;
    let admin = server.client(Role::Admin).await;
    for at in 0..20 {
        match at % 3 {
            0 => put(&server, &admin, "connections/cn", json!({"name": format!("n{at}")})).await,
            1 => put(&server, &admin, "flow-instances/fi", json!({"name": format!("n{at}")})).await,
            _ => request(&server, &admin, &format!("r{at}"), "cn", false).await,
        }
    }
    let reader = server.client(Role::Read).await;
    let whole = ids(&reader.get(PATH).await.json());
    assert_eq!(whole.len(), 5 + 7 + 6);
    for limit in [1, 2, 5, 17, 1000] {
        let (mut all, mut cursor) = (Vec::new(), "0".to_owned());
        loop {
            let page = reader
                .get(&format!("{PATH}?limit={limit}&cursor={cursor}"))
                .await
                .json();
            assert!(ids(&page).len() <= limit);
            all.extend(ids(&page));
            let Some(next) = page["cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(all, whole, "{limit}");
    }
    let cursor = reader.get(&format!("{PATH}?limit=1")).await.json()["cursor"]
        .as_str()
        .unwrap()
        .to_owned();
    let reply = reader
        .get(&format!("/api/v1/connections/other/logs?cursor={cursor}"))
        .await;
    assert_eq!((reply.status, reply.error_key().as_str()), (400, "invalid_cursor"));
}

#[tokio::test]
async fn another_customers_connection_has_no_logs() {
    let server = TestServer::start().await;
    story(&server).await;
    let mine = server.customer(Role::Read, "c").await;
    assert_eq!(ids(&mine.get(PATH).await.json()).len(), 5);
    for path in ["/api/v1/connections/other/logs", "/api/v1/connections/none/logs"] {
        assert_eq!(mine.get(path).await.status, 404, "{path}");
    }
}
