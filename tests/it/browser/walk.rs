//! What somebody on call does: from the overview to the fault, with the mouse and with the keyboard.

use fantoccini::key::Key;
use redtrail::access::Role;

use super::driver::{Browser, NARROW, WIDE};
use crate::pages::world::World;
use crate::support::web::{TestServer, new_token};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_overview_over_a_failing_list_to_the_error_and_on_to_its_cause() {
    let world = World::demo().await;
    let browser = Browser::open(world.server.address, WIDE).await;
    browser.go("/").await;
    assert_eq!(browser.text("h1").await, "Overview");
    browser.arrive(browser.click_link("Flow Runs")).await;
    browser.arrive(browser.click(".states a:first-child")).await;
    assert_eq!(browser.path().await, "/flow-runs?state=failed");
    let states = browser.find_all(".list td.c-state").await;
    assert!(!states.is_empty());
    for state in &states {
        assert_eq!(state.text().await.unwrap(), "Failed");
    }
    browser.arrive(browser.click(".list a.t")).await;
    assert_eq!(browser.text(".tabs [aria-current]").await, "Error");
    assert_eq!(browser.text(".head .s").await, "Failed");
    let deepest = browser.text(".stack .said.bad").await;
    assert!(!deepest.is_empty());
    browser.arrive(browser.click(".chain li:last-child a")).await;
    assert_eq!(
        browser.text(".chain [aria-current]").await,
        browser.text(".chain li:last-child a").await
    );
    browser.arrive(browser.click_link("Raw JSON")).await;
    let before = browser.find_all(".json details[open]").await.len();
    browser.click(".json summary").await;
    assert_eq!(
        browser.find_all(".json details[open]").await.len(),
        before - 1,
        "it folds without a script"
    );
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_filtered_by_typing_and_walked_by_its_buttons() {
    let world = World::demo().await;
    let browser = Browser::open(world.server.address, WIDE).await;
    browser.go("/api-requests").await;
    let first = browser.text(".list tbody tr .id").await;
    browser.arrive(browser.click_link("Older")).await;
    assert_ne!(browser.text(".list tbody tr .id").await, first);
    browser.arrive(browser.click_link("Newer")).await;
    assert_eq!(browser.text(".list tbody tr .id").await, first);

    browser
        .find("input[name=customer]")
        .await
        .send_keys("northwind")
        .await
        .unwrap();
    browser.arrive(browser.press(&Key::Enter)).await;
    assert_eq!(browser.text(".chip b").await, "Northwind Outfitters");
    for cell in browser.find_all(".list tbody tr td:nth-child(5)").await {
        assert_eq!(cell.text().await.unwrap(), "Northwind Outfitters");
    }
    browser.arrive(browser.click_link("1 h")).await;
    assert_eq!(browser.find_all(".chip").await.len(), 2);
    browser.arrive(browser.click(".chip a")).await;
    browser.arrive(browser.click(".chip a")).await;
    assert_eq!(browser.path().await, "/api-requests");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_keyboard_alone_is_enough_and_one_sees_where_it_is() {
    let world = World::demo().await;
    let browser = Browser::open(world.server.address, WIDE).await;
    browser.go("/flow-runs?state=failed").await;
    browser.press(&Key::Tab).await;
    assert_eq!(focused(&browser).await, "Skip to content");
    assert_visible(&browser).await;
    browser.press(&Key::Enter).await;
    assert_eq!(browser.ask("return document.activeElement.id").await, "main");
    let mut seen = Vec::new();
    for _ in 0..40 {
        browser.press(&Key::Tab).await;
        assert_visible(&browser).await;
        seen.push(focused(&browser).await);
        if browser.ask("return document.activeElement.matches('.list a.t')").await == true {
            break;
        }
    }
    assert!(
        seen.contains(&"1 h".to_owned()) && seen.contains(&"Filter".to_owned()),
        "{seen:?}"
    );
    browser.arrive(browser.press(&Key::Enter)).await;
    assert_eq!(browser.text(".tabs [aria-current]").await, "Error");
    for _ in 0..60 {
        browser.press(&Key::Tab).await;
        assert_visible(&browser).await;
    }
    browser.close().await;
}

async fn focused(browser: &Browser) -> String {
    let text = browser.ask("return document.activeElement.textContent.trim()").await;
    text.as_str().unwrap().to_owned()
}

/// What has the focus has a size, a ring, and is not outside the window.
async fn assert_visible(browser: &Browser) {
    let script = "const e = document.activeElement, b = e.getBoundingClientRect(), s = getComputedStyle(e);
        if (e === document.body || e.id === 'main') return '';
        const ok = b.width > 0 && b.height > 0 && b.right > 0 && b.bottom > 0 && b.top < innerHeight
            && s.outlineStyle !== 'none' && parseFloat(s.outlineWidth) >= 2;
        return ok ? '' : e.outerHTML.slice(0, 200) + JSON.stringify(b) + s.outline;";
    assert_eq!(browser.ask(script).await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_signs_in_with_a_token_and_out_again() {
    let server = TestServer::start().await;
    let mut new = new_token(Role::Read);
    new.name = "dana".into();
    let (_, secret) = server.access.create(new).await.unwrap();
    let browser = Browser::open(server.address, WIDE).await;
    browser.go("/customers").await;
    assert_eq!(browser.path().await, "/sign-in?next=%2Fcustomers");
    browser.find("#token").await.send_keys(&secret).await.unwrap();
    browser.arrive(browser.press(&Key::Enter)).await;
    assert_eq!(browser.path().await, "/customers");
    assert!(browser.text(".who").await.ends_with("dana"));
    browser.arrive(browser.click("button.quiet")).await;
    assert_eq!(browser.path().await, "/sign-in");
    browser.go("/customers").await;
    assert!(browser.path().await.starts_with("/sign-in"));

    let link = server.access.create_link().await.unwrap();
    browser.go(&format!("/sign-in?link={link}")).await;
    browser.arrive(browser.click("button.main")).await;
    assert_eq!(browser.path().await, "/");
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn on_a_telephone_the_navigation_opens_as_a_menu() {
    let world = World::demo().await;
    let browser = Browser::open(world.server.address, NARROW).await;
    browser.go("/").await;
    assert!(
        !browser
            .find(".side a[href='/api-requests']")
            .await
            .is_displayed()
            .await
            .unwrap()
    );
    browser.click(".menu").await;
    browser.arrive(browser.click(".side a[href='/api-requests']")).await;
    assert_eq!(browser.path().await, "/api-requests");
    browser.click(".fold > summary").await;
    browser
        .find("input[name=source]")
        .await
        .send_keys("test-1")
        .await
        .unwrap();
    browser.arrive(browser.click(".fields button")).await;
    assert_eq!(browser.text(".chip b").await, "test-1");
    browser.close().await;
}
