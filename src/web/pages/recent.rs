//! The newest records of every kind that name one thing, with links to all of them.

use super::list::columns;
use super::list::table::{self, Table};
use super::show::href;
use super::visit::Visit;
use crate::model::fields;
use crate::model::filter::{Direction, Filter, IdField};
use crate::model::id::Id;
use crate::model::kind::Kind;
use crate::store::{ListRequest, StoreError};

/// Newest records shown of each kind.
const RECENT_MAX: usize = 5;

/// The newest records of one kind.
pub struct Recent {
    pub title: &'static str,
    pub table: Table,
    pub all: String,
    pub failed: String,
}

/// Newest records of every kind that has any, and the titles of the others that could. `name` is the filter's name
/// in addresses.
///
/// # Errors
/// The store does not answer.
pub async fn recent(
    visit: &Visit,
    field: IdField,
    name: &str,
    id: &Id,
) -> Result<(Vec<Recent>, Vec<&'static str>), StoreError> {
    let (mut recent, mut none) = (Vec::new(), Vec::new());
    for kind in Kind::SENT.into_iter().filter(|kind| kind.page_path().is_some()) {
        let request = ListRequest {
            filter: Filter::of(kind).with(field, id.clone()),
            after: None,
            direction: Direction::NewestFirst,
            limit: RECENT_MAX,
        };
        let found = visit.store().list(&visit.call, &request).await?;
        if !found.items.is_empty() {
            recent.push(Recent {
                title: kind.title(),
                table: table::table(visit, kind.title(), columns::of(kind), &found.items).await?,
                all: href::list(kind, &[(name, id.as_str())]),
                failed: href::list(kind, &[(name, id.as_str()), ("state", "failed")]),
            });
        } else if names(kind, field) {
            none.push(kind.title());
        }
    }
    Ok((recent, none))
}

/// Whether records of a kind are known to name such a thing.
fn names(kind: Kind, field: IdField) -> bool {
    let rules = fields::of_log(kind).iter().flat_map(|group| group.iter());
    field == IdField::Source || rules.into_iter().any(|rule| field.fields().contains(&rule.name))
}
