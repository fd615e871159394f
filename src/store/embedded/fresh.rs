//! The newest frames as stored. They are read most, and after a failed write sled gives out no page that it had not
//! yet written, which would take acknowledged neighbours of the lost frames with it.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Bytes of frames kept: more than a leaf of the log holds.
const FRESH_BYTES: usize = 8 * 1024 * 1024;

#[derive(Default)]
pub(super) struct Fresh {
    frames: HashMap<u64, Arc<[u8]>>,
    /// Oldest first.
    order: VecDeque<u64>,
    bytes: usize,
}

impl Fresh {
    pub(super) fn get(&self, first: u64) -> Option<Arc<[u8]>> {
        self.frames.get(&first).cloned()
    }

    pub(super) fn put(&mut self, first: u64, frame: Vec<u8>) {
        self.bytes = self.bytes.saturating_add(frame.len());
        self.order.push_back(first);
        self.frames.insert(first, frame.into());
        while self.bytes > FRESH_BYTES {
            let Some(oldest) = self.order.pop_front() else { return };
            let frame = self.frames.remove(&oldest);
            self.bytes = self.bytes.saturating_sub(frame.map_or(0, |frame| frame.len()));
        }
    }
}
