//! What the external apps' records look like.

use serde_json::{Value, json};

use super::chance::Chance;
use crate::model::time::{DAY, Micros, SECOND};

const FIRST: [&str; 16] = [
    "Ada", "Marco", "Priya", "Tomasz", "Grace", "Elena", "Sam", "Noor", "Jonas", "Lucía", "Ben", "Hana", "Amara",
    "Ilse", "Yusuf", "Mei",
];
const LAST: [&str; 16] = [
    "Lindqvist",
    "Benedetti",
    "Raman",
    "Zieliński",
    "Okafor",
    "Petrova",
    "Whitlock",
    "Haddad",
    "Weber",
    "Ferrer",
    "Achterberg",
    "Sato",
    "Diallo",
    "Brandt",
    "Demir",
    "Tanaka",
];
const GOODS: [&str; 10] = [
    "Trail lantern",
    "Wool blanket",
    "Field notebook",
    "Enamel mug",
    "Canvas tote",
    "Seed kit",
    "Walnut board",
    "Travel kettle",
    "Linen apron",
    "Brass compass",
];

/// A person: name and e-mail address.
pub(super) fn person(chance: &mut Chance) -> (String, String) {
    let (first, last) = (chance.pick(&FIRST), chance.pick(&LAST));
    let plain = |text: &str| -> String { text.to_lowercase().chars().filter(char::is_ascii_alphabetic).collect() };
    (
        format!("{first} {last}"),
        format!("{}.{}@mail.example", plain(first), plain(last)),
    )
}

/// A number as external apps give ids.
pub(super) fn number(chance: &mut Chance, digits: u32) -> i64 {
    let low = 10_i64.pow(digits.saturating_sub(1));
    chance.between(low, low * 10 - 1)
}

/// A contact of HubSpot.
pub(super) fn contact(chance: &mut Chance, tier: Option<&str>) -> Value {
    let (name, email) = person(chance);
    json!({
        "id": number(chance, 5).to_string(), "email": email, "name": name, "loyaltyTier": tier,
        "phone": format!("+44 20 7946 0{}", chance.between(100, 999)),
    })
}

/// The webhook of HubSpot that tells a deal's new stage.
pub(super) fn deal_change(chance: &mut Chance, deal: i64, at: Micros) -> Value {
    json!({
        "eventId": number(chance, 9), "subscriptionType": "deal.propertyChange", "portalId": 9_214_118,
        "objectId": deal, "propertyName": "dealstage", "propertyValue": "closedwon", "changeSource": "CRM_UI",
        "occurredAt": at.0 / 1000, "attemptNumber": 0,
    })
}

/// A deal of HubSpot.
pub(super) fn deal(chance: &mut Chance, deal: i64, at: Micros) -> Value {
    json!({
        "id": deal.to_string(),
        "properties": {"dealname": format!("Spring order {}", number(chance, 4)), "dealstage": "closedwon",
            "dealtype": chance.pick(&["newbusiness", "existingbusiness"]),
            "amount": format!("{}.00", chance.between(900, 48_000)), "closedate": at.to_string(),
            "hs_lastmodifieddate": at.to_string()},
        "createdAt": at.plus(-chance.between(9, 80) * DAY).to_string(), "archived": false,
    })
}

/// A paid order of Shopify with so many lines.
pub(super) fn order(chance: &mut Chance, lines: i64, at: Micros) -> Value {
    let (name, email) = person(chance);
    let mut total = 0;
    let lines: Vec<Value> = (0..lines)
        .map(|_| {
            let (cents, quantity) = (chance.between(8, 190) * 100 - 5, chance.between(1, 4));
            total += cents * quantity;
            json!({"id": number(chance, 13), "title": chance.pick(&GOODS), "quantity": quantity,
                "sku": format!("{}-{}", chance.hex(3).to_uppercase(), number(chance, 4)), "price": money(cents)})
        })
        .collect();
    json!({
        "id": number(chance, 13), "name": format!("#{}", number(chance, 4)), "email": email,
        "financial_status": "paid", "currency": "EUR", "total_price": money(total), "line_items": lines,
        "customer": {"id": number(chance, 13), "name": name},
        "shipping_address": {"city": chance.pick(&["Utrecht", "Gdańsk", "Porto", "Leeds", "Łódź"]), "zip": "1016 DV"},
        "note": null, "processed_at": at.to_string(),
    })
}

/// Cents as shops write money.
pub(super) fn money(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

/// A ticket of Zendesk.
pub(super) fn ticket(chance: &mut Chance, status: &str, at: Micros) -> Value {
    let subject = chance.pick(&[
        "Parcel arrived without the lid",
        "Invoice shows the old address",
        "Can't change delivery day",
        "Discount code <SPRING> is refused",
        "Where is my refund?",
    ]);
    json!({
        "type": "ticket.updated",
        "ticket": {"id": number(chance, 5), "status": status, "subject": subject,
            "priority": chance.pick(&["low", "normal", "high"]), "requester_id": number(chance, 12),
            "tags": ["orders"], "updated_at": at.to_string()},
    })
}

/// The webhook of Stripe that tells of a charge.
pub(super) fn charge(chance: &mut Chance, at: Micros) -> Value {
    let amount = chance.between(1200, 96_000);
    json!({
        "id": format!("evt_{}", chance.letters(24)), "object": "event", "type": "charge.succeeded",
        "created": at.0 / SECOND, "livemode": true,
        "data": {"object": {"id": format!("ch_{}", chance.letters(24)), "object": "charge", "amount": amount,
            "currency": "eur", "paid": true,
            "balance_transaction": {"id": format!("txn_{}", chance.letters(24)), "fee": amount * 14 / 1000 + 25}}},
    })
}

/// A lead of Larkspur's own app.
pub(super) fn lead(chance: &mut Chance, customer: &str) -> Value {
    let (name, email) = person(chance);
    json!({
        "accountId": customer, "leadId": format!("lead_{}", number(chance, 6)), "name": name, "email": email,
        "company": chance.pick(&["Halden Mills", "Corvid Press", "Oakline Dental", "Bright & Daughters"]),
        "source": chance.pick(&["webinar", "fair", "referral"]),
    })
}

/// An order of Larkspur's own app.
pub(super) fn placed_order(chance: &mut Chance, customer: &str, total: i64) -> Value {
    let (name, _) = person(chance);
    json!({
        "accountId": customer, "orderId": format!("ord_{}", number(chance, 7)), "buyer": name, "total": total,
        "currency": "EUR",
    })
}
