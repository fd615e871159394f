//! Lists of log records: columns, filters, paging, and what an empty one says.

use redtrail::access::Role;
use redtrail::model::kind::Kind;

use super::world::{Page, World};

fn lists() -> Vec<(Kind, String)> {
    let lists = Kind::SENT.into_iter();
    lists
        .filter_map(|kind| Some((kind, format!("/{}", kind.page_path()?))))
        .collect()
}

fn ids(page: &Page) -> Vec<String> {
    let cells = page.all(".list .id").into_iter();
    cells.map(|id| id.attr("title").unwrap().to_owned()).collect()
}

/// Flow runs `run-000` and so on, a minute apart, the last one newest; every tenth failed.
fn runs(count: usize) -> String {
    let run = |n: usize| {
        let state = if n.is_multiple_of(10) { "failed" } else { "completed" };
        let customer = if n.is_multiple_of(2) { "even" } else { "odd" };
        format!(
            "{{\"kind\":\"flow_run\",\"id\":\"run-{n:03}\",\"customerId\":\"{customer}\",\"state\":\"{state}\",\
             \"startNodeKey\":\"start\",\"startTime\":\"2026-03-04T{:02}:{:02}:00Z\"}}\n",
            n / 60,
            n % 60
        )
    };
    (0..count).map(run).collect()
}

#[tokio::test]
async fn every_kind_has_a_list_with_states_times_names_and_links() {
    let world = World::demo().await;
    for (kind, path) in lists() {
        let page = world.page(&path).await;
        assert_eq!(page.text_of("h1"), kind.title());
        assert_eq!(page.text_of(".side [aria-current]"), kind.title());
        let rows = page.all(".list tbody tr").len();
        assert!(rows > 3, "{path}");
        for selector in [
            ".list .c-state .s",
            ".list .c-when time[datetime][title$=UTC]",
            ".list .c-name a.t[href]",
            ".list .id[title]",
        ] {
            assert_eq!(page.all(selector).len(), rows, "{selector} on {path}");
        }
        assert!(
            page.all(".list .s")
                .iter()
                .all(|dot| !dot.text().collect::<String>().is_empty())
        );
        let customers = page.hrefs(".list a[href^='/customers/']");
        assert!(!customers.is_empty(), "{path}");
        let times: Vec<&str> = page
            .all(".c-when time")
            .iter()
            .map(|time| time.attr("datetime").unwrap())
            .collect();
        assert!(times.is_sorted_by(|a, b| a >= b), "newest first on {path}");
    }
}

#[tokio::test]
async fn a_row_says_why_it_failed_and_names_what_it_knows() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"customer\",\"id\":\"c1\",\"name\":\"Northwind\"}\n",
            "{\"kind\":\"api_request\",\"id\":\"a1\",\"customerId\":\"c1\",\"integrationId\":\"unknown-crm\",",
            "\"method\":\"PATCH\",\"requestUrl\":\"https://api.example.com/contacts/1?key=x\",\"statusCode\":400,",
            "\"isSuccess\":false,\"duration\":4412,\"error\":{\"message\":\"No such property\"}}\n",
        ))
        .await;
    let page = world.page("/api-requests").await;
    let row: Vec<String> = page.texts(".list tbody td");
    assert_eq!(row[0], "Failed");
    assert_eq!(row[1], "now");
    assert_eq!(row[2], "PATCH api.example.com/contacts/1No such property");
    assert_eq!(row[3..], ["400", "Northwind", "unknown-crm", "4.4 s", "a1"]);
    assert_eq!(page.link("Northwind").unwrap(), "/customers/c1");
    assert_eq!(page.link("unknown-crm").unwrap(), "/integrations/unknown-crm");
}

#[tokio::test]
async fn older_and_newer_walk_the_whole_list_and_back() {
    let world = World::empty().await;
    world.send(&runs(173)).await;
    let mut path = "/flow-runs".to_owned();
    let (mut seen, mut pages) = (Vec::new(), Vec::new());
    loop {
        let page = world.page(&path).await;
        seen.extend(ids(&page));
        pages.push(ids(&page));
        match page.link("Older") {
            Some(older) => path = older,
            None => break,
        }
    }
    let all: Vec<String> = (0..173).rev().map(|n| format!("run-{n:03}")).collect();
    assert_eq!(seen, all);
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [50, 50, 50, 23]);
    for expected in pages.iter().rev().skip(1) {
        let page = world.page(&path).await;
        path = page.link("Newer").unwrap();
        assert_eq!(ids(&world.page(&path).await), *expected);
    }
    let first = world.page(&path).await;
    assert_eq!(first.link("Newer"), None);
    assert_eq!(first.link("Newest").unwrap(), "/flow-runs");
    assert!(world.page("/flow-runs").await.text().contains("50 of many"));
}

#[tokio::test]
async fn a_link_to_a_page_shows_the_same_after_more_came_in() {
    let world = World::empty().await;
    world.send(&runs(120)).await;
    let older = world.page("/flow-runs?customer=even").await.link("Older").unwrap();
    let before = ids(&world.page(&older).await);
    assert_eq!(before.len(), 10);
    world.send(&runs(200)).await;
    assert_eq!(ids(&world.page(&older).await), before);
}

#[tokio::test]
async fn filters_hold_together_and_each_can_be_taken_away() {
    let world = World::empty().await;
    world.send(&runs(100)).await;
    let page = world
        .page("/flow-runs?state=failed&customer=even&from=2026-03-04+00:15&to=2026-03-04T01:00&source=&integration=")
        .await;
    assert_eq!(ids(&page), ["run-050", "run-040", "run-030", "run-020"]);
    assert_eq!(
        page.texts(".chip > span"),
        [
            "Time 2026-03-04 00:15 UTC to 2026-03-04 01:00 UTC",
            "Customer even",
            "State Failed"
        ]
    );
    let lengths = [10, 4, 22];
    for (remove, expected) in page.hrefs(".chip > a").iter().zip(lengths) {
        let without = world.page(remove).await;
        assert_eq!(ids(&without).len(), expected, "{remove}");
        assert_eq!(without.all(".chip").len(), 2);
    }
    assert_eq!(page.link("Clear all").unwrap(), "/flow-runs");
    let value = |name: &str| page.all(&format!("input[name={name}]"))[0].attr("value").unwrap();
    assert_eq!(
        [value("customer"), value("from"), value("state")],
        ["even", "2026-03-04 00:15", "failed"]
    );
}

#[tokio::test]
async fn a_state_is_toggled_by_its_link_and_unknown_is_one() {
    let world = World::empty().await;
    world.send(&runs(20)).await;
    world
        .send(
            "{\"kind\":\"flow_run\",\"id\":\"silent\",\"customerId\":\"odd\",\"startTime\":\"2026-03-04T00:00:00Z\"}\n",
        )
        .await;
    let unknown = world.page("/flow-runs").await.link("Unknown").unwrap();
    let page = world.page(&unknown).await;
    assert_eq!(ids(&page), ["silent"]);
    assert_eq!(page.texts(".states [aria-current]"), ["Unknown"]);
    let both = world.page(&page.link("Failed").unwrap()).await;
    assert_eq!(ids(&both).len(), 3);
    assert_eq!(ids(&world.page(&both.link("Unknown").unwrap()).await).len(), 2);
}

#[tokio::test]
async fn a_quick_range_is_counted_back_from_now() {
    let world = World::empty().await;
    world.send(&runs(320)).await;
    // It is 05:06:07, so the hour begins after run 246.
    let page = world.page("/flow-runs?range=1h&customer=odd").await;
    assert_eq!(ids(&page).len(), 37);
    assert_eq!(ids(&page).last().unwrap(), "run-247");
    assert_eq!(page.text_of(".seg [aria-current]"), "1 h");
    assert_eq!(page.texts(".chip b"), ["last 1 h", "odd"]);
}

#[tokio::test]
async fn a_key_finds_the_customer_that_has_it() {
    let world = World::empty().await;
    world
        .send("{\"kind\":\"customer\",\"id\":\"even\",\"key\":\"acme-key\",\"name\":\"Acme\"}\n")
        .await;
    world.send(&runs(6)).await;
    let page = world.page("/flow-runs?customer=acme-key").await;
    assert_eq!(ids(&page).len(), 3);
    assert_eq!(page.texts("datalist option"), ["Acme"]);
}

#[tokio::test]
async fn an_empty_list_says_which_filter_removed_everything() {
    let world = World::empty().await;
    world.send(&runs(100)).await;
    let page = world.page("/flow-runs?state=failed&customer=odd&from=2026-03-04").await;
    assert_eq!(page.text_of(".empty h2"), "No flow run matches");
    assert!(page.text().contains("Searched 2026-03-04 00:00:00 UTC until now."));
    let rows = page.texts(".empty tbody tr");
    assert!(
        rows[0].starts_with("Time, since 2026-03-04 00:00 UTC some, the newest"),
        "{rows:?}"
    );
    assert!(rows[1].starts_with("Customer, odd some, the newest"), "{rows:?}");
    assert!(
        rows[2].starts_with("State, Failed none: it removed the last some"),
        "{rows:?}"
    );
    assert_eq!(
        page.hrefs(".empty tbody tr:last-child a"),
        ["/flow-runs?from=2026-03-04&customer=odd"]
    );
    let reversed = world.page("/flow-runs?from=2026-03-05&to=2026-03-04T00:00").await;
    assert!(reversed.text().contains("The range is empty"));
}

#[tokio::test]
async fn a_list_of_nothing_says_how_to_send_the_first() {
    let world = World::empty().await;
    for (kind, path) in lists() {
        let page = world.page(&path).await;
        assert!(page.text_of(".empty h2").ends_with("was received yet"));
        let command = page.text_of("pre");
        assert!(
            command.contains(&format!("/api/v1/ingest/{}'", kind.name())),
            "{command}"
        );
        assert!(
            command.contains("YOUR_INGEST_TOKEN"),
            "a reader is not told where a token is"
        );
        // What it says to send is taken as it is.
        let body = command.split("-d '").nth(1).unwrap().trim_end_matches('\'');
        let mut record: serde_json::Value = serde_json::from_str(body).unwrap();
        record["kind"] = kind.name().into();
        world.send(&format!("{record}\n")).await;
        assert_eq!(world.page(&path).await.all(".list tbody tr").len(), 1);
    }
}

#[tokio::test]
async fn an_address_that_cannot_be_understood_is_answered_400_with_a_way_out() {
    let world = World::empty().await;
    for (query, said) in [
        (
            "state=sideways",
            "expected one of queued, running, completed, stopped, failed, unknown",
        ),
        ("from=yesterday", "expected a time such as"),
        ("range=2h", "expected one of 1h, 24h, 7d, all"),
        ("colour=red", "has no filter of that name"),
        ("after=rubbish", "cursor is not one of this list"),
    ] {
        let page = world.get(&format!("/flow-runs?{query}")).await;
        assert_eq!(page.reply.status, 400, "{query}");
        assert!(page.text().contains(said), "{query}: {}", page.text());
        assert_eq!(page.link("The whole list").unwrap(), "/flow-runs");
        assert!(!page.all(".side a").is_empty());
    }
    world.send(&runs(60)).await;
    let older = world.page("/flow-runs?customer=even&state=completed").await;
    assert_eq!(older.link("Older"), None);
    let older = world.page("/flow-runs").await.link("Older").unwrap();
    let elsewhere = older.replace("/flow-runs?", "/flow-runs?customer=even&");
    assert_eq!(
        world.get(&elsewhere).await.reply.status,
        400,
        "a place belongs to its list"
    );
}

#[tokio::test]
async fn somebody_limited_to_a_customer_sees_its_records_only() {
    let world = World::empty().await;
    world.send(&runs(20)).await;
    let visitor = world.server.customer(Role::Read, "even").await;
    let page = Page::of("/flow-runs", visitor.get("/flow-runs").await);
    assert_eq!(ids(&page).len(), 10);
    assert_eq!(visitor.get("/flow-runs/run-001").await.status, 404);
    assert_eq!(visitor.get("/flow-runs/run-002").await.status, 200);
    assert_eq!(visitor.get("/customers/odd").await.status, 404);
    assert_eq!(visitor.get("/customers/even").await.status, 200);
}

#[tokio::test]
async fn an_event_is_as_red_as_the_run_it_launched_and_a_retry_heals() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"external_webhook\",\"id\":\"w\",\"status\":\"success\",\"collectedEventIds\":[\"e\"]}\n",
            "{\"kind\":\"external_event\",\"id\":\"e\",\"status\":\"success\"}\n",
            "{\"kind\":\"flow_run\",\"id\":\"r\",\"state\":\"failed\",\"launchedBy\":{\"type\":\"external-event\",\"ids\":[\"e\"]}}\n",
            "{\"kind\":\"api_request\",\"id\":\"first\",\"isSuccess\":false,\"statusCode\":503}\n",
            "{\"kind\":\"api_request\",\"id\":\"second\",\"isSuccess\":true,\"retryOf\":\"first\"}\n",
            "{\"kind\":\"internal_event\",\"id\":\"i\",\"appEventTypeId\":\"t\",\"status\":\"success\",\"launchedFlowRunIds\":[],",
            "\"flowTriggerSkipReason\":{\"code\":\"x\",\"message\":\"The filter did not match\"}}\n",
        ))
        .await;
    for (path, class, word) in [
        ("/external-webhooks", "s-red", "Run failed"),
        ("/external-events", "s-red", "Run failed"),
        ("/internal-events", "s-dash", "Success"),
    ] {
        let page = world.page(path).await;
        assert_eq!(page.text_of(&format!(".list .{class}")), word, "{path}");
    }
    assert_eq!(
        world.page("/internal-events").await.text_of(".why"),
        "The filter did not match"
    );
    let requests = world.page("/api-requests").await;
    assert_eq!(requests.texts(".list .s-amber"), ["Failed, retry succeeded"]);
}
