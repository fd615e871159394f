//! Every setting: its name, unit and default. A flag beats `REDTRAIL_SECTION_KEY` beats the file beats the default.
//!
//! Each section is a file here that says for each key its default and its rule. All mistakes are told at once.

mod auth;
mod given;
mod ingest;
mod limits;
mod mistake;
mod redaction;
mod rule;
mod server;
mod store;

use std::path::Path;

pub use auth::Auth;
pub use given::Flag;
pub use ingest::Ingest;
pub use limits::Limits;
pub use mistake::{Mistake, Mistakes, Place};
pub use redaction::Redaction;
pub use server::{LogFormat, Server};
pub use store::Store;

use given::Given;

/// Longest configuration file, bytes.
pub const FILE_MAX_BYTES: u64 = 1024 * 1024;
/// What every environment variable of ours begins with.
pub const VARIABLE_PREFIX: &str = "REDTRAIL_";
/// The administrator's token: a secret, so it is no key of the file and no part of [`Config`].
pub const ADMIN_TOKEN_VARIABLE: &str = "REDTRAIL_ADMIN_TOKEN";
/// The token that commands of the command line send with.
pub const TOKEN_VARIABLE: &str = "REDTRAIL_TOKEN";

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;
const GIB: u64 = 1024 * MIB;
const TIB: u64 = 1024 * GIB;

/// The whole configuration.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Config {
    pub server: Server,
    pub store: Store,
    pub ingest: Ingest,
    pub limits: Limits,
    pub redaction: Redaction,
    pub auth: Auth,
}

impl Config {
    /// Reads the configuration from a file (or none), the environment (all of it: variables that do not begin with
    /// [`VARIABLE_PREFIX`] are left alone) and flags.
    ///
    /// # Errors
    /// Everything that is wrong, each with where it was found and what was expected.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[Flag],
    ) -> Result<Config, Mistakes> {
        let mut given = Given::default();
        if let Some(path) = file {
            given.take_file(path);
        }
        given.take_environment(environment);
        given.take_flags(flags);
        let config = Config::read(&mut given);
        given.finish().map(|()| config)
    }

    fn read(given: &mut Given) -> Config {
        let config = Config {
            server: Server::read(given),
            store: Store::read(given),
            ingest: Ingest::read(given),
            limits: Limits::read(given),
            redaction: Redaction::read(given),
            auth: Auth::read(given),
        };
        given.require(
            "limits.record_bytes",
            config.limits.record_bytes <= config.limits.request_bytes,
            "expected at most limits.request_bytes",
        );
        given.require(
            "ingest.in_flight",
            config.ingest.in_flight >= config.limits.request_bytes,
            "expected at least limits.request_bytes, or the largest request could never be taken",
        );
        config
    }

    /// The names of all keys, `section.key`, in the order of the sections.
    pub fn keys() -> Vec<&'static str> {
        let mut given = Given::default();
        Config::read(&mut given);
        given.known().to_vec()
    }
}
