//! Pages for what went wrong.

use redtrail::access::Role;

use super::world::{Page, World};
use crate::support::client::Client;

#[tokio::test]
async fn what_is_not_there_says_so_inside_the_frame() {
    let world = World::empty().await;
    for path in [
        "/flow-runs/nope",
        "/api-requests/nope?tab=raw",
        "/api-requests/nope/raw.json",
        "/flow-runs/a/nodes/b/runs/c",
        "/flow-runs/a/nodes/b",
        "/customers/%E2%80%AE",
    ] {
        let page = world.get(path).await;
        assert_eq!(page.reply.status, 404, "{path}");
        assert_eq!(page.text_of("h1"), "Not found");
        assert!(
            page.link("Overview").is_some() && page.link("The whole list").is_some(),
            "{path}"
        );
        assert!(!page.all(".side a").is_empty());
        let id = page.reply.header("x-request-id").unwrap();
        assert_eq!(page.text_of(".id"), id);
    }
}

#[tokio::test]
async fn a_path_nobody_knows_and_a_wrong_method_have_a_page_too() {
    let world = World::empty().await;
    let page = world.get("/nothing/here").await;
    assert_eq!(page.reply.status, 404);
    assert_eq!(page.text_of("h1"), "Not found");
    assert_eq!(page.all("link[rel=stylesheet]").len(), 1);
    let page = Page::of("/flow-runs", world.visitor.post("/flow-runs", "").await);
    assert_eq!(page.reply.status, 405);
    assert_eq!(page.text_of("h1"), "Not possible here");
}

#[tokio::test]
async fn who_may_only_send_is_told_that_it_may_not_look() {
    let world = World::empty().await;
    let sender: Client = world.server.client(Role::Ingest).await;
    let page = Page::of("/", sender.get("/").await);
    assert_eq!(page.reply.status, 403);
    assert_eq!(page.text_of("h1"), "Not allowed");
    let page = Page::of("/", world.server.nobody().with_token("pat-wrong").get("/").await);
    assert_eq!(page.reply.status, 401);
    assert_eq!(page.link("Sign in").unwrap(), "/sign-in");
}

#[tokio::test]
async fn a_store_that_has_stopped_is_a_page_with_status_503() {
    let world = World::empty().await;
    world.server.store.close().await.unwrap();
    let page = world.get("/flow-runs").await;
    assert_eq!(page.reply.status, 503);
    assert_eq!(page.text_of("h1"), "Busy");
    assert!(page.reply.header("retry-after").is_some());
    assert!(page.text_of(".alarms").contains("The server is stopping"));
}
