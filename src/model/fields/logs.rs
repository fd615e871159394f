//! Fields of the log kinds.

use super::FieldType as T;
use super::Part::{Body, Summary};
use super::{FieldRule, Merge, Names};
use crate::model::kind::Kind;

const fn f(name: &'static str, value: T, part: super::Part) -> FieldRule {
    FieldRule::new(name, value, part)
}

const OWNERS: &[FieldRule] = &[
    f("customerId", T::Id, Summary).alias(&["tenantId", "userId"]),
    f("integrationId", T::Id, Summary),
    f("connectionId", T::Id, Summary),
    f("externalAppId", T::Id, Summary),
];

const COMMON: &[FieldRule] = &[
    f("updatedAt", T::Time, Summary),
    f("traceId", T::Id, Summary),
    f("spanId", T::Id, Summary),
    f("meta", T::Object, Body).merged(Merge::ByKey),
    f("logs", T::LogEntries, Body).merged(Merge::Logs).naming(Names::Logs),
];

const ERROR: &[FieldRule] = &[f("error", T::Error, Body).merged(Merge::PerState)];

const API_REQUEST: &[FieldRule] = &[
    f("createdAt", T::Time, Summary),
    f("isSuccess", T::SuccessFlag, Summary),
    f("method", T::Text, Summary),
    f("requestUrl", T::Text, Summary),
    f("statusCode", T::StatusCode, Summary),
    f("duration", T::Duration, Summary),
    f("flowRunId", T::Id, Summary).naming(Names::Records),
    f("nodeKey", T::Id, Summary),
    f("nodeRunId", T::Id, Summary).naming(Names::Records),
    f("actionRunId", T::Id, Summary).naming(Names::Records),
    f("pullId", T::Id, Summary).naming(Names::Records),
    f("attempt", T::Count, Summary),
    f("retryOf", T::Id, Summary).naming(Names::Records),
    f("request", T::Object, Body),
    f("response", T::Object, Body),
];

const WEBHOOK: &[FieldRule] = &[
    f("createdAt", T::Time, Summary),
    f("status", T::StateWord, Summary),
    f("subscriptionId", T::Id, Summary),
    f("collectedEventIds", T::Ids, Summary)
        .merged(Merge::Set)
        .naming(Names::Records),
    f("request", T::Object, Body),
    f("response", T::Object, Body),
];

const PULL: &[FieldRule] = &[
    f("createdAt", T::Time, Summary),
    f("startDatetime", T::Time, Summary),
    f("endDatetime", T::Time, Summary),
    f("status", T::StateWord, Summary),
    f("externalEventSubscriptionId", T::Id, Summary),
    f("isFullScan", T::Bool, Summary),
    f("collectedEventIds", T::Ids, Summary)
        .merged(Merge::Set)
        .naming(Names::Records),
    f("telemetry", T::Object, Body),
];

const EXTERNAL_EVENT: &[FieldRule] = &[
    f("createdAt", T::Time, Summary),
    f("status", T::StateWord, Summary),
    f("externalEventSubscriptionId", T::Id, Summary),
    f("eventType", T::Id, Summary),
    f("externalRecordId", T::Id, Summary),
    f("launchedFlowRunIds", T::Ids, Summary)
        .merged(Merge::Set)
        .naming(Names::Records),
    f("flowTriggerSkipReason", T::Object, Summary),
    f("payload", T::Any, Body),
];

const INTERNAL_EVENT: &[FieldRule] = &[
    f("datetime", T::Time, Summary),
    f("createdAt", T::Time, Summary),
    f("status", T::StateWord, Summary),
    f("appEventTypeId", T::Id, Summary),
    f("appEventSubscriptionId", T::Id, Summary),
    f("launchedFlowRunIds", T::Ids, Summary)
        .merged(Merge::Set)
        .naming(Names::Records),
    f("flowTriggerSkipReason", T::Object, Summary),
    f("event", T::Any, Body),
];

const FLOW_RUN: &[FieldRule] = &[
    f("name", T::Text, Summary),
    f("state", T::StateWord, Summary).alias(&["status"]),
    f("createdAt", T::Time, Summary),
    f("startTime", T::Time, Summary),
    f("endTime", T::Time, Summary),
    f("expectedAt", T::FreeTime, Summary),
    f("flowId", T::Id, Summary),
    f("universalFlowId", T::Id, Summary),
    f("flowInstanceId", T::Id, Summary).alias(&["connectionFlowId"]),
    f("integrationFlowId", T::Id, Summary),
    f("flowRevision", T::Any, Summary),
    f("startNodeKey", T::Id, Summary),
    f("launchedBy", T::LaunchedBy, Summary)
        .merged(Merge::LaunchedBy)
        .naming(Names::LaunchedBy),
    f("repeatOf", T::Id, Summary).naming(Names::Records),
    f("nodes", T::NodeCounts, Summary).merged(Merge::NodeCounts),
    f("input", T::Any, Body),
    f("output", T::Any, Body),
    f("error", T::Error, Body).merged(Merge::PerState),
    f("errors", T::Errors, Body).merged(Merge::PerState),
];

const NODE_RUN: &[FieldRule] = &[
    f("createdAt", T::Time, Summary),
    f("startTime", T::Time, Summary),
    f("endTime", T::Time, Summary),
    f("status", T::StateWord, Summary).alias(&["state"]),
    f("input", T::Any, Body),
    f("upstreamRuns", T::UpstreamRuns, Body)
        .merged(Merge::Set)
        .naming(Names::UpstreamRuns),
    f("outputs", T::Outputs, Body)
        .merged(Merge::Outputs)
        .naming(Names::Outputs),
    f("error", T::Error, Body).merged(Merge::PerState),
    f("errors", T::Errors, Body).merged(Merge::PerState),
];

const ACTION_RUN: &[FieldRule] = &[
    f("createdAt", T::Time, Summary),
    f("name", T::Text, Summary),
    f("status", T::StateWord, Summary),
    f("duration", T::Duration, Summary),
    f("integrationActionId", T::Id, Summary),
    f("actionId", T::Id, Summary),
    f("input", T::Any, Body),
    f("output", T::Any, Body),
];

/// Written by the store: an entity after a change, and what changed.
const ENTITY_CHANGE: &[FieldRule] = &[
    f("entityKind", T::Text, Summary),
    f("entityId", T::Id, Summary),
    f("flowId", T::Id, Summary),
    f("flowInstanceId", T::Id, Summary),
    f("externalEventSubscriptionId", T::Id, Summary),
    f("appEventTypeId", T::Id, Summary),
    f("appEventSubscriptionId", T::Id, Summary),
    f("changed", T::Array, Summary),
    f("old", T::Object, Body),
    f("entity", T::Object, Body),
    f("sentHash", T::Text, Body),
];

pub(super) const fn rules(kind: Kind) -> &'static [&'static [FieldRule]] {
    match kind {
        Kind::ApiRequest => &[API_REQUEST, OWNERS, ERROR, COMMON],
        Kind::ExternalWebhook => &[WEBHOOK, OWNERS, ERROR, COMMON],
        Kind::ExternalEventPull => &[PULL, OWNERS, ERROR, COMMON],
        Kind::ExternalEvent => &[EXTERNAL_EVENT, OWNERS, ERROR, COMMON],
        Kind::InternalEvent => &[INTERNAL_EVENT, OWNERS, ERROR, COMMON],
        Kind::FlowRun => &[FLOW_RUN, OWNERS, COMMON],
        Kind::NodeRun => &[NODE_RUN, OWNERS, COMMON],
        Kind::ActionRun => &[ACTION_RUN, OWNERS, ERROR, COMMON],
        Kind::EntityChange => &[ENTITY_CHANGE, OWNERS],
    }
}
