//! The one way to call a store: who may see what, until when, and a recorder of steps.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::model::scope::Scope;

/// Most steps one call records; further ones are counted only.
pub const MAX_STEPS: usize = 200;

/// Who asks, until when, and where to write down what was done.
#[derive(Debug, Clone)]
pub struct Call {
    pub scope: Arc<Scope>,
    pub deadline: Instant,
    pub steps: Steps,
}

impl Call {
    pub fn new(scope: Arc<Scope>, deadline: Instant, steps: Steps) -> Call {
        Call { scope, deadline, steps }
    }

    pub fn is_late(&self) -> bool {
        Instant::now() >= self.deadline
    }
}

/// One thing done on behalf of a request: an entry of `_logs`.
#[derive(Debug, Clone)]
pub struct Step {
    pub message: String,
    pub data: Option<serde_json::Value>,
    pub took: Option<Duration>,
}

/// A recorder that is off unless the request asked for `logs=1`; off, it costs one branch.
#[derive(Debug, Clone, Default)]
pub struct Steps(Option<Arc<Mutex<Vec<Step>>>>);

impl Steps {
    pub fn on() -> Steps {
        Steps(Some(Arc::default()))
    }

    pub fn off() -> Steps {
        Steps(None)
    }

    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Records what `step` makes; it is not called when the recorder is off.
    pub fn record(&self, step: impl FnOnce() -> Step) {
        let Some(list) = &self.0 else { return };
        let Ok(mut list) = list.lock() else { return };
        if list.len() < MAX_STEPS {
            list.push(step());
        }
    }

    /// Everything recorded so far, leaving none.
    pub fn take(&self) -> Vec<Step> {
        let Some(list) = &self.0 else { return Vec::new() };
        list.lock()
            .map(|mut list| std::mem::take(&mut *list))
            .unwrap_or_default()
    }
}

impl Step {
    pub fn new(message: impl Into<String>) -> Step {
        Step {
            message: message.into(),
            data: None,
            took: None,
        }
    }

    #[must_use]
    pub fn with(mut self, data: serde_json::Value) -> Step {
        self.data = Some(data);
        self
    }

    #[must_use]
    pub fn took(mut self, took: Duration) -> Step {
        self.took = Some(took);
        self
    }
}
