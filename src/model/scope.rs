//! Who may see what.

use std::collections::BTreeSet;

use super::id::Id;

/// All, or only those named.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Only {
    All,
    These(BTreeSet<Id>),
}

impl Only {
    /// A record without the id is seen only by `All`.
    pub fn holds(&self, id: Option<&Id>) -> bool {
        match (self, id) {
            (Only::All, _) => true,
            (Only::These(ids), Some(id)) => ids.contains(id),
            (Only::These(_), None) => false,
        }
    }
}

/// A record is inside when both its customer and its integration are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    pub customers: Only,
    pub integrations: Only,
}

impl Scope {
    pub const ALL: Scope = Scope {
        customers: Only::All,
        integrations: Only::All,
    };

    pub fn holds(&self, customer: Option<&Id>, integration: Option<&Id>) -> bool {
        self.customers.holds(customer) && self.integrations.holds(integration)
    }
}
