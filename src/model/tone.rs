//! Red dots: the colour of a thing, derived from its record and never stored.

use super::kind::Kind;
use super::record::Record;
use super::state::State;

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

/// The colour of a record given that which comes from below it: a failed request that was healed is amber, an event or
/// webhook has the worse of both.
pub fn with_below(own: Tone, below: Option<Tone>) -> Tone {
    match (own, below) {
        (Tone::Red, Some(Tone::Ok)) => Tone::Amber,
        (_, Some(below @ (Tone::Amber | Tone::Red))) => own.max(below),
        _ => own,
    }
}

/// The colour of a record by its own fields; what comes from the records below it is looked up by the caller.
pub fn own(record: &Record) -> Tone {
    let content = &record.content;
    let kind = record.key.kind();
    let Some(state) = record.state() else { return Tone::Ok };
    match (kind, state) {
        (_, State::Failed | State::Error) => Tone::Red,
        (_, State::Stopped | State::Skipped) => Tone::Grey,
        (Kind::FlowRun, State::Completed) if content.has_errored_nodes() => Tone::Amber,
        (Kind::ExternalWebhook | Kind::ExternalEventPull, State::Success)
            if content.ids("collectedEventIds").is_empty() =>
        {
            Tone::Grey
        }
        (Kind::ExternalEvent | Kind::InternalEvent, _) if content.ids("launchedFlowRunIds").is_empty() => Tone::Grey,
        _ => Tone::Ok,
    }
}
