//! Plain types and pure rules: no I/O, no clock, no async.

pub mod entity;
pub mod fields;
pub mod filter;
pub mod fold;
pub mod id;
pub mod id_field;
pub mod json;
pub mod kind;
pub mod ledger;
pub mod limits;
pub mod link;
pub mod problem;
pub mod query;
pub mod record;
pub mod scope;
pub mod sender;
pub mod state;
pub mod time;
pub mod tone;
pub mod version;
pub mod words;
