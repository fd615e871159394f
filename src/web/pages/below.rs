//! The colour that comes from below, for all rows of a page at once: an event is as red as the run it launched, a failed
//! request is healed by its retry.

use crate::model::id::RecordKey;
use crate::model::record::Record;
use crate::model::tone::Tone;
use crate::store::StoreError;
use crate::store::linked::WORST_OF_MAX;

use super::visit::Visit;

/// The colour below each record, in their order, as [`crate::store::RecordLog::worst_of`] has it.
///
/// # Errors
/// The store does not answer.
pub async fn tones<'a>(
    visit: &Visit,
    records: impl IntoIterator<Item = &'a Record>,
) -> Result<Vec<Option<Tone>>, StoreError> {
    let keys: Vec<RecordKey> = records.into_iter().map(|record| record.key.clone()).collect();
    let mut tones = Vec::with_capacity(keys.len());
    for keys in keys.chunks(WORST_OF_MAX) {
        tones.extend(visit.store().worst_of(&visit.call, keys).await?);
    }
    Ok(tones)
}

/// The same of one record.
///
/// # Errors
/// The store does not answer.
pub async fn tone(visit: &Visit, record: &Record) -> Result<Option<Tone>, StoreError> {
    Ok(tones(visit, [record]).await?.into_iter().next().flatten())
}
