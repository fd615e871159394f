//! `export` and `import`: from folder to folder, with a server and without.

use std::io::Write;
use std::path::Path;
use std::process::{Output, Stdio};

use redtrail::model::time::Micros;
use serde_json::Value;

use super::commands::on;
use crate::support::client::{Client, Target};
use crate::support::server::{RunningServer, redtrail};

fn local(folder: &Path) -> Client {
    Client::new(Target::Socket(folder.join("redtrail.sock")))
}

fn export(folder: &Path, arguments: &[&str]) -> Vec<u8> {
    let output = on(folder, &[&["export"], arguments].concat());
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(
        output.status.success() && told.contains("The export is complete"),
        "{told}"
    );
    output.stdout
}

/// Loads through standard input.
fn import(folder: &Path, arguments: &[&str], lines: &[u8]) -> Output {
    let mut child = redtrail()
        .args(["import", "-", "--data-dir"])
        .arg(folder)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(lines).unwrap();
    child.wait_with_output().unwrap()
}

fn told(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A server on a new folder with the demonstration and some oddities in it.
async fn filled(folder: &Path) -> RunningServer {
    let server = RunningServer::start(folder, &[]);
    let client = local(folder).with("content-type", "application/x-ndjson");
    let now = Micros::parse("2026-03-01T12:00:00Z").unwrap();
    let long = "x".repeat(3_000_000);
    let oddities = [
        r#"{"kind":"flow_run","id":"r","state":"failed","errors":["hidden"]}"#.to_owned(),
        r#"{"kind":"flow_run","id":"r","state":"completed","updatedAt":"2026-01-01T00:00:00.000001Z","input":{"password":"p"}}"#.into(),
        r#"{"kind":"customer","id":"gone","name":"x","key":"k"}"#.into(),
        r#"{"kind":"customer","id":"gone","name":null,"archivedAt":"2026-01-01T00:00:00Z"}"#.into(),
        format!(r#"{{"kind":"internal_event","id":"cut","event":"{long}"}}"#),
    ];
    for body in redtrail::demo::bodies(3, now).into_iter().chain(oddities) {
        let answer = client.post("/api/v1/ingest", body).await.json();
        assert_eq!(answer["rejected"], serde_json::json!([]));
    }
    server
}

/// A data folder with nothing in it.
fn empty(folder: &Path) {
    assert_eq!(RunningServer::start(folder, &[]).stop().code(), Some(0));
}

#[tokio::test]
async fn what_one_folder_exports_another_one_exports_equally_with_a_server_and_without() {
    let parent = tempfile::tempdir().unwrap();
    let folder = |name: &str| parent.path().join(name);
    let server = filled(&folder("a")).await;
    let whole = export(&folder("a"), &[]);
    server.stop();
    assert!(whole.iter().filter(|byte| **byte == b'\n').count() > 500);
    assert!(
        export(&folder("a"), &[]) == whole,
        "read by a server and by the command itself"
    );

    // Without a server, from a compressed file.
    empty(&folder("b"));
    let file = folder("whole.zst");
    std::fs::write(&file, zstd::bulk::compress(&whole, 1).unwrap()).unwrap();
    let loaded = told(&on(&folder("b"), &["import", file.to_str().unwrap()]));
    assert_eq!((loaded.0, loaded.2.as_str()), (Some(0), ""), "{loaded:?}");
    assert!(loaded.1.contains("unchanged 0, refused 0."), "{}", loaded.1);
    assert!(export(&folder("b"), &[]) == whole);

    // Through a server, twice.
    let server = RunningServer::start(&folder("c"), &[]);
    assert_eq!(told(&import(&folder("c"), &[], &whole)).0, Some(0));
    assert!(export(&folder("c"), &[]) == whole);
    let again = told(&import(&folder("c"), &[], &whole));
    assert!(again.1.starts_with("Accepted 0, unchanged "), "{again:?}");
    assert!(export(&folder("c"), &[]) == whole);
    server.stop();
    let checked = on(&folder("c"), &["verify"]);
    assert!(checked.status.success(), "{checked:?}");
}

#[tokio::test]
async fn an_export_is_limited_by_kind_and_time_and_goes_on_where_it_ended() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("a");
    let server = filled(&folder).await;
    let whole = export(&folder, &[]);
    let lines: Vec<&[u8]> = whole.split_inclusive(|byte| *byte == b'\n').collect();
    let part = |wanted: &dyn Fn(&Value) -> bool| -> Vec<u8> {
        let is_wanted = |line: &&&[u8]| wanted(&serde_json::from_slice(line).unwrap());
        lines
            .iter()
            .filter(is_wanted)
            .flat_map(|line| line.iter().copied())
            .collect()
    };
    assert!(
        export(&folder, &["--kind", "flow_run", "--kind", "customer"])
            == part(&|line| line["kind"] == "flow_run" || line["kind"] == "customer")
    );
    let (from, to) = ("2026-03-01T00:00:00.000Z", "2026-03-01T06:00:00.000Z");
    let hours = export(&folder, &["--kind", "api_request", "--from", from, "--to", to]);
    let place = |line: &Value| line["redtrailPlace"].as_str().unwrap().to_owned();
    assert!(!hours.is_empty());
    assert!(
        hours
            == part(&|line| line["kind"] == "api_request" && place(line).as_str() >= from && place(line).as_str() < to)
    );

    // A file that broke off anywhere is gone on with.
    let file = parent.path().join("out.ndjson");
    let output = ["--output", file.to_str().unwrap(), "--resume"];
    for end in [
        0,
        1,
        whole.len() / 3,
        whole.len() / 2 + 17,
        whole.len() - 1,
        whole.len(),
    ] {
        std::fs::write(&file, &whole[..end]).unwrap();
        assert!(export(&folder, &output).is_empty());
        assert!(std::fs::read(&file).unwrap() == whole, "cut at {end}");
    }
    server.stop();
    std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    export(&folder, &output);
    assert!(std::fs::read(&file).unwrap() == whole, "without a server, too");

    // Nothing is written over, and what is no export is left alone.
    let refused = told(&on(&folder, &["export", "--output", file.to_str().unwrap()]));
    assert!(
        refused.0 == Some(1) && refused.2.contains("go on with --resume"),
        "{refused:?}"
    );
    std::fs::write(&file, "dear\nfriend\n").unwrap();
    let refused = told(&on(&folder, &[&["export"][..], &output].concat()));
    assert!(
        refused.0 == Some(1) && refused.2.contains("line 1 is not of an export"),
        "{refused:?}"
    );
    assert_eq!(std::fs::read(&file).unwrap(), b"dear\nfriend\n");
}

#[tokio::test]
async fn a_refused_line_is_told_by_its_number_and_the_rest_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let lines = concat!(
        "{\"kind\":\"flow_run\",\"id\":\"a\",\"receivedAt\":\"2025-01-02T00:00:00Z\",\"source\":\"far\"}\n",
        "\n",
        "{\"kind\":\"flow_run\",\"id\":\"b\",\"state\":\"odd\"}\n",
        "not json\n",
        "{\"kind\":\"flow_run\",\"id\":\"c\"}"
    );
    let expected = |output: &Output, accepted: &str, numbers: &[u32]| {
        let (code, sum, problems) = told(output);
        assert_eq!(code, Some(i32::from(!numbers.is_empty())), "{problems}");
        assert_eq!(
            sum,
            format!("Accepted {accepted}, unchanged 0, refused {}.\n", numbers.len())
        );
        let begins: Vec<String> = numbers
            .iter()
            .map(|line| format!("Line {line} was refused: "))
            .collect();
        assert_eq!(problems.lines().count(), begins.len(), "{problems}");
        for (line, begin) in problems.lines().zip(begins) {
            assert!(line.starts_with(&begin), "{line}");
        }
    };
    let server = RunningServer::start(folder.path(), &[]);
    let client = local(folder.path());
    expected(&import(folder.path(), &[], lines.as_bytes()), "2", &[3, 4]);
    let run = client.get("/api/v1/flow-runs/a").await.json();
    assert_eq!(
        (&run["receivedAt"], &run["source"], &run["history"]),
        (&"2025-01-02T00:00:00.000Z".into(), &"far".into(), &true.into())
    );
    server.stop();

    let other = tempfile::tempdir().unwrap();
    empty(other.path());
    expected(
        &import(other.path(), &["--from-line", "4"], lines.as_bytes()),
        "1",
        &[4],
    );
    let refused = told(&import(other.path(), &[], lines.as_bytes()));
    assert!(refused.2.contains("Line 3 was refused: /state: "), "{}", refused.2);
    let missing = told(&on(other.path(), &["import", "no-such-file"]));
    assert!(
        missing.0 == Some(1) && missing.2.contains("no-such-file cannot be read"),
        "{missing:?}"
    );
}

#[tokio::test]
async fn an_import_that_is_told_to_stop_says_where_to_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    let mut child = redtrail()
        .args(["import", "-", "--data-dir"])
        .arg(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let lines: String = (0..1500)
        .map(|id| format!("{{\"kind\":\"action_run\",\"id\":\"{id}\"}}\n"))
        .collect();
    let mut input = child.stdin.take().unwrap();
    input.write_all(lines.as_bytes()).unwrap();
    // The input stays open, so the rest is waited for.
    let client = local(folder.path());
    while client.get("/api/v1/stats/store").await.json()["records"]["action_run"] != 1000 {
        tokio::task::yield_now().await;
    }
    let pid = child.id().to_string();
    assert!(
        std::process::Command::new("kill")
            .args(["-INT", &pid])
            .status()
            .unwrap()
            .success()
    );
    let (code, sum, why) = told(&child.wait_with_output().unwrap());
    drop(input);
    assert_eq!(
        (code, sum.as_str()),
        (Some(1), "Accepted 1000, unchanged 0, refused 0.\n")
    );
    assert!(
        why.contains("told to stop") && why.contains("--from-line 1001."),
        "{why}"
    );
    let rest = told(&import(folder.path(), &["--from-line", "1001"], lines.as_bytes()));
    assert_eq!(
        (rest.0, rest.1.as_str()),
        (Some(0), "Accepted 500, unchanged 0, refused 0.\n")
    );
    server.stop();
}

#[tokio::test]
async fn only_administrators_export_and_import() {
    let folder = tempfile::tempdir().unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    for (role, export, import) in [("ingest", 403, 403), ("read", 403, 403), ("admin", 200, 202)] {
        let name = format!("with-{role}");
        let made = on(folder.path(), &["token", "create", "--name", &name, "--role", role]);
        let secret = String::from_utf8(made.stdout).unwrap();
        let client = Client::new(Target::Network(server.address())).with_token(secret.trim());
        let reply = client.get("/api/v1/export").await;
        assert_eq!(reply.status, export, "{role}");
        let line = "{\"kind\":\"flow_run\",\"id\":\"x\",\"source\":\"y\"}";
        assert_eq!(client.post("/api/v1/import", line).await.status, import, "{role}");
    }
    let client = local(folder.path());
    let reply = client.get("/api/v1/export").await;
    assert_eq!(reply.header("content-type"), Some("application/x-ndjson"));
    let line: Value = serde_json::from_slice(&reply.body).unwrap();
    assert_eq!((&line["id"], &line["source"]), (&"x".into(), &"y".into()));
    for (query, key) in [
        ("kinds=flow_run", "unknown_parameter"),
        ("kind=flow-run", "invalid_parameter"),
        ("from=now", "invalid_parameter"),
        ("after=here", "invalid_parameter"),
    ] {
        let reply = client.get(&format!("/api/v1/export?{query}")).await;
        assert_eq!((reply.status, reply.error_key().as_str()), (400, key), "{query}");
    }
    server.stop();
}
