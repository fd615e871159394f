//! Shortening records that are too long.

use crate::ingest::text;
use crate::model::json;
use crate::model::limits::CUT_FLOOR_BYTES;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::version::{Field, Mark, MarkKind};

/// Longest end of a cut string: `…[cut N bytes]` with N of 20 digits.
const END_MAX_BYTES: usize = 40;

/// What a cut string keeps at least takes, with its end and the character or escape that did not fit any more.
const LOWEST: usize = CUT_FLOOR_BYTES + END_MAX_BYTES + 16;

/// A string that can be cut: field, place of its inside, pointer below the field.
struct Long {
    field: usize,
    start: usize,
    end: usize,
    path: String,
}

/// Cuts the longest strings of a record until it has at most `limit` bytes as one JSON object, none below
/// [`CUT_FLOOR_BYTES`]; answers how many.
///
/// # Errors
/// It is still too long.
pub(super) fn to_fit(fields: &mut [Field], limit: usize) -> Result<usize, Problem> {
    let size = size(fields);
    if size <= limit {
        return Ok(0);
    }
    let mut long = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        strings(&field.raw, index, &mut long);
    }
    let too_large = || {
        Problem::new(
            ProblemKey::RecordTooLarge,
            "The record is too large, also with its longest strings cut.",
        )
        .expected(format!("a record of at most {limit} bytes"))
    };
    let level = level(&long, size - limit).ok_or_else(too_large)?;
    long.retain(|string| string.end - string.start > level);
    let mut before = Vec::new();
    for (index, field) in fields.iter_mut().enumerate() {
        before.clear();
        before.extend(long.iter().filter(|string| string.field == index));
        if !before.is_empty() {
            cut_field(field, &before, level);
        }
    }
    Ok(long.len())
}

/// Bytes of a record as one JSON object.
fn size(fields: &[Field]) -> usize {
    let member = |field: &Field| field.name.len() + field.raw.len() + "\"\":,".len();
    2 + fields.iter().map(member).sum::<usize>()
}

/// Collects the strings of a value that are longer than [`LOWEST`]. Goes over the text without recursion.
fn strings(raw: &str, field: usize, found: &mut Vec<Long>) {
    // (end of the container, members or elements still to come)
    let mut waiting: Vec<(String, &str)> = vec![(String::new(), raw)];
    while let Some((path, value)) = waiting.pop() {
        if value.len() <= LOWEST {
            continue;
        }
        match value.as_bytes().first() {
            Some(b'"') => {
                let start = (value.as_ptr() as usize).saturating_sub(raw.as_ptr() as usize) + 1;
                found.push(Long {
                    field,
                    start,
                    end: start + value.len() - 2,
                    path,
                });
            }
            Some(b'{') => waiting.extend(json::members(value).filter(|(_, value)| value.len() > LOWEST).map(
                |(key, value)| {
                    let key = json::string(key).unwrap_or_default();
                    (format!("{path}/{}", json::pointer_token(&key)), value)
                },
            )),
            Some(b'[') => waiting.extend(
                json::elements(value)
                    .enumerate()
                    .filter(|(_, value)| value.len() > LOWEST)
                    .map(|(index, value)| (format!("{path}/{index}"), value)),
            ),
            _ => {}
        }
    }
}

/// The length that no string may pass so that `excess` bytes go away; `None`: there are too few long strings.
fn level(long: &[Long], excess: usize) -> Option<usize> {
    let saved = |level: usize| -> usize {
        long.iter()
            .map(|string| (string.end - string.start).saturating_sub(level))
            .sum()
    };
    if saved(LOWEST) < excess {
        return None;
    }
    let (mut low, mut high) = (LOWEST, long.iter().map(|string| string.end - string.start).max()?);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if saved(middle) >= excess {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Some(low)
}

fn cut_field(field: &mut Field, strings: &[&Long], level: usize) {
    let mut ordered: Vec<&&Long> = strings.iter().collect();
    ordered.sort_by_key(|string| string.start);
    let mut out = String::with_capacity(field.raw.len());
    let mut done = 0;
    for string in ordered {
        let inside = field.raw.get(string.start..string.end).unwrap_or_default();
        let kept = text::boundary(inside, level.saturating_sub(END_MAX_BYTES));
        let gone = text::decoded_len(inside.get(kept..).unwrap_or_default());
        out.push_str(field.raw.get(done..string.start + kept).unwrap_or_default());
        out.push_str(&format!("…[cut {gone} bytes]"));
        done = string.end;
        mark(&mut field.marks, &string.path, gone);
    }
    out.push_str(field.raw.get(done..).unwrap_or_default());
    field.raw = out.into();
}

/// Marks a cut string. Marks of places inside it, in JSON that is broken now, become marks of the string.
fn mark(marks: &mut Vec<Mark>, path: &str, gone: usize) {
    for mark in marks.iter_mut() {
        let is_inside = mark.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        if is_inside {
            mark.path = path.into();
        }
    }
    marks.dedup();
    marks.push(Mark {
        path: path.into(),
        what: MarkKind::Cut {
            bytes: u64::try_from(gone).unwrap_or(u64::MAX),
        },
    });
}
