//! Keys of the log: a prefix byte says what it is, numbers are big-endian so that byte order is their order.

use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, Kind};
use crate::model::time::Micros;

/// A frame, by its first sequence.
pub(super) const FRAME: u8 = b'F';
/// An entity, by kind and id.
pub(super) const ENTITY: u8 = b'E';
/// An entity by kind, `key` member and id.
pub(super) const ENTITY_KEY: u8 = b'K';
/// An entity by kind, name or `key` member in lower case ([`crate::store::naming::index_name`]) and id.
pub(super) const ENTITY_NAME: u8 = b'N';
/// An entity by kind, place and id: the order of lists.
pub(super) const ENTITY_PLACE: u8 = b'P';
/// An entity as it was after a change, by kind, id, receipt and the change's sequence.
pub(super) const ENTITY_HISTORY: u8 = b'H';
/// A state value, by its key.
pub(super) const STATE: u8 = b'S';
/// The last revision given to a state value.
pub(super) const REVISION: &[u8] = b"R";
/// A range of changes whose frames are gone, by its first sequence; the value is its last.
pub(super) const REMOVED: u8 = b'D';
/// A further piece of a long value, by the hash of its key and a number.
pub(super) const PIECE: u8 = b'C';

pub(super) fn frame(first: u64) -> Vec<u8> {
    with(FRAME, &[&first.to_be_bytes()])
}

/// The first sequence of a frame's key.
pub(super) fn frame_first(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.strip_prefix(&[FRAME])?.try_into().ok()?))
}

pub(super) fn removed(first: u64) -> Vec<u8> {
    with(REMOVED, &[&first.to_be_bytes()])
}

/// The first sequence of a range of changes that are gone.
pub(super) fn removed_first(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.strip_prefix(&[REMOVED])?.try_into().ok()?))
}

pub(super) fn entity(kind: EntityKind, id: &str) -> Vec<u8> {
    with(ENTITY, &[&[kind.code()], id.as_bytes()])
}

/// (kind, id) of an entity's key.
pub(super) fn entity_of(key: &[u8]) -> Option<(EntityKind, Id)> {
    let (kind, id) = key.strip_prefix(&[ENTITY])?.split_first()?;
    Some((EntityKind::from_code(*kind)?, id_of(id)?))
}

/// Prefix of the index rows of one `key` member.
pub(super) fn entity_key_prefix(kind: EntityKind, key: &str) -> Vec<u8> {
    with(ENTITY_KEY, &[&[kind.code()], key.as_bytes(), &[0]])
}

pub(super) fn entity_key(kind: EntityKind, key: &str, id: &str) -> Vec<u8> {
    with(ENTITY_KEY, &[&[kind.code()], key.as_bytes(), &[0], id.as_bytes()])
}

/// (kind, `key` member, id) of a key's index row.
pub(super) fn entity_key_of(key: &[u8]) -> Option<(EntityKind, &str, Id)> {
    by_text(key.strip_prefix(&[ENTITY_KEY])?)
}

/// Prefix of the index rows of names that are, or begin, so.
pub(super) fn entity_name_prefix(kind: EntityKind, begin: &str, is_whole: bool) -> Vec<u8> {
    let end: &[u8] = if is_whole { &[0] } else { &[] };
    with(ENTITY_NAME, &[&[kind.code()], begin.as_bytes(), end])
}

pub(super) fn entity_name(kind: EntityKind, name: &str, id: &str) -> Vec<u8> {
    with(ENTITY_NAME, &[&[kind.code()], name.as_bytes(), &[0], id.as_bytes()])
}

/// (kind, name, id) of a name's index row.
pub(super) fn entity_name_of(key: &[u8]) -> Option<(EntityKind, &str, Id)> {
    by_text(key.strip_prefix(&[ENTITY_NAME])?)
}

fn by_text(rest: &[u8]) -> Option<(EntityKind, &str, Id)> {
    let (kind, rest) = rest.split_first()?;
    // No id holds a zero, so the last one parts them.
    let at = rest.iter().rposition(|byte| *byte == 0)?;
    let name = std::str::from_utf8(rest.get(..at)?).ok()?;
    Some((
        EntityKind::from_code(*kind)?,
        name,
        id_of(rest.get(at.saturating_add(1)..)?)?,
    ))
}

pub(super) fn entity_place(kind: EntityKind, place: Micros, id: &str) -> Vec<u8> {
    with(ENTITY_PLACE, &[&[kind.code()], &ordered(place.0), id.as_bytes()])
}

pub(super) fn entity_place_prefix(kind: EntityKind) -> Vec<u8> {
    with(ENTITY_PLACE, &[&[kind.code()]])
}

/// (kind, place, id) of a list's index row.
pub(super) fn entity_place_of(key: &[u8]) -> Option<(EntityKind, Micros, Id)> {
    let (kind, rest) = key.strip_prefix(&[ENTITY_PLACE])?.split_first()?;
    let (place, id) = rest.split_first_chunk::<8>()?;
    Some((EntityKind::from_code(*kind)?, Micros(unordered(*place)), id_of(id)?))
}

pub(super) fn entity_history(kind: EntityKind, id: &str, received_at: Micros, sequence: u64) -> Vec<u8> {
    with(
        ENTITY_HISTORY,
        &[
            &[kind.code()],
            id.as_bytes(),
            &[0],
            &ordered(received_at.0),
            &sequence.to_be_bytes(),
        ],
    )
}

pub(super) fn entity_history_prefix(kind: EntityKind, id: &str) -> Vec<u8> {
    with(ENTITY_HISTORY, &[&[kind.code()], id.as_bytes(), &[0]])
}

pub(super) fn state(key: &str) -> Vec<u8> {
    with(STATE, &[key.as_bytes()])
}

pub(super) fn piece(of: &[u8], number: u32) -> Vec<u8> {
    let hash = blake3::hash(of);
    let hash = hash.as_bytes().first_chunk::<16>().copied().unwrap_or_default();
    with(PIECE, &[&hash, &number.to_be_bytes()])
}

/// The first key after all that begin so.
pub(super) fn end_of(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if let Some(next) = last.checked_add(1) {
            end.push(next);
            return end;
        }
    }
    // Only a prefix of nothing but 0xff comes here, and no key begins so.
    vec![u8::MAX]
}

/// What [`RecordKey::bytes`] wrote, read back.
pub(super) fn record_of(bytes: &[u8]) -> Option<RecordKey> {
    let (kind, rest) = bytes.split_first()?;
    let kind = Kind::from_code(*kind)?;
    if kind != Kind::NodeRun {
        return Some(RecordKey::new(kind, id_of(rest)?));
    }
    let mut parts = rest.splitn(3, |byte| *byte == 0).map(id_of);
    Some(RecordKey::node_run(parts.next()??, parts.next()??, parts.next()??))
}

/// A key for a person to read, of any of the log's keys.
pub(super) fn shown(key: &[u8]) -> String {
    match key.split_first() {
        Some((&FRAME, _)) => format!("frame {}", frame_first(key).unwrap_or_default()),
        Some((&STATE, rest)) => format!("state value {}", String::from_utf8_lossy(rest)),
        Some((&ENTITY, [kind, id @ ..])) => named("entity", *kind, id),
        Some((&ENTITY_KEY, [kind, rest @ ..])) => named("entity key index row", *kind, rest),
        Some((&ENTITY_NAME, [kind, rest @ ..])) => named("entity name index row", *kind, rest),
        Some((&ENTITY_PLACE, [kind, rest @ ..])) => named("entity list index row", *kind, rest.get(8..).unwrap_or(&[])),
        Some((&ENTITY_HISTORY, [kind, rest @ ..])) => named("entity history row", *kind, rest),
        Some((&b'R', [])) => "last revision of state values".to_owned(),
        Some((&REMOVED, _)) => "range of changes that are gone".to_owned(),
        Some((&PIECE, _)) => "piece of a long value".to_owned(),
        _ => format!("unknown key {:?}", String::from_utf8_lossy(key)),
    }
}

fn named(what: &str, kind: u8, rest: &[u8]) -> String {
    let kind = EntityKind::from_code(kind).map_or("unknown kind", EntityKind::name);
    format!("{what} {kind} {}", String::from_utf8_lossy(rest).replace('\0', " "))
}

fn id_of(bytes: &[u8]) -> Option<Id> {
    Id::parse(std::str::from_utf8(bytes).ok()?).ok()
}

fn with(prefix: u8, parts: &[&[u8]]) -> Vec<u8> {
    let mut key = vec![prefix];
    for part in parts {
        key.extend_from_slice(part);
    }
    key
}

/// Bytes whose order is that of the numbers, negative ones first.
const fn ordered(number: i64) -> [u8; 8] {
    (number ^ i64::MIN).to_be_bytes()
}

const fn unordered(bytes: [u8; 8]) -> i64 {
    i64::from_be_bytes(bytes) ^ i64::MIN
}
