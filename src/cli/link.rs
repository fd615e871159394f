//! `redtrail link`

use std::process::ExitCode;

use super::arguments::Place;
use super::configuration;
use super::reach::Reach;

/// Prints a fresh sign-in link.
///
/// # Errors
/// The configuration cannot be used, or the store did not take the link.
pub async fn run(place: &Place) -> anyhow::Result<ExitCode> {
    let mut reach = Reach::open(&configuration(place, Vec::new())?).await?;
    let link = reach.sign_in_link().await?;
    if !reach.is_server() {
        eprintln!("No server runs on this folder now. Start one, then open:");
    }
    reach.close().await?;
    println!("{link}");
    Ok(ExitCode::SUCCESS)
}
