//! `logs=1`: what a request did here, on every answer that is an object.

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use redtrail::web::routes::{Gives, rows};
use serde_json::{Value, json};

use super::make::{full, with_one_of_each};

fn entries(logs: &Value) -> &Vec<Value> {
    let entries = logs.as_array().unwrap();
    assert!(!entries.is_empty());
    for entry in entries {
        assert_eq!(entry["type"], "message");
        assert!(!entry["msg"].as_str().unwrap().is_empty());
    }
    entries
}

#[tokio::test]
async fn every_object_tells_what_was_done_when_asked_and_arrays_are_left_alone() {
    let (server, _) = with_one_of_each("run-1").await;
    let admin = server.client(Role::Admin).await;
    let entity = json!({"id": "run-1"}).to_string();
    for kind in redtrail::model::kind::EntityKind::ALL {
        assert_eq!(
            admin
                .post(&format!("/api/v1/ingest/{}", kind.name()), entity.clone())
                .await
                .status,
            202
        );
    }
    for row in rows() {
        let address = row.address;
        // An export is lines, not an object.
        if matches!(address.gives, Gives::Health | Gives::Export) || address.method == "DELETE" {
            continue;
        }
        let path = address
            .path
            .replace("{id}", "run-1")
            .replace("{key}", "node-1")
            .replace("{runId}", "run-1")
            .replace("{outputId}", "o");
        let path = path.replace("{kind}", "flow_run");
        // What these cannot be asked without.
        let asked = match address.parameters.first().map(|parameter| parameter.name) {
            Some("q") => "q=run-1&",
            Some("id") => "id=run-1&",
            Some("kind") => "kind=flow_run&",
            _ => "",
        };
        let body = match address.gives {
            Gives::NewToken => json!({"name": "n", "role": "read"}).to_string(),
            Gives::Taken => full(Kind::FlowRun, "r").to_string(),
            Gives::WrittenEntity(_) => "{}".to_owned(),
            Gives::Expired => json!({"kind": "flow_run", "before": "2020-01-01T00:00:00Z"}).to_string(),
            _ => String::new(),
        };
        let reply = admin
            .send(
                address.method.as_str().parse().unwrap(),
                &format!("{path}?{asked}logs=1"),
                body.clone(),
            )
            .await;
        let answer = reply.json();
        if address.gives == Gives::LogEntries {
            assert!(answer.is_array(), "{path}");
            continue;
        }
        entries(&answer["_logs"]);
        if address.method == "GET" {
            for off in ["", "logs=0", "logs=false", "logs="] {
                assert!(
                    admin
                        .get(&format!("{path}?{asked}{off}"))
                        .await
                        .json()
                        .get("_logs")
                        .is_none(),
                    "{path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn the_log_says_who_asked_how_the_store_looked_and_how_long_it_took() {
    let (server, reader) = with_one_of_each("x").await;
    let list = reader.get("/api/v1/flow-runs?logs=1").await.json();
    let text = list["_logs"].to_string();
    assert!(text.contains("looked through all 8 records"), "{text}");
    assert!(
        entries(&list["_logs"])
            .iter()
            .any(|entry| entry["durationMs"].is_number())
    );
    let sender = server.client(Role::Ingest).await;
    let taken = sender
        .post("/api/v1/ingest?logs=1", full(Kind::FlowRun, "y").to_string())
        .await
        .json();
    assert!(taken["_logs"].to_string().contains("committed"), "{taken}");
    assert_eq!(taken["accepted"], 1);
}

#[tokio::test]
async fn an_error_carries_its_log() {
    let (server, reader) = with_one_of_each("x").await;
    let reply = reader.get("/api/v1/flow-runs/none?logs=1").await;
    assert_eq!(reply.error_key(), "not_found");
    let error: Value = serde_json::from_slice(&reply.body).unwrap();
    entries(&error["logs"]);
    assert!(error.get("_logs").is_none());
    let reply = reader.get("/api/v1/flow-runs/none").await;
    let error: Value = serde_json::from_slice(&reply.body).unwrap();
    assert!(error.get("logs").is_none());
    // Of who was not let in, there is nothing to tell.
    let reply = server.nobody().get("/api/v1/flow-runs?logs=1").await;
    assert_eq!(serde_json::from_slice::<Value>(&reply.body).unwrap()["logs"], json!([]));
}
