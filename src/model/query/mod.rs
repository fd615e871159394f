//! What people type to find records: conditions on a record, and how each is checked.

pub mod bare;
pub mod term;
