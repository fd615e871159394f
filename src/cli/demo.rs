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
}

impl Sending {
    /// Makes the token that the records are sent with.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn prepare(running: &Running) -> anyhow::Result<Sending> {
        let new = NewToken {
            name: SOURCE.to_owned(),
            role: Role::Ingest,
            customer: None,
            default_customer: None,
            default_integration: None,
            default_meta: None,
            id_prefix: None,
        };
        let (_, secret) = running.create_token(new).await?;
        Ok(Sending {
            client: Client::tcp(reachable(running.address())),
            authorization: format!("Bearer {secret}"),
        })
    }

    /// Sends all; answers how many records were taken.
    ///
    /// # Errors
    /// A request was not answered, or one record was not taken.
    pub async fn send(mut self) -> anyhow::Result<usize> {
        let headers = [
            ("authorization", self.authorization.as_str()),
            ("content-type", "application/x-ndjson"),
        ];
        let mut sent = 0;
        for body in demo::bodies(SEED, SystemClock.now()) {
            let answer = self.client.send(Method::POST, "/api/v1/ingest", &headers, body).await?;
            let taken: Option<Taken> = serde_json::from_slice(&answer.body).ok();
            match taken {
                Some(taken) if answer.status.is_success() && taken.rejected.is_empty() => {
                    sent += taken.accepted + taken.duplicates;
                }
                Some(taken) => bail!(
                    "made-up records were refused: {}",
                    taken.rejected.first().unwrap_or_default()
                ),
                None => bail!("made-up records were not taken: the server answered {}", answer.status),
            }
        }
        Ok(sent)
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
