//! What is kept, and whether it can all be read back.

use std::time::{Duration, Instant};

use serde_json::json;

use super::ask::{Answer, Ask};
use super::body;
use crate::model::kind::Kind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::time::Micros;
use crate::store::call::Call;
use crate::store::expiry::Expired;
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

/// Members of the object that says what to forget.
pub const EXPIRE: [&str; 2] = ["kind", "before"];

/// `POST /expire`: call after call until all is forgotten or the time is up; then `isDone` is false, and asking again goes
/// on.
pub async fn expire(mut ask: Ask) -> Result<Answer, WebError> {
    let members = body::members_of(&mut ask, &EXPIRE).await?;
    let kinds = Kind::SENT.map(Kind::name).join(", ");
    let kind: String = body::given(&members, "kind", "a text")?.ok_or_else(|| body::missing("/kind", "a kind"))?;
    let kind = Kind::from_name(&kind).ok_or_else(|| {
        Problem::new(ProblemKey::UnknownKind, "There is no such kind of records.")
            .at("/kind")
            .expected(kinds)
    })?;
    let before: String =
        body::given(&members, "before", "a text")?.ok_or_else(|| body::missing("/before", "a time"))?;
    // It never moves back: a time ahead would refuse what has yet to happen.
    let before = Micros::parse(&before).filter(|before| *before <= ask.context.clock.now());
    let before = before.ok_or_else(|| {
        Problem::new(
            ProblemKey::TimeOutOfRange,
            "This is no time up to which records can be forgotten.",
        )
        .at("/before")
        .expected("an RFC 3339 time that is not ahead of now")
    })?;
    let call = ask.write_call()?;
    let mut expired = ask.context.store.expire(&call, kind, before).await?;
    while !expired.is_done && !call.is_late() {
        let next = ask.context.store.expire(&call, kind, before).await?;
        expired = Expired {
            records: expired.records.saturating_add(next.records),
            ..next
        };
    }
    let answer = json!({
        "kind": kind.name(), "keptSince": expired.kept_since.to_string(), "records": expired.records,
        "isDone": expired.is_done,
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
