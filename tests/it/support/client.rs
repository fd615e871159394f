//! A small HTTP client: a connection for every request, over TCP or a Unix socket.

use std::net::SocketAddr;
use std::path::PathBuf;

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpStream, UnixStream};

/// Where requests go.
#[derive(Debug, Clone)]
pub enum Target {
    Network(SocketAddr),
    Socket(PathBuf),
}

/// Somebody who asks: headers that go with every request. Clone it to ask as somebody else.
#[derive(Debug, Clone)]
pub struct Client {
    target: Target,
    headers: Vec<(String, String)>,
}

/// An answer, read to its end.
#[derive(Debug, Clone)]
pub struct Reply {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Client {
    /// Somebody without a token.
    pub fn new(target: Target) -> Client {
        Client {
            target,
            headers: Vec::new(),
        }
    }

    /// With a header more; one of the same name is replaced.
    pub fn with(&self, name: &str, value: &str) -> Client {
        let mut client = self.clone();
        client.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        client.headers.push((name.to_owned(), value.to_owned()));
        client
    }

    pub fn with_token(&self, token: &str) -> Client {
        self.with("authorization", &format!("Bearer {token}"))
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, "").await
    }

    pub async fn post(&self, path: &str, body: impl Into<Bytes>) -> Reply {
        self.send(Method::POST, path, body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, "").await
    }

    pub async fn send(&self, method: Method, path: &str, body: impl Into<Bytes>) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if !self.headers.iter().any(|(name, _)| name == "host") {
            request = request.header("host", "localhost");
        }
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(body.into())).unwrap();
        match &self.target {
            Target::Network(address) => exchange(TcpStream::connect(address).await.unwrap(), request).await,
            Target::Socket(path) => exchange(UnixStream::connect(path).await.unwrap(), request).await,
        }
    }
}

async fn exchange<S>(stream: S, request: Request<Full<Bytes>>) -> Reply
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let (mut sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(stream))
        .await
        .unwrap();
    // Ends with an error when the server answers before it has read a body: the answer counts.
    tokio::spawn(connection);
    let response = sender.send_request(request).await.unwrap();
    let text = |value: &hyper::header::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    let headers = response.headers().iter();
    Reply {
        status: response.status().as_u16(),
        headers: headers
            .map(|(name, value)| (name.as_str().to_owned(), text(value)))
            .collect(),
        body: response.into_body().collect().await.unwrap().to_bytes().to_vec(),
    }
}

impl Reply {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// The body as JSON, of an answer that was meant to be good.
    pub fn json(&self) -> serde_json::Value {
        assert!(self.status < 300, "{} {}", self.status, self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    /// The key of an error, whose shape is checked.
    pub fn error_key(&self) -> String {
        let error: serde_json::Value = serde_json::from_str(self.text()).unwrap();
        assert_eq!(error["status"], self.status, "{error}");
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(error["requestId"], self.header("x-request-id").unwrap());
        assert!(["bad_request", "internal", "concurrency"].contains(&error["type"].as_str().unwrap()));
        for member in ["message", "title", "instance"] {
            assert!(!error[member].as_str().unwrap().is_empty(), "{error}");
        }
        error["key"].as_str().unwrap().to_owned()
    }
}
