//! Records and entities as JSON text: our model's fields, those the platform's client demands, and what is known
//! beside them. Payloads are written as they are kept, byte for byte; nothing goes through a parsed value.

pub mod counts;
pub mod cut;
pub mod entity;
pub mod error;
pub mod fit;
pub mod object;
pub mod output;
pub mod record;
pub mod reference;
pub mod required;
pub mod time;
