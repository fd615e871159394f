//! The search page, its field on every page, and links from one's own product.

use super::world::World;

const RECORDS: &str = r#"{"kind":"customer","id":"c/1","key":"acme","name":"Acme <Ltd>"}
{"kind":"flow_run","id":"run-1","customerId":"c/1","state":"failed","input":"needle & <b>thread</b>"}
{"kind":"external_event","id":"both","payload":"needle"}
{"kind":"internal_event","id":"both","event":"hay"}"#;

async fn world() -> World {
    let world = World::empty().await;
    world.send(RECORDS).await;
    world
}

#[tokio::test]
async fn the_field_on_every_page_leads_to_the_search() {
    let world = world().await;
    for path in ["/", "/flow-runs", "/customers", "/flow-runs/run-1", "/search?q=needle"] {
        let page = world.page(path).await;
        assert_eq!(page.all("form.find[action='/search'] input[name=q]").len(), 1, "{path}");
    }
    let page = world.page("/search?q=needle").await;
    assert_eq!(page.all("form.find input")[0].attr("value"), Some("needle"));
}

#[tokio::test]
async fn words_are_found_over_all_kinds_with_links_to_their_lists() {
    let world = world().await;
    let page = world.page("/search?q=needle").await;
    assert_eq!(page.texts("h2"), ["External Events", "Flow Runs"]);
    assert_eq!(
        page.hrefs(".more a"),
        ["/external-events?q=needle", "/flow-runs?q=needle"]
    );
    let page = world.page("/search?q=acme").await;
    assert_eq!(page.texts("h2"), ["By id, key or name", "Flow Runs"]);
    assert_eq!(page.link("Acme <Ltd>").unwrap(), "/customers/c%2F1");
    let page = world.page("/search?q=%3Cscript%3Enowhere").await;
    assert!(
        page.text().contains("Nothing was found for “<script>nowhere”"),
        "{}",
        page.text()
    );
    assert!(page.all("main script").is_empty());
    let page = world.page("/search").await;
    assert!(page.text().contains("Look for anything you know"));
}

#[tokio::test]
async fn an_id_leads_straight_to_its_page() {
    let world = world().await;
    for (path, to) in [
        ("/search?q=run-1", "/flow-runs/run-1"),
        ("/search?q=c%2F1", "/customers/c%2F1"),
        ("/go?id=run-1", "/flow-runs/run-1"),
        ("/go?run=run-1&customer=acme", "/flow-runs/run-1"),
        ("/go?customer=acme&run=unknown", "/customers/c%2F1"),
        ("/go?event=both", "/external-events/both"),
        ("/go?id=both", "/search?q=both&all=1"),
    ] {
        let page = world.get(path).await;
        assert_eq!(
            (page.reply.status, page.reply.header("location")),
            (303, Some(to)),
            "{path}"
        );
    }
    // Of two things with one id the visitor chooses.
    let page = world.page("/search?q=both").await;
    assert_eq!(page.texts("h2"), ["External Events", "Internal Events"]);
    let page = world.page("/search?q=run-1&all=1").await;
    assert_eq!(page.texts("h2"), ["Flow Runs"]);
}

#[tokio::test]
async fn a_link_that_leads_nowhere_says_what_it_looked_for() {
    let world = world().await;
    let page = world.get("/go?customer=nobody&run=none").await;
    assert_eq!(page.reply.status, 404);
    assert!(page.text().contains("run none, customer nobody"), "{}", page.text());
    assert_eq!(world.get("/go").await.reply.status, 400);
    let page = world.get("/go?colour=red").await;
    assert_eq!(page.reply.status, 400);
    assert!(
        page.text().contains("“colour” is nothing one can go to"),
        "{}",
        page.text()
    );
}
