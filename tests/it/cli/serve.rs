//! `serve`, from its start in an empty folder to its stop.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};

use hyper::Method;
use serde_json::Value;
use tokio::task::JoinHandle;

use super::commands::on;
use crate::support::client::{Client, Target};
use crate::support::server::{RunningServer, redtrail, without_settings};

/// An administrator's token as the environment may hold it.
const ADMIN_TOKEN: &str = "pat-an-administrator-of-the-tests-0001";

fn with_admin(folder: &Path) -> RunningServer {
    let mut command = redtrail();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder);
    command.env("REDTRAIL_ADMIN_TOKEN", ADMIN_TOKEN);
    RunningServer::spawn(command)
}

fn network(server: &RunningServer) -> Client {
    Client::new(Target::Network(server.address()))
}

fn admin(server: &RunningServer) -> Client {
    network(server).with_token(ADMIN_TOKEN)
}

/// The line of a greeting that begins so, without its indent.
fn line<'a>(server: &'a RunningServer, begin: &str) -> &'a str {
    let lines = server.greeting().lines().map(str::trim);
    lines
        .into_iter()
        .find(|line| line.starts_with(begin))
        .unwrap_or_else(|| panic!("{}", server.greeting()))
}

/// Runs a line as somebody pastes it.
fn paste(line: &str) -> Value {
    let mut shell = Command::new("sh");
    without_settings(&mut shell);
    let output = shell.args(["-c", line]).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Starts what must not start; answers its exit code and what it said.
fn refused(mut command: Command) -> (Option<i32>, String) {
    command.env("REDTRAIL_SERVER_LOG", "off");
    match RunningServer::try_spawn(command) {
        Ok(server) => panic!("it started: {}", server.greeting()),
        Err((status, told)) => (status.code(), told),
    }
}

fn serve(folder: &Path) -> Command {
    let mut command = redtrail();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder);
    command
}

#[tokio::test]
async fn an_empty_folder_is_greeted_with_a_line_that_sends_a_record() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("it's a folder");
    let server = with_admin(&folder);
    let secret = std::fs::read_to_string(folder.join("first-token")).unwrap();
    assert!(secret.starts_with("pat-"));
    assert!(!server.greeting().contains(secret.trim()) && !server.stderr().contains(secret.trim()));
    for (file, expected) in [
        ("", 0o700),
        ("first-token", 0o600),
        ("redtrail.sock", 0o600),
        ("keys", 0o600),
    ] {
        assert_eq!(mode(&folder.join(file)), expected, "{file}");
    }
    assert!(line(&server, "Its data is in").ends_with("it's a folder"));

    let answer = paste(line(&server, "curl "));
    assert_eq!(answer["accepted"], 1, "{answer}");
    let path = format!("/api/v1/external-api-logs/{}", answer["id"].as_str().unwrap());
    let found = admin(&server).get(&path).await;
    assert_eq!(found.status, 200);
    let found: Value = serde_json::from_slice(&found.body).unwrap();
    assert_eq!(
        (&found["statusCode"], &found["integrationId"]),
        (&401.into(), &"hubspot".into())
    );
    assert_eq!(network(&server).get(&path).await.status, 401);
    let only_sends = network(&server).with_token(secret.trim());
    assert_eq!(only_sends.get(&path).await.status, 403);

    // All of it is there after a kill, with the same token.
    server.kill();
    let server = with_admin(&folder);
    assert_eq!(admin(&server).get(&path).await.status, 200);
    assert_eq!(std::fs::read_to_string(folder.join("first-token")).unwrap(), secret);
    assert_eq!(paste(line(&server, "curl "))["accepted"], 1);
    let told = on(&folder, &["token", "list"]);
    assert_eq!(String::from_utf8(told.stdout).unwrap().lines().count(), 2);
    assert_eq!(server.stop().code(), Some(0));
    for leftover in ["redtrail.sock", "url"] {
        assert!(!folder.join(leftover).exists(), "{leftover}");
    }
}

#[tokio::test]
async fn a_first_token_that_nobody_can_know_is_made_anew_only_while_there_is_no_record() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("first-token");
    RunningServer::start(folder.path(), &[]).kill();
    std::fs::remove_file(&file).unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    assert_eq!(paste(line(&server, "curl "))["accepted"], 1);
    server.kill();
    std::fs::remove_file(&file).unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    assert!(!file.exists());
    line(&server, "redtrail token create");
}

#[tokio::test]
async fn a_sign_in_link_opens_the_pages_once() {
    let folder = tempfile::tempdir().unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    let link = line(&server, "http").strip_prefix(&server.url()).unwrap().to_owned();
    assert!(link.starts_with("/sign-in?link=pat-"), "{link}");
    let session = sign_in(&server, &link).await.unwrap();
    let visitor = network(&server).with("cookie", &session);
    assert_eq!(visitor.get("/flow-runs").await.status, 200);
    assert_eq!(network(&server).get("/flow-runs").await.status, 303);
    assert!(sign_in(&server, &link).await.is_none());

    // Another one by the command line; the session of the first holds after a restart.
    let told = String::from_utf8(on(folder.path(), &["link"]).stdout).unwrap();
    let link = told.trim().strip_prefix(&server.url()).unwrap();
    assert!(sign_in(&server, link).await.is_some());
    server.kill();
    let server = RunningServer::start(folder.path(), &[]);
    let visitor = network(&server).with("cookie", &session);
    assert_eq!(visitor.get("/api/v1/flow-runs").await.status, 200);
}

/// The cookie that a link gives: its page has a button, which uses the link up.
async fn sign_in(server: &RunningServer, link: &str) -> Option<String> {
    let browser = network(server).with("content-type", "application/x-www-form-urlencoded");
    assert_eq!(browser.get(link).await.status, 200);
    let (path, form) = link.split_once('?').unwrap();
    let reply = browser.post(path, form.to_owned()).await;
    let cookie = reply.header("set-cookie")?;
    Some(cookie.split(';').next().unwrap().to_owned())
}

#[tokio::test]
async fn commands_ask_the_server_that_runs() {
    let parent = tempfile::tempdir().unwrap();
    // Too deep for the path of a socket.
    let folder = parent.path().join("deep".repeat(30)).join("deeper".repeat(20));
    let server = RunningServer::start(&folder, &[]);
    let made = on(
        &folder,
        &["token", "create", "--json", "--name", "pages", "--role", "read"],
    );
    assert!(made.status.success(), "{made:?}");
    let made: Value = serde_json::from_slice(&made.stdout).unwrap();
    let reader = network(&server).with_token(made["secret"].as_str().unwrap());
    assert_eq!(reader.get("/api/v1/flow-runs").await.status, 200);
    let table = String::from_utf8(on(&folder, &["token", "list"]).stdout).unwrap();
    assert!(table.contains("first-token") && table.contains("pages"), "{table}");
    let again = on(&folder, &["token", "create", "--name", "pages", "--role", "read"]);
    assert_eq!(again.status.code(), Some(1));
    let told = String::from_utf8(again.stderr).unwrap();
    assert!(told.contains("a token named pages is in use"), "{told}");
    let limited = on(
        &folder,
        &[
            "token",
            "create",
            "--name",
            "x",
            "--role",
            "ingest",
            "--customer",
            "acme",
        ],
    );
    let told = String::from_utf8(limited.stderr).unwrap();
    assert!(told.contains("idPrefix"), "{told}");

    let id = made["id"].as_str().unwrap();
    assert!(on(&folder, &["token", "revoke", id]).status.success());
    assert_eq!(reader.get("/api/v1/flow-runs").await.status, 401);
    assert_eq!(on(&folder, &["token", "revoke", "0123"]).status.code(), Some(1));
    let verified = on(&folder, &["verify"]);
    assert!(verified.status.success(), "{verified:?}");
    assert!(
        String::from_utf8(verified.stdout)
            .unwrap()
            .ends_with("\nNothing is damaged.\n")
    );

    // A kill leaves the socket behind: the folder is opened then, and the next server takes its place.
    server.kill();
    assert!(folder.join("redtrail.sock").exists());
    let table = String::from_utf8(on(&folder, &["token", "list"]).stdout).unwrap();
    let line = table.lines().find(|line| line.starts_with(id)).unwrap();
    assert!(!line.ends_with('-'), "not revoked: {line}");
    let server = RunningServer::start(&folder, &[]);
    assert!(on(&folder, &["token", "list"]).status.success());
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn a_server_that_other_machines_reach_says_where_its_pages_open() {
    let folder = tempfile::tempdir().unwrap();
    let hint = "Pages open at localhost and 127.0.0.1 only";
    let server = RunningServer::start(folder.path(), &["--listen", "0.0.0.0:0"]);
    let own = format!("http://localhost:{}/sign-in?link=", server.address().port());
    assert!(line(&server, "http").starts_with(&own), "{}", server.greeting());
    assert!(server.greeting().contains(hint));
    server.kill();

    let mut command = serve(folder.path());
    command
        .env("REDTRAIL_SERVER_PUBLIC_URL", "https://red.example.com/")
        .args(["--listen", "0.0.0.0:0"]);
    let server = RunningServer::spawn(command);
    line(&server, "https://red.example.com/sign-in?link=");
    assert!(!server.greeting().contains(hint));
    let told = String::from_utf8(on(folder.path(), &["link"]).stdout).unwrap();
    assert!(told.starts_with("https://red.example.com/sign-in?link=pat-"), "{told}");
}

#[test]
fn a_flag_beats_a_variable_beats_the_file_for_the_running_server_too() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let file = folder.path().join("redtrail.toml");
    let text = format!("[server]\nlisten = \"127.0.0.2:0\"\nstop_timeout = \"1s\"\n[store]\ndata_dir = {data:?}\n");
    std::fs::write(&file, text).unwrap();
    for (variable, flag, expected) in [
        (None, None, "127.0.0.2"),
        (Some("127.0.0.3:0"), None, "127.0.0.3"),
        (Some("127.0.0.3:0"), Some("127.0.0.4:0"), "127.0.0.4"),
        (None, Some("127.0.0.4:0"), "127.0.0.4"),
    ] {
        let mut command = redtrail();
        command.args(["serve", "--config"]).arg(&file);
        command.envs(variable.map(|value| ("REDTRAIL_SERVER_LISTEN", value)));
        command.args(flag.map(|value| ["--listen", value]).into_iter().flatten());
        let server = RunningServer::spawn(command);
        assert_eq!(server.address().ip().to_string(), expected);
        assert!(data.join("first-token").exists());
        server.kill();
    }
}

#[test]
fn what_keeps_a_server_from_starting_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let server = RunningServer::start(folder.path(), &[]);
    let (code, told) = refused(serve(folder.path()));
    assert_eq!(code, Some(1));
    assert!(told.contains("is in use by another redtrail process"), "{told}");
    assert!(
        told.contains(folder.path().file_name().unwrap().to_str().unwrap()),
        "{told}"
    );

    let other = tempfile::tempdir().unwrap();
    let mut taken = redtrail();
    let address = server.address().to_string();
    taken
        .args(["serve", "--listen", &address, "--data-dir"])
        .arg(other.path());
    let (code, told) = refused(taken);
    assert_eq!(code, Some(1));
    assert!(
        told.contains(&format!("cannot listen on {address}")) && told.contains("--listen"),
        "{told}"
    );
    assert_eq!(
        std::fs::read_dir(other.path()).unwrap().count(),
        0,
        "the folder was touched"
    );

    for wrong in ["password-without-the-prefix-00000001", "pat-short"] {
        let mut command = serve(other.path());
        command.env("REDTRAIL_ADMIN_TOKEN", wrong);
        let (code, told) = refused(command);
        assert_eq!(code, Some(1));
        assert!(
            told.contains("REDTRAIL_ADMIN_TOKEN must") && !told.contains(wrong),
            "{told}"
        );
    }

    assert_eq!(server.stop().code(), Some(0));
    std::fs::write(folder.path().join("format"), "redtrail data, format 999\n").unwrap();
    let (code, told) = refused(serve(folder.path()));
    assert_eq!(code, Some(1));
    assert!(told.contains("format 999"), "{told}");
}

/// Begins a request and leaves its body open.
fn hanging_request(server: &RunningServer) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    let head = format!(
        "POST /api/v1/ingest HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {ADMIN_TOKEN}\r\n\
         content-type: application/x-ndjson\r\nexpect: 100-continue\r\ncontent-length: 1000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).unwrap();
    // The answer to `expect` shows that the request is under way.
    let mut begun = [0; 12];
    stream.read_exact(&mut begun).unwrap();
    assert_eq!(&begun, b"HTTP/1.1 100");
    stream
}

fn wait_for_log(server: &RunningServer, text: &str) {
    while !server.stderr().contains(text) {
        std::thread::yield_now();
    }
}

#[test]
fn a_request_that_never_ends_does_not_keep_the_server_from_stopping() {
    let folder = tempfile::tempdir().unwrap();
    let server = with_admin(folder.path());
    let stream = hanging_request(&server);
    // Code 0 says that it stopped in time: too late is a failure of its own.
    assert_eq!(server.stop().code(), Some(0));
    drop(stream);
    assert_eq!(on(folder.path(), &["verify"]).status.code(), Some(0));
}

#[test]
fn a_second_signal_ends_the_process_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = serve(folder.path());
    command
        .env("REDTRAIL_ADMIN_TOKEN", ADMIN_TOKEN)
        .env("REDTRAIL_SERVER_STOP_TIMEOUT", "60s");
    let mut server = RunningServer::spawn(command);
    let stream = hanging_request(&server);
    server.signal("INT");
    wait_for_log(&server, "stopping");
    // One at the same moment is taken for an echo of the first; so it is told until it is heard.
    while server.is_running() {
        server.signal("TERM");
    }
    assert_eq!(server.wait().code(), Some(1));
    assert!(server.stderr().contains("a second time"), "{}", server.stderr());
    drop(stream);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_under_load_stops_and_keeps_what_it_acknowledged() {
    const SENDERS: usize = 8;
    let folder = tempfile::tempdir().unwrap();
    let server = with_admin(folder.path());
    let senders: Vec<_> = (0..SENDERS)
        .map(|sender| {
            let mut client = redtrail::cli::client::Client::tcp(server.address());
            tokio::spawn(async move {
                let authorization = format!("Bearer {ADMIN_TOKEN}");
                let headers = [
                    ("authorization", authorization.as_str()),
                    ("content-type", "application/json"),
                ];
                let mut acknowledged = Vec::new();
                for number in 0.. {
                    let id = format!("run-{sender}-{number}");
                    let body = format!(r#"{{"kind":"flow_run","id":"{id}","state":"completed"}}"#);
                    match client.send(Method::POST, "/api/v1/ingest", &headers, body).await {
                        Ok(answer) if answer.status == 202 => acknowledged.push(id),
                        // Stopping, or stopped.
                        _ => break,
                    }
                }
                acknowledged
            })
        })
        .collect();
    let has_records = async || {
        admin(&server)
            .get("/api/v1/flow-runs?limit=1")
            .await
            .text()
            .contains("run-")
    };
    while !has_records().await {
        assert!(
            !senders.iter().any(JoinHandle::is_finished),
            "the server takes no records"
        );
    }
    assert_eq!(server.stop().code(), Some(0));
    let mut acknowledged = Vec::new();
    for sender in senders {
        acknowledged.extend(sender.await.unwrap());
    }
    assert!(!acknowledged.is_empty());
    let server = with_admin(folder.path());
    for id in acknowledged {
        assert_eq!(
            admin(&server).get(&format!("/api/v1/flow-runs/{id}")).await.status,
            200,
            "{id}"
        );
    }
}
