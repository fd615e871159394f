//! What each field may hold, and what is made of it.

use redtrail::model::id::RecordKey;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::state::State;
use redtrail::model::time::Micros;

use super::bench::{Bench, anyone, id, now, told};

/// Members of an item beside its kind and id → key, path and a part of what was expected.
#[rustfmt::skip]
const REFUSED: &[(&str, &str, &str, &str, &str)] = &[
    ("api_request", r#""customerId":true"#, "invalid_value", "/customerId", "an id"),
    ("api_request", r#""customerId":1.5"#, "invalid_value", "/customerId", "an id"),
    ("api_request", r#""tenantId":"""#, "invalid_value", "/tenantId", "at least one character"),
    ("api_request", r#""userId":{}"#, "invalid_value", "/userId", "an id"),
    ("api_request", r#""connectionId":".""#, "invalid_value", "/connectionId", "other than"),
    ("api_request", r#""connectionId":"a\u200bb""#, "invalid_value", "/connectionId", "invisible"),
    ("api_request", r#""connectionId":"a\nb""#, "invalid_value", "/connectionId", "control"),
    ("api_request", r#""connectionId":"a\ud800""#, "invalid_value", "/connectionId", "surrogate"),
    ("api_request", r#""createdAt":1760000000"#, "invalid_value", "/createdAt", "RFC 3339"),
    ("api_request", r#""createdAt":"2026-03-01""#, "invalid_value", "/createdAt", "RFC 3339"),
    ("api_request", r#""createdAt":"1999-12-31T23:59:59Z""#, "time_out_of_range", "/createdAt", "2000-01-01T00:00:00.000Z to 2026-03-02T12:00:00.000Z"),
    ("api_request", r#""createdAt":"2026-03-02T12:00:01Z""#, "time_out_of_range", "/createdAt", "a time from"),
    ("api_request", r#""updatedAt":"9999-01-01T00:00:00Z""#, "time_out_of_range", "/updatedAt", "a time from"),
    ("api_request", r#""isSuccess":"true""#, "invalid_value", "/isSuccess", "true or false"),
    ("api_request", r#""method":5"#, "invalid_value", "/method", "a string"),
    ("api_request", r#""requestUrl":["x"]"#, "invalid_value", "/requestUrl", "a string"),
    ("api_request", r#""statusCode":"200""#, "invalid_value", "/statusCode", "0 to 999"),
    ("api_request", r#""statusCode":1000"#, "invalid_value", "/statusCode", "0 to 999"),
    ("api_request", r#""statusCode":2e2"#, "invalid_value", "/statusCode", "0 to 999"),
    ("api_request", r#""duration":-1"#, "invalid_value", "/duration", "milliseconds"),
    ("api_request", r#""duration":1e999"#, "invalid_value", "/duration", "milliseconds"),
    ("api_request", r#""duration":"5""#, "invalid_value", "/duration", "milliseconds"),
    ("api_request", r#""attempt":1.5"#, "invalid_value", "/attempt", "an integer"),
    ("api_request", r#""attempt":9007199254740993"#, "invalid_value", "/attempt", "an integer"),
    ("api_request", r#""request":"GET""#, "invalid_value", "/request", "an object"),
    ("api_request", r#""meta":[]"#, "invalid_value", "/meta", "an object"),
    ("api_request", r#""error":5"#, "invalid_value", "/error", "an error"),
    ("api_request", r#""error":{"message":5}"#, "invalid_value", "/error/message", "a string"),
    ("api_request", r#""error":{"message":"a","causedByError":{"type":[]}}"#, "invalid_value", "/error/causedByError/type", "a string"),
    ("api_request", r#""logs":{}"#, "invalid_value", "/logs", "an array"),
    ("api_request", r#""logs":[{"msg":"a"},7]"#, "invalid_value", "/logs/1", "a log entry"),
    ("api_request", r#""_logs":[{"apiRequestId":""}]"#, "invalid_value", "/_logs/0/apiRequestId", "an id"),
    ("external_webhook", r#""status":"failed""#, "unknown_state", "/status", "one of success, error"),
    ("external_webhook", r#""status":1"#, "invalid_value", "/status", "one of success, error"),
    ("external_webhook", r#""collectedEventIds":"a""#, "invalid_value", "/collectedEventIds", "an array"),
    ("external_webhook", r#""collectedEventIds":["a",null]"#, "invalid_value", "/collectedEventIds/1", "an id"),
    ("external_event_pull", r#""isFullScan":0"#, "invalid_value", "/isFullScan", "true or false"),
    ("external_event_pull", r#""endDatetime":"soon""#, "invalid_value", "/endDatetime", "RFC 3339"),
    ("external_event", r#""eventType":{}"#, "invalid_value", "/eventType", "an id"),
    ("external_event", r#""status":"received""#, "unknown_state", "/status", "one of created, success, error"),
    ("internal_event", r#""datetime":"2020""#, "invalid_value", "/datetime", "RFC 3339"),
    ("internal_event", r#""flowTriggerSkipReason":"x""#, "invalid_value", "/flowTriggerSkipReason", "an object"),
    ("flow_run", r#""state":"success""#, "unknown_state", "/state", "queued, running, completed, stopped, failed"),
    ("flow_run", r#""status":"done""#, "unknown_state", "/status", "queued, running"),
    ("flow_run", r#""errors":{}"#, "invalid_value", "/errors", "an array"),
    ("flow_run", r#""errors":[{"message":"a"},null]"#, "invalid_value", "/errors/1", "an error"),
    ("flow_run", r#""launchedBy":"x""#, "invalid_value", "/launchedBy", "an object"),
    ("flow_run", r#""launchedBy":{"type":5}"#, "invalid_value", "/launchedBy/type", "a string"),
    ("flow_run", r#""launchedBy":{"ids":[true]}"#, "invalid_value", "/launchedBy/ids/0", "an id"),
    ("flow_run", r#""nodes":[]"#, "invalid_value", "/nodes", "an object"),
    ("flow_run", r#""nodes":{"a/b":{"state":"odd"}}"#, "unknown_state", "/nodes/a~1b/state", "running, completed, stopped, failed"),
    ("flow_run", r#""nodes":{"a":{"runs":-1}}"#, "invalid_value", "/nodes/a/runs", "an integer"),
    ("flow_run", r#""nodes":{"":{}}"#, "invalid_value", "/nodes/", "at least one character"),
    ("flow_run", r#""expectedAt":"never""#, "invalid_value", "/expectedAt", "RFC 3339"),
    ("node_run", r#""flowRunId":"r""#, "missing_field", "/nodeKey", "the key of the node"),
    ("node_run", r#""nodeKey":"n""#, "missing_field", "/flowRunId", "the id of the flow run"),
    ("node_run", r#""nodeKey":"n","flowRunId":null"#, "missing_field", "/flowRunId", "the id of the flow run"),
    ("node_run", r#""nodeKey":"n","flowRunId":{}"#, "invalid_value", "/flowRunId", "an id"),
    ("node_run", r#""nodeKey":"n","flowRunId":"r","outputs":[{"data":1}]"#, "missing_field", "/outputs/0/id", "an id"),
    ("node_run", r#""nodeKey":"n","flowRunId":"r","outputs":[{"id":"o","downstreamRuns":[{"runId":[]}]}]"#, "invalid_value", "/outputs/0/downstreamRuns/0/runId", "an id"),
    ("node_run", r#""nodeKey":"n","flowRunId":"r","upstreamRuns":[5]"#, "invalid_value", "/upstreamRuns/0", "an object"),
    ("node_run", r#""nodeKey":"n","flowRunId":"r","upstreamRuns":[{"outputId":false}]"#, "invalid_value", "/upstreamRuns/0/outputId", "an id"),
    ("action_run", r#""duration":null,"status":"running""#, "unknown_state", "/status", "success, error"),
    ("connection", r#""disconnected":"no""#, "invalid_value", "/disconnected", "true or false"),
    ("connection", r#""createdAt":"1970-01-01T00:00:00Z""#, "time_out_of_range", "/createdAt", "a time from"),
    ("external_event_subscription", r#""pullUpdatesIntervalSeconds":"60""#, "invalid_value", "/pullUpdatesIntervalSeconds", "an integer"),
    ("flow_instance", r#""nodes":[]"#, "invalid_value", "/nodes", "an object"),
];

#[test]
fn wrong_values_are_refused_with_path_and_what_was_expected() {
    let bench = Bench::new();
    for (kind, members, key, path, expected) in REFUSED {
        let rejected = bench.refuse(format!("{{\"kind\":\"{kind}\",\"id\":\"a\",{members}}}"));
        let (told_key, told_path, told_expected) = told(&rejected);
        assert_eq!((told_key, told_path), (*key, *path), "{kind} {members}");
        assert!(told_expected.contains(expected), "{kind} {members}: {told_expected}");
        assert_eq!(rejected.id.as_deref(), Some("a"));
    }
}

/// Members → the field as kept.
#[rustfmt::skip]
const TAKEN: &[(&str, &str, &str, &str)] = &[
    ("api_request", r#""customerId":42"#, "customerId", r#""42""#),
    ("api_request", r#""customerId":-7"#, "customerId", r#""-7""#),
    ("api_request", r#""tenantId":"t""#, "customerId", r#""t""#),
    ("api_request", r#""userId":"u""#, "customerId", r#""u""#),
    ("api_request", r#""tenantId":"t","customerId":"c","userId":null"#, "customerId", r#""c""#),
    ("api_request", r#""customerId":"c","tenantId":"t""#, "customerId", r#""t""#),
    ("api_request", r#""connectionId":"\u0061b""#, "connectionId", r#""ab""#),
    ("api_request", r#""duration":12.50"#, "duration", "12.50"),
    ("api_request", r#""requestUrl":"a\ud800""#, "requestUrl", r#""a\ud800""#),
    ("api_request", r#""error":"boom""#, "error", r#"{"message":"boom"}"#),
    ("api_request", r#""error":{"type":"odd","message":null,"x":1}"#, "error", r#"{"type":"odd","message":null,"x":1}"#),
    ("api_request", r#""logs":["one",{"msg":"two"}]"#, "logs", r#"[{"msg":"one"},{"msg":"two"}]"#),
    ("api_request", r#""logs":[{"msg":"a"}],"_logs":[{"msg":"b"}]"#, "logs", r#"[{"msg":"a"},{"msg":"b"}]"#),
    ("api_request", r#""_logs":[{"msg":"b"}],"logs":[]"#, "logs", r#"[{"msg":"b"}]"#),
    ("api_request", r#""x":{"b":1,"a":1.0,"a":1e400}"#, "x", r#"{"b":1,"a":1.0,"a":1e400}"#),
    ("api_request", r#""x":1,"x":2"#, "x", "2"),
    ("external_webhook", r#""collectedEventIds":[1,"2"]"#, "collectedEventIds", r#"["1","2"]"#),
    ("external_event", r#""payload":[ 1 , { "a" : "b" } ]"#, "payload", r#"[1,{"a":"b"}]"#),
    ("external_event", r#""payload":"text""#, "payload", r#""text""#),
    ("flow_run", r#""connectionFlowId":"i""#, "flowInstanceId", r#""i""#),
    ("flow_run", r#""expectedAt":"2090-01-01T00:00:00Z""#, "expectedAt", r#""2090-01-01T00:00:00Z""#),
    ("flow_run", r#""errors":["a",{"message":"b"}]"#, "errors", r#"[{"message":"a"},{"message":"b"}]"#),
    ("flow_run", r#""launchedBy":{"type":"external-event","ids":[5]}"#, "launchedBy", r#"{"type":"external-event","ids":["5"]}"#),
    ("flow_run", r#""nodes":{"token":{"state":"completed","runs":3}}"#, "nodes", r#"{"token":{"state":"completed","runs":3}}"#),
];

#[test]
fn values_are_kept_as_they_are_meant() {
    for (kind, members, field, raw) in TAKEN {
        let bench = Bench::new();
        bench.accept(format!("{{\"kind\":\"{kind}\",\"id\":\"a\",{members}}}"));
        let kind = Kind::from_name(kind).unwrap();
        assert_eq!(bench.raw(kind, "a", field).as_deref(), Some(*raw), "{members}");
    }
}

#[test]
fn null_on_a_record_is_not_given_and_what_we_know_better_is_ignored() {
    let bench = Bench::new();
    bench.accept(
        r#"{"kind":"flow_run","id":"a","name":null,"receivedAt":"2020-01-01T00:00:00Z","source":"me","marks":[{"path":"/x"}],"x":null,"y":1}"#,
    );
    let record = bench.record(Kind::FlowRun, "a");
    let fields = record.content.fields(Kind::FlowRun);
    assert_eq!(fields, [("y".into(), "1".into())]);
    assert_eq!((record.known.received_at, &*record.known.source), (now(), "test"));
}

#[test]
fn kinds_come_from_the_item_or_the_path() {
    let bench = Bench::new();
    let send = |kind, body: &str| bench.send(&anyone(), kind, None, body).unwrap();
    assert_eq!(send(Some("flow_run"), r#"{"id":"p"}"#).accepted, 1);
    assert_eq!(send(Some("flow_run"), r#"{"id":"p","kind":"flow_run"}"#).duplicates, 1);
    assert_eq!(send(Some("flow_run"), r#"{"id":"p","kind":null}"#).duplicates, 1);
    for (path, body, expected) in [
        (
            None,
            r#"{"id":"a"}"#,
            ("missing_field", "/kind", "api_request, external_webhook"),
        ),
        (
            None,
            r#"{"id":"a","kind":null}"#,
            ("missing_field", "/kind", "api_request, external_webhook"),
        ),
        (
            None,
            r#"{"id":"a","kind":"run"}"#,
            ("unknown_kind", "/kind", "internal_event_subscription"),
        ),
        (
            None,
            r#"{"id":"a","kind":"entity_change"}"#,
            ("unknown_kind", "/kind", "flow_run"),
        ),
        (None, r#"{"id":"a","kind":6}"#, ("invalid_value", "/kind", "a string")),
        (
            Some("flow_run"),
            r#"{"id":"a","kind":"node_run"}"#,
            ("kind_mismatch", "/kind", "flow_run"),
        ),
        (
            Some("flow_run"),
            r#"{"id":"a","kind":"odd"}"#,
            ("kind_mismatch", "/kind", "flow_run"),
        ),
    ] {
        let taken = send(path, body);
        let (key, at, what) = told(&taken.rejected[0]);
        assert_eq!((key, at), (expected.0, expected.1), "{body}");
        assert!(what.contains(expected.2), "{body}: {what}");
    }
}

#[test]
fn an_id_is_made_when_there_is_none() {
    let bench = Bench::new();
    let made = bench.accept(r#"{"kind":"flow_run","name":"n"}"#).id.unwrap();
    let uuid = uuid::Uuid::parse_str(&made).unwrap();
    assert_eq!(uuid.get_version_num(), 7);
    let (seconds, nanos) = uuid.get_timestamp().unwrap().to_unix();
    assert_eq!(seconds as i64 * 1_000_000 + i64::from(nanos / 1000), now().0);
    bench.record(Kind::FlowRun, &made);
    let again = bench.accept(r#"{"kind":"flow_run","id":null,"name":"n"}"#).id.unwrap();
    assert_ne!(made, again);
    assert_eq!(told(&bench.refuse(r#"{"kind":"customer","name":"n"}"#)).1, "/id");
    for raw in ["\"\"", "[]", "1.5", "\"a\\ud800\"", "true"] {
        assert_eq!(
            told(&bench.refuse(format!("{{\"kind\":\"flow_run\",\"id\":{raw}}}"))).1,
            "/id"
        );
    }
    assert_eq!(
        bench
            .accept(r#"{"kind":"flow_run","id":12345678901234567890}"#)
            .id
            .as_deref(),
        Some("12345678901234567890")
    );
}

#[test]
fn states_and_places_are_those_of_the_model() {
    let t = |minute: u32| format!("2026-03-01T11:{minute:02}:00Z");
    let micros = |minute: u32| Micros::parse(&t(minute)).unwrap();
    let (t1, t2, t3) = (t(1), t(2), t(3));
    for (kind, members, place, state) in [
        (
            "api_request",
            format!(r#""createdAt":"{t2}","isSuccess":true"#),
            Some(2),
            Some(State::Success),
        ),
        ("api_request", r#""isSuccess":false"#.into(), None, Some(State::Error)),
        (
            "flow_run",
            format!(r#""createdAt":"{t2}","startTime":"{t1}","endTime":"{t3}","state":"failed""#),
            Some(1),
            Some(State::Failed),
        ),
        (
            "flow_run",
            format!(r#""createdAt":"{t1}","startTime":"{t2}""#),
            Some(1),
            None,
        ),
        (
            "flow_run",
            format!(r#""endTime":"{t3}","updatedAt":"{t1}""#),
            Some(3),
            None,
        ),
        (
            "external_event_pull",
            format!(r#""createdAt":"{t1}","startDatetime":"{t2}""#),
            Some(2),
            None,
        ),
        (
            "external_event_pull",
            format!(r#""createdAt":"{t1}","endDatetime":"{t3}""#),
            Some(3),
            None,
        ),
        (
            "internal_event",
            format!(r#""createdAt":"{t1}","datetime":"{t2}","status":"received""#),
            Some(2),
            Some(State::Received),
        ),
        (
            "action_run",
            format!(r#""createdAt":"{t1}","status":"error""#),
            Some(1),
            Some(State::Error),
        ),
    ] {
        let bench = Bench::new();
        bench.accept(format!("{{\"kind\":\"{kind}\",\"id\":\"a\",{members}}}"));
        let record = bench.record(Kind::from_name(kind).unwrap(), "a");
        assert_eq!(record.known.place, place.map_or(now(), micros), "{kind} {members}");
        assert_eq!(record.state(), state, "{kind} {members}");
    }
}

#[test]
fn a_node_run_is_found_by_its_run_and_node() {
    let bench = Bench::new();
    bench.accept(r#"{"kind":"node_run","id":3,"flowRunId":"r","nodeKey":"n","state":"running","startTime":"2026-03-01T11:00:00Z"}"#);
    let record = bench.find(&RecordKey::node_run(id("r"), id("n"), id("3"))).unwrap();
    assert_eq!(record.state(), Some(State::Running));
    let names: Vec<_> = record
        .content
        .fields(Kind::NodeRun)
        .into_iter()
        .map(|(name, _)| name.into_owned())
        .collect();
    assert_eq!(names, ["startTime", "status"]);
}

#[test]
fn a_time_more_than_a_minute_ahead_is_marked() {
    for (time, is_ahead) in [("2026-03-01T12:01:00Z", false), ("2026-03-01T12:01:01Z", true)] {
        for field in ["createdAt", "startTime", "endTime", "updatedAt"] {
            let bench = Bench::new();
            bench.accept(format!(r#"{{"kind":"flow_run","id":"a","{field}":"{time}"}}"#));
            assert_eq!(
                bench.record(Kind::FlowRun, "a").known.clock_ahead,
                is_ahead,
                "{field} {time}"
            );
        }
    }
}

#[test]
fn entities_are_merged_and_null_removes() {
    let bench = Bench::new();
    let connection =
        |members: &str| format!(r#"{{"kind":"connection","id":"c","updatedAt":"2026-03-01T11:00:{members}}}"#);
    bench.accept(connection(
        r#"00Z","name":"A","tenantId":7,"x":{"a":1},"createdAt":"2026-01-01T00:00:00Z""#,
    ));
    bench.accept(connection(r#"01Z","name":null,"state":"READY""#));
    let entity = bench.entity(EntityKind::Connection, "c").unwrap();
    assert_eq!(
        (entity.raw("name"), entity.raw("customerId"), entity.raw("x")),
        (None, Some("\"7\""), Some("{\"a\":1}"))
    );
    assert_eq!(entity.place, Micros::parse("2026-01-01T00:00:00Z").unwrap());
    let again = bench.take(connection(r#"01Z","name":null,"state":"READY""#));
    assert_eq!((again.duplicates, again.id.as_deref()), (1, Some("c")));
}
