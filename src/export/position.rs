//! Where an export goes on.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::model::filter;
use crate::model::id::{Id, RecordKey};
use crate::model::kind::{EntityKind, ItemKind, Kind};
use crate::model::time::Micros;

/// Longest text of a position that is looked at, characters: it holds at most three ids.
const TEXT_MAX_CHARS: usize = 2048;

/// The last thing an export told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Position {
    Entity { kind: EntityKind, place: Micros, id: Id },
    Record(filter::Position),
}

/// The members of a line that say where it stands.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    #[serde(borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    redtrail_place: Cow<'a, str>,
    #[serde(borrow)]
    flow_run_id: Option<Cow<'a, str>>,
    #[serde(borrow)]
    node_key: Option<Cow<'a, str>>,
}

impl Position {
    /// Of a line of an export; `None` for another or a broken one.
    pub fn of_line(line: &str) -> Option<Position> {
        let line: Line<'_> = serde_json::from_str(line).ok()?;
        let place = Micros::parse(&line.redtrail_place)?;
        let id = |text: &str| Id::parse(text).ok();
        let own = id(&line.id)?;
        let key = match ItemKind::from_name(&line.kind)? {
            ItemKind::Entity(kind) => return Some(Position::Entity { kind, place, id: own }),
            ItemKind::Log(Kind::NodeRun) => RecordKey::node_run(id(&line.flow_run_id?)?, id(&line.node_key?)?, own),
            ItemKind::Log(kind) => RecordKey::new(kind, own),
        };
        Some(Position::Record(filter::Position { place, key }))
    }

    /// As [`Position::parse`] reads it.
    pub fn text(&self) -> String {
        // Encoding into memory cannot fail.
        URL_SAFE_NO_PAD.encode(postcard::to_allocvec(self).unwrap_or_default())
    }

    /// Reads what [`Position::text`] wrote; `None` for anything else.
    pub fn parse(text: &str) -> Option<Position> {
        if text.len() > TEXT_MAX_CHARS {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        postcard::from_bytes(&bytes).ok()
    }
}
