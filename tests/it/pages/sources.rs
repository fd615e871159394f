//! Who sends, and what was refused.

use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::model::time::{DAY, HOUR, MINUTE};

use super::world::{Page, World};
use crate::support::client::Client;
use crate::support::web::new_token;

async fn sender(world: &World, name: &str) -> Client {
    let mut new = new_token(Role::Ingest);
    new.name = name.into();
    world.server.client_of(new).await
}

async fn send(client: &Client, body: &str) {
    client.post("/api/v1/ingest/flow_run", body.to_owned()).await;
}

#[tokio::test]
async fn sources_say_how_it_goes_and_what_came_in_the_last_day() {
    let world = World::empty().await;
    let (good, mixed, bad) = (
        sender(&world, "good").await,
        sender(&world, "mixed").await,
        sender(&world, "bad <b>").await,
    );
    let quiet = sender(&world, "quiet").await;
    send(&quiet, "{\"id\":\"q\"}").await;
    world.server.clock.advance(2 * DAY);
    let hour_ago = world.server.clock.now().plus(-HOUR).to_string();
    send(&good, &format!("{{\"id\":\"a\",\"startTime\":\"{hour_ago}\"}}")).await;
    send(&good, &format!("{{\"id\":\"a\",\"startTime\":\"{hour_ago}\"}}")).await;
    send(
        &mixed,
        "[{\"id\":\"b\"},{\"state\":\"odd\"},{\"state\":\"odd\"},{\"input\":1,\"id\":[]}]",
    )
    .await;
    send(&bad, "{\"state\":\"odd\"}").await;
    world.server.clock.advance(MINUTE);
    let page = world.page("/sources").await;
    assert_eq!(page.text_of(".side a[aria-current]"), "Sources");
    let rows = page.texts(".list tbody tr");
    let expected = [
        "Refused bad <b>Refused: 1 unknown_state accepted 0 duplicates 0 refused 1 largest delay – last receipt 1 min ago",
        "Receiving good accepted 1 duplicates 1 refused 0 largest delay 1 h last receipt 1 min ago",
        "Some refused mixedRefused: 2 unknown_state, 1 invalid_value accepted 1 duplicates 0 refused 3 largest delay – \
         last receipt 1 min ago",
        "Quiet quiet accepted 0 duplicates 0 refused 0 largest delay – last receipt 2 d ago",
    ];
    assert_eq!(rows, expected);
    assert_eq!(
        page.hrefs(".list a.t"),
        [
            "/sources/bad%20%3Cb%3E",
            "/sources/good",
            "/sources/mixed",
            "/sources/quiet"
        ]
    );
}

#[tokio::test]
async fn the_page_of_a_source_says_what_was_refused_why_and_how_it_began() {
    let world = World::empty().await;
    let one = sender(&world, "bad <b>").await;
    let other = sender(&world, "other").await;
    send(&other, "{\"id\":\"of another\",\"state\":\"odd\"}").await;
    send(
        &one,
        "{\"state\":\"<script>alert(1)</script>\",\"password\":\"hunter2\"}",
    )
    .await;
    world.server.clock.advance(HOUR);
    send(&one, &format!("{{\"id\":[\"{}\"]}}", "long ".repeat(200))).await;
    send(&one, "{\"id\":\"ok\"}").await;
    let page = world.page("/sources/bad%20%3Cb%3E").await;
    assert_eq!(
        (page.text_of("h1"), page.text_of(".head .s")),
        ("bad <b>".to_owned(), "Some refused".to_owned())
    );
    let items = page.texts(".changes > li");
    assert_eq!(items.len(), 2);
    assert!(
        items[0].contains("invalid_value") && items[0].contains("/id"),
        "{}",
        items[0]
    );
    assert_eq!(page.all(".changes details pre").len(), 1, "only what is long is folded");
    assert!(items[1].contains("unknown_state") && items[1].contains("{\"state\":\"<script>alert(1)</script>\""));
    assert!(page.all("script").is_empty());
    assert!(!page.text().contains("hunter2") && !page.text().contains("of another"));
    let hours = page.texts(".list tbody tr");
    assert_eq!(hours.len(), 25);
    assert!(
        hours[0].starts_with("2026-03-04 06:00 UTCRefused: 1 invalid_value accepted 1"),
        "{}",
        hours[0]
    );
    assert!(hours[1].starts_with("2026-03-04 05:00 UTCRefused: 1 unknown_state accepted 0"));
    assert_eq!(hours[2], "2026-03-04 04:00 UTC nothing");
    let flow_runs = page.link("Flow Runs").unwrap();
    assert_eq!(flow_runs, "/flow-runs", "the first of that name is in the navigation");
    assert_eq!(page.hrefs("main a[href^='/flow-runs?']").len(), 1);
    let of_it = page.hrefs("main a[href^='/flow-runs?']")[0].clone();
    assert_eq!(world.page(&of_it).await.texts(".list a.t").len(), 1);
}

#[tokio::test]
async fn refused_items_are_walked_back_page_by_page() {
    let world = World::empty().await;
    let one = sender(&world, "one").await;
    for day in 0..3 {
        let items: String = (0..40)
            .map(|at| format!("{{\"id\":\"#{day}-{at:02}\",\"state\":\"odd\"}}\n"))
            .collect();
        send(&one, &items).await;
        world.server.clock.advance(DAY);
    }
    let mut path = "/sources/one".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = world.page(&path).await;
        let begins = page.texts(".changes > li p code");
        seen.extend(
            begins
                .iter()
                .filter_map(|text| text.split('#').nth(1).map(|id| id[..4].to_owned())),
        );
        match page.link("Older") {
            Some(older) => path = older,
            None => break,
        }
    }
    let expected: Vec<String> = (0..3)
        .rev()
        .flat_map(|day| (0..40).rev().map(move |at| format!("{day}-{at:02}")))
        .collect();
    assert_eq!(seen, expected);
    let other = path.replace("/sources/one", "/sources/two");
    sender(&world, "two").await;
    assert_eq!(world.get(&other).await.reply.status, 404, "nothing of it came yet");
    assert_eq!(world.get("/sources/one?after=x").await.reply.status, 400);
}

#[tokio::test]
async fn without_any_source_the_page_says_how_to_send() {
    let world = World::empty().await;
    let page = world.page("/sources").await;
    assert_eq!(page.text_of(".empty h2"), "Nothing was received yet");
    assert!(page.text_of(".empty pre").contains("/api/v1/ingest/flow_run"));
    assert_eq!(world.get("/sources/none").await.reply.status, 404);
}

#[tokio::test]
async fn who_sees_one_customer_is_told_that_sources_go_across_all() {
    let world = World::empty().await;
    let one = sender(&world, "secret sender").await;
    send(&one, "{\"state\":\"odd\"}").await;
    let visitor = world.server.customer(Role::Read, "mine").await;
    for path in ["/sources", "/sources/secret%20sender", "/sources/none"] {
        let page = Page::of(path, visitor.get(path).await);
        assert_eq!(page.reply.status, 403, "{path}");
        assert!(page.text().contains("goes across all customers"), "{}", page.text());
        assert!(page.texts("main").concat().matches("secret sender").count() == 0);
        assert!(page.hrefs(".side a").iter().all(|href| href != "/sources"));
    }
}
