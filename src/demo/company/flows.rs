//! The flows: what starts them, their nodes and how those follow each other.

/// What starts a flow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::demo) enum Trigger {
    /// An external event that comes by webhook; its type.
    Webhook(&'static str),
    /// An external event that is found by polling; its type, and the seconds between pulls.
    Pull(&'static str, i64),
    /// An event of Larkspur's own app; its type's key.
    Internal(&'static str),
    /// A cron expression, in UTC.
    Schedule(&'static str),
}

/// A node of a flow. The first one is the trigger.
pub(in crate::demo) struct Node {
    pub key: &'static str,
    pub kind: &'static str,
    pub name: &'static str,
    /// Keys of the nodes that get its outputs.
    pub to: &'static [&'static str],
    /// JSON text of the trigger's filter.
    pub filter: Option<&'static str>,
    /// Whether the flow goes on when a run of this node fails.
    pub goes_on: bool,
}

/// A flow of Larkspur, of which every customer that uses it has an instance.
pub(in crate::demo) struct Flow {
    pub key: &'static str,
    pub name: &'static str,
    pub integration: &'static str,
    pub trigger: Trigger,
    /// The revision at the end of the day.
    pub revision: u32,
    pub nodes: &'static [Node],
}

impl Flow {
    /// The key of its trigger.
    pub fn start(&self) -> &'static str {
        self.nodes.first().map_or("", |node| node.key)
    }

    /// Whether the flow goes on when a run of this node fails.
    pub fn goes_on(&self, key: &str) -> bool {
        self.nodes.iter().any(|node| node.key == key && node.goes_on)
    }

    pub fn node_name(&self, key: &'static str) -> &'static str {
        self.nodes
            .iter()
            .find(|node| node.key == key)
            .map_or(key, |node| node.name)
    }
}

const fn node(key: &'static str, kind: &'static str, name: &'static str, to: &'static [&'static str]) -> Node {
    Node {
        key,
        kind,
        name,
        to,
        filter: None,
        goes_on: false,
    }
}

const fn filtered(node: Node, filter: &'static str) -> Node {
    Node {
        filter: Some(filter),
        ..node
    }
}

const EXTERNAL: &str = "api-request-to-external-app";
const OWN: &str = "api-request-to-your-app";
const MAP: &str = "transform-data";

pub(in crate::demo) static ONBOARD: Flow = Flow {
    key: "onboard-contacts",
    name: "Onboard contacts on closed deal",
    integration: "hubspot",
    trigger: Trigger::Webhook("deal.propertyChange"),
    revision: 15,
    nodes: &[
        node(
            "deal-closed-won",
            "external-event-trigger",
            "Deal closed won",
            &["get-deal"],
        ),
        node("get-deal", EXTERNAL, "Get deal", &["list-contacts"]),
        node("list-contacts", EXTERNAL, "List contacts", &["update-contact"]),
        node("update-contact", EXTERNAL, "Update contact", &["notify-app"]),
        node("notify-app", OWN, "Notify app", &[]),
    ],
};

pub(in crate::demo) static PAID_ORDER: Flow = Flow {
    key: "sync-paid-order",
    name: "Sync paid order",
    integration: "shopify",
    trigger: Trigger::Webhook("orders/paid"),
    revision: 6,
    nodes: &[
        node("order-paid", "external-event-trigger", "Order paid", &["map-order"]),
        node("map-order", MAP, "Map order", &["save-order"]),
        node("save-order", OWN, "Save order", &[]),
    ],
};

pub(in crate::demo) static ACCOUNT_HEALTH: Flow = Flow {
    key: "account-health",
    name: "Account health to CRM",
    integration: "salesforce",
    trigger: Trigger::Schedule("0 * * * *"),
    revision: 3,
    nodes: &[
        node("every-hour", "schedule-trigger", "Every hour", &["get-score"]),
        node("get-score", OWN, "Get score", &["update-account"]),
        node("update-account", EXTERNAL, "Update account", &[]),
    ],
};

pub(in crate::demo) static LEAD: Flow = Flow {
    key: "lead-to-contact",
    name: "Lead to contact",
    integration: "salesforce",
    trigger: Trigger::Internal("lead-created"),
    revision: 9,
    nodes: &[
        node("lead-created", "app-event-trigger", "Lead created", &["map-lead"]),
        node("map-lead", MAP, "Map lead", &["create-contact"]),
        node("create-contact", EXTERNAL, "Create contact", &[]),
    ],
};

pub(in crate::demo) static TICKET_NOTE: Flow = Flow {
    key: "ticket-to-note",
    name: "Ticket to account note",
    integration: "zendesk",
    trigger: Trigger::Pull("ticket.updated", 600),
    revision: 6,
    nodes: &[
        filtered(
            node(
                "ticket-updated",
                "external-event-trigger",
                "Ticket updated",
                &["get-requester"],
            ),
            r#"{"/ticket/status":"solved"}"#,
        ),
        node("get-requester", EXTERNAL, "Get requester", &["add-note"]),
        node("add-note", OWN, "Add note", &[]),
    ],
};

pub(in crate::demo) static ANNOUNCE: Flow = Flow {
    key: "announce-order",
    name: "Announce big orders",
    integration: "slack",
    trigger: Trigger::Internal("order-placed"),
    revision: 2,
    nodes: &[
        filtered(
            node("order-placed", "app-event-trigger", "Order placed", &["post-message"]),
            r#"{"/total":{"$gte":500}}"#,
        ),
        node("post-message", EXTERNAL, "Post message", &[]),
    ],
};

pub(in crate::demo) static PUSH_STOCK: Flow = Flow {
    key: "push-stock",
    name: "Push stock levels",
    integration: "shopify",
    trigger: Trigger::Schedule("0 2 * * *"),
    revision: 4,
    nodes: &[
        node("nightly", "schedule-trigger", "Nightly", &["list-stock"]),
        node("list-stock", OWN, "List stock", &["set-level"]),
        Node {
            goes_on: true,
            ..node("set-level", EXTERNAL, "Set level", &[])
        },
    ],
};

pub(in crate::demo) static PAYMENT: Flow = Flow {
    key: "record-payment",
    name: "Record payment",
    integration: "stripe",
    trigger: Trigger::Webhook("charge.succeeded"),
    revision: 11,
    nodes: &[
        node(
            "charge-succeeded",
            "external-event-trigger",
            "Charge succeeded",
            &["net-amount"],
        ),
        node("net-amount", "run-javascript", "Net amount", &["save-payment"]),
        node("save-payment", OWN, "Save payment", &[]),
    ],
};

/// Every flow.
pub(in crate::demo) static ALL: [&Flow; 8] = [
    &ONBOARD,
    &PAID_ORDER,
    &ACCOUNT_HEALTH,
    &LEAD,
    &TICKET_NOTE,
    &ANNOUNCE,
    &PUSH_STOCK,
    &PAYMENT,
];
