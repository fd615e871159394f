//! How values look on pages: small pure functions from a value to what a template prints.

pub mod dot;
pub mod href;
pub mod json;
pub mod marked;
pub mod names;
pub mod quantity;
pub mod text;
pub mod time;
pub mod title;
