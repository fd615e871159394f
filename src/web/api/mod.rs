//! The HTTP API below `/api/v1`. `routes.rs` beside this folder is its table; a resource is a file here.

pub mod ask;
pub mod body;
pub mod connection_logs;
pub mod entities;
pub mod export;
pub mod health;
pub mod ingest;
pub mod links;
pub mod node_runs;
pub mod openapi;
pub mod outputs;
pub mod page;
pub mod params;
pub mod query;
pub mod records;
pub mod render;
pub mod search;
pub mod sources;
pub mod stats;
pub mod store;
pub mod suggest;
pub mod tokens;
pub mod who;
