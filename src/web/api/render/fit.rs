//! Members that senders fill with what they like and the schemas of the platform's client know by name: a value that
//! they would refuse is told under `unfit` instead, so that it is neither lost nor in the way.

use std::borrow::Cow;

use super::error;
use super::object::{Object, array};
use crate::model::fields::{self, FieldType};
use crate::model::json::{elements, member, members, quote, scalar, string};
use crate::model::kind::{EntityKind, ItemKind};

/// What the schemas take of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// A string; a number or a flag is written as one.
    Text,
    Flag,
    Number,
    Object,
    Words(&'static [&'static str]),
    Error,
    Errors,
    /// A thing of the platform joined to the item, whole: nothing of a sender's is one.
    Joined,
    /// An object of nodes by their keys.
    Nodes,
    /// Links of a node.
    Links,
    /// An object that must have one of these words as its `type`.
    Typed(&'static [&'static str]),
}

const STATES: Takes = Takes::Words(&[
    "BUILDING",
    "CLIENT_ACTION_REQUIRED",
    "CONFIGURATION_ERROR",
    "SETUP_FAILED",
    "READY",
    "DISCONNECTING",
]);

/// Gathers what does not fit while an object is written.
#[derive(Debug, Default)]
pub struct Unfit {
    members: Object,
    is_any: bool,
}

impl Unfit {
    /// Writes a member of an item as the schemas take it, or keeps it for [`Unfit::finish`].
    pub fn write(&mut self, object: &mut Object, kind: ItemKind, name: &str, raw: &str) {
        self.put(object, takes_of(kind, name), name, raw);
    }

    /// Adds what did not fit, if anything did not.
    pub fn finish(self, object: &mut Object) {
        if self.is_any {
            object.raw("unfit", &self.members.finish());
        }
    }

    fn put(&mut self, object: &mut Object, takes: Option<Takes>, name: &str, raw: &str) {
        // A sender's member of that name is among the others, so that ours is not in doubt.
        let takes = if name == "unfit" { Some(Takes::Joined) } else { takes };
        match takes.map_or(Some(Cow::Borrowed(raw)), |takes| fitted(takes, raw)) {
            Some(value) => {
                object.raw(name, &value);
            }
            None => {
                self.is_any = true;
                self.members.raw(name, raw);
            }
        }
    }
}

/// What is demanded of a member by its name; `None` where anything will do, or our own rule for it demands as much.
fn takes_of(kind: ItemKind, name: &str) -> Option<Takes> {
    let rule = fields::rule(kind, name).map(|(_, rule)| rule.value);
    match (kind, name) {
        (ItemKind::Entity(EntityKind::ExternalEventSubscription), "status") => {
            Some(Takes::Words(&["subscribed", "unsubscribed", "error"]))
        }
        (ItemKind::Entity(EntityKind::ExternalEventSubscription), "config") => Some(Takes::Typed(&[
            "data-record-created",
            "data-record-updated",
            "data-record-deleted",
            "connector-event",
        ])),
        (ItemKind::Entity(_), "state") => Some(STATES),
        (ItemKind::Entity(_), "revision") => Some(Takes::Text),
        (ItemKind::Entity(_), "nextPullEventsTimestamp") => Some(Takes::Number),
        (ItemKind::Entity(_), "nodes") => Some(Takes::Nodes),
        (ItemKind::Entity(EntityKind::InternalEventType), "schema") => Some(Takes::Object),
        (ItemKind::Log(_), _) if rule == Some(FieldType::LaunchedBy) => Some(Takes::Typed(&[
            "api-trigger",
            "schedule-trigger",
            "app-event-trigger",
            "data-source-trigger",
            "external-event",
        ])),
        _ if rule.is_some() => None,
        (ItemKind::Entity(_), "error") => Some(Takes::Error),
        (ItemKind::Entity(_), "errors") => Some(Takes::Errors),
        _ => unknown(name),
    }
}

/// Members that we know nothing of and the schemas do. A name means the same in all of them.
fn unknown(name: &str) -> Option<Takes> {
    match name {
        "customerId"
        | "tenantId"
        | "userId"
        | "integrationId"
        | "name"
        | "description"
        | "uuid"
        | "revision"
        | "completedAt"
        | "lastActiveAt"
        | "instanceKey"
        | "parentKey"
        | "parentUuid"
        | "actionInstanceId"
        | "appUuid"
        | "authOptionKey"
        | "buildingAgentSessionId"
        | "connectionActionId"
        | "universalActionId"
        | "connectionId"
        | "connectorId"
        | "connectorVersion"
        | "externalAppId"
        | "externalAppKey"
        | "externalAppUuid"
        | "flowId"
        | "flowRevision"
        | "universalFlowId"
        | "universalFlowRevision"
        | "globalWebhookEventSelector"
        | "globalWebhookKey"
        | "integrationKey"
        | "integrationUuid"
        | "nextRetryTimestamp"
        | "oAuthCallbackUri"
        | "s3Uri" => Some(Takes::Text),
        "autoCreateInstances"
        | "canRefreshCredentials"
        | "canTest"
        | "hasData"
        | "hasDocumentation"
        | "hasEvents"
        | "hasGlobalWebhooks"
        | "hasMissingParameters"
        | "hasOperations"
        | "hasUdm"
        | "isActive"
        | "isBillable"
        | "isCustomized"
        | "isDeactivated"
        | "isReadOnly"
        | "isTest"
        | "isUniversal"
        | "requiresFullSync" => Some(Takes::Flag),
        "aiCreditsRolling30DayLimit"
        | "dataCollectionsCount"
        | "eventsCount"
        | "fullSyncIntervalSeconds"
        | "nextRefreshTimestamp"
        | "operationsCount"
        | "retryAttempts" => Some(Takes::Number),
        "fields" => Some(Takes::Object),
        "action"
        | "actionInstance"
        | "appEventSubscription"
        | "appEventType"
        | "appliedToIntegrations"
        | "authOptions"
        | "authType"
        | "clientAction"
        | "connection"
        | "customer"
        | "customized"
        | "dependencies"
        | "externalEventSubscription"
        | "flow"
        | "flowInstance"
        | "integration"
        | "optionsConfig"
        | "parametersSchema"
        | "schema"
        | "subscribeRequest"
        | "subscription"
        | "user" => Some(Takes::Joined),
        _ => None,
    }
}

/// A member of a node, of a flow or a flow instance.
fn of_node(name: &str) -> Option<Takes> {
    match name {
        "type" | "name" | "description" => Some(Takes::Text),
        "version" | "concurrency" => Some(Takes::Number),
        "onError" => Some(Takes::Words(&["stop", "continue"])),
        "state" => Some(Takes::Words(&["SETUP_FAILED", "READY"])),
        "errors" => Some(Takes::Errors),
        "links" => Some(Takes::Links),
        "isCustomized" => Some(Takes::Flag),
        "dependencies" => Some(Takes::Joined),
        _ => None,
    }
}

/// A member of what triggers a subscription, or launched a run.
fn of_typed(name: &str) -> Option<Takes> {
    match name {
        "dataSource" => Some(Takes::Object),
        "eventKey" => Some(Takes::Text),
        _ => None,
    }
}

fn of_link(name: &str) -> Option<Takes> {
    matches!(name, "key" | "name").then_some(Takes::Text)
}

/// The value as the schemas take it; `None` when they do not.
fn fitted(takes: Takes, raw: &str) -> Option<Cow<'_, str>> {
    let is = |fits: bool| fits.then_some(Cow::Borrowed(raw));
    let is_object = raw.starts_with('{');
    match takes {
        Takes::Text if raw.starts_with('"') => Some(Cow::Borrowed(raw)),
        Takes::Text => scalar(raw).map(|text| Cow::Owned(quote(&text))),
        Takes::Flag => is(matches!(raw, "true" | "false")),
        Takes::Number => is(raw.starts_with(|first: char| first == '-' || first.is_ascii_digit())),
        Takes::Object => is(is_object),
        Takes::Words(words) => is(string(raw).is_some_and(|word| words.contains(&&*word))),
        Takes::Error => Some(Cow::Owned(error::shown(raw))),
        Takes::Errors => raw.starts_with('[').then(|| Cow::Owned(error::all_shown(raw))),
        Takes::Joined => None,
        Takes::Typed(words) => {
            let word = member(raw, "type").and_then(string);
            let is_known = is_object && word.is_some_and(|word| words.contains(&&*word));
            is_known.then(|| Cow::Owned(part(raw, of_typed)))
        }
        Takes::Nodes => {
            let all_objects = is_object && members(raw).all(|(_, node)| node.starts_with('{'));
            all_objects.then(|| Cow::Owned(nodes(raw)))
        }
        Takes::Links => {
            let all_objects = raw.starts_with('[') && elements(raw).all(|link| link.starts_with('{'));
            all_objects.then(|| Cow::Owned(array(elements(raw).map(|link| part(link, of_link)))))
        }
    }
}

fn nodes(raw: &str) -> String {
    let mut object = Object::new();
    for (key, node) in members(raw) {
        if let Some(key) = string(key) {
            object.raw(&key, &part(node, of_node));
        }
    }
    object.finish()
}

/// A subscription's request, which always says where it goes.
pub fn request(raw: &str) -> String {
    part_with(raw, of_request, |object| {
        object.text("uri", "");
    })
}

fn of_request(name: &str) -> Option<Takes> {
    match name {
        "method" => Some(Takes::Words(&[
            "GET", "POST", "PUT", "PATCH", "DELETE", "get", "post", "put", "patch", "delete",
        ])),
        "headers" | "query" => Some(Takes::Object),
        _ => None,
    }
}

/// An object inside an item, with what does not fit in an `unfit` of its own.
fn part(raw: &str, takes: fn(&str) -> Option<Takes>) -> String {
    part_with(raw, takes, |_| {})
}

fn part_with(raw: &str, takes: fn(&str) -> Option<Takes>, fill: impl FnOnce(&mut Object)) -> String {
    let (mut object, mut unfit) = (Object::new(), Unfit::default());
    for (name, value) in members(raw) {
        let Some(name) = string(name) else { continue };
        // A member without a value says nothing.
        if value != "null" {
            unfit.put(&mut object, takes(&name), &name, value);
        }
    }
    unfit.finish(&mut object);
    fill(&mut object);
    object.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::kind::Kind;

    #[test]
    fn what_the_schemas_would_refuse_is_told_apart() {
        let (flow, run) = (ItemKind::Entity(EntityKind::Flow), ItemKind::Log(Kind::FlowRun));
        let subscription = ItemKind::Entity(EntityKind::ExternalEventSubscription);
        for (kind, name, raw, written) in [
            (flow, "mood", "7", r#"{"mood":7}"#),
            (flow, "unfit", "7", r#"{"unfit":{"unfit":7}}"#),
            (flow, "revision", "7", r#"{"revision":"7"}"#),
            (flow, "state", r#""ODD""#, r#"{"unfit":{"state":"ODD"}}"#),
            (flow, "state", r#""READY""#, r#"{"state":"READY"}"#),
            (flow, "isTest", r#""no""#, r#"{"unfit":{"isTest":"no"}}"#),
            (
                run,
                "connection",
                r#"{"id":"c"}"#,
                r#"{"unfit":{"connection":{"id":"c"}}}"#,
            ),
            (
                run,
                "launchedBy",
                r#"{"ids":["a"]}"#,
                r#"{"unfit":{"launchedBy":{"ids":["a"]}}}"#,
            ),
            (
                subscription,
                "config",
                r#"{"type":"other"}"#,
                r#"{"unfit":{"config":{"type":"other"}}}"#,
            ),
            (
                flow,
                "nodes",
                r#"{"a":{"state":"ODD","name":1,"links":[{"key":2,"filter":[]}],"errors":[{"type":"odd","message":"m"}]}}"#,
                r#"{"nodes":{"a":{"name":"1","links":[{"key":"2","filter":[]}],"errors":[{"message":"m","key":"odd"}],"unfit":{"state":"ODD"}}}}"#,
            ),
            (flow, "nodes", r#"{"a":1}"#, r#"{"unfit":{"nodes":{"a":1}}}"#),
        ] {
            let (mut object, mut unfit) = (Object::new(), Unfit::default());
            unfit.write(&mut object, kind, name, raw);
            unfit.finish(&mut object);
            assert_eq!(object.finish(), written);
        }
    }
}
