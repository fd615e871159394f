//! Who is there: customers of uneven size, integrations, connections, and which flows run for whom.

use super::flows::{ACCOUNT_HEALTH, ANNOUNCE, Flow, LEAD, ONBOARD, PAID_ORDER, PAYMENT, PUSH_STOCK, TICKET_NOTE};

/// A customer of Larkspur.
pub(in crate::demo) struct Customer {
    pub id: &'static str,
    pub name: &'static str,
    pub plan: &'static str,
    /// Days since it signed up.
    pub age_days: i64,
    pub is_archived: bool,
}

const fn customer(id: &'static str, name: &'static str, plan: &'static str, age_days: i64) -> Customer {
    Customer {
        id,
        name,
        plan,
        age_days,
        is_archived: false,
    }
}

/// One name is written from right to left and has an emoji: every page must stand it.
pub(in crate::demo) const CUSTOMERS: [Customer; 12] = [
    customer("northwind", "Northwind Outfitters", "enterprise", 912),
    customer("brightwater", "Brightwater Labs", "growth", 640),
    customer("harbor", "Harbor Analytics", "growth", 411),
    customer("meridian", "Meridian Health", "enterprise", 388),
    customer("tallgrass", "Tallgrass Foods", "growth", 350),
    customer("juniper", "Juniper & Sons", "starter", 301),
    customer("cobalt", "Cobalt Freight", "enterprise", 266),
    customer("lumen", "Lumen Education", "starter", 190),
    customer("ostrava", "Ostrava Robotics", "growth", 122),
    customer("zaytun", "مطبخ الزيتون 🫒", "starter", 47),
    customer("fennimore", "Fennimore Press", "starter", 12),
    Customer {
        is_archived: true,
        ..customer("quarry-lane", "Quarry Lane Studio", "starter", 530)
    },
];

/// A customer that records name and nobody ever introduced.
pub(in crate::demo) const UNKNOWN_CUSTOMER: &str = "larch-trading";

/// Key and name of what Larkspur integrates with.
pub(super) const INTEGRATIONS: [(&str, &str); 6] = [
    ("hubspot", "HubSpot"),
    ("salesforce", "Salesforce"),
    ("shopify", "Shopify"),
    ("slack", "Slack"),
    ("zendesk", "Zendesk"),
    ("stripe", "Stripe"),
];

/// Customer and integration of every connection.
pub(in crate::demo) const CONNECTIONS: [(&str, &str); 26] = [
    ("northwind", "hubspot"),
    ("northwind", "shopify"),
    ("northwind", "slack"),
    ("northwind", "zendesk"),
    ("northwind", "stripe"),
    ("brightwater", "hubspot"),
    ("brightwater", "shopify"),
    ("brightwater", "stripe"),
    ("harbor", "hubspot"),
    ("harbor", "slack"),
    ("meridian", "salesforce"),
    ("meridian", "slack"),
    ("tallgrass", "shopify"),
    ("tallgrass", "zendesk"),
    ("tallgrass", "hubspot"),
    ("juniper", "shopify"),
    ("juniper", "zendesk"),
    ("cobalt", "shopify"),
    ("cobalt", "salesforce"),
    ("lumen", "hubspot"),
    ("lumen", "zendesk"),
    ("ostrava", "salesforce"),
    ("ostrava", "stripe"),
    ("zaytun", "shopify"),
    ("fennimore", "zendesk"),
    ("quarry-lane", "hubspot"),
];

/// Which flow runs for whom.
pub(in crate::demo) static INSTANCES: [(&str, &Flow); 29] = [
    ("northwind", &ONBOARD),
    ("brightwater", &ONBOARD),
    ("harbor", &ONBOARD),
    ("tallgrass", &ONBOARD),
    ("lumen", &ONBOARD),
    ("quarry-lane", &ONBOARD),
    ("northwind", &PAID_ORDER),
    ("brightwater", &PAID_ORDER),
    ("tallgrass", &PAID_ORDER),
    ("juniper", &PAID_ORDER),
    ("cobalt", &PAID_ORDER),
    ("zaytun", &PAID_ORDER),
    ("meridian", &ACCOUNT_HEALTH),
    ("cobalt", &ACCOUNT_HEALTH),
    ("ostrava", &ACCOUNT_HEALTH),
    ("ostrava", &LEAD),
    ("meridian", &LEAD),
    ("tallgrass", &TICKET_NOTE),
    ("juniper", &TICKET_NOTE),
    ("northwind", &TICKET_NOTE),
    ("lumen", &TICKET_NOTE),
    ("northwind", &ANNOUNCE),
    ("harbor", &ANNOUNCE),
    ("meridian", &ANNOUNCE),
    ("cobalt", &PUSH_STOCK),
    ("tallgrass", &PUSH_STOCK),
    ("northwind", &PAYMENT),
    ("brightwater", &PAYMENT),
    ("ostrava", &PAYMENT),
];

/// The name of a customer, or its id when nobody introduced it.
pub(in crate::demo) fn customer_name(id: &'static str) -> &'static str {
    CUSTOMERS
        .iter()
        .find(|customer| customer.id == id)
        .map_or(id, |customer| customer.name)
}

/// The name of an integration.
pub(in crate::demo) fn integration_name(key: &'static str) -> &'static str {
    INTEGRATIONS
        .iter()
        .find(|(id, _)| *id == key)
        .map_or(key, |(_, name)| name)
}
