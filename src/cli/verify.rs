//! `redtrail verify`

use std::process::ExitCode;

use serde_json::json;

use super::arguments::VerifyArguments;
use super::configuration;
use super::reach::Reach;

/// Prints what was read and what is damaged.
///
/// # Errors
/// The configuration cannot be used, or the store cannot be read at all.
pub async fn run(arguments: &VerifyArguments) -> anyhow::Result<ExitCode> {
    let mut reach = Reach::open(&configuration(&arguments.place, Vec::new())?).await?;
    let verified = reach.verify().await?;
    reach.close().await?;
    if arguments.json {
        println!("{}", json!({ "checked": verified.checked, "damage": verified.damage }));
    } else {
        for line in &verified.checked {
            println!("{line}");
        }
        for line in &verified.damage {
            println!("Damaged: {line}");
        }
        match verified.damage.len() {
            0 => println!("Nothing is damaged."),
            parts => println!("Damaged parts: {parts}. Restore a backup, or keep this folder for whoever can help."),
        }
    }
    Ok(if verified.damage.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
