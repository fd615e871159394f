//! Pages through the real server, read as a browser would read them.

mod crawl;
mod entity;
mod error;
mod history;
mod links;
mod list;
mod node;
mod overview;
mod query;
mod record;
mod search;
mod setup;
mod shell;
mod sign_in;
mod sources;
pub mod world;
