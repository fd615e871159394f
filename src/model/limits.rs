//! Limits of the model itself. Those a person may set are in the config, named there.

/// How far ahead of its receipt a place, end or `updatedAt` may be before the item is refused.
pub const MAX_AHEAD: i64 = 24 * super::time::HOUR;
/// How far ahead of its receipt a time may be before the record is marked "clock ahead".
pub const CLOCK_AHEAD: i64 = super::time::MINUTE;
/// Deepest nesting of objects and arrays in an item.
pub const MAX_DEPTH: usize = 64;
/// A string is never cut below this many bytes.
pub const CUT_FLOOR_BYTES: usize = 4 * 1024;
/// Most top-level members of an item; one with more is refused.
pub const MAX_MEMBERS: usize = 1000;
/// Most bytes the marks of one item's redacted places take; an item with more to redact is refused.
pub const MAX_MARK_BYTES: usize = 1024 * 1024;
/// Most parts of one version that merge by themselves: ids, log entries, members of `meta` and `nodes`, outputs and
/// what they name. Each costs many times its text, in memory and in indexes; an item with more is refused.
pub const MAX_PARTS: usize = 20_000;
/// Most of them in all items of a request; a request with more is refused whole, before anything of it is stored.
pub const MAX_REQUEST_PARTS: usize = 400_000;
/// Most bytes of a record that many versions make together ([`super::fold::Folded::bytes`]); a version that would make
/// it larger is refused.
pub const MAX_FOLDED_BYTES: usize = 16 * 1024 * 1024;
/// The same of an entity.
pub const MAX_ENTITY_BYTES: usize = 4 * 1024 * 1024;
