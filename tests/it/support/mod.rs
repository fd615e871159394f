//! What tests share: the real server on a free port, and a client that speaks to it over real sockets.

pub mod client;
pub mod server;
pub mod web;
