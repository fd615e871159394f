//! The page of one node of a flow run: its runs, failed ones first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::below;
use super::error::{not_found, or_page};
use super::list::columns::Content;
use super::list::table::{self, Table};
use super::paging::{self, Pages, ROWS_PER_PAGE};
use super::record::links;
use super::shell::Shell;
use super::show::dot::Dot;
use super::show::names::Names;
use super::show::{href, title};
use super::visit::{Visit, respond};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::store::Linked;
use crate::store::expiry::Absent;
use crate::store::linked::{SiblingsRequest, Standing};
use crate::web::error::WebError;

#[derive(Template)]
#[template(path = "node/page.html")]
struct NodePage {
    shell: Shell,
    node: String,
    run: RunLink,
    table: Table,
    pages: Pages,
    /// There are more runs than are put in order.
    is_cut: bool,
}

/// The flow run above.
struct RunLink {
    dot: Dot,
    title: String,
    href: Option<String>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    after: Option<String>,
    before: Option<String>,
}

/// `GET /flow-runs/{id}/nodes/{key}`
pub async fn page(visit: Visit, path: web::Path<(String, String)>, asked: web::Query<Asked>) -> HttpResponse {
    let asked = paging::Asked::of(asked.after.as_deref(), asked.before.as_deref());
    let page = build(&visit, &path, &asked).await;
    or_page(&visit, "flow-runs", page).await
}

async fn build(visit: &Visit, (run, node): &(String, String), asked: &paging::Asked) -> Result<HttpResponse, WebError> {
    let not_found = || not_found("No run of this node".to_owned());
    let (Ok(run), Ok(node)) = (Id::parse(run), Id::parse(node)) else {
        return Err(not_found());
    };
    let address = href::node_page(&run, &node);
    let key = RecordKey::new(Kind::FlowRun, run);
    let request = SiblingsRequest {
        key: key.clone(),
        relation: Relation::Node,
        other_is: End::Effect,
        node: Some(node.clone()),
        after: asked.position::<Standing>(visit, &address)?,
        direction: asked.direction(),
        limit: ROWS_PER_PAGE,
    };
    let runs = visit.store().siblings(&visit.call, &request).await?;
    let above = visit.store().get(&visit.call, std::slice::from_ref(&key)).await?;
    let above = above.into_iter().next().flatten();
    // A node that was not reached has no runs, but a page: what is not found is a run and node nobody sent.
    if runs.items.is_empty() && above.is_none() {
        return Err(not_found());
    }
    let (items, pages) = links::paged(visit, &address, asked, runs.items, runs.next.is_some());
    let page = NodePage {
        shell: Shell::new(visit, format!("Node {node}"), "flow-runs"),
        run: run_link(visit, &key, above.as_ref(), &items).await?,
        table: table::linked(visit, "Runs of this node", &key, &items).await?,
        node: node.to_string(),
        is_cut: runs.is_cut,
        pages,
    };
    respond(StatusCode::OK, &page)
}

/// `runs` are those that name it.
async fn run_link(visit: &Visit, key: &RecordKey, run: Option<&Record>, runs: &[Linked]) -> Result<RunLink, WebError> {
    let Some(run) = run else {
        let place = runs.iter().find_map(|run| Some(run.record.as_ref()?.known.place));
        let absent = Absent::named_at(visit.store(), &visit.call, place).await?;
        return Ok(RunLink {
            dot: Dot::absent(key.kind(), &absent),
            title: key.id().to_string(),
            href: None,
        });
    };
    let names = Names::of_records(visit.store(), &visit.call, [run], &title::NAMED).await?;
    Ok(RunLink {
        dot: Dot::with_below(run, below::tone(visit, run).await?),
        title: title::of(run, &names),
        href: href::record(key),
    })
}
