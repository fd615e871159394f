//! What is around every page: navigation, notices, assets, headers.

use super::world::World;

#[tokio::test]
async fn every_page_names_workspace_and_visitor_and_a_demo_says_that_it_is_one() {
    let demo = World::demo().await;
    let page = demo.page("/customers").await;
    assert_eq!(page.text_of(".demo"), "Demo data");
    assert_eq!(page.text_of(".who"), "Signed in as demo");
    assert!(page.all("form[action='/sign-out']").is_empty(), "nobody signed in");
    let world = World::empty().await;
    let page = world.page("/customers").await;
    assert!(page.all(".demo").is_empty());
    assert_eq!(page.text_of(".workspace"), "Workspace default");
    assert_eq!(page.all("form[method=post][action='/sign-out']").len(), 1);
}

#[tokio::test]
async fn the_store_in_trouble_is_a_red_line_on_every_page() {
    let world = World::empty().await;
    assert!(world.page("/").await.all(".alarms").is_empty());
    world.server.store.close().await.unwrap();
    let page = world.get("/").await;
    assert!(page.text_of(".alarms").contains("The server is stopping"));
    assert_eq!(page.all(".alarms[role=alert]").len(), 1);
}

#[tokio::test]
async fn assets_have_their_content_in_their_address_and_are_kept_for_ever() {
    let world = World::empty().await;
    let page = world.page("/").await;
    for (path, kind) in [
        (page.hrefs("link[rel=stylesheet]")[0].clone(), "text/css; charset=utf-8"),
        (page.hrefs("link[rel=icon]")[0].clone(), "image/svg+xml"),
    ] {
        let asset = world.server.nobody().get(&path).await;
        assert_eq!(asset.status, 200, "{path}");
        assert_eq!(asset.header("content-type"), Some(kind));
        assert!(asset.header("cache-control").unwrap().contains("immutable"));
        let hash = path.split('/').nth(2).unwrap();
        assert_eq!(hash, &blake3::hash(&asset.body).to_hex()[..16]);
        let other = path.replace(hash, "0000000000000000");
        assert_eq!(world.server.nobody().get(&other).await.status, 404);
    }
}

#[tokio::test]
async fn pages_are_not_kept_and_run_nothing() {
    let world = World::empty().await;
    for path in ["/", "/flow-runs", "/flow-runs/nope", "/sign-in"] {
        let page = world.get(path).await;
        assert_eq!(page.reply.header("cache-control"), Some("no-store"), "{path}");
        let policy = page.reply.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
    let head = world.visitor.send(hyper::Method::HEAD, "/flow-runs", "").await;
    assert_eq!(head.status, 200);
}
