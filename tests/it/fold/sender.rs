//! Versions as real senders make them: a record that is queued, runs and ends, told in parts and retries.

use proptest::prelude::*;
use redtrail::model::fold::Folded;
use redtrail::model::id::{Id, RecordKey};
use redtrail::model::kind::Kind;
use redtrail::model::state::{State, Trouble};
use redtrail::model::time::Micros;
use redtrail::model::version::{ContentHash, Field, Order, Version};

pub fn key(kind: Kind) -> RecordKey {
    let id = |text: &str| Id::parse(text).unwrap();
    if kind == Kind::NodeRun {
        RecordKey::node_run(id("r"), id("n"), id("x"))
    } else {
        RecordKey::new(kind, id("x"))
    }
}

/// A version with these fields; its hash is that of its contents, as the door makes it.
pub fn version(
    kind: Kind,
    state: Option<State>,
    updated_at: Option<i64>,
    end: Option<i64>,
    fields: &[(&str, String)],
) -> Version {
    let all: Vec<Field> = fields
        .iter()
        .map(|(name, raw)| Field {
            name: (*name).into(),
            raw: raw.as_str().into(),
            marks: vec![],
        })
        .collect();
    let text = format!("{state:?}{updated_at:?}{end:?}{fields:?}");
    let hash: [u8; 16] = blake3::hash(text.as_bytes()).as_bytes()[..16].try_into().unwrap();
    let words = std::sync::Arc::default();
    Version {
        key: key(kind),
        order: Order {
            rank: state.map(State::rank),
            updated_at: updated_at.map(Micros),
            end: end.map(Micros),
            trouble: state.map_or(Trouble::None, State::trouble),
            hash: ContentHash(hash),
        },
        state,
        place: None,
        fields: all,
        id_made: false,
        words,
    }
}

fn state_field(kind: Kind, state: State) -> (&'static str, String) {
    match kind {
        Kind::ApiRequest => ("isSuccess", (state == State::Success).to_string()),
        Kind::FlowRun => ("state", format!("\"{}\"", state.word())),
        _ => ("status", format!("\"{}\"", state.word())),
    }
}

fn one(kind: Kind) -> impl Strategy<Value = Version> {
    let states: Vec<State> = State::words_of(kind).to_vec();
    let small = 0u8..4;
    let time = || proptest::option::weighted(0.4, 0i64..4);
    (
        proptest::option::weighted(0.8, proptest::sample::select(states)),
        time(),
        time(),
        proptest::collection::vec((small, 0u8..3), 0..5),
    )
        .prop_map(move |(state, updated_at, end, given)| {
            let mut fields: Vec<(&str, String)> = Vec::new();
            fields.extend(state.map(|state| state_field(kind, state)));
            for (what, value) in given {
                let field = member(kind, what, value);
                if fields.iter().all(|(name, _)| *name != field.0) {
                    fields.push(field);
                }
            }
            if state.is_some_and(|state| state.trouble() == Trouble::Failed) {
                fields.push((
                    "error",
                    format!("{{\"message\":\"trouble {end:?}\",\"type\":\"internal\"}}"),
                ));
            }
            version(kind, state, updated_at, end.filter(|_| state.is_some()), &fields)
        })
}

/// A member a sender of this kind gives, in one of three forms.
fn member(kind: Kind, what: u8, value: u8) -> (&'static str, String) {
    let ids = || ["[]", "[\"a\",\"b\"]", "[\"b\",\"c\"]"][usize::from(value)].to_owned();
    let logs = [
        "[{\"msg\":\"one\"},{\"msg\":\"one\"}]",
        "[{\"msg\":\"one\"},{\"msg\":\"two\",\"time\":\"2026-01-01T00:00:01Z\"},{\"msg\":\"one\"}]",
        "[]",
    ];
    match (what, kind) {
        (0, _) => ("connectionId", format!("\"c{value}\"")),
        (1, _) => ("logs", logs[usize::from(value)].to_owned()),
        (2, Kind::ExternalWebhook | Kind::ExternalEventPull) => ("collectedEventIds", ids()),
        (2, Kind::ExternalEvent | Kind::InternalEvent) => ("launchedFlowRunIds", ids()),
        (2, Kind::FlowRun) => {
            let word = ["running", "failed", "completed"][usize::from(value)];
            (
                "nodes",
                format!("{{\"n\":{{\"state\":\"{word}\",\"runs\":{value},\"name\":\"N{value}\"}},\"m\":{{}}}}"),
            )
        }
        (2, Kind::NodeRun) => (
            "outputs",
            format!(
                "[{{\"id\":\"o1\",\"data\":{value},\"downstreamRuns\":[{{\"runId\":\"d{value}\"}}]}},{{\"id\":\"o{value}\"}}]"
            ),
        ),
        (3, Kind::FlowRun) => (
            "launchedBy",
            format!("{{\"type\":\"external-event\",\"ids\":{}}}", ids()),
        ),
        _ => ("meta", format!("{{\"k{value}\":{value},\"k\":\"{value}\"}}")),
    }
}

/// A kind and the versions of one record of it.
pub fn sending() -> impl Strategy<Value = (Kind, Vec<Version>)> {
    proptest::sample::select(Kind::SENT.to_vec())
        .prop_flat_map(|kind| (Just(kind), proptest::collection::vec(one(kind), 1..7)))
}

/// A run with something in every merged field.
pub fn example() -> Vec<Version> {
    let all = (0..4).flat_map(|what| (0..3).map(move |value| member(Kind::FlowRun, what, value)));
    all.map(|field| version(Kind::FlowRun, Some(State::Failed), None, Some(1), &[field]))
        .collect()
}

/// Told without the fold: each overlaid field has the value of the highest version that gives it, the state
/// too, the error is one said in the shown state or in none, and every log line and id that was sent is there.
pub fn shows_the_highest(kind: Kind, versions: &[Version], folded: &Folded) -> bool {
    let highest = |name: &str, among: &dyn Fn(&Version) -> bool| {
        let given = versions.iter().filter(|version| among(version));
        let fields = given.filter_map(|version| {
            let field = version.fields.iter().find(|field| &*field.name == name)?;
            Some((version.order, field.raw.clone()))
        });
        fields.max().map(|(_, raw)| raw)
    };
    let state = versions
        .iter()
        .filter(|version| version.state.is_some())
        .max_by_key(|version| version.order);
    let state = state.and_then(|version| version.state);
    let shown = |name: &str| folded.raw(kind, name).map(|raw| Box::from(&*raw));
    let lines: usize = versions
        .iter()
        .map(|version| {
            version
                .fields
                .iter()
                .find(|field| &*field.name == "logs")
                .map_or(0, |field| field.raw.matches("\"one\"").count())
        })
        .max()
        .unwrap_or(0);
    folded.state(kind) == state
        && shown("connectionId") == highest("connectionId", &|_| true)
        && shown("error") == highest("error", &|version| version.state == state || version.state.is_none())
        && shown("logs").map_or(0, |raw: Box<str>| raw.matches("\"one\"").count()) == lines
}
