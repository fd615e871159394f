//! Chromium, driven through its own driver, each with a fresh profile.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tempfile::TempDir;

const CHROMIUM: &str = "/usr/bin/chromium";
const CHROMEDRIVER: &str = "/usr/bin/chromedriver";

/// The line with which the driver says where it listens.
const LISTENING: &str = "started successfully on port ";

/// How long another page may take to come before a test gives up.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a test wants to look with.
#[derive(Clone, Copy)]
pub struct Wish {
    pub width: u32,
    pub is_dark: bool,
}

pub const WIDE: Wish = Wish {
    width: 1440,
    is_dark: false,
};
pub const NARROW: Wish = Wish {
    width: 390,
    is_dark: false,
};

/// A browser that looks at one server; it goes away with its processes when it is dropped.
pub struct Browser {
    client: Client,
    server: SocketAddr,
    _driver: Driver,
    _profile: TempDir,
}

/// The driver's process; its browser ends with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Browser {
    pub async fn open(server: SocketAddr, wish: Wish) -> Browser {
        for program in [CHROMIUM, CHROMEDRIVER] {
            let is_there = std::path::Path::new(program).exists();
            assert!(is_there, "{program} is missing: install chromium and chromium-driver");
        }
        let driver = Command::new(CHROMEDRIVER)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut driver = Driver(driver.unwrap());
        let mut lines = BufReader::new(driver.0.stdout.take().unwrap()).lines();
        let port = lines.find_map(|line| Some(line.ok()?.split_once(LISTENING)?.1.trim_end_matches('.').to_owned()));
        let port = port.expect("the driver says where it listens");
        let profile = TempDir::new().unwrap();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities(&profile, wish))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await;
        Browser {
            client: client.expect("a browser starts"),
            server,
            _driver: driver,
            _profile: profile,
        }
    }

    pub async fn go(&self, path: &str) {
        let url = format!("http://{}{path}", self.server);
        self.client.goto(&url).await.unwrap();
    }

    /// Path and query of the page.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.unwrap();
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    pub async fn find(&self, selector: &str) -> Element {
        let found = self.client.find(Locator::Css(selector)).await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    pub async fn find_all(&self, selector: &str) -> Vec<Element> {
        self.client.find_all(Locator::Css(selector)).await.unwrap()
    }

    pub async fn click(&self, selector: &str) {
        self.find(selector).await.click().await.unwrap();
    }

    pub async fn click_link(&self, text: &str) {
        let link = self.client.find(Locator::LinkText(text)).await;
        link.unwrap_or_else(|error| panic!("{text}: {error}"))
            .click()
            .await
            .unwrap();
    }

    /// What one sees of the only thing a selector finds.
    pub async fn text(&self, selector: &str) -> String {
        self.find(selector).await.text().await.unwrap()
    }

    /// Presses keys wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let active = self.client.active_element().await.unwrap();
        active.send_keys(keys).await.unwrap();
    }

    /// Does what leads to another page, and waits until that is there.
    pub async fn arrive(&self, action: impl Future<Output = ()>) {
        self.ask("window.isLeft = true").await;
        action.await;
        let until = Instant::now() + PATIENCE;
        let script = "return !window.isLeft && document.readyState === 'complete'";
        // Between two pages there is nothing that could run a script.
        while self.client.execute(script, Vec::new()).await.ok() != Some(Value::Bool(true)) {
            assert!(
                Instant::now() < until,
                "no other page came: still {}",
                self.path().await
            );
        }
    }

    /// The value of a script's `return`.
    pub async fn ask(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    pub async fn close(self) {
        self.client.clone().close().await.unwrap();
    }
}

fn capabilities(profile: &TempDir, wish: Wish) -> serde_json::Map<String, Value> {
    let folder = format!("--user-data-dir={}", profile.path().display());
    let size = format!("--window-size={},900", wish.width);
    let scheme = format!("--blink-settings=preferredColorScheme={}", u8::from(!wish.is_dark));
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &size,
        &scheme,
        &folder,
    ];
    let mut options = json!({"binary": CHROMIUM, "args": arguments});
    if wish.width < 1200 {
        // No window is as narrow as a telephone.
        options["mobileEmulation"] = json!({"deviceMetrics": {"width": wish.width, "height": 844, "pixelRatio": 1.0}});
    }
    let all = json!({"browserName": "chrome", "goog:chromeOptions": options});
    all.as_object().unwrap().clone()
}
