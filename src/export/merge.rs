//! The lists of several kinds as one, oldest first.

use std::collections::VecDeque;

use super::{PAGE, Selection};
use crate::model::filter::{Direction, Filter, Position};
use crate::model::id::RecordKey;
use crate::store::call::Call;
use crate::store::{ListRequest, Store, StoreError};

/// The lists, each with what was read of it.
pub(super) struct Merge(Vec<List>);

struct List {
    filter: Filter,
    /// Where the next page begins.
    after: Option<Position>,
    is_at_end: bool,
    read: VecDeque<Position>,
}

impl Merge {
    pub fn new(selection: &Selection, after: Option<Position>) -> Merge {
        let list = |kind: &_| List {
            filter: Filter {
                from: selection.from,
                to: selection.to,
                ..Filter::of(*kind)
            },
            after: after.clone(),
            is_at_end: false,
            read: VecDeque::new(),
        };
        Merge(selection.logs.iter().map(list).collect())
    }

    /// The oldest record not yet told; `None` at the end.
    ///
    /// # Errors
    /// A list cannot be read.
    pub async fn next(&mut self, store: &dyn Store, call: &Call) -> Result<Option<RecordKey>, StoreError> {
        for list in &mut self.0 {
            list.fill(store, call).await?;
        }
        let oldest = self
            .0
            .iter_mut()
            .filter(|list| !list.read.is_empty())
            .min_by(|a, b| a.read.front().cmp(&b.read.front()));
        Ok(oldest
            .and_then(|list| list.read.pop_front())
            .map(|position| position.key))
    }
}

impl List {
    /// Reads until there is something, or nothing more to come.
    async fn fill(&mut self, store: &dyn Store, call: &Call) -> Result<(), StoreError> {
        while self.read.is_empty() && !self.is_at_end {
            let request = ListRequest {
                filter: self.filter.clone(),
                after: self.after.take(),
                direction: Direction::OldestFirst,
                limit: PAGE,
            };
            let page = store.list(call, &request).await?;
            self.read.extend(page.items.iter().map(|record| record.position()));
            self.is_at_end = page.next.is_none();
            // Short of its end, a page that got nowhere would be asked for ever.
            if page.next == request.after && !self.is_at_end && self.read.is_empty() {
                return Err(StoreError::Overloaded("a page of the export got nowhere in time"));
            }
            self.after = page.next;
        }
        Ok(())
    }
}
