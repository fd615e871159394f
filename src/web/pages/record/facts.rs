//! What a record says of itself in short: the head of its page, and everything else it holds.

use actix_web::http::StatusCode;

use super::super::list::columns::took_of;
use super::super::show::json::{Tree, tree};
use super::super::show::marked::Marks;
use super::super::show::names::{Named, Names, kind_of};
use super::super::show::{href, quantity, text, time::Moment, title};
use super::super::visit::Visit;
use super::raw;
use super::received::Received;
use crate::model::fields::{self, FieldType};
use crate::model::filter::IdField;
use crate::model::id::{Id, RecordKey};
use crate::model::json;
use crate::model::kind::{ItemKind, Kind};
use crate::model::record::Record;

/// Characters of one value among the facts.
const VALUE_MAX_CHARS: usize = 2000;

pub enum Value {
    Text(String),
    Bad(String),
    /// Whole and selectable.
    Id(String),
    Thing(Named),
    Time(Moment),
    Tree(Tree),
}

pub struct Fact {
    pub label: String,
    pub value: Value,
}

fn fact(label: &str, value: Value) -> Fact {
    Fact {
        label: label.to_owned(),
        value,
    }
}

/// The facts of the head, most asked for first.
pub fn head(visit: &Visit, record: &Record, names: &Names, received: &Received) -> Vec<Fact> {
    let content = &record.content;
    let said = |name: &str| content.text(name).filter(|text| !text.is_empty());
    let mut facts = vec![fact(
        when_label(record.key.kind()),
        Value::Time(Moment::new(record.known.place, visit.now)),
    )];
    if let Some(code) = said("statusCode") {
        facts.push(fact("Status", status(&code)));
    }
    if let Some(took) = took_of(record, visit.now) {
        facts.push(fact("Took", Value::Text(took)));
    }
    if let Some(attempt) = said("attempt") {
        facts.push(fact("Attempt", Value::Text(quantity::count(&attempt))));
    }
    if let Some(trigger) = title::trigger(record) {
        facts.push(fact("Started by", Value::Text(trigger)));
    }
    for (label, field) in [
        ("Customer", IdField::Customer),
        ("Integration", IdField::Integration),
        ("Connection", IdField::Connection),
        ("Flow", IdField::Flow),
        ("Subscription", IdField::ExternalSubscription),
        ("Event type", IdField::InternalEventType),
    ] {
        if let Some(named) = names.of_field(record, field) {
            facts.push(fact(label, Value::Thing(named)));
        }
    }
    if let Some(revision) = said("flowRevision") {
        facts.push(fact(
            "Flow revision",
            Value::Text(text::clip(&revision, 60).into_owned()),
        ));
    }
    if let Some((run, node)) = record.key.node() {
        facts.push(fact("Flow run", record_link(received, Kind::FlowRun, run)));
        facts.push(fact("Node", named(Some(href::node_page(run, node)), node)));
    }
    facts.push(fact(
        "Received",
        Value::Time(Moment::of_receipt(record.known.received_at, visit.now)),
    ));
    facts.push(fact("Source", Value::Thing(source(record))));
    facts.push(fact("Id", Value::Id(record.key.id().to_string())));
    facts
}

/// What a reader must know of how the record came in.
pub fn notices(record: &Record) -> Vec<&'static str> {
    let known = &record.known;
    let mut notices = Vec::new();
    if known.clock_ahead {
        notices.push("The sender’s clock was ahead when this was sent: its times may be later than what happened.");
    }
    if known.history {
        notices.push("Imported from elsewhere, not received as it happened.");
    }
    if known.derived_customer.is_some() {
        notices.push("The customer is taken from the connection or run this record names; the record names none.");
    }
    notices
}

fn source(record: &Record) -> Named {
    let source = record.known.source.to_string();
    let list = match record.key.kind() {
        Kind::NodeRun | Kind::EntityChange => Kind::FlowRun,
        kind => kind,
    };
    Named {
        href: Some(href::list(list, &[("source", &source)])),
        text: source,
        is_id: false,
    }
}

fn status(code: &str) -> Value {
    let number: Option<u16> = code.parse().ok();
    let reason = number.and_then(|number| StatusCode::from_u16(number).ok()?.canonical_reason());
    match (number, reason) {
        (Some(0), _) => Value::Bad("No answer".to_owned()),
        (Some(400..), Some(reason)) => Value::Bad(format!("{code} {reason}")),
        (_, Some(reason)) => Value::Text(format!("{code} {reason}")),
        _ => Value::Text(text::clip(code, 40).into_owned()),
    }
}

const fn when_label(kind: Kind) -> &'static str {
    match kind {
        Kind::ApiRequest => "Sent",
        Kind::ExternalWebhook | Kind::InternalEvent => "Happened",
        Kind::ExternalEvent | Kind::EntityChange => "Created",
        Kind::ExternalEventPull | Kind::FlowRun | Kind::NodeRun | Kind::ActionRun => "Started",
    }
}

/// Fields the head, the links or a tab of their own show.
const SHOWN_ELSEWHERE: [&str; 22] = [
    "customerId",
    "integrationId",
    "connectionId",
    "statusCode",
    "duration",
    "attempt",
    "request",
    "response",
    "payload",
    "event",
    "input",
    "output",
    "outputs",
    "upstreamRuns",
    "logs",
    "error",
    "errors",
    "nodes",
    "telemetry",
    "launchedBy",
    "collectedEventIds",
    "launchedFlowRunIds",
];

/// Every other field, known ones first; nothing a sender sent is left out.
pub fn rest(visit: &Visit, record: &Record, names: &Names, received: &Received, marks: &Marks<'_>) -> Vec<Fact> {
    let kind = record.key.kind();
    let mut facts = Vec::new();
    for (name, raw) in record.content.fields(kind) {
        if SHOWN_ELSEWHERE.contains(&&*name) {
            continue;
        }
        let link = json::scalar(&raw).and_then(|said| names_record(record, received, &name, &Id::parse(&said).ok()?));
        let value = match link {
            Some(link) => link,
            None => value(visit, record, names, marks, &name, &raw),
        };
        facts.push(fact(&text::label(&text::clip(&name, 80)), value));
    }
    facts
}

fn value(visit: &Visit, record: &Record, names: &Names, marks: &Marks<'_>, name: &str, raw: &str) -> Value {
    let kind = record.key.kind();
    let Some(said) = json::scalar(raw) else {
        return Value::Tree(tree(raw, &raw::pointer(name), marks));
    };
    let by = IdField::ALL.into_iter().find(|field| field.fields().contains(&name));
    if let Some(named) = by
        .filter(|by| kind_of(*by).is_some())
        .and_then(|by| names.of_field(record, by))
    {
        return Value::Thing(named);
    }
    let rule = fields::rule(ItemKind::Log(kind), name).map(|(_, rule)| rule.value);
    if matches!(rule, Some(FieldType::Time | FieldType::FreeTime))
        && let Some(moment) = Moment::of_text(&said, visit.now)
    {
        return Value::Time(moment);
    }
    let has_marks = !marks.of(&raw::pointer(name), &said).1.is_empty();
    match rule {
        _ if has_marks => Value::Tree(tree(raw, &raw::pointer(name), marks)),
        Some(FieldType::Id) => Value::Id(said.into_owned()),
        _ => Value::Text(text::clip(&said, VALUE_MAX_CHARS).into_owned()),
    }
}

/// The link of a field that names another record, or a list by it.
fn names_record(record: &Record, received: &Received, name: &str, id: &Id) -> Option<Value> {
    let text = |name: &str| record.content.text(name).and_then(|text| Id::parse(&text).ok());
    let kind = match name {
        "flowRunId" | "repeatOf" => Kind::FlowRun,
        "actionRunId" => Kind::ActionRun,
        "pullId" => Kind::ExternalEventPull,
        "retryOf" => Kind::ApiRequest,
        "nodeRunId" => {
            let key = RecordKey::node_run(text("flowRunId")?, text("nodeKey")?, id.clone());
            return Some(named(received.href(&key), id));
        }
        "nodeKey" => {
            let run = text("flowRunId")?;
            let has_page = received.href_of(Kind::FlowRun, &run).is_some();
            return Some(named(has_page.then(|| href::node_page(&run, id)), id));
        }
        "traceId" => {
            return Some(named(
                Some(href::list(list_kind(record), &[("trace", id.as_str())])),
                id,
            ));
        }
        _ => return None,
    };
    Some(record_link(received, kind, id))
}

fn named(href: Option<String>, id: &Id) -> Value {
    Value::Thing(Named {
        href,
        text: id.to_string(),
        is_id: true,
    })
}

fn list_kind(record: &Record) -> Kind {
    match record.key.kind() {
        Kind::NodeRun => Kind::FlowRun,
        kind => kind,
    }
}

fn record_link(received: &Received, kind: Kind, id: &Id) -> Value {
    named(received.href_of(kind, id), id)
}
