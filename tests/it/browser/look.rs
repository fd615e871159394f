//! How pages look: nothing runs out of a narrow screen, and everything can be read in light and in dark.

use serde_json::Value;

use super::driver::{Browser, WIDE, Wish};
use crate::pages::world::World;

/// One page of every sort, found by walking.
async fn sorts(world: &World) -> Vec<String> {
    let mut paths: Vec<String> = [
        "/",
        "/flow-runs?state=stopped&customer=nobody",
        "/flow-runs/nope",
        "/sign-in",
        "/sign-in?link=x",
        "/help/query",
        "/flow-runs?q=state%3Afailed%20-customer%3Awwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww",
        "/flow-runs?q=please%20colourcolourcolourcolourcolourcolourcolourcolourcolourcolourcolourcolour%3Ared%20order",
    ]
    .map(str::to_owned)
    .into();
    for list in [
        "/flow-runs?state=failed",
        "/api-requests?state=failed",
        "/external-webhooks",
        "/external-event-pulls?state=failed",
        "/external-events",
        "/internal-events",
        "/action-runs?state=failed",
        "/customers",
        "/integrations",
        "/connections",
        "/flows",
        "/flow-instances",
        "/subscriptions/external",
        "/subscriptions/internal",
        "/event-types",
        "/sources",
    ] {
        let page = world.page(list).await;
        let record = page.hrefs(".list a.t")[0].clone();
        paths.push(list.to_owned());
        paths.extend(world.page(&record).await.hrefs(".tabs a"));
        // What has no tabs is one page.
        paths.push(record);
    }
    let run = world.page("/flow-runs?state=failed").await.hrefs(".list a.t")[0].clone();
    let failed = world.page(&run).await.hrefs(".panel .list a.t")[0].clone();
    paths.extend(world.page(&failed).await.hrefs(".tabs a"));
    paths.push(failed.rsplit_once("/runs/").unwrap().0.to_owned());
    paths.sort();
    paths.dedup();
    assert!(paths.len() > 50);
    paths
}

async fn no_page_is_wider_than(width: u32) {
    let world = World::demo().await;
    world
        .send(&format!(
            "{{\"kind\":\"api_request\",\"id\":\"{id}\",\"customerId\":\"{id}\",\"method\":\"GET\",\"isSuccess\":false,\
             \"requestUrl\":\"https://api.example.com/{id}{id}{id}\",\"error\":{{\"message\":\"{id}{id}\"}},\
             \"request\":{{\"headers\":{{\"{id}\":\"{id}{id}\"}},\"body\":{{\"{id}\":\"{id}{id}\"}}}}}}\n",
            id = "w".repeat(200)
        ))
        .await;
    world
        .refuse(&format!("{{\"kind\":\"{id}\",\"id\":\"{id}\"}}", id = "w".repeat(250)))
        .await;
    world.refuse("{\"kind\":\"odd\"}").await;
    let wish = Wish { width, is_dark: false };
    let browser = Browser::open(world.server.address, wish).await;
    let mut paths = sorts(&world).await;
    let long = format!("/api-requests/{}", "w".repeat(200));
    paths.extend(["?tab=overview", "?tab=raw", "?tab=request", ""].map(|tab| format!("{long}{tab}")));
    for path in paths {
        browser.go(&path).await;
        let widths = browser
            .ask("return [document.documentElement.scrollWidth, document.documentElement.clientWidth, innerWidth]")
            .await;
        assert_eq!(widths, serde_json::json!([width, width, width]), "{path}");
        for state in browser.find_all(".list .c-state .s").await.iter().take(3) {
            assert!(!state.text().await.unwrap().is_empty(), "the word is there on {path}");
        }
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_wider_than_a_telephone() {
    no_page_is_wider_than(390).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_wider_than_half_a_screen() {
    no_page_is_wider_than(730).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_wider_than_a_small_screen_with_the_navigation() {
    no_page_is_wider_than(1010).await;
}

/// Texts whose contrast with what is behind them is below 4.5 to 1.
const FAINT: &str = "
    const luminance = ([r, g, b]) => { const c = [r, g, b].map(v => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4 });
        return 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2] };
    const colour = text => { const n = text.match(/[\\d.]+/g).map(Number); return n.length === 4 ? n : [...n, 1] };
    const behind = e => { for (; e; e = e.parentElement) { const c = colour(getComputedStyle(e).backgroundColor); if (c[3] === 1) return c } return [255, 255, 255, 1] };
    const faint = [], walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    let seen = 0;
    while (walk.nextNode()) {
        const e = walk.currentNode.parentElement;
        if (!walk.currentNode.data.trim() || !e.checkVisibility() || e.closest('.vh')) continue;
        const style = getComputedStyle(e), [a, b] = [luminance(colour(style.color)), luminance(behind(e))];
        const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
        seen += 1;
        if (ratio < 4.5) faint.push(`${ratio.toFixed(2)} ${e.className} ${walk.currentNode.data.slice(0, 40)}`);
    }
    return [seen, getComputedStyle(document.body).backgroundColor, faint];";

async fn everything_can_be_read(wish: Wish, ground: &str) {
    let world = World::demo().await;
    world.refuse("{\"kind\":\"odd\"}").await;
    let browser = Browser::open(world.server.address, wish).await;
    for path in sorts(&world).await {
        browser.go(&path).await;
        let answer = browser.ask(FAINT).await;
        assert!(answer[0].as_u64().unwrap() > 3, "{path}: {answer}");
        assert_eq!(answer[1], ground, "{path}");
        assert_eq!(answer[2], Value::Array(Vec::new()), "{path}");
    }
    browser.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_can_be_read_in_light() {
    everything_can_be_read(WIDE, "rgb(255, 255, 255)").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_can_be_read_in_dark() {
    let dark = Wish { is_dark: true, ..WIDE };
    everything_can_be_read(dark, "rgb(16, 17, 19)").await;
}
