//! Tokens and sign-in links.

use redtrail::access::Role;
use serde_json::{Value, json};

use crate::support::web::TestServer;

#[tokio::test]
async fn a_token_is_made_listed_used_and_revoked() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let new = json!({"name": "crm", "role": "ingest", "defaultCustomer": "c/1", "defaultIntegration": "i",
        "defaultMeta": {"environment": "test"}, "idPrefix": "crm-"});
    let reply = admin.post("/api/v1/tokens", new.to_string()).await;
    assert_eq!(reply.status, 201);
    let mut made = reply.json();
    let secret = made.as_object_mut().unwrap().remove("secret").unwrap();
    let (id, secret) = (
        made["id"].as_str().unwrap().to_owned(),
        secret.as_str().unwrap().to_owned(),
    );
    for (name, value) in new.as_object().unwrap() {
        assert_eq!(&made[name], value);
    }
    assert_eq!(made["createdAt"], "2026-03-04T05:06:07.000Z");
    let sender = server.nobody().with_token(&secret);
    let sent = sender
        .post("/api/v1/ingest", "{\"kind\":\"flow_run\",\"id\":\"r\"}")
        .await;
    assert_eq!(sent.json()["id"], "crm-r");
    let run = admin.get("/api/v1/flow-runs/crm-r").await.json();
    assert_eq!(
        (&run["source"], &run["customerId"], &run["meta"]["environment"]),
        (&json!("crm"), &json!("c/1"), &json!("test"))
    );
    let list = admin.get("/api/v1/tokens").await;
    assert!(!list.text().contains(&secret) && !list.text().contains("secret"));
    assert!(list.json()["items"].as_array().unwrap().contains(&made));
    let revoked = admin.delete(&format!("/api/v1/tokens/{id}")).await.json();
    assert!(revoked["revokedAt"].is_string());
    assert_eq!(sender.post("/api/v1/ingest", "{}").await.status, 401);
    assert_eq!(admin.delete("/api/v1/tokens/none").await.status, 404);
}

#[tokio::test]
async fn a_token_that_cannot_be_made_is_refused_with_what_is_wrong() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    assert_eq!(
        admin
            .post("/api/v1/tokens", "{\"name\":\"a\",\"role\":\"read\"}")
            .await
            .status,
        201
    );
    for (body, status, key, path) in [
        ("", 400, "missing_field", "/name"),
        ("{}", 400, "missing_field", "/name"),
        ("{\"name\":\"b\"}", 400, "missing_field", "/role"),
        (
            "{\"name\":\"b\",\"role\":\"secret-value\"}",
            400,
            "invalid_value",
            "/role",
        ),
        ("{\"name\":7,\"role\":\"read\"}", 400, "invalid_value", "/name"),
        (
            "{\"name\":\"b\",\"role\":\"read\",\"customer\":\"\"}",
            400,
            "invalid_value",
            "/customer",
        ),
        (
            "{\"name\":\"b\",\"role\":\"read\",\"rolle\":1}",
            400,
            "unknown_parameter",
            "/rolle",
        ),
        (
            "{\"name\":\"b\",\"role\":\"read\",\"a/b\":1}",
            400,
            "unknown_parameter",
            "/a~1b",
        ),
        ("[1]", 400, "invalid_json", ""),
        ("{\"name\":", 400, "invalid_json", ""),
        ("\u{0}", 400, "invalid_json", ""),
        ("{\"name\":\"a\",\"role\":\"read\"}", 409, "already_exists", ""),
        ("{\"name\":\"\",\"role\":\"read\"}", 400, "invalid_value", ""),
    ] {
        let reply = admin.post("/api/v1/tokens", body).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (status, key), "{body}");
        let error: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(error["data"]["path"].as_str().unwrap_or_default(), path, "{body}");
        assert!(!reply.text().contains("secret-value"), "an error never repeats a value");
    }
    let long = format!("{{\"name\":\"{}\"}}", "x".repeat(100_000));
    let reply = admin.post("/api/v1/tokens", long).await;
    assert_eq!((reply.status, reply.error_key().as_str()), (413, "request_too_large"));
    let reply = admin.get("/api/v1/tokens?page=2").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (400, "unknown_parameter"));
}

#[tokio::test]
async fn a_sign_in_link_is_made_for_one_use() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let reply = admin.post("/api/v1/sign-in-links", "{}").await;
    assert_eq!(reply.status, 201);
    let link = reply.json()["path"].as_str().unwrap().to_owned();
    let secret = link.strip_prefix("/sign-in?link=").unwrap();
    assert!(server.access.redeem_link(secret).await.is_ok());
    assert!(server.access.redeem_link(secret).await.is_err());
    let reply = admin.post("/api/v1/sign-in-links", "{\"for\":\"me\"}").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (400, "unknown_parameter"));
}
