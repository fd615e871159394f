//! The overview.

use super::world::World;

#[tokio::test]
async fn the_newest_failures_of_all_kinds_are_shown_with_a_link_to_each() {
    let world = World::demo().await;
    let page = world.page("/").await;
    let failures = page.all("main section:first-of-type tbody tr").len();
    assert_eq!(failures, 20);
    let words = page.texts("main section:first-of-type .c-state .s");
    assert!(
        words.iter().all(|word| word != "Success" && word != "Completed"),
        "{words:?}"
    );
    for path in page.hrefs("main a.t") {
        world.page(&path).await;
    }
    assert_eq!(page.all("main section:nth-of-type(2) tbody tr").len(), 10);
}

#[tokio::test]
async fn an_empty_server_says_how_to_begin_and_a_good_one_that_nothing_failed() {
    let world = World::empty().await;
    let page = world.page("/").await;
    assert_eq!(page.text_of("h2"), "Nothing was received yet");
    assert!(
        page.text_of("pre")
            .starts_with("curl 'http://localhost/api/v1/ingest/api_request'")
    );
    world
        .send("{\"kind\":\"api_request\",\"id\":\"a\",\"isSuccess\":true}\n")
        .await;
    let page = world.page("/").await;
    assert!(page.text().contains("Nothing of what is kept has failed."));
    assert_eq!(page.hrefs("a.t"), ["/api-requests/a"]);
}
