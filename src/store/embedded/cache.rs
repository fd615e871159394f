//! A cache of two generations: what was used lately stays, and the bytes are bounded.

use std::collections::HashMap;
use std::hash::Hash;

/// Entries that are used move to the young generation; when that is full, the old one is dropped.
pub(super) struct Cache<K, V> {
    young: HashMap<K, (V, usize)>,
    old: HashMap<K, (V, usize)>,
    young_bytes: usize,
    most_bytes: usize,
}

impl<K: Hash + Eq + Clone, V> Cache<K, V> {
    /// `most_bytes` over both generations.
    pub(super) fn new(most_bytes: usize) -> Cache<K, V> {
        Cache {
            young: HashMap::new(),
            old: HashMap::new(),
            young_bytes: 0,
            most_bytes,
        }
    }

    pub(super) fn get(&mut self, key: &K) -> Option<&V> {
        if let Some((key, (value, bytes))) = self.old.remove_entry(key) {
            self.put(key, value, bytes);
        }
        self.young.get(key).map(|(value, _)| value)
    }

    pub(super) fn take(&mut self, key: &K) -> Option<V> {
        if let Some((value, bytes)) = self.young.remove(key) {
            self.young_bytes = self.young_bytes.saturating_sub(bytes);
            return Some(value);
        }
        self.old.remove(key).map(|(value, _)| value)
    }

    pub(super) fn put(&mut self, key: K, value: V, bytes: usize) {
        if self.young_bytes.saturating_add(bytes) > self.most_bytes / 2 {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes = self.young_bytes.saturating_add(bytes);
        if let Some((_, before)) = self.young.insert(key, (value, bytes)) {
            self.young_bytes = self.young_bytes.saturating_sub(before);
        }
    }
}
