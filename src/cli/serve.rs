//! `redtrail serve`

use std::process::ExitCode;

use super::arguments::ServeArguments;
use super::{configuration, demo, greeting};
use crate::app::{Application, Purpose, Running};
use crate::config::{ADMIN_TOKEN_VARIABLE, Flag};
use crate::telemetry;

/// Where `--demo` keeps its data.
const DEMO_FOLDER: &str = "./redtrail-demo";

/// Runs the server until it is told to stop.
///
/// # Errors
/// The configuration cannot be used, the server cannot start, or it did not stop as it should.
pub async fn run(mut arguments: ServeArguments) -> anyhow::Result<ExitCode> {
    if arguments.demo {
        // The configured folder holds real data, perhaps.
        arguments.place.data_dir.get_or_insert_with(|| DEMO_FOLDER.to_owned());
    }
    let listen = arguments.listen.map(|value| Flag {
        key: "server.listen",
        name: "--listen",
        value,
    });
    let config = configuration(&arguments.place, listen.into_iter().collect())?;
    telemetry::start(&config.server)?;
    let admin_token = std::env::var_os(ADMIN_TOKEN_VARIABLE).map(|value| value.to_string_lossy().into_owned());
    let purpose = if arguments.demo { Purpose::Demo } else { Purpose::Own };
    let mut running = Application::build(config, purpose, admin_token.as_deref())
        .await?
        .start()?;
    let welcomed = welcome(&mut running, purpose).await;
    if let Ok(Welcome::Said) = welcomed {
        running.told_to_stop().await;
    }
    let stopped = running.stop().await;
    welcomed?;
    stopped?;
    Ok(ExitCode::SUCCESS)
}

enum Welcome {
    Said,
    /// Told to stop before all was said.
    Stopped,
}

/// Fills a demonstration, and tells where to look.
async fn welcome(running: &mut Running, purpose: Purpose) -> anyhow::Result<Welcome> {
    if purpose == Purpose::Demo {
        let sending = demo::Sending::prepare(running).await?;
        tokio::select! {
            sent = sending.send() => println!("Sent {} made-up records.", sent?),
            () = running.told_to_stop() => return Ok(Welcome::Stopped),
        }
    }
    print!("{}", greeting::text(running, purpose).await?);
    Ok(Welcome::Said)
}
