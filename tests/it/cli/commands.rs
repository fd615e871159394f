//! Commands that need no server, and those that open the folder themselves.

use std::path::Path;
use std::process::Output;

use redtrail::store::embedded::FORMAT_VERSION;
use serde_json::{Value, json};

use crate::support::server::{redtrail, run};

fn stdout(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// What a command said when it did not do what it was asked.
fn refusal(output: &Output, code: i32) -> String {
    assert_eq!(output.status.code(), Some(code), "{output:?}");
    assert!(output.stdout.is_empty(), "{output:?}");
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Runs a command on a data folder.
pub fn on(folder: &Path, arguments: &[&str]) -> Output {
    let mut all = arguments.to_vec();
    all.extend(["--data-dir", folder.to_str().unwrap()]);
    run(&all)
}

#[test]
fn the_version_names_commit_and_format() {
    let told = stdout(&run(&["--version"]));
    let begin = format!("redtrail {} (commit ", env!("CARGO_PKG_VERSION"));
    let rest = told.strip_prefix(&begin).unwrap();
    let (commit, format) = rest.trim().split_once(", ").unwrap();
    assert_eq!(format, format!("format {FORMAT_VERSION})"));
    let hash = commit.strip_suffix("-dirty").unwrap_or(commit);
    let is_hash = hash.len() >= 7 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    assert!(is_hash || hash == "unknown", "{told}");
}

#[test]
fn a_configuration_is_checked_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("redtrail.toml");
    let path = file.to_str().unwrap();
    std::fs::write(
        &file,
        "[server]\nlisten = \"nonsense\"\ncolour = 1\n[limits]\nread_timeout = \"5\"\n",
    )
    .unwrap();
    let told = refusal(&run(&["check-config", path]), 2);
    let lines: Vec<&str> = told.lines().collect();
    assert_eq!(lines.len(), 3, "{told}");
    for (line, begin) in lines.iter().zip([
        format!("redtrail: {path}:2: server.listen = \"nonsense\": expected an IP address"),
        format!("{path}:3: server.colour: unknown key"),
        format!("{path}:5: limits.read_timeout = \"5\": expected a duration"),
    ]) {
        assert!(line.starts_with(&begin), "{line}");
    }
    // The same mistakes keep a server from starting.
    assert_eq!(refusal(&run(&["serve", "--config", path]), 2), told);
    std::fs::write(&file, "[server]\nlisten = \"127.0.0.1:9090\"\n").unwrap();
    assert_eq!(stdout(&run(&["check-config", path])), "ok\n");
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("config.example.toml");
    assert_eq!(stdout(&run(&["check-config", example.to_str().unwrap()])), "ok\n");
}

#[test]
fn arguments_that_cannot_be_used_are_told_with_code_2() {
    for (arguments, part) in [
        (&["serve", "--lisen", "x"][..], "--listen"),
        (
            &["token", "create", "--name", "a", "--role", "writer"],
            "ingest, read, admin",
        ),
        (&["token", "revoke"], "<ID>"),
        (&["nothing"], "nothing"),
        (
            &["serve", "--listen", "nonsense"],
            "--listen: server.listen = \"nonsense\"",
        ),
    ] {
        let told = refusal(&run(arguments), 2);
        assert!(told.contains(part), "{told}");
    }
    let output = redtrail()
        .args(["token", "list"])
        .env("REDTRAIL_STORE_DATADIR", "x")
        .output()
        .unwrap();
    let told = refusal(&output, 2);
    assert!(told.contains("did you mean REDTRAIL_STORE_DATA_DIR?"), "{told}");
}

#[test]
fn tokens_are_made_listed_and_revoked_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let made = on(
        folder.path(),
        &["token", "create", "--name", "shop", "--role", "ingest"],
    );
    let secret = stdout(&made);
    assert!(secret.starts_with("pat-") && secret.len() == 48, "{secret}");
    let limited = [
        "token",
        "create",
        "--json",
        "--name",
        "acme's",
        "--role",
        "ingest",
        "--customer",
        "acme",
        "--id-prefix",
        "acme:",
        "--default-integration",
        "hubspot",
        "--default-meta",
        r#"{"environment": "test"}"#,
    ];
    let made: Value = serde_json::from_str(&stdout(&on(folder.path(), &limited))).unwrap();
    assert_eq!(
        (
            &made["name"],
            &made["customer"],
            &made["idPrefix"],
            &made["defaultMeta"]["environment"]
        ),
        (&json!("acme's"), &json!("acme"), &json!("acme:"), &json!("test"))
    );
    assert!(made["secret"].as_str().unwrap().starts_with("pat-"));
    let list = || -> Vec<Value> {
        let listed: Value = serde_json::from_str(&stdout(&on(folder.path(), &["token", "list", "--json"]))).unwrap();
        listed["items"].as_array().unwrap().clone()
    };
    let names: Vec<Value> = list().iter().map(|token| token["name"].clone()).collect();
    assert_eq!(names, ["shop", "acme's"]);
    let id = list()[0]["id"].as_str().unwrap().to_owned();
    let revoked = stdout(&on(folder.path(), &["token", "revoke", &id]));
    assert_eq!(revoked, format!("The token {id} is revoked.\n"));
    assert!(list()[0]["revokedAt"].is_string() && list()[1]["revokedAt"].is_null());
    let table = stdout(&on(folder.path(), &["token", "list"]));
    let lines: Vec<&str> = table.lines().collect();
    assert!(
        lines[0].starts_with("ID ") && lines[1].starts_with(&id) && lines[2].contains("acme"),
        "{table}"
    );
    assert!(!table.contains(secret.trim()));

    let told = refusal(&on(folder.path(), &["token", "revoke", "0123"]), 1);
    assert!(told.contains("the token 0123 was not revoked: not found"), "{told}");
    let told = refusal(&on(folder.path(), &["token", "revoke", "../x"]), 1);
    assert!(told.contains("is no id of a token"), "{told}");
    let again = ["token", "create", "--name", "acme's", "--role", "read"];
    let told = refusal(&on(folder.path(), &again), 1);
    assert!(told.contains("a token named acme's is in use"), "{told}");
    let broken = [
        "token",
        "create",
        "--name",
        "x",
        "--role",
        "ingest",
        "--default-meta",
        "{",
    ];
    let told = refusal(&on(folder.path(), &broken), 1);
    assert!(told.contains("--default-meta: expected a JSON object"), "{told}");
}

#[test]
fn links_are_made_and_everything_is_verified_without_a_server() {
    let folder = tempfile::tempdir().unwrap();
    let made = on(folder.path(), &["link"]);
    let link = stdout(&made);
    assert!(link.starts_with("http://127.0.0.1:8080/sign-in?link=pat-"), "{link}");
    assert!(String::from_utf8_lossy(&made.stderr).contains("No server runs on this folder now"));
    let told = stdout(&on(folder.path(), &["verify"]));
    assert!(told.ends_with("\nNothing is damaged.\n"), "{told}");
    let told: Value = serde_json::from_str(&stdout(&on(folder.path(), &["verify", "--json"]))).unwrap();
    assert!(!told["checked"].as_array().unwrap().is_empty() && told["damage"].as_array().unwrap().is_empty());
}

#[test]
fn damage_is_named_and_gives_code_1() {
    let folder = tempfile::tempdir().unwrap();
    stdout(&on(
        folder.path(),
        &["token", "create", "--name", "a", "--role", "read"],
    ));
    let path = folder.path().join("watermark");
    let mut bytes = std::fs::read(&path).unwrap();
    let at = bytes.iter().position(|byte| *byte != 0).unwrap();
    bytes[at] ^= 0x40;
    std::fs::write(&path, bytes).unwrap();
    let output = on(folder.path(), &["verify"]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("Damaged: ") && told.contains("watermark"), "{told}");
}

#[test]
fn commands_do_not_make_a_folder_or_use_a_foreign_one() {
    let folder = tempfile::tempdir().unwrap();
    let absent = folder.path().join("absent");
    for arguments in [&["token", "list"][..], &["link"], &["verify"]] {
        let told = refusal(&on(&absent, arguments), 1);
        assert!(told.contains("absent does not exist"), "{told}");
    }
    assert!(!absent.exists());
    std::fs::write(folder.path().join("letter.txt"), "dear").unwrap();
    for arguments in [&["token", "list"][..], &["serve", "--listen", "127.0.0.1:0"]] {
        let told = refusal(&on(folder.path(), arguments), 1);
        assert!(told.contains("holds something other than redtrail data"), "{told}");
    }
    let told = refusal(&on(&folder.path().join("letter.txt"), &["link"]), 1);
    assert!(told.contains("letter.txt is not a folder"), "{told}");
    let names: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names, ["letter.txt"]);
}
