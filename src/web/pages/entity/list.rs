//! The list of one kind of entity.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::error::or_page;
use super::super::paging::{Asked, Pages, ROWS_PER_PAGE, Shown, pages};
use super::super::shell::Shell;
use super::super::show::dot::Dot;
use super::super::show::names::{Named, Names};
use super::super::show::{href, time::Moment};
use super::super::visit::{Visit, respond};
use super::{name_of, singular};
use crate::model::entity::Entity;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::time::Micros;
use crate::store::{EntityFilter, rules};
use crate::web::error::WebError;

/// Which entities are shown: by whether they are archived, and by whom they belong to.
struct Query {
    archived: Option<bool>,
    /// Name in the address, member of the entity, id.
    owners: Vec<(&'static str, &'static str, EntityKind, Id)>,
    asked: Asked,
}

struct Row {
    dot: Dot,
    href: String,
    name: String,
    why: Option<String>,
    key: String,
    customer: Option<Named>,
    integration: Option<Named>,
    created: Moment,
    changed: Moment,
    short: String,
    id: String,
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
    has_owners: bool,
    choices: Vec<Choice>,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    pages: Pages,
    all: String,
    is_filtered: bool,
}

/// `GET /customers`, `/integrations`, `/connections`
pub async fn page(kind: EntityKind, visit: Visit, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let page = build(&visit, kind, &pairs).await;
    or_page(&visit, kind.api_path(), page).await
}

async fn build(visit: &Visit, kind: EntityKind, pairs: &[(String, String)]) -> Result<HttpResponse, WebError> {
    let query = Query::parse(pairs)?;
    let address = query.address(kind);
    let filter = EntityFilter {
        kind,
        ids: (query
            .owners
            .iter()
            .map(|(_, member, _, id)| (*member, vec![id.clone()])))
        .collect(),
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
    let names = owners_names(visit, &query, &entities).await?;
    let page = EntityListPage {
        shell: Shell::new(visit, kind.title(), kind.api_path()),
        title: kind.title(),
        thing: singular(kind),
        has_owners: kind == EntityKind::Connection,
        choices: query.choices(kind),
        chips: query.chips(kind, &names),
        rows: entities.iter().map(|entity| row(visit, entity, &names)).collect(),
        pages: pages(visit, &address, &query.asked, &shown),
        all: href::with_query(&format!("/{}", kind.api_path()), &[("archived", "all")]),
        is_filtered: query.archived != Some(false) || !query.owners.is_empty(),
    };
    respond(StatusCode::OK, &page)
}

async fn owners_names(visit: &Visit, query: &Query, entities: &[Entity]) -> Result<Names, WebError> {
    let mut wanted = std::collections::BTreeSet::new();
    for entity in entities {
        for (kind, member) in [
            (EntityKind::Customer, "customerId"),
            (EntityKind::Integration, "integrationId"),
        ] {
            wanted.extend(rules::entity_id(entity, member).map(|id| (kind, id)));
        }
    }
    wanted.extend(query.owners.iter().map(|(_, _, kind, id)| (*kind, id.clone())));
    Ok(Names::of(visit.store(), &visit.call, wanted).await?)
}

fn row(visit: &Visit, entity: &Entity, names: &Names) -> Row {
    let owner = |kind, member| rules::entity_id(entity, member).map(|id| names.named(kind, &id));
    Row {
        dot: Dot::of_entity(entity),
        href: href::entity(entity.kind, &entity.id).unwrap_or_default(),
        name: name_of(entity),
        why: super::show::first_message(entity),
        key: entity.text("key").unwrap_or_default().into_owned(),
        customer: owner(EntityKind::Customer, "customerId"),
        integration: owner(EntityKind::Integration, "integrationId"),
        created: Moment::new(entity.place, visit.now),
        changed: Moment::new(entity.changed_at, visit.now),
        short: entity.id.short().to_owned(),
        id: entity.id.to_string(),
    }
}

impl Query {
    fn parse(pairs: &[(String, String)]) -> Result<Query, Problem> {
        let mut query = Query {
            archived: Some(false),
            owners: Vec::new(),
            asked: Asked::default(),
        };
        for (name, value) in pairs.iter().map(|(name, value)| (name.as_str(), value.trim())) {
            let owner = match name {
                "customer" => Some(("customer", "customerId", EntityKind::Customer)),
                "integration" => Some(("integration", "integrationId", EntityKind::Integration)),
                _ => None,
            };
            let wrong = |expected: &'static str| {
                Problem::new(ProblemKey::InvalidParameter, "a filter is not as it should be").expected(expected)
            };
            match (name, value, owner) {
                (_, "", _) => {}
                (_, _, Some((name, member, kind))) => {
                    let id = Id::parse(value).map_err(|_| wrong("an id"))?;
                    query.owners.retain(|(other, ..)| *other != name);
                    query.owners.push((name, member, kind, id));
                }
                ("archived", "no", _) => query.archived = Some(false),
                ("archived", "yes", _) => query.archived = Some(true),
                ("archived", "all", _) => query.archived = None,
                ("archived", _, _) => return Err(wrong("archived to be no, yes or all")),
                _ if query.asked.take(name, value) => {}
                _ => {
                    let unknown = Problem::new(ProblemKey::UnknownParameter, "this list has no filter of that name");
                    return Err(unknown.expected("archived, customer or integration"));
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
        let owners = self.owners.iter().filter(|(name, ..)| Some(*name) != without);
        let mut pairs: Vec<(&str, &str)> = owners.map(|(name, _, _, id)| (*name, id.as_str())).collect();
        pairs.push(("archived", archived));
        href::with_query(&format!("/{}", kind.api_path()), &pairs)
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
        let chip = |(name, _, owner, id): &(&'static str, &str, EntityKind, Id)| Chip {
            label: if *owner == EntityKind::Customer {
                "Customer"
            } else {
                "Integration"
            },
            value: names.named(*owner, id).text,
            remove: self.address_with(kind, self.archived, Some(name)),
        };
        self.owners.iter().map(chip).collect()
    }
}
