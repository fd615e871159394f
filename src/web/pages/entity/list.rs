//! The list of one kind of entity.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::error::or_page;
use super::super::paging::{Asked, Pages, ROWS_PER_PAGE, Shown, pages};
use super::super::shell::Shell;
use super::super::show::href;
use super::super::show::names::Names;
use super::super::visit::{Visit, respond};
use super::table::{self, Table};
use super::{Owner, owners, singular};
use crate::model::entity::Entity;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::time::Micros;
use crate::store::EntityFilter;
use crate::web::error::WebError;

/// Which entities are shown: by whether they are archived, and by whom they belong to.
struct Query {
    archived: Option<bool>,
    owners: Vec<(&'static Owner, Id)>,
    asked: Asked,
}

struct Choice {
    label: &'static str,
    href: String,
    is_on: bool,
}

struct Chip {
    label: &'static str,
    value: String,
    remove: String,
}

#[derive(Template)]
#[template(path = "entity/list.html")]
struct EntityListPage {
    shell: Shell,
    title: &'static str,
    thing: &'static str,
    /// The kind's name on the wire.
    wire: &'static str,
    /// The two sorts of subscriptions, when this is the list of one.
    sorts: Vec<Choice>,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    table: Table,
    pages: Pages,
    all: String,
    is_filtered: bool,
}

/// `GET /customers` and the like
pub async fn page(kind: EntityKind, visit: Visit, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let page = build(&visit, kind, &pairs).await;
    or_page(&visit, href::entities(kind), page).await
}

async fn build(visit: &Visit, kind: EntityKind, pairs: &[(String, String)]) -> Result<HttpResponse, WebError> {
    let query = Query::parse(kind, pairs)?;
    let address = query.address(kind);
    let filter = EntityFilter {
        kind,
        ids: (query.owners.iter().map(|(owner, id)| (owner.member, vec![id.clone()]))).collect(),
        archived: query.archived,
    };
    let after = query.asked.position::<(Micros, Id)>(visit, &address)?;
    let direction = query.asked.direction();
    let found = visit
        .store()
        .entities(&visit.call, &filter, after.as_ref(), direction, ROWS_PER_PAGE)
        .await?;
    let more = found.next.is_some();
    let entities = query.asked.newest_first(found.items);
    let place = |entity: &Entity| (entity.place, entity.id.clone());
    let (first, last) = (entities.first().map(place), entities.last().map(place));
    let shown = Shown {
        rows: entities.len(),
        first: first.as_ref(),
        last: last.as_ref(),
        more,
    };
    let names = owners_names(visit, &query).await?;
    let page = EntityListPage {
        shell: Shell::new(visit, kind.title(), href::entities(kind)),
        title: kind.title(),
        thing: singular(kind),
        wire: kind.name(),
        sorts: sorts(kind),
        choices: query.choices(kind),
        chips: query.chips(kind, &names),
        table: table::table(visit, kind, &entities, None).await?,
        pages: pages(visit, &address, &query.asked, &shown),
        all: href::with_query(&format!("/{}", href::entities(kind)), &[("archived", "all")]),
        is_filtered: query.archived != Some(false) || !query.owners.is_empty(),
    };
    respond(StatusCode::OK, &page)
}

/// Links between the two sorts of subscriptions; nothing on other lists.
fn sorts(kind: EntityKind) -> Vec<Choice> {
    let all = [
        ("External", EntityKind::ExternalEventSubscription),
        ("Internal", EntityKind::InternalEventSubscription),
    ];
    if !all.iter().any(|(_, sort)| *sort == kind) {
        return Vec::new();
    }
    let choice = |(label, sort)| Choice {
        label,
        href: format!("/{}", href::entities(sort)),
        is_on: sort == kind,
    };
    all.into_iter().map(choice).collect()
}

async fn owners_names(visit: &Visit, query: &Query) -> Result<Names, WebError> {
    let wanted = query.owners.iter().map(|(owner, id)| (owner.kind, id.clone()));
    Ok(Names::of(visit.store(), &visit.call, wanted.collect()).await?)
}

impl Query {
    fn parse(kind: EntityKind, pairs: &[(String, String)]) -> Result<Query, Problem> {
        let mut query = Query {
            archived: Some(false),
            owners: Vec::new(),
            asked: Asked::default(),
        };
        for (name, value) in pairs.iter().map(|(name, value)| (name.as_str(), value.trim())) {
            let owner = owners(kind).find(|owner| owner.filter == name);
            let wrong = |expected: &'static str| {
                Problem::new(ProblemKey::InvalidParameter, "a filter is not as it should be").expected(expected)
            };
            match (name, value, owner) {
                (_, "", _) => {}
                (_, _, Some(owner)) => {
                    let id = Id::parse(value).map_err(|_| wrong("an id"))?;
                    query.owners.retain(|(other, _)| other.filter != name);
                    query.owners.push((owner, id));
                }
                ("archived", "no", _) => query.archived = Some(false),
                ("archived", "yes", _) => query.archived = Some(true),
                ("archived", "all", _) => query.archived = None,
                ("archived", _, _) => return Err(wrong("archived to be no, yes or all")),
                _ if query.asked.take(name, value) => {}
                _ => {
                    let unknown = Problem::new(ProblemKey::UnknownParameter, "this list has no filter of that name");
                    let known = ["archived"].into_iter().chain(owners(kind).map(|owner| owner.filter));
                    return Err(unknown.expected(known.collect::<Vec<_>>().join(", ")));
                }
            }
        }
        Ok(query)
    }

    fn address(&self, kind: EntityKind) -> String {
        self.address_with(kind, self.archived, None)
    }

    fn address_with(&self, kind: EntityKind, archived: Option<bool>, without: Option<&str>) -> String {
        let archived = match archived {
            Some(false) => "",
            Some(true) => "yes",
            None => "all",
        };
        let owners = self.owners.iter().filter(|(owner, _)| Some(owner.filter) != without);
        let mut pairs: Vec<(&str, &str)> = owners.map(|(owner, id)| (owner.filter, id.as_str())).collect();
        pairs.push(("archived", archived));
        href::with_query(&format!("/{}", href::entities(kind)), &pairs)
    }

    fn choices(&self, kind: EntityKind) -> Vec<Choice> {
        let all = [("In use", Some(false)), ("Archived", Some(true)), ("All", None)];
        let choice = |(label, archived)| Choice {
            label,
            href: self.address_with(kind, archived, None),
            is_on: self.archived == archived,
        };
        all.into_iter().map(choice).collect()
    }

    fn chips(&self, kind: EntityKind, names: &Names) -> Vec<Chip> {
        let chip = |(owner, id): &(&'static Owner, Id)| Chip {
            label: owner.label,
            value: names.named(owner.kind, id).text,
            remove: self.address_with(kind, self.archived, Some(owner.filter)),
        };
        self.owners.iter().map(chip).collect()
    }
}
