//! Zendesk is down for a while.

use serde_json::{Value, json};

use super::flows;
use crate::demo::company::TICKET_NOTE;
use crate::demo::payloads;
use crate::demo::traffic::{By, Exchange, Run, Story, log, trouble};
use crate::model::time::{HOUR, MINUTE, Micros};

/// Some three hours ago Zendesk answered 503 to a pull for Northwind Outfitters, also to its retry, so the
/// pull ended in an error; the next pull found the tickets. In the same minutes a run for Lumen Education
/// waited 30 s for an answer that never came and failed; someone repeated it, and it went well.
///
/// To be found: the provider is the cause of both, for two customers at one time; what was missed came
/// with the next pull; the failed run has a good repetition.
pub(super) fn tell(story: &mut Story<'_>) {
    let at = story.ago(3 * HOUR + 12 * MINUTE);
    failed_pull(story, at);
    flows::tickets(story, "northwind", at.plus(10 * MINUTE), 2);
    let ticket = payloads::ticket(&mut story.chance, "solved", at.plus(MINUTE));
    let run = unanswered(story, at.plus(MINUTE), &ticket);
    repeated(story, at.plus(41 * MINUTE), &ticket, run);
}

fn failed_pull(story: &mut Story<'_>, at: Micros) {
    let owner = story.owner("northwind", "zendesk");
    let id = story.id(at);
    let down = |exchange: Exchange| {
        exchange
            .but(
                503,
                json!({"error": "Service Unavailable", "description": "We are working on it"}),
            )
            .header("retry-after", "30")
            .took(340)
    };
    let search = down(flows::ticket_search(story, "northwind", at, &[]));
    let first = story.request(&owner, &By::Pull(&id), at.plus(20_000), &search);
    let again = down(flows::ticket_search(story, "northwind", at, &[])).retry(2, &first);
    let second_at = at.plus(31_000_000);
    story.request(&owner, &By::Pull(&id), second_at, &again);
    let end = second_at.plus(400_000);
    let error = trouble::caused(
        "dependency_error",
        "pull_failed",
        "The pull for ticket.updated could not read the tickets",
        again.trouble("zendesk").unwrap_or_default(),
    );
    let record = json!({
        "id": id, "startDatetime": at.to_string(), "endDatetime": end.to_string(), "status": "error",
        "externalEventSubscriptionId": story.ids.subscription("northwind", &TICKET_NOTE),
        "collectedEventIds": [], "error": error,
        "telemetry": {"strategy": "pull-latest-records", "emittedEventCount": 0, "notes": ["gave up after 2 attempts"]},
        "logs": [log(at, "info", "Pull began"), log(end, "error", "Zendesk answered 503 twice")],
    });
    story.send_for(&owner, end, "external_event_pull", record);
}

/// The run up to its request for the requester.
fn begin(story: &mut Story<'_>, mut run: Run, ticket: &Value) -> (Run, crate::demo::traffic::At, Exchange) {
    let requester = ticket.pointer("/ticket/requester_id").cloned().unwrap_or_default();
    let get = run.after(story, run.trigger(), 0, "get-requester", 5);
    let (name, email) = payloads::person(&mut story.chance);
    let url = format!("https://lumen.zendesk.com/api/v2/users/{requester}.json");
    let exchange = Exchange::get(url, json!({"user": {"id": requester, "name": name, "email": email}}));
    (run, get, exchange)
}

fn unanswered(story: &mut Story<'_>, at: Micros, ticket: &Value) -> String {
    let search = flows::ticket_search(story, "lumen", at, std::slice::from_ref(ticket));
    let number = ticket.pointer("/ticket/id").map(Value::to_string).unwrap_or_default();
    let pull = story.pull(&TICKET_NOTE, "lumen", at, vec![(number, ticket.clone())], search);
    let Some(arrival) = pull.arrivals.first() else {
        return pull.id;
    };
    let run = story.run_of(arrival);
    let (mut run, get, exchange) = begin(story, run, ticket);
    let error = run.fail_call(story, get, &exchange.unanswered().took(30_000));
    let error = run.failed_in("get-requester", error);
    run.end(story, "failed", Some(error)).0
}

fn repeated(story: &mut Story<'_>, at: Micros, ticket: &Value, first: String) {
    let launched_by = json!({"type": "api-trigger"});
    let mut run = Run::new(story, &TICKET_NOTE, "lumen", at, launched_by, ticket.clone());
    run.repeat_of = Some(first);
    let (mut run, get, exchange) = begin(story, run, ticket);
    run.call(story, get, &exchange);
    run.output(story, get, exchange.answered.clone());
    let add = run.after(story, get, 0, "add-note", 4);
    let body = json!({"email": exchange.answered.pointer("/user/email"), "text": ticket.pointer("/ticket/subject")});
    let note = flows::to_app(story, "notes", body);
    run.call(story, add, &note);
    run.output(story, add, note.answered.clone());
    run.end(story, "completed", None);
}
