//! Who sends: the list of sources, and the page of one with what was refused of it.

mod show;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::or_page;
use super::first_steps::FirstSteps;
use super::paging::{Asked, Pages, ROWS_PER_PAGE, Shown, pages};
use super::shell::Shell;
use super::show::dot::{self, Dot};
use super::show::{quantity, time::Moment};
use super::visit::{Visit, respond};
use crate::model::kind::Kind;
use crate::model::ledger::LedgerSum;
use crate::model::time::{MINUTE, Micros};
use crate::store::receipts::{self, Source};
use crate::web::auth::Need;
use crate::web::error::WebError;
use crate::web::uri::encode;

pub use show::page as show_page;

/// Path of the list, without the slash it begins with.
pub const SECTION: &str = "sources";
/// Minutes of what "lately" means for the colour of a source, and of the numbers beside it.
const HOUR_MINUTES: i64 = 60;
const DAY_MINUTES: i64 = 24 * 60;

struct Row {
    dot: Dot,
    href: String,
    name: String,
    last: Option<Moment>,
    day: Numbers,
}

/// What came in, as a page shows it.
struct Numbers {
    accepted: String,
    duplicates: String,
    refused: String,
    is_refused: bool,
    /// The reasons with their counts, most frequent first.
    reasons: String,
    unowned: Option<String>,
    delay: Option<String>,
    ahead: Option<String>,
}

#[derive(Template)]
#[template(path = "sources/list.html")]
struct SourcesPage {
    shell: Shell,
    rows: Vec<Row>,
    pages: Pages,
    first_steps: FirstSteps,
}

/// `GET /sources`
pub async fn list_page(visit: Visit, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let first_steps = FirstSteps::new(&visit, Kind::FlowRun);
    let page = build(&visit, &pairs, first_steps).await;
    or_page(&visit, SECTION, page).await
}

async fn build(visit: &Visit, pairs: &[(String, String)], first_steps: FirstSteps) -> Result<HttpResponse, WebError> {
    Need::ReadAll.check(&visit.principal)?;
    let asked = position_of(pairs);
    let address = format!("/{SECTION}");
    let after: Option<String> = asked.position(visit, &address)?;
    let found = receipts::sources(visit.store(), &visit.call, visit.now, after.as_deref(), ROWS_PER_PAGE).await?;
    let last = found.items.last().map(|source| source.name.clone());
    let shown = Shown {
        rows: found.items.len(),
        first: None,
        last: last.as_ref(),
        more: found.has_more,
    };
    let page = SourcesPage {
        shell: Shell::new(visit, "Sources", SECTION),
        rows: found.items.iter().map(|source| row(source, visit.now)).collect(),
        pages: pages(visit, &address, &asked, &shown),
        first_steps,
    };
    respond(StatusCode::OK, &page)
}

/// Lists here are walked one way.
fn position_of(pairs: &[(String, String)]) -> Asked {
    let mut asked = Asked::default();
    for (name, value) in pairs.iter().filter(|(name, _)| name == "after") {
        asked.take(name, value);
    }
    asked
}

fn row(source: &Source, now: Micros) -> Row {
    Row {
        dot: dot_of(source, now),
        href: href(&source.name),
        name: source.name.clone(),
        last: source.last.map(|last| minute_of(last, now)),
        day: Numbers::of(&source.lately(now, DAY_MINUTES)),
    }
}

/// The ledger tells minutes, so a page does not pretend to know seconds.
fn minute_of(last: Micros, now: Micros) -> Moment {
    let mut moment = Moment::new(last, Micros(now.0.div_euclid(MINUTE).saturating_mul(MINUTE)));
    moment.near = moment.near.replace(":00.000 UTC", " UTC");
    moment
}

fn href(name: &str) -> String {
    format!("/{SECTION}/{}", encode(name))
}

/// How it goes in the last hour.
fn dot_of(source: &Source, now: Micros) -> Dot {
    let hour = source.lately(now, HOUR_MINUTES);
    let taken = hour.accepted.saturating_add(hour.duplicates);
    match (taken, hour.all_refused()) {
        (0, 0) => Dot::new(dot::OFF, "Quiet"),
        (0, _) => Dot::new(dot::RED, "Refused"),
        (_, 0) => Dot::new(dot::FINE, "Receiving"),
        (_, _) => Dot::new(dot::AMBER, "Some refused"),
    }
}

impl Numbers {
    fn of(sum: &LedgerSum) -> Numbers {
        let count = |number: u64| quantity::count(&number.to_string());
        let mut reasons: Vec<(&str, u64)> = sum.refused.iter().map(|(key, count)| (&**key, *count)).collect();
        reasons.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        let reasons: Vec<String> = reasons
            .into_iter()
            .map(|(key, number)| format!("{} {key}", count(number)))
            .collect();
        let span = |micros: i64| quantity::between(Micros(0), Micros(micros)).filter(|_| micros > 0);
        Numbers {
            accepted: count(sum.accepted),
            duplicates: count(sum.duplicates),
            refused: count(sum.all_refused()),
            is_refused: !sum.refused.is_empty(),
            reasons: reasons.join(", "),
            unowned: (sum.unowned > 0).then(|| count(sum.unowned)),
            delay: span(sum.largest_delay),
            ahead: span(sum.largest_ahead),
        }
    }
}
