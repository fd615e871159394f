//! How far a command is, for whoever watches it.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

/// Time between two looks at the progress.
const EVERY: Duration = Duration::from_millis(250);

/// A line on stderr that is written over, if stderr is a terminal; else nothing.
pub struct Progress {
    is_shown: bool,
    told: Option<Instant>,
}

impl Progress {
    pub fn new() -> Progress {
        Progress {
            is_shown: std::io::stderr().is_terminal(),
            told: None,
        }
    }

    /// Shows how far it is, unless it was shown a moment ago.
    pub fn tell(&mut self, text: impl FnOnce() -> String) {
        if !self.is_shown || self.told.is_some_and(|told| told.elapsed() < EVERY) {
            return;
        }
        self.told = Some(Instant::now());
        eprint!("\r\x1b[K{}", text());
        // A terminal that is gone has nobody to be told.
        let _ = std::io::stderr().flush();
    }

    /// Takes the line away, before something else is said.
    pub fn clear(&mut self) {
        if self.told.take().is_some() {
            eprint!("\r\x1b[K");
        }
    }
}
