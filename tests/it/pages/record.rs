//! Pages of single records.

use redtrail::model::fields::{self, FieldType};
use redtrail::model::kind::Kind;
use redtrail::model::state::State;
use serde_json::{Value, json};

use super::world::{Page, World};

const STORY: &str = concat!(
    "{\"kind\":\"external_webhook\",\"id\":\"w\",\"customerId\":\"c\",\"status\":\"success\",\"collectedEventIds\":[\"e\"],\"createdAt\":\"2026-03-04T05:00:00Z\"}\n",
    "{\"kind\":\"external_event\",\"id\":\"e\",\"customerId\":\"c\",\"eventType\":\"deal.updated\",\"status\":\"success\",\"launchedFlowRunIds\":[\"r\",\"lost\"],\"createdAt\":\"2026-03-04T05:00:01Z\"}\n",
    "{\"kind\":\"flow_run\",\"id\":\"r\",\"customerId\":\"c\",\"name\":\"Onboard\",\"state\":\"failed\",\"startTime\":\"2026-03-04T05:00:02Z\",\"endTime\":\"2026-03-04T05:00:23.4Z\",\"launchedBy\":{\"type\":\"external-event\",\"ids\":[\"e\"]},\"errors\":[{\"type\":\"flow_run\",\"message\":\"Flow failed\",\"causedByError\":{\"type\":\"unit_run\",\"key\":\"node_failed\",\"message\":\"Node failed\",\"stack\":\"at a\\nat b\",\"causedByError\":{\"message\":\"HubSpot answered 400\",\"data\":{\"extra\":1}}}}]}\n",
    "{\"kind\":\"node_run\",\"id\":\"1\",\"flowRunId\":\"r\",\"nodeKey\":\"ok\",\"status\":\"completed\",\"outputs\":[{\"id\":\"o\",\"data\":{\"x\":1},\"downstreamRuns\":[{\"nodeKey\":\"update\",\"runId\":\"1\"}]}]}\n",
    "{\"kind\":\"node_run\",\"id\":\"1\",\"flowRunId\":\"r\",\"nodeKey\":\"update\",\"status\":\"failed\",\"input\":{\"email\":\"a@b.example\"},\"upstreamRuns\":[{\"nodeKey\":\"ok\",\"runId\":\"1\",\"outputId\":\"o\"}],\"errors\":[{\"message\":\"Node failed\"}]}\n",
    "{\"kind\":\"api_request\",\"id\":\"a\",\"customerId\":\"c\",\"flowRunId\":\"r\",\"nodeKey\":\"update\",\"nodeRunId\":\"1\",\"method\":\"PATCH\",\"requestUrl\":\"https://api.example.com/v3/contacts/1\",\"statusCode\":400,\"isSuccess\":false,\"duration\":187,\"request\":{\"headers\":{\"authorization\":\"Bearer abcdefghijklmnop\",\"accept\":[\"a\",\"b\"]},\"body\":{\"loyalty\":\"gold\",\"big\":12345678901234567890.10}},\"response\":{\"headers\":{\"content-type\":\"application/json\"},\"body\":\"{\\\"status\\\":\\\"error\\\"}\"},\"logs\":[{\"time\":\"2026-03-04T05:00:03Z\",\"level\":\"error\",\"msg\":\"Not retried\",\"durationMs\":3}]}\n",
);

async fn story() -> World {
    let world = World::empty().await;
    world.send(STORY).await;
    world
}

#[tokio::test]
async fn the_chain_leads_from_the_origin_to_the_fault_on_each_of_its_pages() {
    let world = story().await;
    let whole = [
        "/external-webhooks/w",
        "/external-events/e",
        "/flow-runs/r",
        "/flow-runs/r/nodes/update/runs/1",
        "/api-requests/a",
    ];
    for (at, path) in whole.iter().enumerate() {
        let page = world.page(path).await;
        assert_eq!(page.hrefs(".chain a"), whole, "{path}");
        assert_eq!(page.hrefs(".chain [aria-current]"), [whole[at]]);
        assert_eq!(page.all(".chain li.red").len(), 4, "{path}");
        assert_eq!(page.text_of(".chain li:last-child a"), "PATCH contacts/1 → 400");
    }
    assert!(world.page("/flow-runs/r/nodes/ok/runs/1").await.hrefs(".chain a").len() == 4);
}

#[tokio::test]
async fn a_failed_run_shows_first_why_and_what_exactly_failed() {
    let world = story().await;
    let page = world.page("/flow-runs/r").await;
    assert_eq!(page.text_of(".head .s"), "Failed");
    assert_eq!(page.text_of("h1"), "Flow Run Onboard");
    assert_eq!(page.text_of(".tabs [aria-current]"), "Error");
    assert_eq!(
        page.texts(".stack .said"),
        ["Flow failed", "Node failed", "HubSpot answered 400"]
    );
    assert_eq!(page.text_of(".stack .said.bad"), "HubSpot answered 400");
    assert_eq!(page.texts(".stack .tag"), ["flow_run", "unit_run", "node_failed"]);
    assert!(page.text_of(".stack .code").contains("at a at b"));
    assert_eq!(page.hrefs(".list a.t"), ["/flow-runs/r/nodes/update/runs/1"]);
    assert!(page.texts(".http .start")[0].starts_with("PATCH /v3/contacts/1 https://api.example.com"));
    assert_eq!(page.texts(".http .start")[1], "400 Bad Request after 187 ms");
    let facts = page.texts(".facts > div");
    assert!(facts.contains(&"Took21.4 s".to_owned()), "{facts:?}");
    assert!(facts.contains(&"Idr".to_owned()));
    assert!(
        facts
            .iter()
            .any(|fact| fact.starts_with("Started6 min ago 05:00:02.000 UTC")),
        "{facts:?}"
    );
}

#[tokio::test]
async fn links_are_shown_from_both_sides_and_what_never_came_is_named() {
    let world = story().await;
    let event = world.page("/external-events/e").await;
    assert_eq!(event.texts(".panel .list .s"), ["Run failed", "Failed", "Not received"]);
    assert_eq!(
        event.hrefs(".panel .list a.t"),
        ["/external-webhooks/w", "/flow-runs/r"]
    );
    let run = world.page("/flow-runs/r?tab=overview").await;
    assert_eq!(run.hrefs(".panel .list a.t"), ["/external-events/e", "/api-requests/a"]);
}

#[tokio::test]
async fn every_tab_of_a_request_shows_its_part() {
    let world = story().await;
    let page = world.page("/api-requests/a?tab=request").await;
    assert_eq!(page.texts(".pairs th"), ["authorization", "accept", "accept"]);
    assert!(
        page.text_of(".pairs .note").starts_with("redacted · rule "),
        "{}",
        page.text()
    );
    assert!(!page.reply.text().contains("abcdefghijklmnop"));
    assert!(
        page.text_of(".json").contains("\"big\": 12345678901234567890.10"),
        "every digit stays"
    );
    let page = world.page("/api-requests/a?tab=response").await;
    assert!(
        page.text_of(".json").contains("\"status\": \"error\""),
        "a body that is JSON text is laid out"
    );
    let page = world.page("/api-requests/a?tab=logs").await;
    assert_eq!(page.texts(".log td"), ["05:00:03.000", "error", "3 ms", "Not retried"]);
    let page = world.page("/api-requests/a?tab=overview").await;
    assert_eq!(
        page.hrefs(".panel .list a.t"),
        ["/flow-runs/r/nodes/update/runs/1", "/flow-runs/r"]
    );
    let raw = world.page("/api-requests/a?tab=raw").await;
    let file = raw.link("Open it as a file").unwrap();
    let file = world.visitor.get(&file).await;
    assert_eq!(file.header("content-type"), Some("application/json"));
    let record: Value = serde_json::from_slice(&file.body).unwrap();
    assert_eq!((&record["id"], &record["kind"]), (&json!("a"), &json!("api_request")));
    assert!(file.text().contains("12345678901234567890.10"));
    assert_eq!(record["marks"][0]["path"], "/request/headers/authorization");
    let fallback = world.page("/api-requests/a?tab=nonsense").await;
    assert_eq!(fallback.text_of(".tabs [aria-current]"), "Error");
}

#[tokio::test]
async fn a_node_run_leads_up_down_and_to_its_requests() {
    let world = story().await;
    let page = world.page("/flow-runs/r/nodes/update/runs/1?tab=overview").await;
    assert_eq!(page.hrefs(".panel .list a.t"), ["/flow-runs/r", "/api-requests/a"]);
    assert_eq!(page.hrefs(".items a"), ["/flow-runs/r/nodes/ok/runs/1"]);
    let page = world.page("/flow-runs/r/nodes/update/runs/1?tab=input").await;
    assert!(page.text_of(".json").contains("a@b.example"));
    let page = world.page("/flow-runs/r/nodes/ok/runs/1?tab=output").await;
    assert_eq!(page.link("update, 1").unwrap(), "/flow-runs/r/nodes/update/runs/1");
    let failed = world.page("/flow-runs/r/nodes/update/runs/1").await;
    assert_eq!(failed.texts(".http .start")[1], "400 Bad Request after 187 ms");
    assert_eq!(
        failed.link("PATCH api.example.com/v3/contacts/1").unwrap(),
        "/api-requests/a"
    );
}

/// A record with something nasty in every field that takes it.
fn nasty(kind: Kind, nasty: &str) -> String {
    let error = json!({"type": nasty, "key": nasty, "message": nasty, "stack": nasty, "data": {nasty: nasty}});
    let mut record = json!({"kind": kind.name(), "id": "x", "unheardOf": {nasty: nasty}});
    for rule in fields::of_log(kind).iter().flat_map(|group| group.iter()) {
        record[rule.name] = match rule.value {
            FieldType::Any | FieldType::Text => json!(nasty),
            FieldType::Id => json!("id\"><b>&'"),
            FieldType::Ids => json!(["id\"><b>&'"]),
            FieldType::Object => {
                json!({nasty: nasty, "headers": {nasty: nasty}, "query": {nasty: [nasty]}, "body": nasty})
            }
            FieldType::Array => json!([nasty]),
            FieldType::Error => error.clone(),
            FieldType::Errors => json!([error, nasty]),
            FieldType::LogEntries => json!([{"msg": nasty, "level": nasty, "type": nasty, "data": nasty}]),
            FieldType::LaunchedBy => json!({"type": nasty, "ids": ["id\"><b>&'"]}),
            FieldType::NodeCounts => json!({"id\"><b>&'": {"runs": 1, nasty: nasty}}),
            FieldType::Outputs => {
                json!([{"id": "o\"><b>", "data": nasty, "downstreamRuns": [{"nodeKey": "n\"><b>", "runId": "r\"><b>"}]}])
            }
            FieldType::UpstreamRuns => json!([{"nodeKey": "n\"><b>", "runId": "r\"><b>"}]),
            _ => continue,
        };
    }
    let states = State::words_of(kind);
    let bad = states
        .iter()
        .find(|state| matches!(state, State::Failed | State::Error))
        .unwrap();
    match kind {
        Kind::ApiRequest => record["isSuccess"] = json!(false),
        Kind::FlowRun => record["state"] = json!(bad.word()),
        _ => record["status"] = json!(bad.word()),
    }
    if kind == Kind::NodeRun {
        record["flowRunId"] = json!("run\"><b>");
        record["nodeKey"] = json!("node\"><b>");
    }
    format!("{record}\n")
}

async fn every_tab(world: &World, path: &str) -> Vec<Page> {
    let first = world.page(path).await;
    let mut pages = Vec::new();
    for tab in first.hrefs(".tabs a") {
        pages.push(world.page(&tab).await);
    }
    pages
}

#[tokio::test]
async fn no_text_of_a_record_becomes_markup_on_any_page() {
    let texts = [
        "\"><script>alert(1)</script><img src=x onerror=alert(1)>",
        "</pre></details></td></table></main><h1 style=color:red>",
        "{{ 7 * 7 }}{% raw %}<!-- --> ]]> &lt;b&gt; &amp;amp;",
        "\u{202e}gnitrevni\u{2066} emoji 👩‍👩‍👧 مطبخ \u{0} \u{feff}",
    ];
    for (at, text) in texts.iter().enumerate() {
        let world = World::empty().await;
        let kinds = Kind::SENT;
        for kind in kinds {
            world.send(&nasty(kind, text)).await;
        }
        for entity in ["customer", "integration", "connection", "flow"] {
            let member = json!({"kind": entity, "id": "id\"><b>&'", "name": text, "key": "k", "state": text, "errors": [{"message": text}], "meta": {*text: text}});
            world.send(&format!("{member}\n")).await;
        }
        let mut pages = vec![world.page("/").await];
        for path in ["/customers", "/integrations", "/connections"] {
            pages.push(world.page(path).await);
            pages.push(world.page(&format!("{path}/id%22%3E%3Cb%3E%26%27")).await);
            pages.push(world.page(&format!("{path}/id%22%3E%3Cb%3E%26%27?tab=raw")).await);
        }
        for kind in kinds.into_iter().filter_map(Kind::page_path) {
            pages.push(world.page(&format!("/{kind}")).await);
            pages.push(
                world
                    .page(&format!(
                        "/{kind}?customer=id%22%3E%3Cb%3E%26%27&source=%3Cb%3E&range=1h"
                    ))
                    .await,
            );
            pages.extend(every_tab(&world, &format!("/{kind}/x")).await);
        }
        pages.push(world.page("/flow-runs/run%22%3E%3Cb%3E/nodes/node%22%3E%3Cb%3E").await);
        pages.extend(every_tab(&world, "/flow-runs/run%22%3E%3Cb%3E/nodes/node%22%3E%3Cb%3E/runs/x").await);
        assert!(pages.len() > 60);
        let mut seen = 0;
        for page in &pages {
            assert!(
                page.all("script, img, [onerror], [style], style").is_empty(),
                "{}",
                page.path
            );
            assert_eq!(page.all("h1").len(), 1, "{}", page.path);
            assert!(
                page.all("main + *").is_empty(),
                "nothing closes the page early: {}",
                page.path
            );
            assert!(!page.text().contains("49"), "{}", page.path);
            seen += usize::from(page.text().contains(if at == 3 { "gnitrevni" } else { text }));
        }
        assert!(seen > 20, "what was sent is shown: {seen}");
    }
}

#[tokio::test]
async fn very_long_things_make_pages_of_bounded_size() {
    let world = World::empty().await;
    let url = format!("https://api.example.com/{}", "a".repeat(64_000));
    let body: Vec<Value> = (0..10_000).map(|n| json!({"line": n})).collect();
    let logs: Vec<Value> = (0..3_000).map(|n| json!({"msg": format!("entry {n}")})).collect();
    let record = json!({"kind": "api_request", "id": "long", "method": "GET", "requestUrl": url, "isSuccess": false,
        "request": {"body": "line\n".repeat(10_000)}, "response": {"body": body}, "logs": logs});
    world.send(&format!("{record}\n")).await;
    let list = world.page("/api-requests").await;
    assert!(list.reply.body.len() < 30_000, "{}", list.reply.body.len());
    for page in every_tab(&world, "/api-requests/long").await {
        assert!(
            page.reply.body.len() < 1_500_000,
            "{}: {}",
            page.path,
            page.reply.body.len()
        );
    }
    let response = world.page("/api-requests/long?tab=response").await;
    assert!(response.text_of(".cut").contains("Not shown whole"));
    let logs = world.page("/api-requests/long?tab=logs").await;
    assert!(logs.text_of(".cut").contains("first 1000 of 3000 entries"));
    let file = world.visitor.get("/api-requests/long/raw.json").await;
    let whole: Value = serde_json::from_slice(&file.body).unwrap();
    assert_eq!(whole["response"]["body"].as_array().unwrap().len(), 10_000);
    assert_eq!(whole["requestUrl"].as_str().unwrap().len(), url.len());
}

#[tokio::test]
async fn what_a_sender_leaves_out_is_said() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"flow_run\",\"id\":\"bare\",\"state\":\"failed\"}\n",
            "{\"kind\":\"api_request\",\"id\":\"bare\",\"isSuccess\":false,\"statusCode\":0}\n",
        ))
        .await;
    let run = world.page("/flow-runs/bare").await;
    assert!(run.text().contains("It failed, and its sender gave no error."));
    let input = world.page("/flow-runs/bare?tab=input").await;
    assert!(input.text().contains("The sender gave no input."));
    let request = world.page("/api-requests/bare").await;
    assert!(request.texts(".facts .bad").contains(&"No answer".to_owned()));
    let overview = world.page("/api-requests/bare?tab=overview").await;
    assert!(overview.text().contains("Linked with no other record"));
}
