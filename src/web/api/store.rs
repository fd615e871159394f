//! What is kept, and whether it can all be read back.

use std::time::{Duration, Instant};

use serde_json::json;

use super::ask::{Answer, Ask};
use super::body;
use crate::store::call::Call;
use crate::web::error::WebError;

/// How long reading everything back may take.
pub const VERIFY_TIMEOUT: Duration = Duration::from_secs(30 * 60);

/// `GET /stats/store`
pub async fn stats(ask: Ask) -> Result<Answer, WebError> {
    let call = ask.read_call()?;
    let stats = ask.context.store.stats(&call).await?;
    let records = stats
        .records
        .iter()
        .map(|(kind, count)| (kind.name().to_owned(), json!(count)));
    let entities = stats
        .entities
        .iter()
        .map(|(kind, count)| (kind.name().to_owned(), json!(count)));
    let answer = json!({
        "records": records.collect::<serde_json::Map<_, _>>(),
        "entities": entities.collect::<serde_json::Map<_, _>>(),
        "sequence": stats.sequence,
        "diskBytes": stats.disk_bytes,
        "headBytes": stats.head_bytes,
        "alarms": ask.context.store.alarms(),
    });
    Ok(Answer::json(answer.to_string()))
}

/// `POST /verify`
pub async fn verify(mut ask: Ask) -> Result<Answer, WebError> {
    body::members_of(&mut ask, &[]).await?;
    let call = Call {
        deadline: Instant::now() + VERIFY_TIMEOUT,
        ..ask.read_call()?
    };
    let verified = ask.context.store.verify(&call).await?;
    let answer = json!({"checked": verified.checked, "damage": verified.damage});
    Ok(Answer::json(answer.to_string()))
}
