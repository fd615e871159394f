//! Lines of a file, plain or compressed, in batches that one request holds.

use std::io::{self, BufRead, BufReader};

/// Most lines of a batch; a request may hold more.
const LINES_MAX: u64 = 1000;
/// About so many bytes are in a batch, unless one line is longer.
const BYTES_MAX: usize = 2 * 1024 * 1024;

/// What is read at once.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Read {
    Batch(Batch),
    /// A line that no request may hold.
    TooLong {
        line: u64,
    },
}

/// Lines one after another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Batch {
    /// From 1.
    pub first: u64,
    pub lines: u64,
    pub body: Vec<u8>,
}

/// Reads everything from a line on and gives it away, until nobody wants it. Lines longer than `limit` are left out.
pub(super) fn read(
    input: impl io::Read + Send + 'static,
    from_line: u64,
    limit: usize,
    mut give: impl FnMut(io::Result<Read>) -> bool,
) {
    if let Err(error) = plain(input).and_then(|mut lines| batches(&mut lines, from_line, limit, &mut give)) {
        give(Err(error));
    }
}

/// The text of what begins as gzip or zstd does, or else is text.
fn plain(input: impl io::Read + Send + 'static) -> io::Result<Box<dyn BufRead>> {
    let mut input = BufReader::new(input);
    let begin = input.fill_buf()?;
    Ok(if begin.starts_with(b"\x1f\x8b") {
        Box::new(BufReader::new(flate2::bufread::MultiGzDecoder::new(input)))
    } else if begin.starts_with(b"\x28\xb5\x2f\xfd") {
        Box::new(BufReader::new(zstd::stream::read::Decoder::with_buffer(input)?))
    } else {
        Box::new(input)
    })
}

fn batches(
    lines: &mut dyn BufRead,
    from_line: u64,
    limit: usize,
    give: &mut dyn FnMut(io::Result<Read>) -> bool,
) -> io::Result<()> {
    let most = BYTES_MAX.min(limit);
    let mut number = 0;
    let mut batch = empty(from_line);
    let mut line = Vec::new();
    loop {
        line.clear();
        let length = next(lines, limit, &mut line)?;
        number += 1;
        let is_end = length == 0;
        if number < from_line && !is_end {
            continue;
        }
        let is_full = batch.lines >= LINES_MAX || batch.body.len() + line.len() > most;
        if (is_end || length > limit || is_full) && batch.lines > 0 {
            let full = std::mem::replace(&mut batch, empty(number));
            // Empty lines alone are no items, and no request.
            let is_blank = full.body.iter().all(u8::is_ascii_whitespace);
            if !is_blank && !give(Ok(Read::Batch(full))) {
                return Ok(());
            }
        }
        if is_end {
            return Ok(());
        }
        if length > limit {
            if !give(Ok(Read::TooLong { line: number })) {
                return Ok(());
            }
            batch = empty(number + 1);
            continue;
        }
        batch.lines += 1;
        batch.body.extend_from_slice(&line);
    }
}

fn empty(first: u64) -> Batch {
    Batch {
        first,
        lines: 0,
        body: Vec::new(),
    }
}

/// Reads a line with its end and answers its length, 0 at the end. Of one longer than `limit` the rest is not kept.
fn next(lines: &mut dyn BufRead, limit: usize, line: &mut Vec<u8>) -> io::Result<usize> {
    let mut length = 0_usize;
    loop {
        let read = lines.fill_buf()?;
        let end = memchr::memchr(b'\n', read).map(|at| at + 1);
        let taken = end.unwrap_or(read.len());
        let piece = read.get(..taken).unwrap_or_default();
        length = length.saturating_add(taken);
        if length <= limit {
            line.extend_from_slice(piece);
        }
        lines.consume(taken);
        if end.is_some() || taken == 0 {
            return Ok(length);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &[u8], from_line: u64, limit: usize) -> Vec<Read> {
        let mut found = Vec::new();
        read(io::Cursor::new(text.to_vec()), from_line, limit, |read| {
            found.push(read.unwrap());
            true
        });
        found
    }

    fn batch(first: u64, lines: u64, body: &str) -> Read {
        let body = body.into();
        Read::Batch(Batch { first, lines, body })
    }

    #[test]
    fn lines_keep_their_numbers() {
        assert_eq!(all(b"a\n\nb", 1, 100), [batch(1, 3, "a\n\nb")]);
        assert_eq!(all(b"a\nb\nc\n", 2, 100), [batch(2, 2, "b\nc\n")]);
        assert_eq!(
            all(b"aa\nbb\ncc\n", 1, 6),
            [batch(1, 2, "aa\nbb\n"), batch(3, 1, "cc\n")]
        );
        assert_eq!(
            all(b"a\nfar too long\nb\n", 1, 5),
            [batch(1, 1, "a\n"), Read::TooLong { line: 2 }, batch(3, 1, "b\n")]
        );
        assert_eq!(
            (all(b"\n \n", 1, 9), all(b"", 1, 9), all(b"a\n", 3, 9)),
            (vec![], vec![], vec![])
        );
        let many = "x\n".repeat(1500);
        let found = all(many.as_bytes(), 1, 1 << 20);
        assert_eq!(
            found,
            [
                batch(1, 1000, &"x\n".repeat(1000)),
                batch(1001, 500, &"x\n".repeat(500))
            ]
        );
    }

    #[test]
    fn compressed_lines_are_read_by_what_they_begin_with() {
        let text = b"one\ntwo\n";
        let zstd = zstd::bulk::compress(text, 1).unwrap();
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        io::Write::write_all(&mut gzip, text).unwrap();
        for body in [zstd, gzip.finish().unwrap()] {
            assert_eq!(all(&body, 1, 100), [batch(1, 2, "one\ntwo\n")]);
            let mut told = None;
            let half = body[..body.len() / 2].to_vec();
            read(io::Cursor::new(half), 1, 100, |read| {
                told = Some(read.is_err());
                true
            });
            assert_eq!(told, Some(true), "a part of it is not taken for the whole");
        }
    }
}
