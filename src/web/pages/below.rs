//! The colour that comes from below: an event is as red as the run it launched, a failed request is healed by its
//! retry. Looked up for what a page shows, within a budget.

use crate::model::kind::Kind;
use crate::model::link::{End, Relation};
use crate::model::record::Record;
use crate::model::tone::{self, Tone};
use crate::store::StoreError;

use super::visit::Visit;

/// Look-ups of links one page may spend; rows after it show their own colour.
pub const LOOKUPS_PER_PAGE: usize = 150;
/// Links looked at below one record.
const LINKS_MAX: usize = 20;

/// How many look-ups are left to a page.
pub struct Budget(usize);

impl Budget {
    pub fn of_page() -> Budget {
        Budget(LOOKUPS_PER_PAGE)
    }
}

/// The worst colour below a record; of a failed request `Ok` when a retry succeeded. `None`: nothing below counts.
///
/// # Errors
/// The store does not answer.
pub async fn tone(visit: &Visit, record: &Record, budget: &mut Budget) -> Result<Option<Tone>, StoreError> {
    match record.key.kind() {
        Kind::ApiRequest if tone::own(record) == Tone::Red => {
            let retries = linked(visit, record, Relation::Retry, budget).await?;
            let healed = retries.iter().any(|retry| tone::own(retry) == Tone::Ok);
            Ok(healed.then_some(Tone::Ok))
        }
        Kind::ExternalEvent | Kind::InternalEvent => worst_run(visit, record, budget).await,
        Kind::ExternalWebhook => {
            let mut worst = None;
            for event in linked(visit, record, Relation::Collected, budget).await? {
                worst = worst.max(worst_run(visit, &event, budget).await?);
            }
            Ok(worst)
        }
        _ => Ok(None),
    }
}

async fn worst_run(visit: &Visit, event: &Record, budget: &mut Budget) -> Result<Option<Tone>, StoreError> {
    let runs = linked(visit, event, Relation::Launched, budget).await?;
    let tones = runs.iter().map(tone::own);
    Ok(tones.filter(|tone| matches!(tone, Tone::Red | Tone::Amber)).max())
}

/// What was received of the effects of a record.
async fn linked(
    visit: &Visit,
    record: &Record,
    relation: Relation,
    budget: &mut Budget,
) -> Result<Vec<Record>, StoreError> {
    let Some(left) = budget.0.checked_sub(1) else {
        return Ok(Vec::new());
    };
    budget.0 = left;
    let effects = Some((relation, End::Effect));
    let found = visit
        .store()
        .linked(&visit.call, &record.key, effects, None, LINKS_MAX)
        .await?;
    Ok(found.into_iter().filter_map(|linked| linked.record).collect())
}
