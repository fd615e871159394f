//! The ingest door, from bytes to the store.

mod answers;
mod bench;
mod cutting;
mod encoding;
mod fields;
mod framing;
mod hashing;
mod history;
mod redaction;
mod round_trip;
mod rubbish;
mod senders;
