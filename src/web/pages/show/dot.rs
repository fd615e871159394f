//! A state as pages show it: a dot of a colour and shape, and a word.

use crate::model::entity::Entity;
use crate::model::kind::{EntityKind, Kind};
use crate::model::record::Record;
use crate::model::state::{Rank, State};
use crate::model::tone::{self, Tone};
use crate::store::expiry::Absent;

use super::text::sentence_case;

/// Class of the shape in the style sheet, and the word beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dot {
    pub class: &'static str,
    pub word: String,
}

/// Full disc, diamond, ring, half disc, dotted ring, square, dash, dashed ring, question mark.
pub const RED: &str = "s-red";
pub const AMBER: &str = "s-amber";
pub const FINE: &str = "s-fine";
pub const RUNNING: &str = "s-running";
pub const WAITING: &str = "s-waiting";
pub const OFF: &str = "s-off";
pub const DASH: &str = "s-dash";
pub const MISSING: &str = "s-missing";
pub const UNKNOWN: &str = "s-unknown";

impl Dot {
    pub fn new(class: &'static str, word: impl Into<String>) -> Dot {
        Dot {
            class,
            word: word.into(),
        }
    }

    /// Of a record, given the colour that comes from what is below it.
    pub fn with_below(record: &Record, below: Option<Tone>) -> Dot {
        let kind = record.key.kind();
        let own = tone::own(record);
        let state = match (record.state(), below) {
            (Some(state), _) => state,
            (None, Some(Tone::Red)) => return Dot::new(RED, "Run failed"),
            (None, Some(Tone::Amber)) => return Dot::new(AMBER, "Run with errors"),
            (None, _) => return Dot::new(UNKNOWN, "Unknown"),
        };
        match (own, below, kind) {
            (Tone::Red, Some(Tone::Ok), Kind::ApiRequest) => Dot::new(AMBER, "Failed, retry succeeded"),
            (Tone::Red, _, _) => Dot::new(RED, word(kind, state)),
            (_, Some(Tone::Red), _) => Dot::new(RED, "Run failed"),
            (Tone::Amber, _, _) => Dot::new(AMBER, "With errors"),
            (_, Some(Tone::Amber), Kind::FlowRun) => Dot::new(AMBER, "With errors"),
            (_, Some(Tone::Amber), _) => Dot::new(AMBER, "Run with errors"),
            _ => Dot::new(shape(kind, state, own), word(kind, state)),
        }
    }

    /// Of an entity by what it says of itself.
    pub fn of_entity(entity: &Entity) -> Dot {
        if entity.raw("archivedAt").is_some() {
            return Dot::new(OFF, "Archived");
        }
        let says = |member: &str, value: &str| entity.text(member).is_some_and(|text| text == value);
        let state = entity.text("state").unwrap_or_default();
        let disconnected = says("disconnected", "true") || says("connected", "false") || says("isDefunct", "true");
        let has_errors = entity.raw("errors").is_some_and(|errors| errors != "[]");
        match &*state {
            _ if entity.kind == EntityKind::ExternalEventSubscription => external_subscription(entity, has_errors),
            _ if entity.kind == EntityKind::InternalEventSubscription => match entity.text("isSubscribed").as_deref() {
                Some("true") if has_errors => Dot::new(RED, "With errors"),
                Some("true") => Dot::new(FINE, "Subscribed"),
                Some("false") if has_errors => Dot::new(RED, "Not subscribed"),
                Some("false") => Dot::new(OFF, "Not subscribed"),
                _ if has_errors => Dot::new(RED, "With errors"),
                _ => Dot::new(UNKNOWN, "Unknown"),
            },
            "CLIENT_ACTION_REQUIRED" => Dot::new(AMBER, "Action required"),
            "CONFIGURATION_ERROR" | "SETUP_FAILED" | "ERROR" => Dot::new(RED, sentence_case(&state)),
            _ if disconnected => Dot::new(RED, "Disconnected"),
            _ if has_errors || entity.raw("requestError").is_some() => Dot::new(RED, "With errors"),
            _ if says("enabled", "false") => Dot::new(OFF, "Disabled"),
            "READY" => Dot::new(FINE, "Ready"),
            "" if says("connected", "true") => Dot::new(FINE, "Connected"),
            "" => Dot::new(FINE, "In use"),
            _ => Dot::new(UNKNOWN, sentence_case(&state)),
        }
    }

    /// Of a thing that a record names and nobody sent.
    pub fn missing() -> Dot {
        Dot::new(MISSING, "Not received")
    }

    /// Of a record of a kind that another one names and that is not there.
    pub fn absent(kind: Kind, absent: &Absent) -> Dot {
        match absent.is_no_longer_kept(kind) {
            true => Dot::new(MISSING, "No longer kept"),
            false => Dot::missing(),
        }
    }

    pub fn is_red(&self) -> bool {
        self.class == RED
    }
}

fn external_subscription(entity: &Entity, has_errors: bool) -> Dot {
    let is_off = entity.text("isDeactivated").is_some_and(|text| text == "true");
    let status = entity.text("status").unwrap_or_default();
    match &*status {
        _ if has_errors || entity.raw("error").is_some() => Dot::new(RED, "With errors"),
        "error" | "failed" => Dot::new(RED, sentence_case(&status)),
        _ if is_off => Dot::new(OFF, "Deactivated"),
        "subscribed" => Dot::new(FINE, "Subscribed"),
        "unsubscribed" => Dot::new(OFF, "Unsubscribed"),
        "" => Dot::new(UNKNOWN, "Unknown"),
        _ => Dot::new(UNKNOWN, sentence_case(&status)),
    }
}

/// The state's word as pages write it.
pub fn word(kind: Kind, state: State) -> String {
    match (kind, state) {
        // It has no word of its own on the wire: `isSuccess` is false.
        (Kind::ApiRequest, State::Error) => "Failed".to_owned(),
        _ => sentence_case(state.word()),
    }
}

/// The shape a state has by itself, for filters.
pub fn of_state(kind: Kind, state: State) -> Dot {
    let class = match state {
        State::Failed | State::Error => RED,
        _ => shape(kind, state, Tone::Ok),
    };
    Dot::new(class, word(kind, state))
}

fn shape(kind: Kind, state: State, own: Tone) -> &'static str {
    match (state, state.rank()) {
        (_, Rank::Waiting) => WAITING,
        (_, Rank::Running) => RUNNING,
        (State::Stopped, _) => OFF,
        (State::Skipped, _) => DASH,
        _ if own == Tone::Grey && kind != Kind::FlowRun => DASH,
        _ => FINE,
    }
}
