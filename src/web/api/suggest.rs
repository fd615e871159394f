//! `GET /query/suggest`: what could come next in a query line.

use super::ask::{Answer, Ask, invalid};
use super::params::{Means, Parameter};
use super::render::object::{Object, array};
use crate::model::kind::Kind;
use crate::model::query::fields::{Field, Value};
use crate::model::query::suggest::{self, Suggestion};
use crate::model::scope::Scope;
use crate::store::call::Call;
use crate::store::{StoreError, state_keys};
use crate::web::error::WebError;
use crate::web::question::entity_of;

/// Suggestions of one answer.
pub const SUGGESTIONS_MAX: usize = 20;
/// Sources that are looked at, from the first by name.
const SOURCES_MAX: usize = 200;

/// What can be asked.
pub const PARAMETERS: [Parameter; 2] = [
    Parameter {
        name: "kind",
        means: Means::Kind,
    },
    Parameter {
        name: "q",
        means: Means::Typed,
    },
];

/// `GET /query/suggest`
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    let kind = ask.query.last("kind").and_then(Kind::from_name).ok_or_else(|| {
        let names: Vec<&str> = Kind::SENT.iter().map(|kind| kind.name()).collect();
        invalid(
            "kind",
            "It is not said whose query line this is.",
            format!("one of {}", names.join(", ")),
        )
    })?;
    let typed = ask.query.last("q").unwrap_or("");
    let caret = suggest::caret(kind, typed);
    let mut found = match &caret {
        None => Vec::new(),
        Some(caret) => match caret.field {
            None => suggest::fields(kind, &caret.begin),
            Some(field) => values(&ask, kind, field, &caret.begin).await?,
        },
    };
    found.truncate(SUGGESTIONS_MAX);
    let from = caret.map_or_else(|| typed.chars().count(), |caret| caret.from);
    let items: Vec<String> = found.iter().map(item).collect();
    let mut object = Object::new();
    object.raw("from", &from.to_string()).raw("items", &array(items));
    Ok(Answer::json(object.finish()))
}

fn item(suggestion: &Suggestion) -> String {
    let mut object = Object::new();
    object.text("text", &suggestion.text);
    if !suggestion.says.is_empty() {
        object.text("says", &suggestion.says);
    }
    object.finish()
}

/// Known values of a field, of those that who asks may see.
async fn values(ask: &Ask, kind: Kind, field: &Field, begin: &str) -> Result<Vec<Suggestion>, WebError> {
    let Value::Ids(ids) = field.value else {
        return Ok(suggest::values(kind, field, begin));
    };
    let call = ask.read_call()?;
    if field.name == "source" {
        return Ok(sources(ask, &call, begin).await?);
    }
    let mut found: Vec<Suggestion> = Vec::new();
    let of_kind = ids.iter().filter(|id| field.takes(kind, **id));
    for kind in of_kind.filter_map(|id| entity_of(*id)) {
        for entity in ask
            .context
            .store
            .named(&call, kind, begin, false, SUGGESTIONS_MAX)
            .await?
        {
            let name = entity.text("name").or_else(|| entity.text("key")).unwrap_or_default();
            let suggestion = suggest::value(entity.id.as_str(), name);
            if !found.contains(&suggestion) {
                found.push(suggestion);
            }
        }
    }
    Ok(found)
}

/// Names of sources. They are not anybody's in particular, so that only who sees everything is told them.
async fn sources(ask: &Ask, call: &Call, begin: &str) -> Result<Vec<Suggestion>, StoreError> {
    let mut found = Vec::new();
    if *call.scope != Scope::ALL {
        return Ok(found);
    }
    let mut after: Option<String> = None;
    for _ in 0..SOURCES_MAX {
        let store = &ask.context.store;
        let next = store.state_scan(call, state_keys::LEDGER, after.as_deref(), 1).await?;
        let Some(source) = next.first().and_then(|hour| hour.key.strip_prefix(state_keys::LEDGER)) else {
            break;
        };
        let source = source.rsplit_once('/').map_or(source, |(source, _)| source);
        if source.to_lowercase().starts_with(&begin.to_lowercase()) {
            found.push(suggest::value(source, ""));
        }
        // Behind every hour of this source: a colon comes after all digits.
        after = Some(format!("{}{source}/:", state_keys::LEDGER));
    }
    Ok(found)
}
