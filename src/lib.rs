//! Redtrail: finding out why an integration failed, did the wrong thing, or never ran.
//! `docs/ARCHITECTURE.md` is the map.

pub mod access;
pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod crypto;
pub mod demo;
pub mod export;
pub mod ingest;
pub mod model;
pub mod store;
pub mod telemetry;
pub mod web;
