//! kill -9 at random moments, again and again on one folder.

use std::process::Stdio;
use std::time::{Duration, Instant};

use super::journal::Noted;
use super::sender::{Order, acked_so_far};
use super::server::{TOKEN, client, command, start, verify};
use super::{check, sender};
use crate::store::make::Dice;

/// Kills of a normal run; `REDTRAIL_KILLS` asks for more.
const KILLS: usize = 8;
const CONNECTIONS: usize = 16;
/// A kill counts when at least so many requests were under way.
const UNDER_WAY: usize = 8;
/// How long a round may take to get going.
const PATIENCE: Duration = Duration::from_secs(60);
/// Starts that are killed, each at a moment of its own.
const STARTS: usize = 12;
const SEED: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn every_acknowledged_record_survives_kill_9() {
    let kills = std::env::var("REDTRAIL_KILLS").map_or(KILLS, |text| text.parse().expect("REDTRAIL_KILLS is a number"));
    let folder = tempfile::tempdir().unwrap();
    let (data, journals) = (folder.path().join("data"), folder.path().join("journals"));
    std::fs::create_dir(&journals).unwrap();
    let mut dice = Dice(SEED);
    let mut counted = 0;
    let mut round = 0;
    let mut again = Vec::new();
    let mut noted = Noted::default();
    while counted < kills {
        round += 1;
        assert!(
            round <= 3 * kills,
            "only {counted} of {round} kills found {UNDER_WAY} requests under way"
        );
        let server = start(&data, &[]);
        let name = format!("r{round:03}");
        let order = Order {
            folder: journals.clone(),
            address: server.address(),
            token: TOKEN.to_owned(),
            name: name.clone(),
            seed: dice.roll(1 << 31) as u64,
            connections: CONNECTIONS,
            again: std::mem::take(&mut again),
        };
        let sender = order.start();
        let moment = CONNECTIONS + dice.roll(60);
        let begun = Instant::now();
        while sender::acked_so_far(&journals, &name) < moment {
            assert!(
                begun.elapsed() < PATIENCE,
                "nothing is acknowledged:\n{}",
                server.stderr()
            );
            std::thread::sleep(Duration::from_millis(1));
        }
        // So that the kill is not bound to an acknowledgement.
        std::thread::sleep(Duration::from_micros(dice.roll(20_000) as u64));
        server.kill();
        sender.stop();
        noted.read_more(&journals, &name);
        counted += usize::from(noted.broken.len() >= UNDER_WAY);
        let server = start(&data, &[]);
        let checked = check::touched(&client(&server), &noted).await;
        assert!(checked.records > 0);
        verify(&data);
        // The next start finds a folder that was left by a kill without anything under way, or a clean one.
        if dice.chance(50) {
            server.kill();
        } else {
            assert!(server.stop().success());
        }
        // Half of the requests without an answer are sent again, as senders do; the others never.
        again = noted.broken.iter().filter(|_| dice.chance(50)).cloned().collect();
    }
    let server = start(&data, &[]);
    let checked = check::everything(&client(&server), &noted).await;
    verify(&data);
    assert!(
        checked.longest > 256 * 1024,
        "no body was too long for a frame: {checked:?}"
    );
    println!(
        "{counted} kills in {round} rounds, {} requests acknowledged, {checked:?}",
        noted.acked_requests
    );
    assert_eq!(acked_so_far(&journals, "r"), noted.acked_requests);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_start_that_was_killed_does_not_hinder_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path(), &[]);
    let record = r#"{"kind":"external_event","id":"kept"}"#;
    assert_eq!(client(&server).post("/api/v1/ingest", record).await.status, 202);
    server.kill();
    // What the log's snapshot looks like when its writer is killed.
    let begun = folder.path().join("log/snap.00000000FFFFFFFF.generating");
    std::fs::write(&begun, b"").unwrap();
    let server = start(folder.path(), &[]);
    assert_eq!(
        client(&server)
            .get("/api/v1/external-event-log-records/kept")
            .await
            .status,
        200
    );
    server.kill();
    let mut dice = Dice(SEED);
    for _ in 0..STARTS {
        let mut starting = command(folder.path(), &[])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(Duration::from_micros(dice.roll(200_000) as u64));
        starting.kill().unwrap();
        starting.wait().unwrap();
    }
    let server = start(folder.path(), &[]);
    assert_eq!(
        client(&server)
            .get("/api/v1/external-event-log-records/kept")
            .await
            .status,
        200
    );
    verify(folder.path());
}
