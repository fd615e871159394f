//! Everything tested from outside, in one binary: it links once.

// Tests may fail by panic. `allow-unwrap-in-tests` covers test functions only, not what they share.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod access;
mod api;
mod browser;
mod cli;
mod demo;
mod faults;
mod fold;
mod house;
mod ingest;
mod pages;
mod sdk;
mod store;
mod support;
