//! The page of one customer, integration or connection.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::error::{not_found, or_page};
use super::super::list::columns::{self, Content};
use super::super::list::table::{self, Table};
use super::super::record::facts::{Fact, Value};
use super::super::record::problem::{self, Problems};
use super::super::shell::Shell;
use super::super::show::dot::Dot;
use super::super::show::json::{Piece, Tree, tree};
use super::super::show::marked::Marks;
use super::super::show::names::Names;
use super::super::show::{href, text, time::Moment};
use super::super::visit::{Visit, respond};
use super::{filter_of, name_of, singular};
use crate::model::entity::Entity;
use crate::model::fields::{self, FieldType};
use crate::model::filter::{Direction, Filter};
use crate::model::id::Id;
use crate::model::json;
use crate::model::kind::{EntityKind, ItemKind, Kind};
use crate::store::{ListRequest, rules};
use crate::web::error::WebError;

/// Newest records shown of each kind.
const RECENT_MAX: usize = 5;
const VALUE_MAX_CHARS: usize = 2000;

/// The newest records of one kind, with links to all of them.
struct Recent {
    title: &'static str,
    table: Table,
    all: String,
    failed: String,
}

/// What the tab that is open shows.
enum Panel {
    Records {
        recent: Vec<Recent>,
        /// Titles of kinds of which there are none.
        none: String,
    },
    Raw(Tree),
}

#[derive(Template)]
#[template(path = "entity/page.html")]
struct EntityPage {
    shell: Shell,
    thing: &'static str,
    title: String,
    dot: Dot,
    facts: Vec<Fact>,
    /// Its connections, where it has any.
    connections: Option<String>,
    problems: Option<Problems>,
    own: String,
    is_known: bool,
    panel: Panel,
}

#[derive(serde::Deserialize)]
pub struct Asked {
    tab: Option<String>,
}

/// `GET /customers/{id}` and the like; a key finds it too.
pub async fn page(
    kind: EntityKind,
    visit: Visit,
    path: web::Path<(String,)>,
    asked: web::Query<Asked>,
) -> HttpResponse {
    let page = build(&visit, kind, &path.0, asked.tab.as_deref() == Some("raw")).await;
    or_page(&visit, kind.api_path(), page).await
}

async fn build(visit: &Visit, kind: EntityKind, id: &str, is_raw: bool) -> Result<HttpResponse, WebError> {
    let not_found = || not_found(format!("No {} with this id", singular(kind)));
    let asked = Id::parse(id).map_err(|_| not_found())?;
    let entity = visit.store().entity(&visit.call, kind, id).await?;
    let id = entity.as_ref().map_or(asked, |entity| entity.id.clone());
    let (recent, none) = recent(visit, kind, &id).await?;
    if entity.is_none() && recent.is_empty() {
        return Err(not_found());
    }
    let title = entity.as_ref().map_or_else(|| id.to_string(), name_of);
    let panel = match &entity {
        Some(entity) if is_raw => Panel::Raw(tree(&raw(entity), "", &Marks::default())),
        _ => Panel::Records { recent, none },
    };
    let page = EntityPage {
        shell: Shell::new(visit, title.clone(), kind.api_path()),
        thing: singular(kind),
        dot: entity.as_ref().map_or_else(Dot::missing, Dot::of_entity),
        facts: match &entity {
            Some(entity) => facts(visit, entity).await?,
            None => vec![Fact {
                label: "Id".to_owned(),
                value: Value::Id(id.to_string()),
            }],
        },
        connections: match kind {
            EntityKind::Customer => Some(href::with_query("/connections", &[("customer", id.as_str())])),
            EntityKind::Integration => Some(href::with_query("/connections", &[("integration", id.as_str())])),
            _ => None,
        },
        problems: entity.as_ref().and_then(problems),
        own: href::entity(kind, &id).unwrap_or_default(),
        is_known: entity.is_some(),
        title,
        panel,
    };
    respond(StatusCode::OK, &page)
}

/// Newest records of every kind that has any, and the titles of the others.
async fn recent(visit: &Visit, kind: EntityKind, id: &Id) -> Result<(Vec<Recent>, String), WebError> {
    let Some((field, name)) = filter_of(kind) else {
        return Ok((Vec::new(), String::new()));
    };
    let (mut recent, mut none) = (Vec::new(), Vec::new());
    for log in Kind::SENT.into_iter().filter(|log| log.page_path().is_some()) {
        let request = ListRequest {
            filter: Filter::of(log).with(field, id.clone()),
            after: None,
            direction: Direction::NewestFirst,
            limit: RECENT_MAX,
        };
        let found = visit.store().list(&visit.call, &request).await?;
        if found.items.is_empty() {
            none.push(log.title());
            continue;
        }
        recent.push(Recent {
            title: log.title(),
            table: table::table(visit, log.title(), columns::of(log), &found.items).await?,
            all: href::list(log, &[(name, id.as_str())]),
            failed: href::list(log, &[(name, id.as_str()), ("state", "failed")]),
        });
    }
    Ok((recent, none.join(", ")))
}

/// Everything it says of itself but errors and nested values, which are shown apart.
async fn facts(visit: &Visit, entity: &Entity) -> Result<Vec<Fact>, WebError> {
    let owners = [
        (EntityKind::Customer, "customerId"),
        (EntityKind::Integration, "integrationId"),
    ];
    let wanted = owners
        .iter()
        .filter_map(|(kind, member)| Some((*kind, rules::entity_id(entity, member)?)));
    let names = Names::of(visit.store(), &visit.call, wanted.collect()).await?;
    let mut facts = Vec::new();
    for (name, raw) in entity.fields() {
        if matches!(name, "name" | "errors" | "requestError" | "error") {
            continue;
        }
        let owner = owners.iter().find(|(_, member)| *member == name);
        let owner = owner.and_then(|(kind, member)| Some(names.named(*kind, &rules::entity_id(entity, member)?)));
        let rule = fields::rule(ItemKind::Entity(entity.kind), name).map(|(_, rule)| rule.value);
        let said = json::scalar(raw);
        let moment = said.as_ref().and_then(|said| Moment::of_text(said, visit.now));
        let is_time = matches!(rule, Some(FieldType::Time | FieldType::FreeTime));
        let value = match (owner, said, moment) {
            (Some(named), _, _) => Value::Thing(named),
            (_, Some(_), Some(moment)) if is_time => Value::Time(moment),
            (_, Some(said), _) if rule == Some(FieldType::Id) => Value::Id(said.into_owned()),
            (_, Some(said), _) => Value::Text(text::clip(&said, VALUE_MAX_CHARS).into_owned()),
            (_, None, _) => Value::Tree(tree(raw, "", &Marks::default())),
        };
        let label = match name {
            "customerId" => "Customer".to_owned(),
            "integrationId" => "Integration".to_owned(),
            name => text::label(&text::clip(name, 80)),
        };
        facts.push(Fact { label, value });
    }
    if entity.raw("updatedAt").is_none() {
        facts.push(Fact {
            label: "Changed".to_owned(),
            value: Value::Time(Moment::new(entity.changed_at, visit.now)),
        });
    }
    facts.push(Fact {
        label: "Id".to_owned(),
        value: Value::Id(entity.id.to_string()),
    });
    Ok(facts)
}

fn error_texts(entity: &Entity) -> Vec<(String, String)> {
    let fields = ["requestError", "error", "errors"].into_iter();
    let given = fields.filter_map(|name| Some((name, entity.raw(name)?)));
    given.flat_map(|(name, raw)| problem::texts(name, raw)).collect()
}

fn problems(entity: &Entity) -> Option<Problems> {
    let texts = error_texts(entity);
    (!texts.is_empty()).then(|| problem::of_texts(&texts, &Marks::default()))
}

/// What is wrong with it, in one line.
pub fn first_message(entity: &Entity) -> Option<String> {
    let (error, _) = error_texts(entity).into_iter().next()?;
    let message = json::member(&error, "message").unwrap_or(&error);
    json::scalar(message).map(|message| text::line(&message).into_owned())
}

fn raw(entity: &Entity) -> String {
    let members = entity.fields().into_iter();
    let members = members.map(|(name, raw)| format!(",{}:{raw}", json::quote(name)));
    format!(
        "{{\"kind\":{},\"id\":{}{}}}",
        json::quote(entity.kind.name()),
        json::quote(entity.id.as_str()),
        members.collect::<String>()
    )
}
