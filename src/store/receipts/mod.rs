//! What was received, read back from what commits write down: sources with their ledgers, and refused items. Everything
//! here goes across all customers: who asks must be allowed to see that.

mod refused;
mod sources;

pub use refused::{Asked, LOOKED_AT_MAX, Place, Refused, RefusedPage, refused};
pub use sources::{HOURS_MAX, Source, Sources, source, sources};
