//! The list of one kind of log records.

pub mod columns;
mod empty;
mod line;
mod query;
pub mod table;

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::error::or_page;
use super::first_steps::FirstSteps;
use super::paging::{Pages, ROWS_PER_PAGE, Shown, pages};
use super::shell::Shell;
use super::show::dot::{self, Dot};
use super::show::names::{Names, kind_of};
use super::show::time::{self, Moment};
use super::visit::{Visit, respond};
use crate::model::filter::{Direction, Filter, Position};
use crate::model::kind::{EntityKind, Kind};
use crate::model::record::Record;
use crate::model::state::State;
use crate::store::{EntityFilter, ListRequest, StoreError};
use crate::web::error::WebError;
use columns::Content;
use empty::{Empty, Left};
use line::Wrong;
use query::{ID_FILTERS, Part, Query, RANGES};
use table::Table;

/// Customers offered while one types an id; others are typed whole.
const SUGGESTIONS_MAX: usize = 100;
/// Filters that have a field of their own; others come by links.
const FIELDS: [&str; 4] = ["customer", "integration", "connection", "source"];

/// A filter that is active, with the list without it.
pub struct Chip {
    pub label: String,
    pub value: String,
    /// What it was taken for, when that is said otherwise.
    pub means: Option<String>,
    pub remove: String,
}

/// A link that turns a filter on or off.
pub struct Choice {
    pub href: String,
    pub is_on: bool,
}

pub struct StateChoice {
    pub dot: Dot,
    pub choice: Choice,
}

pub struct RangeChoice {
    pub label: &'static str,
    pub choice: Choice,
}

/// A field of the filter form.
pub struct Field {
    pub name: &'static str,
    pub label: &'static str,
    pub value: String,
}

#[derive(Template)]
#[template(path = "list/page.html")]
struct ListPage {
    shell: Shell,
    title: &'static str,
    thing: String,
    path: String,
    /// The query line as it was typed.
    typed: String,
    /// Then there is no table.
    wrong: Option<Wrong>,
    without_line: String,
    chips: Vec<Chip>,
    clear: String,
    states: Vec<StateChoice>,
    ranges: Vec<RangeChoice>,
    fields: Vec<Field>,
    from: String,
    to: String,
    /// Filters that have no field in the form and must survive it.
    kept: Vec<(&'static str, String)>,
    suggestions: Vec<(String, String)>,
    table: Table,
    pages: Pages,
    /// The store stopped looking here.
    looked_until: Option<Moment>,
    empty: Option<Empty>,
    first_steps: FirstSteps,
}

/// `GET /<list>`
pub async fn page(kind: Kind, visit: Visit, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let steps = FirstSteps::new(&visit, kind);
    let page = build(&visit, kind, &pairs, steps).await;
    or_page(&visit, kind.page_path().unwrap_or_default(), page).await
}

async fn build(
    visit: &Visit,
    kind: Kind,
    pairs: &[(String, String)],
    first_steps: FirstSteps,
) -> Result<HttpResponse, WebError> {
    let query = Query::parse(kind, pairs)?;
    if let Some(wrong) = query.line.wrong() {
        return refused(visit, &query, wrong, first_steps).await;
    }
    let filter = match resolve(visit, &query).await {
        // Too many things have a name that was typed.
        Err(WebError::Problem(problem)) => return refused(visit, &query, Wrong::of(&problem), first_steps).await,
        filter => filter?,
    };
    let address = query.address();
    let request = ListRequest {
        filter,
        after: query.asked.position::<Position>(visit, &address)?,
        direction: query.asked.direction(),
        limit: ROWS_PER_PAGE,
    };
    let found = visit.store().list(&visit.call, &request).await?;
    let more = found.next.is_some() || found.scanned_until.is_some();
    let looked_until = found.scanned_until.map(|at| Moment::new(at, visit.now));
    let go_on = found.next.clone();
    let records = query.asked.newest_first(found.items);
    let (mut first, mut last) = (
        records.first().map(|record| record.position()),
        records.last().map(|record| record.position()),
    );
    // A short page goes on where the search stopped, not at its last row.
    match query.asked.direction() {
        Direction::NewestFirst => last = go_on.or(last),
        Direction::OldestFirst => first = go_on.or(first),
    }
    let shown = Shown {
        rows: records.len(),
        first: first.as_ref(),
        last: last.as_ref(),
        more,
    };
    let pages = pages(visit, &address, &query.asked, &shown);
    let mut page = frame(visit, &query, &records, first_steps).await?;
    if records.is_empty() && !more {
        page.empty = Some(empty::explain(visit, &query, &page.chips).await?);
    }
    page.pages = pages;
    page.looked_until = looked_until;
    respond(StatusCode::OK, &page)
}

/// The page with the form as it was filled in and what is wrong with it.
async fn refused(
    visit: &Visit,
    query: &Query,
    wrong: Wrong,
    first_steps: FirstSteps,
) -> Result<HttpResponse, WebError> {
    let mut page = frame(visit, query, &[], first_steps).await?;
    page.wrong = Some(wrong);
    respond(StatusCode::BAD_REQUEST, &page)
}

/// A page with records, and all that stands around them.
async fn frame(
    visit: &Visit,
    query: &Query,
    records: &[Record],
    first_steps: FirstSteps,
) -> Result<ListPage, StoreError> {
    let kind = query.kind;
    Ok(ListPage {
        shell: Shell::new(visit, kind.title(), kind.page_path().unwrap_or_default()),
        title: kind.title(),
        thing: kind.singular().to_lowercase().replace("api ", "API "),
        path: Query::of(kind).address(),
        typed: query.line.typed.clone(),
        wrong: None,
        without_line: query.without_line().address(),
        clear: Query::of(kind).address(),
        states: state_choices(query),
        ranges: range_choices(query),
        fields: fields(query),
        from: typed(query.from.as_ref()),
        to: typed(query.to.as_ref()),
        kept: kept(query),
        suggestions: suggestions(visit).await?,
        table: table::table(visit, kind.title(), columns::of(kind), records).await?,
        pages: Pages::default(),
        looked_until: None,
        empty: None,
        first_steps,
        chips: chips(query, &names(visit, query).await?),
    })
}

/// The filter with what people typed resolved: an id stands for itself, a key or name for what is called so.
async fn resolve(visit: &Visit, query: &Query) -> Result<Filter, WebError> {
    let mut question = query.question(visit.now);
    question.resolve_ids(visit.store(), &visit.call).await?;
    question.resolved(visit.store(), &visit.call).await
}

/// Names of what the filters of the form name.
async fn names(visit: &Visit, query: &Query) -> Result<Names, StoreError> {
    let named = query.ids.iter();
    let wanted = named.filter_map(|(filter, id)| Some((kind_of(filter.field)?, id.clone())));
    Names::of(visit.store(), &visit.call, wanted.collect()).await
}

fn chips(query: &Query, names: &Names) -> Vec<Chip> {
    let chip = |part: Part| {
        let mut means = None;
        let (label, value) = match part {
            Part::Time => ("Time", time_words(query)),
            Part::States => {
                let word =
                    |state: &Option<State>| state.map_or("Unknown".to_owned(), |state| dot::word(query.kind, state));
                let words: Vec<String> = query.states.iter().map(word).collect();
                ("State", words.join(" or "))
            }
            Part::Id(at) => query.ids.get(at).map_or(("", String::new()), |(filter, id)| {
                let name = kind_of(filter.field).and_then(|kind| names.get(kind, id));
                (filter.label, name.unwrap_or(id.as_str()).to_owned())
            }),
            Part::Term(at) => {
                let (typed, meant) = query.line.term(at).unwrap_or_default();
                means = Some(meant).filter(|meant| meant != typed);
                ("Query", typed.to_owned())
            }
        };
        Chip {
            label: label.to_owned(),
            value,
            means,
            remove: query.without(&[part]).address(),
        }
    };
    query.parts().into_iter().map(chip).collect()
}

fn time_words(query: &Query) -> String {
    let end = |end: &Option<(String, crate::model::time::Micros)>| {
        end.as_ref()
            .map(|(_, at)| time::exact(*at).replace(":00.000 UTC", " UTC"))
    };
    match (query.range, end(&query.from), end(&query.to)) {
        (Some(range), _, _) => format!("last {}", range.label),
        (None, Some(from), Some(to)) => format!("{from} to {to}"),
        (None, Some(from), None) => format!("since {from}"),
        (None, None, Some(to)) => format!("before {to}"),
        (None, None, None) => String::new(),
    }
}

fn state_choices(query: &Query) -> Vec<StateChoice> {
    // Trouble first: it is what one looks for.
    let mut states: Vec<State> = State::words_of(query.kind).to_vec();
    states.sort_by_key(|state| std::cmp::Reverse(state.trouble()));
    let choice = |state: Option<State>| Choice {
        href: query.toggled(state).address(),
        is_on: query.states.contains(&state),
    };
    let known = states.into_iter().map(|state| StateChoice {
        dot: dot::of_state(query.kind, state),
        choice: choice(Some(state)),
    });
    let unknown = StateChoice {
        dot: Dot::new(dot::UNKNOWN, "Unknown"),
        choice: choice(None),
    };
    known.chain([unknown]).collect()
}

fn range_choices(query: &Query) -> Vec<RangeChoice> {
    let is_typed = query.from.is_some() || query.to.is_some();
    let choice = |range: Option<query::Range>| Choice {
        href: query.within(range).address(),
        is_on: query.range == range && !is_typed,
    };
    let ranges = RANGES.into_iter().map(|range| RangeChoice {
        label: range.label,
        choice: choice(Some(range)),
    });
    let all = RangeChoice {
        label: "All",
        choice: choice(None),
    };
    ranges.chain([all]).collect()
}

fn fields(query: &Query) -> Vec<Field> {
    let of = |name: &str| ID_FILTERS.iter().find(|filter| filter.name == name);
    let value = |name: &str| query.ids.iter().find(|(filter, _)| filter.name == name);
    let fields = FIELDS.iter().filter_map(|name| of(name));
    fields
        .map(|filter| Field {
            name: filter.name,
            label: filter.label,
            value: value(filter.name).map_or_else(String::new, |(_, id)| id.to_string()),
        })
        .collect()
}

/// A time as it was typed.
fn typed(end: Option<&(String, crate::model::time::Micros)>) -> String {
    end.map_or_else(String::new, |(typed, _)| typed.clone())
}

fn kept(query: &Query) -> Vec<(&'static str, String)> {
    let mut seen: Vec<&str> = Vec::new();
    let mut kept: Vec<(&'static str, String)> = Vec::new();
    for state in &query.states {
        kept.push(("state", query::state_word(*state).to_owned()));
    }
    for (filter, id) in &query.ids {
        // The first of a filter with a field stands in that field.
        if FIELDS.contains(&filter.name) && !seen.contains(&filter.name) {
            seen.push(filter.name);
        } else {
            kept.push((filter.name, id.to_string()));
        }
    }
    if let Some(range) = query.range {
        kept.push(("range", range.name.to_owned()));
    }
    kept
}

/// Newest customers as (id, name).
async fn suggestions(visit: &Visit) -> Result<Vec<(String, String)>, StoreError> {
    let filter = EntityFilter {
        kind: EntityKind::Customer,
        ids: Vec::new(),
        archived: Some(false),
    };
    let page = visit
        .store()
        .entities(&visit.call, &filter, None, Direction::NewestFirst, SUGGESTIONS_MAX)
        .await?;
    let pair = |entity: &crate::model::entity::Entity| {
        (
            entity.id.to_string(),
            entity.text("name").unwrap_or_default().into_owned(),
        )
    };
    Ok(page.items.iter().map(pair).collect())
}
