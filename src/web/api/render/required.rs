//! Which members the schemas of the platform's own client demand, and what is written where nobody sent them.

use crate::model::kind::{EntityKind, Kind};
use crate::model::state::State;

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

/// The member that the schemas demand of a state they have no word for, and the JSON text of its value there: nobody told
/// a state, or a node run is still running. `None` where the record's own word does. A record that tells an error
/// stands as failed; any other as what claims least: waiting where the kind can wait, else ended without trouble. An API
/// request without an answer did not succeed.
pub fn stand_in(kind: Kind, told: Option<State>, has_error: bool) -> Option<(&'static str, &'static str)> {
    match (kind, told) {
        (Kind::NodeRun, Some(State::Running)) => Some(("status", "\"completed\"")),
        (_, Some(_)) | (Kind::InternalEvent | Kind::EntityChange, None) => None,
        (Kind::ApiRequest, None) => Some(("isSuccess", "false")),
        (Kind::FlowRun, None) if has_error => Some(("state", "\"failed\"")),
        (Kind::FlowRun, None) => Some(("state", "\"queued\"")),
        (Kind::NodeRun, None) if has_error => Some(("status", "\"failed\"")),
        (Kind::NodeRun, None) => Some(("status", "\"completed\"")),
        (_, None) if has_error => Some(("status", "\"error\"")),
        (Kind::ExternalEventPull, None) => Some(("status", "\"queued\"")),
        (Kind::ExternalEvent, None) => Some(("status", "\"created\"")),
        (Kind::ExternalWebhook | Kind::ActionRun, None) => Some(("status", "\"success\"")),
    }
}
