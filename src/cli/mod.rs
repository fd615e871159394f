//! The command line.

mod arguments;
mod check_config;
pub mod client;
mod demo;
mod export;
mod greeting;
mod import;
mod link;
pub mod load;
mod progress;
mod reach;
mod serve;
mod stop;
mod token;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::config::{Config, Flag, Mistakes, VARIABLE_PREFIX};
use arguments::{Arguments, Command, Place};

/// Exit code of arguments or a configuration that cannot be used.
const UNUSABLE: u8 = 2;

/// Reads the arguments and does what they say; the exit code is 0 when it was done, 1 when it failed, 2 when
/// the arguments or the configuration cannot be used.
pub fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            // Nobody reads any more: nothing to be told.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(UNUSABLE));
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("redtrail: no threads can be started: {error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(run(arguments.command));
    // A thread that hangs in the store must not keep the process from its end.
    runtime.shutdown_background();
    done.unwrap_or_else(|error| {
        eprintln!("redtrail: {error:#}");
        if error.is::<Mistakes>() {
            ExitCode::from(UNUSABLE)
        } else {
            ExitCode::FAILURE
        }
    })
}

async fn run(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(arguments) => serve::run(arguments).await,
        Command::CheckConfig { file } => check_config::run(&file),
        Command::Token(command) => token::run(command).await,
        Command::Link(place) => link::run(&place).await,
        Command::Verify(arguments) => verify::run(&arguments).await,
        Command::Export(arguments) => export::run(&arguments).await,
        Command::Import(arguments) => import::run(&arguments).await,
        Command::Load(arguments) => load::run(&arguments).await,
    }
}

/// The configuration of a command.
fn configuration(place: &Place, mut flags: Vec<Flag>) -> Result<Config, Mistakes> {
    if let Some(folder) = &place.data_dir {
        flags.push(Flag {
            key: "store.data_dir",
            name: "--data-dir",
            value: folder.clone(),
        });
    }
    let environment = std::env::vars_os().filter_map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        // A value that is no text cannot be right, and its rule will say so.
        let value = value.to_string_lossy().into_owned();
        name.starts_with(VARIABLE_PREFIX).then_some((name, value))
    });
    Config::load(place.config.as_deref(), environment, &flags)
}
