use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::Write;
use std::net::TcpListener;
use std::process::Output;

use redtrail::cli::load::generate::{Generator, Kit};
use redtrail::model::kind::Kind;
use redtrail::model::time::{Micros, SECOND};
use serde_json::Value;

use crate::faults::sender::read_request;
use crate::support::server::{RunningServer, redtrail};

pub const NOW: Micros = Micros(1_795_504_457 * SECOND + 123_456);
const RECORDS: usize = 20_000;
const RECORD_BYTES: usize = 1100;

/// Bodies as two connections would send them, in turns.
pub fn bodies(count: usize, batch: usize) -> Vec<String> {
    let kit = Kit::prepare(RECORD_BYTES);
    let mut generators = [Generator::new(kit.clone(), 1), Generator::new(kit, 2)];
    (0..count / batch)
        .map(|turn| {
            let mut body = Vec::new();
            generators[turn % 2].fill(&mut body, batch, NOW.plus(turn as i64 * 1000));
            String::from_utf8(body).unwrap()
        })
        .collect()
}

fn share(part: usize) -> f64 {
    part as f64 / RECORDS as f64
}

#[test]
fn no_line_is_like_another_but_for_five_percent_that_are_sent_again() {
    let bodies = bodies(RECORDS, 100);
    let different: HashSet<&str> = bodies.iter().flat_map(|body| body.lines()).collect();
    let lines = bodies.iter().map(|body| body.lines().count()).sum::<usize>();
    assert_eq!(lines, RECORDS);
    let again = share(RECORDS - different.len());
    assert!((0.045..0.055).contains(&again), "{again}");
    assert_eq!(bodies.iter().collect::<HashSet<_>>().len(), bodies.len());
}

#[test]
fn every_kind_is_mixed_in_and_a_fifth_are_later_versions_of_open_records() {
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut versions: HashMap<(Kind, String), HashSet<String>> = HashMap::new();
    let mut later = 0;
    for line in bodies(RECORDS, 100).iter().flat_map(|body| body.lines()) {
        let item: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
        let kind = Kind::from_name(item["kind"].as_str().unwrap()).unwrap();
        *kinds.entry(kind).or_default() += 1;
        let of_one = versions
            .entry((kind, item["id"].as_str().unwrap().to_owned()))
            .or_default();
        let is_later = !of_one.is_empty() && !of_one.contains(line);
        later += usize::from(is_later && matches!(kind, Kind::FlowRun | Kind::ExternalEventPull));
        of_one.insert(line.to_owned());
    }
    assert!(share(later) >= 0.2, "{}", share(later));
    for (kind, least) in Kind::SENT.iter().zip([0.2, 0.03, 0.08, 0.04, 0.02, 0.28, 0.13, 0.01]) {
        assert!(share(kinds[kind]) >= least, "{}: {}", kind.name(), share(kinds[kind]));
    }
    let of_kind = |kind: Kind| versions.iter().filter(move |((of, _), _)| *of == kind);
    assert!(
        of_kind(Kind::ApiRequest).all(|(_, versions)| versions.len() == 1),
        "ids are not used twice"
    );
    assert!(of_kind(Kind::FlowRun).all(|(_, versions)| versions.len() <= 3));
}

#[test]
fn records_have_the_size_asked_for_and_no_slot_is_left_open() {
    for wanted in [1100, 4000] {
        let kit = Kit::prepare(wanted);
        let mut body = Vec::new();
        Generator::new(kit, 5).fill(&mut body, 5000, NOW);
        let mean = body.len() / 5000;
        assert!((wanted * 95 / 100..wanted * 105 / 100).contains(&mean), "{mean}");
        assert!(!body.contains(&b'<'));
    }
}

#[test]
fn a_seed_gives_the_same_records_and_two_seeds_none_in_common() {
    let kit = Kit::prepare(RECORD_BYTES);
    let made = |seed| {
        let mut body = Vec::new();
        Generator::new(kit.clone(), seed).fill(&mut body, 500, NOW);
        String::from_utf8(body).unwrap()
    };
    assert_eq!(made(1), made(1));
    let (a, b) = (made(1), made(2));
    let a: HashSet<&str> = a.lines().collect();
    assert!(b.lines().all(|line| !a.contains(line)));
}

/// Runs `redtrail load` with a token.
fn run_load(url: &str, token: &str, arguments: &[&str]) -> Output {
    let mut command = redtrail();
    command
        .args(["load", "--url", url])
        .args(arguments)
        .env("REDTRAIL_TOKEN", token);
    command.output().unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_load_on_a_real_server_is_acknowledged_whole_and_measured() {
    let folder = tempfile::tempdir().unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    let token = std::fs::read_to_string(folder.path().join("first-token")).unwrap();
    for compress in ["none", "gzip", "zstd"] {
        let arguments = [
            "--records",
            "700",
            "--batch",
            "50",
            "--connections",
            "3",
            "--compress",
            compress,
        ];
        let output = run_load(&server.url(), token.trim(), &arguments);
        let told = told(&output);
        assert!(output.status.success(), "{told}");
        for part in [
            "acknowledged: 700 in",
            " 0 rejected",
            "14 of 50 records on 3 connections",
            "p50 ",
            "p99 ",
            "max ",
        ] {
            assert!(told.contains(part), "{part:?} is not in:\n{told}");
        }
    }
    let output = run_load(&server.url(), "pat-nobody", &["--records", "10"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("failed    1 requests: 401"), "{}", told(&output));
    let url = server.url();
    server.kill();
    let output = run_load(&url, token.trim(), &["--records", "10", "--connections", "1"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(told(&output).contains("no server answers"), "{}", told(&output));
}

#[test]
fn a_request_that_is_asked_to_come_again_is_sent_again_and_counted() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let first = read_request(&mut stream);
        write!(
            stream,
            "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-length: 0\r\n\r\n"
        )
        .unwrap();
        let second = read_request(&mut stream);
        let body = r#"{"accepted":4,"duplicates":1,"rejected":[]}"#;
        write!(
            stream,
            "HTTP/1.1 202 Accepted\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .unwrap();
        assert_eq!(first, second, "the same body is sent again");
    });
    let output = run_load(&url, "pat-x", &["--records", "5", "--connections", "1"]);
    server.join().unwrap();
    let told = told(&output);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("4 accepted, 1 duplicates, 0 rejected"), "{told}");
    assert!(told.contains("1 answered 503 and sent again"), "{told}");
}
