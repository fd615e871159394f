//! The HTTP client of the command line: one connection that is kept, over TCP or a Unix socket.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{self, HeaderMap};
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, UnixStream};

use crate::app::SocketPath;

/// Longest answer that is read, bytes.
pub const ANSWER_MAX_BYTES: usize = 64 * 1024 * 1024;
/// How long an exchange may take unless told otherwise.
const EXCHANGE_MAX: Duration = Duration::from_secs(60);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    #[error("no server answers: {0}")]
    Connect(io::Error),
    #[error("the connection failed: {0}")]
    Exchange(#[from] hyper::Error),
    #[error("the request cannot be sent: {0}")]
    Request(#[from] hyper::http::Error),
    #[error("the answer could not be read: {0}")]
    Answer(Box<dyn std::error::Error + Send + Sync>),
    #[error("no answer within {} s", .0.as_secs())]
    Late(Duration),
}

/// An answer, whatever its status.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

#[derive(Debug)]
enum Target {
    Tcp(SocketAddr),
    Unix(SocketPath),
}

/// One client has one connection and sends one request at a time.
#[derive(Debug)]
pub struct Client {
    target: Target,
    connection: Option<SendRequest<Full<Bytes>>>,
    exchange_max: Duration,
}

impl Client {
    pub fn tcp(address: SocketAddr) -> Client {
        Client::to(Target::Tcp(address))
    }

    pub fn unix(path: SocketPath) -> Client {
        Client::to(Target::Unix(path))
    }

    fn to(target: Target) -> Client {
        Client {
            target,
            connection: None,
            exchange_max: EXCHANGE_MAX,
        }
    }

    /// How long an exchange may take, connecting included.
    #[must_use]
    pub fn within(mut self, exchange_max: Duration) -> Client {
        self.exchange_max = exchange_max;
        self
    }

    /// Connects, unless connected. Sending does it too.
    ///
    /// # Errors
    /// [`ClientError::Connect`]
    pub async fn connect(&mut self) -> Result<(), ClientError> {
        if self
            .connection
            .as_ref()
            .is_some_and(|connection| !connection.is_closed())
        {
            return Ok(());
        }
        self.connection = Some(match &self.target {
            Target::Tcp(address) => {
                let stream = TcpStream::connect(address).await.map_err(ClientError::Connect)?;
                stream.set_nodelay(true).map_err(ClientError::Connect)?;
                begin(stream).await?
            }
            Target::Unix(path) => begin(UnixStream::connect(path.path()).await.map_err(ClientError::Connect)?).await?,
        });
        Ok(())
    }

    /// Sends a request and reads the whole answer. A kept connection that the server has closed meanwhile is made
    /// anew, once, if nothing of the request was sent.
    ///
    /// # Errors
    /// There is no whole answer; whether the server did something is then not known.
    pub async fn send(
        &mut self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: impl Into<Bytes>,
    ) -> Result<Answer, ClientError> {
        let exchange_max = self.exchange_max;
        let exchange = self.exchange(&method, path, headers, body.into());
        let answer = tokio::time::timeout(exchange_max, exchange).await;
        let answer = answer.unwrap_or(Err(ClientError::Late(exchange_max)));
        if answer.is_err() {
            // What comes next on it would be the answer to this request.
            self.connection = None;
        }
        answer
    }

    /// Asks for something that is read while it comes, on a connection of its own.
    ///
    /// # Errors
    /// There is no beginning of an answer in time.
    pub async fn open(&mut self, path: &str) -> Result<Response<Incoming>, ClientError> {
        let exchange_max = self.exchange_max;
        let beginning = async {
            self.connection = None;
            self.connect().await?;
            let request = self.request(&Method::GET, path, &[], Bytes::new())?;
            let Some(mut connection) = self.connection.take() else {
                return Err(ClientError::Late(exchange_max));
            };
            Ok(connection.send_request(request).await?)
        };
        let begun = tokio::time::timeout(exchange_max, beginning).await;
        begun.unwrap_or(Err(ClientError::Late(exchange_max)))
    }

    async fn exchange(
        &mut self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Answer, ClientError> {
        let was_connected = self.connection.is_some();
        loop {
            let request = self.request(method, path, headers, body.clone())?;
            self.connect().await?;
            let Some(connection) = &mut self.connection else {
                continue;
            };
            match connection.send_request(request).await {
                Ok(response) => return read(response).await,
                Err(error) if was_connected && error.is_canceled() => self.connection = None,
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn request(
        &self,
        method: &Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Bytes,
    ) -> Result<Request<Full<Bytes>>, ClientError> {
        let host = match &self.target {
            Target::Tcp(address) => address.to_string(),
            Target::Unix(_) => "localhost".to_owned(),
        };
        let mut request = Request::builder().method(method).uri(path).header(header::HOST, host);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        Ok(request.body(Full::new(body))?)
    }
}

async fn begin<S>(stream: S) -> Result<SendRequest<Full<Bytes>>, ClientError>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (connection, driver) = handshake(TokioIo::new(stream)).await?;
    tokio::spawn(async move {
        // Whatever ends the connection is told to the request that is under way.
        let _ = driver.await;
    });
    Ok(connection)
}

async fn read(response: Response<Incoming>) -> Result<Answer, ClientError> {
    let (head, body) = response.into_parts();
    let body = Limited::new(body, ANSWER_MAX_BYTES).collect().await;
    Ok(Answer {
        status: head.status,
        headers: head.headers,
        body: body.map_err(ClientError::Answer)?.to_bytes(),
    })
}
