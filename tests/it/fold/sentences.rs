//! What the model says of the fold, sentence by sentence.

use redtrail::model::fold::Folded;
use redtrail::model::kind::Kind;
use redtrail::model::state::State;
use redtrail::model::version::{Mark, MarkKind, Version};

use super::sender::version;

fn run(state: Option<State>, end: Option<i64>, fields: &[(&str, &str)]) -> Version {
    let mut all: Vec<(&str, String)> = fields.iter().map(|(name, raw)| (*name, (*raw).to_owned())).collect();
    all.extend(state.map(|state| ("state", format!("\"{}\"", state.word()))));
    version(Kind::FlowRun, state, None, end, &all)
}

fn fold(versions: &[Version]) -> Folded {
    let mut whole = Folded::default();
    for version in versions {
        whole.merge(&Folded::of(version));
    }
    whole
}

fn shown(folded: &Folded, name: &str) -> String {
    folded
        .raw(Kind::FlowRun, name)
        .map(|raw| raw.into_owned())
        .unwrap_or_default()
}

#[test]
fn a_duplicate_is_a_version_that_changes_nothing() {
    let first = run(Some(State::Running), None, &[("name", "\"n\"")]);
    let mut whole = fold(std::slice::from_ref(&first));
    assert!(!whole.merge(&Folded::of(&first)));
    assert!(whole.merge(&Folded::of(&run(Some(State::Completed), Some(5), &[]))));
    assert!(
        !whole.merge(&Folded::of(&run(Some(State::Queued), None, &[]))),
        "a lower state hides behind the higher"
    );
}

#[test]
fn a_run_that_ended_well_does_not_show_what_an_earlier_attempt_said() {
    let failed = run(Some(State::Failed), Some(1), &[("error", "{\"message\":\"first\"}")]);
    let well = run(Some(State::Completed), Some(2), &[]);
    let whole = fold(&[failed.clone(), well]);
    assert_eq!(
        (shown(&whole, "error"), whole.brief_error(Kind::FlowRun)),
        (String::new(), None)
    );
    let whole = fold(&[failed, run(Some(State::Failed), Some(3), &[])]);
    assert_eq!(
        shown(&whole, "error"),
        "{\"message\":\"first\"}",
        "a second failed that repeats no error loses none"
    );
}

#[test]
fn of_two_ends_that_say_nothing_of_when_the_trouble_is_shown() {
    let ends = [State::Completed, State::Failed, State::Stopped].map(|state| run(Some(state), None, &[]));
    assert_eq!(fold(&ends).state(Kind::FlowRun), Some(State::Failed));
    assert_eq!(
        fold(&[ends[0].clone(), ends[2].clone()]).state(Kind::FlowRun),
        Some(State::Stopped)
    );
}

#[test]
fn node_counts_take_the_largest_and_node_states_the_furthest() {
    let whole = fold(&[
        run(
            Some(State::Completed),
            Some(9),
            &[("nodes", "{\"a\":{\"state\":\"running\",\"runs\":2}}")],
        ),
        run(
            Some(State::Running),
            None,
            &[(
                "nodes",
                "{\"a\":{\"state\":\"failed\",\"runs\":10,\"erroredRuns\":1},\"b\":{}}",
            )],
        ),
    ]);
    assert_eq!(
        shown(&whole, "nodes"),
        "{\"a\":{\"state\":\"failed\",\"erroredRuns\":1,\"runs\":10},\"b\":{}}"
    );
    assert!(whole.has_errored_nodes());
}

#[test]
fn log_lines_are_a_set_ordered_by_their_time() {
    let late = "{\"msg\":\"late\",\"time\":\"2026-01-01T00:00:09Z\"}";
    let early = "{\"msg\":\"early\",\"time\":\"2026-01-01T00:00:01Z\"}";
    let whole = fold(&[
        run(None, None, &[("logs", &format!("[{late},{{\"msg\":\"x\"}}]"))]),
        run(None, Some(1), &[("logs", &format!("[{early},{late}]"))]),
    ]);
    assert_eq!(shown(&whole, "logs"), format!("[{early},{late},{{\"msg\":\"x\"}}]"));
}

#[test]
fn an_empty_list_that_was_given_is_shown() {
    let event = version(
        Kind::InternalEvent,
        None,
        None,
        None,
        &[("launchedFlowRunIds", "[]".into())],
    );
    assert_eq!(
        Folded::of(&event)
            .raw(Kind::InternalEvent, "launchedFlowRunIds")
            .as_deref(),
        Some("[]")
    );
}

#[test]
fn an_api_request_without_a_word_of_its_own_takes_its_state_from_the_status() {
    for (code, state) in [
        ("200", State::Success),
        ("399", State::Success),
        ("400", State::Error),
        ("0", State::Error),
    ] {
        let request = version(Kind::ApiRequest, None, None, None, &[("statusCode", code.into())]);
        assert_eq!(Folded::of(&request).state(Kind::ApiRequest), Some(state), "{code}");
    }
}

#[test]
fn marks_follow_what_they_mark() {
    let mut sent = run(
        None,
        None,
        &[
            ("meta", "{\"a/b\":{\"password\":\"[redacted]\"}}"),
            ("logs", "[{\"msg\":\"cut\"}]"),
        ],
    );
    let mark = |path: &str| Mark {
        path: path.into(),
        what: MarkKind::Redacted {
            rule: "password".into(),
        },
    };
    for field in &mut sent.fields {
        field.marks = if &*field.name == "meta" {
            vec![mark("/a~1b/password")]
        } else {
            vec![mark("/0/msg")]
        };
    }
    let early = run(
        None,
        None,
        &[("logs", "[{\"msg\":\"before\",\"time\":\"2020-01-01T00:00:00Z\"}]")],
    );
    let whole = fold(&[sent, early]);
    let paths: Vec<String> = whole
        .marks(Kind::FlowRun)
        .into_iter()
        .map(|mark| mark.path.into())
        .collect();
    let at = if shown(&whole, "logs").starts_with("[{\"msg\":\"cut\"}") {
        0
    } else {
        1
    };
    assert_eq!(paths, [format!("/logs/{at}/msg"), "/meta/a~1b/password".into()]);
}
