//! `/go`: links from one's own product, by whatever ids it knows.

use actix_web::{HttpResponse, web};

use super::error::{not_found, or_page};
use super::search::{only, see};
use super::show::{href, text};
use super::visit::Visit;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::problem::{Problem, ProblemKey};
use crate::web::error::WebError;
use crate::web::search;

/// What a name in the address stands for.
#[derive(Clone, Copy)]
enum Thing {
    /// Anything that has the id.
    Any,
    Record(&'static [Kind]),
    Entity(EntityKind),
}

/// Names in addresses, the most particular first: of several that are given, the first that is found counts.
const NAMES: [(&str, Thing); 16] = [
    ("id", Thing::Any),
    ("request", Thing::Record(&[Kind::ApiRequest])),
    ("run", Thing::Record(&[Kind::FlowRun])),
    ("action-run", Thing::Record(&[Kind::ActionRun])),
    ("event", Thing::Record(&[Kind::ExternalEvent, Kind::InternalEvent])),
    ("webhook", Thing::Record(&[Kind::ExternalWebhook])),
    ("pull", Thing::Record(&[Kind::ExternalEventPull])),
    ("flow-instance", Thing::Entity(EntityKind::FlowInstance)),
    ("instance", Thing::Entity(EntityKind::FlowInstance)),
    ("subscription", Thing::Entity(EntityKind::ExternalEventSubscription)),
    (
        "internal-subscription",
        Thing::Entity(EntityKind::InternalEventSubscription),
    ),
    ("event-type", Thing::Entity(EntityKind::InternalEventType)),
    ("connection", Thing::Entity(EntityKind::Connection)),
    ("flow", Thing::Entity(EntityKind::Flow)),
    ("customer", Thing::Entity(EntityKind::Customer)),
    ("integration", Thing::Entity(EntityKind::Integration)),
];

/// `GET /go`
pub async fn page(visit: Visit, pairs: web::Query<Vec<(String, String)>>) -> HttpResponse {
    let page = find(&visit, &pairs).await;
    or_page(&visit, "search", page).await
}

async fn find(visit: &Visit, pairs: &[(String, String)]) -> Result<HttpResponse, WebError> {
    let is_known = |name: &str| NAMES.iter().any(|(known, _)| *known == name);
    if let Some((name, _)) = pairs.iter().find(|(name, _)| !is_known(name)) {
        let names: Vec<&str> = NAMES.iter().map(|(name, _)| *name).collect();
        let message = format!("“{}” is nothing one can go to", text::line(name));
        let expected = names.join(", ");
        return Err(Problem::new(ProblemKey::UnknownParameter, message)
            .expected(expected)
            .into());
    }
    let mut looked_for = Vec::new();
    for (name, thing) in NAMES {
        let given = pairs
            .iter()
            .filter(|(known, value)| known == name && !value.trim().is_empty());
        for (_, value) in given {
            let value = value.trim();
            if let Some(href) = of(visit, thing, value).await? {
                return Ok(see(&href));
            }
            looked_for.push(format!("{name} {}", text::clip(&text::line(value), 80)));
        }
    }
    if looked_for.is_empty() {
        let problem = Problem::new(ProblemKey::InvalidParameter, "the address says nothing to go to");
        return Err(problem.expected("for example /go?id=… or /go?customer=…&run=…").into());
    }
    Err(not_found(format!(
        "Nothing of what the address names ({})",
        looked_for.join(", ")
    )))
}

async fn of(visit: &Visit, thing: Thing, value: &str) -> Result<Option<String>, WebError> {
    let (store, call) = (visit.store(), &visit.call);
    let id = Id::parse(value).ok();
    match (thing, id) {
        (Thing::Entity(kind), _) => {
            let entity = store.entity(call, kind, value).await?;
            Ok(entity.map(|entity| href::entity(kind, &entity.id)))
        }
        (Thing::Record(kinds), Some(id)) => {
            let keys: Vec<RecordKey> = kinds.iter().map(|kind| RecordKey::new(*kind, id.clone())).collect();
            let found = store.get(call, &keys).await?;
            Ok(found.into_iter().flatten().find_map(|record| href::record(&record.key)))
        }
        (Thing::Any, Some(id)) => {
            let found = search::by_id(store, call, &id).await?;
            let is_there = !found.entities.is_empty() || !found.groups.is_empty();
            // Several kinds may have one id: then the visitor chooses.
            let choice = || href::with_query("/search", &[("q", value), ("all", "1")]);
            Ok(only(&found, &id).or_else(|| is_there.then(choice)))
        }
        (Thing::Record(_) | Thing::Any, None) => Ok(None),
    }
}
