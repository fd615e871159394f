//! What makes two sendings the same.

use redtrail::model::kind::Kind;
use redtrail::model::sender::Sender;
use redtrail::model::version::Order;

use super::bench::{Bench, anyone, id};

/// What a sending by itself is ordered by; the content hash is part of it.
fn order(kind: Option<&str>, item: &str) -> Order {
    let bench = Bench::new();
    assert_eq!(bench.send(&anyone(), kind, None, item).unwrap().accepted, 1, "{item}");
    *bench.record(Kind::FlowRun, "a").content.order().unwrap()
}

#[test]
fn the_same_content_is_the_same_version_however_it_is_written() {
    let item = r#"{"kind":"flow_run","id":"a","name":"n","input":{"b":1,"a":2}}"#;
    for same in [
        " { \"kind\" : \"flow_run\" ,\n\"id\":\"a\", \"name\":\"n\",\"input\":{ \"b\" : 1, \"a\" : 2 } } ",
        r#"{"input":{"b":1,"a":2},"name":"n","id":"a","kind":"flow_run"}"#,
        r#"{"kind":"flow_run","id":"a","name":"n","input":{"b":1,"a":2},"output":null,"receivedAt":"2020-01-01T00:00:00Z"}"#,
    ] {
        assert_eq!(order(None, item), order(None, same), "{same}");
    }
    for other in [
        r#"{"kind":"flow_run","id":"a","name":"m","input":{"b":1,"a":2}}"#,
        r#"{"kind":"flow_run","id":"a","name":"n","input":{"b":1,"a":3}}"#,
        r#"{"kind":"flow_run","id":"a","name":"n","input":{"a":2,"b":1}}"#,
        r#"{"kind":"flow_run","id":"a","name":"n","output":{"b":1,"a":2}}"#,
    ] {
        assert_ne!(order(None, item).hash, order(None, other).hash, "{other}");
    }
}

#[test]
fn secrets_that_differ_make_versions_that_differ() {
    let item = |secret: &str| format!(r#"{{"kind":"flow_run","id":"a","input":{{"password":"{secret}"}}}}"#);
    assert_ne!(order(None, &item("x")).hash, order(None, &item("y")).hash);
}

#[test]
fn the_kind_of_the_path_counts_like_that_of_the_item() {
    let by_item = order(None, r#"{"kind":"flow_run","id":"a","name":"n"}"#);
    assert_eq!(order(Some("flow_run"), r#"{"id":"a","name":"n"}"#), by_item);
    assert_eq!(
        order(Some("flow_run"), r#"{"id":"a","kind":"flow_run","name":"n"}"#),
        by_item
    );
}

#[test]
fn an_alias_counts_like_the_name_and_what_a_token_adds_not_at_all() {
    let bench = Bench::new();
    bench.accept(r#"{"kind":"flow_run","id":"a","tenantId":"c"}"#);
    assert_eq!(
        bench
            .take(r#"{"kind":"flow_run","id":"a","customerId":"c"}"#)
            .duplicates,
        1
    );
    let sender = Sender {
        default_integration: Some(id("i")),
        ..anyone()
    };
    let order = || *bench.record(Kind::FlowRun, "a").content.order().unwrap();
    let before = order();
    let added = bench
        .send(&sender, None, None, r#"{"kind":"flow_run","id":"a","customerId":"c"}"#)
        .unwrap();
    assert_eq!(added.accepted, 1, "the integration is new");
    assert_eq!(order(), before, "the version is not");
}

#[test]
fn the_same_body_again_changes_nothing_also_shuffled() {
    let bench = Bench::new();
    let mut items: Vec<String> = (0..50)
        .flat_map(|n| {
            [
                format!(r#"{{"kind":"flow_run","id":"r{n}","state":"running","startTime":"2026-03-01T11:00:00Z","meta":{{"n":{n}}}}}"#),
                format!(r#"{{"kind":"flow_run","id":"r{n}","state":"completed","endTime":"2026-03-01T11:30:00Z","logs":[{{"msg":"m"}},{{"msg":"m"}}]}}"#),
                format!(r#"{{"kind":"node_run","id":"{n}","flowRunId":"r{n}","nodeKey":"k","status":"completed","outputs":[{{"id":{n}}}]}}"#),
                format!(r#"{{"kind":"customer","id":"c{n}","updatedAt":"2026-03-01T11:00:00Z","name":"n","key":null}}"#),
                format!(r#"{{"kind":"api_request","id":"r{n}","requestUrl":"https://x.test/?token=secret{n}","isSuccess":false}}"#),
            ]
        })
        .collect();
    let first = bench.take(items.join("\n"));
    assert_eq!((first.accepted, first.rejected.len()), (250, 0));
    items.reverse();
    items.rotate_left(77);
    for body in [items.join("\n"), format!("[{}]", items.join(","))] {
        let again = bench.take(body);
        assert_eq!((again.accepted, again.duplicates, again.rejected.len()), (0, 250, 0));
    }
}
