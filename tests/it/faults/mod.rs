//! The real binary under what happens to servers: killed, out of room, a disk that fails.
//!
//! A process of its own (`sender`) sends and notes on disk what was acknowledged; it outlives the server. What it
//! noted is then asked for over HTTP, record by record and list by list.

mod check;
mod full_disk;
mod journal;
mod kill;
pub mod sender;
mod server;
mod sync;
mod traffic;
