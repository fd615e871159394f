//! What a list is asked for, as its address says it.

use crate::model::filter::{Filter, IdField};
use crate::model::id::Id;
use crate::model::kind::Kind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::state::State;
use crate::model::time::{DAY, HOUR, Micros};

use super::super::paging::Asked;
use super::super::show::{href, time};
use super::line::Line;
use crate::web::question::Question;

/// Filters of one address; more are refused.
pub const FILTERS_MAX: usize = 12;

/// A filter by an id, by its name in addresses.
#[derive(Debug)]
pub struct IdFilter {
    pub name: &'static str,
    pub label: &'static str,
    pub field: IdField,
}

const fn by(name: &'static str, label: &'static str, field: IdField) -> IdFilter {
    IdFilter { name, label, field }
}

/// Every id a list can be filtered by.
pub const ID_FILTERS: [IdFilter; 18] = [
    by("customer", "Customer", IdField::Customer),
    by("integration", "Integration", IdField::Integration),
    by("connection", "Connection", IdField::Connection),
    by("app", "External app", IdField::ExternalApp),
    by("flow", "Flow", IdField::Flow),
    by("flow-instance", "Flow instance", IdField::FlowInstance),
    by("subscription", "Subscription", IdField::ExternalSubscription),
    by("internal-event-type", "Event type", IdField::InternalEventType),
    by("internal-subscription", "Subscription", IdField::InternalSubscription),
    by("event-type", "Event type", IdField::EventType),
    by("run", "Flow run", IdField::FlowRun),
    by("node", "Node", IdField::Node),
    by("node-run", "Node run", IdField::NodeRun),
    by("action-run", "Action run", IdField::ActionRun),
    by("pull", "Pull", IdField::Pull),
    by("action", "Action", IdField::Action),
    by("source", "Source", IdField::Source),
    by("trace", "Trace", IdField::Trace),
];

/// A range that ends now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    pub name: &'static str,
    pub label: &'static str,
    pub micros: i64,
}

pub const RANGES: [Range; 3] = [
    Range {
        name: "1h",
        label: "1 h",
        micros: HOUR,
    },
    Range {
        name: "24h",
        label: "24 h",
        micros: DAY,
    },
    Range {
        name: "7d",
        label: "7 d",
        micros: 7 * DAY,
    },
];

/// An address of a list, read.
#[derive(Debug, Clone)]
pub struct Query {
    pub kind: Kind,
    /// `None` stands for *unknown*.
    pub states: Vec<Option<State>>,
    pub range: Option<Range>,
    /// As typed, and as read; they beat the range.
    pub from: Option<(String, Micros)>,
    pub to: Option<(String, Micros)>,
    pub ids: Vec<(&'static IdFilter, Id)>,
    pub line: Line,
    pub asked: Asked,
}

/// One active filter, for taking it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Time,
    Id(usize),
    States,
    /// A term of the query line.
    Term(usize),
}

impl Query {
    pub fn of(kind: Kind) -> Query {
        Query {
            kind,
            states: Vec::new(),
            range: None,
            from: None,
            to: None,
            ids: Vec::new(),
            line: Line::default(),
            asked: Asked::default(),
        }
    }

    /// Reads the pairs of an address; fields of a form that were left empty say nothing.
    ///
    /// # Errors
    /// A parameter lists do not know, or a value that is not as expected.
    pub fn parse(kind: Kind, pairs: &[(String, String)]) -> Result<Query, Problem> {
        let mut query = Query::of(kind);
        for (name, value) in pairs.iter().map(|(name, value)| (name.as_str(), value.trim())) {
            if !value.is_empty() {
                query.take(name, value)?;
            }
        }
        if query.from.is_some() || query.to.is_some() {
            query.range = None;
        }
        query.states.sort_unstable();
        query.states.dedup();
        query.ids.sort_by_key(|(filter, _)| filter.field);
        if query.ids.len() + query.states.len() > FILTERS_MAX {
            return Err(Problem::new(ProblemKey::InvalidParameter, "too many filters").expected("at most 12"));
        }
        Ok(query)
    }

    fn take(&mut self, name: &str, value: &str) -> Result<(), Problem> {
        let wrong = |name: &str, expected: String| {
            Problem::new(
                ProblemKey::InvalidParameter,
                format!("the filter “{name}” is not as it should be"),
            )
            .expected(expected)
        };
        if self.asked.take(name, value) {
            return Ok(());
        }
        match name {
            "q" => self.line = Line::parse(self.kind, value),
            "state" => {
                let words: Vec<&str> = State::words_of(self.kind).iter().map(|state| state.word()).collect();
                let expected = || wrong(name, format!("one of {}, unknown", words.join(", ")));
                self.states.push(state_of(self.kind, value).ok_or_else(expected)?);
            }
            "range" => {
                let known = RANGES.into_iter().find(|range| range.name == value);
                if known.is_none() && value != "all" {
                    return Err(wrong(name, "one of 1h, 24h, 7d, all".to_owned()));
                }
                self.range = known;
            }
            "from" | "to" => {
                let at = time::parse(value, name == "to");
                let at = at.ok_or_else(|| wrong(name, "a time such as 2026-11-23T02:58, in UTC".to_owned()))?;
                let typed = Some((value.to_owned(), at));
                if name == "from" {
                    self.from = typed;
                } else {
                    self.to = typed;
                }
            }
            _ => {
                let known = ID_FILTERS.iter().find(|filter| filter.name == name);
                let filter = known.ok_or_else(|| {
                    Problem::new(ProblemKey::UnknownParameter, "this list has no filter of that name")
                        .expected("q, state, range, from, to, customer, integration, connection or source")
                })?;
                let id = Id::parse(value).map_err(|error| wrong(name, error.to_string()))?;
                self.ids.push((filter, id));
            }
        }
        Ok(())
    }

    /// What is asked; a range is counted back from now.
    pub fn question(&self, now: Micros) -> Question {
        Question {
            filter: self.filter(now),
            terms: self.line.terms(),
        }
    }

    /// What is asked but the query line.
    pub fn filter(&self, now: Micros) -> Filter {
        let mut filter = Filter::of(self.kind);
        filter.from = match (&self.from, self.range) {
            (Some((_, at)), _) => Some(*at),
            (None, Some(range)) => Some(now.plus(-range.micros)),
            (None, None) => None,
        };
        filter.to = self.to.as_ref().map(|(_, at)| *at);
        filter.states.clone_from(&self.states);
        for (by, id) in &self.ids {
            match filter.ids.iter_mut().find(|(field, _)| *field == by.field) {
                Some((_, ids)) => ids.push(id.clone()),
                None => filter.ids.push((by.field, vec![id.clone()])),
            }
        }
        filter
    }

    /// The list's address with these filters and without a place in it; the same filters give the same text.
    pub fn address(&self) -> String {
        let mut pairs: Vec<(&str, &str)> = self.states.iter().map(|state| ("state", state_word(*state))).collect();
        if let Some(range) = self.range {
            pairs.push(("range", range.name));
        }
        let ends = [("from", &self.from), ("to", &self.to)];
        pairs.extend(
            ends.into_iter()
                .filter_map(|(name, end)| Some((name, end.as_ref()?.0.as_str()))),
        );
        pairs.extend(self.ids.iter().map(|(filter, id)| (filter.name, id.as_str())));
        pairs.push(("q", &self.line.typed));
        href::list(self.kind, &pairs)
    }

    /// Active filters, in the order in which they are applied when an empty list says which removed everything.
    pub fn parts(&self) -> Vec<Part> {
        let has_time = self.range.is_some() || self.from.is_some() || self.to.is_some();
        let time = has_time.then_some(Part::Time);
        let ids = (0..self.ids.len()).map(Part::Id);
        let states = (!self.states.is_empty()).then_some(Part::States);
        let terms = (0..self.line.len()).map(Part::Term);
        time.into_iter().chain(ids).chain(states).chain(terms).collect()
    }

    /// The same list without some filters, at its newest end.
    #[must_use]
    pub fn without(&self, gone: &[Part]) -> Query {
        let mut query = self.clone();
        query.asked = Asked::default();
        if gone.contains(&Part::Time) {
            (query.range, query.from, query.to) = (None, None, None);
        }
        if gone.contains(&Part::States) {
            query.states.clear();
        }
        query.line = self.line.without(self.kind, |at| gone.contains(&Part::Term(at)));
        let mut at = 0;
        query.ids.retain(|_| {
            at += 1;
            !gone.contains(&Part::Id(at - 1))
        });
        query
    }

    /// The same list without a query line, at its newest end.
    #[must_use]
    pub fn without_line(&self) -> Query {
        let mut query = self.without(&[]);
        query.line = Line::default();
        query
    }

    /// The same list with another range of time.
    #[must_use]
    pub fn within(&self, range: Option<Range>) -> Query {
        let mut query = self.without(&[Part::Time]);
        query.range = range;
        query
    }

    /// The same list with one state added, or taken away when it is there.
    #[must_use]
    pub fn toggled(&self, state: Option<State>) -> Query {
        let mut query = self.without(&[]);
        match query.states.iter().position(|other| *other == state) {
            Some(at) => {
                query.states.remove(at);
            }
            None => query.states.push(state),
        }
        query.states.sort_unstable();
        query
    }
}

/// The word of a state in addresses.
pub fn state_word(state: Option<State>) -> &'static str {
    state.map_or("unknown", State::word)
}

/// `failed` and `error` mean the same: that it failed.
fn state_of(kind: Kind, word: &str) -> Option<Option<State>> {
    if word == "unknown" {
        return Some(None);
    }
    let alike = match word {
        "failed" => "error",
        "error" => "failed",
        other => other,
    };
    State::of_word(kind, word)
        .or_else(|| State::of_word(kind, alike))
        .map(Some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(kind: Kind, text: &str) -> Result<Query, Problem> {
        let pair = |pair: &str| {
            pair.split_once('=')
                .map(|(name, value)| (name.to_owned(), value.to_owned()))
        };
        let pairs: Vec<_> = text.split('&').filter_map(pair).collect();
        Query::parse(kind, &pairs)
    }

    #[test]
    fn an_address_is_read_and_written_in_one_way() {
        let query = parse(
            Kind::FlowRun,
            "customer=c1&state=failed&from=&to=&state=queued&range=24h&state=failed",
        )
        .unwrap();
        assert_eq!(
            query.address(),
            "/flow-runs?state=queued&state=failed&range=24h&customer=c1"
        );
        let filter = query.filter(Micros(2 * DAY));
        assert_eq!(filter.from, Some(Micros(DAY)));
        assert_eq!(filter.states.len(), 2);
        assert_eq!(
            query.toggled(Some(State::Failed)).address(),
            "/flow-runs?state=queued&range=24h&customer=c1"
        );
        assert_eq!(
            query.without(&[Part::Id(0), Part::States]).address(),
            "/flow-runs?range=24h"
        );
        assert_eq!(query.parts(), [Part::Time, Part::Id(0), Part::States]);
    }

    #[test]
    fn the_query_line_stays_in_every_address_as_it_was_typed() {
        let query = parse(Kind::FlowRun, "q=Sync  -state:failed&range=24h").unwrap();
        assert_eq!(query.address(), "/flow-runs?range=24h&q=Sync%20%20-state%3Afailed");
        assert_eq!(query.parts(), [Part::Time, Part::Term(0), Part::Term(1)]);
        assert_eq!(query.question(Micros(0)).terms.len(), 2);
        assert_eq!(
            query.toggled(None).without(&[Part::Time]).address(),
            "/flow-runs?state=unknown&q=Sync%20-state%3Afailed"
        );
        assert_eq!(query.without(&[Part::Term(0)]).line.typed, "-state:failed");
        assert_eq!(query.without_line().address(), "/flow-runs?range=24h");
        let wrong = parse(Kind::FlowRun, "q=state%3A:&state=failed").unwrap();
        assert_eq!(wrong.toggled(Some(State::Failed)).line.typed, wrong.line.typed);
    }

    #[test]
    fn a_typed_time_beats_a_range_and_failed_means_error_where_that_is_the_word() {
        let query = parse(Kind::ApiRequest, "range=1h&from=2026-11-23&state=failed").unwrap();
        assert_eq!(query.address(), "/api-requests?state=error&from=2026-11-23");
        assert_eq!(
            parse(Kind::FlowRun, "state=error").unwrap().states,
            [Some(State::Failed)]
        );
        assert_eq!(parse(Kind::FlowRun, "state=unknown").unwrap().states, [None]);
    }

    #[test]
    fn what_cannot_be_understood_is_named() {
        for (text, key) in [
            ("state=sideways", ProblemKey::InvalidParameter),
            ("range=2h", ProblemKey::InvalidParameter),
            ("from=yesterday", ProblemKey::InvalidParameter),
            ("customer=\u{202e}", ProblemKey::InvalidParameter),
            ("colour=red", ProblemKey::UnknownParameter),
        ] {
            let problem = parse(Kind::FlowRun, text).unwrap_err();
            assert_eq!(problem.key, key, "{text}");
            assert!(problem.expected.is_some());
        }
        let many: String = (0..=FILTERS_MAX).map(|n| format!("customer=c{n}&")).collect();
        assert!(parse(Kind::FlowRun, &many).is_err());
    }
}
