//! The page of one record: where it stands, what happened, and everything it holds.

mod chain;
mod exchange;
pub mod facts;
mod flow;
pub mod links;
mod logs;
mod nodes;
pub mod problem;
mod raw;
mod received;
mod tabs;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::below;
use super::error::{not_found, or_page};
use super::list::columns::Content;
use super::paging;
use super::shell::Shell;
use super::show::dot::Dot;
use super::show::json::Piece;
use super::show::names::Names;
use super::show::title;
use super::visit::{Visit, respond};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::web::error::WebError;
use exchange::Body;
use facts::{Fact, Value};
use received::Received;
use tabs::{Panel, TabLink};

#[derive(Template)]
#[template(path = "record/page.html")]
struct RecordPage {
    shell: Shell,
    kind: &'static str,
    chain: Vec<chain::Link>,
    dot: Dot,
    title: String,
    /// What the title leaves out: a URL is shown whole below it.
    whole: Option<String>,
    facts: Vec<Fact>,
    notices: Vec<&'static str>,
    tabs: Vec<TabLink>,
    panel: Panel,
}

/// What a record's page is asked for.
#[derive(serde::Deserialize)]
pub struct Asked {
    tab: Option<String>,
    /// Which links are paged.
    of: Option<String>,
    after: Option<String>,
    before: Option<String>,
}

impl Asked {
    /// Which page of which links is asked for.
    fn group(&self) -> Option<(String, paging::Asked)> {
        let asked = paging::Asked::of(self.after.as_deref(), self.before.as_deref());
        Some((self.of.clone()?, asked))
    }
}

/// `GET /<list>/{id}`
pub async fn page(kind: Kind, visit: Visit, path: web::Path<(String,)>, asked: web::Query<Asked>) -> HttpResponse {
    let key = plain_key(kind, &path.0);
    show(&visit, key, kind, &asked).await
}

/// `GET /flow-runs/{id}/nodes/{key}/runs/{runId}`
pub async fn node_run_page(
    visit: Visit,
    path: web::Path<(String, String, String)>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let key = node_run_key(&path);
    show(&visit, key, Kind::NodeRun, &asked).await
}

/// `GET /<list>/{id}/raw.json`
pub async fn raw_file(kind: Kind, visit: Visit, path: web::Path<(String,)>) -> HttpResponse {
    let key = plain_key(kind, &path.0);
    file(&visit, key, kind).await
}

/// `GET /flow-runs/{id}/nodes/{key}/runs/{runId}/raw.json`
pub async fn node_run_raw_file(visit: Visit, path: web::Path<(String, String, String)>) -> HttpResponse {
    let key = node_run_key(&path);
    file(&visit, key, Kind::NodeRun).await
}

fn plain_key(kind: Kind, id: &str) -> Option<RecordKey> {
    Some(RecordKey::new(kind, Id::parse(id).ok()?))
}

fn node_run_key((run, node, id): &(String, String, String)) -> Option<RecordKey> {
    let id_of = |text: &String| Id::parse(text).ok();
    Some(RecordKey::node_run(id_of(run)?, id_of(node)?, id_of(id)?))
}

/// Node runs have no list; theirs is the list of flow runs.
fn section(kind: Kind) -> &'static str {
    kind.page_path().unwrap_or("flow-runs")
}

async fn show(visit: &Visit, key: Option<RecordKey>, kind: Kind, asked: &Asked) -> HttpResponse {
    let page = build(visit, key, kind, asked).await;
    or_page(visit, section(kind), page).await
}

async fn find(visit: &Visit, key: Option<RecordKey>, kind: Kind) -> Result<Record, WebError> {
    let found = match &key {
        Some(key) => visit.store().whole(&visit.call, key).await?,
        None => None,
    };
    found.ok_or_else(|| {
        let thing = kind.singular().to_lowercase().replace("api ", "API ");
        not_found(format!("No {thing} with this id"))
    })
}

async fn build(visit: &Visit, key: Option<RecordKey>, kind: Kind, asked: &Asked) -> Result<HttpResponse, WebError> {
    let record = find(visit, key, kind).await?;
    let names = Names::of_records(visit.store(), &visit.call, [&record], &title::NAMED).await?;
    let below = below::tone(visit, &record).await?;
    let dot = Dot::with_below(&record, below);
    let title = title::of(&record, &names);
    let received = Received::named_by(visit, &record).await?;
    let all = tabs::of(&record);
    let open = tabs::open(&all, asked.tab.as_deref());
    let page = RecordPage {
        shell: Shell::new(visit, format!("{}: {title}", dot.word), section(kind)),
        kind: kind.singular(),
        chain: chain::chain(visit, &record).await?,
        whole: whole_url(&record, &title),
        facts: facts::head(visit, &record, &names, &received),
        notices: facts::notices(&record),
        tabs: tabs::links(&record, &all, open),
        panel: tabs::panel(visit, &record, &names, &received, open, asked.group().as_ref()).await?,
        dot,
        title,
    };
    respond(StatusCode::OK, &page)
}

/// The URL when the title cannot hold all of it.
fn whole_url(record: &Record, title: &str) -> Option<String> {
    let url = record.content.text("requestUrl")?;
    let bare = url.split_once("://").map_or(&*url, |(_, rest)| rest);
    (!title.ends_with(bare)).then(|| super::show::text::clip(&url, 4000).into_owned())
}

async fn file(visit: &Visit, key: Option<RecordKey>, kind: Kind) -> HttpResponse {
    let file = find(visit, key, kind).await.map(|record| {
        HttpResponse::Ok()
            .content_type("application/json")
            .body(raw::whole(&record))
    });
    or_page(visit, section(kind), file).await
}
