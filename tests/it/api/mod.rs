//! The HTTP API over real sockets.

mod access;
mod bodies;
mod connection_logs;
mod cursors;
mod door;
mod entities;
mod filters;
mod forgiving;
mod ingest;
mod logs;
mod make;
mod node_runs;
mod openapi;
mod outputs;
mod paging;
mod put;
mod records;
mod required;
mod restart;
mod scopes;
mod search;
mod sources;
mod stats;
mod store;
mod tokens;
mod who;
