//! `serve --demo`

use std::process::Command;

use serde_json::Value;

use crate::support::client::{Client, Target};
use crate::support::server::{RunningServer, redtrail};

fn demo(folder: &std::path::Path) -> Command {
    let mut command = redtrail();
    command
        .args(["serve", "--demo", "--listen", "127.0.0.1:0"])
        .current_dir(folder);
    command
}

#[tokio::test]
async fn a_demonstration_is_open_and_made_anew_at_each_start() {
    let parent = tempfile::tempdir().unwrap();
    let server = RunningServer::spawn(demo(parent.path()));
    let folder = parent.path().join("redtrail-demo");
    assert!(folder.join("redtrail-demo-folder").is_file());
    assert!(
        server.greeting().contains("no sign-in is needed"),
        "{}",
        server.greeting()
    );
    let visitor =
        Client::new(Target::Network(server.address())).with("host", &format!("localhost:{}", server.address().port()));
    assert_eq!(visitor.get("/flow-runs").await.status, 200);
    let ids = runs(&visitor).await;
    assert!(!ids.is_empty());
    // What a script got wrong is there to be looked at.
    let sources = visitor.get("/api/v1/sources").await.json();
    let names: Vec<&str> = sources["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["demo", "order-sync-script"]);
    let refused = visitor.get("/api/v1/rejects?source=order-sync-script").await.json();
    let mut keys: Vec<&str> = refused["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| it["error"]["key"].as_str().unwrap())
        .collect();
    keys.sort_unstable();
    let expected = [
        "invalid_json",
        "invalid_value",
        "invalid_value",
        "missing_field",
        "unknown_kind",
        "unknown_state",
    ];
    assert_eq!(keys, expected);
    assert!(
        visitor
            .get("/sources/order-sync-script")
            .await
            .text()
            .contains("order-sync-1042")
    );
    // Visitors change nothing.
    assert_eq!(visitor.post("/api/v1/tokens", "{}").await.status, 403);

    let (status, told) = RunningServer::try_spawn(demo(parent.path())).err().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(told.contains("is in use by another redtrail process"), "{told}");
    std::fs::write(folder.join("of-the-last-start"), "x").unwrap();
    server.kill();
    let server = RunningServer::spawn(demo(parent.path()));
    assert!(!folder.join("of-the-last-start").exists());
    assert_eq!(server.stop().code(), Some(0));
}

async fn runs(visitor: &Client) -> Vec<Value> {
    let reply = visitor.get("/api/v1/flow-runs?limit=1000").await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    let page: Value = serde_json::from_slice(&reply.body).unwrap();
    page["items"].as_array().unwrap().clone()
}

#[test]
fn a_demonstration_empties_no_folder_but_its_own() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("redtrail-demo");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("letter.txt"), "dear").unwrap();
    let refused = |command: Command| {
        let (status, told) = RunningServer::try_spawn(command).err().unwrap();
        assert_eq!(status.code(), Some(1));
        told
    };
    let told = refused(demo(parent.path()));
    assert!(
        told.contains("redtrail-demo-folder") && told.contains("was not made by --demo"),
        "{told}"
    );
    assert_eq!(std::fs::read_to_string(folder.join("letter.txt")).unwrap(), "dear");

    // Nor one of real data, named by hand.
    let data = parent.path().join("data");
    RunningServer::start(&data, &[]).kill();
    let mut by_hand = demo(parent.path());
    by_hand.arg("--data-dir").arg(&data);
    let told = refused(by_hand);
    assert!(told.contains("was not made by --demo"), "{told}");
    assert!(data.join("first-token").exists());

    // Nor what a link leads to.
    std::fs::remove_dir_all(&folder).unwrap();
    std::fs::write(data.join("redtrail-demo-folder"), "").unwrap();
    std::os::unix::fs::symlink(&data, &folder).unwrap();
    let told = refused(demo(parent.path()));
    assert!(told.contains("is not a folder"), "{told}");
    assert!(data.join("first-token").exists());
}
