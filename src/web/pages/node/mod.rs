//! The page of one node of a flow run: its runs, failed ones first.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::{not_found, or_page};
use super::list::columns::{self, Content};
use super::list::table::{self, Table};
use super::paging::ROWS_PER_PAGE;
use super::shell::Shell;
use super::show::dot::Dot;
use super::show::names::Names;
use super::show::{href, title};
use super::visit::{Visit, respond};
use crate::model::filter::{Direction, Filter, IdField, Position};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::Kind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::record::Record;
use crate::model::state::State;
use crate::store::ListRequest;
use crate::web::cursor;
use crate::web::error::WebError;

#[derive(Template)]
#[template(path = "node/page.html")]
struct NodePage {
    shell: Shell,
    node: String,
    run: RunLink,
    table: Table,
    first: Option<String>,
    more: Option<String>,
}

/// The flow run above.
struct RunLink {
    dot: Dot,
    title: String,
    href: Option<String>,
}

/// Failed runs first, then all others; where a page goes on.
#[derive(Clone, serde::Serialize, serde::Deserialize)]
struct Place {
    is_past_failed: bool,
    after: Option<Position>,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    after: Option<String>,
}

/// `GET /flow-runs/{id}/nodes/{key}`
pub async fn page(visit: Visit, path: web::Path<(String, String)>, asked: web::Query<Asked>) -> HttpResponse {
    let page = build(&visit, &path, asked.after.as_deref()).await;
    or_page(&visit, "flow-runs", page).await
}

async fn build(visit: &Visit, (run, node): &(String, String), after: Option<&str>) -> Result<HttpResponse, WebError> {
    let not_found = || not_found("No run of this node".to_owned());
    let (Ok(run), Ok(node)) = (Id::parse(run), Id::parse(node)) else {
        return Err(not_found());
    };
    let address = href::node_page(&run, &node);
    let place = match after {
        Some(sealed) => read_place(visit, &address, sealed)?,
        None => Place {
            is_past_failed: false,
            after: None,
        },
    };
    let (runs, next) = runs(visit, &run, &node, place).await?;
    let key = RecordKey::new(Kind::FlowRun, run);
    let above = visit.store().get(&visit.call, std::slice::from_ref(&key)).await?;
    let above = above.into_iter().next().flatten();
    // A node that was not reached has no runs, but a page: what is not found is a run and node nobody sent.
    if runs.is_empty() && above.is_none() {
        return Err(not_found());
    }
    let more = match next {
        Some(next) => Some(format!("{address}?after={}", seal(visit, &address, &next)?)),
        None => None,
    };
    let page = NodePage {
        shell: Shell::new(visit, format!("Node {node}"), "flow-runs"),
        run: run_link(visit, &key, above.as_ref()).await?,
        table: table::table(visit, "Runs of this node", columns::of(Kind::NodeRun), &runs).await?,
        first: after.map(|_| address),
        node: node.to_string(),
        more,
    };
    respond(StatusCode::OK, &page)
}

async fn run_link(visit: &Visit, key: &RecordKey, run: Option<&Record>) -> Result<RunLink, WebError> {
    let Some(run) = run else {
        return Ok(RunLink {
            dot: Dot::missing(),
            title: key.id().to_string(),
            href: None,
        });
    };
    let names = Names::of_records(visit.store(), &visit.call, [run], &title::NAMED).await?;
    Ok(RunLink {
        dot: Dot::of(run),
        title: title::of(run, &names),
        href: href::record(key),
    })
}

/// One page of runs, and where the next one begins.
async fn runs(visit: &Visit, run: &Id, node: &Id, place: Place) -> Result<(Vec<Record>, Option<Place>), WebError> {
    let failed = vec![Some(State::Failed)];
    let known = State::words_of(Kind::NodeRun).iter().map(|state| Some(*state));
    let others: Vec<Option<State>> = known
        .chain([None])
        .filter(|state| *state != Some(State::Failed))
        .collect();
    let of_node = Filter::of(Kind::NodeRun)
        .with(IdField::FlowRun, run.clone())
        .with(IdField::Node, node.clone());
    let mut found = Vec::new();
    let mut at = place;
    loop {
        let mut filter = of_node.clone();
        filter
            .states
            .clone_from(if at.is_past_failed { &others } else { &failed });
        let request = ListRequest {
            filter,
            after: at.after.clone(),
            direction: Direction::OldestFirst,
            limit: ROWS_PER_PAGE.saturating_sub(found.len()).max(1),
        };
        let page = visit.store().list(&visit.call, &request).await?;
        found.extend(page.items);
        let next = match (page.next, at.is_past_failed) {
            (Some(next), is_past_failed) => Some(Place {
                is_past_failed,
                after: Some(next),
            }),
            (None, false) => Some(Place {
                is_past_failed: true,
                after: None,
            }),
            (None, true) => None,
        };
        match next {
            Some(next) if found.len() < ROWS_PER_PAGE && next.after.is_none() => at = next,
            next => return Ok((found, next)),
        }
    }
}

fn seal(visit: &Visit, address: &str, place: &Place) -> Result<String, WebError> {
    let bytes = postcard::to_allocvec(place)
        .map_err(|_| Problem::new(ProblemKey::Internal, "a place in the list cannot be written"))?;
    let sealed = cursor::seal(&visit.context.keys, address, &visit.call.scope, &bytes);
    Ok(crate::web::uri::encode(&sealed))
}

fn read_place(visit: &Visit, address: &str, sealed: &str) -> Result<Place, Problem> {
    let bytes = cursor::open(&visit.context.keys, address, &visit.call.scope, sealed)?;
    postcard::from_bytes(&bytes)
        .map_err(|_| Problem::new(ProblemKey::InvalidCursor, "the place in the list cannot be read"))
}
