//! `redtrail check-config FILE`

use std::path::Path;
use std::process::ExitCode;

use crate::config::Config;

/// Prints `ok`, or every mistake in the file. The environment is left out: it is another one where the server runs.
///
/// # Errors
/// The mistakes.
pub fn run(file: &Path) -> anyhow::Result<ExitCode> {
    Config::load(Some(file), [], &[])?;
    println!("ok");
    Ok(ExitCode::SUCCESS)
}
