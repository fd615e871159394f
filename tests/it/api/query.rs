//! The query line by API: what it finds, what it refuses, and what it suggests.

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use redtrail::model::query::fields;
use serde_json::{Value, json};

use super::make::{encode, ids, list, minimal, send, with_one_of_each};
use crate::support::client::Client;
use crate::support::web::TestServer;

/// Every field with the value that a full record has, one of another record, and one of the wrong sort.
fn values(kind: Kind, name: &str) -> (&'static str, &'static str) {
    let own = if matches!(kind, Kind::ApiRequest | Kind::ActionRun) {
        "error"
    } else {
        "failed"
    };
    match name {
        "state" | "status" => match kind {
            Kind::ApiRequest | Kind::ActionRun | Kind::FlowRun | Kind::NodeRun => (own, "unknown"),
            _ => ("success", "unknown"),
        },
        "code" => ("5xx", "<500"),
        "url" => ("EXAMPLE.com/v1", "example.org"),
        "duration" => match kind {
            Kind::ApiRequest => ("12.5ms", ">13ms"),
            _ => ("900ms..2s", ">1s"),
        },
        "customer" => ("customerId-1", "other"),
        "integration" => ("integrationId-1", "other"),
        "connection" => ("connectionId-1", "other"),
        "app" => ("externalAppId-1", "other"),
        "flow" => ("universalFlowId-1", "other"),
        "instance" => ("flowInstanceId-1", "other"),
        "integration-flow" => ("integrationFlowId-1", "other"),
        "node" if kind == Kind::NodeRun => ("node-1", "other"),
        "node" => ("nodeKey-1", "other"),
        "subscription" => ("subscription-1", "other"),
        "type" => ("type-1", "other"),
        "error.type" => ("odd*", "even"),
        "source" => ("test-0", "other"),
        "id" => ("x", "bare"),
        "run" => match kind {
            Kind::FlowRun => ("x", "other"),
            Kind::NodeRun => ("run-1", "other"),
            _ => ("flowRunId-1", "other"),
        },
        "node-run" if kind == Kind::NodeRun => ("x", "other"),
        "node-run" => ("nodeRunId-1", "other"),
        "action-run" => ("actionRunId-1", "other"),
        "action" => ("action-1", "other"),
        "pull" => ("pullId-1", "other"),
        "trace" => ("traceId-1", "other"),
        "received" => ("2026-03-04", "2026-03-05"),
        _ => ("", ""),
    }
}

/// Asks a list with a query line.
async fn asked(client: &Client, kind: Kind, typed: &str) -> Value {
    let path = format!("{}?q={}", list(kind), encode(typed));
    let reply = client.get(&path).await;
    assert_eq!(reply.status, 200, "{typed}: {}", reply.text());
    assert_eq!(reply.header("redtrail-ignored"), None);
    reply.json()
}

#[tokio::test]
async fn every_field_finds_what_it_names_and_nothing_else() {
    let (server, reader) = with_one_of_each("x").await;
    let sender = server.client(Role::Ingest).await;
    let bare: Vec<Value> = Kind::SENT.iter().map(|kind| minimal(*kind, "bare")).collect();
    send(&sender, &bare).await;
    for kind in Kind::SENT {
        for field in fields::of(kind) {
            let (own, other) = values(kind, field.name);
            // What a full record of the kind does not say is tried elsewhere.
            let is_silent = field.name == "error.type" && kind != Kind::ApiRequest && kind != Kind::FlowRun
                || field.name == "duration" && matches!(kind, Kind::NodeRun | Kind::ActionRun);
            if own.is_empty() || is_silent {
                continue;
            }
            let found = |value: &str| format!("{}:{value}", field.name);
            let one = ids(&asked(&reader, kind, &found(own)).await);
            // Both were received on one day, and the node run is found by the node it is part of.
            let both = field.name == "received" || kind == Kind::NodeRun && matches!(field.name, "run" | "node");
            let both = both || matches!(field.name, "source") && one.len() == 2;
            assert!(one.contains(&"x".to_owned()), "{kind:?} {}", found(own));
            assert!(both || one == ["x"], "{kind:?} {}: {one:?}", found(own));
            let none = ids(&asked(&reader, kind, &found(other)).await);
            assert!(!none.contains(&"x".to_owned()), "{kind:?} {}", found(other));
            let not = ids(&asked(&reader, kind, &format!("-{}", found(own))).await);
            assert!(!not.contains(&"x".to_owned()), "{kind:?} -{}", found(own));
        }
    }
}

fn runs() -> Vec<Value> {
    vec![
        json!({"kind": "customer", "id": "c-1", "key": "acme", "name": "Acme Corp"}),
        json!({"kind": "customer", "id": "c-2", "name": "Rival"}),
        json!({"kind": "customer", "id": "c-3", "name": "ACME corp"}),
        json!({"kind": "flow", "id": "f-1", "name": "Sync contacts"}),
        json!({
            "kind": "flow_run", "id": "1", "customerId": "c-1", "state": "failed", "flowId": "f-1",
            "startTime": "2026-03-01T10:00:00Z", "endTime": "2026-03-01T10:00:05Z",
            "launchedBy": {"type": "schedule-trigger"}, "meta": {"region": "EU-west", "tier one": 3},
            "errors": [{"message": "outer", "causedByError": {"key": "rate_limit", "message": "Slow down, please"}}],
        }),
        json!({
            "kind": "flow_run", "id": "2", "customerId": "c-2", "state": "completed", "universalFlowId": "f-1",
            "startTime": "2026-03-01T23:59:59.999Z", "input": {"order": "SO-2026/0042"},
        }),
        json!({
            "kind": "flow_run", "id": "3", "customerId": "c-3", "state": "running",
            "startTime": "2026-03-02T00:00:00Z", "input": {"note": "😀 please wait", "order": 42},
        }),
        json!({"kind": "flow_run", "id": "4", "startTime": "2026-03-03T00:00:00Z"}),
    ]
}

async fn with_runs() -> (TestServer, Client) {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &runs()).await;
    let reader = server.client(Role::Read).await;
    (server, reader)
}

#[tokio::test]
async fn terms_are_all_of_values_any_of_and_a_minus_none_of() {
    let (_server, reader) = with_runs().await;
    for (typed, expected) in [
        ("", &["4", "3", "2", "1"][..]),
        ("state:failed,running", &["3", "1"]),
        ("-state:failed,running", &["4", "2"]),
        ("state:unknown", &["4"]),
        ("state:failed customer:c-2", &[]),
        ("customer:acme", &["1"]),
        ("customer:\"acme CORP\"", &["3", "1"]),
        ("-customer:\"acme corp\"", &["4", "2"]),
        ("customer:Rival,c-1", &["2", "1"]),
        ("flow:\"sync contacts\"", &["2", "1"]),
        ("flow:f-1 state:failed", &["1"]),
        ("time:2026-03-01", &["2", "1"]),
        ("time:2026-03-01..2026-03-02", &["3", "2", "1"]),
        ("time:>2026-03-01 -id:4", &["3"]),
        ("time:<2026-03-01T10:01", &["1"]),
        ("duration:>4s", &["1"]),
        ("duration:5s", &["1"]),
        ("trigger:schedule*", &["1"]),
        ("error.key:RATE_limit", &["1"]),
        ("meta.region:eu*", &["1"]),
        ("meta.\"tier one\":3", &["1"]),
        ("SO-2026/0042", &["2"]),
        ("\"slow down please\"", &["1"]),
        ("please", &["3", "1"]),
        ("please -wait", &["1"]),
        ("pleas*", &["3", "1"]),
        ("~\"leas\"", &["3", "1"]),
        ("😀", &["3"]),
        ("42,slow", &["3", "1"]),
        ("order", &["3", "2"]),
    ] {
        assert_eq!(ids(&asked(&reader, Kind::FlowRun, typed).await), expected, "{typed}");
    }
}

#[tokio::test]
async fn search_takes_whatever_is_typed_for_words() {
    let (_server, reader) = with_runs().await;
    for (typed, expected) in [
        ("please", &["3", "1"][..]),
        ("slow please", &["1"]),
        ("\"please wait", &["3"]),
        ("state:failed", &[]),
        ("order: SO-2026/0042", &["2"]),
    ] {
        let path = format!("/api/v1/flow-runs?search={}", encode(typed));
        assert_eq!(ids(&reader.get(&path).await.json()), expected, "{typed}");
    }
    let both = "/api/v1/flow-runs?search=please&q=state:failed&customerId=c-1";
    assert_eq!(ids(&reader.get(both).await.json()), ["1"]);
    let long = format!("/api/v1/flow-runs?search={}", "a%20".repeat(1500));
    assert_eq!(reader.get(&long).await.status, 200);
}

#[tokio::test]
async fn an_error_names_the_place_and_what_was_expected() {
    let (_server, reader) = with_runs().await;
    for (typed, place, expected) in [
        ("state:failed code:500", 14, "state, status"),
        ("é https://x/y", 3, "in quotes"),
        (
            "state:success",
            7,
            "queued, running, completed, stopped, failed, unknown",
        ),
        ("\"open", 1, "quote"),
    ] {
        let reply = reader.get(&format!("/api/v1/flow-runs?q={}", encode(typed))).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, "invalid_parameter"));
        let error: Value = serde_json::from_slice(&reply.body).unwrap();
        assert_eq!(error["data"]["path"], "q");
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(&format!("character {place}.")), "{message}");
        assert!(
            error["data"]["expected"].as_str().unwrap().contains(expected),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_cursor_is_for_the_question_as_it_was_asked() {
    let (server, reader) = with_runs().await;
    let path = |typed: &str| format!("/api/v1/flow-runs?limit=1&q={}", encode(typed));
    let page = reader.get(&path("customer:\"Acme Corp\" -state:queued")).await.json();
    assert_eq!(ids(&page), ["3"]);
    let cursor = page["cursor"].as_str().unwrap();
    // One more of the same name does not end a walk that is under way.
    let one_more = json!({"kind": "customer", "id": "c-9", "name": "acme corp"});
    send(&server.client(Role::Ingest).await, &[one_more]).await;
    let same = format!("{}&cursor={cursor}", path("-state:queued   customer:\"Acme Corp\""));
    assert_eq!(ids(&reader.get(&same).await.json()), ["1"]);
    let other = format!("{}&cursor={cursor}", path("customer:\"Acme Corp\" -state:failed"));
    assert_eq!(reader.get(&other).await.error_key(), "invalid_cursor");
}

#[tokio::test]
async fn a_name_that_too_many_have_is_refused() {
    let (server, reader) = with_runs().await;
    let items: Vec<Value> = (0..1001)
        .map(|n| json!({"kind": "connection", "id": format!("k-{n}"), "name": "Shop"}))
        .collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reply = reader.get("/api/v1/flow-runs?q=connection:shop").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (400, "invalid_parameter"));
    assert_eq!(ids(&asked(&reader, Kind::FlowRun, "connection:k-1").await), [""; 0]);
}

async fn suggested(client: &Client, kind: &str, typed: &str) -> (u64, Vec<String>) {
    let path = format!("/api/v1/query/suggest?kind={kind}&q={}", encode(typed));
    let reply = client.get(&path).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let answer = reply.json();
    let items = answer["items"].as_array().unwrap().iter();
    let texts = items.map(|item| item["text"].as_str().unwrap().to_owned());
    (answer["from"].as_u64().unwrap(), texts.collect())
}

#[tokio::test]
async fn fields_and_known_values_are_suggested() {
    let (server, reader) = with_runs().await;
    let suggested = async |typed: &str| suggested(&reader, "flow_run", typed).await;
    assert_eq!(suggested("state:failed cus").await, (13, vec!["customer:".to_owned()]));
    assert_eq!(suggested("state:st").await, (6, vec!["stopped".to_owned()]));
    assert_eq!(
        suggested("customer:ac").await,
        (9, vec!["c-1".to_owned(), "c-3".to_owned()])
    );
    assert_eq!(suggested("customer:c-1,\"RIV").await, (13, vec!["c-2".to_owned()]));
    assert_eq!(suggested("flow:").await, (5, vec!["f-1".to_owned()]));
    assert_eq!(suggested("source:te").await.1.len(), 1);
    assert_eq!(suggested("\"no such").await, (8, vec![]));
    assert!(suggested("").await.1.len() > 10);
    let many: Vec<Value> = (0..30)
        .map(|n| json!({"kind": "customer", "id": format!("many-{n}"), "name": "Many"}))
        .collect();
    send(&server.client(Role::Ingest).await, &many).await;
    assert_eq!(suggested("customer:many").await.1.len(), 20);
    for path in ["kind=flow", "q=a", "kind=flow_run&colour=red"] {
        assert_eq!(
            reader.get(&format!("/api/v1/query/suggest?{path}")).await.status,
            400,
            "{path}"
        );
    }
}

#[tokio::test]
async fn nothing_of_another_scope_is_found_or_suggested() {
    let (server, _) = with_runs().await;
    let sender = server.client(Role::Ingest).await;
    let connection =
        |id: &str, customer: &str| json!({"kind": "connection", "id": id, "customerId": customer, "name": "Shop"});
    send(
        &sender,
        &[
            connection("k-1", "c-1"),
            connection("k-2", "c-2"),
            connection("k-3", "none"),
        ],
    )
    .await;
    let limited = server.customer(Role::Read, "c-2").await;
    let suggested = async |typed: &str| suggested(&limited, "flow_run", typed).await.1;
    assert_eq!(suggested("customer:").await, ["c-2"]);
    assert_eq!(suggested("customer:a").await, [""; 0]);
    assert_eq!(suggested("connection:").await, ["k-2"]);
    assert_eq!(suggested("source:").await, [""; 0]);
    assert_eq!(ids(&asked(&limited, Kind::FlowRun, "").await), ["2"]);
    for typed in [
        "customer:\"acme corp\"",
        "customer:acme",
        "customer:c-1",
        "please",
        "id:1",
        "~\"leas\"",
    ] {
        assert_eq!(ids(&asked(&limited, Kind::FlowRun, typed).await), [""; 0], "{typed}");
    }
    assert_eq!(ids(&asked(&limited, Kind::FlowRun, "-customer:acme").await), ["2"]);
}

#[tokio::test]
async fn the_document_tells_of_every_field_of_a_kind() {
    let (server, _) = with_one_of_each("x").await;
    let document = server.client(Role::Ingest).await.get("/api/openapi.json").await.json();
    for kind in Kind::SENT.into_iter().filter(|kind| kind.api_path().is_some()) {
        let get = &document["paths"][list(kind)]["get"];
        let parameters = get["parameters"].as_array().unwrap();
        let q = parameters.iter().find(|parameter| parameter["name"] == "q").unwrap();
        let says = q["description"].as_str().unwrap();
        for field in fields::of(kind) {
            assert!(
                says.contains(field.means) && says.contains(field.example),
                "{}",
                field.name
            );
        }
        assert_eq!(says.contains("5xx") || says.contains("code:"), kind == Kind::ApiRequest);
    }
}
