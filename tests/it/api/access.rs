//! Who may what: every address with every role, foreign sites, hosts and sessions.

use hyper::Method;
use redtrail::access::Role;
use redtrail::config::Config;
use redtrail::web::auth::Need;
use redtrail::web::routes::rows;

use crate::support::client::Client;
use crate::support::web::{Setup, TestServer, new_token};

/// The path of a row with something in the place of each parameter.
fn path(pattern: &str) -> String {
    let parts = pattern
        .split('/')
        .map(|part| if part.starts_with('{') { "x" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

async fn status(client: &Client, method: &Method, path: &str) -> u16 {
    let reply = client.send(method.clone(), path, "").await;
    if reply.status >= 400 && path != "/healthz" {
        reply.error_key();
    }
    reply.status
}

#[tokio::test]
async fn every_address_lets_in_the_roles_it_is_for_and_no_others() {
    let server = TestServer::start().await;
    let clients = [
        (None, server.nobody()),
        (
            None,
            server.nobody().with(
                "authorization",
                "Bearer pat-0000000000000000000000000000000000000000000",
            ),
        ),
        (None, server.nobody().with("authorization", "Basic cGF0OnBhdA==")),
        (None, server.nobody().with("cookie", "redtrail_session=pat-unknown")),
        (Some(Role::Ingest), server.client(Role::Ingest).await),
        (Some(Role::Read), server.client(Role::Read).await),
        (Some(Role::Admin), server.client(Role::Admin).await),
    ];
    for row in rows() {
        let address = row.address;
        let method: Method = address.method.as_str().parse().unwrap();
        let path = path(&address.path);
        for (role, client) in &clients {
            let got = status(client, &method, &path).await;
            let expected = match (address.need, role) {
                (Need::Nobody, _) => None,
                (_, None) => Some(401),
                (need, Some(role)) if need.allows(*role) => None,
                _ => Some(403),
            };
            match expected {
                Some(expected) => assert_eq!(got, expected, "{method} {path} as {role:?}"),
                None => assert!(!matches!(got, 401 | 403), "{method} {path} as {role:?}: {got}"),
            }
        }
    }
}

#[tokio::test]
async fn who_is_not_known_is_told_how_to_say_it() {
    let server = TestServer::start().await;
    let reply = server.nobody().get("/api/v1/flow-runs").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (401, "not_authenticated"));
    assert_eq!(reply.header("www-authenticate"), Some("Bearer"));
    let reader = server.client(Role::Read).await;
    let reply = reader.post("/api/v1/ingest", "{}").await;
    assert_eq!((reply.status, reply.error_key().as_str()), (403, "access_denied"));
    // The scheme's name may be written in any way.
    let mut new = new_token(Role::Read);
    new.name = "reader".into();
    let (_, secret) = server.access.create(new).await.unwrap();
    let any_case = server.nobody().with("authorization", &format!("bEARER  {secret}"));
    assert_eq!(any_case.get("/api/v1/flow-runs").await.status, 200);
}

/// A page's session, as the cookie header of somebody at a host.
async fn session(server: &TestServer, host: &str) -> Client {
    let link = server.access.create_link().await.unwrap();
    let cookie = server.access.redeem_link(&link).await.unwrap();
    let cookie = format!("other=1; redtrail_session={cookie}");
    server.nobody().with("cookie", &cookie).with("host", host)
}

fn at_public_address() -> Setup {
    let mut config = Config::default();
    config.server.public_url = Some("https://red.example.com".into());
    Setup {
        config,
        ..Setup::default()
    }
}

#[tokio::test]
async fn a_session_counts_at_our_own_hosts_only_and_a_token_at_any() {
    let server = TestServer::with(at_public_address()).await;
    let reader = server.client(Role::Read).await;
    for (host, own) in [
        ("localhost", true),
        ("localhost:8080", true),
        ("127.0.0.1:9", true),
        ("[::1]:9", true),
        ("red.example.com", true),
        ("evil.example", false),
        ("localhost.evil.example", false),
        ("192.168.0.7:8080", false),
    ] {
        let reply = session(&server, host).await.get("/api/v1/flow-runs").await;
        assert_eq!(reply.status, if own { 200 } else { 403 }, "{host}");
        assert_eq!(
            reader.with("host", host).get("/api/v1/flow-runs").await.status,
            200,
            "{host}"
        );
    }
    let signed_out = session(&server, "localhost").await;
    server.clock.advance(31 * 24 * 3600 * 1_000_000);
    assert_eq!(signed_out.get("/api/v1/flow-runs").await.status, 401, "a session ends");
}

#[tokio::test]
async fn what_another_site_sends_changes_nothing_and_may_be_read_by_nobody_else() {
    let server = TestServer::with(at_public_address()).await;
    let admin = server.client(Role::Admin).await;
    let session = session(&server, "localhost:8080").await;
    for (name, value, foreign) in [
        ("origin", "https://evil.example", true),
        ("origin", "null", true),
        ("origin", "http://localhost:3000", true),
        ("origin", "http://red.example.com", true),
        ("origin", "http://localhost:8080", false),
        ("origin", "https://red.example.com", false),
        ("sec-fetch-site", "cross-site", true),
        ("sec-fetch-site", "same-site", true),
        ("sec-fetch-site", "same-origin", false),
        ("sec-fetch-site", "none", false),
    ] {
        for client in [admin.with("host", "localhost:8080"), session.clone()] {
            let client = client.with(name, value);
            let reply = client.post("/api/v1/sign-in-links", "").await;
            if foreign {
                assert_eq!(
                    (reply.status, reply.error_key().as_str()),
                    (403, "access_denied"),
                    "{name}: {value}"
                );
            } else {
                assert_eq!(reply.status, 201, "{name}: {value}: {}", reply.text());
            }
            let reply = client.get("/api/v1/flow-runs").await;
            assert_eq!((reply.status, reply.header("access-control-allow-origin")), (200, None));
        }
    }
}

#[tokio::test]
async fn a_demonstration_may_be_looked_at_by_anybody_at_our_hosts_and_changed_by_nobody() {
    let setup = Setup {
        is_open: true,
        ..Setup::default()
    };
    let server = TestServer::with(setup).await;
    let visitor = server.nobody();
    assert_eq!(visitor.get("/api/v1/flow-runs").await.status, 200);
    assert_eq!(
        visitor
            .with("host", "rebound.example")
            .get("/api/v1/flow-runs")
            .await
            .status,
        401
    );
    for path in [
        "/api/v1/ingest",
        "/api/v1/tokens",
        "/api/v1/sign-in-links",
        "/api/v1/verify",
    ] {
        assert_eq!(visitor.post(path, "{}").await.status, 403, "{path}");
    }
    assert_eq!(visitor.get("/api/v1/tokens").await.status, 403);
    let wrong = visitor.with_token("pat-0000000000000000000000000000000000000000000");
    assert_eq!(wrong.get("/api/v1/flow-runs").await.status, 401);
}
