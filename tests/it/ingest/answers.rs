//! What the sender is told, and what the ledger keeps.

use super::bench::{Bench, anyone, told};

#[test]
fn every_item_is_answered_in_order_with_what_the_store_decided() {
    let bench = Bench::new();
    bench.accept(r#"{"kind":"flow_run","id":"theirs","customerId":"one"}"#);
    let taken = bench.take(
        [
            r#"{"kind":"flow_run","id":"bad","state":"odd"}"#,
            r#"{"kind":"flow_run","id":"new"}"#,
            r#"{"kind":"flow_run","id":"theirs","customerId":"two"}"#,
            r#"{"kind":"flow_run","id":"theirs","customerId":"one"}"#,
            r#"nonsense"#,
            r#"{"kind":"customer","id":"one"}"#,
        ]
        .join("\n"),
    );
    assert_eq!((taken.accepted, taken.duplicates, taken.id.clone()), (2, 1, None));
    let rejected: Vec<_> = taken
        .rejected
        .iter()
        .map(|r| (r.index, r.line, r.id.as_deref(), told(r).0))
        .collect();
    assert_eq!(
        rejected,
        [
            (0, Some(1), Some("bad"), "unknown_state"),
            (2, Some(3), Some("theirs"), "customer_mismatch"),
            (4, Some(5), None, "invalid_json"),
        ]
    );
}

#[test]
fn what_was_refused_is_kept_without_its_secrets() {
    let bench = Bench::new();
    let long = "x".repeat(5000);
    bench.take(
        [
            r#"{"kind":"flow_run","id":"a","state":"odd","password":"hunter2"}"#.to_owned(),
            r#"{"kind":"flow_run", "headers":{"Authorization":"Basic hunter2"#.to_owned(),
            r#"token=hunter2&a=b {"secret": hunter2, 'api_key':'hunter2', "nested": "{\"password\":\"hunter2\"}""#
                .to_owned(),
            format!(r#"{{"kind":"odd","input":[{{"name":"Cookie","value":"hunter2"}}],"x":"{long}"}}"#),
            format!(r#"{{"kind":"flow_run","x":"{long}","password":"hunter2"}}}}"#),
            r#"{"kind":"flow_run","id":"b"}"#.to_owned(),
        ]
        .join("\n"),
    );
    let rejects = bench.rejects();
    assert_eq!(rejects.len(), 5);
    for reject in &rejects {
        let begin = reject["begin"].as_str().unwrap();
        assert!(!begin.contains("hunter2"), "{begin}");
        assert!(!begin.is_empty() && begin.len() <= 2048);
    }
    assert!(
        rejects[0]["begin"]
            .as_str()
            .unwrap()
            .starts_with(r#"{"kind":"flow_run","id":"a","state":"odd","password":"[redacted key "#)
    );
}

#[test]
fn a_request_of_which_everything_was_refused_is_in_the_ledger() {
    let bench = Bench::new();
    bench.refuse(r#"{"kind":"odd"}"#);
    assert_eq!(bench.rejects().len(), 1);
    assert_eq!(bench.rejects()[0]["problem"]["key"], "unknown_kind");
}

#[test]
fn a_large_body_is_answered_like_a_small_one() {
    let bench = Bench::new();
    let lines: Vec<String> = (0..2000)
        .map(|n| format!(r#"{{"kind":"flow_run","id":"r{n}","name":"a name of some length"}}"#))
        .collect();
    let body = lines.join("\n");
    assert!(body.len() > 64 * 1024);
    let taken = bench.send(&anyone(), None, None, body.clone()).unwrap();
    assert_eq!((taken.accepted, taken.duplicates), (2000, 0));
    let again = bench.send(&anyone(), None, None, body).unwrap();
    assert_eq!((again.accepted, again.duplicates), (0, 2000));
}

#[test]
fn steps_say_what_was_done() {
    let bench = Bench::new();
    let steps = bench.steps(r#"{"kind":"flow_run","id":"a","input":{"password":"x"}}"#);
    assert_eq!(steps[0], "decoded 1 items, 0 of them refused");
    assert_eq!(steps[1], "redacted 1 places");
    assert!(
        steps.iter().any(|step| step.starts_with("committed 1 accepted")),
        "{steps:?}"
    );
}

#[test]
fn a_record_of_too_many_parts_is_refused_with_the_field_that_has_them() {
    let bench = Bench::new();
    let list = |count: usize, one: &str| vec![one; count].join(",");
    let most = 20_000;
    for (field, open, one, close) in [
        ("collectedEventIds", "[", "\"e\"", "]"),
        ("logs", "[", "{}", "]"),
        ("meta", "{", "\"k\":1", "}"),
    ] {
        let item = |count: usize| {
            let inside = list(count, one);
            format!(r#"{{"kind":"external_webhook","id":"w","{field}":{open}{inside}{close}}}"#)
        };
        let taken = bench.take(format!("{}\n{}", item(most), item(most + 1)));
        let rejected: Vec<_> = taken.rejected.iter().map(told).collect();
        assert_eq!(rejected.len(), 1, "{field}");
        assert_eq!(
            (rejected[0].0, rejected[0].1),
            ("record_too_large", format!("/{field}").as_str()),
            "{field}"
        );
    }
}

#[test]
fn a_request_of_too_many_parts_is_refused_whole() {
    let bench = Bench::new();
    let meta = (0..200)
        .map(|key| format!("\"k{key}\":1"))
        .collect::<Vec<_>>()
        .join(",");
    let body = |records: usize| {
        let item = |number| format!(r#"{{"kind":"api_request","id":"a{number}","meta":{{{meta}}}}}"#);
        (0..records).map(item).collect::<Vec<_>>().join("\n")
    };
    let (key, _) = bench.nothing(body(2001));
    assert_eq!(key.as_str(), "request_too_large");
    assert_eq!(bench.take(body(2000)).accepted, 2000);
}
