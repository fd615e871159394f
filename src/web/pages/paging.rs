//! Walking a list both ways by sealed positions, so that a link shows the same place whatever comes in meanwhile.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::visit::Visit;
use crate::model::filter::Direction;
use crate::model::problem::{Problem, ProblemKey};
use crate::web::cursor;
use crate::web::error::WebError;

/// Rows of one page of a list.
pub const ROWS_PER_PAGE: usize = 50;

/// Where a page of a list begins: the newest end, or beyond a position.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Asked(Option<(Direction, String)>);

impl Asked {
    /// Of the two parameters; the second wins.
    pub fn of(after: Option<&str>, before: Option<&str>) -> Asked {
        let mut asked = Asked::default();
        for (name, value) in [("after", after), ("before", before)] {
            if let Some(value) = value {
                asked.take(name, value);
            }
        }
        asked
    }

    /// Takes `after` (older than a position) or `before` (newer than it); false: another parameter.
    pub fn take(&mut self, name: &str, value: &str) -> bool {
        let direction = match name {
            "after" => Direction::NewestFirst,
            "before" => Direction::OldestFirst,
            _ => return false,
        };
        self.0 = Some((direction, value.to_owned()));
        true
    }

    pub fn direction(&self) -> Direction {
        self.0
            .as_ref()
            .map_or(Direction::NewestFirst, |(direction, _)| *direction)
    }

    /// The position, when one is asked for.
    ///
    /// # Errors
    /// It is not ours, or of another list, filter or scope.
    pub fn position<P: DeserializeOwned>(&self, visit: &Visit, list: &str) -> Result<Option<P>, WebError> {
        let Some((_, sealed)) = &self.0 else { return Ok(None) };
        let bytes = cursor::open(&visit.context.keys, list, &visit.call.scope, sealed)?;
        let broken = |_| Problem::new(ProblemKey::InvalidCursor, "the place in the list cannot be read");
        Ok(Some(postcard::from_bytes(&bytes).map_err(broken)?))
    }

    /// Puts items read in the asked direction into the order of showing.
    pub fn newest_first<T>(&self, mut items: Vec<T>) -> Vec<T> {
        if self.direction() == Direction::OldestFirst {
            items.reverse();
        }
        items
    }
}

/// Links to the pages around this one; what leads nowhere is not there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Pages {
    pub newest: Option<String>,
    pub newer: Option<String>,
    pub older: Option<String>,
    /// `50 of many`, `12, all of them`.
    pub count: String,
}

/// The ends of what is shown.
pub struct Shown<'a, P> {
    pub rows: usize,
    pub first: Option<&'a P>,
    pub last: Option<&'a P>,
    /// There is more in the direction that was asked.
    pub more: bool,
}

/// `address` is the list with its filters, without a position; it is what positions are sealed for.
pub fn pages<P: Serialize>(visit: &Visit, address: &str, asked: &Asked, shown: &Shown<'_, P>) -> Pages {
    let link = |name: &str, position: Option<&P>| -> Option<String> {
        let bytes = postcard::to_allocvec(position?).ok()?;
        let sealed = cursor::seal(&visit.context.keys, address, &visit.call.scope, &bytes);
        let sign = if address.contains('?') { '&' } else { '?' };
        Some(format!("{address}{sign}{name}={}", crate::web::uri::encode(&sealed)))
    };
    let (is_newest, is_oldest) = match (&asked.0, asked.direction()) {
        (None, _) => (true, !shown.more),
        (Some(_), Direction::NewestFirst) => (false, !shown.more),
        (Some(_), Direction::OldestFirst) => (!shown.more, false),
    };
    let newer = link("before", shown.first).filter(|_| !is_newest);
    let older = link("after", shown.last).filter(|_| !is_oldest);
    let count = match (is_newest && is_oldest, shown.rows) {
        (true, 1) => "1, the only one".to_owned(),
        (true, rows) => format!("{rows}, all of them"),
        (false, rows) => format!("{rows} of many"),
    };
    Pages {
        newest: asked.0.is_some().then(|| address.to_owned()),
        newer,
        older,
        count,
    }
}
