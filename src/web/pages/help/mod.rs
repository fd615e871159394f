//! How to write a query line: made from the table that it is read by.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use askama::Template;

use super::error::or_page;
use super::shell::Shell;
use super::show::href;
use super::visit::{Visit, respond};
use crate::model::kind::Kind;
use crate::model::query::error::{QUERY_MAX_CHARS, TERMS_MAX, VALUES_MAX};
use crate::model::query::fields::{FIELDS, Field};
use crate::model::query::parse::parse;

/// A field, with an example one may try.
struct Row {
    field: &'static Field,
    /// The list that shows what the example finds.
    try_it: Option<String>,
    others: String,
    /// Kinds that have it, unless all do.
    kinds: Option<String>,
}

#[derive(Template)]
#[template(path = "help/query.html")]
struct HelpPage {
    shell: Shell,
    rows: Vec<Row>,
    max_chars: usize,
    max_terms: usize,
    max_values: usize,
}

/// `GET /help/query`
pub async fn query_page(visit: Visit) -> HttpResponse {
    let page = HelpPage {
        shell: Shell::new(&visit, "Query line", "help"),
        rows: FIELDS.iter().map(row).collect(),
        max_chars: QUERY_MAX_CHARS,
        max_terms: TERMS_MAX,
        max_values: VALUES_MAX,
    };
    or_page(&visit, "help", respond(StatusCode::OK, &page)).await
}

fn row(field: &'static Field) -> Row {
    let kinds: Vec<Kind> = Kind::SENT.into_iter().filter(|kind| field.is_of(*kind)).collect();
    let has_example = |kind: &&Kind| kind.page_path().is_some() && parse(**kind, field.example).is_ok();
    let titles: Vec<&str> = kinds.iter().map(|kind| kind.title()).collect();
    Row {
        field,
        try_it: kinds
            .iter()
            .find(has_example)
            .map(|kind| href::list(*kind, &[("q", field.example)])),
        others: field.others.join(", "),
        kinds: (kinds.len() < Kind::SENT.len()).then(|| titles.join(", ")),
    }
}
