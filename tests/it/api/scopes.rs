//! A token limited to a customer sees that customer's records, and of others not even that they are there.

use redtrail::access::Role;
use redtrail::model::kind::{EntityKind, Kind};
use serde_json::{Value, json};

use super::make::{entity_list, full, ids, list, send};
use crate::support::web::TestServer;

#[tokio::test]
async fn a_customers_token_sees_its_records_only() {
    let server = TestServer::start().await;
    let mut items = Vec::new();
    for kind in Kind::SENT {
        for customer in ["mine", "other"] {
            let mut item = full(kind, customer);
            item["customerId"] = json!(customer);
            items.push(item);
        }
        let mut nobodys = full(kind, "nobodys");
        for member in ["customerId", "connectionId", "flowRunId"] {
            if kind != Kind::NodeRun || member == "customerId" {
                nobodys.as_object_mut().unwrap().remove(member);
            }
        }
        items.push(nobodys);
    }
    send(&server.client(Role::Ingest).await, &items).await;
    let mine = server.customer(Role::Read, "mine").await;
    for kind in Kind::SENT {
        let path = list(kind);
        assert_eq!(ids(&mine.get(&path).await.json()), ["mine"], "{path}");
        assert_eq!(
            ids(&mine.get(&format!("{path}?customerId=other")).await.json()),
            [""; 0]
        );
        assert_eq!(mine.get(&format!("{path}/mine")).await.status, 200);
        let unknown = body_of(mine.get(&format!("{path}/unknown")).await.text());
        for other in ["other", "nobodys"] {
            for below in ["", "/logs"] {
                let reply = mine.get(&format!("{path}/{other}{below}")).await;
                assert_eq!(reply.status, 404, "{path}/{other}{below}");
                assert_eq!(body_of(reply.text()), unknown, "told like what does not exist");
            }
        }
    }
}

/// An error without what differs from request to request.
fn body_of(text: &str) -> Value {
    let mut error: Value = serde_json::from_str(text).unwrap();
    error["requestId"] = json!("");
    error["instance"] = json!("");
    error
}

#[tokio::test]
async fn node_runs_of_another_customers_run_are_not_there() {
    let server = TestServer::start().await;
    let items = [
        json!({"kind": "flow_run", "id": "r", "customerId": "other"}),
        json!({"kind": "node_run", "id": "n", "flowRunId": "r", "nodeKey": "a"}),
    ];
    send(&server.client(Role::Ingest).await, &items).await;
    let mine = server.customer(Role::Read, "mine").await;
    for path in ["/api/v1/flow-runs/r/nodes/a/runs", "/api/v1/flow-runs/r/nodes/a/runs/n"] {
        assert_eq!(mine.get(path).await.status, 404, "{path}");
    }
    let theirs = server.customer(Role::Read, "other").await;
    assert_eq!(ids(&theirs.get("/api/v1/flow-runs/r/nodes/a/runs").await.json()), ["n"]);
}

#[tokio::test]
async fn entities_of_others_are_not_there_but_those_of_the_workspace_are() {
    let server = TestServer::start().await;
    let mut items = Vec::new();
    for kind in EntityKind::ALL {
        for customer in ["mine", "other"] {
            items.push(json!({"kind": kind.name(), "id": customer, "customerId": customer}));
        }
    }
    send(&server.client(Role::Ingest).await, &items).await;
    let mine = server.customer(Role::Read, "mine").await;
    for kind in EntityKind::ALL {
        let mut found = ids(&mine.get(&entity_list(kind)).await.json());
        found.sort();
        let expected: &[&str] = if kind.is_workspace_wide() {
            &["mine", "other"]
        } else {
            &["mine"]
        };
        assert_eq!(found, expected, "{kind:?}");
        let reply = mine.get(&format!("{}/other", entity_list(kind))).await;
        assert_eq!(reply.status == 200, kind.is_workspace_wide(), "{kind:?}");
    }
}

#[tokio::test]
async fn a_customers_token_writes_for_it_only_and_its_ids_have_its_prefix() {
    let server = TestServer::start().await;
    let sender = server.customer(Role::Ingest, "mine").await;
    let reply = sender.post("/api/v1/ingest", "[{\"kind\":\"flow_run\",\"id\":\"r\"},{\"kind\":\"flow_run\",\"id\":\"s\",\"customerId\":\"other\"},{\"kind\":\"customer\",\"id\":\"mine\"}]").await;
    let answer = reply.json();
    assert_eq!(answer["accepted"], 1);
    let keys: Vec<&Value> = answer["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|item| &item["error"]["key"])
        .collect();
    assert_eq!(keys, ["customer_mismatch", "entity_not_allowed"]);
    let reader = server.customer(Role::Read, "mine").await;
    assert_eq!(ids(&reader.get("/api/v1/flow-runs").await.json()), ["mine-r"]);
}
