//! A new revision of a flow sends a property that some portals do not have.

use serde_json::{Value, json};

use super::flows;
use crate::demo::company::{INSTANCES, ONBOARD, ONBOARD_REVISION_BEFORE, nodes};
use crate::demo::payloads;
use crate::demo::traffic::Story;
use crate::model::time::{MINUTE, Micros, SECOND};

/// Until 95 minutes ago "Onboard contacts on closed deal" went well. Then revision 15 was published, which
/// sends `loyalty_tier`. Since then HubSpot answers 400 `PROPERTY_DOESNT_EXIST` for every contact that has a
/// tier; contacts without one go through. Three runs of Northwind Outfitters and Harbor Analytics failed.
///
/// To be found: the property and the revision, by comparison with the last good run (revision 14) and with
/// the contacts of the same runs that went through. Two customers are affected, the connection is well.
pub(super) fn tell(story: &mut Story<'_>) {
    for (customer, minutes, contacts) in [
        ("brightwater", 15 * 60 + 7, 2),
        ("lumen", 9 * 60 + 31, 1),
        ("harbor", 4 * 60 + 2, 3),
        ("northwind", 118, 4),
    ] {
        flows::onboard(
            story,
            customer,
            story.ago(minutes * MINUTE),
            contacts,
            ONBOARD_REVISION_BEFORE,
        );
    }
    publish(story, story.ago(95 * MINUTE));
    fails(story, "northwind", story.ago(81 * MINUTE), 6, 5);
    fails(story, "harbor", story.ago(48 * MINUTE), 3, 2);
    fails(story, "northwind", story.ago(13 * MINUTE + 26 * SECOND), 4, 4);
}

/// The flow and every instance of it get the new revision.
fn publish(story: &mut Story<'_>, at: Micros) {
    let change = json!({"id": story.ids.flow(&ONBOARD), "revision": ONBOARD.revision, "updatedAt": at.to_string()});
    story.send(at, "flow", change);
    let instances = INSTANCES.iter().filter(|(_, flow)| flow.key == ONBOARD.key);
    for (number, (customer, flow)) in instances.enumerate() {
        let at = at.plus(i64::try_from(number).unwrap_or(0) * SECOND);
        let change = json!({
            "id": story.ids.instance(customer, flow), "revision": flow.revision, "updatedAt": at.to_string(),
            "nodes": nodes(story.ids, customer, flow, flow.revision),
        });
        story.send(at, "flow_instance", change);
    }
}

fn fails(story: &mut Story<'_>, customer: &'static str, at: Micros, contacts: usize, with_tier: usize) {
    let contact = |story: &mut Story<'_>, number: usize| {
        let tier = story.chance.pick(&["gold", "silver", "bronze"]);
        payloads::contact(&mut story.chance, (number < with_tier).then_some(tier))
    };
    let contacts: Vec<Value> = (0..contacts).map(|number| contact(story, number)).collect();
    let (mut run, list) = flows::onboard_begin(story, customer, at, &contacts);
    let mut first = None;
    for (number, contact) in contacts.iter().enumerate() {
        let update = run.after(story, list, number, "update-contact", 9);
        let millis = story.chance.between(140, 190);
        let patch = flows::patch_contact(contact, true).took(millis);
        if number < with_tier {
            let patch = patch.but(400, no_such_property(&story.chance.hex(32)));
            let error = run.fail_call(story, update, &patch);
            run.say(update, "error", "Not retried: 400 is not transient");
            first.get_or_insert(error);
        } else {
            run.call(story, update, &patch);
            run.output(story, update, json!({"contactId": contact.get("id"), "updated": true}));
        }
    }
    let error = first.map(|error| run.failed_in("update-contact", error));
    run.end(story, "failed", error);
}

fn no_such_property(correlation: &str) -> Value {
    json!({
        "status": "error", "category": "VALIDATION_ERROR", "correlationId": correlation,
        "message": "Property \"loyalty_tier\" does not exist",
        "errors": [{"message": "Property \"loyalty_tier\" does not exist", "code": "PROPERTY_DOESNT_EXIST",
            "context": {"propertyName": ["loyalty_tier"]}}],
    })
}
