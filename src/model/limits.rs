//! Limits of the model itself. Those a person may set are in the config, named there.

/// How far ahead of its receipt a place, end or `updatedAt` may be before the item is refused.
pub const MAX_AHEAD: i64 = 24 * super::time::HOUR;
/// How far ahead of its receipt a time may be before the record is marked "clock ahead".
pub const CLOCK_AHEAD: i64 = super::time::MINUTE;
/// Deepest nesting of objects and arrays in an item.
pub const MAX_DEPTH: usize = 64;
/// A string is never cut below this many bytes.
pub const CUT_FLOOR_BYTES: usize = 4 * 1024;
