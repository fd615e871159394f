//! A made-up company whose records show every kind of page.
//!
//! Larkspur sells order software and connects it with its customers' other tools. `company` has its
//! customers, connections and flows; `stories` has what happened to them during one day; `traffic` writes
//! what Larkspur's integration platform would have sent. It all goes in through the ingest door.

mod chance;
mod company;
mod payloads;
pub mod script;
mod stories;
mod traffic;

use crate::model::time::Micros;

/// Most items of one body.
const BODY_MAX_ITEMS: usize = 400;

/// NDJSON bodies for `POST /api/v1/ingest`, in the order in which they are to be sent; each of at most
/// 500 items. The same seed and time give the same bodies. Nothing in them happened later than `now`.
pub fn bodies(seed: u64, now: Micros) -> Vec<String> {
    let mut traffic = traffic::Traffic::default();
    company::entities(seed, now, &mut traffic);
    stories::tell(seed, now, &mut traffic);
    let lines = traffic.into_lines();
    let body = |lines: &[String]| lines.iter().map(|line| format!("{line}\n")).collect();
    lines.chunks(BODY_MAX_ITEMS).map(body).collect()
}
