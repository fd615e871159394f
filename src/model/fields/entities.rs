//! Fields of the entity kinds. Entities merge field by field by time, so `merge` and `part` say nothing here.

use super::FieldType as T;
use super::{FieldRule, Part};
use crate::model::kind::EntityKind;

const fn f(name: &'static str, value: T) -> FieldRule {
    FieldRule::new(name, value, Part::Summary)
}

const TIMES: &[FieldRule] = &[
    f("createdAt", T::Time),
    f("updatedAt", T::Time),
    f("archivedAt", T::Time),
    f("meta", T::Object),
];

const CUSTOMER_ID: FieldRule = f("customerId", T::Id).alias(&["tenantId", "userId"]);

const CUSTOMER: &[FieldRule] = &[f("name", T::Text), f("key", T::Id), f("internalId", T::Id)];

const INTEGRATION: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    f("logoUri", T::Text),
    f("state", T::Text),
    f("errors", T::Errors),
];

const CONNECTION: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    CUSTOMER_ID,
    f("integrationId", T::Id),
    f("externalAppId", T::Id),
    f("state", T::Text),
    f("connected", T::Bool),
    f("disconnected", T::Bool),
    f("isDefunct", T::Bool),
    f("requestError", T::Error),
    f("errors", T::Errors),
    f("lastActiveAt", T::FreeTime),
    f("nextCredentialsRefreshAt", T::FreeTime),
];

const FLOW: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    f("integrationId", T::Id),
    f("enabled", T::Bool),
    f("revision", T::Any),
    f("nodes", T::Object),
];

const FLOW_INSTANCE: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    f("flowId", T::Id),
    f("universalFlowId", T::Id),
    f("connectionId", T::Id),
    CUSTOMER_ID,
    f("integrationId", T::Id),
    f("enabled", T::Bool),
    f("state", T::Text),
    f("revision", T::Any),
    f("errors", T::Errors),
    f("nodes", T::Object),
];

const EXTERNAL_SUBSCRIPTION: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    f("connectionId", T::Id),
    CUSTOMER_ID,
    f("integrationId", T::Id),
    f("config", T::Object),
    f("status", T::Text),
    f("error", T::Error),
    f("isRealTime", T::Bool),
    f("requiresPull", T::Bool),
    f("pullUpdatesIntervalSeconds", T::Count),
    f("nextPullEventsTimestamp", T::Any),
    f("webhookUri", T::Text),
    f("isDeactivated", T::Bool),
];

const INTERNAL_TYPE: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    f("schema", T::Any),
    f("example", T::Any),
    f("webhookKey", T::Id),
    f("globalWebhookUri", T::Text),
    f("tenantIdFormula", T::Any),
    f("tenantIdPointer", T::Text),
];

const INTERNAL_SUBSCRIPTION: &[FieldRule] = &[
    f("name", T::Text),
    f("key", T::Id),
    f("appEventTypeId", T::Id),
    CUSTOMER_ID,
    f("integrationId", T::Id),
    f("connectionId", T::Id),
    f("isSubscribed", T::Bool),
    f("webhookUri", T::Text),
    f("subscriptionRequest", T::Object),
    f("subscriptionResponse", T::Any),
    f("errors", T::Errors),
];

pub(super) const fn rules(kind: EntityKind) -> &'static [&'static [FieldRule]] {
    match kind {
        EntityKind::Customer => &[CUSTOMER, TIMES],
        EntityKind::Integration => &[INTEGRATION, TIMES],
        EntityKind::Connection => &[CONNECTION, TIMES],
        EntityKind::Flow => &[FLOW, TIMES],
        EntityKind::FlowInstance => &[FLOW_INSTANCE, TIMES],
        EntityKind::ExternalEventSubscription => &[EXTERNAL_SUBSCRIPTION, TIMES],
        EntityKind::InternalEventType => &[INTERNAL_TYPE, TIMES],
        EntityKind::InternalEventSubscription => &[INTERNAL_SUBSCRIPTION, TIMES],
    }
}
