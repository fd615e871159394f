//! Small random numbers that are the same for the same seed (splitmix64).

/// A stream of numbers. Every story has its own, so that a new story changes nothing in the others.
pub(super) struct Chance(u64);

impl Chance {
    /// The stream of a name under a seed.
    pub fn of(seed: u64, name: &str) -> Chance {
        Chance(hash(seed, name))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from `low` to `high`, both included; `low` when they are the wrong way round.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        low.saturating_add(i64::try_from(self.next() % span).unwrap_or(0))
    }

    pub fn percent(&mut self, percent: i64) -> bool {
        self.between(0, 99) < percent
    }

    /// One of a list; the default of an empty one.
    pub fn pick<T: Copy + Default>(&mut self, of: &[T]) -> T {
        let at = self.next() % (of.len().max(1) as u64);
        usize::try_from(at)
            .ok()
            .and_then(|at| of.get(at))
            .copied()
            .unwrap_or_default()
    }

    /// So many hexadecimal digits.
    pub fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char_of(b"0123456789abcdef", self.next())).collect()
    }

    /// So many letters and digits, as tokens have them.
    pub fn letters(&mut self, count: usize) -> String {
        const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        (0..count).map(|_| char_of(ALPHABET, self.next())).collect()
    }
}

fn char_of(alphabet: &[u8], number: u64) -> char {
    let at = usize::try_from(number % (alphabet.len().max(1) as u64)).unwrap_or(0);
    alphabet.get(at).copied().map_or('0', char::from)
}

/// A number for a name, the same for the same seed.
pub(super) fn hash(seed: u64, name: &str) -> u64 {
    name.bytes().fold(mix(seed), |hash, byte| mix(hash ^ u64::from(byte)))
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
