//! Compressed bodies.

use std::io::Write;

use redtrail::ingest::encoding::decompress;
use redtrail::model::problem::ProblemKey;

const MIB: usize = 1024 * 1024;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::stream::encode_all(bytes, 3).unwrap()
}

fn brotli(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    brotli::CompressorWriter::new(&mut out, 4096, 5, 22)
        .write_all(bytes)
        .unwrap();
    out
}

#[test]
fn every_encoding_is_undone() {
    let text = b"{\"kind\":\"flow_run\"}".repeat(100);
    for (encoding, body) in [
        (None, text.clone()),
        (Some("identity"), text.clone()),
        (Some(""), text.clone()),
        (Some("gzip"), gzip(&text)),
        (Some("x-gzip"), gzip(&text)),
        (Some(" GZIP "), gzip(&text)),
        (Some("zstd"), zstd(&text)),
        (Some("br"), brotli(&text)),
        (Some("gzip"), [gzip(&text[..500]), gzip(&text[500..])].concat()),
    ] {
        assert_eq!(decompress(encoding, body, 4096).as_ref(), Ok(&text), "{encoding:?}");
    }
}

#[test]
fn unknown_and_stacked_encodings_are_not_supported() {
    for encoding in ["deflate", "gzip, zstd", "gzip,gzip", "compress", "identity, gzip"] {
        let problem = decompress(Some(encoding), gzip(b"{}"), 100).unwrap_err();
        assert_eq!(problem.key, ProblemKey::UnsupportedMediaType, "{encoding}");
    }
}

#[test]
fn a_bomb_is_refused_at_the_limit() {
    let zeros = vec![b' '; 64 * MIB];
    for (encoding, body) in [
        ("gzip", gzip(&zeros)),
        ("zstd", zstd(&zeros)),
        ("br", brotli(&zeros)),
        ("identity", vec![b' '; MIB + 1]),
    ] {
        assert!(encoding == "identity" || body.len() < MIB / 8, "{encoding}");
        let problem = decompress(Some(encoding), body, MIB as u64).unwrap_err();
        assert_eq!(problem.key, ProblemKey::RequestTooLarge, "{encoding}");
    }
    let exact = vec![b' '; MIB];
    assert!(decompress(Some("gzip"), gzip(&exact), MIB as u64).is_ok());
}

#[test]
fn broken_streams_are_said_to_be_broken() {
    for (encoding, body) in [
        ("gzip", gzip(b"{\"a\":1}")),
        ("zstd", zstd(b"{\"a\":1}")),
        ("br", brotli(b"{\"a\":1}")),
    ] {
        for body in [body[..body.len() - 3].to_vec(), b"{\"a\":1}".to_vec()] {
            let problem = decompress(Some(encoding), body, 1000).unwrap_err();
            assert_eq!(problem.key, ProblemKey::InvalidValue, "{encoding}");
            assert!(problem.message.contains(encoding));
        }
    }
}
