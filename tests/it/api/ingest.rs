//! The door that records come in by.

use hyper::Method;
use redtrail::access::{NewToken, Role};
use redtrail::config::Config;
use redtrail::model::kind::{ItemKind, Kind};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::door::raw;
use super::make::{encode, entity, entity_list, full, ids, kinds, list, ndjson, send};
use crate::support::web::{Setup, TestServer, new_token};

#[tokio::test]
async fn one_request_with_every_kind_goes_in_and_each_is_found_by_list_and_id() {
    let server = TestServer::start().await;
    let items: Vec<Value> = kinds()
        .map(|kind| match kind {
            ItemKind::Log(kind) => full(kind, "same"),
            ItemKind::Entity(kind) => entity(kind, "same"),
        })
        .collect();
    let sender = server.client(Role::Ingest).await;
    let answer = send(&sender, &items).await.json();
    assert_eq!(answer, json!({"accepted": 16, "duplicates": 0, "rejected": []}));
    let reader = server.client(Role::Read).await;
    for kind in kinds() {
        let list = match kind {
            ItemKind::Log(kind) => list(kind),
            ItemKind::Entity(kind) => entity_list(kind),
        };
        let found = reader.get(&list).await.json();
        assert_eq!(ids(&found), ["same"], "{list}");
        assert_eq!(found["items"][0]["kind"], kind.name());
        let one = reader.get(&format!("{list}/{}", encode("same"))).await.json();
        assert_eq!((&one["id"], &one["kind"]), (&json!("same"), &json!(kind.name())));
    }
}

#[tokio::test]
async fn sending_the_same_again_in_another_order_changes_nothing() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let mut items: Vec<Value> = Kind::SENT.iter().map(|kind| full(*kind, "x")).collect();
    send(&sender, &items).await;
    let reader = server.client(Role::Read).await;
    let mut before = Vec::new();
    for kind in Kind::SENT {
        before.push(reader.get(&format!("{}/x", list(kind))).await.body);
    }
    server.clock.advance(3_600_000_000);
    items.reverse();
    let answer = send(&sender, &items).await.json();
    assert_eq!(answer, json!({"accepted": 0, "duplicates": 8, "rejected": []}));
    for (kind, before) in Kind::SENT.into_iter().zip(before) {
        assert_eq!(reader.get(&format!("{}/x", list(kind))).await.body, before, "{kind:?}");
    }
}

#[tokio::test]
async fn a_broken_line_in_the_middle_is_named_and_the_others_are_in() {
    let server = TestServer::start().await;
    let sender = server
        .client(Role::Ingest)
        .await
        .with("content-type", "application/x-ndjson");
    let body = "{\"kind\":\"flow_run\",\"id\":\"a\"}\n\n{\"kind\":\"flow_run\",\"id\":\n{\"kind\":\"flow_run\",\"id\":\"b\"}\n\
                {\"kind\":\"flow_run\",\"id\":\"c\",\"state\":\"odd\"}\n";
    let reply = sender.post("/api/v1/ingest", body).await;
    assert_eq!(reply.status, 202);
    let answer = reply.json();
    assert_eq!((&answer["accepted"], &answer["duplicates"]), (&json!(2), &json!(0)));
    let [broken, odd] = answer["rejected"].as_array().unwrap().as_slice() else {
        panic!("{answer}")
    };
    assert_eq!(
        (&broken["index"], &broken["line"], &broken["error"]["key"]),
        (&json!(1), &json!(3), &json!("invalid_json"))
    );
    assert_eq!(broken["error"]["type"], "bad_request");
    assert_eq!(
        (&odd["index"], &odd["line"], &odd["id"]),
        (&json!(3), &json!(5), &json!("c"))
    );
    assert_eq!(odd["error"]["key"], "unknown_state");
    assert_eq!(odd["error"]["data"]["path"], "/state");
    assert!(odd["error"]["data"]["expected"].as_str().unwrap().contains("queued"));
    let reader = server.client(Role::Read).await;
    let mut found = ids(&reader.get("/api/v1/flow-runs").await.json());
    found.sort();
    assert_eq!(found, ["a", "b"]);
}

#[tokio::test]
async fn a_request_of_which_nothing_is_taken_says_so_by_its_status() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reply = sender
        .post(
            "/api/v1/ingest",
            "[{\"kind\":\"odd\"},{\"kind\":\"flow_run\",\"id\":7.5}]",
        )
        .await;
    assert_eq!(reply.status, 422);
    let answer: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((&answer["accepted"], &answer["duplicates"]), (&json!(0), &json!(0)));
    assert_eq!(answer["rejected"].as_array().unwrap().len(), 2);
    for nothing in ["", "  \n ", "[]"] {
        let reply = sender.post("/api/v1/ingest", nothing).await;
        assert_eq!(
            (reply.status, reply.error_key().as_str()),
            (400, "no_items"),
            "{nothing:?}"
        );
    }
}

#[tokio::test]
async fn a_single_object_is_answered_with_its_id() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let answer = sender
        .post("/api/v1/ingest/flow_run", "{\"state\":\"running\"}")
        .await
        .json();
    let id = answer["id"].as_str().unwrap();
    let reader = server.client(Role::Read).await;
    assert_eq!(
        reader.get(&format!("/api/v1/flow-runs/{id}")).await.json()["state"],
        "running"
    );
    let answer = sender.post("/api/v1/ingest/customer", "{\"id\":\"c\"}").await.json();
    assert_eq!(answer["id"], "c");
    let answer = sender.post("/api/v1/ingest/customer", "[{\"id\":\"c\"}]").await.json();
    assert!(answer.get("id").is_none());
}

#[tokio::test]
async fn the_kind_of_the_path_counts_and_must_be_known() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reply = sender
        .post("/api/v1/ingest/flow_run", "{\"kind\":\"action_run\",\"id\":\"a\"}")
        .await;
    assert_eq!(reply.status, 422);
    assert!(reply.text().contains("kind_mismatch"));
    let reply = sender.post("/api/v1/ingest/entity_change", "{}").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"));
    assert!(reply.text().contains("api_request"));
}

#[tokio::test]
async fn any_content_type_or_none_will_do() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    for (at, content_type) in [
        "application/x-www-form-urlencoded",
        "text/plain",
        "application/json",
        "odd",
    ]
    .iter()
    .enumerate()
    {
        let item = json!({"kind": "flow_run", "id": format!("r{at}")});
        let reply = sender
            .with("content-type", content_type)
            .post("/api/v1/ingest", item.to_string())
            .await;
        assert_eq!(reply.status, 202, "{content_type}: {}", reply.text());
    }
    let reply = sender
        .post("/api/v1/ingest", "{\"kind\":\"flow_run\",\"id\":\"bare\"}")
        .await;
    assert_eq!(reply.status, 202);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[tokio::test]
async fn compressed_bodies_are_taken_and_their_size_after_it_is_limited() {
    let mut config = Config::default();
    config.limits.request_bytes = 100_000;
    let server = TestServer::with(Setup {
        config,
        ..Setup::default()
    })
    .await;
    let sender = server.client(Role::Ingest).await;
    let body = ndjson(&[full(Kind::FlowRun, "a"), full(Kind::ApiRequest, "b")]);
    let zstd = zstd::bulk::compress(body.as_bytes(), 1).unwrap();
    for (encoding, body) in [("gzip", gzip(body.as_bytes())), ("zstd", zstd)] {
        let reply = sender
            .with("content-encoding", encoding)
            .post("/api/v1/ingest", body)
            .await;
        assert_eq!(reply.status, 202, "{encoding}: {}", reply.text());
    }
    let bomb = gzip(&vec![b' '; 10_000_000]);
    let reply = sender
        .with("content-encoding", "gzip")
        .post("/api/v1/ingest", bomb)
        .await;
    assert_eq!((reply.status, reply.error_key().as_str()), (413, "request_too_large"));
    for encoding in ["deflate", "gzip, br", "odd"] {
        let reply = sender
            .with("content-encoding", encoding)
            .post("/api/v1/ingest", "x")
            .await;
        assert_eq!(
            (reply.status, reply.error_key().as_str()),
            (415, "unsupported_media_type"),
            "{encoding}"
        );
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_refused_before_it_is_read() {
    let mut config = Config::default();
    config.limits.request_bytes = 1000;
    let server = TestServer::with(Setup {
        config,
        ..Setup::default()
    })
    .await;
    let sender = server.client(Role::Ingest).await;
    let reply = sender.post("/api/v1/ingest", vec![b' '; 1001]).await;
    assert_eq!((reply.status, reply.error_key().as_str()), (413, "request_too_large"));
    assert!(reply.text().contains("1000"));
    for client in [sender, server.nobody()] {
        let reply = client.post("/api/v1/ingest", vec![b' '; 30_000_000]).await;
        assert!(
            matches!(reply.status, 401 | 413),
            "a sender that is still sending hears of it"
        );
    }
}

#[tokio::test]
async fn a_server_that_holds_as_many_bodies_as_it_may_answers_overloaded() {
    let mut config = Config::default();
    config.ingest.in_flight = 100;
    let server = TestServer::with(Setup {
        config,
        ..Setup::default()
    })
    .await;
    let sender = server.client(Role::Ingest).await;
    let reply = sender.post("/api/v1/ingest", vec![b' '; 101]).await;
    assert_eq!((reply.status, reply.error_key().as_str()), (503, "overloaded"));
    assert_eq!(reply.header("retry-after"), Some("1"));
    let reply = sender.post("/api/v1/ingest", "{\"kind\":\"flow_run\"}").await;
    assert_eq!(reply.status, 202, "what was held is given back");
}

#[tokio::test]
async fn a_store_that_takes_nothing_is_asked_before_the_body_is_read() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    server.store.close().await.unwrap();
    let reply = sender.post("/api/v1/ingest", "this is not even JSON").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (503, "overloaded"));
}

#[tokio::test]
async fn parameters_that_ingest_does_not_know_are_refused() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reply = sender
        .post("/api/v1/ingest?dryRun=1", "{\"kind\":\"flow_run\",\"id\":\"a\"}")
        .await;
    assert_eq!((reply.status, reply.error_key().as_str()), (400, "unknown_parameter"));
    let reader = server.client(Role::Read).await;
    assert_eq!(ids(&reader.get("/api/v1/flow-runs").await.json()), [""; 0]);
    let reply = sender.send(Method::PUT, "/api/v1/ingest", "{}").await;
    assert_eq!((reply.status, reply.header("allow")), (405, Some("POST")));
}

#[tokio::test]
async fn of_a_body_that_breaks_off_nothing_is_taken() {
    let server = TestServer::start().await;
    let (_, secret) = server.access.create(named(Role::Ingest)).await.unwrap();
    let head = format!(
        "POST /api/v1/ingest HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {secret}\r\n\
         content-type: application/x-ndjson\r\n"
    );
    let line = "{\"kind\":\"flow_run\",\"id\":\"a\"}\n";
    for rest in [
        format!("content-length: 1000\r\n\r\n{line}"),
        format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n{line}\r\n", line.len()),
        format!("transfer-encoding: chunked\r\n\r\n{:x}\r\n{line}\r\nzz\r\n", line.len()),
    ] {
        let mut stream = TcpStream::connect(server.address).await.unwrap();
        stream.write_all(format!("{head}{rest}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400"), "{answer}");
    }
    let reader = server.client(Role::Read).await;
    assert_eq!(ids(&reader.get("/api/v1/flow-runs").await.json()), [""; 0]);
}

#[tokio::test]
async fn a_body_whose_length_is_not_told_is_limited_too() {
    let mut config = Config::default();
    config.limits.request_bytes = 1000;
    let server = TestServer::with(Setup {
        config,
        ..Setup::default()
    })
    .await;
    let (_, secret) = server.access.create(named(Role::Ingest)).await.unwrap();
    let head = format!(
        "POST /api/v1/ingest HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: Bearer {secret}\r\n\
         transfer-encoding: chunked\r\n\r\n"
    );
    let chunk = format!("200\r\n{}\r\n", " ".repeat(0x200));
    let answer = raw(&server, format!("{head}{chunk}{chunk}0\r\n\r\n").as_bytes()).await;
    assert!(
        answer.starts_with("HTTP/1.1 413") && answer.contains("request_too_large"),
        "{answer}"
    );
}

fn named(role: Role) -> NewToken {
    NewToken {
        name: "raw".into(),
        ..new_token(role)
    }
}
