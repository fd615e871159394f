//! Answers: compressed when they are long, refused requests in the shape of errors.

use std::io::Read;

use redtrail::access::Role;
use redtrail::model::kind::Kind;
use redtrail::model::problem::ProblemKey;
use redtrail::web::error::status;
use serde_json::Value;

use super::make::{full, send};
use crate::support::web::TestServer;

#[tokio::test]
async fn long_answers_are_compressed_as_asked_and_short_ones_are_not() {
    let server = TestServer::start().await;
    let items: Vec<Value> = (0..50).map(|at| full(Kind::FlowRun, &at.to_string())).collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    let plain = reader.get("/api/v1/flow-runs").await;
    assert_eq!(plain.header("content-encoding"), None);
    for encoding in ["gzip", "br", "zstd"] {
        let reply = reader.with("accept-encoding", encoding).get("/api/v1/flow-runs").await;
        assert_eq!(reply.header("content-encoding"), Some(encoding));
        assert!(reply.body.len() * 3 < plain.body.len());
        let mut text = Vec::new();
        match encoding {
            "gzip" => flate2::read::GzDecoder::new(&reply.body[..])
                .read_to_end(&mut text)
                .unwrap(),
            "br" => brotli::Decompressor::new(&reply.body[..], 4096)
                .read_to_end(&mut text)
                .unwrap(),
            _ => zstd::stream::read::Decoder::new(&reply.body[..])
                .unwrap()
                .read_to_end(&mut text)
                .unwrap(),
        };
        assert_eq!(text, plain.body);
        let short = reader
            .with("accept-encoding", encoding)
            .get("/api/v1/action-run-logs")
            .await;
        assert_eq!(
            (short.header("content-encoding"), short.text()),
            (None, "{\"items\":[]}")
        );
    }
}

#[tokio::test]
async fn an_error_says_what_where_and_what_was_expected() {
    let server = TestServer::start().await;
    let reader = server.client(Role::Read).await;
    let reply = reader.get("/api/v1/flow-runs?limit=0").await;
    reply.error_key();
    let mut error: Value = serde_json::from_slice(&reply.body).unwrap();
    error["requestId"] = "x".into();
    let expected = serde_json::json!({
        "type": "bad_request",
        "key": "invalid_parameter",
        "message": "The limit is not a number of items.",
        "data": {"path": "limit", "expected": "an integer from 1 to 1000"},
        "title": "Invalid parameter",
        "status": 400,
        "instance": "/api/v1/flow-runs",
        "requestId": "x",
    });
    assert_eq!(error, expected);
}

#[test]
fn every_key_has_the_status_that_is_documented() {
    use ProblemKey as K;
    let table = [
        (
            400,
            &[
                K::InvalidJson,
                K::InvalidParameter,
                K::UnknownParameter,
                K::InvalidCursor,
                K::NoItems,
            ][..],
        ),
        (
            400,
            &[
                K::InvalidValue,
                K::MissingField,
                K::UnknownKind,
                K::KindMismatch,
                K::UnknownState,
            ],
        ),
        (
            400,
            &[
                K::TimeOutOfRange,
                K::TooDeep,
                K::RecordTooLarge,
                K::CustomerMismatch,
                K::NoLongerKept,
            ],
        ),
        (401, &[K::NotAuthenticated]),
        (403, &[K::AccessDenied, K::EntityNotAllowed]),
        (404, &[K::NotFound]),
        (405, &[K::MethodNotAllowed]),
        (409, &[K::AlreadyExists]),
        (413, &[K::RequestTooLarge, K::TooManyRecords]),
        (415, &[K::UnsupportedMediaType]),
        (422, &[K::EveryItemRefused]),
        (429, &[K::RateLimitExceeded]),
        (500, &[K::Internal]),
        (503, &[K::Overloaded, K::StoreFailed]),
        (507, &[K::LowSpace, K::HeadFull]),
    ];
    for (expected, keys) in table {
        for key in keys {
            assert_eq!(status(*key).as_u16(), expected, "{key:?}");
        }
    }
    let listed: usize = table.iter().map(|(_, keys)| keys.len()).sum();
    assert_eq!(listed, ProblemKey::ALL.len());
}
