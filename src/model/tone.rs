//! Red dots: the colour of a thing, derived from its record and never stored.

use super::record::Record;

/// Colour and shape class of a dot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tone {
    Ok,
    Grey,
    Amber,
    Red,
    /// Named by a record but never received.
    Missing,
}

impl Tone {
    /// The word of the API's `state` in record references.
    pub const fn word(self) -> &'static str {
        match self {
            Tone::Ok => "ok",
            Tone::Grey => "grey",
            Tone::Amber => "amber",
            Tone::Red => "red",
            Tone::Missing => "missing",
        }
    }
}

/// The colour of a record by its own fields (what comes from below is looked up by the caller).
pub fn own(_record: &Record) -> Tone {
    todo!()
}
