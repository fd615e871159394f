//! The ids of a record that it can be found by, and where it stands among others.

use serde::{Deserialize, Serialize};

use super::id::RecordKey;
use super::time::Micros;

/// The ids a record can be filtered by; each is the name of the field that holds it.
/// The discriminant is stored on disk: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum IdField {
    Customer = 1,
    Integration = 2,
    Connection = 3,
    ExternalApp = 4,
    Flow = 5,
    UniversalFlow = 6,
    FlowInstance = 7,
    IntegrationFlow = 8,
    /// `subscriptionId` of a webhook, `externalEventSubscriptionId` of a pull or event.
    ExternalSubscription = 9,
    InternalEventType = 10,
    InternalSubscription = 11,
    FlowRun = 12,
    Node = 13,
    NodeRun = 14,
    ActionRun = 15,
    Pull = 16,
    Action = 17,
    EventType = 18,
    /// Name of the token or door it came through.
    Source = 19,
    Trace = 20,
}

impl IdField {
    pub const ALL: [IdField; 20] = [
        IdField::Customer,
        IdField::Integration,
        IdField::Connection,
        IdField::ExternalApp,
        IdField::Flow,
        IdField::UniversalFlow,
        IdField::FlowInstance,
        IdField::IntegrationFlow,
        IdField::ExternalSubscription,
        IdField::InternalEventType,
        IdField::InternalSubscription,
        IdField::FlowRun,
        IdField::Node,
        IdField::NodeRun,
        IdField::ActionRun,
        IdField::Pull,
        IdField::Action,
        IdField::EventType,
        IdField::Source,
        IdField::Trace,
    ];

    /// The record fields it is read from, by canonical name; the first that is there counts.
    /// `Source` is known beside the record and has none.
    pub const fn fields(self) -> &'static [&'static str] {
        match self {
            IdField::Customer => &["customerId"],
            IdField::Integration => &["integrationId"],
            IdField::Connection => &["connectionId"],
            IdField::ExternalApp => &["externalAppId"],
            IdField::Flow => &["flowId"],
            IdField::UniversalFlow => &["universalFlowId"],
            IdField::FlowInstance => &["flowInstanceId"],
            IdField::IntegrationFlow => &["integrationFlowId"],
            IdField::ExternalSubscription => &["externalEventSubscriptionId", "subscriptionId"],
            IdField::InternalEventType => &["appEventTypeId"],
            IdField::InternalSubscription => &["appEventSubscriptionId"],
            IdField::FlowRun => &["flowRunId"],
            IdField::Node => &["nodeKey"],
            IdField::NodeRun => &["nodeRunId"],
            IdField::ActionRun => &["actionRunId"],
            IdField::Pull => &["pullId"],
            IdField::Action => &["integrationActionId", "actionId"],
            IdField::EventType => &["eventType"],
            IdField::Source => &[],
            IdField::Trace => &["traceId"],
        }
    }
}

/// Where a record stands in every list: lists are ordered by this.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Position {
    pub place: Micros,
    pub key: RecordKey,
}
