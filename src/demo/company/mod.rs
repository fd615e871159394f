//! Larkspur's customers, what they connected, and the flows that run for them.

mod catalogue;
mod entities;
mod flows;

pub(super) use catalogue::{INSTANCES, UNKNOWN_CUSTOMER, customer_name, integration_name};
pub(super) use entities::{ONBOARD_REVISION_BEFORE, entities, example, nodes, schema};
pub(super) use flows::{ACCOUNT_HEALTH, ANNOUNCE, LEAD, ONBOARD, PAID_ORDER, PAYMENT, PUSH_STOCK, TICKET_NOTE};
pub(super) use flows::{Flow, Trigger};

use super::chance::hash;

/// Host of Larkspur's own API, which flows call back.
pub(super) const APP_API: &str = "https://api.larkspur.example/v2";
/// Where external apps send webhooks for Larkspur's customers.
pub(super) const HOOKS: &str = "https://hooks.larkspur.example/external";

/// Ids of entities: 24 hexadecimal digits that depend on the seed and the entity's name only.
#[derive(Clone, Copy)]
pub(super) struct Ids(pub u64);

impl Ids {
    fn of(self, kind: &str, name: &str) -> String {
        let high = hash(self.0, &format!("{kind}/{name}"));
        let low = hash(high, name) >> 32;
        format!("{high:016x}{low:08x}")
    }

    pub fn connection(self, customer: &str, integration: &str) -> String {
        self.of("connection", &format!("{customer}-{integration}"))
    }

    pub fn flow(self, flow: &Flow) -> String {
        self.of("flow", flow.key)
    }

    pub fn instance(self, customer: &str, flow: &Flow) -> String {
        self.of("flow-instance", &format!("{customer}-{}", flow.key))
    }

    /// The subscription that feeds a flow's trigger for a customer.
    pub fn subscription(self, customer: &str, flow: &Flow) -> String {
        self.of("subscription", &format!("{customer}-{}", flow.key))
    }

    pub fn event_type(self, key: &str) -> String {
        self.of("event-type", key)
    }

    pub fn action(self, integration: &str, key: &str) -> String {
        self.of("action", &format!("{integration}-{key}"))
    }
}
