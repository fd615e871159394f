//! What clients do that the API need not mind.

use redtrail::access::Role;
use redtrail::web::routes::rows;
use serde_json::json;

use super::make::with_one_of_each;
use crate::support::web::TestServer;

#[tokio::test]
async fn a_slash_at_the_end_changes_nothing_at_any_address() {
    let (server, _) = with_one_of_each("run-1").await;
    let admin = server.client(Role::Admin).await;
    for row in rows().into_iter().filter(|row| row.address.method == "GET") {
        let path = row.address.path;
        let path = path
            .replace("{id}", "run-1")
            .replace("{key}", "node-1")
            .replace("{runId}", "run-1");
        let path = path.replace("{outputId}", "o");
        let (with, without) = (admin.get(&format!("{path}/")).await, admin.get(&path).await);
        assert_eq!(with.status, without.status, "{path}");
        if without.status == 200 {
            assert_eq!(with.body, without.body, "{path}");
        }
    }
}

#[tokio::test]
async fn a_body_that_is_called_a_form_is_read_as_what_it_is() {
    let server = TestServer::start().await;
    let form = server
        .client(Role::Admin)
        .await
        .with("content-type", "application/x-www-form-urlencoded");
    for path in ["/api/v1/sign-in-links", "/api/v1/verify"] {
        let reply = form.post(path, "").await;
        assert!(reply.status < 300, "{path}: {}", reply.text());
    }
    let sent = form.post("/api/v1/ingest/flow_run", "{\"id\":\"r\"}").await;
    assert_eq!((sent.status, &sent.json()["id"]), (202, &json!("r")));
    let put = form
        .send(hyper::Method::PUT, "/api/v1/flows/f", "{\"name\":\"N\"}")
        .await;
    assert_eq!(put.status, 201, "{}", put.text());
}

#[tokio::test]
async fn switches_are_on_unless_they_say_otherwise() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    admin
        .send(
            hyper::Method::PUT,
            "/api/v1/flows/old",
            "{\"archivedAt\":\"2026-01-01T00:00:00Z\"}",
        )
        .await;
    for (text, count) in [
        ("", 0),
        ("=", 0),
        ("=0", 0),
        ("=false", 0),
        ("=1", 1),
        ("=true", 1),
        ("=yes", 1),
        ("=no", 1),
    ] {
        let list = admin.get(&format!("/api/v1/flows?includeArchived{text}")).await.json();
        assert_eq!(list["items"].as_array().unwrap().len(), count, "{text}");
    }
}

#[tokio::test]
async fn what_a_list_of_the_platform_does_not_know_is_named_and_on_our_own_it_is_refused() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for row in rows().into_iter().filter(|row| row.address.method == "GET") {
        let path = row.address.path;
        if path.contains('{') || path == "/healthz" {
            continue;
        }
        let reply = admin.get(&format!("{path}?q=x&id=x&kind=flow_run&oddOne=1")).await;
        match reply.header("redtrail-ignored") {
            Some(names) => assert!(names.contains("oddOne"), "{path}: {names}"),
            None if reply.status == 404 => {}
            None => assert_eq!(
                (reply.status, reply.error_key().as_str()),
                (400, "unknown_parameter"),
                "{path}"
            ),
        }
    }
}
