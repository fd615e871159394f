//! Names of entities beside their ids, looked up once a page.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::filter::IdField;
use crate::model::id::Id;
use crate::model::kind::EntityKind;
use crate::model::record::Record;
use crate::store::call::Call;
use crate::store::{Store, StoreError};

use super::{href, text};

/// Entities looked up for one page; of further ones the ids are shown.
pub const NAMES_MAX: usize = 200;

/// A thing that is named, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub text: String,
    pub href: Option<String>,
    /// The text is an id: nothing of that id was received, or it has no name.
    pub is_id: bool,
}

/// What is known of the entities of a page.
#[derive(Debug, Default)]
pub struct Names(BTreeMap<(EntityKind, Id), String>);

/// Which entity an id of a record names.
pub const fn kind_of(field: IdField) -> Option<EntityKind> {
    Some(match field {
        IdField::Customer => EntityKind::Customer,
        IdField::Integration => EntityKind::Integration,
        IdField::Connection => EntityKind::Connection,
        IdField::Flow => EntityKind::Flow,
        IdField::FlowInstance => EntityKind::FlowInstance,
        IdField::ExternalSubscription => EntityKind::ExternalEventSubscription,
        IdField::InternalEventType => EntityKind::InternalEventType,
        IdField::InternalSubscription => EntityKind::InternalEventSubscription,
        _ => return None,
    })
}

impl Names {
    /// Looks up what some fields of some records name.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn of_records<'a>(
        store: &dyn Store,
        call: &Call,
        records: impl IntoIterator<Item = &'a Record>,
        fields: &[IdField],
    ) -> Result<Names, StoreError> {
        let mut wanted = BTreeSet::new();
        for record in records {
            for field in fields {
                if let (Some(kind), Some(id)) = (kind_of(*field), record.id_of(*field)) {
                    wanted.insert((kind, id));
                }
            }
        }
        Names::of(store, call, wanted).await
    }

    /// Looks up names; the first [`NAMES_MAX`] of them.
    ///
    /// # Errors
    /// The store does not answer.
    pub async fn of(store: &dyn Store, call: &Call, wanted: BTreeSet<(EntityKind, Id)>) -> Result<Names, StoreError> {
        let mut names = BTreeMap::new();
        for (kind, id) in wanted.into_iter().take(NAMES_MAX) {
            let Some(entity) = store.entity(call, kind, id.as_str()).await? else {
                continue;
            };
            if let Some(name) = entity.text("name").or_else(|| entity.text("key")) {
                names.insert((kind, id), text::line(&name).into_owned());
            }
        }
        Ok(Names(names))
    }

    /// The name of an id, if it is known.
    pub fn get(&self, kind: EntityKind, id: &Id) -> Option<&str> {
        self.0.get(&(kind, id.clone())).map(String::as_str)
    }

    /// An entity by its name, or by its bare id when it has none or was not received.
    pub fn named(&self, kind: EntityKind, id: &Id) -> Named {
        let name = self.get(kind, id);
        Named {
            text: name.unwrap_or(id.as_str()).to_owned(),
            href: Some(href::entity(kind, id)),
            is_id: name.is_none(),
        }
    }

    /// What a field of a record names.
    pub fn of_field(&self, record: &Record, field: IdField) -> Option<Named> {
        Some(self.named(kind_of(field)?, &record.id_of(field)?))
    }
}
