//! The page of one entity.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use askama::Template;

use super::super::error::{not_found, or_page};
use super::super::list::columns::Content;
use super::super::paging::Asked;
use super::super::recent::{Recent, recent};
use super::super::record::facts::{Fact, Value};
use super::super::record::problem::Problems;
use super::super::shell::Shell;
use super::super::show::dot::Dot;
use super::super::show::json::{Piece, Tree, tree};
use super::super::show::marked::Marks;
use super::super::show::{href, time};
use super::super::visit::{Visit, respond};
use super::history::{History, history};
use super::nodes::{self, Node};
use super::related::{Related, related};
use super::{facts, filter_of, name_of, singular};
use crate::model::entity::Entity;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::time::Micros;
use crate::web::error::WebError;

/// What the tab that is open shows.
enum Panel {
    Records {
        recent: Vec<Recent>,
        /// Titles of kinds of which there are none.
        none: String,
    },
    Setup {
        nodes: Vec<Node>,
        trees: Vec<(String, Tree)>,
        related: Vec<Related>,
    },
    History(History),
    Raw(Tree),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tab {
    Records,
    Setup,
    History,
    Raw,
}

/// Each with its name in addresses and its title; the first is the page's own address.
const TABS: [(Tab, &str, &str); 4] = [
    (Tab::Records, "", "Records"),
    (Tab::Setup, "setup", "Setup"),
    (Tab::History, "history", "History"),
    (Tab::Raw, "raw", "Raw JSON"),
];

struct TabLink {
    title: &'static str,
    href: String,
    is_open: bool,
}

/// The time in the past that is shown.
struct Then {
    exact: String,
    /// Something was known of it by then.
    is_known: bool,
    /// The same as it is now.
    now: String,
}

#[derive(Template)]
#[template(path = "entity/page.html")]
struct EntityPage {
    shell: Shell,
    thing: &'static str,
    /// The kind's name on the wire.
    wire: &'static str,
    title: String,
    dot: Dot,
    facts: Vec<Fact>,
    problems: Option<Problems>,
    own: String,
    is_known: bool,
    then: Option<Then>,
    tabs: Vec<TabLink>,
    panel: Panel,
}

/// What its page is asked for.
struct Query {
    tab: Tab,
    /// As it was at a time, instead of now.
    at: Option<Micros>,
    asked: Asked,
}

/// `GET /customers/{id}` and the like; a key finds it too.
pub async fn page(
    kind: EntityKind,
    visit: Visit,
    path: web::Path<(String,)>,
    pairs: web::Query<Vec<(String, String)>>,
) -> HttpResponse {
    let page = build(&visit, kind, &path.0, &pairs).await;
    or_page(&visit, href::entities(kind), page).await
}

async fn build(
    visit: &Visit,
    kind: EntityKind,
    id: &str,
    pairs: &[(String, String)],
) -> Result<HttpResponse, WebError> {
    let not_found = || not_found(format!("No {} with this id", singular(kind)));
    let query = Query::parse(pairs)?;
    let asked = Id::parse(id).map_err(|_| not_found())?;
    let now = visit.store().entity(&visit.call, kind, id).await?;
    let id = now.as_ref().map_or(asked, |entity| entity.id.clone());
    let (field, name) = filter_of(kind);
    let records = match (query.tab, &now) {
        // Of something nobody sent there is a page only when records name it.
        (Tab::Records, _) | (_, None) => Some(recent(visit, field, name, &id).await?),
        _ => None,
    };
    if now.is_none() && records.as_ref().is_none_or(|(recent, _)| recent.is_empty()) {
        return Err(not_found());
    }
    let is_known = now.is_some();
    let entity = match query.at {
        Some(at) if is_known => visit.store().entity_at(&visit.call, kind, &id, at).await?,
        _ => now.clone(),
    };
    let own = href::entity(kind, &id);
    let title = entity.as_ref().or(now.as_ref()).map_or_else(|| id.to_string(), name_of);
    let panel = match records {
        Some((recent, none)) => Panel::Records {
            recent,
            none: none.join(", "),
        },
        None => panel(visit, (kind, &id), entity.as_ref(), &query, &own).await?,
    };
    let id_only = || Fact {
        label: "Id".to_owned(),
        value: Value::Id(id.to_string()),
    };
    let page = EntityPage {
        shell: Shell::new(visit, title.clone(), href::entities(kind)),
        thing: singular(kind),
        wire: kind.name(),
        dot: entity.as_ref().map_or_else(Dot::missing, Dot::of_entity),
        facts: match &entity {
            Some(entity) => facts::facts(visit, entity).await?,
            None => vec![id_only()],
        },
        problems: entity.as_ref().and_then(facts::problems),
        then: query.at.filter(|_| is_known).map(|at| Then {
            exact: time::exact(at),
            is_known: entity.is_some(),
            now: query.address(&own, query.tab, None),
        }),
        tabs: query.tabs(&own, is_known),
        own,
        is_known,
        title,
        panel,
    };
    respond(StatusCode::OK, &page)
}

async fn panel(
    visit: &Visit,
    (kind, id): (EntityKind, &Id),
    entity: Option<&Entity>,
    query: &Query,
    own: &str,
) -> Result<Panel, WebError> {
    Ok(match query.tab {
        Tab::Records | Tab::Setup => Panel::Setup {
            nodes: entity.map(nodes::of).unwrap_or_default(),
            trees: entity.map(facts::trees).unwrap_or_default(),
            related: related(visit, kind, id).await?,
        },
        Tab::History => Panel::History(history(visit, (kind, id), own, &query.asked).await?),
        Tab::Raw => {
            let raw = entity.map_or_else(|| "null".to_owned(), facts::raw);
            Panel::Raw(tree(&raw, "", &Marks::default()))
        }
    })
}

impl Query {
    fn parse(pairs: &[(String, String)]) -> Result<Query, Problem> {
        let mut query = Query {
            tab: Tab::Records,
            at: None,
            asked: Asked::default(),
        };
        for (name, value) in pairs.iter().map(|(name, value)| (name.as_str(), value.trim())) {
            match name {
                "tab" => {
                    let known = TABS.iter().find(|(_, name, _)| *name == value);
                    query.tab = known.map_or(Tab::Records, |(tab, ..)| *tab);
                }
                "at" if !value.is_empty() => {
                    let at = time::parse(value, false).ok_or_else(|| {
                        Problem::new(ProblemKey::InvalidParameter, "at is not a time")
                            .at("at")
                            .expected("a date, a date and time in UTC, or RFC 3339")
                    })?;
                    query.at = Some(at);
                }
                _ => {
                    query.asked.take(name, value);
                }
            }
        }
        Ok(query)
    }

    fn tabs(&self, own: &str, is_known: bool) -> Vec<TabLink> {
        let known = TABS.iter().filter(|(tab, ..)| is_known || *tab == Tab::Records);
        let link = |(tab, _, title): &(Tab, &str, &'static str)| TabLink {
            title,
            // The history is the same whenever one looks from.
            href: self.address(own, *tab, self.at.filter(|_| *tab != Tab::History)),
            is_open: *tab == self.tab || !is_known,
        };
        known.map(link).collect()
    }

    fn address(&self, own: &str, tab: Tab, at: Option<Micros>) -> String {
        let name = TABS
            .iter()
            .find(|(known, ..)| *known == tab)
            .map_or("", |(_, name, _)| *name);
        let at = at.map(|at| at.to_string()).unwrap_or_default();
        href::with_query(own, &[("tab", name), ("at", &at)])
    }
}
