//! The history of entities.

use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::model::time::{HOUR, MINUTE, SECOND};

use super::world::{Page, World};

async fn revise(world: &World, revision: u32, node: &str) {
    world
        .send(&format!(
            "{{\"kind\":\"flow_instance\",\"id\":\"fi\",\"flowId\":\"f\",\"customerId\":\"c\",\"name\":\"Onboard\",\"revision\":{revision},\
             \"nodes\":{{\"start\":{{\"type\":\"t\"}},\"{node}\":{{\"type\":\"t\",\"config\":{revision}}}}}}}\n"
        ))
        .await;
}

#[tokio::test]
async fn a_history_says_what_changed_from_what_to_what_and_by_whom_newest_first() {
    let world = World::empty().await;
    revise(&world, 14, "save").await;
    world.server.clock.advance(MINUTE);
    revise(&world, 15, "save").await;
    world.server.clock.advance(MINUTE);
    revise(&world, 15, "store").await;
    let page = world.page("/flow-instances/fi?tab=history").await;
    assert_eq!(page.text_of(".tabs [aria-current]"), "History");
    let changes = page.texts(".changes > li");
    assert_eq!(changes.len(), 3);
    assert!(
        changes[0].contains("Nodes2 nodes→ store added, save removed"),
        "{}",
        changes[0]
    );
    assert!(changes[0].contains("from test-"), "{}", changes[0]);
    assert!(changes[1].contains("Revision14→ 15"), "{}", changes[1]);
    assert!(changes[1].contains("save changed"), "{}", changes[1]);
    assert!(changes[2].contains("Received for the first time"), "{}", changes[2]);
    assert!(page.texts(".pages").concat().contains("3, all of them"));
}

#[tokio::test]
async fn an_entity_is_shown_as_it_was_at_a_time() {
    let world = World::empty().await;
    let begin = world.server.clock.now().to_string();
    world.server.clock.advance(HOUR);
    revise(&world, 14, "save").await;
    world.server.clock.advance(HOUR);
    revise(&world, 15, "store").await;
    let history = world.page("/flow-instances/fi?tab=history").await;
    let thens = history.hrefs(".changes a");
    let then = world.page(&thens[1]).await;
    assert!(then.text_of(".notice").contains("As it was at"));
    assert_eq!(revision(&then), "14");
    assert!(then.texts(".list .c-name").contains(&"save".to_owned()));
    let raw = world.page(&then.link("Raw JSON").unwrap()).await;
    assert!(raw.text_of(".json").contains("\"revision\": 14"), "tabs keep the time");
    let now = world.page(&then.link("As it is now").unwrap()).await;
    assert_eq!(revision(&now), "15");
    let before = world.page(&format!("/flow-instances/fi?tab=setup&at={begin}")).await;
    assert!(
        before
            .text_of(".notice")
            .contains("nothing of it had been received yet")
    );
    let wrong = world.get("/flow-instances/fi?at=yesterday").await;
    assert_eq!(wrong.reply.status, 400);
    assert!(wrong.text().contains("expected a date"), "{}", wrong.text());
}

fn revision(page: &Page) -> String {
    let facts = page.texts(".facts div");
    let found = facts.iter().find_map(|fact| fact.strip_prefix("Revision"));
    found.unwrap().to_owned()
}

#[tokio::test]
async fn a_long_history_is_paged_both_ways_and_holds_nothing_of_others() {
    let world = World::empty().await;
    for n in 0..120 {
        world
            .send(&format!(
                "{{\"kind\":\"flow\",\"id\":\"f\",\"revision\":{n}}}\n{{\"kind\":\"flow_instance\",\"id\":\"fi\",\"flowId\":\"f\",\"customerId\":\"c\",\"revision\":{n}}}\n"
            ))
            .await;
        world.server.clock.advance(SECOND);
    }
    let mut path = "/flows/f?tab=history".to_owned();
    let mut seen = Vec::new();
    let rows = |page: &Page| page.texts(".diff td:last-child");
    let second = loop {
        let page = world.page(&path).await;
        seen.extend(rows(&page));
        match page.link("Older") {
            Some(older) => path = older,
            None => break page.link("Newer").unwrap(),
        }
    };
    let all: Vec<String> = (1..120).rev().map(|n| format!("→ {n}")).collect();
    assert_eq!(seen, all);
    assert_eq!(rows(&world.page(&second).await), all[50..100]);
    let other = path.replace("/flows/f?", "/flow-instances/fi?");
    assert_eq!(world.get(&other).await.reply.status, 400, "a place of another history");
}

#[tokio::test]
async fn who_sees_one_customer_sees_the_history_of_that_one_only() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"customer\",\"id\":\"mine\",\"name\":\"A\"}\n",
            "{\"kind\":\"customer\",\"id\":\"theirs\",\"name\":\"B\"}\n",
            "{\"kind\":\"flow\",\"id\":\"f\",\"name\":\"Onboard\"}\n",
        ))
        .await;
    let visitor = world.server.customer(Role::Read, "mine").await;
    let get = |path: &'static str| {
        let visitor = visitor.clone();
        async move { Page::of(path, visitor.get(path).await) }
    };
    assert!(
        get("/flows/f?tab=history")
            .await
            .text()
            .contains("belongs to the whole workspace")
    );
    assert_eq!(get("/customers/theirs?tab=history").await.reply.status, 404);
}
