//! The colour that comes from below, as far as states and links tell it.

use std::collections::HashSet;
use std::sync::Arc;

use super::siblings::has_failed;
use super::{Head, HeadRow, Inside, Key};
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::state::State;
use crate::model::time::Micros;
use crate::model::tone::Tone;
use crate::store::embedded::row::state_of;

/// Links looked at below one record.
const LINKS_MAX: usize = 50_000;
/// Attempts at one request that are looked at.
const ATTEMPTS_MAX: usize = 200;

/// What the index says of what is below a record.
#[derive(Debug, Default)]
pub(in crate::store::embedded) struct Below {
    pub tone: Option<Tone>,
    /// Runs that say they completed: their own counts may tell of errors. Newest first.
    pub completed: Vec<Key>,
}

/// One record's look at what is below it.
struct Look<'a> {
    head: &'a Head,
    inside: &'a Inside,
    links_left: usize,
}

impl Head {
    /// What is below a record of the scope.
    pub(in crate::store::embedded) fn below(&self, inside: &Inside, key: &[u8]) -> Below {
        let Some(row) = self.row(key).filter(|row| inside.holds(self, row)) else {
            return Below::default();
        };
        let mut look = Look {
            head: self,
            inside,
            links_left: LINKS_MAX,
        };
        let tone = match row.kind {
            Kind::ApiRequest if has_failed(row) => look.is_healed(row).then_some(Tone::Ok),
            Kind::FlowRun => look.run(row),
            Kind::ExternalEvent | Kind::InternalEvent => return look.runs_of(&[Arc::clone(&row.key)]),
            Kind::ExternalWebhook => {
                let events = look.near(&row.key, Relation::Collected, End::Effect);
                let events: Vec<Key> = events.into_iter().map(|(key, _)| Arc::clone(key)).collect();
                return look.runs_of(&events);
            }
            _ => None,
        };
        Below {
            tone,
            completed: Vec::new(),
        }
    }
}

impl<'a> Look<'a> {
    fn near(&mut self, key: &[u8], relation: Relation, end: End) -> Vec<(&'a Key, Option<&'a HeadRow>)> {
        let (head, inside) = (self.head, self.inside);
        let near: Vec<_> = head.near(inside, key, relation, end).take(self.links_left).collect();
        self.links_left = self.links_left.saturating_sub(near.len());
        near
    }

    /// What was received of the effects of a record, those that failed first.
    fn effects(&mut self, key: &[u8], relation: Relation) -> Vec<&'a HeadRow> {
        let near = self.near(key, relation, End::Effect);
        let mut rows: Vec<&HeadRow> = near.into_iter().filter_map(|(_, row)| row).collect();
        rows.sort_by_key(|row| !has_failed(row));
        rows
    }

    fn runs_of(&mut self, events: &[Key]) -> Below {
        let mut runs = Vec::new();
        for event in events {
            runs.extend(self.effects(event, Relation::Launched));
            if runs.iter().any(|run| has_failed(run)) {
                return Below {
                    tone: Some(Tone::Red),
                    completed: Vec::new(),
                };
            }
        }
        runs.retain(|run| state_of(run.state) == Some(State::Completed));
        let tone = runs.iter().filter_map(|run| self.run(run)).max();
        runs.sort_by_key(|run| std::cmp::Reverse((run.place, &run.key)));
        Below {
            tone,
            completed: runs.into_iter().map(|run| Arc::clone(&run.key)).collect(),
        }
    }

    fn run(&mut self, run: &HeadRow) -> Option<Tone> {
        if state_of(run.state) != Some(State::Completed) {
            return None;
        }
        let node_runs = self.effects(&run.key, Relation::Node);
        if node_runs.first().is_some_and(|row| has_failed(row)) {
            return Some(Tone::Amber);
        }
        let requests = self.effects(&run.key, Relation::RunRequest);
        let mut failed = requests.into_iter().take_while(|row| has_failed(row));
        let is_bad = failed.any(|request| !self.is_healed(request) && !self.has_completed_node_run(request));
        is_bad.then_some(Tone::Amber)
    }

    fn has_completed_node_run(&mut self, request: &HeadRow) -> bool {
        let node_runs = self.near(&request.key, Relation::NodeRequest, End::Cause);
        let mut states = node_runs.into_iter().filter_map(|(_, row)| state_of(row?.state));
        states.any(|state| state == State::Completed)
    }

    /// Whether a retry of it, or a later attempt at the same thing, succeeded.
    fn is_healed(&mut self, request: &HeadRow) -> bool {
        self.has_success(request, &[End::Effect], None)
            || self.has_success(request, &[End::Effect, End::Cause], Some(request.place))
    }

    fn has_success(&mut self, request: &HeadRow, ends: &[End], after: Option<Micros>) -> bool {
        let mut seen: HashSet<Key> = HashSet::new();
        let mut open = vec![Arc::clone(&request.key)];
        while let Some(at) = open.pop() {
            for end in ends {
                for (key, row) in self.near(&at, Relation::Retry, *end) {
                    let is_good = row.is_some_and(|row| {
                        state_of(row.state) == Some(State::Success) && after.is_none_or(|after| row.place > after)
                    });
                    if is_good {
                        return true;
                    }
                    if seen.len() < ATTEMPTS_MAX && seen.insert(Arc::clone(key)) {
                        open.push(Arc::clone(key));
                    }
                }
            }
        }
        false
    }
}
