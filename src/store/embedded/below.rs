//! What hangs below records, and its colour.

use std::time::Instant;

use super::head::Inside;
use super::read::{Found, Reader, in_time, visible};
use super::shared::Shared;
use crate::model::id::RecordKey;
use crate::model::tone::{self, Tone};
use crate::store::call::Call;
use crate::store::linked::{Siblings, SiblingsRequest, WORST_OF_MAX};
use crate::store::{Linked, StoreError};

/// Runs opened below one record to see whether their counts tell of errors.
const RUNS_OPENED_MAX: usize = 50;

pub(super) fn siblings(shared: &Shared, call: &Call, request: &SiblingsRequest) -> Result<Siblings, StoreError> {
    let (began, reader) = (Instant::now(), Reader::new(shared));
    let inside = Inside::new(&shared.hasher, &call.scope);
    let (mut near, is_cut): (Vec<_>, bool) = {
        let head = shared.head();
        let (near, is_cut) = head.siblings(&inside, request);
        let with_rows = near
            .into_iter()
            .map(|near| (visible(&head, &inside, &near.key.0), near));
        (with_rows.collect(), is_cut)
    };
    let has_more = near.len() > request.limit.max(1);
    near.truncate(request.limit.max(1));
    let next = near.last().filter(|_| has_more).and_then(|(_, near)| near.standing());
    let mut items = Vec::with_capacity(near.len());
    for (found, near) in near {
        in_time(call)?;
        let Some(standing) = near.standing() else { continue };
        items.push(Linked {
            relation: request.relation,
            other_is: request.other_is,
            key: standing.key,
            record: found.map(|found| reader.summary(found)),
        });
    }
    reader.finish(call, began, || {
        format!("followed {} links, failed ones first", items.len())
    });
    Ok(Siblings { items, next, is_cut })
}

pub(super) fn worst_of(shared: &Shared, call: &Call, keys: &[RecordKey]) -> Result<Vec<Option<Tone>>, StoreError> {
    let (began, reader) = (Instant::now(), Reader::new(shared));
    let inside = Inside::new(&shared.hasher, &call.scope);
    let mut tones = Vec::with_capacity(keys.len());
    for key in keys.iter().take(WORST_OF_MAX) {
        in_time(call)?;
        // The writer gets its turn between two records.
        let (tone, runs): (Option<Tone>, Vec<Found>) = {
            let head = shared.head();
            let below = head.below(&inside, &key.bytes());
            let runs = below
                .completed
                .iter()
                .filter(|_| below.tone.is_none())
                .take(RUNS_OPENED_MAX);
            let runs = runs.filter_map(|run| visible(&head, &inside, run));
            (below.tone, runs.collect())
        };
        let mut runs = runs.into_iter().map(|run| reader.summary(run));
        let has_errors = runs.any(|run| tone::own(&run) == Tone::Amber);
        tones.push(tone.or_else(|| has_errors.then_some(Tone::Amber)));
    }
    tones.resize(keys.len(), None);
    reader.finish(call, began, || format!("looked below {} records", keys.len()));
    Ok(tones)
}
