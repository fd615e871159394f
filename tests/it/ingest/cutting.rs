//! Records that are too long.

use proptest::prelude::*;
use redtrail::config::Config;
use redtrail::model::json;
use redtrail::model::kind::Kind;
use redtrail::model::limits::CUT_FLOOR_BYTES;
use redtrail::model::version::{Mark, MarkKind};

use super::bench::{Bench, told};

fn bench(limit: u64) -> Bench {
    let mut config = Config::default();
    config.limits.record_bytes = limit;
    Bench::with(&config)
}

fn cuts(marks: &[Mark]) -> Vec<(String, u64)> {
    let cut = marks.iter().filter_map(|mark| match mark.what {
        MarkKind::Cut { bytes } => Some((mark.path.to_string(), bytes)),
        MarkKind::Redacted { .. } => None,
    });
    cut.collect()
}

#[test]
fn the_longest_strings_are_cut_and_say_by_how_much() {
    let bench = bench(64 * 1024);
    let (long, longer, short) = ("a".repeat(40_000), "b".repeat(60_000), "c".repeat(5_000));
    bench.accept(format!(
        r#"{{"kind":"api_request","id":"a","request":{{"body":"{long}","k/x":["{longer}"]}},"x":"{short}"}}"#
    ));
    let record = bench.record(Kind::ApiRequest, "a");
    let request = record.content.raw(Kind::ApiRequest, "request").unwrap().into_owned();
    let body = json::string(json::pointer(&request, "/body").unwrap()).unwrap();
    let other = json::string(json::pointer(&request, "/k~1x/0").unwrap()).unwrap();
    assert_eq!(record.content.text("x").unwrap(), short, "the short one is whole");
    let marks = cuts(&record.content.marks(Kind::ApiRequest));
    assert_eq!(marks.len(), 2);
    for (path, bytes) in marks {
        let (kept, sent) = if path == "/request/body" {
            (&body, 40_000)
        } else {
            (&other, 60_000)
        };
        let end = format!("…[cut {bytes} bytes]");
        assert!(kept.ends_with(&end), "{path}");
        assert_eq!(kept.len() - end.len() + bytes as usize, sent, "{path}");
    }
    assert!(body.len().abs_diff(other.len()) < 64, "both are cut to one length");
}

#[test]
fn what_cannot_be_cut_enough_is_refused() {
    let bench = bench(64 * 1024);
    let short = "x".repeat(CUT_FLOOR_BYTES - 1);
    let many: Vec<String> = (0..20).map(|_| format!("\"{short}\"")).collect();
    let numbers = "1,".repeat(40_000);
    for payload in [format!("[{}]", many.join(",")), format!("[{numbers}1]")] {
        let rejected = bench.refuse(format!(r#"{{"kind":"external_event","id":"a","payload":{payload}}}"#));
        assert_eq!(
            told(&rejected),
            ("record_too_large", "-", "a record of at most 65536 bytes")
        );
        assert_eq!(rejected.id.as_deref(), Some("a"));
    }
    bench.accept(format!(
        r#"{{"kind":"external_event","id":"a","payload":{{"x":"{}"}}}}"#,
        "y".repeat(10_000_000)
    ));
}

#[test]
fn a_mark_inside_a_string_that_was_cut_becomes_one_of_the_string() {
    let bench = bench(16 * 1024);
    let inner = format!(r#"{{\"password\":\"x\",\"b\":\"{}\"}}"#, "y".repeat(30_000));
    bench.accept(format!(
        r#"{{"kind":"external_event","id":"a","payload":{{"body":"{inner}"}}}}"#
    ));
    let record = bench.record(Kind::ExternalEvent, "a");
    let marks = record.content.marks(Kind::ExternalEvent);
    assert!(
        marks.iter().all(|mark| &*mark.path == "/payload/body") && marks.len() == 2,
        "{marks:?}"
    );
}

#[test]
fn a_cut_record_sent_again_is_a_duplicate() {
    let bench = bench(16 * 1024);
    let item = format!(
        r#"{{"kind":"external_event","id":"a","payload":"{}"}}"#,
        "é\\n".repeat(20_000)
    );
    bench.accept(item.clone());
    assert_eq!(bench.take(item).duplicates, 1);
}

/// Insides of JSON strings, some long, with everything that must not be cut in two.
fn inside() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "a",
        "é",
        "😀",
        r"\n",
        r"\u00e9",
        r"\ud83d\ude00",
        r"\ud800",
        r#"\""#,
        r"\\",
    ]);
    (prop::collection::vec(part, 1..8), 1usize..4000).prop_map(|(parts, times)| parts.concat().repeat(times))
}

fn size(bench: &Bench) -> usize {
    let record = bench.record(Kind::ExternalEvent, "a");
    let fields = record.content.fields(Kind::ExternalEvent);
    fields
        .iter()
        .map(|(name, raw)| name.len() + raw.len() + 4)
        .sum::<usize>()
        + 2
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn cut_records_fit_are_json_and_are_marked(insides in prop::collection::vec(inside(), 1..5), limit in 20_000u64..60_000) {
        let bench = bench(limit);
        let members: Vec<String> = insides.iter().enumerate().map(|(n, inside)| format!("\"m{n}\":[\"{inside}\"]")).collect();
        let taken = bench.take(format!("{{\"kind\":\"external_event\",\"id\":\"a\",\"payload\":{{{}}}}}", members.join(",")));
        prop_assert_eq!(taken.accepted, 1);
        prop_assert!(size(&bench) as u64 <= limit);
        let record = bench.record(Kind::ExternalEvent, "a");
        let payload = record.content.raw(Kind::ExternalEvent, "payload").unwrap().into_owned();
        let _: Box<serde_json::value::RawValue> = serde_json::from_str(&payload).unwrap();
        let marks = cuts(&record.content.marks(Kind::ExternalEvent));
        for (n, inside) in insides.iter().enumerate() {
            let raw = json::pointer(&payload, &format!("/m{n}/0")).unwrap();
            let mark = marks.iter().find(|(path, _)| *path == format!("/payload/m{n}/0"));
            match mark {
                None => prop_assert_eq!(raw, format!("\"{inside}\"")),
                Some((_, bytes)) => {
                    let end = format!("…[cut {bytes} bytes]\"");
                    let kept = raw.strip_suffix(&end).unwrap();
                    prop_assert!(kept.len() > CUT_FLOOR_BYTES);
                    let sent = format!("\"{inside}");
                    prop_assert!(sent.starts_with(kept));
                    let whole = json::string(&format!("\"{inside}\"")).unwrap().len();
                    let part = json::string(&format!("{kept}\"")).unwrap().len();
                    // Halves of a pair that was cut between them read as two characters of three bytes, not one of four.
                    prop_assert!((whole - part).abs_diff(*bytes as usize) == 0);
                }
            }
        }
    }
}
