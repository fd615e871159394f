//! A disk on which a sync or a write fails, made with strace.
//!
//! What is documented: 503 `store_failed` for everything sent from then on, also when the disk is well again, until a
//! restart; reads go on; after the restart everything acknowledged is there.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::check;
use super::journal::{Journal, Noted};
use super::sender::{Order, acked_so_far};
use super::server::{TOKEN, client, start, verify};
use crate::support::client::Client;
use crate::support::server::RunningServer;

const CONNECTIONS: usize = 8;
const PATIENCE: Duration = Duration::from_secs(60);

/// strace on a running server: its system calls fail as long as this lives.
struct Failing {
    strace: Child,
    /// Read to its end: strace tells of every new thread, and would be killed by a closed pipe.
    told: Option<JoinHandle<()>>,
}

impl Failing {
    /// `calls` and `how` as strace's `inject` has them.
    fn attach(server: &RunningServer, calls: &str, how: &str) -> Failing {
        let mut strace = Command::new("strace")
            .args(["-f", "-p", &server.pid().to_string(), "-o", "/dev/null"])
            .args(["-e", &format!("trace={calls}"), "-e", &format!("inject={calls}:{how}")])
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("strace is needed: install the package strace");
        let mut stderr = BufReader::new(strace.stderr.take().unwrap());
        let mut told = String::new();
        stderr.read_line(&mut told).unwrap();
        assert!(told.contains("attached"), "{told}");
        let told = std::thread::spawn(move || {
            let _ = stderr.read_to_end(&mut Vec::new());
        });
        Failing {
            strace,
            told: Some(told),
        }
    }
}

impl Drop for Failing {
    fn drop(&mut self) {
        // It lets the server go when it is told to end; killed it would leave it stopped.
        let _ = Command::new("kill").arg(self.strace.id().to_string()).status();
        let _ = self.strace.wait();
        let _ = self.told.take().map(JoinHandle::join);
    }
}

/// Sends records, and notes them, until the answer is not 202, which must be the documented one.
async fn until_refused(client: &Client, journals: &Path, name: &str) {
    let begun = Instant::now();
    let mut journal = Journal::create(journals, name);
    for number in 0.. {
        assert!(begun.elapsed() < PATIENCE, "everything is still taken");
        let item = [format!(r#"{{"kind":"external_event","id":"{name}-{number}"}}"#)];
        journal.sends(number, &item);
        let reply = client.post("/api/v1/ingest", item[0].clone()).await;
        if reply.status != 202 {
            assert_eq!((reply.status, reply.error_key().as_str()), (503, "store_failed"));
            journal.broken(number);
            return;
        }
        journal.acked(number, &item);
    }
}

/// Acknowledged records that are read between the failure and the restart.
const READ_AFTER_FAILURE: usize = 60;

async fn nothing_acknowledged_is_lost(calls: &str, how: &str) {
    let folder = tempfile::tempdir().unwrap();
    let (data, journals) = (folder.path().join("data"), folder.path().join("journals"));
    std::fs::create_dir(&journals).unwrap();
    let server = start(&data, &[]);
    let order = Order {
        folder: journals.clone(),
        address: server.address(),
        token: TOKEN.to_owned(),
        name: "f".to_owned(),
        seed: 11,
        connections: CONNECTIONS,
        again: Vec::new(),
    };
    let sender = order.start();
    let begun = Instant::now();
    while acked_so_far(&journals, "f") < 3 * CONNECTIONS {
        assert!(
            begun.elapsed() < PATIENCE,
            "nothing is acknowledged:\n{}",
            server.stderr()
        );
        std::thread::sleep(Duration::from_millis(1));
    }
    let failing = Failing::attach(&server, calls, how);
    let admin = client(&server);
    until_refused(&admin, &journals, "under-failure").await;
    drop(failing);
    // The disk is well again, but what became of the failed write is not known.
    until_refused(&admin, &journals, "after-failure").await;
    let noted = Noted::read(&journals);
    for (name, _) in noted.acked().take(READ_AFTER_FAILURE) {
        assert_eq!(admin.get(&name.list()).await.status, 200, "reads go on");
        let reply = admin.get(&name.path()).await;
        assert_eq!(reply.status, 200, "reads go on: {}\n{}", reply.text(), server.stderr());
    }
    server.kill();
    sender.stop();

    let server = start(&data, &[]);
    let admin = client(&server);
    let noted = Noted::read(&journals);
    let checked = check::everything(&admin, &noted).await;
    assert!(checked.records > 0);
    verify(&data);
    let reply = admin
        .post("/api/v1/ingest", r#"{"kind":"external_event","id":"goes-on"}"#)
        .await;
    assert_eq!(reply.status, 202, "{}", reply.text());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn syncs_that_fail_stop_ingest_until_a_restart_and_lose_nothing_acknowledged() {
    nothing_acknowledged_is_lost("fdatasync,fsync", "error=EIO").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn one_sync_that_fails_is_enough_to_stop_ingest_until_a_restart() {
    nothing_acknowledged_is_lost("fdatasync", "error=EIO:when=2").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn writes_that_fail_stop_ingest_until_a_restart_and_lose_nothing_acknowledged() {
    nothing_acknowledged_is_lost("pwrite64", "error=EIO").await;
}
