//! Entities written by their address: put and archived, by whom, and what is left of it.

use hyper::Method;
use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::model::kind::EntityKind;
use redtrail::model::time::{HOUR, SECOND};
use serde_json::{Value, json};

use super::make::{encode, entity_list, ids, send};
use crate::support::client::{Client, Reply};
use crate::support::web::TestServer;

async fn put(client: &Client, path: &str, body: &str) -> Reply {
    client.send(Method::PUT, path, body.to_owned()).await
}

#[tokio::test]
async fn every_kind_of_entity_is_put_merged_archived_and_brought_back() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for kind in EntityKind::ALL {
        let path = format!("{}/{}", entity_list(kind), encode("a/1"));
        let new = put(&admin, &path, "{\"name\":\"First\",\"key\":\"k\"}").await;
        assert_eq!(new.status, 201, "{}", new.text());
        assert_eq!(
            (&new.json()["id"], &new.json()["kind"]),
            (&json!("a/1"), &json!(kind.name()))
        );
        server.clock.advance(SECOND);
        let body = json!({"kind": kind.name(), "id": "a/1", "name": "Second", "meta": {"a": 1}});
        let merged = put(&admin, &path, &body.to_string()).await;
        assert_eq!(merged.status, 200, "{}", merged.text());
        let merged = merged.json();
        assert_eq!(
            (&merged["name"], &merged["key"], &merged["meta"]["a"]),
            (&json!("Second"), &json!("k"), &json!(1))
        );
        assert_eq!(merged, admin.get(&path).await.json(), "the answer is what is read");
        server.clock.advance(SECOND);
        let at = server.clock.now().to_string();
        let archived = admin.delete(&path).await;
        assert_eq!((archived.status, &archived.json()["archivedAt"]), (200, &json!(at)));
        server.clock.advance(SECOND);
        assert_eq!(
            admin.delete(&path).await.json()["archivedAt"],
            at,
            "it stays archived since then"
        );
        let again = put(&admin, &path, "{\"name\":\"Third\"}").await.json();
        assert_eq!(
            again["archivedAt"], at,
            "sent again without archivedAt it stays archived"
        );
        server.clock.advance(SECOND);
        let back = put(&admin, &path, "{\"archivedAt\":null}").await.json();
        assert_eq!((&back["name"], back.get("archivedAt")), (&json!("Third"), None));
        server.clock.advance(SECOND);
        let archived = admin.delete(&path).await.json();
        assert_eq!(archived["archivedAt"], server.clock.now().to_string());
    }
}

#[tokio::test]
async fn what_is_brought_back_by_a_version_of_tomorrow_is_archived_all_the_same() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let tomorrow = server.clock.now().plus(12 * HOUR);
    let body = json!({"archivedAt": null, "updatedAt": tomorrow.to_string()});
    put(&admin, "/api/v1/flows/f", &body.to_string()).await.json();
    let archived = admin.delete("/api/v1/flows/f").await.json();
    assert_eq!(archived["archivedAt"], server.clock.now().to_string());
}

#[tokio::test]
async fn it_is_put_by_its_id_only_and_a_key_makes_another_one() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let item = json!({"kind": "integration", "id": "i1", "key": "crm", "name": "CRM"});
    send(&server.client(Role::Ingest).await, &[item]).await;
    let by_key = put(&admin, "/api/v1/integrations/crm", "{\"name\":\"Other\"}").await;
    assert_eq!((by_key.status, &by_key.json()["id"]), (201, &json!("crm")));
    let mut all = ids(&admin.get("/api/v1/integrations").await.json());
    all.sort();
    assert_eq!(all, ["crm", "i1"]);
    assert_eq!(admin.get("/api/v1/integrations/i1").await.json()["name"], "CRM");
    put(&admin, "/api/v1/flows/f", "{\"key\":\"onboard\"}").await.json();
    let reply = admin.delete("/api/v1/flows/onboard").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"));
}

#[tokio::test]
async fn what_cannot_be_put_is_refused_with_what_is_wrong_and_nothing_is_stored() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let path = "/api/v1/connections/c";
    for (body, key, at) in [
        ("", "no_items", ""),
        ("[{\"name\":\"a\"}]", "invalid_json", ""),
        ("{\"name\":\"a\"}\n{\"name\":\"b\"}", "invalid_json", ""),
        ("{\"name\":", "invalid_json", ""),
        ("7", "invalid_value", ""),
        ("{\"id\":\"d\"}", "invalid_value", "/id"),
        ("{\"id\":[]}", "invalid_value", "/id"),
        ("{\"kind\":\"flow\"}", "kind_mismatch", "/kind"),
        ("{\"kind\":\"flow_run\"}", "kind_mismatch", "/kind"),
        ("{\"connected\":\"secret-value\"}", "invalid_value", "/connected"),
        (
            "{\"updatedAt\":\"2199-01-01T00:00:00Z\"}",
            "time_out_of_range",
            "/updatedAt",
        ),
    ] {
        let reply = put(&admin, path, body).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, key), "{body}");
        let error: Value = serde_json::from_str(reply.text()).unwrap();
        assert_eq!(error["data"]["path"].as_str().unwrap_or_default(), at, "{body}");
        assert!(!reply.text().contains("secret-value"), "an error never repeats a value");
    }
    let reply = put(&admin, "/api/v1/connections/%20c%00", "{}").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (400, "invalid_parameter"));
    for method in [Method::PUT, Method::DELETE] {
        let reply = admin.send(method, "/api/v1/connections/c?force=1", "{}").await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, "unknown_parameter"));
    }
    assert_eq!(admin.get(path).await.status, 404);
    assert_eq!(admin.delete(path).await.status, 404);
}

#[tokio::test]
async fn a_number_is_the_same_id_as_its_digits() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let reply = put(&admin, "/api/v1/customers/42", "{\"id\":42,\"name\":\"N\"}").await;
    assert_eq!((reply.status, &reply.json()["id"]), (201, &json!("42")));
}

#[tokio::test]
async fn who_may_only_send_learns_nothing_of_what_was_there() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let path = "/api/v1/customers/c";
    let own = json!({"id": "c", "kind": "customer", "workspaceId": "default"});
    put(&server.client(Role::Admin).await, path, "{\"name\":\"Kept\"}")
        .await
        .json();
    server.clock.advance(SECOND);
    let merged = put(&sender, path, "{\"meta\":{}}").await;
    assert_eq!((merged.status, merged.json()), (200, own.clone()));
    assert_eq!(sender.delete(path).await.json(), own);
    let reader = server.client(Role::Read).await;
    let read = reader.get(path).await.json();
    assert_eq!((&read["name"], read["archivedAt"].is_string()), (&json!("Kept"), true));
    for method in [Method::PUT, Method::DELETE] {
        let reply = reader.send(method, path, "{}").await;
        assert_eq!((reply.status, reply.error_key().as_str()), (403, "access_denied"));
    }
}

#[tokio::test]
async fn a_sender_limited_to_a_customer_writes_no_entities_and_is_told_the_same_of_all() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    put(&admin, "/api/v1/customers/other", "{\"name\":\"Other\"}")
        .await
        .json();
    let limited = server.customer(Role::Ingest, "mine").await;
    for path in [
        "/api/v1/customers/other",
        "/api/v1/customers/mine",
        "/api/v1/flows/none",
    ] {
        for method in [Method::PUT, Method::DELETE] {
            let reply = limited.send(method, path, "{\"name\":\"X\"}").await;
            assert_eq!((reply.status, reply.error_key().as_str()), (403, "entity_not_allowed"));
        }
    }
    let other = admin.get("/api/v1/customers/other").await.json();
    assert_eq!((&other["name"], other.get("archivedAt")), (&json!("Other"), None));
    assert_eq!(admin.get("/api/v1/customers/mine").await.status, 404);
}

#[tokio::test]
async fn what_is_put_is_redacted_and_leaves_a_history() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let path = "/api/v1/connections/c";
    put(&admin, path, "{\"name\":\"A\",\"customerId\":\"x\"}").await.json();
    let between = server.clock.now();
    server.clock.advance(HOUR);
    let body = "{\"name\":\"B\",\"meta\":{\"password\":\"hunter2\"}}";
    let now = put(&admin, path, body).await;
    assert!(!now.text().contains("hunter2"), "{}", now.text());
    let then = admin.get(&format!("{path}?at={between}")).await.json();
    assert_eq!((&then["name"], then.get("meta")), (&json!("A"), None));
    let logs = admin.get(&format!("{path}?logs=1")).await.json();
    assert!(logs["_logs"].is_array());
}

#[tokio::test]
async fn it_is_written_in_the_singular_form_too_by_its_id_only() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    for kind in EntityKind::ALL {
        let list = entity_list(kind);
        let one = list.strip_suffix('s').unwrap();
        let path = format!("{one}?id=a%2F1");
        assert_eq!(put(&admin, &path, "{\"name\":\"N\"}").await.status, 201, "{path}");
        server.clock.advance(SECOND);
        assert_eq!(put(&admin, &path, "{\"id\":\"a/1\",\"key\":\"k\"}").await.status, 200);
        let read = admin.get(&format!("{list}/a%2F1")).await.json();
        assert_eq!((&read["name"], &read["key"]), (&json!("N"), &json!("k")));
        server.clock.advance(SECOND);
        assert!(admin.delete(&path).await.json()["archivedAt"].is_string());
        for (query, key) in [
            ("", "invalid_parameter"),
            ("?id=", "invalid_parameter"),
            ("?key=k", "unknown_parameter"),
            ("?id=x&at=2026-01-01T00:00:00Z", "unknown_parameter"),
        ] {
            for method in [Method::PUT, Method::DELETE] {
                let reply = admin.send(method, &format!("{one}{query}"), "{}").await;
                assert_eq!((reply.status, reply.error_key().as_str()), (400, key), "{one}{query}");
            }
        }
    }
}
