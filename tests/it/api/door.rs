//! What every request passes: ids, headers, errors, foreign sites, and requests that are none.

use hyper::Method;
use redtrail::access::Role;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::web::{Setup, TestServer};

#[tokio::test]
async fn every_answer_has_an_id_and_the_headers_that_keep_a_browser_safe() {
    let server = TestServer::start().await;
    let mut ids = std::collections::HashSet::new();
    for path in ["/healthz", "/api/v1/nothing", "/nothing", "/api/v1/flow-runs"] {
        let reply = server.nobody().get(path).await;
        assert!(ids.insert(reply.header("x-request-id").unwrap().to_owned()));
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(reply.header("referrer-policy"), Some("same-origin"));
        assert_eq!(reply.header("cache-control"), Some("no-store"));
        let policy = reply.header("content-security-policy").unwrap();
        assert!(
            policy.starts_with("default-src 'none'; ") && !policy.contains("unsafe"),
            "{policy}"
        );
    }
}

#[tokio::test]
async fn an_unknown_address_is_answered_as_the_place_it_would_be_at() {
    let server = TestServer::start().await;
    let reply = server.nobody().get("/api/v1/nothing").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (404, "not_found"));
    let reply = server.nobody().get("/nothing").await;
    assert_eq!(reply.status, 404);
    assert_eq!(reply.header("content-type"), Some("text/html; charset=utf-8"));
}

#[tokio::test]
async fn a_method_an_address_does_not_know_is_refused_with_those_it_knows() {
    let server = TestServer::start().await;
    let reply = server.nobody().post("/healthz", "").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (405, "method_not_allowed"));
    assert_eq!(reply.header("allow"), Some("GET, HEAD"));
    let reply = server.nobody().send(Method::HEAD, "/healthz", "").await;
    assert_eq!((reply.status, reply.body.len()), (200, 0));
}

#[tokio::test]
async fn the_health_check_needs_no_token_and_tells_only_whether_all_is_well() {
    let server = TestServer::start().await;
    let reply = server.nobody().get("/healthz").await;
    assert_eq!((reply.status, reply.text()), (200, "{\"status\":\"ok\"}"));
    server.store.close().await.unwrap();
    let reply = server.nobody().get("/healthz").await;
    assert_eq!((reply.status, reply.text()), (503, "{\"status\":\"unavailable\"}"));
}

/// Sends bytes as they are and reads what comes until the connection ends.
pub async fn raw(server: &TestServer, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    stream.write_all(bytes).await.unwrap();
    let mut answer = Vec::new();
    // A reset after the answer is the server's way to end a connection it cannot read on.
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn what_is_no_http_is_answered_400_and_the_server_goes_on() {
    let server = TestServer::start().await;
    let long_header = format!("GET / HTTP/1.1\r\nx: {}\r\n\r\n", "x".repeat(200_000));
    for (bytes, status) in [
        (
            &b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 hello TLS\r\n\r\n"[..],
            "400",
        ),
        (b"GARBAGE\r\n\r\n", "400"),
        (
            b"GET /\xff\xfe HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
            "4",
        ),
        (
            b"POST /healthz HTTP/1.1\r\nhost: localhost\r\ncontent-length: x\r\n\r\n",
            "400",
        ),
        (long_header.as_bytes(), "431"),
    ] {
        let answer = raw(&server, bytes).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{answer}");
    }
    assert_eq!(server.nobody().get("/healthz").await.status, 200);
}

#[tokio::test]
async fn a_long_address_is_refused_and_says_why() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let reply = reader
        .get(&format!("/api/v1/flow-runs?flowId={}", "x".repeat(60_000)))
        .await;
    assert_eq!((reply.status, reply.error_key().as_str()), (413, "request_too_large"));
    let head = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(70_000));
    let answer = raw(&server, head.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}
#[tokio::test]
async fn whoever_opens_the_local_socket_is_an_administrator() {
    let setup = Setup {
        has_socket: true,
        ..Setup::default()
    };
    let server = TestServer::with(setup).await;
    assert_eq!(server.local().get("/api/v1/tokens").await.status, 200);
    assert_eq!(server.nobody().get("/api/v1/tokens").await.status, 401);
}

#[tokio::test]
async fn an_address_whose_encoding_cannot_be_read_is_refused() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    for path in [
        "/api/v1/flow-runs/%zz",
        "/api/v1/flow-runs/%ff",
        "/api/v1/flow-runs?flowId=%zz",
        "/api/v1/flow-runs/%",
    ] {
        let reply = reader.get(path).await;
        assert_eq!(
            (reply.status, reply.error_key().as_str()),
            (400, "invalid_parameter"),
            "{path}"
        );
    }
}
