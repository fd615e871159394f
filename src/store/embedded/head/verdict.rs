//! What the index alone says of a term: it holds, it does not, or the record must be read.

use super::words::WordIndex;
use super::{Head, HeadRow, IdHasher};
use crate::model::id::RecordKey;
use crate::model::kind::Kind;
use crate::model::query::term::{NumberField, Span, Term, Test, TimeField};
use crate::model::words;
use crate::store::embedded::keys;
use crate::store::embedded::row::{DURATION_LONG, DURATION_NONE, state_code};

/// The terms of a filter as the index reads them.
pub(super) struct Terms(Vec<Prepared>);

struct Prepared {
    is_negated: bool,
    any: Vec<Asked>,
}

struct Asked {
    test: Test,
    /// Of a test for an id.
    id: u64,
    /// Hashes of words every record has that the test holds for; none: words do not tell.
    words: Vec<u32>,
    /// By number of the block, those that were full when they were looked at: whether it may have the words.
    blocks: Vec<bool>,
}

impl Terms {
    pub(super) fn new(hasher: &IdHasher, terms: &[Term]) -> Terms {
        let asked = |test: &Test| Asked {
            id: match test {
                Test::Id(field, id) => hasher.hash(*field, id.as_str()),
                _ => 0,
            },
            words: test.words().iter().map(|word| words::hash(word)).collect(),
            blocks: Vec::new(),
            test: test.clone(),
        };
        let prepared = |term: &Term| Prepared {
            is_negated: term.is_negated,
            any: term.any.iter().map(asked).collect(),
        };
        Terms(terms.iter().map(prepared).collect())
    }

    /// Looks at the blocks that became full since the last time.
    pub(super) fn look_up(&mut self, index: &WordIndex) {
        let tests = self.0.iter_mut().flat_map(|term| &mut term.any);
        for asked in tests.filter(|asked| !asked.words.is_empty()) {
            while index.is_full(asked.blocks.len()) {
                let may_have = index.may_have(asked.blocks.len(), &asked.words);
                asked.blocks.push(may_have);
            }
        }
    }

    /// The blocks all records are in that the terms hold for, by the term that leaves the fewest; `None`: no term
    /// asks for words alone.
    pub(super) fn blocks(&self, index: &WordIndex) -> Option<Vec<usize>> {
        let by_words = |term: &&Prepared| !term.is_negated && term.any.iter().all(|asked| !asked.words.is_empty());
        let blocks = |term: &Prepared| -> Vec<usize> {
            let may_have = |block: &usize| term.any.iter().any(|asked| asked.may_be_in(index, *block));
            (0..index.len()).filter(may_have).collect()
        };
        self.0.iter().filter(by_words).map(blocks).min_by_key(Vec::len)
    }

    /// `Some`: whether all terms hold; `None`: the record must be read.
    pub(super) fn hold(&self, head: &Head, row: &HeadRow) -> Option<bool> {
        let mut all = Some(true);
        for term in &self.0 {
            match term.holds(head, row) {
                Some(false) => return Some(false),
                Some(true) => {}
                None => all = None,
            }
        }
        all
    }
}

impl Prepared {
    fn holds(&self, head: &Head, row: &HeadRow) -> Option<bool> {
        let mut any = Some(false);
        for asked in &self.any {
            match asked.holds(head, row) {
                Some(true) => return Some(!self.is_negated),
                Some(false) => {}
                None => any = None,
            }
        }
        any.map(|any| any != self.is_negated)
    }
}

impl Asked {
    fn may_be_in(&self, index: &WordIndex, block: usize) -> bool {
        let known = self.blocks.get(block).copied();
        known.unwrap_or_else(|| index.may_have(block, &self.words))
    }

    fn holds(&self, head: &Head, row: &HeadRow) -> Option<bool> {
        match &self.test {
            Test::State(state) => Some(row.state == state_code(*state)),
            Test::Id(..) => Some(row.has(self.id)),
            Test::Own(id) if row.kind == Kind::NodeRun => keys::record_of(&row.key).map(|key| key.id() == id),
            Test::Own(id) => Some(*row.key == *RecordKey::new(row.kind, id.clone()).bytes()),
            Test::Number(NumberField::Code, span) => Some(row.code != 0 && span.holds(i64::from(row.code))),
            Test::Number(NumberField::Duration, span) => duration(row.duration, *span),
            Test::Time(TimeField::Place, span) => Some(span.holds(row.place.0)),
            Test::Time(TimeField::Received, span) => Some(span.holds(row.received_at.0)),
            _ if self.words.is_empty() => None,
            // Words of one text came in one version.
            _ => {
                let index = head.words.get(&row.kind)?;
                let mut blocks = row.parts.iter().map(|part| index.block_of(part.sequence));
                let may_have = blocks.any(|block| self.may_be_in(index, block));
                (!may_have).then_some(false)
            }
        }
    }
}

fn duration(code: u32, span: Span) -> Option<bool> {
    match code {
        DURATION_NONE => Some(false),
        DURATION_LONG => None,
        micros => Some(span.holds(i64::from(micros))),
    }
}
