//! Paging equals a full scan, in both orders, whatever comes in meanwhile.

use proptest::prelude::*;
use redtrail::access::Role;
use serde_json::{Value, json};

use super::make::{ids, send};
use crate::support::client::Client;
use crate::support::web::TestServer;

/// Runs of a few times, so that many share one, and of two states.
fn runs() -> impl Strategy<Value = Vec<(u8, bool)>> {
    prop::collection::vec((0u8..6, any::<bool>()), 0..40)
}

fn item(at: usize, (second, failed): (u8, bool)) -> Value {
    json!({"kind": "flow_run", "id": format!("r{at:03}"), "startTime": format!("2026-03-04T04:00:{second:02}Z"),
        "state": if failed { "failed" } else { "completed" }})
}

/// Every id of a list, page by page; `between` runs after each page.
async fn walk(reader: &Client, query: &str, mut between: impl AsyncFnMut(usize)) -> Vec<String> {
    let mut all = Vec::new();
    let mut cursor = String::new();
    for page in 0.. {
        assert!(page < 1000, "the list does not end");
        let answer = reader
            .get(&format!("/api/v1/flow-runs?{query}&cursor={cursor}"))
            .await
            .json();
        all.extend(ids(&answer));
        let Some(next) = answer["cursor"].as_str() else { break };
        cursor = next.to_owned();
        between(page).await;
    }
    all
}

/// What a list must give: (time, id), in its order.
fn expected(runs: &[(u8, bool)], only_failed: bool, is_newest_first: bool) -> Vec<String> {
    let with_ids = runs
        .iter()
        .enumerate()
        .filter(|(_, (_, failed))| *failed || !only_failed);
    let mut all: Vec<(u8, String)> = with_ids
        .map(|(at, (second, _))| (*second, format!("r{at:03}")))
        .collect();
    all.sort();
    if is_newest_first {
        all.reverse();
    }
    all.into_iter().map(|(_, id)| id).collect()
}

async fn pages_equal_a_scan(all: Vec<(u8, bool)>) {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let items: Vec<Value> = all.iter().enumerate().map(|(at, run)| item(at, *run)).collect();
    if !items.is_empty() {
        send(&sender, &items).await;
    }
    let reader = server.client(Role::Read).await;
    for limit in [1, 7, 1000] {
        for (order, newest) in [("desc", true), ("asc", false)] {
            for (filter, failed) in [("", false), ("&state=failed", true)] {
                let query = format!("limit={limit}&sortOrder={order}{filter}");
                let found = walk(&reader, &query, async |_| ()).await;
                assert_eq!(found, expected(&all, failed, newest), "{query}");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pages_of_any_size_in_both_orders_equal_a_full_scan(all in runs()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(pages_equal_a_scan(all));
    }
}

#[tokio::test]
async fn what_comes_in_meanwhile_disturbs_no_page() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let all: Vec<(u8, bool)> = (0..30).map(|at| (at % 5, at % 3 == 0)).collect();
    let items: Vec<Value> = all.iter().enumerate().map(|(at, run)| item(at, *run)).collect();
    send(&sender, &items).await;
    let reader = server.client(Role::Read).await;
    for (order, newest) in [("desc", true), ("asc", false)] {
        let inserting = async |page: usize| {
            // Before, between and after what is there; and a later version of what is there.
            for second in [0, 2, 5] {
                let id = format!("new-{order}-{page}-{second}");
                let new =
                    json!({"kind": "flow_run", "id": id, "startTime": format!("2026-03-04T04:00:{second:02}.500Z")});
                let later = json!({"kind": "flow_run", "id": "r007", "name": id});
                send(&sender, &[new, later]).await;
            }
        };
        let found = walk(&reader, &format!("limit=7&sortOrder={order}"), inserting).await;
        let old: Vec<String> = found.iter().filter(|id| id.starts_with('r')).cloned().collect();
        assert_eq!(old, expected(&all, false, newest));
        let mut once = found.clone();
        once.sort();
        once.dedup();
        assert_eq!(once.len(), found.len(), "nothing comes twice");
    }
}

#[tokio::test]
async fn a_cursor_of_zero_or_of_nothing_begins_the_list() {
    let server = TestServer::start().await;
    send(
        &server.client(Role::Ingest).await,
        &[item(0, (0, true)), item(1, (1, true))],
    )
    .await;
    let reader = server.client(Role::Read).await;
    for query in ["cursor=0", "cursor=", "cursor"] {
        let page = reader.get(&format!("/api/v1/flow-runs?{query}")).await.json();
        assert_eq!(ids(&page), ["r001", "r000"]);
        assert!(page.get("cursor").is_none());
    }
}
