//! The fields of the query line: one table, of which the parser, suggestions, help and the OpenAPI document are made.

use super::term::{NumberField, Test, TextField, TimeField};
use crate::model::fields;
use crate::model::filter::IdField;
use crate::model::id::Id;
use crate::model::kind::{ItemKind, Kind};

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// A word of the kind's states.
    State,
    /// A number or a range of numbers.
    Number(NumberField),
    /// [`Value::Number`] of codes where it looks like one and the kind has them, else [`Value::State`].
    StateOrCode,
    /// A day, a time, or a range of them.
    Time(TimeField),
    Text(TextField),
    /// A text; the name of the member is part of the field's name.
    Meta,
    /// Ids that any of these fields holds.
    Ids(&'static [IdField]),
    /// The record's own id.
    Own,
    /// The id of a flow run: its own, or the one it belongs to.
    Run,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Field {
    pub name: &'static str,
    /// Other names it is known by.
    pub others: &'static [&'static str],
    /// What it finds, as the end of "Finds records …".
    pub means: &'static str,
    pub value: Value,
    /// A term with it.
    pub example: &'static str,
}

/// What the name of every member of `meta` begins with.
pub const META: &str = "meta.";

const fn row(name: &'static str, value: Value, example: &'static str, means: &'static str) -> Field {
    Field {
        name,
        others: &[],
        means,
        value,
        example,
    }
}

impl Field {
    const fn or(mut self, others: &'static [&'static str]) -> Field {
        self.others = others;
        self
    }
}

/// Every field, in the order of the help.
pub static FIELDS: [Field; 30] = [
    row(
        "state",
        Value::State,
        "state:failed",
        "in this state; failed also finds error, unknown those that say none",
    ),
    row(
        "code",
        Value::Number(NumberField::Code),
        "code:>=500",
        "with this HTTP status code; 0 is no answer",
    )
    .or(&["statusCode"]),
    row(
        "status",
        Value::StateOrCode,
        "status:4xx",
        "as code when a number follows, else as state",
    ),
    row(
        "method",
        Value::Text(TextField::Method),
        "method:POST",
        "sent by this HTTP method",
    ),
    row(
        "url",
        Value::Text(TextField::Url),
        "url:/v1/orders",
        "whose URL has this in any part of it",
    )
    .or(&["requestUrl"]),
    row(
        "duration",
        Value::Number(NumberField::Duration),
        "duration:>2s",
        "that took so long; a number without a unit is milliseconds",
    ),
    row(
        "customer",
        Value::Ids(&[IdField::Customer]),
        "customer:acme",
        "of this customer, by id, key or name",
    )
    .or(&["customerId", "tenant", "tenantId", "user", "userId"]),
    row(
        "integration",
        Value::Ids(&[IdField::Integration]),
        "integration:hubspot",
        "of this integration, by id, key or name",
    )
    .or(&["integrationId"]),
    row(
        "connection",
        Value::Ids(&[IdField::Connection]),
        "connection:\"Acme HubSpot\"",
        "of this connection, by id, key or name",
    )
    .or(&["connectionId"]),
    row(
        "app",
        Value::Ids(&[IdField::ExternalApp]),
        "app:hubspot-app",
        "of the external app of this id",
    )
    .or(&["externalAppId"]),
    row(
        "flow",
        Value::Ids(&[IdField::Flow, IdField::UniversalFlow]),
        "flow:\"Sync contacts\"",
        "of this flow or universal flow, by id, key or name",
    )
    .or(&["flowId", "universalFlowId"]),
    row(
        "instance",
        Value::Ids(&[IdField::FlowInstance]),
        "instance:fi-17",
        "of this flow instance, by id, key or name",
    )
    .or(&["flow-instance", "flowInstanceId", "connectionFlowId"]),
    row(
        "integration-flow",
        Value::Ids(&[IdField::IntegrationFlow]),
        "integration-flow:if-17",
        "of the integration's flow of this id",
    )
    .or(&["integrationFlowId"]),
    row(
        "node",
        Value::Ids(&[IdField::Node]),
        "node:create-deal",
        "of the node of this key",
    )
    .or(&["nodeKey"]),
    row(
        "subscription",
        Value::Ids(&[IdField::ExternalSubscription, IdField::InternalSubscription]),
        "subscription:sub-17",
        "of this subscription, external or internal, by id, key or name",
    )
    .or(&[
        "internal-subscription",
        "subscriptionId",
        "externalEventSubscriptionId",
        "appEventSubscriptionId",
    ]),
    row(
        "type",
        Value::Ids(&[IdField::EventType, IdField::InternalEventType]),
        "type:contact-created",
        "of this event type; an internal one by id, key or name",
    )
    .or(&["event-type", "internal-event-type", "eventType", "appEventTypeId"]),
    row(
        "trigger",
        Value::Text(TextField::Trigger),
        "trigger:schedule",
        "launched by this",
    ),
    row(
        "error.key",
        Value::Text(TextField::ErrorKey),
        "error.key:rate_limit*",
        "with this key of an error, on any level",
    ),
    row(
        "error.type",
        Value::Text(TextField::ErrorType),
        "error.type:bad_request",
        "with this type of an error, on any level",
    ),
    row(
        "source",
        Value::Ids(&[IdField::Source]),
        "source:backend",
        "that came through this token or door",
    ),
    row("id", Value::Own, "id:run-17", "with this id"),
    row(
        "run",
        Value::Run,
        "run:run-17",
        "of this flow run: itself, or what belongs to it",
    )
    .or(&["flowRunId"]),
    row(
        "node-run",
        Value::Ids(&[IdField::NodeRun]),
        "node-run:nr-17",
        "of the node run of this id",
    )
    .or(&["nodeRunId"]),
    row(
        "action-run",
        Value::Ids(&[IdField::ActionRun]),
        "action-run:ar-17",
        "of the action run of this id",
    )
    .or(&["actionRunId"]),
    row(
        "action",
        Value::Ids(&[IdField::Action]),
        "action:create-task",
        "of the action of this id",
    )
    .or(&["actionId", "integrationActionId"]),
    row(
        "pull",
        Value::Ids(&[IdField::Pull]),
        "pull:p-17",
        "of the pull of this id",
    )
    .or(&["pullId"]),
    row(
        "trace",
        Value::Ids(&[IdField::Trace]),
        "trace:4bf92f35",
        "of the trace of this id",
    )
    .or(&["traceId"]),
    row(
        "time",
        Value::Time(TimeField::Place),
        "time:2026-11-20..2026-11-21",
        "that happened then, in UTC unless a zone is given; the last day is included",
    ),
    row(
        "received",
        Value::Time(TimeField::Received),
        "received:>=2026-11-20T08:30",
        "that were received then, read as time is",
    )
    .or(&["receivedAt"]),
    row(
        META,
        Value::Meta,
        "meta.region:eu*",
        "whose meta has this member with this value",
    ),
];

/// The field of a name; of a member of `meta` the row of all of them.
pub fn named(name: &str) -> Option<&'static Field> {
    let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
    let found = FIELDS
        .iter()
        .find(|field| is_it(&field.name) || field.others.iter().any(is_it));
    found.filter(|field| field.value != Value::Meta).or_else(|| {
        let begin = name.get(..META.len())?;
        let is_meta = begin.eq_ignore_ascii_case(META) && name.len() > META.len();
        FIELDS.iter().find(|field| is_meta && field.value == Value::Meta)
    })
}

/// The fields that records of a kind can have.
pub fn of(kind: Kind) -> impl Iterator<Item = &'static Field> {
    FIELDS.iter().filter(move |field| field.is_of(kind))
}

/// Names of the fields of a kind, as a sentence has them.
pub fn names(kind: Kind) -> String {
    let names: Vec<&str> = of(kind).map(Field::shown).collect();
    names.join(", ")
}

impl Field {
    /// Its name as people read it.
    pub fn shown(&self) -> &'static str {
        match self.value {
            Value::Meta => "meta.NAME",
            _ => self.name,
        }
    }

    /// Whether records of a kind can have it.
    pub fn is_of(&self, kind: Kind) -> bool {
        let any = |names: &[&str]| names.iter().any(|name| has(kind, name));
        match self.value {
            Value::State | Value::StateOrCode | Value::Time(_) | Value::Own => true,
            Value::Number(NumberField::Code) => any(&["statusCode"]),
            Value::Number(NumberField::Duration) => any(&["duration", "endTime", "endDatetime"]),
            Value::Text(TextField::Method) => any(&["method"]),
            Value::Text(TextField::Url) => any(&["requestUrl"]),
            Value::Text(TextField::Trigger) => any(&["launchedBy"]),
            Value::Text(TextField::ErrorKey | TextField::ErrorType) => any(&["error", "errors"]),
            Value::Meta => any(&["meta"]),
            Value::Ids(fields) => fields.iter().any(|field| holds(kind, *field)),
            Value::Run => kind == Kind::FlowRun || holds(kind, IdField::FlowRun),
        }
    }

    /// Whether the values of this field are ids that such a field of a kind's records holds.
    pub fn takes(&self, kind: Kind, id: IdField) -> bool {
        matches!(self.value, Value::Ids(fields) if fields.contains(&id)) && holds(kind, id)
    }

    /// What an id means for a kind; empty for a field that does not take ids.
    pub(super) fn ids(&self, kind: Kind, id: &Id) -> Vec<Test> {
        match self.value {
            Value::Ids(fields) => {
                let of_kind = fields.iter().filter(|field| self.takes(kind, **field));
                of_kind.map(|field| Test::Id(*field, id.clone())).collect()
            }
            Value::Run if kind != Kind::FlowRun => vec![Test::Id(IdField::FlowRun, id.clone())],
            Value::Own | Value::Run => vec![Test::Own(id.clone())],
            _ => Vec::new(),
        }
    }
}

/// Whether records of a kind can hold such an id.
fn holds(kind: Kind, field: IdField) -> bool {
    let of_key = kind == Kind::NodeRun && matches!(field, IdField::FlowRun | IdField::Node | IdField::NodeRun);
    field == IdField::Source || of_key || field.fields().iter().any(|name| has(kind, name))
}

fn has(kind: Kind, name: &str) -> bool {
    fields::rule(ItemKind::Log(kind), name).is_some()
}

/// The name of the field that a condition is about; `None`: it looks for text.
pub(super) fn of_test(test: &Test) -> Option<&'static Field> {
    let is_it = |value: Value| match test {
        Test::State(_) => value == Value::State,
        Test::Id(field, _) => match value {
            Value::Ids(fields) => fields.contains(field),
            Value::Run => *field == IdField::FlowRun,
            _ => false,
        },
        Test::Own(_) => value == Value::Own,
        Test::Number(field, _) => value == Value::Number(*field),
        Test::Time(field, _) => value == Value::Time(*field),
        Test::Text(field, _) => value == Value::Text(*field),
        Test::Meta(..) => value == Value::Meta,
        Test::Words(_) | Test::Part(_) => false,
    };
    FIELDS.iter().find(|field| is_it(field.value))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::query::parse::parse;

    #[test]
    fn no_two_fields_share_a_name_and_each_is_found_by_all_of_its_names() {
        let mut seen = BTreeSet::new();
        for field in &FIELDS {
            for name in field.others.iter().chain([&field.name]) {
                assert!(seen.insert(name.to_ascii_lowercase()), "{name}");
                if field.value != Value::Meta {
                    assert_eq!(named(&name.to_ascii_uppercase()), Some(field));
                }
            }
        }
        assert_eq!(named("META.x").map(Field::shown), Some("meta.NAME"));
        assert_eq!(named("meta."), None);
        assert_eq!(named("meta"), None);
    }

    #[test]
    fn every_id_of_the_filter_has_a_field_and_every_field_a_kind() {
        for id in IdField::ALL {
            let is_there = FIELDS.iter().any(|field| match field.value {
                Value::Ids(fields) => fields.contains(&id),
                Value::Run => id == IdField::FlowRun,
                _ => false,
            });
            assert!(is_there, "{id:?}");
        }
        for field in &FIELDS {
            assert!(Kind::SENT.iter().any(|kind| field.is_of(*kind)), "{}", field.name);
        }
    }

    #[test]
    fn every_example_is_understood_by_the_kinds_that_have_the_field() {
        for field in &FIELDS {
            for kind in Kind::SENT.into_iter().filter(|kind| field.is_of(*kind)) {
                let is_code = field.value == Value::StateOrCode && kind != Kind::ApiRequest;
                assert_eq!(
                    parse(kind, field.example).is_err(),
                    is_code,
                    "{} of {kind:?}",
                    field.example
                );
            }
        }
    }
}
