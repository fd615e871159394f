//! What an export tells, and what an import believes.

use proptest::prelude::*;
use redtrail::export::Position;
use redtrail::model::filter::IdField;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::state::State;
use redtrail::model::time::Micros;
use redtrail::store::RecordLog;
use redtrail::store::call::Steps;

use super::bench::{Bench, anyone, call, id, now, told, wait};

/// Bodies that leave behind what is hard to tell again, each received by itself.
fn hard() -> Vec<String> {
    let long = "long words ".repeat(150_000);
    let bodies = [
        // Trouble of a state that is not shown, and of none.
        r#"{"kind":"flow_run","id":"t","state":"running","errors":[{"message":"slow","data":{"password":"hunter2"}}]}
           {"kind":"flow_run","id":"t","state":"failed","errors":[{"message":"broken"}],"error":{"message":"one"},"updatedAt":"2026-02-01T00:00:00Z"}
           {"kind":"flow_run","id":"t","errors":[{"message":"of no state"}]}
           {"kind":"flow_run","id":"t","state":"completed","updatedAt":"2026-02-02T00:00:00Z"}"#,
        r#"{"kind":"api_request","id":"t","isSuccess":false,"error":"refused"}
           {"kind":"api_request","id":"t","isSuccess":true,"updatedAt":"2026-02-02T00:00:00Z","statusCode":200}
           {"kind":"api_request","id":"t2","statusCode":500,"error":"said without a state"}"#,
        // A place that its own times no longer tell.
        r#"{"kind":"flow_run","id":"p"}"#,
        r#"{"kind":"flow_run","id":"p","state":"failed","startTime":"2026-02-03T04:05:06.123456Z"}"#,
        // Logs with and without times, equal ones, in several versions.
        r#"{"kind":"flow_run","id":"l","state":"running","logs":["a",{"msg":"b","time":"2026-02-01T00:00:02Z"},"a","a"]}
           {"kind":"flow_run","id":"l","state":"completed","logs":["a",{"msg":"c","time":"2026-02-01T00:00:01Z"},"d",{"msg":"token=abcdefghijklmnop"}]}"#,
        // Sets, counts, meta, outputs.
        r#"{"kind":"flow_run","id":"s","state":"running","launchedBy":{"type":"external-event","ids":["b","a"]},"meta":{"z":1,"secret":"x"},"nodes":{"n":{"state":"running","runs":3},"m":{}}}
           {"kind":"flow_run","id":"s","state":"completed","launchedBy":{"ids":["c","a"]},"meta":{"y":2.50,"z":{"k":1e400}},"nodes":{"n":{"runs":2,"state":"completed","erroredRuns":1,"apiKey":"0123456789abcdef"}}}
           {"kind":"node_run","id":"n","flowRunId":"s","nodeKey":"n","status":"running","outputs":[{"id":"o","data":{"password":"p"},"downstreamRuns":[{"runId":"1","nodeKey":"x"}]}],"upstreamRuns":[{"runId":"u"}]}
           {"kind":"node_run","id":"n","flowRunId":"s","nodeKey":"n","status":"failed","outputs":[{"id":"q"},{"id":"o","data":2,"downstreamRuns":[{"runId":"2"}]}],"errors":[{"message":"m"}]}"#,
        // Entities: removed, archived, given at several times, moved by nothing.
        r#"{"kind":"connection","id":"c","name":"One","customerId":"acme","key":"k","meta":{"token":"secret value"},"updatedAt":"2026-01-01T00:00:00Z"}
           {"kind":"connection","id":"c","name":null,"state":"READY","updatedAt":"2026-01-03T00:00:00Z"}
           {"kind":"connection","id":"c","archivedAt":"2026-01-04T00:00:00Z"}
           {"kind":"customer","id":"bare"}
           {"kind":"customer","id":"old","name":"A","updatedAt":"2026-01-05T00:00:00Z","createdAt":"2025-01-01T00:00:00Z"}
           {"kind":"customer","id":"old","createdAt":"2025-06-01T00:00:00Z","updatedAt":"2026-01-06T00:00:00Z"}"#,
        // Derived owners, known and not known then.
        r#"{"kind":"external_event","id":"d","connectionId":"c"}
           {"kind":"external_event","id":"e","connectionId":"late"}
           {"kind":"connection","id":"late","customerId":"umbrella"}
           {"kind":"external_event","id":"ahead","createdAt":"2026-03-01T13:00:00Z"}"#,
    ];
    let mut all: Vec<String> = bodies.iter().map(|body| body.replace("\n           ", "\n")).collect();
    // Cut, and grown beyond the limit of one sending.
    for word in ["first", "second"] {
        all.push(format!(
            r#"{{"kind":"internal_event","id":"big","event":{{"text":"{long}"}},"meta":{{"{word}":"{}"}}}}"#,
            "x".repeat(600_000)
        ));
    }
    all
}

fn filled() -> Bench {
    let bench = Bench::new();
    for (at, body) in (0..).zip(hard()) {
        bench.clock.advance(at * 1_000_000);
        let taken = bench.take(body);
        assert_eq!(taken.rejected, []);
    }
    bench
}

/// Loads an export in batches of some lines.
fn loaded(export: &str, lines: usize) -> Bench {
    let bench = Bench::new();
    let all: Vec<&str> = export.split_inclusive('\n').collect();
    for batch in all.chunks(lines) {
        assert_eq!(bench.import(batch.concat()).rejected, []);
    }
    bench
}

#[test]
fn an_export_loaded_into_an_empty_store_gives_an_equal_export() {
    let export = filled().export(None);
    assert!(export.contains("\"what\":\"cut\"") && export.contains("\"what\":\"redacted\""));
    assert!(export.contains("derivedCustomerId") && export.contains("clockAhead"));
    for lines in [1, 3, 1000] {
        let again = loaded(&export, lines).export(None);
        for (one, other) in export.lines().zip(again.lines()) {
            assert!(
                one == other,
                "{}\n{}",
                &one[..one.len().min(900)],
                &other[..other.len().min(900)]
            );
        }
        assert_eq!(export.lines().count(), again.lines().count());
    }
}

#[test]
fn the_demonstration_comes_out_as_it_went_in() {
    let bench = Bench::new();
    for body in redtrail::demo::bodies(7, now()) {
        assert_eq!(bench.take(body).rejected, []);
    }
    let export = bench.export(None);
    assert!(export.lines().count() > 500);
    assert!(loaded(&export, 100).export(None) == export);
}

/// A version of one of a few records, as its sender writes it.
fn version() -> impl Strategy<Value = String> {
    let kind = prop::sample::select(Kind::SENT.to_vec());
    let time = || prop::option::of(0..9u8);
    let parts = (0..4u8, 0..4u8, 0..4u8, 0..4u8);
    (kind, 0..12usize, time(), time(), time(), parts).prop_map(|(kind, state, created, updated, end, parts)| {
        let mut members = vec![format!("\"kind\":\"{}\",\"id\":\"x\"", kind.name())];
        let mut say = |name: &str, raw: String| members.push(format!("\"{name}\":{raw}"));
        let at = |digit: u8| format!("\"2026-02-0{}T00:00:00Z\"", digit + 1);
        let (run, node) = (kind == Kind::FlowRun, kind == Kind::NodeRun);
        match State::words_of(kind).get(state) {
            Some(state) if kind == Kind::ApiRequest => say("isSuccess", (*state == State::Success).to_string()),
            Some(state) if run => say("state", format!("\"{}\"", state.word())),
            Some(state) => say("status", format!("\"{}\"", state.word())),
            None if kind == Kind::ApiRequest => say("statusCode", (state * 50).to_string()),
            None => {}
        }
        let starts = ["createdAt", "startTime", "startDatetime", "datetime"];
        if let Some(digit) = created {
            say(starts[usize::from(parts.0)], at(digit));
        }
        if let Some(digit) = updated {
            say("updatedAt", at(digit));
        }
        if let Some(digit) = end.filter(|_| run || node) {
            say("endTime", at(digit));
        }
        if parts.0 > 1 {
            say(
                "error",
                format!(
                    "{{\"message\":\"e{}\",\"data\":{{\"password\":\"p{}\"}}}}",
                    parts.1, parts.2
                ),
            );
        }
        if parts.1 > 1 && (run || node) {
            say("errors", format!("[\"e{}\",{{\"message\":\"f\"}}]", parts.0));
        }
        if parts.2 > 1 {
            say(
                "logs",
                format!(
                    "[\"l{}\",\"l\",{{\"time\":{},\"msg\":\"t\"}},\"l\"]",
                    parts.0,
                    at(parts.1)
                ),
            );
        }
        if parts.3 > 1 {
            say(
                "meta",
                format!("{{\"k{}\":{},\"token\":\"t{}\"}}", parts.0, parts.1, parts.2),
            );
            say("other", format!("[{}, 1.0]", parts.1));
        }
        if node {
            say("flowRunId", "\"r\"".into());
            say("nodeKey", "\"n\"".into());
            say(
                "outputs",
                format!(
                    "[{{\"id\":\"{}\",\"downstreamRuns\":[{{\"runId\":\"{}\"}}],\"data\":{}}}]",
                    parts.0, parts.1, parts.2
                ),
            );
        }
        if run {
            say("launchedBy", format!("{{\"ids\":[\"{}\",\"{}\"]}}", parts.0, parts.2));
            say(
                "nodes",
                format!("{{\"n{}\":{{\"runs\":{},\"apiKey\":\"k\"}}}}", parts.1, parts.3),
            );
        }
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_versions_were_folded_comes_out_as_it_went_in(versions in prop::collection::vec(version(), 1..12)) {
        let bench = Bench::new();
        for version in versions {
            bench.take(version);
        }
        let export = bench.export(None);
        prop_assert_eq!(loaded(&export, 2).export(None), export);
    }
}

#[test]
fn loading_the_same_again_changes_nothing() {
    let export = filled().export(None);
    let bench = loaded(&export, 1000);
    let sequence = || wait(bench.store.stats(&call(Steps::off()))).unwrap().sequence;
    let before = sequence();
    let taken = bench.import(export.as_str());
    assert_eq!((taken.accepted, taken.duplicates), (0, export.lines().count()));
    assert_eq!(sequence(), before);
    assert!(bench.export(None) == export);
}

#[test]
fn an_export_goes_on_after_any_of_its_lines() {
    let export = filled().export(None);
    let lines: Vec<&str> = export.split_inclusive('\n').collect();
    let bench = loaded(&export, 1000);
    let position = |line: &&str| Position::of_line(line).unwrap();
    for (at, line) in lines.iter().enumerate() {
        let told = position(line);
        assert_eq!(Position::parse(&told.text()), Some(told.clone()));
        // Lines of one thing have one position, and it goes on after the last of them.
        let same = lines[at..].iter().take_while(|other| position(other) == told).count();
        assert!(
            bench.export(Some(told)) == lines[at + same..].concat(),
            "after line {at}"
        );
    }
    for text in ["", "x", "AAAA", &"A".repeat(5000)] {
        assert_eq!(Position::parse(text), None, "{}", text.len());
    }
    assert_eq!(Position::of_line("{\"kind\":\"flow_run\",\"id\":\"x\"}"), None);
}

#[test]
fn receipt_source_place_and_marks_are_believed_in_an_import_only() {
    let line = r#"{"kind":"flow_run","id":"r","receivedAt":"2025-05-05T05:05:05Z","source":"far","redtrailPlace":"2025-05-05T05:00:00Z","derivedCustomerId":"acme","marks":[{"path":"/input/a~1b","what":"redacted","rule":"own"}],"input":{"a/b":"?"},"startTime":"2025-05-05T05:01:00Z"}"#;
    let time = |text| Micros::parse(text).unwrap();
    let bench = Bench::new();
    bench.import(line);
    let record = bench.record(Kind::FlowRun, "r");
    assert_eq!(record.known.received_at, time("2025-05-05T05:05:05Z"));
    assert_eq!(record.known.place, time("2025-05-05T05:00:00Z"));
    assert_eq!(&*record.known.source, "far");
    assert_eq!(record.id_of(IdField::Customer), Some(id("acme")));
    assert!(record.known.history);
    assert_eq!(
        super::bench::rules(&record.content.marks(Kind::FlowRun)),
        ["/input/a~1b own"]
    );

    let bench = Bench::new();
    bench.accept(line);
    let record = bench.record(Kind::FlowRun, "r");
    assert_eq!(record.known.received_at, now());
    assert_eq!(record.known.place, time("2025-05-05T05:01:00Z"));
    assert_eq!((&*record.known.source, record.customer()), (&*anyone().source, None));
    assert!(!record.known.history && record.content.marks(Kind::FlowRun).is_empty());
    assert!(record.content.raw(Kind::FlowRun, "redtrailPlace").is_none());
}

#[test]
fn history_without_a_receipt_is_placed_by_its_own_times_and_redacted() {
    let bench = Bench::new();
    bench.import(concat!(
        r#"{"kind":"connection","id":"c","customerId":"acme"}"#,
        "\n",
        r#"{"kind":"api_request","id":"r","connectionId":"c","createdAt":"2024-01-01T00:00:00Z","request":{"headers":{"authorization":"Bearer abcdefgh"}}}"#
    ));
    let record = bench.record(Kind::ApiRequest, "r");
    assert_eq!(record.known.place, Micros::parse("2024-01-01T00:00:00Z").unwrap());
    assert_eq!((record.known.received_at, &*record.known.source), (now(), "loader"));
    assert_eq!(record.customer(), Some(id("acme")));
    let raw = bench.raw(Kind::ApiRequest, "r", "request").unwrap();
    assert!(!raw.contains("abcdefgh"), "{raw}");
    let changes = wait(bench.store.changes(&call(Steps::off()), 0, 10)).unwrap();
    assert_eq!(changes.len(), 2);
    assert!(
        changes.iter().all(|change| change.history),
        "nobody is notified of history"
    );
    assert!(bench.entity(EntityKind::Connection, "c").is_some());
}

#[test]
fn what_an_import_says_wrongly_is_refused_item_by_item() {
    for (members, expected) in [
        (r#""receivedAt":"yesterday""#, ("invalid_value", "/receivedAt")),
        (
            r#""receivedAt":"2026-03-03T12:00:00Z""#,
            ("time_out_of_range", "/receivedAt"),
        ),
        (r#""source":"a\u0000b""#, ("invalid_value", "/source")),
        (r#""redtrailPlace":5"#, ("invalid_value", "/redtrailPlace")),
        (r#""marks":{}"#, ("invalid_value", "/marks")),
        (
            r#""marks":[{"path":"/name","what":"gone"}]"#,
            ("invalid_value", "/marks/0"),
        ),
        (
            r#""marks":[{"path":"name","what":"cut","bytes":1}]"#,
            ("invalid_value", "/marks/0"),
        ),
        (
            r#""marks":[{"path":"/no","what":"cut","bytes":1}]"#,
            ("invalid_value", "/marks/0"),
        ),
    ] {
        let bench = Bench::new();
        let taken = bench.import(format!(
            "{{\"kind\":\"flow_run\",\"id\":\"x\",\"name\":\"n\",{members}}}\n{{\"kind\":\"flow_run\",\"id\":\"y\"}}"
        ));
        assert_eq!((taken.accepted, taken.rejected.len()), (1, 1), "{members}");
        let (key, path, _) = told(&taken.rejected[0]);
        assert_eq!((key, path), expected, "{members}");
        assert_eq!(taken.rejected[0].line, Some(1));
    }
}
