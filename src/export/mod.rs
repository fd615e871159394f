//! Everything that is kept, oldest first, in the form an import takes: entities, then log records of all kinds by place.

mod line;
mod merge;
mod position;

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::model::filter::Direction;
use crate::model::kind::{EntityKind, Kind};
use crate::model::scope::Scope;
use crate::model::time::Micros;
use crate::store::call::{Call, Steps};
use crate::store::{EntityFilter, Store, StoreError};
use merge::Merge;
pub use position::Position;

/// About so many bytes of lines are made at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// Entities and summaries that are read at once, of each kind.
const PAGE: usize = 200;

/// What is exported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selection {
    pub logs: Vec<Kind>,
    pub entities: Vec<EntityKind>,
    /// Log records with a place at or after; entities are not limited by time.
    pub from: Option<Micros>,
    /// Log records with a place before.
    pub to: Option<Micros>,
}

/// An export under way.
pub struct Export {
    store: Arc<dyn Store>,
    /// For each read of the store.
    timeout: Duration,
    /// Kinds of entities still to come, the present one first.
    entities: VecDeque<EntityKind>,
    after_entity: Option<Position>,
    records: Merge,
}

impl Export {
    /// Begins after a position, else at the oldest. Each read of the store has `timeout`.
    pub fn new(store: Arc<dyn Store>, selection: Selection, after: Option<Position>, timeout: Duration) -> Export {
        let mut entities: VecDeque<EntityKind> = EntityKind::ALL
            .into_iter()
            .filter(|kind| selection.entities.contains(kind))
            .collect();
        let after_record = match &after {
            None => None,
            Some(Position::Entity { kind, .. }) => {
                entities.retain(|other| other >= kind);
                None
            }
            Some(Position::Record(position)) => {
                entities.clear();
                Some(position.clone())
            }
        };
        Export {
            store,
            timeout,
            entities,
            after_entity: after,
            records: Merge::new(&selection, after_record),
        }
    }

    /// The next lines, each with its end; `None` at the end.
    ///
    /// # Errors
    /// The store cannot be read; the lines before stay good, and another export may go on after them.
    pub async fn next(&mut self) -> Result<Option<String>, StoreError> {
        let mut lines = String::new();
        while lines.is_empty() {
            let Some(kind) = self.entities.front().copied() else {
                break;
            };
            self.entities_of(kind, &mut lines).await?;
        }
        if !lines.is_empty() {
            return Ok(Some(lines));
        }
        while lines.len() < CHUNK_BYTES {
            let call = self.call();
            let Some(key) = self.records.next(&*self.store, &call).await? else {
                break;
            };
            // One that went away meanwhile is not there any more.
            if let Some(record) = self.store.whole(&call, &key).await? {
                line::of_record(&record, &mut lines);
            }
        }
        Ok((!lines.is_empty()).then_some(lines))
    }

    async fn entities_of(&mut self, kind: EntityKind, lines: &mut String) -> Result<(), StoreError> {
        let after = match &self.after_entity {
            Some(Position::Entity { kind: of, place, id }) if *of == kind => Some((*place, id.clone())),
            _ => None,
        };
        let filter = EntityFilter {
            kind,
            ids: Vec::new(),
            archived: None,
        };
        let call = self.call();
        let page = self
            .store
            .entities(&call, &filter, after.as_ref(), Direction::OldestFirst, PAGE)
            .await?;
        for entity in &page.items {
            line::of_entity(entity, lines);
        }
        match page.next {
            Some((place, id)) => self.after_entity = Some(Position::Entity { kind, place, id }),
            None => drop(self.entities.pop_front()),
        }
        Ok(())
    }

    fn call(&self) -> Call {
        Call::new(Arc::new(Scope::ALL), Instant::now() + self.timeout, Steps::off())
    }
}
