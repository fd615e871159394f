//! What belongs to an entity: of a flow its instances, of a connection its subscriptions, and so on.

use super::super::show::href;
use super::super::visit::Visit;
use super::owners;
use super::table::{self, Table};
use crate::model::filter::Direction;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::store::{EntityFilter, StoreError};

/// Entities shown of one kind; the list has all of them.
const SHOWN_MAX: usize = 10;

/// The newest entities of one kind that name it.
pub struct Related {
    pub title: &'static str,
    pub table: Table,
    /// The list of all of them, archived ones too.
    pub all: String,
    pub is_more: bool,
}

/// Every kind of which there are any that name it.
///
/// # Errors
/// The store does not answer.
pub async fn related(visit: &Visit, kind: EntityKind, id: &Id) -> Result<Vec<Related>, StoreError> {
    let mut related = Vec::new();
    for other in EntityKind::ALL {
        let Some(owner) = owners(other).find(|owner| owner.kind == kind) else {
            continue;
        };
        let filter = EntityFilter {
            kind: other,
            ids: vec![(owner.member, vec![id.clone()])],
            archived: None,
        };
        let newest = Direction::NewestFirst;
        let found = visit
            .store()
            .entities(&visit.call, &filter, None, newest, SHOWN_MAX)
            .await?;
        if found.items.is_empty() {
            continue;
        }
        let pairs = [(owner.filter, id.as_str()), ("archived", "all")];
        related.push(Related {
            title: other.title(),
            table: table::table(visit, other, &found.items, Some(kind)).await?,
            all: href::with_query(&format!("/{}", href::entities(other)), &pairs),
            is_more: found.next.is_some(),
        });
    }
    Ok(related)
}
