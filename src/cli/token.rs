//! `redtrail token create|list|revoke`

use std::process::ExitCode;

use anyhow::Context as _;
use serde::Serialize;
use serde_json::value::RawValue;

use super::arguments::{CreateArguments, TokenCommand};
use super::configuration;
use super::reach::Reach;
use crate::access::{NewToken, Token};
use crate::model::id::Id;

/// # Errors
/// The arguments or the configuration cannot be used, or it was not done.
pub async fn run(command: TokenCommand) -> anyhow::Result<ExitCode> {
    match command {
        TokenCommand::Create(arguments) => create(*arguments).await?,
        TokenCommand::List { place, json } => {
            let mut reach = Reach::open(&configuration(&place, Vec::new())?).await?;
            let tokens = reach.tokens().await?;
            reach.close().await?;
            if json {
                println!("{}", serde_json::to_string(&Listed { items: &tokens })?);
            } else {
                print!("{}", table(&tokens));
            }
        }
        TokenCommand::Revoke { place, id } => {
            let mut reach = Reach::open(&configuration(&place, Vec::new())?).await?;
            reach.revoke_token(&id).await?;
            reach.close().await?;
            println!("The token {id} is revoked.");
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// As `GET /api/v1/tokens` answers.
#[derive(Serialize)]
struct Listed<'a> {
    items: &'a [Token],
}

/// The secret goes to stdout alone, so that a script can take it; what people want to know goes to stderr.
async fn create(arguments: CreateArguments) -> anyhow::Result<()> {
    let id = |flag: &'static str, text: Option<String>| match text {
        Some(text) => Id::parse(&text)
            .map(Some)
            .map_err(|rule| anyhow::anyhow!("{flag}: expected {rule}")),
        None => Ok(None),
    };
    let default_meta = arguments.default_meta.map(RawValue::from_string).transpose();
    let new = NewToken {
        name: arguments.name,
        role: arguments.role.into(),
        customer: id("--customer", arguments.customer)?,
        default_customer: id("--default-customer", arguments.default_customer)?,
        default_integration: id("--default-integration", arguments.default_integration)?,
        default_meta: default_meta.context("--default-meta: expected a JSON object")?,
        id_prefix: arguments.id_prefix,
    };
    let mut reach = Reach::open(&configuration(&arguments.place, Vec::new())?).await?;
    let created = reach.create_token(new).await?;
    reach.close().await?;
    if arguments.json {
        println!("{}", created.json);
    } else {
        let token = &created.token;
        eprintln!(
            "Made the token {} ({}, {}). Its secret is told this once:",
            token.id,
            token.name,
            role(token)
        );
        println!("{}", created.secret);
    }
    Ok(())
}

fn role(token: &Token) -> String {
    format!("{:?}", token.role).to_lowercase()
}

/// A line for each token, in columns.
fn table(tokens: &[Token]) -> String {
    let head = ["ID", "NAME", "ROLE", "CUSTOMER", "CREATED", "REVOKED"].map(str::to_owned);
    let row = |token: &Token| {
        let customer = token.customer.as_ref().map_or("all", Id::as_str);
        let revoked = token.revoked_at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        [
            token.id.clone(),
            token.name.clone(),
            role(token),
            customer.to_owned(),
            token.created_at.to_string(),
            revoked,
        ]
    };
    let rows: Vec<[String; 6]> = std::iter::once(head).chain(tokens.iter().map(row)).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..6).map(width).collect();
    let mut out = String::new();
    for row in &rows {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        out.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        out.push('\n');
    }
    out
}
