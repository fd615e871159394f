//! Which stretches of the log have a word, for the records of one kind: the index that word look-ups begin with.
//!
//! What frames that follow one another hold of the kind makes a block. A full block keeps 24 of a hash's 32 bits, in 256 buckets by the
//! first 8 of them, which takes two bytes a word; a word that a block does not have is then seen in one of some
//! thousand blocks, and costs looking at its rows.

use super::RowNumber;

/// Rows after which a block is full; and words, since a single row may have very many.
const BLOCK_ROWS: usize = 128;
const BLOCK_WORDS: usize = 16 * 1024;
const BUCKETS: usize = 256;

#[derive(Debug, Default)]
pub(super) struct WordIndex {
    full: Vec<Block>,
    open: Open,
    bytes: u64,
}

#[derive(Debug)]
struct Block {
    /// The first sequence of its first frame.
    first: u64,
    rows: Box<[RowNumber]>,
    /// `None`: nobody knows what words it has.
    words: Option<Set>,
}

/// Hashes in buckets; see the module.
#[derive(Debug)]
struct Set {
    /// Where each bucket ends.
    ends: Box<[u32]>,
    rest: Box<[u16]>,
}

/// The block that is being filled.
#[derive(Debug, Default)]
struct Open {
    first: u64,
    rows: Vec<RowNumber>,
    frames: Vec<Box<[u32]>>,
    is_unknown: bool,
    words: usize,
}

impl WordIndex {
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds a frame behind those there are.
    pub(super) fn add(&mut self, first: u64, rows: Vec<RowNumber>, words: Option<&[u32]>) {
        let open = &mut self.open;
        if open.rows.is_empty() {
            open.first = first;
        }
        open.rows.extend(rows);
        match words {
            Some(words) => open.frames.push(words.into()),
            None => open.is_unknown = true,
        }
        open.words = open.words.saturating_add(words.map_or(0, <[u32]>::len));
        if open.rows.len() >= BLOCK_ROWS || open.words >= BLOCK_WORDS {
            let block = std::mem::take(open).close();
            self.bytes = self.bytes.saturating_add(block.bytes());
            self.full.push(block);
        }
    }

    /// Empties the full blocks whose rows are all gone; the others keep their numbers.
    pub(super) fn clear(&mut self, is_gone: impl Fn(RowNumber) -> bool) {
        for block in self.full.iter_mut().filter(|block| !block.rows.is_empty()) {
            if block.rows.iter().all(|row| is_gone(*row)) {
                self.bytes = self.bytes.saturating_sub(block.bytes());
                (block.rows, block.words) = (Box::default(), None);
                self.bytes = self.bytes.saturating_add(block.bytes());
            }
        }
    }

    /// Blocks there are, the one being filled included.
    pub(super) fn len(&self) -> usize {
        self.full.len().saturating_add(1)
    }

    /// The number of the block a sequence is in.
    pub(super) fn block_of(&self, sequence: u64) -> usize {
        if !self.open.rows.is_empty() && self.open.first <= sequence {
            return self.full.len();
        }
        self.full
            .partition_point(|block| block.first <= sequence)
            .saturating_sub(1)
    }

    /// Whether a block may have all these words; `false` is certain.
    pub(super) fn may_have(&self, block: usize, words: &[u32]) -> bool {
        match self.full.get(block) {
            Some(block) => {
                let set = block.words.as_ref();
                set.is_none_or(|set| words.iter().all(|word| set.has(*word)))
            }
            None => words.iter().all(|word| self.open.has(*word)),
        }
    }

    /// Whether a block is full: then what it has does not change.
    pub(super) fn is_full(&self, block: usize) -> bool {
        block < self.full.len()
    }

    /// Records with a version in a block.
    pub(super) fn rows(&self, block: usize) -> &[RowNumber] {
        self.full.get(block).map_or(&self.open.rows, |block| &block.rows)
    }
}

impl Open {
    fn has(&self, word: u32) -> bool {
        self.is_unknown || self.frames.iter().any(|frame| frame.binary_search(&word).is_ok())
    }

    fn close(self) -> Block {
        let mut words = self.frames.concat();
        // Each frame's are sorted already: this merges them.
        words.sort();
        words.dedup();
        Block {
            first: self.first,
            rows: self.rows.into(),
            words: (!self.is_unknown).then(|| Set::of(&words)),
        }
    }
}

impl Block {
    fn bytes(&self) -> u64 {
        let words = self.words.as_ref().map_or(0, Set::bytes);
        (size_of::<Block>().saturating_add(self.rows.len().saturating_mul(size_of::<RowNumber>())) as u64)
            .saturating_add(words)
    }
}

/// The bucket of a hash, and what of it is kept there.
fn split(word: u32) -> (usize, u16) {
    let [bucket, high, low, _] = word.to_be_bytes();
    (usize::from(bucket), u16::from_be_bytes([high, low]))
}

impl Set {
    /// Of hashes in ascending order.
    fn of(words: &[u32]) -> Set {
        let mut ends = Vec::with_capacity(BUCKETS);
        let mut rest: Vec<u16> = Vec::with_capacity(words.len());
        let mut last = None;
        for (bucket, low) in words.iter().map(|word| split(*word)) {
            while ends.len() < bucket {
                ends.push(u32::try_from(rest.len()).unwrap_or(u32::MAX));
            }
            if last != Some((bucket, low)) {
                rest.push(low);
            }
            last = Some((bucket, low));
        }
        ends.resize(BUCKETS, u32::try_from(rest.len()).unwrap_or(u32::MAX));
        Set {
            ends: ends.into(),
            rest: rest.into(),
        }
    }

    fn has(&self, word: u32) -> bool {
        let (bucket, low) = split(word);
        let end = |bucket: usize| self.ends.get(bucket).map_or(0, |end| *end as usize);
        let begin = bucket.checked_sub(1).map_or(0, end);
        let bucket = self.rest.get(begin..end(bucket));
        bucket.is_some_and(|bucket| bucket.binary_search(&low).is_ok())
    }

    fn bytes(&self) -> u64 {
        self.ends
            .len()
            .saturating_mul(4)
            .saturating_add(self.rest.len().saturating_mul(2)) as u64
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Frames of any size, blocks full and open: no word is missed, and its rows are those of its frame.
        #[test]
        fn a_block_has_the_words_of_its_frames(
            frames in prop::collection::vec((prop::collection::btree_set(any::<u32>(), 0..40), 1_usize..90), 1..12),
        ) {
            let mut index = WordIndex::default();
            let mut first = 1;
            for (words, rows) in &frames {
                let words: Vec<u32> = words.iter().copied().collect();
                let numbers = (0..*rows as RowNumber).map(|row| first as RowNumber + row).collect();
                index.add(first, numbers, Some(&words));
                first += *rows as u64;
            }
            let mut first = 1;
            for (words, rows) in &frames {
                for row in [first, first + *rows as u64 - 1] {
                    let block = index.block_of(row);
                    prop_assert!(block < index.len());
                    prop_assert!(index.rows(block).contains(&(row as RowNumber)));
                    prop_assert!(words.iter().all(|word| index.may_have(block, &[*word])));
                }
                first += *rows as u64;
            }
        }

        #[test]
        fn a_set_has_what_it_was_made_of_by_24_bits(words: BTreeSet<u32>, other: u32) {
            let set = Set::of(&words.iter().copied().collect::<Vec<_>>());
            prop_assert!(words.iter().all(|word| set.has(*word)));
            prop_assert_eq!(set.has(other), words.iter().any(|word| word >> 8 == other >> 8));
        }
    }

    #[test]
    fn a_frame_whose_words_nobody_knows_may_have_any() {
        let mut index = WordIndex::default();
        index.add(1, vec![0], None);
        assert!(index.may_have(0, &[7]));
        index.add(2, (1..200).collect(), Some(&[8]));
        assert!(index.is_full(0) && index.may_have(0, &[7]));
        index.add(201, vec![200], Some(&[8]));
        assert!(!index.may_have(1, &[7]) && index.may_have(1, &[8]));
    }
}
