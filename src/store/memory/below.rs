//! The colour that comes from below, by following every link.

use std::collections::BTreeSet;

use super::Data;
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::model::scope::Scope;
use crate::model::state::State;
use crate::model::tone::{self, Tone};
use crate::store::Linked;

impl Data {
    pub(super) fn below(&self, key: &RecordKey, scope: &Scope) -> Option<Tone> {
        let record = &self.visible(key, scope)?.summary;
        match key.kind() {
            Kind::ApiRequest if has_failed(record) => self.is_healed(record, scope).then_some(Tone::Ok),
            Kind::FlowRun => self.below_run(record, scope),
            Kind::ExternalEvent | Kind::InternalEvent => self.worst_run(key, scope),
            Kind::ExternalWebhook => {
                let events = self.near(key, Relation::Collected, End::Effect, scope).into_iter();
                events.filter_map(|event| self.worst_run(&event.key, scope)).max()
            }
            _ => None,
        }
    }

    fn near(&self, key: &RecordKey, relation: Relation, other_is: End, scope: &Scope) -> Vec<Linked> {
        self.linked(key, Some((relation, other_is)), None, usize::MAX, scope)
    }

    /// What was received of the effects.
    fn effects(&self, key: &RecordKey, relation: Relation, scope: &Scope) -> Vec<Record> {
        let near = self.near(key, relation, End::Effect, scope);
        near.into_iter().filter_map(|linked| linked.record).collect()
    }

    fn worst_run(&self, event: &RecordKey, scope: &Scope) -> Option<Tone> {
        let runs = self.effects(event, Relation::Launched, scope);
        let tones = runs.iter().filter_map(|run| match tone::own(run) {
            own @ (Tone::Red | Tone::Amber) => Some(own),
            _ => self.below_run(run, scope),
        });
        tones.max()
    }

    fn below_run(&self, run: &Record, scope: &Scope) -> Option<Tone> {
        if run.state() != Some(State::Completed) {
            return None;
        }
        let node_runs = self.effects(&run.key, Relation::Node, scope);
        let requests = self.effects(&run.key, Relation::RunRequest, scope);
        let is_in_the_way = |request: &Record| {
            let node_runs = self.near(&request.key, Relation::NodeRequest, End::Cause, scope);
            let mut node_runs = node_runs.into_iter().filter_map(|linked| linked.record);
            has_failed(request)
                && !self.is_healed(request, scope)
                && !node_runs.any(|node_run| node_run.state() == Some(State::Completed))
        };
        let is_bad = node_runs.iter().any(has_failed) || requests.iter().any(is_in_the_way);
        is_bad.then_some(Tone::Amber)
    }

    /// Whether a retry of it, or a later attempt at the same thing, succeeded.
    fn is_healed(&self, request: &Record, scope: &Scope) -> bool {
        let has_succeeded = |key: &RecordKey, after: Option<&Record>| {
            let attempt = self.visible(key, scope).map(|kept| &kept.summary);
            attempt.is_some_and(|attempt| {
                attempt.state() == Some(State::Success)
                    && after.is_none_or(|first| attempt.known.place > first.known.place)
            })
        };
        let retries = self.reached(&request.key, &[End::Effect], scope);
        let family = self.reached(&request.key, &[End::Effect, End::Cause], scope);
        retries.iter().any(|key| has_succeeded(key, None)) || family.iter().any(|key| has_succeeded(key, Some(request)))
    }

    /// Every request reached over retries.
    fn reached(&self, key: &RecordKey, ends: &[End], scope: &Scope) -> BTreeSet<RecordKey> {
        let (mut reached, mut open) = (BTreeSet::new(), vec![key.clone()]);
        while let Some(at) = open.pop() {
            for end in ends {
                let near = self.near(&at, Relation::Retry, *end, scope);
                let new = near.into_iter().map(|linked| linked.key);
                let new: Vec<RecordKey> = new.filter(|key| reached.insert(key.clone())).collect();
                open.extend(new);
            }
        }
        reached
    }
}

fn has_failed(record: &Record) -> bool {
    matches!(record.state(), Some(State::Failed | State::Error))
}
