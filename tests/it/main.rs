//! Everything tested from outside, in one binary: it links once.

mod api;
mod browser;
mod cli;
mod faults;
mod fold;
mod house;
mod ingest;
mod pages;
mod store;
mod support;
