//! The table of fields, ordered for looking names up.

use crate::model::fields::{self, FieldRule};
use crate::model::kind::{EntityKind, ItemKind, Kind};

/// For each kind every name of its fields with the field's rule.
pub(in crate::ingest) struct Tables {
    kinds: Vec<(ItemKind, Vec<(&'static str, &'static FieldRule)>)>,
}

impl Tables {
    pub fn new() -> Tables {
        let logs = Kind::SENT
            .into_iter()
            .map(|kind| (ItemKind::Log(kind), fields::of_log(kind)));
        let entities = EntityKind::ALL
            .into_iter()
            .map(|kind| (ItemKind::Entity(kind), fields::of_entity(kind)));
        let kinds = logs.chain(entities).map(|(kind, groups)| {
            let rules = groups.iter().flat_map(|group| group.iter());
            let names = rules.flat_map(|rule| {
                let own = std::iter::once((rule.name, rule));
                own.chain(rule.aliases.iter().map(move |alias| (*alias, rule)))
            });
            let mut names: Vec<_> = names.collect();
            names.sort_by_key(|(name, _)| order(name));
            (kind, names)
        });
        Tables { kinds: kinds.collect() }
    }

    /// The names of a kind.
    pub fn of(&self, kind: ItemKind) -> Table<'_> {
        let own = self.kinds.iter().find(|(of, _)| *of == kind);
        Table(own.map_or(&[], |(_, names)| names))
    }
}

/// The names of one kind.
#[derive(Clone, Copy)]
pub(in crate::ingest) struct Table<'t>(&'t [(&'static str, &'static FieldRule)]);

impl Table<'_> {
    pub fn rule(self, name: &str) -> Option<&'static FieldRule> {
        let at = self
            .0
            .binary_search_by_key(&order(name), |(known, _)| order(known))
            .ok()?;
        self.0.get(at).map(|(_, rule)| *rule)
    }
}

/// Lengths are compared first: most names differ there.
fn order(name: &str) -> (usize, &str) {
    (name.len(), name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_every_kind_leads_to_the_rule_of_the_model() {
        let tables = Tables::new();
        let mut count = 0;
        for (kind, names) in &tables.kinds {
            for (name, rule) in names {
                let (_, expected) = fields::rule(*kind, name).unwrap();
                assert_eq!((rule.name, expected.name), (expected.name, rule.name), "{name}");
                assert_eq!(tables.of(*kind).rule(name).map(|rule| rule.name), Some(rule.name));
                count += 1;
            }
            assert!(tables.of(*kind).rule("nope").is_none());
        }
        assert!(count > 200);
    }
}
