//! Entities: lists, filters, one by id or key.

use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::model::kind::EntityKind;
use redtrail::model::time::HOUR;
use serde_json::{Value, json};

use super::make::{encode, entity_list, ids, send};
use crate::support::web::TestServer;

#[tokio::test]
async fn an_entity_is_found_by_its_id_or_key_and_an_id_beats_a_key() {
    let server = TestServer::start().await;
    let items = [
        json!({"kind": "integration", "id": "i/1", "key": "sheets", "name": "Sheets"}),
        json!({"kind": "integration", "id": "sheets-2", "key": "i/1"}),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    for (asked, found) in [("i/1", "i/1"), ("sheets", "i/1"), ("sheets-2", "sheets-2")] {
        let one = reader
            .get(&format!("/api/v1/integrations/{}", encode(asked)))
            .await
            .json();
        assert_eq!(one["id"], found);
    }
    let second = reader.get("/api/v1/integrations/sheets-2").await.json();
    assert_eq!((&second["name"], &second["logoUri"]), (&json!("i/1"), &json!("")));
    assert_eq!(reader.get("/api/v1/integrations/none").await.status, 404);
}

#[tokio::test]
async fn every_filter_of_an_entity_list_finds_what_it_names() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    let owners = &["customerId", "integrationId", "connectionId"];
    for (kind, members) in [
        (
            EntityKind::Connection,
            &["customerId", "integrationId", "externalAppId"][..],
        ),
        (EntityKind::Flow, &["integrationId"]),
        (
            EntityKind::FlowInstance,
            &[
                "customerId",
                "integrationId",
                "connectionId",
                "flowId",
                "universalFlowId",
            ],
        ),
        (EntityKind::ExternalEventSubscription, owners),
        (
            EntityKind::InternalEventSubscription,
            &["customerId", "integrationId", "connectionId", "appEventTypeId"],
        ),
    ] {
        let mut full = json!({"kind": kind.name(), "id": "full"});
        for name in members {
            full[*name] = json!(format!("{name}-1"));
        }
        send(&sender, &[full, json!({"kind": kind.name(), "id": "bare"})]).await;
        for name in members {
            let names: &[&str] = if *name == "customerId" {
                &["customerId", "tenantId", "userId"]
            } else {
                &[*name]
            };
            for asked in names {
                let path = format!("{}?{asked}={name}-1", entity_list(kind));
                assert_eq!(ids(&reader.get(&path).await.json()), ["full"], "{path}");
            }
        }
    }
}

#[tokio::test]
async fn archived_entities_are_listed_when_asked_for() {
    let server = TestServer::start().await;
    let items = [
        json!({"kind": "connection", "id": "old", "archivedAt": "2026-03-04T01:00:00Z", "createdAt": "2026-03-01T00:00:00Z"}),
        json!({"kind": "connection", "id": "now", "createdAt": "2026-03-02T00:00:00Z"}),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    assert_eq!(ids(&reader.get("/api/v1/connections").await.json()), ["now"]);
    assert_eq!(
        ids(&reader.get("/api/v1/connections?includeArchived=1").await.json()),
        ["now", "old"]
    );
    assert_eq!(
        ids(&reader.get("/api/v1/connections?includeArchived=false").await.json()),
        ["now"]
    );
    assert_eq!(
        reader.get("/api/v1/connections/old").await.json()["archivedAt"],
        "2026-03-04T01:00:00.000Z"
    );
}

#[tokio::test]
async fn pages_of_entities_equal_the_whole_list_in_both_orders() {
    let server = TestServer::start().await;
    let items: Vec<Value> = (0..9)
        .map(|at| json!({"kind": "customer", "id": format!("c{at}"), "createdAt": format!("2026-03-01T00:00:0{}Z", at % 3)}))
        .collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    for order in ["asc", "desc"] {
        let whole = ids(&reader.get(&format!("/api/v1/customers?sortOrder={order}")).await.json());
        assert_eq!(whole.len(), 9);
        let (mut all, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = reader
                .get(&format!("/api/v1/customers?sortOrder={order}&limit=2&cursor={cursor}"))
                .await
                .json();
            all.extend(ids(&page));
            let Some(next) = page["cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(all, whole);
    }
}

#[tokio::test]
async fn errors_of_entities_have_the_shape_the_platform_reads() {
    let server = TestServer::start().await;
    let item = json!({"kind": "connection", "id": "cn", "key": "k", "customerId": "c",
        "requestError": {"type": "odd", "message": "m"}, "errors": [{"type": "connection", "message": "n"}]});
    send(&server.client(Role::Ingest).await, &[item]).await;
    let read = server
        .client(Role::Read)
        .await
        .get("/api/v1/connections/cn")
        .await
        .json();
    assert_eq!(read["requestError"], json!({"message": "m", "key": "odd"}));
    assert_eq!(read["errors"], json!([{"type": "connection", "message": "n"}]));
    assert_eq!(
        (&read["name"], &read["userId"], &read["tenantId"]),
        (&json!("k"), &json!("c"), &json!("c"))
    );
    assert_eq!(read["createdAt"], "2026-03-04T05:06:07.000Z");
}

#[tokio::test]
async fn one_of_every_kind_is_found_as_the_platforms_client_asks_for_it() {
    let server = TestServer::start().await;
    let items: Vec<Value> = EntityKind::ALL
        .iter()
        .map(|kind| json!({"kind": kind.name(), "id": "a/1", "key": "k", "customerId": "mine"}))
        .collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let limited = server.customer(Role::Read, "other").await;
    for kind in EntityKind::ALL {
        let list = entity_list(kind);
        let one = list.strip_suffix('s').unwrap();
        let whole = reader.get(&format!("{list}/a%2F1")).await.json();
        for query in ["?id=a%2F1", "/?id=a%2F1&includeSecrets=false", "?key=k"] {
            assert_eq!(reader.get(&format!("{one}{query}")).await.json(), whole, "{one}{query}");
        }
        for query in ["", "?id=", "?integrationId=i"] {
            let reply = reader.get(&format!("{one}{query}")).await;
            assert_eq!((reply.status, reply.error_key().as_str()), (400, "invalid_parameter"));
        }
        assert_eq!(reader.get(&format!("{one}?id=none")).await.status, 404);
        let seen = limited.get(&format!("{one}?id=a%2F1")).await.status;
        assert_eq!(seen == 200, kind.is_workspace_wide(), "{one}");
    }
}

#[tokio::test]
async fn an_entity_is_told_as_it_was_at_a_time() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let before = server.clock.now();
    server.clock.advance(HOUR);
    send(&sender, &[json!({"kind": "flow", "id": "f", "key": "k", "name": "A"})]).await;
    let first = server.clock.now();
    server.clock.advance(HOUR);
    send(&sender, &[json!({"kind": "flow", "id": "f", "name": "B"})]).await;
    let reader = server.client(Role::Read).await;
    for path in ["/api/v1/flows/f?", "/api/v1/flows/k?", "/api/v1/flow?id=f&"] {
        let at = async |time: String| reader.get(&format!("{path}at={time}")).await;
        assert_eq!(at(first.to_string()).await.json()["name"], "A");
        assert_eq!(at(first.plus(HOUR).to_string()).await.json()["name"], "B");
        assert_eq!(at("2026-03-04T08:30:00%2B01:00".into()).await.json()["name"], "B");
        assert_eq!(at(before.to_string()).await.status, 404);
        let reply = at("yesterday".into()).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, "invalid_parameter"));
    }
    let list = reader.get(&format!("/api/v1/flows?at={first}")).await;
    assert_eq!(list.header("redtrail-ignored"), Some("at"), "lists are of now");
}
