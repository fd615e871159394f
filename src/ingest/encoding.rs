//! Compressed bodies.

use std::io::Read;

use crate::model::problem::{Problem, ProblemKey};

/// The largest window a zstd body may ask for, as a power of two: 8 MiB, what every decoder must support.
const ZSTD_WINDOW_LOG: u32 = 23;

/// Bytes brotli reads at once.
const BROTLI_BUFFER: usize = 16 * 1024;

/// Undoes a request's `content-encoding` (`None`: there is none). At most `limit` bytes come out, and no more are
/// ever made: a small body that would become a huge one costs no more than the limit.
///
/// # Errors
/// `unsupported_media_type` for an encoding not known here or for several of them, `request_too_large` over the
/// limit, `invalid_value` when the bytes are not what the encoding says.
pub fn decompress(encoding: Option<&str>, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, Problem> {
    let encoding = encoding
        .map(|name| name.trim().to_ascii_lowercase())
        .unwrap_or_default();
    let bytes = body.as_slice();
    match encoding.as_str() {
        "" | "identity" => {
            if u64::try_from(body.len()).map_or(true, |length| length > limit) {
                return Err(too_large(limit));
            }
            Ok(body)
        }
        "gzip" | "x-gzip" => read(flate2::read::MultiGzDecoder::new(bytes), "gzip", limit),
        "br" => read(brotli::Decompressor::new(bytes, BROTLI_BUFFER), "br", limit),
        "zstd" => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|_| not_whole("zstd"))?;
            decoder.window_log_max(ZSTD_WINDOW_LOG).map_err(|_| not_whole("zstd"))?;
            read(decoder, "zstd", limit)
        }
        _ => Err(Problem::new(
            ProblemKey::UnsupportedMediaType,
            "The body has an encoding that is not known here, or several.",
        )
        .expected("one content-encoding of gzip, zstd, br, identity")),
    }
}

fn read(decoder: impl Read, name: &'static str, limit: u64) -> Result<Vec<u8>, Problem> {
    let mut out = Vec::new();
    let mut capped = decoder.take(limit.saturating_add(1));
    capped.read_to_end(&mut out).map_err(|_| not_whole(name))?;
    if u64::try_from(out.len()).map_or(true, |length| length > limit) {
        return Err(too_large(limit));
    }
    Ok(out)
}

fn too_large(limit: u64) -> Problem {
    Problem::new(
        ProblemKey::RequestTooLarge,
        "The request is too large after decompression.",
    )
    .expected(format!("at most {limit} bytes"))
}

fn not_whole(name: &'static str) -> Problem {
    Problem::new(
        ProblemKey::InvalidValue,
        format!("The body cannot be read as {name}: it is broken, or something else."),
    )
    .expected(format!("a whole {name} stream"))
}
