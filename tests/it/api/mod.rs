//! The HTTP API over real sockets.

mod access;
mod bodies;
mod cursors;
mod door;
mod entities;
mod filters;
mod ingest;
mod links;
mod logs;
mod make;
mod node_runs;
mod openapi;
mod outputs;
mod paging;
mod query;
mod records;
mod required;
mod restart;
mod scopes;
mod search;
mod store;
mod tokens;
