//! Search: whatever a scrap of text leads to, or straight to the page whose id it is.

use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use askama::Template;

use super::entity::singular;
use super::error::or_page;
use super::list::columns::{self, Content};
use super::list::table::{self, Table};
use super::shell::Shell;
use super::show::dot::Dot;
use super::show::href;
use super::show::time::Moment;
use super::visit::{Visit, respond};
use crate::model::entity::Entity;
use crate::model::id::Id;
use crate::model::query::bare::as_query;
use crate::model::record::Record;
use crate::web::error::WebError;
use crate::web::search::{self, Found, TEXT_MAX_CHARS, Why};

/// What was found of one kind of records.
struct Group {
    title: &'static str,
    table: Table,
    /// All of the kind that have the words.
    all: Option<String>,
    has_more: bool,
    looked_until: Option<Moment>,
}

/// An entity that was found.
struct Named {
    kind: &'static str,
    dot: Dot,
    href: String,
    name: String,
    id: String,
}

#[derive(Template)]
#[template(path = "search/page.html")]
struct SearchPage {
    shell: Shell,
    text: String,
    is_cut: bool,
    entities: Vec<Named>,
    groups: Vec<Group>,
}

/// `GET /search`
pub async fn page(visit: Visit, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let page = build(&visit, &pairs).await;
    or_page(&visit, "search", page).await
}

async fn build(visit: &Visit, pairs: &[(String, String)]) -> Result<HttpResponse, WebError> {
    let value = |name: &str| pairs.iter().rev().find(|(known, _)| known == name);
    let text = value("q").map_or("", |(_, text)| text.trim());
    if value("all").is_none()
        && let Some(id) = Id::parse(text).ok()
        && let Some(only) = only(&search::by_id(visit.store(), &visit.call, &id).await?, &id)
    {
        return Ok(see(&only));
    }
    let found = search::search(visit.store(), &visit.call, text).await?;
    let mut groups = Vec::new();
    for group in &found.groups {
        let records: Vec<Record> = group.hits.iter().map(|(record, _)| record.clone()).collect();
        let has_list = group.kind.page_path().is_some();
        let has_words = group.has_more || group.hits.iter().any(|(_, why)| *why == Why::Words);
        groups.push(Group {
            title: group.kind.title(),
            table: table::table(visit, group.kind.title(), columns::of(group.kind), &records).await?,
            all: (has_list && has_words).then(|| href::list(group.kind, &[("q", &as_query(text))])),
            has_more: group.has_more,
            looked_until: group.scanned_until.map(|at| Moment::new(at, visit.now)),
        });
    }
    let title = if text.is_empty() {
        "Search".to_owned()
    } else {
        format!("Search: {text}")
    };
    let page = SearchPage {
        shell: Shell::new(visit, title, "search").searched(text),
        is_cut: text.chars().count() > TEXT_MAX_CHARS,
        text: text.to_owned(),
        entities: found.entities.iter().map(named).collect(),
        groups,
    };
    respond(StatusCode::OK, &page)
}

fn named(entity: &Entity) -> Named {
    let name = entity.text("name").or_else(|| entity.text("key"));
    Named {
        kind: singular(entity.kind),
        dot: Dot::of_entity(entity),
        href: href::entity(entity.kind, &entity.id),
        name: name.map_or_else(
            || entity.id.to_string(),
            |name| super::show::text::line(&name).into_owned(),
        ),
        id: entity.id.to_string(),
    }
}

/// The page of the one thing that has this id.
pub fn only(found: &Found, id: &Id) -> Option<String> {
    let entities = found.entities.iter().filter(|entity| entity.id == *id);
    let entities = entities.map(|entity| href::entity(entity.kind, &entity.id));
    let records = found.groups.iter().flat_map(|group| &group.hits);
    let records = records.filter_map(|(record, _)| href::record(&record.key));
    let mut all = entities.chain(records);
    all.next().filter(|_| all.next().is_none())
}

/// Sends the visitor to a page.
pub fn see(href: &str) -> HttpResponse {
    HttpResponse::SeeOther()
        .insert_header((header::LOCATION, href))
        .finish()
}
