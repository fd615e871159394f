//! The closed lists of what Redtrail keeps: log kinds and entity kinds, with every name they go by.

use serde::{Deserialize, Serialize};

/// A kind of log record. The discriminant is stored on disk and orders records of equal time: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum Kind {
    ApiRequest = 1,
    ExternalWebhook = 2,
    ExternalEventPull = 3,
    ExternalEvent = 4,
    InternalEvent = 5,
    FlowRun = 6,
    NodeRun = 7,
    ActionRun = 8,
    /// A change of an entity, written by the store itself; senders cannot send it.
    EntityChange = 9,
}

impl Kind {
    /// Every kind a sender may send, in the order of the documentation.
    pub const SENT: [Kind; 8] = [
        Kind::ApiRequest,
        Kind::ExternalWebhook,
        Kind::ExternalEventPull,
        Kind::ExternalEvent,
        Kind::InternalEvent,
        Kind::FlowRun,
        Kind::NodeRun,
        Kind::ActionRun,
    ];

    /// The name on the wire: the `kind` member and the last segment of `/api/v1/ingest/{kind}`.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::ApiRequest => "api_request",
            Kind::ExternalWebhook => "external_webhook",
            Kind::ExternalEventPull => "external_event_pull",
            Kind::ExternalEvent => "external_event",
            Kind::InternalEvent => "internal_event",
            Kind::FlowRun => "flow_run",
            Kind::NodeRun => "node_run",
            Kind::ActionRun => "action_run",
            Kind::EntityChange => "entity_change",
        }
    }

    /// The kind of a wire name; `entity_change` is not among them, since nobody may send it.
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::SENT.into_iter().find(|kind| kind.name() == name)
    }

    /// The kind of a stored discriminant.
    pub const fn from_code(code: u8) -> Option<Kind> {
        Some(match code {
            1 => Kind::ApiRequest,
            2 => Kind::ExternalWebhook,
            3 => Kind::ExternalEventPull,
            4 => Kind::ExternalEvent,
            5 => Kind::InternalEvent,
            6 => Kind::FlowRun,
            7 => Kind::NodeRun,
            8 => Kind::ActionRun,
            9 => Kind::EntityChange,
            _ => return None,
        })
    }

    pub const fn code(self) -> u8 {
        self as u8
    }

    /// Title of its list, in the plural.
    pub const fn title(self) -> &'static str {
        match self {
            Kind::ApiRequest => "API Requests",
            Kind::ExternalWebhook => "External Webhooks",
            Kind::ExternalEventPull => "External Event Pulls",
            Kind::ExternalEvent => "External Events",
            Kind::InternalEvent => "Internal Events",
            Kind::FlowRun => "Flow Runs",
            Kind::NodeRun => "Node Runs",
            Kind::ActionRun => "Action Runs",
            Kind::EntityChange => "Changes",
        }
    }

    /// What one record of it is called.
    pub const fn singular(self) -> &'static str {
        match self {
            Kind::ApiRequest => "API Request",
            Kind::ExternalWebhook => "External Webhook",
            Kind::ExternalEventPull => "External Event Pull",
            Kind::ExternalEvent => "External Event",
            Kind::InternalEvent => "Internal Event",
            Kind::FlowRun => "Flow Run",
            Kind::NodeRun => "Node Run",
            Kind::ActionRun => "Action Run",
            Kind::EntityChange => "Change",
        }
    }

    /// Path segment of its list below `/api/v1/`; node runs and entity changes have no list of their own.
    pub const fn api_path(self) -> Option<&'static str> {
        Some(match self {
            Kind::ApiRequest => "external-api-logs",
            Kind::ExternalWebhook => "incoming-webhooks",
            Kind::ExternalEventPull => "external-event-pulls",
            Kind::ExternalEvent => "external-event-log-records",
            Kind::InternalEvent => "app-events",
            Kind::FlowRun => "flow-runs",
            Kind::ActionRun => "action-run-logs",
            Kind::NodeRun | Kind::EntityChange => return None,
        })
    }

    /// Path segment of its pages below `/`: its title in kebab case.
    pub const fn page_path(self) -> Option<&'static str> {
        Some(match self {
            Kind::ApiRequest => "api-requests",
            Kind::ExternalWebhook => "external-webhooks",
            Kind::ExternalEventPull => "external-event-pulls",
            Kind::ExternalEvent => "external-events",
            Kind::InternalEvent => "internal-events",
            Kind::FlowRun => "flow-runs",
            Kind::ActionRun => "action-runs",
            Kind::NodeRun | Kind::EntityChange => return None,
        })
    }
}

/// A kind of entity. The discriminant is stored on disk: append only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
pub enum EntityKind {
    Customer = 1,
    Integration = 2,
    Connection = 3,
    Flow = 4,
    FlowInstance = 5,
    ExternalEventSubscription = 6,
    InternalEventType = 7,
    InternalEventSubscription = 8,
}

impl EntityKind {
    pub const ALL: [EntityKind; 8] = [
        EntityKind::Customer,
        EntityKind::Integration,
        EntityKind::Connection,
        EntityKind::Flow,
        EntityKind::FlowInstance,
        EntityKind::ExternalEventSubscription,
        EntityKind::InternalEventType,
        EntityKind::InternalEventSubscription,
    ];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            EntityKind::Customer => "customer",
            EntityKind::Integration => "integration",
            EntityKind::Connection => "connection",
            EntityKind::Flow => "flow",
            EntityKind::FlowInstance => "flow_instance",
            EntityKind::ExternalEventSubscription => "external_event_subscription",
            EntityKind::InternalEventType => "internal_event_type",
            EntityKind::InternalEventSubscription => "internal_event_subscription",
        }
    }

    pub fn from_name(name: &str) -> Option<EntityKind> {
        EntityKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    pub const fn from_code(code: u8) -> Option<EntityKind> {
        Some(match code {
            1 => EntityKind::Customer,
            2 => EntityKind::Integration,
            3 => EntityKind::Connection,
            4 => EntityKind::Flow,
            5 => EntityKind::FlowInstance,
            6 => EntityKind::ExternalEventSubscription,
            7 => EntityKind::InternalEventType,
            8 => EntityKind::InternalEventSubscription,
            _ => return None,
        })
    }

    pub const fn code(self) -> u8 {
        self as u8
    }

    pub const fn title(self) -> &'static str {
        match self {
            EntityKind::Customer => "Customers",
            EntityKind::Integration => "Integrations",
            EntityKind::Connection => "Connections",
            EntityKind::Flow => "Flows",
            EntityKind::FlowInstance => "Flow Instances",
            EntityKind::ExternalEventSubscription => "External Event Subscriptions",
            EntityKind::InternalEventType => "Internal Event Types",
            EntityKind::InternalEventSubscription => "Internal Event Subscriptions",
        }
    }

    /// Path segment of its list below `/api/v1/`.
    pub const fn api_path(self) -> &'static str {
        match self {
            EntityKind::Customer => "customers",
            EntityKind::Integration => "integrations",
            EntityKind::Connection => "connections",
            EntityKind::Flow => "flows",
            EntityKind::FlowInstance => "flow-instances",
            EntityKind::ExternalEventSubscription => "external-event-subscriptions",
            EntityKind::InternalEventType => "app-event-types",
            EntityKind::InternalEventSubscription => "app-event-subscriptions",
        }
    }

    /// Path by which the platform's client asks for one of some kinds, below the API's prefix.
    pub fn api_path_of_one(self) -> &'static str {
        let list = self.api_path();
        list.strip_suffix('s').unwrap_or(list)
    }

    /// Entities of the whole workspace, readable in every scope.
    pub const fn is_workspace_wide(self) -> bool {
        matches!(
            self,
            EntityKind::Integration | EntityKind::Flow | EntityKind::InternalEventType
        )
    }
}

/// What one ingested item can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    Log(Kind),
    Entity(EntityKind),
}

impl ItemKind {
    pub fn from_name(name: &str) -> Option<ItemKind> {
        Kind::from_name(name)
            .map(ItemKind::Log)
            .or_else(|| EntityKind::from_name(name).map(ItemKind::Entity))
    }

    pub const fn name(self) -> &'static str {
        match self {
            ItemKind::Log(kind) => kind.name(),
            ItemKind::Entity(kind) => kind.name(),
        }
    }
}
