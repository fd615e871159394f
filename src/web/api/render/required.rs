//! Which members the schemas of the platform's own client demand, and what is written where nobody sent them. State
//! words are not among these: a state that nobody told cannot be made up.

use crate::model::kind::{EntityKind, Kind};

/// What stands for a member that nobody sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fill {
    /// `""`
    Text,
    /// `0`
    Zero,
    /// `[]`
    List,
    /// `false`
    No,
    /// Where the thing stands in lists, as a time.
    Place,
    /// When an entity was last changed.
    Changed,
    /// The thing's own id.
    Id,
    /// Its key, else its id.
    KeyOrId,
    /// The customer's id, else `""`.
    Customer,
    /// The flow instance's id, else `""`.
    FlowInstance,
    /// The path of its details here.
    Details,
    /// `{"uri":""}`
    Request,
}

type Table = &'static [(&'static str, Fill)];

/// Members every record of a kind has.
pub const fn of_log(kind: Kind) -> Table {
    use Fill::*;
    match kind {
        Kind::ApiRequest => &[
            ("customerId", Customer),
            ("integrationId", Text),
            ("connectionId", Text),
            ("statusCode", Zero),
            ("s3Uri", Details),
            ("createdAt", Place),
            ("requestUrl", Text),
            ("duration", Zero),
        ],
        Kind::ExternalWebhook => &[
            ("customerId", Customer),
            ("userId", Customer),
            ("integrationId", Text),
            ("connectionId", Text),
            ("subscriptionId", Text),
            ("uuid", Id),
            ("collectedEventIds", List),
            ("createdAt", Place),
        ],
        Kind::ExternalEventPull => &[
            ("userId", Customer),
            ("externalEventSubscriptionId", Text),
            ("integrationId", Text),
            ("connectionId", Text),
            ("startDatetime", Place),
            ("endDatetime", Place),
            ("collectedEventIds", List),
        ],
        Kind::ExternalEvent => &[
            ("userId", Customer),
            ("externalEventSubscriptionId", Text),
            ("integrationId", Text),
            ("connectionId", Text),
        ],
        Kind::InternalEvent => &[
            ("userId", Customer),
            ("appEventTypeId", Text),
            ("appEventSubscriptionId", Text),
            ("event", Text),
            ("datetime", Place),
            ("launchedFlowRunIds", List),
        ],
        Kind::FlowRun => &[
            ("userId", Customer),
            ("connectionFlowId", FlowInstance),
            ("startNodeKey", Text),
            ("startTime", Place),
        ],
        Kind::NodeRun => &[
            ("input", Text),
            ("upstreamRuns", List),
            ("outputs", List),
            ("errors", List),
            ("logs", List),
        ],
        Kind::ActionRun => &[
            ("userId", Customer),
            ("name", Id),
            ("integrationActionId", Text),
            ("integrationId", Text),
            ("connectionId", Text),
            ("createdAt", Place),
        ],
        Kind::EntityChange => &[],
    }
}

/// Members every entity of a kind has.
pub const fn of_entity(kind: EntityKind) -> Table {
    use Fill::*;
    match kind {
        EntityKind::Customer => &[("name", KeyOrId), ("internalId", Id)],
        EntityKind::Integration => &[("name", KeyOrId), ("logoUri", Text)],
        EntityKind::Connection => &[
            ("name", KeyOrId),
            ("userId", Customer),
            ("createdAt", Place),
            ("updatedAt", Changed),
        ],
        EntityKind::Flow | EntityKind::FlowInstance => &[("name", KeyOrId)],
        EntityKind::ExternalEventSubscription => {
            &[("userId", Customer), ("connectionId", Text), ("integrationId", Text)]
        }
        EntityKind::InternalEventType => &[
            ("name", KeyOrId),
            ("revision", Text),
            ("webhookKey", Text),
            ("globalWebhookUri", Text),
        ],
        EntityKind::InternalEventSubscription => &[
            ("name", KeyOrId),
            ("userId", Customer),
            ("revision", Text),
            ("appEventTypeId", Text),
            ("isSubscribed", No),
            ("webhookUri", Text),
            ("subscriptionRequest", Request),
        ],
    }
}
