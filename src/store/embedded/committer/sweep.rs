//! Taking frames out of the log whose records were all forgotten, some at a time.

use super::Writer;
use crate::store::StoreError;
use crate::store::embedded::frame::{self, Frame, Part};
use crate::store::embedded::log::Batch;
use crate::store::embedded::removed::Removed;
use crate::store::embedded::row::{BODY_OVERFLOWS, RowMeta, SUMMARY_OVERFLOWS};
use crate::store::embedded::{keys, recovery};

/// Frames looked at in one go, after each call that forgets and whenever there is nothing to write.
const FRAMES_MAX: usize = 64;

impl Writer {
    /// Goes on where the last one stopped, until every frame was looked at. The newest frame stays, so that the log
    /// does not end before what was acknowledged.
    pub(super) fn sweep(&mut self) -> Result<(), StoreError> {
        if self.shared.condition.has_failed() {
            return Ok(());
        }
        let Some(from) = self.sweep_from.take() else {
            return Ok(());
        };
        let log = &self.shared.log;
        let mut removed = Removed::load(log)?;
        let mut batch = Batch::default();
        let mut files: Vec<(u64, Part)> = Vec::new();
        let mut gone = 0_u64;
        for (at, item) in log.range(&keys::frame(from), &keys::end_of(&[keys::FRAME])).enumerate() {
            let (key, begin) = item?;
            let Some(first) = keys::frame_first(&key) else { continue };
            if at >= FRAMES_MAX {
                self.sweep_from = Some(first);
                break;
            }
            let pieces = frame::pieces(&begin);
            let bytes = frame::whole(log, &key, begin)?;
            // What is damaged stays for a verification to name.
            let Ok(metas) = Frame::parse(&bytes).and_then(|frame| frame.metas()) else {
                continue;
            };
            if !self.are_gone(first, &metas) {
                continue;
            }
            batch.remove(&key);
            for number in 0..pieces {
                batch.remove(&keys::piece(&key, number));
            }
            let last = first.saturating_add(metas.len() as u64).saturating_sub(1);
            removed.add(&mut batch, first, last);
            gone = gone.saturating_add(1);
            for (sequence, meta) in (first..).zip(&metas) {
                let halves = [(Part::Summary, SUMMARY_OVERFLOWS), (Part::Body, BODY_OVERFLOWS)];
                let halves = halves.into_iter().filter(|(_, flag)| meta.flags & flag != 0);
                files.extend(halves.map(|(part, _)| (sequence, part)));
            }
        }
        if gone > 0 {
            log.commit(batch)?;
            tracing::info!(
                frames = gone,
                overflow_files = files.len(),
                "frames of forgotten records are gone"
            );
            // What a crash before leaves, or this cannot remove, the next start removes.
            if let Err(error) = self.shared.overflow.remove(&files) {
                tracing::warn!(%error, "overflow files of forgotten records are still there");
            }
        }
        Ok(())
    }

    fn are_gone(&self, first: u64, metas: &[RowMeta]) -> bool {
        let head = self.shared.head();
        let since = self.shared.kept_since();
        let is_gone = |meta: &RowMeta| {
            keys::record_of(&meta.key).is_some()
                && (recovery::is_forgotten(&since, meta) || head.row(&meta.key).is_none())
        };
        first.saturating_add(metas.len() as u64) <= head.sequence && metas.iter().all(is_gone)
    }
}
