//! Counts by time.

use std::sync::Arc;
use std::time::{Duration, Instant};

use redtrail::access::Role;
use redtrail::model::filter::Filter;
use redtrail::model::kind::Kind;
use redtrail::model::scope::Scope;
use redtrail::model::time::{MINUTE, Micros};
use redtrail::store::call::{Call, Steps};
use redtrail::web::api::stats::{Buckets, Budget, By, count};
use serde_json::{Value, json};

use super::make::{full, send};
use crate::support::web::TestServer;

fn run(id: &str, time: &str, state: &str, customer: Option<&str>) -> Value {
    let mut run = json!({"kind": "flow_run", "id": id, "startTime": format!("2026-03-04T{time}Z"), "state": state});
    if let Some(customer) = customer {
        run["customerId"] = json!(customer);
        run["integrationId"] = json!(format!("i-{customer}"));
    }
    run
}

fn runs() -> [Value; 6] {
    [
        run("a", "04:00:00", "failed", Some("mine")),
        run("b", "04:04:59.999", "completed", Some("mine")),
        run("c", "04:05:00", "completed", Some("other")),
        run("d", "04:05:01", "failed", Some("other")),
        run("e", "04:09:00", "failed", None),
        json!({"kind": "flow_run", "id": "f", "startTime": "2026-03-04T04:10:00Z"}),
    ]
}

#[tokio::test]
async fn records_are_counted_by_time_and_what_they_are_told_apart_by() {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &runs()).await;
    let reader = server.client(Role::Read).await;
    let range = "kind=flow_run&bucket=5m&from=2026-03-04T04:00:00Z&to=2026-03-04T04:15:00Z";
    let get = async |query: &str| reader.get(&format!("/api/v1/stats?{range}&{query}")).await.json();
    let at = |minute: u32| format!("2026-03-04T04:{minute:02}:00.000Z");
    assert_eq!(
        get("").await,
        json!({"buckets": [
            {"from": at(0), "counts": {"failed": 1, "completed": 1}},
            {"from": at(5), "counts": {"failed": 2, "completed": 1}},
            {"from": at(10), "counts": {"unknown": 1}},
        ], "exact": true})
    );
    let by = get("by=customer").await;
    assert_eq!(by["buckets"][0]["counts"], json!({"mine": 2}));
    assert_eq!(by["buckets"][1]["counts"], json!({"other": 2, "": 1}));
    assert_eq!(
        get("by=integration&state=completed").await["buckets"][1]["counts"],
        json!({"i-other": 1})
    );
    let told = get("q=state:failed%20customer:other").await;
    assert_eq!(told["buckets"][1]["counts"], json!({"failed": 1}));
    assert_eq!(get("customerId=mine").await["buckets"][1]["counts"], json!({}));
    let cut = reader
        .get("/api/v1/stats?kind=flow_run&bucket=5m&from=2026-03-04T04:04:00Z&to=2026-03-04T04:10:00Z")
        .await
        .json();
    assert_eq!(
        cut["buckets"],
        json!([{"from": at(0), "counts": {"completed": 1}}, {"from": at(5), "counts": {"failed": 2, "completed": 1}}]),
        "buckets are aligned, and the range holds all the same"
    );
}

#[tokio::test]
async fn who_sees_one_customer_counts_that_ones_only() {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &runs()).await;
    let mine = server.customer(Role::Read, "mine").await;
    for by in ["state", "customer", "integration"] {
        let told = mine
            .get(&format!("/api/v1/stats?kind=flow_run&bucket=1h&by={by}"))
            .await
            .json();
        let counts = told["buckets"].as_array().unwrap().iter();
        let counts = counts.flat_map(|bucket| bucket["counts"].as_object().unwrap().clone());
        let counts: Vec<(String, Value)> = counts.collect();
        let sum: u64 = counts.iter().map(|(_, count)| count.as_u64().unwrap()).sum();
        assert_eq!(sum, 2, "{told}");
        assert!(!told.to_string().contains("other"), "{told}");
    }
}

#[tokio::test]
async fn every_kind_is_counted_the_last_day_in_at_most_a_hundred_buckets() {
    let server = TestServer::start().await;
    let items: Vec<Value> = Kind::SENT.iter().map(|kind| full(*kind, "x")).collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    for kind in Kind::SENT {
        let told = reader.get(&format!("/api/v1/stats?kind={}", kind.name())).await.json();
        let buckets = told["buckets"].as_array().unwrap();
        assert!((50..=100).contains(&buckets.len()), "{}", buckets.len());
        let filled: Vec<&Value> = buckets.iter().filter(|bucket| bucket["counts"] != json!({})).collect();
        assert_eq!(filled.len(), 1, "{told}");
        assert_eq!(filled[0]["from"], "2026-03-04T04:00:00.000Z");
    }
    for (range, most) in [
        ("from=2026-03-04T05:06:00Z", 100),
        ("from=2026-01-01T00:00:00Z", 100),
        ("from=2000-01-01T00:00:00Z", 100),
        ("from=1500-01-01T00:00:00Z", 1000),
        ("to=2026-03-04T05:06:00Z&from=2026-03-04T05:06:00Z", 0),
    ] {
        let told = reader.get(&format!("/api/v1/stats?kind=flow_run&{range}")).await.json();
        assert!(told["buckets"].as_array().unwrap().len() <= most, "{range}");
    }
}

#[tokio::test]
async fn what_cannot_be_counted_is_refused_by_name() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    for (query, key, name) in [
        ("", "invalid_parameter", "kind"),
        ("kind=customer", "invalid_parameter", "kind"),
        ("kind=entity_change", "invalid_parameter", "kind"),
        ("kind=flow_run&by=source", "invalid_parameter", "by"),
        ("kind=flow_run&bucket=5", "invalid_parameter", "bucket"),
        ("kind=flow_run&bucket=0s", "invalid_parameter", "bucket"),
        ("kind=flow_run&bucket=-1h", "invalid_parameter", "bucket"),
        ("kind=flow_run&bucket=5%C3%A9", "invalid_parameter", "bucket"),
        ("kind=flow_run&bucket=99999999999999d", "invalid_parameter", "bucket"),
        ("kind=flow_run&bucket=1s", "invalid_parameter", "bucket"),
        (
            "kind=flow_run&from=-009000-01-01T00:00:00Z",
            "invalid_parameter",
            "from",
        ),
        ("kind=flow_run&from=2027-01-01T00:00:00Z", "invalid_parameter", "from"),
        ("kind=flow_run&state=success", "invalid_parameter", "state"),
        ("kind=api_request&flowId=f", "unknown_parameter", "flowId"),
        ("kind=flow_run&limit=5", "unknown_parameter", "limit"),
        ("kind=flow_run&odd=5", "unknown_parameter", "odd"),
    ] {
        let reply = reader.get(&format!("/api/v1/stats?{query}")).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, key), "{query}");
        let error: Value = serde_json::from_str(reply.text()).unwrap();
        assert_eq!(error["data"]["path"], name, "{query}");
    }
}

#[tokio::test]
async fn a_count_that_its_budget_ends_says_from_where_on_it_is_whole() {
    let server = TestServer::start().await;
    send(&server.client(Role::Ingest).await, &runs()).await;
    let time = |text: &str| Micros::parse(&format!("2026-03-04T{text}Z")).unwrap();
    let (from, to) = (time("04:00:00"), time("04:15:00"));
    let mut filter = Filter::of(Kind::FlowRun);
    (filter.from, filter.to) = (Some(from), Some(to));
    let buckets = Buckets::of(from, to, 5 * MINUTE, 10).unwrap();
    let call = || {
        Call::new(
            Arc::new(Scope::ALL),
            Instant::now() + Duration::from_secs(60),
            Steps::off(),
        )
    };
    let within = |records: usize| Budget {
        records,
        time: Duration::from_secs(60),
    };
    let whole = count(
        &*server.store,
        &call(),
        filter.clone(),
        buckets,
        By::State,
        within(1000),
    )
    .await
    .unwrap();
    assert_eq!((whole.from, whole.buckets.len()), (None, 3));
    for (records, whole_from, kept) in [
        (1, "04:10:00", 1),
        (2, "04:09:00", 2),
        (4, "04:05:00", 2),
        (5, "04:04:59.999", 3),
    ] {
        let part = count(
            &*server.store,
            &call(),
            filter.clone(),
            buckets,
            By::State,
            within(records),
        )
        .await
        .unwrap();
        let sum: u64 = part.buckets.iter().flat_map(|(_, counts)| counts.values()).sum();
        assert_eq!(sum as usize, records);
        assert_eq!(part.from, Some(time(whole_from).plus(1)), "{records}");
        assert_eq!(part.buckets.len(), kept, "{records}");
        assert_eq!(part.buckets.last(), whole.buckets.last());
    }
    let exact = count(&*server.store, &call(), filter, buckets, By::State, within(6))
        .await
        .unwrap();
    assert_eq!(exact, whole, "all of them fit");
}

#[tokio::test]
async fn of_many_customers_the_largest_are_named_and_the_rest_is_counted_together() {
    let server = TestServer::start().await;
    let mut items: Vec<Value> = (0..120)
        .map(|at| run(&format!("r{at}"), "04:00:00", "failed", Some(&format!("c{at:03}"))))
        .collect();
    items.push(run("again", "04:00:00", "failed", Some("c119")));
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let told = reader
        .get("/api/v1/stats?kind=flow_run&bucket=1d&by=customer")
        .await
        .json();
    let buckets = told["buckets"].as_array().unwrap();
    let bucket = buckets.iter().find(|bucket| bucket["counts"] != json!({})).unwrap();
    let counts = bucket["counts"].as_object().unwrap();
    assert_eq!(
        (counts.len(), &counts["c119"], &bucket["others"]),
        (100, &json!(2), &json!(20))
    );
}
