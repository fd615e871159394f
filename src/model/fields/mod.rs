//! The one table of the fields Redtrail knows: their type at the door, how versions of them merge, whether
//! lists read them, and which of them name other log records.

mod entities;
mod logs;

use super::kind::{EntityKind, ItemKind, Kind};

/// What a value must be to come in. Everything not listed in the table comes in as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// Any JSON.
    Any,
    Text,
    /// An id (an integer is taken as its digits).
    Id,
    /// An array of ids.
    Ids,
    /// RFC 3339; also checked against the range of `time_out_of_range`.
    Time,
    /// RFC 3339, not range-checked (`nextPullEventsTimestamp` and the like may lie far ahead).
    FreeTime,
    Bool,
    /// An integer from 0 to 999.
    StatusCode,
    /// Milliseconds: a number from 0 to 2^53.
    Duration,
    /// An integer from 0 to 2^53.
    Count,
    Object,
    Array,
    /// The error object of `model.md`.
    Error,
    Errors,
    LogEntries,
    /// A word of [`super::state::State::words_of`].
    StateWord,
    /// `isSuccess`: a boolean that is the state.
    SuccessFlag,
    /// `{type, ids?}`.
    LaunchedBy,
    /// `{key → {state?, runs?, erroredRuns?, outputs?}}`.
    NodeCounts,
    /// `[{id, data?, downstreamRuns?}]`.
    Outputs,
    /// `[{nodeKey?, runId?, outputId?}]`.
    UpstreamRuns,
}

/// How versions of one field become one value (`model.md`, "State is a fold").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Merge {
    /// The value of the highest version that gives it.
    Overlay,
    /// Kept per state: `error` and `errors`.
    PerState,
    /// A set of array elements.
    Set,
    /// `{type, ids}`: `ids` a set, the rest overlaid by member.
    LaunchedBy,
    /// An object overlaid by member: `meta`.
    ByKey,
    /// `nodes`.
    NodeCounts,
    /// `outputs`: by `id`, whole but for `downstreamRuns`.
    Outputs,
    /// `logs`.
    Logs,
}

/// Which half of a record holds the field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Read by lists.
    Summary,
    /// Fetched by details only.
    Body,
}

/// What ids a field's value holds of other log records, for a token's `idPrefix`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    Nothing,
    /// The value is an id, or an array of ids, of log records.
    Records,
    /// `ids` inside it are (`launchedBy`).
    LaunchedBy,
    /// `runId` of its elements are (`upstreamRuns`).
    UpstreamRuns,
    /// `downstreamRuns[].runId` of its elements are (`outputs`).
    Outputs,
    /// `apiRequestId` of its elements are (`logs`).
    Logs,
}

/// One row of the table.
#[derive(Debug, Clone, Copy)]
pub struct FieldRule {
    pub name: &'static str,
    /// Other names it comes in by.
    pub aliases: &'static [&'static str],
    pub value: FieldType,
    pub merge: Merge,
    pub part: Part,
    pub names: Names,
}

impl FieldRule {
    const fn new(name: &'static str, value: FieldType, part: Part) -> FieldRule {
        FieldRule {
            name,
            aliases: &[],
            value,
            merge: Merge::Overlay,
            part,
            names: Names::Nothing,
        }
    }

    const fn merged(mut self, merge: Merge) -> FieldRule {
        self.merge = merge;
        self
    }

    const fn naming(mut self, names: Names) -> FieldRule {
        self.names = names;
        self
    }

    const fn alias(mut self, aliases: &'static [&'static str]) -> FieldRule {
        self.aliases = aliases;
        self
    }
}

/// The known fields of a log kind in the order they are shown, without `id` and `kind`.
pub fn of_log(kind: Kind) -> &'static [&'static [FieldRule]] {
    logs::rules(kind)
}

/// The known fields of an entity kind in the order they are shown, without `id` and `kind`.
pub fn of_entity(kind: EntityKind) -> &'static [&'static [FieldRule]] {
    entities::rules(kind)
}

/// The rule of a member by any of its names, and its place in the order of showing.
pub fn rule(kind: ItemKind, name: &str) -> Option<(usize, &'static FieldRule)> {
    let groups = match kind {
        ItemKind::Log(kind) => of_log(kind),
        ItemKind::Entity(kind) => of_entity(kind),
    };
    groups
        .iter()
        .flat_map(|group| group.iter())
        .enumerate()
        .find(|(_, rule)| rule.name == name || rule.aliases.contains(&name))
}
