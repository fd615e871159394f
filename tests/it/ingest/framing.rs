//! From one body to its items.

use redtrail::config::Config;
use redtrail::ingest::{TakeError, Taken};
use redtrail::model::kind::Kind;
use redtrail::model::problem::ProblemKey;

use super::bench::{Bench, anyone, told};

const LINES: Option<&str> = Some("application/x-ndjson");

fn run(id: &str) -> String {
    format!(r#"{{"kind":"flow_run","id":"{id}"}}"#)
}

fn counts(taken: &Taken) -> (usize, usize, usize) {
    (taken.accepted, taken.duplicates, taken.rejected.len())
}

/// (index, line, key, message) of each refused item.
fn refused(taken: &Taken) -> Vec<(usize, Option<usize>, &str, &str)> {
    let all = taken.rejected.iter();
    all.map(|r| (r.index, r.line, r.problem.key.as_str(), &*r.problem.message))
        .collect()
}

#[test]
fn an_object_an_array_and_lines_are_told_apart() {
    let (a, b) = (run("a"), run("b"));
    for (body, accepted) in [
        (a.clone(), 1),
        (format!("\u{feff}{a}"), 1),
        (format!("  \r\n{a}\r\n  "), 1),
        ("{\n  \"kind\": \"flow_run\",\n  \"id\": \"a\"\n}\n".into(), 1),
        (format!("[{a}]"), 1),
        (format!("[{a},{b}]"), 2),
        (format!(" [\n {a} ,\n {b}\n ]\n"), 2),
        (format!("{a}\n{b}"), 2),
        (format!("{a}\r\n\r\n   \r\n{b}\r\n"), 2),
        (format!("{a}{b}"), 2),
        (format!("{a} {b}"), 2),
        (
            "{\n\"kind\":\"flow_run\",\"id\":\"a\"\n}\n{\n\"kind\":\"flow_run\",\"id\":\"b\"\n}".into(),
            2,
        ),
    ] {
        let taken = Bench::new().take(body.clone());
        assert_eq!(counts(&taken), (accepted, 0, 0), "{body:?}: {taken:?}");
    }
    assert_eq!(Bench::new().take(a.clone()).id.as_deref(), Some("a"));
    assert_eq!(Bench::new().take(format!("[{a}]")).id, None);
}

#[test]
fn a_content_type_of_lines_makes_every_line_an_item() {
    let taken = Bench::new()
        .send(&anyone(), None, LINES, format!("[1]\n\n{}", run("a")))
        .unwrap();
    assert_eq!(counts(&taken), (1, 0, 1));
    assert_eq!((taken.rejected[0].index, taken.rejected[0].line), (0, Some(1)));
}

#[test]
fn a_broken_line_is_refused_with_its_line_and_the_rest_is_in() {
    let (a, b, c) = (run("a"), run("b"), run("c"));
    for content_type in [LINES, None, Some("application/json")] {
        let bench = Bench::new();
        let body = format!("{a}\n\n{{\"kind\":\"flow_run\",\n{b} x\n{c}\n");
        let taken = bench.send(&anyone(), None, content_type, body).unwrap();
        assert_eq!(
            refused(&taken),
            [
                (1, Some(3), "invalid_json", "The text is not JSON at byte 19."),
                (2, Some(4), "invalid_json", "The text is not JSON at byte 29."),
            ]
        );
        assert_eq!(counts(&taken), (2, 0, 2));
        bench.record(Kind::FlowRun, "c");
    }
}

#[test]
fn lines_survive_whatever_the_first_one_is() {
    for first in [
        "{\"kind\":\"flow_run\"",
        "{\"a\":\"x}",
        "hello",
        "{}}",
        "[\"kind\":1}",
        "{\"a\":{\"b\":1}",
        "\u{1}",
    ] {
        let taken = Bench::new().take(format!("{first}\n{}\n{}\n", run("b"), run("c")));
        assert_eq!(counts(&taken), (2, 0, 1), "{first}: {taken:?}");
    }
}

#[test]
fn text_before_and_after_an_object_is_refused_by_itself() {
    let a = run("a");
    for (body, index) in [
        (format!("hello {a}"), 0),
        (format!("{a} hello"), 1),
        (format!("{a}}}"), 1),
        (format!("{a},{a}"), 1),
    ] {
        let taken = Bench::new().take(body.clone());
        assert_eq!(
            (taken.accepted, taken.rejected[0].index),
            (1, index),
            "{body}: {taken:?}"
        );
        assert_eq!(told(&taken.rejected[0]).0, "invalid_json");
    }
}

#[test]
fn an_array_that_breaks_off_keeps_the_items_before_the_break() {
    let (a, b) = (run("a"), run("b"));
    for (body, accepted, at) in [
        (format!("[{a},{b},{{\"kind\":\"fl"), 2, 70),
        (format!("[{a},{b}"), 2, 58),
        (format!("[{a},{b},"), 2, 59),
        (format!("[{a},{b},]"), 2, 59),
        (format!("[{a} {b}]"), 1, 30),
        (format!("[{a}] trailing"), 1, 31),
        (format!("[{a},{{\"x\":\"unended}},{b}]"), 1, 47),
    ] {
        let taken = Bench::new().take(body.clone());
        let message = format!("The text is not JSON at byte {at}.");
        assert_eq!(refused(&taken), [(accepted, None, "invalid_json", &*message)], "{body}");
        assert_eq!(taken.accepted, accepted, "{body}");
    }
}

#[test]
fn a_broken_item_of_an_array_that_can_be_told_apart_loses_no_neighbour() {
    let (a, b) = (run("a"), run("b"));
    let deep = format!("{{\"payload\":{}{}}}", "[".repeat(64), "]".repeat(64));
    for (broken, key) in [
        (r#"{"x":01}"#, "invalid_json"),
        (r#"{"x":"\q"}"#, "invalid_json"),
        ("{\"x\":\"a\nb\"}", "invalid_json"),
        (r#"{"x":nope}"#, "invalid_json"),
        (r#"{"x" 1}"#, "invalid_json"),
        (r#"{'x':1}"#, "invalid_json"),
        ("nope", "invalid_json"),
        ("1", "invalid_value"),
        ("null", "invalid_value"),
        ("\"text\"", "invalid_value"),
        ("[{}]", "invalid_value"),
        (&deep, "too_deep"),
    ] {
        let taken = Bench::new().take(format!("[{a},{broken},{b}]"));
        assert_eq!(counts(&taken), (2, 0, 1), "{broken}: {taken:?}");
        assert_eq!(
            (taken.rejected[0].index, told(&taken.rejected[0]).0),
            (1, key),
            "{broken}"
        );
    }
}

#[test]
fn text_that_is_not_utf_8_is_the_error_of_its_item() {
    let (a, b) = (run("a").into_bytes(), run("b").into_bytes());
    let broken = b"{\"kind\":\"flow_run\",\"id\":\"x\xff\"}".to_vec();
    for (open, between, close) in [("[", ",", "]"), ("", "\n", "\n")] {
        let body = [
            open.as_bytes(),
            &a,
            between.as_bytes(),
            &broken,
            between.as_bytes(),
            &b,
            close.as_bytes(),
        ]
        .concat();
        let taken = Bench::new().take(body);
        assert_eq!(counts(&taken), (2, 0, 1), "{taken:?}");
        assert_eq!(
            (taken.rejected[0].index, told(&taken.rejected[0]).0),
            (1, "invalid_json")
        );
        assert!(taken.rejected[0].problem.message.contains("UTF-8"));
    }
    assert_eq!(told(&Bench::new().refuse(broken)).2, "JSON in UTF-8");
}

#[test]
fn what_is_no_item_at_all_is_a_problem_of_the_request() {
    let bench = Bench::new();
    for body in ["", " \r\n\t ", "\u{feff}", "[]", " [ ] "] {
        assert_eq!(bench.nothing(body).0, ProblemKey::NoItems, "{body:?}");
    }
    for (body, at) in [
        ("hello", 0),
        ("{\"kind\":\"flow_run\"", 18),
        ("{\"kind\":\"flow_run\",}", 19),
        ("[", 1),
        ("[{\"kind\":", 9),
        ("1 2", 2),
        ("kind=flow_run&id=a", 0),
    ] {
        let (key, message) = bench.nothing(body);
        assert_eq!(key, ProblemKey::InvalidJson, "{body}");
        assert_eq!(message, format!("The text is not JSON at byte {at}."), "{body}");
    }
    assert!(bench.rejects().is_empty());
}

#[test]
fn depth_64_comes_in_and_65_does_not() {
    let nested = |depth: usize| {
        format!(
            "{{\"kind\":\"external_event\",\"payload\":{}{}}}",
            "[".repeat(depth - 1),
            "]".repeat(depth - 1)
        )
    };
    Bench::new().accept(nested(64));
    assert_eq!(told(&Bench::new().refuse(nested(65))).0, "too_deep");
}

#[test]
fn too_many_items_are_refused_before_anything_is_stored() {
    let mut config = Config::default();
    config.limits.request_records = 3;
    let bench = Bench::with(&config);
    let all: Vec<String> = ["a", "b", "c", "d"].map(run).into();
    for body in [all.join("\n"), format!("[{}]", all.join(",")), all.concat()] {
        let error = bench.send(&anyone(), None, None, body).unwrap_err();
        assert!(matches!(error, TakeError::Request(problem) if problem.key == ProblemKey::TooManyRecords));
    }
    assert_eq!(bench.take(all[..3].join("\n")).accepted, 3);
}

#[test]
fn more_members_than_an_item_may_have_are_refused() {
    let item = |count: usize| {
        let members: String = (2..count).map(|n| format!(",\"m{n}\":1")).collect();
        format!("{{\"kind\":\"flow_run\",\"id\":\"a\"{members}}}")
    };
    Bench::new().accept(item(1000));
    let taken = Bench::new().take(format!("[{},{}]", item(1001), run("b")));
    assert_eq!(refused(&taken)[0].2, "invalid_value");
    assert_eq!(counts(&taken), (1, 0, 1));
}
