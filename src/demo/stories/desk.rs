//! What people change at their desks while the flows run.

use serde_json::{Value, json};

use crate::demo::company::{TICKET_NOTE, example, schema};
use crate::demo::traffic::Story;
use crate::model::time::{HOUR, MINUTE, Micros};

/// Nineteen hours ago orders got a currency: the event type's schema and example say so. Juniper & Sons wanted
/// their tickets sooner, so the interval of the pull was made shorter, and, when Zendesk became slow, longer
/// again. Lumen Education went from the starter plan to growth. The Zendesk integration got a new name and, an
/// hour later, its old one back.
///
/// To be found: in each thing's history what it was before, and how it was at a time between two changes.
pub(super) fn tell(story: &mut Story<'_>) {
    let at = story.ago(19 * HOUR);
    let mut order = example("order-placed");
    if let Some(members) = order.as_object_mut() {
        members.insert("currency".into(), json!("EUR"));
    }
    let id = story.ids.event_type("order-placed");
    let body = json!({"id": id, "schema": schema(&order), "example": order});
    change(story, at, "internal_event_type", body);

    let id = story.ids.subscription("juniper", &TICKET_NOTE);
    for (hours, seconds) in [(17, 120), (9, 600), (2, 300)] {
        let body = json!({"id": id, "pullUpdatesIntervalSeconds": seconds});
        change(story, story.ago(hours * HOUR), "external_event_subscription", body);
    }

    let meta = json!({"plan": "growth", "environment": "production"});
    let body = json!({"id": "lumen", "meta": meta});
    change(story, story.ago(7 * HOUR + 12 * MINUTE), "customer", body);

    for (minutes, name) in [(205, "Zendesk Support"), (141, "Zendesk")] {
        let body = json!({"id": "zendesk", "name": name});
        change(story, story.ago(minutes * MINUTE), "integration", body);
    }
}

fn change(story: &mut Story<'_>, at: Micros, kind: &'static str, mut body: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert("updatedAt".into(), at.to_string().into());
    }
    story.send(at, kind, body);
}
