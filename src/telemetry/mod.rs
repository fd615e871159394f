//! What the process says about itself: lines on stderr. Never bodies, secrets or addresses of clients.

use tracing_subscriber::EnvFilter;

use crate::config::{LogFormat, Server};

/// What only repeats what we say ourselves is left out, unless `server.log` names it.
const QUIET: &str = "actix_server=warn";

/// Begins to write log lines as `server.log` and `server.log_format` say. Doing it again changes nothing, so that
/// several servers can live in one process of tests.
///
/// # Errors
/// The filter cannot be read, which [`Config::load`](crate::config::Config::load) refuses before.
pub fn start(server: &Server) -> Result<(), tracing_subscriber::filter::ParseError> {
    let filter = EnvFilter::builder().parse(format!("{QUIET},{}", server.log))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // An error means that there is a subscriber already.
    let _already_started = match server.log_format {
        LogFormat::Text => lines.with_target(false).with_ansi(false).try_init(),
        LogFormat::Json => lines.json().try_init(),
    };
    Ok(())
}
