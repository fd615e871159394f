//! State values: conditional writes, the receipt ledger and refused items; and one commit from its beginning to its end.

use std::collections::BTreeMap;

use super::Writer;
use super::group::{ChangedState, Group};
use super::queue::Job;
use super::records::Firsts;
use crate::model::id::RecordKey;
use crate::model::ledger::Receipt;
use crate::store::embedded::state;
use crate::store::{CommitReceipt, Committed, Item, Outcome, StateWrite, StoreError, rules};

/// What a commit does to state keys: the value to put, or `None` to take it away.
type Staged = BTreeMap<String, Option<Vec<u8>>>;

impl Writer {
    /// Takes one commit into the group. State is checked first; then nothing can fail any more.
    pub(super) fn fold_in(&mut self, group: &mut Group, job: &Job) -> Result<Committed, StoreError> {
        let commit = &job.commit;
        let Some(staged) = self.stage(group, &commit.state)? else {
            return Ok(Committed {
                outcomes: Vec::new(),
                state_held: false,
            });
        };
        if let Some(receipt) = &commit.receipt {
            // A ledger row that cannot be read must stop the commit before anything of it is done.
            self.ledger_row(group, receipt, &Receipt::default())?;
        }
        let mut firsts = Firsts::new();
        let outcomes: Vec<Outcome> = (commit.items.iter())
            .map(|item| match item {
                Item::Log(submission) => self.fold(group, submission, &mut firsts),
                Item::Entity {
                    version,
                    received_at,
                    source,
                    history,
                } => self.upsert(group, version, (*received_at, source, *history)),
            })
            .collect();
        for (key, bytes) in staged {
            set(group, key, bytes);
        }
        if let Some(receipt) = &commit.receipt {
            self.write_receipt(group, receipt, &commit.items, &outcomes)?;
        }
        Ok(Committed {
            outcomes,
            state_held: true,
        })
    }

    /// (revision, value) as the group left it, else as it is stored.
    fn state(&self, group: &Group, key: &str) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
        match group.state.get(key) {
            Some(changed) => Ok(changed.bytes.clone().map(|bytes| (changed.revision, bytes))),
            None => state::stored(&self.shared.log, key),
        }
    }

    /// `None` when a write finds another revision than it was told. A commit cannot know the revision of what
    /// it writes itself, so a second conditional write of one key in it never holds.
    fn stage(&self, group: &Group, writes: &[StateWrite]) -> Result<Option<Staged>, StoreError> {
        let mut staged = Staged::new();
        for write in writes {
            let (key, revision, value) = match write {
                StateWrite::Create { key, value } => (key, None, Some(value.clone())),
                StateWrite::PutIf { key, value, revision } => (key, Some(*revision), Some(value.clone())),
                StateWrite::DeleteIf { key, revision } => (key, Some(*revision), None),
            };
            let holds = match (revision, staged.get(key)) {
                (None, Some(before)) => before.is_none(),
                (None, None) => self.state(group, key)?.is_none(),
                (Some(_), Some(_)) => false,
                (Some(revision), None) => self.state(group, key)?.is_some_and(|(stored, _)| stored == revision),
            };
            if !holds {
                return Ok(None);
            }
            staged.insert(key.clone(), value);
        }
        Ok(Some(staged))
    }

    fn ledger_row(
        &self,
        group: &Group,
        receipt: &CommitReceipt,
        sum: &Receipt,
    ) -> Result<(String, Vec<u8>), StoreError> {
        let key = rules::ledger_key(&receipt.source, receipt.received_at);
        let stored = self.state(group, &key)?;
        let row = rules::ledger_row(stored.as_ref().map(|(_, row)| row.as_slice()), receipt.received_at, sum)?;
        Ok((key, row))
    }

    fn write_receipt(
        &self,
        group: &mut Group,
        receipt: &CommitReceipt,
        items: &[Item],
        outcomes: &[Outcome],
    ) -> Result<(), StoreError> {
        let after = |key: &RecordKey| group.records.get(key).map(|current| &current.record);
        let sum = rules::receipt(receipt, items, outcomes, after);
        let (key, row) = self.ledger_row(group, receipt, &sum)?;
        set(group, key, Some(row));
        let refused = rules::refused(receipt, items, outcomes);
        if refused.is_empty() {
            return Ok(());
        }
        let prefix = rules::reject_prefix(receipt.received_at);
        let in_group = group.state.range(prefix.clone()..).map(|(key, _)| key);
        let in_group = in_group.take_while(|key| key.starts_with(&prefix)).last().cloned();
        let last = in_group.max(state::last_key(&self.shared.log, &prefix)?);
        for (key, value) in rules::reject_rows(receipt, &refused, last.as_deref()) {
            set(group, key, Some(value));
        }
        Ok(())
    }
}

fn set(group: &mut Group, key: String, bytes: Option<Vec<u8>>) {
    let revision = group.next_revision();
    group.state.insert(key, ChangedState { revision, bytes });
}
