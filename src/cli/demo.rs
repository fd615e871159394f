//! Fills a demonstration: its records go through the same door as everybody's.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use anyhow::bail;
use hyper::Method;
use serde::Deserialize;

use super::client::Client;
use crate::access::{NewToken, Role};
use crate::app::Running;
use crate::clock::{Clock, SystemClock};
use crate::demo;

/// Name of the token, so the source of the records.
const SOURCE: &str = "demo";
/// The source of what a hand-written script sends.
const SCRIPT: &str = "order-sync-script";
/// The same company at each start.
const SEED: u64 = 1;

/// What the door answers.
#[derive(Deserialize)]
struct Taken {
    accepted: usize,
    duplicates: usize,
    rejected: Vec<serde_json::Value>,
}

/// Everything that is needed to send.
pub struct Sending {
    client: Client,
    authorization: String,
    of_script: String,
}

impl Sending {
    /// Makes the tokens that the records are sent with.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn prepare(running: &Running) -> anyhow::Result<Sending> {
        let (_, secret) = running.create_token(sender(SOURCE)).await?;
        let (_, of_script) = running.create_token(sender(SCRIPT)).await?;
        Ok(Sending {
            client: Client::tcp(reachable(running.address())),
            authorization: format!("Bearer {secret}"),
            of_script: format!("Bearer {of_script}"),
        })
    }

    /// Sends all; answers how many records were taken.
    ///
    /// # Errors
    /// A request was not answered, or one record was not taken.
    pub async fn send(mut self) -> anyhow::Result<usize> {
        let now = SystemClock.now();
        let mut sent = 0;
        for body in demo::bodies(SEED, now) {
            let authorization = self.authorization.clone();
            let taken = self.post(&authorization, body).await?;
            if let Some(refused) = taken.rejected.first() {
                bail!("made-up records were refused: {refused}");
            }
            sent += taken.accepted + taken.duplicates;
        }
        // What is refused of it is what its page is for.
        let authorization = self.of_script.clone();
        let taken = self.post(&authorization, demo::script::body(now)).await?;
        Ok(sent + taken.accepted + taken.duplicates)
    }

    async fn post(&mut self, authorization: &str, body: String) -> anyhow::Result<Taken> {
        let headers = [
            ("authorization", authorization),
            ("content-type", "application/x-ndjson"),
        ];
        let answer = self.client.send(Method::POST, "/api/v1/ingest", &headers, body).await?;
        match serde_json::from_slice(&answer.body) {
            Ok(taken) if answer.status.is_success() => Ok(taken),
            _ => bail!("made-up records were not taken: the server answered {}", answer.status),
        }
    }
}

fn sender(name: &str) -> NewToken {
    NewToken {
        name: name.to_owned(),
        role: Role::Ingest,
        customer: None,
        default_customer: None,
        default_integration: None,
        default_meta: None,
        id_prefix: None,
    }
}

/// Where a server on this machine is reached: all addresses are reached through the loopback one.
fn reachable(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}
