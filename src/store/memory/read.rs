//! Reading records.

use std::collections::{BTreeMap, BTreeSet};

use super::{Data, Kept};
use crate::model::filter::Direction;
use crate::model::id::RecordKey;
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::model::scope::Scope;
use crate::store::linked::{Siblings, SiblingsRequest, Standing};
use crate::store::{Linked, ListRequest, Page, Stats, rules};

impl Data {
    /// The record, if it is there and in the scope.
    pub(super) fn visible(&self, key: &RecordKey, scope: &Scope) -> Option<&Kept> {
        self.records
            .get(key)
            .filter(|kept| self.is_inside(&kept.summary, scope))
    }

    fn is_inside(&self, record: &Record, scope: &Scope) -> bool {
        let run = rules::scope_giver(record).and_then(|run| self.records.get(&run));
        rules::is_inside(record, run.map(|kept| &kept.summary), scope)
    }

    pub(super) fn list(&self, request: &ListRequest, scope: &Scope) -> Page<Record> {
        let is_after = |record: &Record| match (&request.after, request.direction) {
            (None, _) => true,
            (Some(after), Direction::OldestFirst) => record.position() > *after,
            (Some(after), Direction::NewestFirst) => record.position() < *after,
        };
        let is_listed = |kept: &&Kept| {
            let record = &kept.whole;
            rules::matches(&request.filter, record) && is_after(record) && self.is_inside(record, scope)
        };
        let listed = self.records.values().filter(is_listed);
        let mut found: Vec<&Record> = listed.map(|kept| &kept.summary).collect();
        found.sort_by_key(|record| record.position());
        if request.direction == Direction::NewestFirst {
            found.reverse();
        }
        let limit = request.limit.max(1);
        let more = found.len() > limit;
        let items: Vec<Record> = found.into_iter().take(limit).cloned().collect();
        let next = items.last().filter(|_| more).map(Record::position);
        Page {
            items,
            next,
            scanned_until: None,
        }
    }

    /// A link is there for a scope that holds the record that names it.
    pub(super) fn linked(
        &self,
        key: &RecordKey,
        relation: Option<(Relation, End)>,
        after: Option<&RecordKey>,
        limit: usize,
        scope: &Scope,
    ) -> Vec<Linked> {
        let mut found: BTreeSet<(Relation, End, RecordKey)> = BTreeSet::new();
        for (namer, kept) in &self.records {
            let of_asked = kept.links.iter().filter(|_| namer == key);
            let of_asked = of_asked.map(|link| (link.relation, link.other_is, link.other.clone()));
            // A record may name itself: then it is both ends.
            let to_asked = kept.links.iter().filter(|link| link.other == *key);
            let to_asked = to_asked.map(|link| (link.relation, link.other_is.other(), namer.clone()));
            let mut seen = of_asked.chain(to_asked).peekable();
            if seen.peek().is_some() && self.is_inside(&kept.summary, scope) {
                found.extend(seen);
            }
        }
        found
            .into_iter()
            .filter(|(by, other_is, _)| relation.is_none_or(|wanted| wanted == (*by, *other_is)))
            .filter(|(_, _, other)| relation.is_none() || after.is_none_or(|after| other > after))
            .take(limit)
            .map(|(relation, other_is, key)| {
                let record = self.visible(&key, scope).map(|kept| kept.summary.clone());
                Linked {
                    relation,
                    other_is,
                    key,
                    record,
                }
            })
            .collect()
    }

    pub(super) fn siblings(&self, request: &SiblingsRequest, scope: &Scope) -> Siblings {
        let by = Some((request.relation, request.other_is));
        let all = self.linked(&request.key, by, None, usize::MAX, scope);
        let is_of_node = |key: &RecordKey| match &request.node {
            None => true,
            Some(node) => key.node().is_some_and(|(_, of)| of == node),
        };
        let is_after = |standing: &Standing| match (&request.after, request.direction) {
            (None, _) => true,
            (Some(after), Direction::NewestFirst) => standing > after,
            (Some(after), Direction::OldestFirst) => standing < after,
        };
        let mut found: Vec<(Standing, Linked)> = all
            .into_iter()
            .filter(|linked| is_of_node(&linked.key))
            .map(|linked| (Standing::of(&linked.key, linked.record.as_ref()), linked))
            .filter(|(standing, _)| is_after(standing))
            .collect();
        found.sort_by(|(a, _), (b, _)| a.cmp(b));
        if request.direction == Direction::OldestFirst {
            found.reverse();
        }
        let limit = request.limit.max(1);
        let has_more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| has_more);
        Siblings {
            next: next.map(|(standing, _)| standing.clone()),
            items: found.into_iter().map(|(_, linked)| linked).collect(),
            is_cut: false,
        }
    }

    pub(super) fn stats(&self) -> Stats {
        let mut records = BTreeMap::new();
        for key in self.records.keys() {
            *records.entry(key.kind()).or_default() += 1;
        }
        let mut entities = BTreeMap::new();
        for (kind, _) in self.entities.keys() {
            *entities.entry(*kind).or_default() += 1;
        }
        Stats {
            records: records.into_iter().collect(),
            entities: entities.into_iter().collect(),
            sequence: self.sequence(),
            ..Stats::default()
        }
    }

    /// The sequence of the newest change; 0 when there is none.
    pub(super) fn sequence(&self) -> u64 {
        self.changes.last().map_or(0, |change| change.sequence)
    }
}
