//! An ingest door on an empty store, at a fixed time.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant};

use redtrail::clock::ManualClock;
use redtrail::config::Config;
use redtrail::crypto::RootKey;
use redtrail::export::{Export, Position, Selection};
use redtrail::ingest::{Ingest, Rejected, TakeError, Taken};
use redtrail::model::entity::Entity;
use redtrail::model::id::{Id, RecordKey};
use redtrail::model::kind::{EntityKind, ItemKind, Kind};
use redtrail::model::problem::ProblemKey;
use redtrail::model::record::Record;
use redtrail::model::scope::Scope;
use redtrail::model::sender::Sender;
use redtrail::model::time::Micros;
use redtrail::model::version::{Mark, MarkKind};
use redtrail::store::call::{Call, Steps};
use redtrail::store::memory::MemoryStore;
use redtrail::store::{Entities, RecordLog, StateStore, state_keys};

/// The time at every bench.
pub const NOW: &str = "2026-03-01T12:00:00Z";

pub struct Bench {
    pub store: Arc<MemoryStore>,
    pub clock: Arc<ManualClock>,
    ingest: Ingest,
}

pub fn now() -> Micros {
    Micros::parse(NOW).unwrap()
}

pub fn id(text: &str) -> Id {
    Id::parse(text).unwrap()
}

/// A sender that may do everything.
pub fn anyone() -> Sender {
    Sender {
        source: "test".into(),
        ..Sender::default()
    }
}

pub fn call(steps: Steps) -> Call {
    Call::new(Arc::new(Scope::ALL), Instant::now() + Duration::from_secs(60), steps)
}

pub fn wait<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(future)
}

impl Bench {
    pub fn new() -> Bench {
        Bench::with(&Config::default())
    }

    pub fn with(config: &Config) -> Bench {
        let store = Arc::new(MemoryStore::new());
        let clock = Arc::new(ManualClock::at(now()));
        let ingest = Ingest::new(
            Arc::<MemoryStore>::clone(&store),
            config,
            &RootKey::of([7; 32]),
            Arc::<ManualClock>::clone(&clock),
        );
        Bench { store, clock, ingest }
    }

    pub fn send(
        &self,
        sender: &Sender,
        kind: Option<&str>,
        content_type: Option<&str>,
        body: impl Into<Vec<u8>>,
    ) -> Result<Taken, TakeError> {
        let kind = kind.map(|name| ItemKind::from_name(name).unwrap());
        let call = call(Steps::off());
        wait(self.ingest.take(&call, sender, kind, content_type, body.into()))
    }

    /// Takes a body of history, as an administrator named `loader` would send it.
    pub fn import(&self, body: impl Into<Vec<u8>>) -> Taken {
        let call = call(Steps::off());
        let taken = self
            .ingest
            .import(&call, "loader", Some("application/x-ndjson"), body.into());
        wait(taken).unwrap()
    }

    /// Everything that is kept, after a position.
    pub fn export(&self, after: Option<Position>) -> String {
        let selection = Selection {
            logs: Kind::SENT.to_vec(),
            entities: EntityKind::ALL.to_vec(),
            from: None,
            to: None,
        };
        let store = Arc::<MemoryStore>::clone(&self.store);
        let mut export = Export::new(store, selection, after, Duration::from_secs(60));
        let mut all = String::new();
        while let Some(lines) = wait(export.next()).unwrap() {
            all.push_str(&lines);
        }
        all
    }

    /// Sends a body of which something can be made out.
    pub fn take(&self, body: impl Into<Vec<u8>>) -> Taken {
        self.send(&anyone(), None, None, body).unwrap()
    }

    /// Sends one item that is accepted.
    pub fn accept(&self, body: impl Into<Vec<u8>>) -> Taken {
        let body = body.into();
        let text = String::from_utf8_lossy(&body).into_owned();
        let taken = self.take(body);
        assert_eq!((taken.accepted, &taken.rejected[..]), (1, &[][..]), "{text}");
        taken
    }

    /// Sends one item that is refused by itself.
    pub fn refuse(&self, body: impl Into<Vec<u8>>) -> Rejected {
        let mut taken = self.take(body);
        assert_eq!((taken.accepted, taken.duplicates, taken.rejected.len()), (0, 0, 1));
        taken.rejected.remove(0)
    }

    /// Sends a body of which nothing can be made out.
    pub fn nothing(&self, body: impl Into<Vec<u8>>) -> (ProblemKey, String) {
        match self.send(&anyone(), None, None, body) {
            Err(TakeError::Request(problem)) => (problem.key, problem.message.into_owned()),
            other => panic!("expected a problem of the request, got {other:?}"),
        }
    }

    pub fn steps(&self, body: &str) -> Vec<String> {
        let call = call(Steps::on());
        wait(self.ingest.take(&call, &anyone(), None, None, body.into())).unwrap();
        call.steps.take().into_iter().map(|step| step.message).collect()
    }

    pub fn find(&self, key: &RecordKey) -> Option<Record> {
        wait(self.store.whole(&call(Steps::off()), key)).unwrap()
    }

    pub fn record(&self, kind: Kind, text: &str) -> Record {
        self.find(&RecordKey::new(kind, id(text)))
            .unwrap_or_else(|| panic!("no {} {text}", kind.name()))
    }

    /// JSON text of a field.
    pub fn raw(&self, kind: Kind, text: &str, field: &str) -> Option<String> {
        self.record(kind, text)
            .content
            .raw(kind, field)
            .map(|raw| raw.into_owned())
    }

    pub fn entity(&self, kind: EntityKind, text: &str) -> Option<Entity> {
        wait(self.store.entity(&call(Steps::off()), kind, text)).unwrap()
    }

    /// What is kept of refused items.
    pub fn rejects(&self) -> Vec<serde_json::Value> {
        let rows = wait(
            self.store
                .state_scan(&call(Steps::off()), state_keys::REJECT, None, 2000),
        )
        .unwrap();
        rows.iter()
            .map(|row| serde_json::from_slice(&row.value).unwrap())
            .collect()
    }
}

/// Key, path and what was expected.
pub fn told(rejected: &Rejected) -> (&'static str, &str, &str) {
    let problem = &rejected.problem;
    (
        problem.key.as_str(),
        problem.path.as_deref().unwrap_or("-"),
        problem.expected.as_deref().unwrap_or("-"),
    )
}

/// A text with its redacted places shortened to `<RULE>`.
pub fn short(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("[redacted ") {
        let (rule, after) = after.split_once(' ').unwrap();
        let (hash, after) = after.split_at(8);
        assert!(hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{text}");
        out.push_str(&format!("{before}<{rule}>"));
        rest = after.strip_prefix(']').unwrap();
    }
    out + rest
}

/// Redaction marks as `path rule`.
pub fn rules(marks: &[Mark]) -> Vec<String> {
    let redacted = marks.iter().filter_map(|mark| match &mark.what {
        MarkKind::Redacted { rule } => Some(format!("{} {rule}", mark.path)),
        MarkKind::Cut { .. } => None,
    });
    redacted.collect()
}
