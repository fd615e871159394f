//! What is redacted, what is left alone, and the marks it leaves.

use redtrail::config::Config;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::version::Mark;

use super::bench::{Bench, rules, short};

/// The field of an external event after it came in, and its marks below the field.
fn stored_in(bench: &Bench, field: &str, raw: &str) -> (String, Vec<String>) {
    bench.accept(format!(
        "{{\"kind\":\"external_event\",\"id\":\"a\",\"{field}\":{raw}}}"
    ));
    let record = bench.record(Kind::ExternalEvent, "a");
    let stored = record.content.raw(Kind::ExternalEvent, field).unwrap().into_owned();
    let marks: Vec<Mark> = record.content.marks(Kind::ExternalEvent);
    let top = format!("/{field}");
    let below = rules(&marks)
        .into_iter()
        .map(|mark| mark.strip_prefix(&top).unwrap().to_owned());
    (stored, below.collect())
}

fn stored(raw: &str) -> (String, Vec<String>) {
    stored_in(&Bench::new(), "payload", raw)
}

/// Payload → as stored, and its marks.
#[rustfmt::skip]
const REDACTED: &[(&str, &str, &[&str])] = &[
    // Names of JSON keys.
    (r#"{"password":"x"}"#, r#"{"password":"<key>"}"#, &["/password key"]),
    (r#"{"a":[{"DB_Password":"x"}]}"#, r#"{"a":[{"DB_Password":"<key>"}]}"#, &["/a/0/DB_Password key"]),
    (r#"{"clientSecret":"x","b":1}"#, r#"{"clientSecret":"<key>","b":1}"#, &["/clientSecret key"]),
    (r#"{"access_token":"x","expires_in":3600}"#, r#"{"access_token":"<key>","expires_in":3600}"#, &["/access_token key"]),
    (r#"{"refreshToken":"x","tokenType":"bearer"}"#, r#"{"refreshToken":"<key>","tokenType":"bearer"}"#, &["/refreshToken key"]),
    (r#"{"api-key":"x"}"#, r#"{"api-key":"<key>"}"#, &["/api-key key"]),
    (r#"{"privateKey":"x"}"#, r#"{"privateKey":"<key>"}"#, &["/privateKey key"]),
    (r#"{"pass\u0077ord":"x"}"#, r#"{"pass\u0077ord":"<key>"}"#, &["/password key"]),
    (r#"{"pin/secret":"x"}"#, r#"{"pin/secret":"<key>"}"#, &["/pin~1secret key"]),
    // Numbers, booleans and containers under them; null and the empty string say nothing.
    (r#"{"password":1234}"#, r#"{"password":"<key>"}"#, &["/password key"]),
    (r#"{"secret":[1,"a",true,null,{"b":"c","d":""}]}"#, r#"{"secret":["<key>","<key>","<key>",null,{"b":"<key>","d":""}]}"#, &["/secret/0 key", "/secret/1 key", "/secret/2 key", "/secret/4/b key"]),
    (r#"{"password":null,"token":""}"#, r#"{"password":null,"token":""}"#, &[]),
    (r#"{"credentials" : { "user" : "u" }}"#, r#"{"credentials":{"user":"<key>"}}"#, &["/credentials/user key"]),
    // Headers, as objects and as lists of names and values.
    (r#"{"headers":{"authorization":"Basic x","accept":"*/*"}}"#, r#"{"headers":{"authorization":"<header>","accept":"*/*"}}"#, &["/headers/authorization header"]),
    (r#"{"headers":{"Cookie":["a=b","c=d"]}}"#, r#"{"headers":{"Cookie":["<header>","<header>"]}}"#, &["/headers/Cookie/0 header", "/headers/Cookie/1 header"]),
    (r#"{"headers":{"X-Api-Key":"x","X-Auth-Token":"y","Set-Cookie":"z"}}"#, r#"{"headers":{"X-Api-Key":"<header>","X-Auth-Token":"<header>","Set-Cookie":"<header>"}}"#, &["/headers/X-Api-Key header", "/headers/X-Auth-Token header", "/headers/Set-Cookie header"]),
    (r#"{"headers":[{"name":"Cookie","value":"a"},{"name":"Accept","value":"b"}]}"#, r#"{"headers":[{"name":"Cookie","value":"<header>"},{"name":"Accept","value":"b"}]}"#, &["/headers/0/value header"]),
    (r#"[ { "value" : "a" , "key" : "apiKey" } ]"#, r#"[{"value":"<key>","key":"apiKey"}]"#, &["/0/value key"]),
    // JSON quoted by a longer text, and tokens known by how they begin.
    (r#""Request failed, body was {\"password\":\"x y\",\"a\":1}""#, r#""Request failed, body was {\"password\":\"<key>\",\"a\":1}""#, &[" key"]),
    (r#""Request failed: {'access_token': 'x', 'b': 'c'}""#, r#""Request failed: {'access_token': '<key>', 'b': 'c'}""#, &[" key"]),
    (r#""data: {\"secret\":\"x\"}\n\n""#, r#""data: {\"secret\":\"<key>\"}\n\n""#, &[" key"]),
    (r#""cloned with ghp_abcdefghijklmnopqrstuvwxyz0123456789""#, r#""cloned with <token>""#, &[" token"]),
    (r#""key sk_live_abcdefghijklmnop is live""#, r#""key <token> is live""#, &[" token"]),
    (r#""xoxb-123456789012-abcdef""#, r#""<token>""#, &[" token"]),
    // Queries and addresses.
    (r#"{"query":{"sig":"x","page":"2"}}"#, r#"{"query":{"sig":"<query>","page":"2"}}"#, &["/query/sig query"]),
    (r#""https://a.test/b?api_key=xyz&page=2#top""#, r##""https://a.test/b?api_key=<query>&page=2#top""##, &[" query"]),
    (r#""/v1?page=2&access%5Ftoken=xyz""#, r#""/v1?page=2&access%5Ftoken=<query>""#, &[" query"]),
    (r#""https://s3.test/o?X-Amz-Signature=abc""#, r#""https://s3.test/o?X-Amz-Signature=<query>""#, &[" query"]),
    (r#""see https://user:pa55@a.test/x now""#, r#""see https://user:<address>@a.test/x now""#, &[" address"]),
    (r#""redis://:pa55@a.test""#, r#""redis://:<address>@a.test""#, &[" address"]),
    // Forms and messages.
    (r#""grant_type=refresh&client_secret=x%20y&client_id=7""#, r#""grant_type=refresh&client_secret=<form>&client_id=7""#, &[" form"]),
    (r#""user[password]=x&a=b""#, r#""user[password]=<form>&a=b""#, &[" form"]),
    (r#""login failed (password=hunter2) for bob""#, r#""login failed (password=<form>) for bob""#, &[" form"]),
    (r#""password='a b'; x""#, r#""password='<form>'; x""#, &[" form"]),
    // Patterns.
    (r#""Bearer abcdef1234567890""#, r#""Bearer <bearer>""#, &[" bearer"]),
    (r#"["sent bearer abcdef12 there"]"#, r#"["sent bearer <bearer> there"]"#, &["/0 bearer"]),
    (r#""Basic dXNlcjpwYXNz""#, r#""Basic <basic>""#, &[" basic"]),
    (r#""got eyJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM-_ back""#, r#""got <jwt> back""#, &[" jwt"]),
    (r#""\u0065yJhbGciOiJI.eyJzdWIiOiIx.SflKxwRJSM""#, r#""<jwt>""#, &[" jwt"]),
    (r#""x\n-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----\ny""#, r#""x\n<private_key>\ny""#, &[" private_key"]),
    (r#""GET / HTTP/1.1\r\nCookie: a=b; c=d\r\nAccept: x""#, r#""GET / HTTP/1.1\r\nCookie: <header>\r\nAccept: x""#, &[" header"]),
    (r#""curl -H 'X-Api-Key: abc123def456' x""#, r#""curl -H 'X-Api-Key: <header>' x""#, &[" header"]),
    (r#""<u:Password Type=\"t\">x</u:Password><b>y</b>""#, r#""<u:Password Type=\"t\"><key></u:Password><b>y</b>""#, &[" key"]),
    (r#""token=a&password=b""#, r#""token=<form>&password=<form>""#, &[" form"]),
    // JSON inside strings, broken JSON too.
    (r#""{\"password\": \"x\", \"a\": 1}""#, r#""{\"password\": \"<key>\", \"a\": 1}""#, &["/password key"]),
    (r#"{"body":"{\"a\":[{\"token\":5}],\"\u00e9\":1}"}"#, r#"{"body":"{\"a\":[{\"token\":\"<key>\"}],\"\u00e9\":1}"}"#, &["/body/a/0/token key"]),
    (r#""{\"in\":\"{\\\"secret\\\":\\\"x\\\",\\\"n\\\":1}\"}""#, r#""{\"in\":\"{\\\"secret\\\":\\\"<key>\\\",\\\"n\\\":1}\"}""#, &["/in/secret key"]),
    (r#""{\"url\":\"https://a.test/?token=x\"}""#, r#""{\"url\":\"https://a.test/?token=<query>\"}""#, &["/url query"]),
    (r#""{\"password\":\"hunter2\",\"a\":""#, r#""{\"password\":\"<key>\",\"a\":""#, &[" key"]),
    (r#""{'secret': [1[redacted key 0123abcd] 2], 'a': ""#, r#""{'secret': [<key><key> <key>], 'a': ""#, &[" key"]),
    (r#""{'password': 'hunter2', 'a': None}""#, r#""{'password': '<key>', 'a': None}""#, &[" key"]),
];

#[test]
fn secrets_are_redacted_and_marked() {
    for (sent, expected, marks) in REDACTED {
        let (raw, found) = stored(sent);
        assert_eq!(short(&raw), *expected, "{sent}");
        assert_eq!(found, *marks, "{sent}");
    }
}

#[test]
fn what_was_redacted_is_left_alone_the_next_time() {
    for (sent, ..) in REDACTED {
        let (once, _) = stored(sent);
        let (twice, marks) = stored(&once);
        assert_eq!(once, twice, "{sent}");
        assert_eq!(marks, [""; 0], "{sent}");
    }
}

/// Payloads with nothing to redact.
const LEFT_ALONE: &[&str] = &[
    r#""the field \"password\": must not be empty""#,
    r#""compat-abcdefghijklmnopqrstuvwxyz0123456789abc, ghp_short""#,
    r#"{"nextPageToken":"abc","pageToken":"x","continuationToken":"y","syncToken":"z"}"#,
    r#"{"tokenType":"Bearer","maxTokens":50,"usage":{"total_tokens":7,"tokens":3}}"#,
    r#"{"secretary":"Ann","secretName":"db","compass":"n","monkey":"m"}"#,
    r#"{"hasPassword":true,"requiresToken":false,"passwordPolicy":{"min":8}}"#,
    r#"{"key":"name","publicKey":"abc","keyId":"k","idempotencyKey":"i"}"#,
    r#"{"authorization":{"id":"auth_1","amount":5}}"#,
    r#"{"author":"x","cookiePolicy":"strict","signature":"abc"}"#,
    r#""Unexpected token: < in JSON at position 0""#,
    r#""Invalid password: must not be empty""#,
    r#""Bearer token is missing""#,
    r#""Bearer authentication failed""#,
    r#""Bearer realm=\"api\"""#,
    r#""basic authentication is off""#,
    r#""Basic information""#,
    r#""https://a.test/b?page=2&sort=name&limit=50""#,
    r#""https://a.test:8080/b@c?d=e""#,
    r#""mailto:someone@a.test""#,
    r#""a=b&c=d==""#,
    r#""maxTokens=5 nextPageToken=abc""#,
    r#""eyJhbGciOiJI is no token""#,
    r#""[redacted key 0123abcd]""#,
    r#"{"password":"[redacted key 0123abcd]"}"#,
    r#"[1,2.50,-0,1e400,true,null,"","é😀\ud800"]"#,
    r#""{\"a\": [1, 2]}""#,
    r#""[INFO] \"x\" started: {}""#,
    r#""List<Token> of things""#,
    r#""2026-03-01T12:00:00Z""#,
];

#[test]
fn what_is_no_secret_is_left_alone() {
    for sent in LEFT_ALONE {
        assert_eq!(stored(sent), ((*sent).to_owned(), vec![]), "{sent}");
    }
}

#[test]
fn equal_secrets_look_equal_and_others_do_not() {
    let (raw, _) = stored(r#"{"password":"a","secret":"a","token":"b"}"#);
    let hashes: Vec<&str> = raw.split("[redacted key ").skip(1).map(|rest| &rest[..8]).collect();
    assert_eq!(hashes[0], hashes[1]);
    assert_ne!(hashes[0], hashes[2]);
    assert!(!raw.contains("\"a\"") && !raw.contains("\"b\""));
}

#[test]
fn ids_times_and_words_the_model_reads_are_never_changed() {
    let bench = Bench::new();
    bench.accept(
        r#"{"kind":"flow_run","id":"token=abcdef","customerId":"Bearer abcdef123456","state":"failed","startTime":"2026-03-01T11:00:00Z",
           "launchedBy":{"type":"api-trigger","ids":["password=x"],"by":"password=x"},"nodes":{"password":{"state":"failed","runs":1,"note":"password=x"}}}"#,
    );
    let raw = |field| bench.raw(Kind::FlowRun, "token=abcdef", field).unwrap();
    assert_eq!(raw("customerId"), "\"Bearer abcdef123456\"");
    assert_eq!(
        short(&raw("launchedBy")),
        r#"{"by":"password=<form>","type":"api-trigger","ids":["password=x"]}"#
    );
    assert_eq!(
        short(&raw("nodes")),
        r#"{"password":{"state":"failed","runs":1,"note":"password=<form>"}}"#
    );
    bench.accept(r#"{"kind":"node_run","id":"a=1","flowRunId":"token=x","nodeKey":"n","upstreamRuns":[{"runId":"secret=1","nodeKey":"api_key=2"}]}"#);
}

#[test]
fn texts_that_become_objects_keep_their_marks() {
    let bench = Bench::new();
    bench.accept(
        r#"{"kind":"flow_run","id":"a","state":"failed","error":"login with password=x failed","errors":["ok",{"message":"token=y"},"{\"secret\":1}"],"logs":["secret=1",{"msg":"a"}]}"#,
    );
    let record = bench.record(Kind::FlowRun, "a");
    let raw = |field| short(&record.content.raw(Kind::FlowRun, field).unwrap());
    assert_eq!(raw("error"), r#"{"message":"login with password=<form> failed"}"#);
    assert_eq!(
        raw("errors"),
        r#"[{"message":"ok"},{"message":"token=<form>"},{"message":"{\"secret\":\"<key>\"}"}]"#
    );
    assert_eq!(raw("logs"), r#"[{"msg":"secret=<form>"},{"msg":"a"}]"#);
    let mut marks = rules(&record.content.marks(Kind::FlowRun));
    marks.sort();
    assert_eq!(
        marks,
        [
            "/error/message form",
            "/errors/1/message form",
            "/errors/2/message/secret key",
            "/logs/0/msg form"
        ]
    );
}

#[test]
fn the_address_of_a_request_and_what_went_over_the_wire_are_redacted() {
    let bench = Bench::new();
    bench.accept(
        r#"{"kind":"api_request","id":"a","requestUrl":"https://x.test/?token=t","request":{"headers":{"authorization":"Bearer t"},"body":"a=b&password=t"},
           "response":{"headers":{"set-cookie":["s=t"]},"body":{"access_token":"t","scope":"all"}},"meta":{"apiKey":"t","n":1}}"#,
    );
    let raw = |field| short(&bench.raw(Kind::ApiRequest, "a", field).unwrap());
    assert_eq!(raw("requestUrl"), r#""https://x.test/?token=<query>""#);
    assert_eq!(
        raw("request"),
        r#"{"headers":{"authorization":"<header>"},"body":"a=b&password=<form>"}"#
    );
    assert_eq!(
        raw("response"),
        r#"{"headers":{"set-cookie":["<header>"]},"body":{"access_token":"<key>","scope":"all"}}"#
    );
    assert_eq!(raw("meta"), r#"{"apiKey":"<key>","n":1}"#);
    assert_eq!(stored_in(&Bench::new(), "password", r#"{"a":1}"#).1, ["/a key"]);
    assert_eq!(stored_in(&Bench::new(), "token", "5").1, [" key"]);
}

#[test]
fn a_schema_keeps_what_it_says_of_secrets() {
    let bench = Bench::new();
    let schema = r#"{"type":"object","properties":{"password":{"type":"string"}},"required":["password"]}"#;
    bench.accept(format!(
        r#"{{"kind":"internal_event_type","id":"t","schema":{schema},"example":{{"password":"x"}}}}"#
    ));
    let entity = bench.entity(EntityKind::InternalEventType, "t").unwrap();
    assert_eq!(entity.raw("schema"), Some(schema));
    assert_eq!(short(entity.raw("example").unwrap()), r#"{"password":"<key>"}"#);
}

#[test]
fn rules_can_be_added_and_the_default_ones_switched_off() {
    let mut config = Config::default();
    config.redaction.keys = vec!["Social-Security".into(), "straße2".into()];
    let sent =
        r#"{"social_security":5,"STRASSE2":"a","Straße-2":"b","password":"x","u":"https://a.test/?socialSecurity=1"}"#;
    let (raw, marks) = stored_in(&Bench::with(&config), "payload", sent);
    assert_eq!(
        short(&raw),
        r#"{"social_security":"<configured>","STRASSE2":"a","Straße-2":"<configured>","password":"<key>","u":"https://a.test/?socialSecurity=<configured>"}"#
    );
    assert_eq!(marks.len(), 4);
    config.redaction.default_rules = false;
    let (raw, _) = stored_in(
        &Bench::with(&config),
        "payload",
        r#"{"social_security":5,"password":"Bearer abcdef123456"}"#,
    );
    assert_eq!(
        short(&raw),
        r#"{"social_security":"<configured>","password":"Bearer abcdef123456"}"#
    );
    config.redaction.keys.clear();
    let sent = r#"{"social_security":5,"password":"Bearer abcdef123456"}"#;
    assert_eq!(stored_in(&Bench::with(&config), "payload", sent), (sent.into(), vec![]));
}

#[test]
fn an_item_with_more_to_redact_than_marks_may_take_is_refused() {
    let bench = Bench::new();
    let many: String = (0..20_000).map(|_| "\"token\":1,").collect();
    let rejected = bench.refuse(format!("{{\"kind\":\"external_event\",\"payload\":{{{many}\"a\":1}}}}"));
    assert_eq!(super::bench::told(&rejected).0, "record_too_large");
    let begin = bench.rejects()[0]["begin"].as_str().unwrap().to_owned();
    assert!(!begin.contains("\"token\":1"), "{begin}");
}
