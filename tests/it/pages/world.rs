//! A server with records in it, and pages of it as parsed HTML.

use redtrail::access::Role;
use redtrail::clock::Clock;
use redtrail::demo;
use scraper::{ElementRef, Html, Selector};

use crate::support::client::{Client, Reply};
use crate::support::web::{Setup, TestServer};

/// Somebody who looks at the pages of a server.
pub struct World {
    pub server: TestServer,
    pub visitor: Client,
    sender: Client,
}

impl World {
    /// An empty server, looked at by somebody with a token that may read.
    pub async fn empty() -> World {
        World::with(Setup::default()).await
    }

    pub async fn with(setup: Setup) -> World {
        let is_open = setup.is_open;
        let server = TestServer::with(setup).await;
        let visitor = match is_open {
            true => server.nobody(),
            false => server.client(Role::Read).await,
        };
        let sender = server.client(Role::Ingest).await;
        World {
            server,
            visitor,
            sender,
        }
    }

    /// The demonstration's server, which needs no sign-in.
    pub async fn demo() -> World {
        let setup = Setup {
            is_open: true,
            ..Setup::default()
        };
        let world = World::with(setup).await;
        for body in demo::bodies(1, world.server.clock.now()) {
            world.send(&body).await;
        }
        world
    }

    /// Sends records through the ingest door; all of them are taken.
    pub async fn send(&self, ndjson: &str) {
        let sender = self.sender.with("content-type", "application/x-ndjson");
        let reply = sender.post("/api/v1/ingest", ndjson.to_owned()).await;
        let answer = reply.json();
        assert_eq!(answer["rejected"], serde_json::json!([]), "{answer}");
    }

    /// Sends records that are all refused.
    pub async fn refuse(&self, body: &str) {
        let reply = self.sender.post("/api/v1/ingest", body.to_owned()).await;
        assert_eq!(reply.status, 422, "{}", reply.text());
    }

    /// A page that is there.
    pub async fn page(&self, path: &str) -> Page {
        let page = Page::of(path, self.visitor.get(path).await);
        assert_eq!(page.reply.status, 200, "{path}: {}", page.text());
        page
    }

    /// A page of any status.
    pub async fn get(&self, path: &str) -> Page {
        Page::of(path, self.visitor.get(path).await)
    }
}

/// A page that was answered.
pub struct Page {
    pub path: String,
    pub reply: Reply,
    pub html: Html,
}

impl Page {
    pub fn of(path: &str, reply: Reply) -> Page {
        let html = Html::parse_document(std::str::from_utf8(&reply.body).unwrap());
        Page {
            path: path.to_owned(),
            reply,
            html,
        }
    }

    pub fn all(&self, selector: &str) -> Vec<ElementRef<'_>> {
        self.html.select(&Selector::parse(selector).unwrap()).collect()
    }

    /// The texts of everything a selector finds, each with its blanks as one.
    pub fn texts(&self, selector: &str) -> Vec<String> {
        self.all(selector).into_iter().map(text_of).collect()
    }

    /// The text of the one thing a selector finds.
    pub fn text_of(&self, selector: &str) -> String {
        let texts = self.texts(selector);
        assert_eq!(texts.len(), 1, "{selector} on {}: {texts:?}", self.path);
        texts[0].clone()
    }

    /// Everything one reads in the body.
    pub fn text(&self) -> String {
        self.texts("body").join(" ")
    }

    /// What links found by a selector lead to.
    pub fn hrefs(&self, selector: &str) -> Vec<String> {
        let links = self.all(selector).into_iter();
        links.map(|link| link.attr("href").unwrap().to_owned()).collect()
    }

    /// Where the link with a text leads.
    pub fn link(&self, text: &str) -> Option<String> {
        let found = self.all("a").into_iter().find(|link| text_of(*link) == text)?;
        Some(found.attr("href").unwrap().to_owned())
    }
}

pub fn text_of(element: ElementRef<'_>) -> String {
    let text: String = element.text().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
