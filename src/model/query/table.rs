//! What lines mean, or what is wrong with them.

use proptest::prelude::*;

use super::bare::{BARE_TERMS_MAX, as_query, bare};
use super::error::{QUERY_MAX_CHARS, TERMS_MAX, VALUES_MAX, Wrong};
use super::fields::FIELDS;
use super::parse::{parse, parts};
use super::show::line;
use super::term::{Pattern, Span, Term, Test, TextField, TimeField};
use crate::model::filter::IdField;
use crate::model::id::Id;
use crate::model::kind::Kind::{self, ApiRequest, ExternalEvent, ExternalWebhook, FlowRun, InternalEvent, NodeRun};
use crate::model::time::Micros;
use crate::model::words::Phrase;

/// What a line means, said in full.
const MEANS: &[(Kind, &str, &str)] = &[
    (FlowRun, "", ""),
    (FlowRun, "  \t ", ""),
    // States
    (FlowRun, "state:failed", "state:failed"),
    (FlowRun, "state:error", "state:failed"),
    (FlowRun, "State:FAILED", "state:failed"),
    (ApiRequest, "state:failed", "state:error"),
    (NodeRun, "state:failed,skipped", "state:failed,skipped"),
    (FlowRun, "state:stopped,failed,error", "state:stopped,failed"),
    (FlowRun, "state:unknown", "state:unknown"),
    (FlowRun, "state:\"queued\"", "state:queued"),
    (FlowRun, "-state:completed", "-state:completed"),
    (FlowRun, "status:running", "state:running"),
    // Codes
    (ApiRequest, "code:404", "code:404"),
    (ApiRequest, "statusCode:404", "code:404"),
    (ApiRequest, "code:>=500", "code:>=500"),
    (ApiRequest, "code:>500", "code:>=501"),
    (ApiRequest, "code:<400", "code:<=399"),
    (ApiRequest, "code:<=399", "code:<=399"),
    (ApiRequest, "code:500..503", "code:500..503"),
    (ApiRequest, "code:500..", "code:>=500"),
    (ApiRequest, "code:..399", "code:<=399"),
    (ApiRequest, "code:4xx", "code:400..499"),
    (ApiRequest, "code:>=4XX", "code:>=400"),
    (ApiRequest, "code:4xx..5xx", "code:400..599"),
    (ApiRequest, "code:429,503,0", "code:0,429,503"),
    (ApiRequest, "-code:2xx,3xx", "-code:200..299,300..399"),
    (ApiRequest, "status:500", "code:500"),
    (ApiRequest, "status:>=500", "code:>=500"),
    (ApiRequest, "status:5xx", "code:500..599"),
    (ApiRequest, "status:error", "state:error"),
    (ApiRequest, "status:error,404", "status:error,404"),
    // Texts
    (ApiRequest, "method:post", "method:post"),
    (ApiRequest, "method:GET,HEAD", "method:get,head"),
    (ApiRequest, "method:p*", "method:p*"),
    (ApiRequest, "url:/v1/Orders", "url:/v1/orders"),
    (
        ApiRequest,
        "url:https://api.example.com/a?b=c",
        "url:\"https://api.example.com/a?b=c\"",
    ),
    (ApiRequest, "url:https://api*", "url:\"https://api\"*"),
    (ApiRequest, "url:~\"a b\"", "url:\"a b\""),
    (ApiRequest, "requestUrl:x", "url:x"),
    (FlowRun, "trigger:Schedule", "trigger:schedule"),
    (FlowRun, "error.key:rate_limit*", "error.key:rate_limit*"),
    (FlowRun, "ERROR.TYPE:bad_request", "error.type:bad_request"),
    (FlowRun, "error.key:~\"limit\"", "error.key:~\"limit\""),
    (FlowRun, "error.key:\"a:b*\"*", "error.key:\"a:b*\"*"),
    (FlowRun, "meta.region:EU", "meta.region:eu"),
    (FlowRun, "META.Region:eu*", "meta.Region:eu*"),
    (FlowRun, "meta.a.b:c", "meta.a.b:c"),
    (FlowRun, "meta.\"a b:c\":d,e", "meta.\"a b:c\":d,e"),
    (FlowRun, "meta.\"a\":~\"x\"", "meta.a:~\"x\""),
    // Durations
    (ApiRequest, "duration:>2s", "duration:>2s"),
    (ApiRequest, "duration:>=2s", "duration:>=2s"),
    (ApiRequest, "duration:<2000", "duration:<2s"),
    (ApiRequest, "duration:<=500ms", "duration:<=500ms"),
    (ApiRequest, "duration:1s..2s", "duration:1s..2s"),
    (ApiRequest, "duration:1.5s..", "duration:>=1500ms"),
    (ApiRequest, "duration:250", "duration:250ms"),
    (ApiRequest, "duration:12.5", "duration:12500us"),
    (ApiRequest, "duration:0.001", "duration:1us"),
    (ApiRequest, "duration:>1us", "duration:>=2us"),
    (FlowRun, "duration:>1m", "duration:>60s"),
    (FlowRun, "duration:>=1h,<1s", "duration:<1s,>=3600s"),
    (FlowRun, "duration:0", "duration:0ms"),
    // Ids
    (FlowRun, "customer:acme", "customer:acme"),
    (FlowRun, "customer:Acme", "customer:Acme"),
    (FlowRun, "customer:\"Acme Corp\"", "customer:\"Acme Corp\""),
    (FlowRun, "customer:b,a,b", "customer:a,b"),
    (FlowRun, "tenantId:a userId:b", "customer:a customer:b"),
    (FlowRun, "-customer:a,b", "-customer:a,b"),
    (
        FlowRun,
        "integration:hubspot connection:c1",
        "integration:hubspot connection:c1",
    ),
    (FlowRun, "flow:f1", "flow:f1"),
    (FlowRun, "flow:f2,f1", "flow:f1,f2"),
    (FlowRun, "instance:i1 connectionFlowId:i2", "instance:i1 instance:i2"),
    (FlowRun, "customer:urn:a:b", "customer:\"urn:a:b\""),
    (FlowRun, "customer:é", "customer:é"),
    (FlowRun, "customer:-1", "customer:\"-1\""),
    (FlowRun, "id:a run:b", "id:a id:b"),
    (NodeRun, "run:r node:n node-run:x", "run:r node:n node-run:x"),
    (
        ApiRequest,
        "flowRunId:r action-run:a pull:p",
        "run:r action-run:a pull:p",
    ),
    (ExternalWebhook, "subscription:s", "subscription:s"),
    (InternalEvent, "subscription:s type:t", "subscription:s type:t"),
    (ExternalEvent, "type:contact.created", "type:contact.created"),
    (ExternalEvent, "appEventTypeId:t", "type:t"),
    (FlowRun, "source:backend trace:t", "source:backend trace:t"),
    // Times
    (FlowRun, "time:2026-11-20", "time:2026-11-20"),
    (FlowRun, "time:2026-11-20..2026-11-21", "time:2026-11-20..2026-11-21"),
    (FlowRun, "time:>=2026-11-20", "time:>=2026-11-20"),
    (FlowRun, "time:>2026-11-20", "time:>=2026-11-21"),
    (FlowRun, "time:<2026-11-20", "time:<=2026-11-19"),
    (FlowRun, "time:<=2026-11-20", "time:<=2026-11-20"),
    (FlowRun, "time:2026-11-20..", "time:>=2026-11-20"),
    (
        FlowRun,
        "time:2026-11-20T08:30",
        "time:2026-11-20T08:30:00Z..2026-11-20T08:30:59Z",
    ),
    (FlowRun, "time:2026-11-20T08:30:15", "time:2026-11-20T08:30:15Z"),
    (
        FlowRun,
        "time:2026-11-20T08:30:15.5Z",
        "time:2026-11-20T08:30:15.500000Z..2026-11-20T08:30:15.599999Z",
    ),
    (
        FlowRun,
        "time:\"2026-11-20 08:30:15.123456\"",
        "time:2026-11-20T08:30:15.123456Z",
    ),
    (FlowRun, "time:>=2026-11-20T08:30+02:00", "time:>=2026-11-20T06:30:00Z"),
    (FlowRun, "time:<2026-11-20T08:30-0130", "time:<=2026-11-20T09:59:59Z"),
    (
        FlowRun,
        "received:>=2026-02-28T23:59:59Z",
        "received:>=2026-02-28T23:59:59Z",
    ),
    (FlowRun, "receivedAt:2024-02-29", "received:2024-02-29"),
    // Words
    (FlowRun, "timeout", "timeout"),
    (FlowRun, "Timeout", "timeout"),
    (FlowRun, "timeout retry", "timeout retry"),
    (FlowRun, "timeout AND retry", "timeout retry"),
    (FlowRun, "timeout and retry", "timeout and retry"),
    (FlowRun, "timeout,retry", "retry,timeout"),
    (FlowRun, "failed, then retried.", "failed then retried"),
    (FlowRun, "-timeout", "-timeout"),
    (FlowRun, "-timeout,retry", "-retry,timeout"),
    (FlowRun, "\"no such property\"", "\"no such property\""),
    (FlowRun, "-\"no such\"", "-\"no such\""),
    (FlowRun, "\"AND\"", "and"),
    (FlowRun, "D-17", "\"d 17\""),
    (FlowRun, "ada@example.com", "\"ada example com\""),
    (
        FlowRun,
        "3fa85f64-5717-4562-b3fc-2c963f66afa6",
        "\"3fa85f64 5717 4562 b3fc 2c963f66afa6\"",
    ),
    (FlowRun, "time*", "time*"),
    (FlowRun, "\"no such pro\"*", "\"no such pro\"*"),
    (FlowRun, "D-*", "d"),
    (FlowRun, "~\"out of\"", "~\"out of\""),
    (FlowRun, "~\"Out\"", "~\"out\""),
    (FlowRun, "~out", "out"),
    (FlowRun, "\"12:30\"", "\"12 30\""),
    (FlowRun, "\"https://x/y\"", "\"https x y\""),
    (FlowRun, r#""say \"hi\" C:\\temp \n""#, r#""say hi c temp n""#),
    (FlowRun, r#"~"a\"b\\c\d""#, r#"~"a\"b\\c\\d""#),
    (FlowRun, "東京都", "\"東京 京都\""),
    (FlowRun, "東", "~\"東\""),
    (FlowRun, "東京*", "~\"東京\""),
    (FlowRun, "😀", "~\"😀\""),
    (FlowRun, "&", "~\"&\""),
    (FlowRun, "İSTANBUL", "istanbul"),
    (FlowRun, "שלום", "שלום"),
    (FlowRun, "x\u{3000}y", "x y"),
    // All of it
    (
        ApiRequest,
        "state:failed -code:404,410 duration:>2s customer:\"Acme Corp\" AND \"no such\" url:/orders",
        "state:error -code:404,410 duration:>2s customer:\"Acme Corp\" \"no such\" url:/orders",
    ),
];

/// What is wrong with a line: the part, and why.
const WRONG: &[(Kind, &str, &str, Wrong)] = &[
    (FlowRun, "state:success", "success", Wrong::State(FlowRun)),
    (FlowRun, "state:>5", ">5", Wrong::State(FlowRun)),
    (FlowRun, "status:500", "500", Wrong::State(FlowRun)),
    (ApiRequest, "status:50x", "50x", Wrong::Code),
    (FlowRun, "a state:", "", Wrong::NoValue),
    (FlowRun, "state:failed,", "", Wrong::NoValue),
    (FlowRun, "state:,failed", "", Wrong::NoValue),
    (FlowRun, "customer:a, b", "", Wrong::NoValue),
    (FlowRun, "customer:\"\"", "\"\"", Wrong::NoValue),
    (FlowRun, "\" \"", "\" \"", Wrong::NoValue),
    (FlowRun, ",", ",", Wrong::NoValue),
    (FlowRun, "code:500", "code", Wrong::OtherKind(FlowRun)),
    (ApiRequest, "é flow:x", "flow", Wrong::OtherKind(ApiRequest)),
    (ApiRequest, "code:1000", "1000", Wrong::Code),
    (ApiRequest, "code:-1", "-1", Wrong::Code),
    (ApiRequest, "code:x", "x", Wrong::Code),
    (ApiRequest, "code:..", "..", Wrong::Code),
    (ApiRequest, "code:>", ">", Wrong::Code),
    (
        ApiRequest,
        "code:99999999999999999999",
        "99999999999999999999",
        Wrong::Code,
    ),
    (ApiRequest, "code:500..400", "500..400", Wrong::Reversed),
    (ApiRequest, "code:5*", "5*", Wrong::Whole),
    (ApiRequest, "duration:2d", "2d", Wrong::Duration),
    (ApiRequest, "duration:-5", "-5", Wrong::Duration),
    (ApiRequest, "duration:1.", "1.", Wrong::Duration),
    (ApiRequest, "duration:.5s", ".5s", Wrong::Duration),
    (ApiRequest, "duration:1.2.3s", "1.2.3s", Wrong::Duration),
    (ApiRequest, "duration:0.0001ms", "0.0001ms", Wrong::Duration),
    (
        ApiRequest,
        "duration:9223372036854775807h",
        "9223372036854775807h",
        Wrong::Duration,
    ),
    (ApiRequest, "duration:2s..1s", "2s..1s", Wrong::Reversed),
    (FlowRun, "time:yesterday", "yesterday", Wrong::Time),
    (FlowRun, "time:2026-02-30", "2026-02-30", Wrong::Time),
    (FlowRun, "time:2026-11-20T24:00", "2026-11-20T24:00", Wrong::Time),
    (FlowRun, "time:2026-11-20T08", "2026-11-20T08", Wrong::Time),
    (FlowRun, "time:2026-11-20T08:30+2", "2026-11-20T08:30+2", Wrong::Time),
    (FlowRun, "time:0001-01-01", "0001-01-01", Wrong::Time),
    (FlowRun, "time:>9998-12-31", ">9998-12-31", Wrong::Time),
    (FlowRun, "time:2026-11-20 08:30", "08", Wrong::Clock),
    (
        FlowRun,
        "time:2026-11-21..2026-11-20",
        "2026-11-21..2026-11-20",
        Wrong::Reversed,
    ),
    (FlowRun, "time:2026*", "2026*", Wrong::Whole),
    (FlowRun, "customer:ac*", "ac*", Wrong::Whole),
    (FlowRun, "id:~\"a\"", "~\"a\"", Wrong::Whole),
    (FlowRun, "customer:..", "..", Wrong::Id(crate::model::id::IdError::Dots)),
    (
        FlowRun,
        "customer:\"a\u{200b}\"",
        "\"a\u{200b}\"",
        Wrong::Id(crate::model::id::IdError::Character),
    ),
    (FlowRun, "colour:red", "colour", Wrong::NoField(FlowRun)),
    (FlowRun, "a -colour:red", "colour", Wrong::NoField(FlowRun)),
    (FlowRun, "urn:a:b", "urn", Wrong::NoField(FlowRun)),
    (FlowRun, "Error: failed", "Error", Wrong::NoField(FlowRun)),
    (FlowRun, ":x", "", Wrong::NoField(FlowRun)),
    (FlowRun, "a,b:c", "b", Wrong::NoField(FlowRun)),
    (FlowRun, "see https://x/y", "https", Wrong::Address),
    (FlowRun, "at 12:30", "12", Wrong::Clock),
    (FlowRun, "2026-11-20T12:30:00Z", "2026-11-20T12", Wrong::Clock),
    (FlowRun, "[::1]:80", "[", Wrong::NoField(FlowRun)),
    (FlowRun, "meta:x", "meta", Wrong::NoField(FlowRun)),
    (FlowRun, "meta.:x", "meta.", Wrong::MetaName),
    (FlowRun, "meta.\"a b\"", "meta.\"a b\"", Wrong::MetaName),
    (FlowRun, "meta.\"\":x", "meta.\"\":", Wrong::MetaName),
    (FlowRun, "a \"b c", "\"b c", Wrong::Unclosed),
    (FlowRun, "\"a\\\"", "\"a\\\"", Wrong::Unclosed),
    (FlowRun, "5\"pipe", "\"", Wrong::QuoteInside),
    (FlowRun, "{\"a\":1}", "\"", Wrong::QuoteInside),
    (FlowRun, "\"a\"b", "b", Wrong::AfterQuote),
    (FlowRun, "\"a\":1", ":", Wrong::AfterQuote),
    (FlowRun, "\"a\"**", "*", Wrong::AfterQuote),
    (FlowRun, "*", "*", Wrong::Star),
    (FlowRun, "*out", "*", Wrong::Star),
    (FlowRun, "time**", "*", Wrong::Star),
    (ApiRequest, "url:*orders*", "*", Wrong::Star),
    (FlowRun, "a - b", "-", Wrong::NoTerm),
    (FlowRun, "--force", "--", Wrong::Dashes),
    (FlowRun, "a OR b", "OR", Wrong::Or),
    (FlowRun, "a || b", "||", Wrong::Or),
    (FlowRun, "NOT a", "NOT", Wrong::Not),
    (FlowRun, "AND a", "AND", Wrong::And),
    (FlowRun, "a AND", "AND", Wrong::And),
    (FlowRun, "a AND AND b", "AND", Wrong::And),
];

#[test]
fn each_line_means_what_the_table_says() {
    for (kind, typed, means) in MEANS {
        let terms = parse(*kind, typed).unwrap_or_else(|error| panic!("{typed}: {error}"));
        assert_eq!(line(&terms), *means, "{typed}");
        assert_eq!(parse(*kind, means).unwrap(), terms, "{typed} is said as {means}");
    }
    assert!(MEANS.len() + WRONG.len() >= 200);
}

#[test]
fn each_wrong_line_is_told_by_its_place_and_what_was_expected() {
    for (kind, typed, part, wrong) in WRONG {
        let error = parse(*kind, typed).unwrap_err();
        let marked: String = typed.chars().skip(error.at).take(error.length).collect();
        assert_eq!((marked.as_str(), &error.wrong), (*part, wrong), "{typed}");
        let problem = error.problem();
        assert_eq!(problem.path.as_deref(), Some("q"));
        assert!(
            problem.message.contains(&format!("at character {}", error.at + 1)),
            "{typed}"
        );
        assert!(problem.expected.is_some_and(|expected| !expected.is_empty()));
    }
}

#[test]
fn terms_are_conditions_on_records() {
    let one = |kind, typed: &str| parse(kind, typed).unwrap().remove(0);
    let id = |text| Id::parse(text).unwrap();
    let micros = |text| Micros::parse(text).unwrap().0;
    assert_eq!(
        one(FlowRun, "flow:f").any,
        [
            Test::Id(IdField::Flow, id("f")),
            Test::Id(IdField::UniversalFlow, id("f"))
        ]
    );
    assert_eq!(one(FlowRun, "run:r"), Term::of(Test::Own(id("r"))));
    assert_eq!(one(NodeRun, "run:r"), Term::of(Test::Id(IdField::FlowRun, id("r"))));
    assert_eq!(
        one(InternalEvent, "type:t"),
        Term::of(Test::Id(IdField::InternalEventType, id("t")))
    );
    assert_eq!(
        one(ExternalEvent, "subscription:t"),
        Term::of(Test::Id(IdField::ExternalSubscription, id("t")))
    );
    let days = Span {
        first: Some(micros("2026-11-20T00:00:00Z")),
        last: Some(micros("2026-11-22T00:00:00Z") - 1),
    };
    assert_eq!(
        one(FlowRun, "time:2026-11-20..2026-11-21"),
        Term::of(Test::Time(TimeField::Place, days))
    );
    let orders = Pattern::Holds("/orders".into());
    assert_eq!(
        one(ApiRequest, "url:/Orders"),
        Term::of(Test::Text(TextField::Url, orders))
    );
    let phrase = Phrase::of("no such", true).unwrap();
    assert_eq!(one(FlowRun, "\"No such\"*"), Term::of(Test::Words(phrase)));
    assert!(one(FlowRun, "-x").is_negated);
}

#[test]
fn limits_are_told_where_they_are_passed() {
    let many = |count: usize| vec!["a"; count].join(" ");
    assert_eq!(parse(FlowRun, &many(TERMS_MAX)).unwrap().len(), TERMS_MAX);
    let error = parse(FlowRun, &many(TERMS_MAX + 1)).unwrap_err();
    assert_eq!((error.wrong, error.at), (Wrong::TooManyTerms, TERMS_MAX * 2));
    let values = |count: usize| format!("state:queued customer:{}", vec!["a"; count - 1].join(","));
    assert!(parse(FlowRun, &values(VALUES_MAX)).is_ok());
    let error = parse(FlowRun, &values(VALUES_MAX + 1)).unwrap_err();
    assert_eq!((error.wrong, error.at), (Wrong::TooManyValues, 13));
    assert!(parse(FlowRun, &"é".repeat(QUERY_MAX_CHARS)).is_ok());
    let error = parse(FlowRun, &"é".repeat(QUERY_MAX_CHARS + 1)).unwrap_err();
    assert_eq!(
        (error.wrong, error.at, error.length),
        (Wrong::TooLong, QUERY_MAX_CHARS, 1)
    );
}

#[test]
fn text_without_syntax_reads_back_as_a_query() {
    for typed in [
        "",
        "Order D-17: failed & gone",
        "state:failed OR \"x",
        "AND",
        "--force *",
        "a\\ \"b\\\" -",
        "~\"x",
    ] {
        let terms = bare(typed);
        assert_eq!(parse(FlowRun, &as_query(typed)), Ok(terms), "{typed}");
    }
}

#[test]
fn each_term_knows_where_it_stands() {
    let typed = " a  -é:1".replace("é:1", "state:failed") + " \"b c\"";
    let found = parts(FlowRun, &typed).unwrap();
    let said: Vec<&str> = found.iter().map(|part| &typed[part.at.clone()]).collect();
    assert_eq!(said, ["a", "-state:failed", "\"b c\""]);
}

fn token() -> impl Strategy<Value = String> {
    let names: Vec<String> = FIELDS.iter().map(|field| format!("{}:", field.name)).collect();
    let signs = [
        "-",
        ",",
        ":",
        "\"",
        "\\",
        "*",
        "~",
        "~\"",
        "..",
        ">",
        ">=",
        "<",
        "<=",
        " ",
        "AND",
        "OR",
        "NOT",
        "meta.",
        "unknown",
        "failed",
        "error",
        "5xx",
        "2026-11-20",
        "T08:30",
        "Z",
        "+02:00",
        "99999999999999999999",
        "1.5",
        "ms",
        "h",
        "0",
        "東京",
        "😀",
        "İ",
        "ß",
        "ﬀ",
        "\u{301}",
        "\n",
    ];
    prop_oneof![
        3 => prop::sample::select(names),
        6 => prop::sample::select(signs.to_vec()).prop_map(str::to_owned),
        2 => "\\PC{0,6}",
        1 => "[a-zA-Z0-9_]{1,70}",
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop::sample::select(Kind::SENT.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn what_is_understood_reads_back_as_the_same(kind in kind(), tokens in prop::collection::vec(token(), 0..12)) {
        let typed = tokens.concat();
        match parse(kind, &typed) {
            Ok(terms) => {
                let said = line(&terms);
                prop_assert_eq!(parse(kind, &said), Ok(terms), "{} is said as {}", typed, said);
            }
            Err(error) => {
                prop_assert!(error.at + error.length <= typed.chars().count());
                prop_assert!(error.problem().expected.is_some());
            }
        }
        let terms = bare(&typed);
        prop_assert!(terms.len() <= BARE_TERMS_MAX);
        prop_assert_eq!(parse(kind, &as_query(&typed)), Ok(terms));
    }

    #[test]
    fn a_well_formed_term_reads_back_as_the_same(
        kind in kind(), field in prop::sample::select(FIELDS.to_vec()), text in "\\PC{1,20}", number: u32, is_not: bool,
    ) {
        let minus = if is_not { "-" } else { "" };
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let range = format!("{}..{}ms", number / 2, number);
        for value in [quoted.as_str(), range.as_str(), &format!("<{number}us"), &format!("~{quoted}"), &format!("{quoted}*")] {
            let name = if field.name == "meta." { "meta.x" } else { field.name };
            for typed in [format!("{minus}{name}:{value}"), format!("{minus}{value}")] {
                if let Ok(terms) = parse(kind, &typed) {
                    let said = line(&terms);
                    prop_assert_eq!(parse(kind, &said), Ok(terms), "{} is said as {}", typed, said);
                }
            }
        }
    }

    #[test]
    fn random_text_never_breaks_it(kind in kind(), typed in "(?s).{0,200}") {
        let read = parts(kind, &typed);
        for part in read.unwrap_or_default() {
            prop_assert!(typed.get(part.at).is_some_and(|said| !said.is_empty()));
        }
    }
}
