//! States, their words, and what they weigh in the fold.

use serde::{Deserialize, Serialize};

use super::kind::Kind;

/// A record's own state, over all kinds. The discriminant is stored on disk: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum State {
    Queued = 1,
    Created = 2,
    Received = 3,
    Running = 4,
    Completed = 5,
    Stopped = 6,
    Failed = 7,
    Success = 8,
    Error = 9,
    Skipped = 10,
}

/// How far a record has come; the first thing versions are ordered by. Rank 2 is kept for runs closed by
/// hand, whose real end, if it comes, must win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Rank {
    Waiting = 0,
    Running = 1,
    Ended = 3,
}

/// Of two ends that say nothing of when, the one with more trouble is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Trouble {
    None = 0,
    Skipped = 1,
    Stopped = 2,
    Failed = 3,
}

impl State {
    pub const fn word(self) -> &'static str {
        match self {
            State::Queued => "queued",
            State::Created => "created",
            State::Received => "received",
            State::Running => "running",
            State::Completed => "completed",
            State::Stopped => "stopped",
            State::Failed => "failed",
            State::Success => "success",
            State::Error => "error",
            State::Skipped => "skipped",
        }
    }

    pub const fn code(self) -> u8 {
        self as u8
    }

    pub const fn from_code(code: u8) -> Option<State> {
        Some(match code {
            1 => State::Queued,
            2 => State::Created,
            3 => State::Received,
            4 => State::Running,
            5 => State::Completed,
            6 => State::Stopped,
            7 => State::Failed,
            8 => State::Success,
            9 => State::Error,
            10 => State::Skipped,
            _ => return None,
        })
    }

    /// The state a sender's word means for a kind; `None` for a word the kind does not know.
    pub fn of_word(kind: Kind, word: &str) -> Option<State> {
        State::words_of(kind).iter().copied().find(|state| state.word() == word)
    }

    /// The states a kind knows. An API request has `isSuccess` instead: `success` or `error` stand for it.
    pub const fn words_of(kind: Kind) -> &'static [State] {
        match kind {
            Kind::ApiRequest | Kind::ExternalWebhook | Kind::ActionRun => &[State::Success, State::Error],
            Kind::ExternalEventPull => &[State::Queued, State::Running, State::Success, State::Error],
            Kind::ExternalEvent => &[State::Created, State::Success, State::Error],
            Kind::InternalEvent => &[State::Received, State::Success, State::Error],
            Kind::FlowRun => &[
                State::Queued,
                State::Running,
                State::Completed,
                State::Stopped,
                State::Failed,
            ],
            Kind::NodeRun => &[State::Completed, State::Failed, State::Skipped, State::Running],
            Kind::EntityChange => &[],
        }
    }

    pub const fn rank(self) -> Rank {
        match self {
            State::Queued | State::Created | State::Received => Rank::Waiting,
            State::Running => Rank::Running,
            _ => Rank::Ended,
        }
    }

    pub const fn trouble(self) -> Trouble {
        match self {
            State::Failed | State::Error => Trouble::Failed,
            State::Stopped => Trouble::Stopped,
            State::Skipped => Trouble::Skipped,
            _ => Trouble::None,
        }
    }
}
