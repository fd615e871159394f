//! Who sends, what came in, and what was refused.

use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::model::time::{DAY, HOUR, MINUTE, SECOND};
use serde_json::{Value, json};

use super::make::send;
use crate::support::client::Client;
use crate::support::web::{TestServer, new_token};

async fn named(server: &TestServer, name: &str) -> Client {
    let mut new = new_token(Role::Ingest);
    new.name = name.into();
    server.client_of(new).await
}

fn run(id: &str) -> Value {
    json!({"kind": "flow_run", "id": id, "startTime": "2026-03-04T05:00:07Z"})
}

async fn refuse(client: &Client, body: &str) {
    let reply = client.post("/api/v1/ingest/flow_run", body.to_owned()).await;
    assert_eq!(reply.status, 422, "{}", reply.text());
}

async fn source(client: &Client, name: &str) -> Value {
    let list = client.get("/api/v1/sources").await.json();
    let items = list["items"].as_array().unwrap();
    let found = items.iter().find(|source| source["name"] == name);
    found.unwrap_or_else(|| panic!("{name} in {list}")).clone()
}

#[tokio::test]
async fn a_source_says_when_it_last_sent_how_much_and_what_was_refused_and_why() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let empty = reader.get("/api/v1/sources").await.json();
    assert_eq!(empty, json!({"items": []}));
    let sender = named(&server, "the crm").await;
    send(&sender, &[run("a"), run("b"), run("a")]).await;
    refuse(&sender, "{\"state\":\"odd\"}").await;
    refuse(&sender, "{\"state\":\"odd\"}").await;
    refuse(&sender, "{\"startTime\":\"2199-01-01T00:00:00Z\"}").await;
    let hour = json!({"accepted": 2, "duplicates": 1, "refused": {"unknown_state": 2, "time_out_of_range": 1},
        "withoutCustomer": 2, "largestDelay": 360_000, "clockAhead": 0});
    let told = source(&reader, "the crm").await;
    assert_eq!(
        told,
        json!({"name": "the crm", "lastReceivedAt": "2026-03-04T05:06:00.000Z", "lastHour": hour, "lastDay": hour})
    );

    server.clock.advance(59 * MINUTE);
    assert_eq!(source(&reader, "the crm").await["lastHour"]["accepted"], 2);
    server.clock.advance(MINUTE);
    let ahead = json!({"kind": "flow_run", "id": "c", "startTime": server.clock.now().plus(90 * SECOND).to_string()});
    send(&sender, &[ahead]).await;
    let told = source(&reader, "the crm").await;
    assert_eq!(
        (&told["lastHour"]["accepted"], &told["lastDay"]["accepted"]),
        (&json!(1), &json!(3))
    );
    assert_eq!(told["lastHour"]["clockAhead"], 90_000);
    assert_eq!(told["lastReceivedAt"], "2026-03-04T06:06:00.000Z");
}

#[tokio::test]
async fn the_last_receipt_is_known_however_long_ago_it_was() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let sender = named(&server, "old").await;
    for step in [DAY, 3 * HOUR, 400 * DAY, HOUR] {
        send(&sender, &[run("a")]).await;
        server.clock.advance(step);
    }
    send(&sender, &[run("a")]).await;
    let last = server.clock.now().to_string();
    for away in [HOUR, DAY, 30 * DAY, 5000 * DAY] {
        server.clock.advance(away);
        let told = source(&reader, "old").await["lastReceivedAt"].clone();
        assert_eq!(told.as_str().unwrap()[..16], last[..16], "{away}");
    }
    assert_eq!(source(&reader, "old").await["lastDay"]["accepted"], 0);
}

#[tokio::test]
async fn sources_are_listed_in_pages_each_once_whatever_their_names_begin_with() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let mut names = ["a", "a b", "a0", "a:b", "aa", "zürich", "~", "A", "a-b"];
    for name in names {
        let sender = named(&server, name).await;
        send(&sender, &[run("x")]).await;
        server.clock.advance(HOUR);
        send(&sender, &[run("x")]).await;
    }
    for limit in [1, 2, 7, 100] {
        let mut all: Vec<String> = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = reader
                .get(&format!("/api/v1/sources?limit={limit}&cursor={cursor}"))
                .await
                .json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            all.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
            let Some(next) = page["cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        all.sort();
        names.sort_unstable();
        assert_eq!(all, names);
    }
}

#[tokio::test]
async fn refused_items_are_told_newest_first_with_why_and_how_they_began() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    assert_eq!(reader.get("/api/v1/rejects").await.json(), json!({"items": []}));
    let (one, two) = (named(&server, "one").await, named(&server, "two").await);
    let begin = server.clock.now();
    refuse(&one, "{\"id\":\"first\",\"state\":\"odd\",\"password\":\"hunter2\"}").await;
    server.clock.advance(DAY);
    refuse(&two, "{\"id\":\"second\",\"state\":\"odd\"}").await;
    server.clock.advance(9 * DAY);
    refuse(&one, "{\"id\":\"third\",\"startTime\":7}").await;
    let list = reader.get("/api/v1/rejects").await;
    assert!(!list.text().contains("hunter2"), "{}", list.text());
    let list = list.json();
    let items = list["items"].as_array().unwrap();
    let begins: Vec<&str> = items.iter().map(|item| item["begin"].as_str().unwrap()).collect();
    assert!(
        begins[0].contains("third") && begins[1].contains("second") && begins[2].contains("first"),
        "{begins:?}"
    );
    assert_eq!(
        (&items[2]["source"], &items[2]["receivedAt"]),
        (&json!("one"), &json!(begin.to_string()))
    );
    let error = &items[2]["error"];
    assert_eq!(
        (&error["key"], &error["path"]),
        (&json!("unknown_state"), &json!("/state"))
    );
    assert!(!error["message"].as_str().unwrap().is_empty());
    let count = async |query: String| {
        let list = reader.get(&format!("/api/v1/rejects?{query}")).await.json();
        list["items"].as_array().unwrap().len()
    };
    assert_eq!(count("source=one".into()).await, 2);
    assert_eq!(count("source=none".into()).await, 0);
    assert_eq!(count(format!("to={begin}")).await, 0, "the end is not in it");
    assert_eq!(count(format!("to={}", begin.plus(1000))).await, 1);
    assert_eq!(count(format!("from={begin}")).await, 3, "the beginning is");
    assert_eq!(
        count(format!("from={}&to={}", begin.plus(1000), begin.plus(2 * DAY))).await,
        1
    );
    for (query, key) in [
        ("source=", "invalid_parameter"),
        ("from=x", "invalid_parameter"),
        ("sortOrder=asc", "unknown_parameter"),
        ("cursor=x", "invalid_cursor"),
    ] {
        let reply = reader.get(&format!("/api/v1/rejects?{query}")).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, key), "{query}");
    }
}

#[tokio::test]
async fn many_refused_items_are_walked_to_the_end_over_days_in_any_page_size() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let sender = named(&server, "s").await;
    let mut sent = 0;
    for (count, step) in [(150, 0), (1, DAY), (250, 3 * DAY), (100, 40 * DAY)] {
        server.clock.advance(step);
        let items: String = (sent..sent + count)
            .map(|at| format!("{{\"id\":\"#{at:04}\",\"state\":\"odd\"}}\n"))
            .collect();
        sent += count;
        refuse(&sender, &items).await;
    }
    let expected: Vec<String> = (0..sent).rev().map(|at| format!("#{at:04}")).collect();
    for limit in [7, 100, 150, 1000] {
        let (mut all, mut cursor): (Vec<String>, _) = (Vec::new(), "0".to_owned());
        loop {
            let page = reader
                .get(&format!("/api/v1/rejects?limit={limit}&cursor={cursor}"))
                .await
                .json();
            let items = page["items"].as_array().unwrap();
            assert!(items.len() <= limit);
            let id = |item: &Value| {
                let begin: Value = serde_json::from_str(item["begin"].as_str().unwrap()).unwrap();
                begin["id"].as_str().unwrap().to_owned()
            };
            all.extend(items.iter().map(id));
            let Some(next) = page["cursor"].as_str() else { break };
            cursor = next.to_owned();
        }
        assert_eq!(all, expected, "{limit}");
    }
}

#[tokio::test]
async fn an_entity_that_is_put_is_counted_and_a_refused_one_is_kept() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let sender = named(&server, "puts").await;
    let put = async |body: &'static str| {
        let reply = sender.send(hyper::Method::PUT, "/api/v1/flows/f", body).await;
        reply.status
    };
    assert_eq!(put("{\"name\":\"A\"}").await, 201);
    assert_eq!(put("{\"name\":\"A\"}").await, 200);
    assert_eq!(put("{\"id\":\"other\"}").await, 400);
    assert_eq!(sender.delete("/api/v1/flows/f").await.status, 200);
    let told = source(&reader, "puts").await;
    assert_eq!(
        (&told["lastHour"]["accepted"], &told["lastHour"]["duplicates"]),
        (&json!(2), &json!(1))
    );
    assert_eq!(told["lastHour"]["refused"], json!({"invalid_value": 1}));
    let rejects = reader.get("/api/v1/rejects?source=puts").await.json();
    assert_eq!(rejects["items"][0]["error"]["path"], "/id");
}

#[tokio::test]
async fn what_goes_across_all_customers_is_not_shown_to_who_sees_one() {
    let server = TestServer::start().await;
    let sender = named(&server, "s").await;
    refuse(&sender, "{\"state\":\"odd\"}").await;
    let mine = server.customer(Role::Read, "mine").await;
    for path in ["/api/v1/sources", "/api/v1/rejects", "/api/v1/rejects?source=s"] {
        let reply = mine.get(path).await;
        assert_eq!(
            (reply.status, reply.error_key().as_str()),
            (403, "access_denied"),
            "{path}"
        );
    }
    assert_eq!(
        server.client(Role::Ingest).await.get("/api/v1/sources").await.status,
        403
    );
}

#[tokio::test]
async fn records_that_have_no_customer_are_counted_and_those_that_could_be_derived_are_not() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let sender = named(&server, "s").await;
    let request = |id: &str, connection: &str| json!({"kind": "api_request", "id": id, "connectionId": connection});
    let mut named = run("named");
    named["customerId"] = json!("c");
    let items = [
        json!({"kind": "connection", "id": "known", "customerId": "c"}),
        request("derived", "known"),
        request("not", "unknown"),
        named,
        json!({"kind": "node_run", "id": "n", "flowRunId": "named", "nodeKey": "a"}),
        run("nobodys"),
    ];
    send(&sender, &items).await;
    let hour = source(&reader, "s").await["lastHour"].clone();
    assert_eq!((&hour["accepted"], &hour["withoutCustomer"]), (&json!(6), &json!(2)));
}
