//! Bodies that are nothing one should send.

use proptest::prelude::*;
use redtrail::ingest::{TakeError, Taken};
use redtrail::model::kind::Kind;
use redtrail::model::problem::ProblemKey;

use super::bench::{Bench, anyone, told};

const LINES: Option<&str> = Some("application/x-ndjson");

/// Lines a body is made of, with everything the door looks at.
fn good_lines() -> Vec<String> {
    vec![
        r#"{"kind":"api_request","id":"a","requestUrl":"https://x.test/?token=abc&b=c","isSuccess":false,"statusCode":500,"duration":12.5,"request":{"headers":{"authorization":"Bearer abcdef123456"},"body":"{\"password\":\"x\",\"n\":[1,2]}"}}"#.into(),
        r#"{"kind":"external_webhook","id":"b","status":"success","collectedEventIds":["e1",2],"request":{"headers":[{"name":"Cookie","value":"x"}]}}"#.into(),
        r#"{"kind":"flow_run","id":"c","state":"failed","startTime":"2026-03-01T11:00:00Z","errors":["boom",{"message":"m","causedByError":{"message":"é😀\ud800"}}],"nodes":{"n":{"state":"failed","runs":2}},"launchedBy":{"type":"external-event","ids":["e1"]}}"#.into(),
        r#"{"kind":"node_run","id":1,"flowRunId":"c","nodeKey":"n","status":"failed","outputs":[{"id":"o","data":{"secret":[1,true]},"downstreamRuns":[{"runId":"2","nodeKey":"m"}]}],"logs":["x",{"apiRequestId":"a"}],"_logs":[{"msg":"y"}]}"#.into(),
        r#"{"kind":"connection","id":"k","name":null,"tenantId":"t","updatedAt":"2026-03-01T11:00:00Z","meta":{"a":"<Password>x</Password>"}}"#.into(),
    ]
}

fn sum(taken: &Taken) -> usize {
    taken.accepted + taken.duplicates + taken.rejected.len()
}

/// What was done to a body: at a place (in thousandths of it) bytes are put, taken away or changed.
#[derive(Debug, Clone)]
enum Mutation {
    Put(usize, Vec<u8>),
    Take(usize, usize),
    Change(usize, u8),
}

fn mutation() -> impl Strategy<Value = Mutation> {
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..4),
        prop::sample::select(vec![
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "\\u",
            "null",
            "=",
            "[redacted key 00000000]",
            "eyJ",
            "://",
            "'",
            "<",
            "\u{0}",
            "é"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (0usize..1000, bytes).prop_map(|(at, bytes)| Mutation::Put(at, bytes)),
        (0usize..1000, 1usize..40).prop_map(|(at, count)| Mutation::Take(at, count)),
        (0usize..1000, any::<u8>()).prop_map(|(at, byte)| Mutation::Change(at, byte)),
    ]
}

fn mutate(body: &mut Vec<u8>, mutation: &Mutation) {
    let place = |at: usize| at * body.len() / 1000;
    match mutation {
        Mutation::Put(at, bytes) => {
            let at = place(*at);
            body.splice(at..at, bytes.iter().copied());
        }
        Mutation::Take(at, count) => {
            let at = place(*at);
            let end = (at + count).min(body.len());
            body.drain(at..end);
        }
        Mutation::Change(at, byte) => {
            let at = place(*at);
            if let Some(changed) = body.get_mut(at) {
                *changed = *byte;
            }
        }
    }
}

/// Sends a body in every way; whatever is answered must add up.
fn survive(body: &[u8]) {
    for (content_type, kind) in [
        (None, None),
        (LINES, None),
        (Some("application/json"), Some("flow_run")),
    ] {
        let bench = Bench::new();
        match bench.send(&anyone(), kind, content_type, body) {
            Ok(taken) => {
                let last = taken
                    .rejected
                    .iter()
                    .map(|rejected| rejected.index + 1)
                    .max()
                    .unwrap_or(0);
                assert!(sum(&taken) >= last.max(1));
                assert!(taken.rejected.windows(2).all(|pair| pair[0].index < pair[1].index));
                let again = bench.send(&anyone(), kind, content_type, body).unwrap();
                assert_eq!(sum(&again), sum(&taken));
                assert_eq!(again.rejected.len(), taken.rejected.len());
            }
            Err(TakeError::Request(problem)) => {
                assert!(
                    matches!(problem.key, ProblemKey::InvalidJson | ProblemKey::NoItems),
                    "{problem:?}"
                );
            }
            Err(error) => panic!("{error}"),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn random_bytes_are_answered(body in prop::collection::vec(any::<u8>(), 0..300)) {
        survive(&body);
    }

    #[test]
    fn random_json_like_text_is_answered(body in "[\\[\\]{}\",:\\\\ \n0-9aeul.'=-]{0,120}") {
        survive(body.as_bytes());
    }

    #[test]
    fn mutated_bodies_are_answered(mutations in prop::collection::vec(mutation(), 1..5), is_array: bool) {
        let mut body = if is_array { format!("[{}]", good_lines().join(",")) } else { good_lines().join("\n") }.into_bytes();
        for mutation in &mutations {
            mutate(&mut body, mutation);
        }
        survive(&body);
    }

    #[test]
    fn a_mutated_line_leaves_its_neighbours_alone(line in 0usize..5, mutations in prop::collection::vec(mutation(), 1..4)) {
        let mut lines: Vec<Vec<u8>> = good_lines().into_iter().map(String::into_bytes).collect();
        for mutation in &mutations {
            mutate(&mut lines[line], mutation);
        }
        lines[line].retain(|byte| *byte != b'\n');
        let is_blank = lines[line].trim_ascii().is_empty();
        let bench = Bench::new();
        let taken = bench.send(&anyone(), None, LINES, lines.join(&b'\n')).unwrap();
        prop_assert_eq!(sum(&taken), 5 - usize::from(is_blank));
        prop_assert!(taken.accepted + taken.duplicates >= 4);
        prop_assert!(taken.rejected.iter().all(|rejected| rejected.line == Some(line + 1)));
    }

    #[test]
    fn redacting_twice_changes_nothing(mutations in prop::collection::vec(mutation(), 0..6), line in 0usize..5) {
        let mut text = good_lines().remove(line).into_bytes();
        for mutation in &mutations {
            mutate(&mut text, mutation);
        }
        // Whatever came of it is the text of a string: JSON inside, broken JSON, or neither.
        let text = String::from_utf8_lossy(&text).into_owned();
        let stored = |payload: &str| {
            let bench = Bench::new();
            bench.accept(format!("{{\"kind\":\"external_event\",\"id\":\"a\",\"payload\":{payload}}}"));
            bench.raw(Kind::ExternalEvent, "a", "payload").unwrap()
        };
        let once = stored(&serde_json::to_string(&text).unwrap());
        prop_assert_eq!(stored(&once), once.clone());
    }
}

#[test]
fn one_huge_line_and_many_keys_are_answered() {
    let bench = Bench::new();
    let huge = format!(
        "{{\"kind\":\"external_event\",\"id\":\"a\",\"payload\":\"{}\"}}",
        "x".repeat(8_000_000)
    );
    assert_eq!(bench.take(huge).accepted, 1);
    let lines = bench.take("x".repeat(2_000_000) + "\n{}");
    assert_eq!(
        (told(&lines.rejected[0]).0, told(&lines.rejected[1]).0),
        ("invalid_json", "missing_field")
    );
    let keys: String = (0..200_000).map(|n| format!("\"k{n}\":{n},")).collect();
    let nested = bench.refuse(format!("{{\"kind\":\"external_event\",\"payload\":{{{keys}\"z\":1}}}}"));
    assert_eq!(told(&nested).0, "record_too_large");
    let top = bench.refuse(format!("{{\"kind\":\"external_event\",{keys}\"z\":1}}"));
    assert_eq!(told(&top).2, "at most 1000 members at the top level");
    let brackets = bench.refuse(format!(
        "{{\"kind\":\"external_event\",\"x\":{}{}}}",
        "[".repeat(500_000),
        "]".repeat(500_000)
    ));
    assert_eq!(told(&brackets).0, "too_deep");
    assert_eq!(bench.nothing("[".repeat(1_000_000)).0, ProblemKey::TooDeep);
    assert_eq!(bench.nothing("\"".repeat(1_000_001)).0, ProblemKey::InvalidJson);
}

#[test]
fn texts_made_to_be_slow_are_read_in_time() {
    let bench = Bench::new();
    for text in [
        "token=".repeat(100_000),
        "bearer ".repeat(100_000),
        "eyJaaaaa.".repeat(80_000),
        "<token>".repeat(100_000),
        "-----BEGIN ".repeat(80_000),
        "a://b:c@".repeat(100_000),
        format!("{{{}", "'password': ".repeat(80_000)),
        format!("{{{}", "'\\'".repeat(200_000)),
        "cookie: a=b\n".repeat(80_000),
        "[[[[".repeat(200_000),
        "{\"a\":".repeat(150_000),
    ] {
        let payload = serde_json::to_string(&text).unwrap();
        let taken = bench.take(format!("{{\"kind\":\"external_event\",\"payload\":{payload}}}"));
        assert_eq!(sum(&taken), 1);
    }
}
