//! Payloads come back as they were sent, but for the blanks between tokens.

use proptest::prelude::*;
use redtrail::model::kind::Kind;

use super::bench::Bench;

/// A JSON text as tokens, so that blanks can be put between them or not.
type Tokens = Vec<String>;

fn scalar() -> impl Strategy<Value = Tokens> {
    let number = prop_oneof![
        Just("0".to_owned()),
        Just("-0".into()),
        Just("1e999".into()),
        Just("-1.50E+007".into()),
        "-?[1-9][0-9]{0,400}",
        "[1-9][0-9]{0,20}\\.[0-9]{1,30}(e-?[0-9]{1,3})?",
    ];
    let part = prop_oneof![
        "[ a-z.,!/+]{0,6}",
        "[éß中😀\u{7f}\u{2028}]{1,2}",
        Just(r"\n\t\r\b\f".to_owned()),
        Just(r#"\"\\\/"#.into()),
        "\\\\u[0-9a-fA-F]{4}",
        Just(r"\ud83d\ude00".into()),
        Just(r"\ud83d".into()),
    ];
    let string = prop::collection::vec(part, 0..5).prop_map(|parts| format!("\"{}\"", parts.concat()));
    let word = prop::sample::select(vec!["true", "false", "null"]).prop_map(str::to_owned);
    prop_oneof![number, string, word].prop_map(|token| vec![token])
}

fn value() -> impl Strategy<Value = Tokens> {
    scalar().prop_recursive(5, 40, 6, |inner| {
        let key = prop_oneof![
            Just("\"a\""),
            Just("\"b\""),
            Just(r#""\u0061""#),
            Just("\"é/~\""),
            Just("\"\"")
        ];
        let array = prop::collection::vec(inner.clone(), 0..6).prop_map(|elements| {
            let inside = elements.join(&",".to_owned());
            [vec!["[".to_owned()], inside, vec!["]".to_owned()]].concat()
        });
        let object = prop::collection::vec((key, inner), 0..6).prop_map(|members| {
            let members: Vec<Tokens> = members
                .into_iter()
                .map(|(key, value)| [vec![key.to_owned(), ":".to_owned()], value].concat())
                .collect();
            let inside = members.join(&",".to_owned());
            [vec!["{".to_owned()], inside, vec!["}".to_owned()]].concat()
        });
        prop_oneof![array, object]
    })
}

fn spaced(tokens: &[String], blanks: &[u8]) -> String {
    let mut out = String::new();
    for (index, token) in tokens.iter().enumerate() {
        let blank = blanks.get(index % blanks.len().max(1)).copied().unwrap_or_default();
        out.push_str(["", " ", "\n", "\r\n\t ", "", ""][usize::from(blank % 6)]);
        out.push_str(token);
    }
    out
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn a_payload_comes_back_with_only_its_blanks_removed(tokens in value(), blanks in prop::collection::vec(any::<u8>(), 0..9)) {
        let bench = Bench::new();
        let sent = spaced(&tokens, &blanks);
        let taken = bench.take(format!(" {{ \"payload\" : {sent} , \"id\" :\"a\", \"kind\":\"external_event\" }}"));
        prop_assert_eq!((taken.accepted, taken.rejected.len()), (1, 0));
        let stored = bench.raw(Kind::ExternalEvent, "a", "payload");
        let compact = tokens.concat();
        if compact == "null" {
            prop_assert_eq!(stored, None);
        } else {
            prop_assert_eq!(stored, Some(compact.clone()));
        }
        let again = bench.take(format!("{{\"kind\":\"external_event\",\"id\":\"a\",\"payload\":{compact}}}"));
        prop_assert_eq!(again.duplicates, 1);
    }
}

#[test]
fn huge_numbers_and_equal_ids_of_different_kinds_come_back_as_sent() {
    let bench = Bench::new();
    let digits = "9".repeat(400);
    for kind in ["external_event", "internal_event", "flow_run", "api_request"] {
        bench.accept(format!(
            "{{\"kind\":\"{kind}\",\"id\":\"same\",\"x\":[{digits},1e999,-1.0000000000000000000001]}}"
        ));
        let raw = bench.raw(Kind::from_name(kind).unwrap(), "same", "x").unwrap();
        assert_eq!(raw, format!("[{digits},1e999,-1.0000000000000000000001]"));
    }
}
