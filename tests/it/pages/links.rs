//! What a record is linked with, as tables: all of it, failed ones first, page by page.

use std::collections::BTreeSet;

use redtrail::access::Role;

use super::world::{Page, World};

/// A record, and how its children are sent and found.
struct Case {
    /// NDJSON of the parent; `@` stands for the quoted ids of its children, with commas between.
    parent: &'static str,
    path: &'static str,
    group: &'static str,
    /// `~` is the number of a child, `%` whether it failed.
    child: &'static str,
    failed: [&'static str; 2],
    /// Where a child's page is, before its number.
    child_path: &'static str,
}

const fn requests(parent: &'static str, path: &'static str, child: &'static str) -> Case {
    Case {
        parent,
        path,
        group: "requests",
        child,
        failed: ["false", "true"],
        child_path: "/api-requests/",
    }
}

static CASES: [Case; 10] = [
    Case {
        parent: r#"{"kind":"external_webhook","id":"p","status":"success","collectedEventIds":[@]}"#,
        path: "/external-webhooks/p",
        group: "events",
        child: r#"{"kind":"external_event","id":"~","status":"%"}"#,
        failed: ["error", "success"],
        child_path: "/external-events/",
    },
    Case {
        parent: r#"{"kind":"external_event_pull","id":"p","status":"success","collectedEventIds":[@]}"#,
        path: "/external-event-pulls/p",
        group: "events",
        child: r#"{"kind":"external_event","id":"~","status":"%"}"#,
        failed: ["error", "created"],
        child_path: "/external-events/",
    },
    requests(
        r#"{"kind":"external_event_pull","id":"p","status":"success"}"#,
        "/external-event-pulls/p",
        r#"{"kind":"api_request","id":"~","isSuccess":%,"pullId":"p"}"#,
    ),
    Case {
        parent: r#"{"kind":"external_event","id":"p","status":"success","launchedFlowRunIds":[@]}"#,
        path: "/external-events/p",
        group: "runs",
        child: r#"{"kind":"flow_run","id":"~","name":"run ~","state":"%"}"#,
        failed: ["failed", "completed"],
        child_path: "/flow-runs/",
    },
    Case {
        parent: r#"{"kind":"internal_event","id":"p","status":"success"}"#,
        path: "/internal-events/p",
        group: "runs",
        child: r#"{"kind":"flow_run","id":"~","state":"%","launchedBy":{"type":"app-event-trigger","ids":["p"]}}"#,
        failed: ["failed", "running"],
        child_path: "/flow-runs/",
    },
    requests(
        r#"{"kind":"flow_run","id":"p","state":"completed"}"#,
        "/flow-runs/p",
        r#"{"kind":"api_request","id":"~","isSuccess":%,"flowRunId":"p"}"#,
    ),
    Case {
        parent: r#"{"kind":"flow_run","id":"p","state":"failed"}"#,
        path: "/flow-runs/p",
        group: "repeated",
        child: r#"{"kind":"flow_run","id":"~","state":"%","repeatOf":"p"}"#,
        failed: ["failed", "stopped"],
        child_path: "/flow-runs/",
    },
    requests(
        r#"{"kind":"node_run","id":"p","flowRunId":"r","nodeKey":"k","status":"completed"}"#,
        "/flow-runs/r/nodes/k/runs/p",
        r#"{"kind":"api_request","id":"~","isSuccess":%,"flowRunId":"r","nodeKey":"k","nodeRunId":"p"}"#,
    ),
    requests(
        r#"{"kind":"action_run","id":"p","status":"success"}"#,
        "/action-runs/p",
        r#"{"kind":"api_request","id":"~","isSuccess":%,"actionRunId":"p"}"#,
    ),
    Case {
        parent: r#"{"kind":"api_request","id":"p","isSuccess":true}"#,
        path: "/api-requests/p",
        group: "retried",
        child: r#"{"kind":"api_request","id":"~","isSuccess":%,"retryOf":"p"}"#,
        failed: ["false", "true"],
        child_path: "/api-requests/",
    },
];

const CHILDREN: usize = 120;

/// Every third failed.
fn has_failed(n: usize) -> bool {
    n.is_multiple_of(3)
}

/// All of a case; of equal times the greater id comes first.
fn sent(case: &Case) -> String {
    let id = |n: usize| format!("c-{n:03}");
    let ids: Vec<String> = (0..CHILDREN).map(|n| format!("\"{}\"", id(n))).collect();
    let child = |n: usize| {
        let state = case.failed[usize::from(!has_failed(n))];
        let time = "\"createdAt\":\"2026-03-04T01:00:00Z\"}";
        let child = case.child.replace('~', &id(n)).replace('%', state);
        format!("{},{time}\n", child.strip_suffix('}').unwrap())
    };
    let children: String = (0..CHILDREN).map(child).collect();
    format!("{children}{}\n", case.parent.replace('@', &ids.join(",")))
}

fn of_group(page: &Page, group: &str) -> Vec<String> {
    page.hrefs(&format!("#{group} .list a.t"))
}

#[tokio::test]
async fn paging_through_all_children_shows_each_once_failed_ones_first() {
    for case in &CASES {
        let world = World::empty().await;
        world.send(&sent(case)).await;
        let mut numbers: Vec<usize> = (0..CHILDREN).rev().collect();
        numbers.sort_by_key(|n| !has_failed(*n));
        let expected: Vec<String> = numbers.iter().map(|n| format!("{}c-{n:03}", case.child_path)).collect();
        let mut path = format!("{}?tab=overview", case.path);
        let (mut seen, mut pages) = (Vec::new(), Vec::new());
        loop {
            let page = world.page(&path).await;
            assert_eq!(page.text_of(".tabs [aria-current]"), "Overview", "{path}");
            let of_page = of_group(&page, case.group);
            assert!(of_page.len() <= 50, "{path}");
            let said = page.text_of(&format!("#{} .bar .small", case.group));
            assert_eq!(said, format!("{} of many, failed ones first", of_page.len()));
            seen.extend(of_page);
            pages.push(path);
            match page.link("More") {
                Some(more) => path = more,
                None => break,
            }
        }
        assert_eq!(seen, expected, "{}", case.path);
        assert_eq!(pages.len(), 3);
        for path in &pages[1..] {
            assert!(
                path.contains("tab=overview") && path.contains(&format!("of={}", case.group)),
                "{path}"
            );
            assert!(
                path.ends_with(&format!("#{}", case.group)),
                "one stays at the table: {path}"
            );
        }
        let last = world.page(&pages[2]).await;
        let before = world.page(&last.link("Back").unwrap()).await;
        assert_eq!(of_group(&before, case.group), expected[50..100]);
        let first = world.page(&before.link("Back").unwrap()).await;
        assert_eq!(of_group(&first, case.group), expected[..50]);
        assert_eq!(first.link("Back"), None);
        let first = world.page(&last.link("From the first").unwrap()).await;
        assert_eq!(of_group(&first, case.group), expected[..50]);
    }
}

#[tokio::test]
async fn a_page_of_one_table_leaves_the_other_tables_at_their_beginning() {
    let world = World::empty().await;
    let events = &CASES[1];
    let requests = &CASES[2];
    world.send(&sent(events)).await;
    let children = sent(requests).replace("c-", "d-");
    world.send(&children).await;
    let page = world.page("/external-event-pulls/p").await;
    let headings = page.texts(".panel h2");
    assert_eq!(headings[..2], ["Led to external events", "API requests it made"]);
    let more = page.hrefs("#requests a[rel=next]").remove(0);
    let next = world.page(&more).await;
    assert_ne!(of_group(&next, "requests"), of_group(&page, "requests"));
    assert_eq!(of_group(&next, "events"), of_group(&page, "events"));
    assert_eq!(next.link("As a list, to filter").unwrap(), "/api-requests?pull=p");
    let elsewhere = more.replace("of=requests", "of=events");
    let refused = world.get(&elsewhere).await;
    assert_eq!(refused.reply.status, 400, "a position is of one table only");
}

#[tokio::test]
async fn tables_have_the_dots_of_lists_and_say_what_was_not_received() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"external_webhook\",\"id\":\"w\",\"status\":\"success\",\"collectedEventIds\":[\"e\",\"lost\"]}\n",
            "{\"kind\":\"external_event\",\"id\":\"e\",\"status\":\"success\",\"launchedFlowRunIds\":[\"r\"],\"customerId\":\"c\"}\n",
            "{\"kind\":\"flow_run\",\"id\":\"r\",\"state\":\"completed\",\"name\":\"Onboard\",\"customerId\":\"c\"}\n",
            "{\"kind\":\"api_request\",\"id\":\"a\",\"isSuccess\":false,\"flowRunId\":\"r\",\"requestUrl\":\"https://x.example/1\"}\n",
            "{\"kind\":\"api_request\",\"id\":\"b\",\"isSuccess\":true,\"retryOf\":\"a\",\"requestUrl\":\"https://x.example/2\"}\n",
            "{\"kind\":\"node_run\",\"id\":\"n\",\"flowRunId\":\"r\",\"nodeKey\":\"k\",\"status\":\"failed\"}\n",
        ))
        .await;
    let webhook = world.page("/external-webhooks/w").await;
    assert_eq!(webhook.texts("#events .list .s"), ["Run with errors", "Not received"]);
    assert_eq!(
        webhook.hrefs("#events a.t"),
        ["/external-events/e"],
        "what is not there has no page"
    );
    let heads = |page: &Page, group: &str| page.texts(&format!("#{group} .list th"));
    let list = world.page("/external-events").await;
    assert_eq!(heads(&webhook, "events"), list.texts(".list th"));
    assert_eq!(webhook.text_of(".head .s"), "Run with errors");
    let run = world.page("/flow-runs/r?tab=overview").await;
    assert_eq!(run.text_of(".head .s"), "With errors");
    assert_eq!(run.texts("#requests .list .s"), ["Failed, retry succeeded"]);
    let request = world.page("/api-requests/a?tab=overview").await;
    assert_eq!(request.hrefs("#origin a.t"), ["/flow-runs/r"]);
    assert_eq!(request.hrefs("#retried a.t"), ["/api-requests/b"]);
    let retry = world.page("/api-requests/b").await;
    assert_eq!(retry.hrefs("#retries a.t"), ["/api-requests/a"]);
    let names: BTreeSet<String> = webhook.texts("#events .c-name").into_iter().collect();
    assert!(names.contains("lost"), "{names:?}");
}

#[tokio::test]
async fn what_is_no_longer_kept_reads_otherwise_than_what_was_not_received() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"external_webhook\",\"id\":\"w\",\"collectedEventIds\":[\"e\"],\"createdAt\":\"2026-03-04T01:00:00Z\"}\n",
            "{\"kind\":\"external_webhook\",\"id\":\"v\",\"collectedEventIds\":[\"f\"],\"createdAt\":\"2026-03-04T03:00:00Z\"}\n",
            "{\"kind\":\"external_event\",\"id\":\"e\",\"createdAt\":\"2026-03-04T01:00:00Z\"}\n",
            "{\"kind\":\"flow_run\",\"id\":\"r\",\"startTime\":\"2026-03-04T01:00:01Z\",\"launchedBy\":{\"type\":\"external-event\",\"ids\":[\"e\"]}}\n",
            "{\"kind\":\"node_run\",\"id\":\"n\",\"flowRunId\":\"gone\",\"nodeKey\":\"k\",\"startTime\":\"2026-03-04T01:00:01Z\"}\n",
        ))
        .await;
    let admin = world.server.client(Role::Admin).await;
    for kind in ["external_event", "flow_run"] {
        let body = format!("{{\"kind\":\"{kind}\",\"before\":\"2026-03-04T01:00:00.5Z\"}}");
        admin.post("/api/v1/expire", body).await.json();
    }
    let forgotten = world.page("/external-webhooks/w").await;
    assert_eq!(forgotten.texts("#events .list .s"), ["No longer kept"]);
    let never = world.page("/external-webhooks/v").await;
    assert_eq!(never.texts("#events .list .s"), ["Not received"]);
    let run = world.page("/flow-runs/r?tab=overview").await;
    assert_eq!(
        run.texts("#origin .list .s"),
        ["Not received"],
        "the run that names it is newer than what is kept"
    );
    let body = "{\"kind\":\"external_event\",\"before\":\"2026-03-04T02:00:00Z\"}";
    admin.post("/api/v1/expire", body).await.json();
    let run = world.page("/flow-runs/r?tab=overview").await;
    assert_eq!(run.texts("#origin .list .s"), ["No longer kept"]);
    assert!(run.text_of(".chain").contains("e, no longer kept"));
    let node = world.page("/flow-runs/gone/nodes/k").await;
    assert!(
        node.text_of(".chain").contains("gone, not received"),
        "{}",
        node.text_of(".chain")
    );
    let body = "{\"kind\":\"flow_run\",\"before\":\"2026-03-04T02:00:00Z\"}";
    admin.post("/api/v1/expire", body).await.json();
    let node = world.page("/flow-runs/gone/nodes/k").await;
    assert!(
        node.text_of(".chain").contains("gone, no longer kept"),
        "{}",
        node.text_of(".chain")
    );
    assert_eq!(world.get("/flow-runs/r").await.reply.status, 404);
}
