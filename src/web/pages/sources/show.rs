//! The page of one source: how much came in hour by hour, and what was refused.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::error::{not_found, or_page};
use super::super::paging::{Pages, ROWS_PER_PAGE, Shown, pages};
use super::super::shell::Shell;
use super::super::show::dot::Dot;
use super::super::show::{text, time, time::Moment};
use super::super::visit::{Visit, respond};
use super::{DAY_MINUTES, HOUR_MINUTES, Numbers, SECTION, dot_of, href, minute_of, position_of};
use crate::model::kind::Kind;
use crate::model::time::{HOUR, Micros};
use crate::store::receipts::{self, Asked, HOURS_MAX, Refused, Source};
use crate::web::auth::Need;
use crate::web::error::WebError;
use crate::web::pages::href as links;

/// Characters of a refused item that are shown before one unfolds it.
const LINE_MAX_CHARS: usize = 160;

struct Hour {
    /// `02:00` with its day, in UTC.
    start: String,
    is_empty: bool,
    numbers: Numbers,
}

struct Item {
    when: Moment,
    key: String,
    said: String,
    path: Option<String>,
    /// In one line; the whole only when it is longer.
    line: String,
    whole: Option<String>,
}

#[derive(Template)]
#[template(path = "sources/page.html")]
struct SourcePage {
    shell: Shell,
    name: String,
    dot: Dot,
    last: Option<Moment>,
    hour: Numbers,
    day: Numbers,
    /// Lists of what came through it.
    lists: Vec<(&'static str, String)>,
    hours: Vec<Hour>,
    items: Vec<Item>,
    looked_until: Option<Moment>,
    pages: Pages,
}

/// `GET /sources/{name}`
pub async fn page(visit: Visit, path: web::Path<(String,)>, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let page = build(&visit, &path.0, &pairs).await;
    or_page(&visit, SECTION, page).await
}

async fn build(visit: &Visit, name: &str, pairs: &[(String, String)]) -> Result<HttpResponse, WebError> {
    Need::ReadAll.check(&visit.principal)?;
    let source = receipts::source(visit.store(), &visit.call, visit.now, name).await?;
    let source = source.ok_or_else(|| not_found("Nothing of a source with this name".to_owned()))?;
    let asked = position_of(pairs);
    let address = href(name);
    let of_it = Asked {
        source: Some(name.to_owned()),
        ..Asked::default()
    };
    let begin = (asked.position(visit, &address)?, ROWS_PER_PAGE);
    let found = receipts::refused(visit.store(), &visit.call, visit.now, &of_it, begin).await?;
    let shown = Shown {
        rows: found.items.len(),
        first: None,
        last: found.next.as_ref(),
        more: found.next.is_some(),
    };
    let kinds = Kind::SENT.into_iter().filter(|kind| kind.page_path().is_some());
    let page = SourcePage {
        shell: Shell::new(visit, name, SECTION),
        name: name.to_owned(),
        dot: dot_of(&source, visit.now),
        last: source.last.map(|last| minute_of(last, visit.now)),
        hour: Numbers::of(&source.lately(visit.now, HOUR_MINUTES)),
        day: Numbers::of(&source.lately(visit.now, DAY_MINUTES)),
        lists: kinds
            .map(|kind| (kind.title(), links::list(kind, &[("source", name)])))
            .collect(),
        hours: hours(&source, visit.now),
        items: found
            .items
            .iter()
            .map(|(_, item)| shown_item(item, visit.now))
            .collect(),
        looked_until: found.looked_until.map(|at| Moment::of_receipt(at, visit.now)),
        pages: pages(visit, &address, &asked, &shown),
    };
    respond(StatusCode::OK, &page)
}

/// The last hours, newest first; also those in which nothing came.
fn hours(source: &Source, now: Micros) -> Vec<Hour> {
    let this_hour = Micros(now.0.div_euclid(HOUR).saturating_mul(HOUR));
    let back = (0_i64..).take(HOURS_MAX);
    back.map(|hours| {
        let start = this_hour.plus(hours.saturating_mul(HOUR).saturating_neg());
        let row = source.hours.iter().find(|hour| hour.hour == start);
        let sum = row.map(|hour| hour.sum(start, start.plus(HOUR))).unwrap_or_default();
        Hour {
            start: time::second(start).replace(":00 UTC", " UTC"),
            is_empty: row.is_none(),
            numbers: Numbers::of(&sum),
        }
    })
    .collect()
}

fn shown_item(item: &Refused, now: Micros) -> Item {
    let line = text::clip(&item.begin, LINE_MAX_CHARS).into_owned();
    Item {
        when: Moment::of_receipt(item.at, now),
        key: item.key.clone(),
        said: text::sentence(&item.message),
        path: item.path.clone().filter(|path| !path.is_empty()),
        whole: (line != item.begin).then(|| item.begin.clone()),
        line,
    }
}
