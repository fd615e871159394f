//! How a command reaches the store: through the server that runs, or by opening the folder itself.

use std::io::ErrorKind;
use std::time::Duration;

use anyhow::{Context as _, bail};
use hyper::Method;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::client::{Client, ClientError};
use crate::access::{NewToken, Token};
use crate::app::{Absent, Data, Folder, SocketPath, URL_FILE, base_url};
use crate::config::Config;
use crate::store::Verified;

/// How long a server may read everything back.
const VERIFY_MAX: Duration = Duration::from_secs(6 * 3600);

/// A way to the store of a data folder.
pub enum Reach {
    Server { client: Box<Client>, folder: Folder },
    Folder { data: Data, url: String },
}

/// A token that was just made, with what is told only once.
pub struct Created {
    pub token: Token,
    pub secret: String,
    /// The server's own words, or what it would have said.
    pub json: String,
}

/// As `POST /api/v1/tokens` answers.
#[derive(Serialize)]
struct Told<'a> {
    #[serde(flatten)]
    token: &'a Token,
    secret: &'a str,
}

#[derive(Deserialize)]
struct Secret {
    secret: String,
}

#[derive(Deserialize)]
struct Items {
    items: Vec<Token>,
}

#[derive(Deserialize)]
struct Link {
    path: String,
}

#[derive(Deserialize)]
struct Checked {
    checked: Vec<String>,
    damage: Vec<String>,
}

/// The part of an error object that is told to people.
#[derive(Deserialize)]
struct ErrorAnswer {
    message: String,
}

impl Reach {
    /// Asks the server of the configured folder, or opens the folder when none runs.
    ///
    /// # Errors
    /// There is no such folder, it cannot be opened, or a process has it open that does not answer.
    pub async fn open(config: &Config) -> anyhow::Result<Reach> {
        let folder = Folder::open(&config.store.data_dir, Absent::Refuse)?;
        let mut client = Client::unix(SocketPath::of(folder.path())?).within(VERIFY_MAX);
        match client.connect().await {
            Ok(()) => Ok(Reach::Server {
                client: Box::new(client),
                folder,
            }),
            Err(ClientError::Connect(error))
                if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) =>
            {
                Ok(Reach::Folder {
                    data: Data::open(config, Absent::Refuse, None).await?,
                    url: base_url(config, config.server.listen),
                })
            }
            Err(error) => Err(error).context("the server of the data folder cannot be reached"),
        }
    }

    /// # Errors
    /// A rule of new tokens is broken, or the store did not take it.
    pub async fn create_token(&mut self, new: NewToken) -> anyhow::Result<Created> {
        match self {
            Reach::Server { client, .. } => {
                let body = serde_json::to_string(&new)?;
                let json = ask(client, Method::POST, "/api/v1/tokens", body).await?;
                Ok(Created {
                    token: read(&json)?,
                    secret: read::<Secret>(&json)?.secret,
                    json,
                })
            }
            Reach::Folder { data, .. } => {
                let (token, secret) = data.access.create(new).await?;
                let told = Told {
                    token: &token,
                    secret: &secret,
                };
                let json = serde_json::to_string(&told)?;
                Ok(Created { token, secret, json })
            }
        }
    }

    /// # Errors
    /// The store cannot be read.
    pub async fn tokens(&mut self) -> anyhow::Result<Vec<Token>> {
        match self {
            Reach::Server { client, .. } => {
                Ok(read::<Items>(&ask(client, Method::GET, "/api/v1/tokens", "").await?)?.items)
            }
            Reach::Folder { data, .. } => Ok(data.access.tokens().await?),
        }
    }

    /// # Errors
    /// There is no such token, or the store did not take it.
    pub async fn revoke_token(&mut self, id: &str) -> anyhow::Result<()> {
        // It becomes a part of a path: only what our ids are made of.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            bail!("{id:?} is no id of a token: `redtrail token list` shows them");
        }
        let revoked = match self {
            Reach::Server { client, .. } => {
                let path = format!("/api/v1/tokens/{id}");
                ask(client, Method::DELETE, &path, "").await.map(drop)
            }
            Reach::Folder { data, .. } => data.access.revoke(id).await.map(drop).map_err(Into::into),
        };
        revoked.with_context(|| format!("the token {id} was not revoked"))
    }

    /// The whole address of a fresh sign-in link.
    ///
    /// # Errors
    /// The store did not take it.
    pub async fn sign_in_link(&mut self) -> anyhow::Result<String> {
        match self {
            Reach::Server { client, folder } => {
                let path = read::<Link>(&ask(client, Method::POST, "/api/v1/sign-in-links", "").await?)?.path;
                let url = std::fs::read_to_string(folder.file(URL_FILE)).unwrap_or_default();
                Ok(format!("{}{path}", url.trim()))
            }
            Reach::Folder { data, url } => {
                let secret = data.access.create_link().await?;
                Ok(format!("{url}/sign-in?link={secret}"))
            }
        }
    }

    /// # Errors
    /// The store cannot be read at all.
    pub async fn verify(&mut self) -> anyhow::Result<Verified> {
        match self {
            Reach::Server { client, .. } => {
                let answer: Checked = read(&ask(client, Method::POST, "/api/v1/verify", "").await?)?;
                Ok(Verified {
                    checked: answer.checked,
                    damage: answer.damage,
                })
            }
            Reach::Folder { data, .. } => Ok(data.verify().await?),
        }
    }

    /// Whether a server runs.
    pub fn is_server(&self) -> bool {
        matches!(self, Reach::Server { .. })
    }

    /// Lets the folder go.
    ///
    /// # Errors
    /// The store could not finish what it does.
    pub async fn close(self) -> anyhow::Result<()> {
        match self {
            Reach::Server { .. } => Ok(()),
            Reach::Folder { data, .. } => Ok(data.close().await?),
        }
    }
}

/// Sends a request and answers the body of a good answer; of another one what it says.
async fn ask(client: &mut Client, method: Method, path: &str, body: impl Into<String>) -> anyhow::Result<String> {
    let body: String = body.into();
    let headers: &[_] = if body.is_empty() {
        &[]
    } else {
        &[("content-type", "application/json")]
    };
    let answer = client.send(method, path, headers, body).await?;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    if !answer.status.is_success() {
        let message = serde_json::from_str::<ErrorAnswer>(&text).map(|error| error.message);
        bail!(
            "{}",
            message.unwrap_or_else(|_| format!("the server answered {}", answer.status))
        );
    }
    Ok(text)
}

fn read<T: DeserializeOwned>(json: &str) -> anyhow::Result<T> {
    serde_json::from_str(json).context("the server's answer is not what this version of redtrail expects")
}
