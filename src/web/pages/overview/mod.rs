//! The overview: what failed last, and what came in last.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::error::or_page;
use super::first_steps::FirstSteps;
use super::list::columns::{Content, MIXED};
use super::list::table::{self, Table};
use super::shell::Shell;
use super::visit::{Visit, respond};
use crate::model::filter::{Direction, Filter};
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::model::state::State;
use crate::store::{ListRequest, StoreError};
use crate::web::error::WebError;

/// Failures and newest records shown.
const FAILURES_SHOWN_MAX: usize = 20;
const NEWEST_SHOWN_MAX: usize = 10;

#[derive(Template)]
#[template(path = "overview/page.html")]
struct OverviewPage {
    shell: Shell,
    failures: Table,
    newest: Table,
    /// Lists of what failed, by kind.
    failed_lists: Vec<(&'static str, String)>,
    first_steps: FirstSteps,
}

/// `GET /`
pub async fn page(visit: Visit) -> HttpResponse {
    let steps = FirstSteps::new(&visit, Kind::ApiRequest);
    let page = build(&visit, steps).await;
    or_page(&visit, "", page).await
}

async fn build(visit: &Visit, first_steps: FirstSteps) -> Result<HttpResponse, WebError> {
    let failed = [Some(State::Failed), Some(State::Error)];
    let failures = newest(visit, &failed, FAILURES_SHOWN_MAX).await?;
    let newest = newest(visit, &[], NEWEST_SHOWN_MAX).await?;
    let lists = Kind::SENT.into_iter().filter(|kind| kind.page_path().is_some());
    let page = OverviewPage {
        shell: Shell::new(visit, "Overview", ""),
        failures: table::table(visit, "Recent failures", &MIXED, &failures).await?,
        newest: table::table(visit, "Newest records", &MIXED, &newest).await?,
        failed_lists: lists
            .map(|kind| (kind.title(), super::show::href::list(kind, &[("state", "failed")])))
            .collect(),
        first_steps,
    };
    respond(StatusCode::OK, &page)
}

/// The newest records over all kinds with lists.
async fn newest(visit: &Visit, states: &[Option<State>], limit: usize) -> Result<Vec<Record>, StoreError> {
    let mut found = Vec::new();
    for kind in Kind::SENT.into_iter().filter(|kind| kind.page_path().is_some()) {
        let request = ListRequest {
            filter: Filter {
                states: states.to_vec(),
                ..Filter::of(kind)
            },
            after: None,
            direction: Direction::NewestFirst,
            limit,
        };
        found.extend(visit.store().list(&visit.call, &request).await?.items);
    }
    found.sort_by_key(|record| std::cmp::Reverse(record.position()));
    found.truncate(limit);
    Ok(found)
}
