//! Ids as keyed hashes, and whether a row is of those a scope or a filter asks for.

use super::{Head, HeadRow, POSTED};
use crate::crypto::RootKey;
use crate::model::filter::{Filter, IdField};
use crate::model::id::{Id, RecordKey};
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::model::scope::{Only, Scope};
use crate::store::embedded::keys;
use crate::store::embedded::row::{HAS_CUSTOMER, HAS_INTEGRATION, state_code};

/// Hashes (field, value) with a key of the data folder, since rows of frames hold the hashes. The lowest bit
/// says whether the field has postings.
#[derive(Clone)]
pub(in crate::store::embedded) struct IdHasher([u8; 32]);

impl IdHasher {
    pub(in crate::store::embedded) fn new(keys: &RootKey) -> IdHasher {
        IdHasher(keys.derive("embedded store: ids"))
    }

    pub(in crate::store::embedded) fn hash(&self, field: IdField, id: &str) -> u64 {
        let mut input = Vec::with_capacity(id.len().saturating_add(1));
        input.push(field as u8);
        input.extend_from_slice(id.as_bytes());
        let hash = blake3::keyed_hash(&self.0, &input);
        let number = hash
            .as_bytes()
            .first_chunk::<8>()
            .map_or(0, |bytes| u64::from_le_bytes(*bytes));
        (number & !1) | u64::from(POSTED.contains(&field))
    }

    pub(super) const fn is_posted(hash: u64) -> bool {
        hash & 1 == 1
    }

    /// Every id a record can be filtered by, sorted, and the flags for customer and integration.
    pub(in crate::store::embedded) fn of_record(&self, record: &Record) -> (Vec<u64>, u8) {
        let mut flags = 0;
        let mut hashes = Vec::new();
        for field in IdField::ALL {
            let Some(id) = record.id_text(field) else {
                continue;
            };
            match field {
                IdField::Customer => flags |= HAS_CUSTOMER,
                IdField::Integration => flags |= HAS_INTEGRATION,
                _ => {}
            }
            hashes.push(self.hash(field, &id));
        }
        hashes.sort_unstable();
        hashes.dedup();
        (hashes, flags)
    }
}

/// A scope in hashes. `None`: all.
pub(in crate::store::embedded) struct Inside {
    customers: Option<Vec<u64>>,
    integrations: Option<Vec<u64>>,
}

impl Inside {
    pub(in crate::store::embedded) fn new(hasher: &IdHasher, scope: &Scope) -> Inside {
        let hashes = |field: IdField, only: &Only| match only {
            Only::All => None,
            Only::These(ids) => Some(ids.iter().map(|id| hasher.hash(field, id.as_str())).collect()),
        };
        Inside {
            customers: hashes(IdField::Customer, &scope.customers),
            integrations: hashes(IdField::Integration, &scope.integrations),
        }
    }

    /// Whether the scope holds a record. A node run without its own customer or integration has its run's.
    pub(in crate::store::embedded) fn holds(&self, head: &Head, row: &HeadRow) -> bool {
        self.one(head, row, HAS_CUSTOMER, self.customers.as_deref())
            && self.one(head, row, HAS_INTEGRATION, self.integrations.as_deref())
    }

    fn one(&self, head: &Head, row: &HeadRow, flag: u8, allowed: Option<&[u64]>) -> bool {
        let Some(allowed) = allowed else { return true };
        let holds = |row: &HeadRow| allowed.iter().any(|id| row.has(*id));
        if row.kind == Kind::NodeRun && row.flags & flag == 0 {
            return run_of(head, row).is_some_and(holds);
        }
        holds(row)
    }
}

fn run_of<'a>(head: &'a Head, row: &HeadRow) -> Option<&'a HeadRow> {
    let key = keys::record_of(&row.key)?;
    let (run, _) = key.node()?;
    head.row(&RecordKey::new(Kind::FlowRun, run.clone()).bytes())
}

/// A filter in codes and hashes.
pub(super) struct Wanted {
    /// Bit of each [`state_code`]; 0: any.
    states: u32,
    pub(super) ids: Vec<Vec<u64>>,
}

impl Wanted {
    pub(super) fn new(hasher: &IdHasher, filter: &Filter) -> Wanted {
        let states = filter
            .states
            .iter()
            .fold(0, |bits, state| bits | 1 << (state_code(*state) & 31));
        let of = |(field, ids): &(IdField, Vec<Id>)| ids.iter().map(|id| hasher.hash(*field, id.as_str())).collect();
        Wanted {
            states,
            ids: filter.ids.iter().map(of).collect(),
        }
    }

    pub(super) fn matches(&self, row: &HeadRow) -> bool {
        (self.states == 0 || self.states & 1 << (row.state & 31) != 0)
            && self.ids.iter().all(|any| any.iter().any(|id| row.has(*id)))
    }
}
