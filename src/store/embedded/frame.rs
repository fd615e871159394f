//! The frame: versions that arrived together, as one value of the log. A header, then four parts that open
//! alone, each compressed and with its own checksum.
//!
//! ```text
//! format u8 · content hash algorithm u8 · rows u16 · first sequence u64
//! 4 × (stored bytes u32 · raw bytes u32 · crc32 u32)      meta, summary, body, words
//! crc32 u32 of all above
//! parts
//! ```
//! Numbers are little-endian. Meta is postcard of the rows' [`RowMeta`]; summary and body begin with a u32 a
//! row, its length ([`OVERFLOWS`]: it is in a file), followed by the rows' bytes. Words are those of the rows of each
//! kind there is: its code, how many, and the hashes, ascending: the first and then each step to the next. All are
//! numbers of 7 bits a byte, low ones first.

use std::collections::BTreeMap;

use super::keys;
use super::log::{Batch, Bytes, Log};
use super::row::{BODY_OVERFLOWS, Row, RowMeta, SUMMARY_OVERFLOWS};
use crate::model::kind::Kind;
use crate::model::version::CONTENT_HASH_ALGORITHM;
use crate::store::StoreError;

/// Format of a frame; another one is read by its own code.
const FORMAT: u8 = 2;
/// A frame is closed when its rows have this many bytes before compression.
pub(super) const RAW_MAX: usize = 256 * 1024;
/// Longest frame as stored, but for a single row with very many links, which goes on in pieces.
pub(super) const STORED_MAX: usize = 96 * 1024;
/// Most rows of a frame.
pub(super) const ROWS_MAX: usize = 2048;
/// A half of a row longer than this goes to an overflow file.
pub(super) const HALF_MAX: usize = 128 * 1024;
/// What a header says beyond this is damage: the decoder gives out no more memory. A frame is closed long before,
/// but a single row may name as many records as a version may have parts.
const PART_RAW_MAX: u32 = 64 * 1024 * 1024;
const OVERFLOWS: u32 = u32::MAX;
const HEADER: usize = 64;
const LEVEL: i32 = 1;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Part {
    Meta = 0,
    Summary = 1,
    Body = 2,
    Words = 3,
}

impl Part {
    pub(super) const ALL: [Part; 4] = [Part::Meta, Part::Summary, Part::Body, Part::Words];

    pub(super) const fn name(self) -> &'static str {
        match self {
            Part::Meta => "meta",
            Part::Summary => "summary",
            Part::Body => "body",
            Part::Words => "words",
        }
    }
}

/// What is wrong with stored bytes; the caller knows whose they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum FrameError {
    #[error("the header is too short")]
    Short,
    #[error("the header's checksum differs")]
    HeaderChecksum,
    #[error("format {0} is not known to this version")]
    Format(u8),
    #[error("content hash algorithm {0} is not known to this version")]
    HashAlgorithm(u8),
    #[error("a length in the header cannot be")]
    Length,
    #[error("the checksum of part {0} differs")]
    Checksum(&'static str),
    #[error("part {0} cannot be decoded")]
    Decode(&'static str),
}

/// Hashes of words by the kind of the records that have them, ascending.
pub(super) type Words = BTreeMap<Kind, Vec<u32>>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct PartHeader {
    stored: u32,
    raw: u32,
    crc: u32,
}

/// A frame whose header was checked.
pub(super) struct Frame<'a> {
    pub first: u64,
    pub rows: usize,
    parts: [PartHeader; 4],
    bytes: &'a [u8],
}

/// The whole bytes of a frame whose value begins so: a frame longer than [`STORED_MAX`] goes on in pieces.
pub(super) fn whole(log: &Log, key: &[u8], begin: Bytes) -> Result<Vec<u8>, StoreError> {
    let mut bytes = begin.to_vec();
    for number in 0..pieces(&bytes) {
        let Some(piece) = log.get(&keys::piece(key, number))? else {
            break;
        };
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

/// How many pieces follow the first [`STORED_MAX`] bytes, by the header; what it says is checked by what parses it.
pub(super) fn pieces(begin: &[u8]) -> u32 {
    if begin.len() < STORED_MAX {
        return 0;
    }
    let stored = |at: usize| {
        let bytes = begin
            .get(at..at.saturating_add(4))
            .and_then(|bytes| bytes.first_chunk::<4>());
        bytes.map_or(0, |bytes| u64::from(u32::from_le_bytes(*bytes).min(PART_RAW_MAX)))
    };
    let total = stored(12)
        .saturating_add(stored(24))
        .saturating_add(stored(36))
        .saturating_add(stored(48))
        .saturating_add(HEADER as u64);
    u32::try_from(total.div_ceil(STORED_MAX as u64).saturating_sub(1)).unwrap_or(0)
}

/// Puts a frame into a batch.
pub(super) fn put(batch: &mut Batch, first: u64, bytes: &[u8]) {
    let key = keys::frame(first);
    let mut pieces = bytes.chunks(STORED_MAX);
    batch.put(&key, pieces.next().unwrap_or(&[]).to_vec());
    for (number, piece) in (0_u32..).zip(pieces) {
        batch.put(&keys::piece(&key, number), piece.to_vec());
    }
}

impl<'a> Frame<'a> {
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Frame<'a>, FrameError> {
        let (header, rest) = bytes.split_first_chunk::<HEADER>().ok_or(FrameError::Short)?;
        let (fields, crc) = header.split_last_chunk::<4>().ok_or(FrameError::Short)?;
        if crc32fast::hash(fields) != u32::from_le_bytes(*crc) {
            return Err(FrameError::HeaderChecksum);
        }
        let ([format, algorithm, low, high], fields) = fields.split_first_chunk::<4>().ok_or(FrameError::Short)?;
        if *format != FORMAT {
            return Err(FrameError::Format(*format));
        }
        if *algorithm != CONTENT_HASH_ALGORITHM {
            return Err(FrameError::HashAlgorithm(*algorithm));
        }
        let (first, mut fields) = fields.split_first_chunk::<8>().ok_or(FrameError::Short)?;
        let mut number = || {
            let (head, tail) = fields.split_first_chunk::<4>().ok_or(FrameError::Short)?;
            fields = tail;
            Ok(u32::from_le_bytes(*head))
        };
        let mut part = || {
            Ok(PartHeader {
                stored: number()?,
                raw: number()?,
                crc: number()?,
            })
        };
        let parts = [part()?, part()?, part()?, part()?];
        let stored: u64 = parts.iter().map(|part| u64::from(part.stored)).sum();
        if stored != rest.len() as u64 || parts.iter().any(|part| part.raw > PART_RAW_MAX) {
            return Err(FrameError::Length);
        }
        let rows = usize::from(u16::from_le_bytes([*low, *high]));
        Ok(Frame {
            first: u64::from_le_bytes(*first),
            rows,
            parts,
            bytes: rest,
        })
    }

    /// The decompressed bytes of a part, checked.
    pub(super) fn part(&self, part: Part) -> Result<Vec<u8>, FrameError> {
        let mut from = 0_usize;
        for (at, header) in self.parts.iter().enumerate() {
            let to = from.saturating_add(header.stored as usize);
            if at == part as usize {
                let stored = self.bytes.get(from..to).ok_or(FrameError::Length)?;
                if crc32fast::hash(stored) != header.crc {
                    return Err(FrameError::Checksum(part.name()));
                }
                let raw = zstd::bulk::decompress(stored, header.raw as usize).ok();
                return raw
                    .filter(|raw| raw.len() == header.raw as usize)
                    .ok_or(FrameError::Decode(part.name()));
            }
            from = to;
        }
        Err(FrameError::Length)
    }

    /// Hashes of the words of all rows, by kind.
    pub(super) fn words(&self) -> Result<Words, FrameError> {
        let raw = self.part(Part::Words)?;
        let damaged = || FrameError::Decode(Part::Words.name());
        let mut rest = raw.as_slice();
        let mut words = Words::new();
        while !rest.is_empty() {
            let kind = number(&mut rest).and_then(|code| u8::try_from(code).ok());
            let kind = kind.and_then(Kind::from_code).ok_or_else(damaged)?;
            let count = number(&mut rest).ok_or_else(damaged)?;
            let of_kind = words.entry(kind).or_default();
            let mut last = 0_u32;
            for _ in 0..count {
                last = number(&mut rest)
                    .and_then(|step| last.checked_add(step))
                    .ok_or_else(damaged)?;
                of_kind.push(last);
            }
        }
        Ok(words)
    }

    pub(super) fn metas(&self) -> Result<Vec<RowMeta>, FrameError> {
        let metas: Vec<RowMeta> =
            postcard::from_bytes(&self.part(Part::Meta)?).map_err(|_| FrameError::Decode(Part::Meta.name()))?;
        if metas.len() == self.rows {
            Ok(metas)
        } else {
            Err(FrameError::Decode(Part::Meta.name()))
        }
    }
}

/// A decompressed part of a frame.
pub(super) struct FramePart {
    pub rows: usize,
    pub raw: Vec<u8>,
}

/// What a decompressed summary or body part holds of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Half<'a> {
    Here(&'a [u8]),
    InFile,
}

/// The bytes of one row in a decompressed part of a frame of `rows` rows; `None`: the part is not such a one.
pub(super) fn half(raw: &[u8], rows: usize, row: usize) -> Option<Half<'_>> {
    let (lengths, mut bytes) = raw.split_at_checked(rows.checked_mul(4)?)?;
    for (at, length) in lengths.chunks_exact(4).enumerate() {
        let length = u32::from_le_bytes(length.try_into().ok()?);
        if at == row && length == OVERFLOWS {
            return Some(Half::InFile);
        }
        let length = if length == OVERFLOWS { 0 } else { length as usize };
        let (here, rest) = bytes.split_at_checked(length)?;
        if at == row {
            return Some(Half::Here(here));
        }
        bytes = rest;
    }
    None
}

/// A frame of these rows and their words. Halves flagged as overflowing are left out: the caller has put them into files.
pub(super) fn encode(first: u64, rows: &[&Row], words: &Words) -> Result<Vec<u8>, StoreError> {
    let metas: Vec<&RowMeta> = rows.iter().map(|row| &row.meta).collect();
    let meta = postcard::to_allocvec(&metas).map_err(|error| StoreError::Io(std::io::Error::other(error)))?;
    let summary = table(
        rows.iter()
            .map(|row| (row.meta.flags & SUMMARY_OVERFLOWS == 0).then_some(&*row.summary)),
    );
    let body = table(
        rows.iter()
            .map(|row| (row.meta.flags & BODY_OVERFLOWS == 0).then_some(&*row.body)),
    );
    let count = u16::try_from(rows.len()).map_err(std::io::Error::other)?;
    let mut out = vec![FORMAT, CONTENT_HASH_ALGORITHM];
    out.extend_from_slice(&count.to_le_bytes());
    out.extend_from_slice(&first.to_le_bytes());
    let mut parts = Vec::new();
    for raw in [meta, summary, body, encode_words(words)] {
        if raw.len() > PART_RAW_MAX as usize {
            return Err(StoreError::Io(std::io::Error::other("a row is too long for a frame")));
        }
        let stored = zstd::bulk::compress(&raw, LEVEL)?;
        for number in [stored.len(), raw.len()] {
            out.extend_from_slice(&u32::try_from(number).map_err(std::io::Error::other)?.to_le_bytes());
        }
        out.extend_from_slice(&crc32fast::hash(&stored).to_le_bytes());
        parts.extend_from_slice(&stored);
    }
    let crc = crc32fast::hash(&out);
    out.extend_from_slice(&crc.to_le_bytes());
    out.extend_from_slice(&parts);
    Ok(out)
}

/// The inverse of [`Frame::words`].
fn encode_words(words: &Words) -> Vec<u8> {
    let mut out = Vec::new();
    for (kind, of_kind) in words {
        put_number(&mut out, u32::from(kind.code()));
        put_number(&mut out, u32::try_from(of_kind.len()).unwrap_or(u32::MAX));
        let mut last = 0_u32;
        for word in of_kind {
            put_number(&mut out, word.saturating_sub(last));
            last = *word;
        }
    }
    out
}

fn put_number(out: &mut Vec<u8>, mut number: u32) {
    while number > 0x7f {
        out.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    out.push(number.to_le_bytes()[0]);
}

fn number(rest: &mut &[u8]) -> Option<u32> {
    let mut number = 0_u32;
    for shift in (0..32).step_by(7) {
        let (byte, after) = rest.split_first()?;
        *rest = after;
        number |= u32::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

fn table<'a>(halves: impl Iterator<Item = Option<&'a [u8]>> + Clone) -> Vec<u8> {
    let mut out = Vec::new();
    for half in halves.clone() {
        let length = half.map_or(OVERFLOWS, |half| u32::try_from(half.len()).unwrap_or(OVERFLOWS));
        out.extend_from_slice(&length.to_le_bytes());
    }
    for half in halves.flatten() {
        out.extend_from_slice(half);
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::record::Known;
    use crate::model::time::Micros;

    fn row() -> impl Strategy<Value = Row> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..300);
        let ids = proptest::collection::vec(any::<u64>(), 0..5);
        (bytes(), any::<[u8; 16]>(), any::<i64>(), bytes(), bytes(), ids, 0_u8..8).prop_map(
            |(key, hash, time, summary, body, ids, flags)| Row {
                meta: RowMeta {
                    key,
                    hash,
                    received_at: time,
                    before: 0,
                    after: 3,
                    flags,
                    known: Known {
                        place: Micros(time),
                        received_at: Micros(time),
                        source: "test".into(),
                        derived_customer: None,
                        derived_integration: None,
                        clock_ahead: false,
                        history: false,
                    },
                    ids,
                    links_added: vec![(1, 2, vec![3])],
                    links_removed: Vec::new(),
                    code: 200,
                    duration: 17,
                },
                words: std::sync::Arc::default(),
                summary,
                body,
            },
        )
    }

    proptest! {
        #[test]
        fn a_frame_reads_back_as_it_was_written(
            rows in proptest::collection::vec(row(), 1..20), words: BTreeMap<bool, std::collections::BTreeSet<u32>>, first: u64,
        ) {
            let kind = |is_run: bool| if is_run { Kind::FlowRun } else { Kind::ApiRequest };
            let words: Words =
                words.into_iter().map(|(is_run, words)| (kind(is_run), words.into_iter().collect())).collect();
            let bytes = encode(first, &rows.iter().collect::<Vec<_>>(), &words).unwrap();
            let frame = Frame::parse(&bytes).unwrap();
            prop_assert_eq!(frame.first, first);
            prop_assert_eq!(frame.words().unwrap(), words);
            prop_assert_eq!(frame.metas().unwrap(), rows.iter().map(|row| row.meta.clone()).collect::<Vec<_>>());
            let (summary, body) = (frame.part(Part::Summary).unwrap(), frame.part(Part::Body).unwrap());
            for (at, row) in rows.iter().enumerate() {
                let expected = |flag, half| if row.meta.flags & flag == 0 { Half::Here(half) } else { Half::InFile };
                prop_assert_eq!(half(&summary, rows.len(), at), Some(expected(SUMMARY_OVERFLOWS, &row.summary)));
                prop_assert_eq!(half(&body, rows.len(), at), Some(expected(BODY_OVERFLOWS, &row.body)));
            }
        }

        #[test]
        fn a_changed_byte_is_noticed_and_nothing_panics(
            rows in proptest::collection::vec(row(), 1..8), at: prop::sample::Index, bit in 0_u8..8,
        ) {
            let mut bytes = encode(7, &rows.iter().collect::<Vec<_>>(), &Words::from([(Kind::FlowRun, vec![1, 70_000, u32::MAX])])).unwrap();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            let noticed = match Frame::parse(&bytes) {
                Ok(frame) => Part::ALL.iter().any(|part| frame.part(*part).is_err()),
                Err(_) => true,
            };
            prop_assert!(noticed);
        }

        #[test]
        fn rubbish_is_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400), rows in 0_usize..9) {
            prop_assert!(Frame::parse(&bytes).is_err());
            let _ = half(&bytes, rows, 0);
        }
    }
}
