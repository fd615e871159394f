//! The sender: a process of its own, this very test binary started again with an order in its environment.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::Method;
use redtrail::cli::client::Client;
use serde::{Deserialize, Serialize};

use super::journal::{Journal, Noted};
use super::traffic::Traffic;
use crate::support::server::without_settings;

/// Variable with the order, as JSON.
const ORDER: &str = "REDTRAIL_TEST_SENDER";
/// The test that is the sender when there is an order.
const TEST: &str = "faults::sender::the_sender_notes_what_was_acknowledged_and_what_broke";

/// What a sender is to do.
#[derive(Serialize, Deserialize)]
pub struct Order {
    /// Where the journals go.
    pub folder: PathBuf,
    pub address: SocketAddr,
    pub token: String,
    /// Goes before the ids of everything it sends.
    pub name: String,
    pub seed: u64,
    pub connections: usize,
    /// Bodies to be sent first, as a sender does that got no answer.
    pub again: Vec<Vec<String>>,
}

/// A running sender.
pub struct Sender {
    child: Child,
}

impl Order {
    pub fn start(&self) -> Sender {
        let mut command = Command::new(std::env::current_exe().unwrap());
        without_settings(&mut command);
        let child = command
            .args([TEST, "--exact", "--nocapture"])
            .env(ORDER, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn();
        let mut sender = Sender { child: child.unwrap() };
        let order = serde_json::to_string(self).unwrap();
        writeln!(sender.child.stdin.as_mut().unwrap(), "{order}").unwrap();
        sender
    }
}

impl Sender {
    /// Lets it finish the requests under way; it must have found nothing to complain about.
    pub fn stop(mut self) {
        drop(self.child.stdin.take());
        assert!(self.child.wait().unwrap().success(), "the sender found something wrong");
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the other process does: sends until its stdin ends or the server is gone.
fn work() {
    let mut stdin = BufReader::new(std::io::stdin());
    let mut order = String::new();
    stdin.read_line(&mut order).unwrap();
    let order: Order = serde_json::from_str(&order).unwrap();
    let is_over = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&is_over);
    std::thread::spawn(move || {
        let _ = stdin.read_to_end(&mut Vec::new());
        told.store(true, Ordering::SeqCst);
    });
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let connections: Vec<_> = (0..order.connections)
            .map(|number| tokio::spawn(connection(Connection::of(&order, number), Arc::clone(&is_over))))
            .collect();
        for connection in connections {
            connection.await.unwrap();
        }
    });
}

struct Connection {
    client: Client,
    authorization: String,
    journal: Journal,
    traffic: Traffic,
    again: Vec<Vec<String>>,
}

impl Connection {
    fn of(order: &Order, number: usize) -> Connection {
        let name = format!("{}-{number:02}", order.name);
        let mine = order.again.iter().skip(number).step_by(order.connections);
        Connection {
            client: Client::tcp(order.address),
            authorization: format!("Bearer {}", order.token),
            journal: Journal::create(&order.folder, &name),
            traffic: Traffic::new(&name, order.seed ^ (number as u64) << 32),
            again: mine.cloned().collect(),
        }
    }

    /// Whether the server answered.
    async fn send(&mut self, number: usize, items: &[String]) -> bool {
        self.journal.sends(number, items);
        loop {
            let headers = [
                ("authorization", self.authorization.as_str()),
                ("content-type", "application/x-ndjson"),
            ];
            let answer = self
                .client
                .send(Method::POST, "/api/v1/ingest", &headers, items.join("\n"))
                .await;
            let Ok(answer) = answer else {
                self.journal.broken(number);
                return false;
            };
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            if answer.status.as_u16() == 503 {
                // Not now: as told.
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
            assert_eq!(answer.status.as_u16(), 202, "{text}");
            let taken: serde_json::Value = serde_json::from_str(&text).unwrap();
            assert_eq!(taken["rejected"], serde_json::json!([]), "{text}");
            let count = taken["accepted"].as_u64().unwrap() + taken["duplicates"].as_u64().unwrap();
            assert_eq!(count, items.len() as u64, "{text}");
            self.journal.acked(number, items);
            return true;
        }
    }
}

async fn connection(mut connection: Connection, is_over: Arc<AtomicBool>) {
    let mut again = std::mem::take(&mut connection.again).into_iter();
    let mut number = 0;
    while !is_over.load(Ordering::SeqCst) {
        number += 1;
        let items = again.next().unwrap_or_else(|| connection.traffic.next());
        if !connection.send(number, &items).await {
            return;
        }
    }
}

#[test]
fn the_sender_notes_what_was_acknowledged_and_what_broke() {
    if std::env::var_os(ORDER).is_some() {
        return work();
    }
    // A server that answers the first request of a connection and then is gone.
    let folder = tempfile::tempdir().unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let order = Order {
        folder: folder.path().to_owned(),
        address: listener.local_addr().unwrap(),
        token: "pat-anything".to_owned(),
        name: "a".to_owned(),
        seed: 1,
        connections: 1,
        again: vec![vec![r#"{"kind":"flow_run","id":"r1","state":"queued"}"#.to_owned()]],
    };
    let sender = order.start();
    let (mut stream, _) = listener.accept().unwrap();
    read_request(&mut stream);
    let body = r#"{"accepted":1,"duplicates":0,"rejected":[]}"#;
    write!(
        stream,
        "HTTP/1.1 202 Accepted\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    read_request(&mut stream);
    drop(stream);
    drop(listener);
    sender.stop();
    let noted = Noted::read(folder.path());
    assert_eq!((noted.acked_requests, noted.broken.len()), (1, 1));
    let acked: Vec<&str> = noted.acked().map(|(name, _)| name.id.as_str()).collect();
    assert_eq!(acked, ["r1"]);
    assert!(noted.records.len() > 1 || noted.broken[0].len() == 1);
}

/// Reads a request; answers its body.
pub fn read_request(stream: &mut std::net::TcpStream) -> Vec<u8> {
    let mut reader = BufReader::new(stream);
    let mut length = 0;
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    body
}

/// How many requests of all journals of a folder whose names begin so were acknowledged so far.
pub fn acked_so_far(folder: &Path, name: &str) -> usize {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let files = entries.map(|entry| entry.unwrap().path()).filter(|path| {
        let file = path.file_name().unwrap().to_string_lossy().into_owned();
        file.starts_with(name) && file.ends_with(".acked")
    });
    files
        .map(|file| {
            std::fs::read_to_string(file)
                .unwrap()
                .lines()
                .filter(|line| line.starts_with("acked "))
                .count()
        })
        .sum()
}
