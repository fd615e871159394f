//! What a list is asked for in words, and what the names in it stand for: one way for the API and the pages.

use crate::model::filter::{Filter, IdField};
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::query::term::{Term, Test};
use crate::store::Store;
use crate::store::call::Call;
use crate::web::error::WebError;
use crate::web::pages::kind_of;

/// Things that may have one name; a name that more have must be said otherwise.
pub const NAMED_MAX: usize = 1_000;

/// What a list is asked for: a filter, and terms that narrow it.
#[derive(Debug, Clone)]
pub struct Question {
    pub filter: Filter,
    pub terms: Vec<Term>,
}

impl Question {
    /// The whole question as it was asked. It depends on nothing that is stored: cursors are sealed for it.
    pub fn asked(&self) -> Filter {
        narrowed(&self.filter, self.terms.clone())
    }

    /// Lets the ids of the filter stand for what is called so, too: people type them into fields of a form.
    ///
    /// # Errors
    /// As [`Question::resolved`].
    pub async fn resolve_ids(&mut self, store: &dyn Store, call: &Call) -> Result<(), WebError> {
        for (field, known) in &mut self.filter.ids {
            let mut found = Vec::new();
            for text in known.iter() {
                found.extend(ids(store, call, *field, text).await?);
            }
            known.extend(found);
            known.sort();
            known.dedup();
        }
        Ok(())
    }

    /// The filter for the store: names and keys also stand for the ids of what is called so, within the scope.
    ///
    /// # Errors
    /// More than [`NAMED_MAX`] things are called so, or the store does not answer.
    pub async fn resolved(&self, store: &dyn Store, call: &Call) -> Result<Filter, WebError> {
        let mut terms = self.terms.clone();
        for term in &mut terms {
            let mut named = Vec::new();
            for test in &term.any {
                if let Test::Id(field, text) = test {
                    let ids = ids(store, call, *field, text).await?;
                    named.extend(ids.into_iter().map(|id| Test::Id(*field, id)));
                }
            }
            term.any.extend(named);
            term.any.sort();
            term.any.dedup();
        }
        Ok(narrowed(&self.filter, terms))
    }
}

fn narrowed(filter: &Filter, terms: Vec<Term>) -> Filter {
    let mut filter = filter.clone();
    terms.into_iter().for_each(|term| filter.narrow(term));
    filter
}

/// Ids of the things whose name or key a text is.
///
/// # Errors
/// As [`Question::resolved`].
async fn ids(store: &dyn Store, call: &Call, field: IdField, text: &Id) -> Result<Vec<Id>, WebError> {
    let Some(kind) = entity_of(field) else {
        return Ok(Vec::new());
    };
    let found = store
        .named(call, kind, text.as_str(), true, NAMED_MAX.saturating_add(1))
        .await?;
    if found.len() > NAMED_MAX {
        let message = format!("More than {NAMED_MAX} {} are called so.", kind.title());
        return Err(Problem::new(ProblemKey::InvalidParameter, message)
            .at("q")
            .expected("the id or key of one of them, or a condition on what they have in common")
            .into());
    }
    Ok(found.into_iter().map(|entity| entity.id).collect())
}

/// The kind of entity that an id of a record names.
pub const fn entity_of(field: IdField) -> Option<EntityKind> {
    match field {
        IdField::UniversalFlow => Some(EntityKind::Flow),
        _ => kind_of(field),
    }
}

impl From<Filter> for Question {
    fn from(filter: Filter) -> Question {
        let terms = Vec::new();
        Question { filter, terms }
    }
}
