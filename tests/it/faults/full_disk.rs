//! A disk without room: a tmpfs of our own, filled to the last byte.
//!
//! What is documented: 507 `low_space` as soon as less than `store.min_free` is free, reads go on, and with room again
//! ingest goes on by itself. A store is opened on a full disk by giving up the ballast. Where a write hits the end of
//! the disk before that was noticed, it is a failed write: 503 `store_failed` until a restart.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use super::journal::{Journal, Noted};
use super::server::{client, command, start, verify};
use super::{check, traffic::Traffic};
use crate::support::client::{Client, Reply};
use crate::support::server::RunningServer;

const MIB: u64 = 1024 * 1024;
const DISK: u64 = 192 * MIB;
const SETTINGS: [(&str, &str); 2] = [("REDTRAIL_STORE_MIN_FREE", "8MiB"), ("REDTRAIL_STORE_BALLAST", "48MiB")];
const PATIENCE: Duration = Duration::from_secs(60);

/// A disk of [`DISK`] bytes; goes away when dropped.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    fn mount() -> Disk {
        let disk = Disk {
            folder: tempfile::tempdir().unwrap(),
        };
        let size = format!("size={DISK}");
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &size, "redtrail-test"])
            .arg(disk.path())
            .status();
        assert!(
            mounted.unwrap().success(),
            "a tmpfs cannot be mounted: this test must be run as root"
        );
        disk
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    fn free(&self) -> u64 {
        let disk = rustix::fs::statvfs(self.path()).unwrap();
        disk.f_bavail * disk.f_frsize
    }

    /// Fills it until so many bytes are free.
    fn fill(&self, name: &str, leaving: u64) {
        let mut file = File::create(self.path().join(name)).unwrap();
        for size in [MIB as usize, 4096, 1] {
            let block = vec![0x5a; size];
            while self.free() >= leaving + size as u64 && file.write_all(&block).is_ok() {}
        }
    }

    fn make_room(&self, name: &str) {
        std::fs::remove_file(self.path().join(name)).unwrap();
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        // The server has been dropped before; if one hangs, the disk goes away with it.
        let _ = Command::new("umount").arg("-l").arg(self.path()).status();
    }
}

/// Sends traffic and notes it, on a disk that is not full.
struct Notes {
    folder: tempfile::TempDir,
    journal: Journal,
    traffic: Traffic,
    number: usize,
}

impl Notes {
    fn new(seed: u64) -> Notes {
        let folder = tempfile::tempdir().unwrap();
        Notes {
            journal: Journal::create(folder.path(), "d"),
            traffic: Traffic::new("d", seed),
            number: 0,
            folder,
        }
    }

    async fn send(&mut self, client: &Client) -> Reply {
        self.number += 1;
        let items = self.traffic.next();
        self.journal.sends(self.number, &items);
        let reply = client
            .with("content-type", "application/x-ndjson")
            .post("/api/v1/ingest", items.join("\n"))
            .await;
        if reply.status == 202 {
            self.journal.acked(self.number, &items);
        } else {
            self.journal.broken(self.number);
        }
        reply
    }

    /// Sends until the status is this one.
    async fn send_until(&mut self, client: &Client, status: u16) -> Reply {
        let begun = Instant::now();
        loop {
            let reply = self.send(client).await;
            if reply.status == status {
                return reply;
            }
            assert!(
                [202, 503, 507].contains(&reply.status),
                "{} {}",
                reply.status,
                reply.text()
            );
            assert!(
                begun.elapsed() < PATIENCE,
                "{status} does not come, but {} {}",
                reply.status,
                reply.text()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    async fn check(&self, server: &RunningServer) {
        let noted = Noted::read(self.folder.path());
        let checked = check::everything(&client(server), &noted).await;
        assert!(checked.records > 20, "{checked:?}");
    }
}

fn is_low_space(reply: &Reply) {
    assert_eq!((reply.status, reply.error_key().as_str()), (507, "low_space"));
    let wait = reply.header("retry-after").expect("says when to come again");
    assert!(wait.parse::<u64>().is_ok(), "{wait}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn with_too_little_room_ingest_waits_reads_go_on_and_room_is_enough_to_go_on() {
    let disk = Disk::mount();
    let server = start(&disk.data(), &SETTINGS);
    let admin = client(&server);
    let mut notes = Notes::new(1);
    for _ in 0..10 {
        assert_eq!(notes.send(&admin).await.status, 202);
    }
    disk.fill("filler", 4 * MIB);
    is_low_space(&notes.send_until(&admin, 507).await);
    notes.check(&server).await;
    disk.fill("rest", 0);
    assert_eq!(disk.free(), 0);
    is_low_space(&notes.send(&admin).await);
    notes.check(&server).await;
    disk.make_room("rest");
    disk.make_room("filler");
    notes.send_until(&admin, 202).await;
    notes.check(&server).await;
    verify(&disk.data());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_disk_that_is_full_in_the_middle_of_a_batch_loses_nothing_acknowledged() {
    let disk = Disk::mount();
    let server = start(
        &disk.data(),
        &[("REDTRAIL_STORE_MIN_FREE", "0B"), ("REDTRAIL_STORE_BALLAST", "48MiB")],
    );
    let admin = client(&server);
    let mut notes = Notes::new(2);
    for _ in 0..10 {
        assert_eq!(notes.send(&admin).await.status, 202);
    }
    // Room for some more: the end of the disk comes while something is written.
    disk.fill("filler", 2 * MIB);
    let begun = Instant::now();
    let refused = loop {
        let reply = notes.send(&admin).await;
        if reply.status != 202 {
            break reply;
        }
        assert!(begun.elapsed() < PATIENCE, "the disk does not get full");
    };
    // With no `store.min_free` nothing is noticed before a write fails.
    assert_eq!((refused.status, refused.error_key().as_str()), (503, "store_failed"));
    disk.make_room("filler");
    assert_eq!(notes.send(&admin).await.error_key(), "store_failed");
    // What was acknowledged is read all the same.
    notes.check(&server).await;
    server.kill();
    let server = start(&disk.data(), &SETTINGS);
    let admin = client(&server);
    notes.send_until(&admin, 202).await;
    notes.check(&server).await;
    verify(&disk.data());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 1)]
async fn a_store_opens_on_a_full_disk_by_giving_up_its_ballast() {
    let disk = Disk::mount();
    let server = start(&disk.data(), &SETTINGS);
    let mut notes = Notes::new(3);
    let admin = client(&server);
    for _ in 0..10 {
        assert_eq!(notes.send(&admin).await.status, 202);
    }
    let ballast = disk.data().join("ballast");
    let begun = Instant::now();
    while !ballast.exists() {
        assert!(begun.elapsed() < PATIENCE, "there is no ballast");
        notes.send(&admin).await;
    }
    server.kill();
    disk.fill("filler", 0);
    assert_eq!(disk.free(), 0);

    let server = start(&disk.data(), &SETTINGS);
    assert!(!ballast.exists(), "the ballast was given up");
    let admin = client(&server);
    notes.check(&server).await;
    disk.fill("rest", 4 * MIB);
    is_low_space(&notes.send_until(&admin, 507).await);
    disk.fill("last", 0);
    is_low_space(&notes.send(&admin).await);
    notes.check(&server).await;
    server.kill();

    // Now there is nothing left to give up.
    let (status, told) = RunningServer::try_spawn(command(&disk.data(), &SETTINGS))
        .err()
        .expect("it cannot start");
    assert_eq!(status.code(), Some(1), "{told}");
    assert!(
        told.contains("disk") || told.contains("space"),
        "says what to do: {told}"
    );

    for file in ["last", "rest", "filler"] {
        disk.make_room(file);
    }
    let server = start(&disk.data(), &SETTINGS);
    notes.send_until(&client(&server), 202).await;
    notes.check(&server).await;
    verify(&disk.data());
}
