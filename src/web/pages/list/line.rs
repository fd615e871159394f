//! The query line of a list as it was typed: its terms, each to be taken away, or what is wrong with it.

use crate::model::kind::Kind;
use crate::model::problem::Problem;
use crate::model::query::error::QueryError;
use crate::model::query::parse::{self, Part};
use crate::model::query::term::Term;

use super::super::show::text::sentence;

/// Characters shown on either side of what is wrong.
const AROUND_CHARS: usize = 80;
/// Stands where something is missing.
const MISSING: &str = "‸";

/// A query line.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub typed: String,
    parts: Vec<Part>,
    wrong: Option<QueryError>,
}

/// Why nothing is shown for a query line.
pub struct Wrong {
    /// What happened, in a sentence.
    pub what: String,
    pub expected: String,
    /// What stands before the wrong place, there, and behind it.
    pub place: Option<(String, String, String)>,
}

impl Line {
    pub fn parse(kind: Kind, typed: &str) -> Line {
        let (parts, wrong) = match parse::parts(kind, typed) {
            Ok(parts) => (parts, None),
            Err(wrong) => (Vec::new(), Some(wrong)),
        };
        let typed = typed.to_owned();
        Line { typed, parts, wrong }
    }

    pub fn terms(&self) -> Vec<Term> {
        self.parts.iter().map(|part| part.term.clone()).collect()
    }

    pub const fn len(&self) -> usize {
        self.parts.len()
    }

    /// A term as it was typed, and as it was understood.
    pub fn term(&self, at: usize) -> Option<(&str, String)> {
        let part = self.parts.get(at)?;
        Some((self.typed.get(part.at.clone())?, part.term.to_string()))
    }

    /// The same line without some terms; what is left stays as it was typed.
    #[must_use]
    pub fn without(&self, kind: Kind, is_gone: impl Fn(usize) -> bool) -> Line {
        // One that was not understood has no terms.
        if self.wrong.is_some() {
            return self.clone();
        }
        let left = self.parts.iter().enumerate().filter(|(at, _)| !is_gone(*at));
        let typed: Vec<&str> = left.filter_map(|(_, part)| self.typed.get(part.at.clone())).collect();
        Line::parse(kind, &typed.join(" "))
    }

    /// What is wrong with it.
    pub fn wrong(&self) -> Option<Wrong> {
        let wrong = self.wrong.as_ref()?;
        let chars = |from: usize, count: usize| -> String { self.typed.chars().skip(from).take(count).collect() };
        let begin = wrong.at.saturating_sub(AROUND_CHARS);
        let end = wrong.at.saturating_add(wrong.length);
        let mut place = chars(wrong.at, wrong.length.min(AROUND_CHARS));
        if place.is_empty() {
            MISSING.clone_into(&mut place);
        }
        let dots = |is_more: bool| if is_more { "…" } else { "" };
        let before = format!("{}{}", dots(begin > 0), chars(begin, wrong.at.saturating_sub(begin)));
        let is_more = self.typed.chars().nth(end.saturating_add(AROUND_CHARS)).is_some();
        let after = format!("{}{}", chars(end, AROUND_CHARS), dots(is_more));
        Some(Wrong {
            place: Some((before, place, after)),
            ..Wrong::of(&wrong.problem())
        })
    }
}

impl Wrong {
    /// A refusal that has no place.
    pub fn of(problem: &Problem) -> Wrong {
        Wrong {
            what: sentence(&problem.message),
            expected: problem.expected.clone().unwrap_or_default().into_owned(),
            place: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_goes_and_the_others_stay_as_typed() {
        let line = Line::parse(Kind::FlowRun, "  STATE:failed   -customer:\"A  b\" AND Word ");
        assert_eq!(line.term(0), Some(("STATE:failed", "state:failed".to_owned())));
        assert_eq!(
            line.without(Kind::FlowRun, |at| at == 0).typed,
            "-customer:\"A  b\" Word"
        );
        assert_eq!(line.without(Kind::FlowRun, |at| at == 1).typed, "STATE:failed Word");
        assert_eq!(line.without(Kind::FlowRun, |_| true).typed, "");
    }

    #[test]
    fn the_place_of_a_mistake_is_marked() {
        let place = |typed: &str| Line::parse(Kind::FlowRun, typed).wrong().unwrap().place.unwrap();
        let text = |parts: [&str; 3]| parts.map(str::to_owned).into();
        assert_eq!(place("é code:5 x"), text(["é ", "code", ":5 x"]));
        assert_eq!(place("state: x"), text(["state:", "‸", " x"]));
        let long = "x ".repeat(100);
        let (before, there, after) = place(&format!("{}code:5{}", &long[..80], &long[..70]));
        assert_eq!(
            (before.chars().count(), there.as_str(), after.chars().last()),
            (80, "code", Some(' '))
        );
        let (before, _, after) = place(&format!("a {}code:5{}", &long[..80], &long));
        assert!(before.starts_with('…') && after.ends_with('…'));
    }
}
