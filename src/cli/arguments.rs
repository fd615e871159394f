//! What can be asked on the command line.

use std::path::PathBuf;
use std::sync::LazyLock;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::export::ExportArguments;
use super::import::ImportArguments;
use super::load::LoadArgs;
use crate::access::Role;
use crate::store::embedded::FORMAT_VERSION;

/// `redtrail 0.1.0 (commit abc1234, format 1)`
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let (version, commit) = (env!("CARGO_PKG_VERSION"), env!("BUILD_COMMIT"));
    format!("{version} (commit {commit}, format {FORMAT_VERSION})")
});

/// Finds out why an integration failed, did the wrong thing, or never ran.
#[derive(Debug, Parser)]
#[command(name = "redtrail", version = VERSION.as_str(), arg_required_else_help = true, args_override_self = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run the server.
    Serve(ServeArguments),
    /// Name every mistake in a configuration file.
    CheckConfig {
        /// The file.
        file: PathBuf,
    },
    /// Make, list and revoke tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Print a fresh sign-in link: it works once, for an hour, and gives an administrator's session.
    Link(Place),
    /// Read everything back and name what is damaged; the exit code is 1 when something is.
    Verify(VerifyArguments),
    /// Write everything that is kept as NDJSON, oldest first.
    Export(Box<ExportArguments>),
    /// Load history that `export` wrote, or NDJSON as senders send it.
    Import(ImportArguments),
    /// Send made-up traffic to a running server and measure how fast it is acknowledged.
    Load(LoadArgs),
}

/// Which configuration, and which data folder.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// The configuration file; config.example.toml has every setting.
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder that holds all data [default: ./redtrail-data].
    #[arg(long, value_name = "FOLDER")]
    pub data_dir: Option<String>,
}

#[derive(Debug, Args)]
pub struct ServeArguments {
    #[command(flatten)]
    pub place: Place,
    /// IP address and port to listen on [default: 127.0.0.1:8080].
    #[arg(long, value_name = "ADDRESS")]
    pub listen: Option<String>,
    /// Show made-up data, in a folder of its own (./redtrail-demo) that is emptied at each start.
    #[arg(long)]
    pub demo: bool,
}

#[derive(Debug, Subcommand)]
pub enum TokenCommand {
    /// Make a token and print its secret, which is told this once.
    Create(Box<CreateArguments>),
    /// List tokens, revoked ones too.
    List {
        #[command(flatten)]
        place: Place,
        /// Print JSON.
        #[arg(long)]
        json: bool,
    },
    /// Revoke a token: from now on it and the sessions made with it open nothing.
    Revoke {
        #[command(flatten)]
        place: Place,
        /// Its id, as `token list` shows it.
        id: String,
    },
}

#[derive(Debug, Args)]
pub struct CreateArguments {
    #[command(flatten)]
    pub place: Place,
    /// Its name, 1 to 64 characters: the `source` of what it sends.
    #[arg(long)]
    pub name: String,
    /// What it may do.
    #[arg(long)]
    pub role: RoleArgument,
    /// Limit it to one customer. A sender then needs --id-prefix.
    #[arg(long, value_name = "ID")]
    pub customer: Option<String>,
    /// Customer of records that name none.
    #[arg(long, value_name = "ID")]
    pub default_customer: Option<String>,
    /// Integration of records that name none.
    #[arg(long, value_name = "ID")]
    pub default_integration: Option<String>,
    /// JSON object whose members go to `meta` of records that do not have them.
    #[arg(long, value_name = "JSON")]
    pub default_meta: Option<String>,
    /// Goes before the ids of its records, for senders whose ids are not unique.
    #[arg(long, value_name = "TEXT")]
    pub id_prefix: Option<String>,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RoleArgument {
    /// Send records.
    Ingest,
    /// Look at records and pages.
    Read,
    /// Everything.
    Admin,
}

impl From<RoleArgument> for Role {
    fn from(role: RoleArgument) -> Role {
        match role {
            RoleArgument::Ingest => Role::Ingest,
            RoleArgument::Read => Role::Read,
            RoleArgument::Admin => Role::Admin,
        }
    }
}

#[derive(Debug, Args)]
pub struct VerifyArguments {
    #[command(flatten)]
    pub place: Place,
    /// Print JSON.
    #[arg(long)]
    pub json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_arguments_do_not_contradict_each_other() {
        Arguments::command().debug_assert();
    }
}
