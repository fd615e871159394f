//! What people type to find records: the query line's fields, its syntax, and how each condition is checked.

pub mod bare;
pub mod error;
pub mod fields;
mod number;
pub mod parse;
mod read;
pub mod show;
pub mod suggest;
pub mod term;
mod time;

#[cfg(test)]
mod table;
