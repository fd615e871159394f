//! The server of the fault tests: the real binary, small limits where a test wants them, an administrator's token.

use std::path::Path;
use std::process::Command;

use crate::support::client::{Client, Target};
use crate::support::server::{RunningServer, redtrail};

/// The administrator's token of every server here.
pub const TOKEN: &str = "pat-0123456789abcdefghijklmnopqrstuvwxyzABCDEF";

/// `redtrail serve` on this folder, with these settings.
pub fn command(folder: &Path, settings: &[(&str, &str)]) -> Command {
    let mut command = redtrail();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder)
        .env("REDTRAIL_ADMIN_TOKEN", TOKEN)
        .envs(settings.iter().copied());
    command
}

pub fn start(folder: &Path, settings: &[(&str, &str)]) -> RunningServer {
    RunningServer::spawn(command(folder, settings))
}

/// An administrator.
pub fn client(server: &RunningServer) -> Client {
    Client::new(Target::Network(server.address())).with_token(TOKEN)
}

/// Reads everything back with the command line, which asks the server if one runs, and finds nothing damaged.
pub fn verify(folder: &Path) {
    let output = redtrail().arg("verify").arg("--data-dir").arg(folder).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{told}");
    assert!(told.contains("Nothing is damaged"), "{told}");
}
