//! Our own code stumbles over a charge it did not expect.

use serde_json::{Value, json};

use super::flows;
use crate::demo::payloads;
use crate::demo::traffic::{Story, trouble};
use crate::model::time::{HOUR, MINUTE, Micros};

/// Two charges of Brightwater Labs were still pending, so Stripe sent them without a balance transaction.
/// The custom code of node "Net amount" reads its fee and throws a TypeError.
///
/// To be found: the line of the code in the stack, no API request at all, and the field that good runs of
/// the flow have and these do not.
pub(super) fn tell(story: &mut Story<'_>) {
    for at in [story.ago(11 * HOUR + 4 * MINUTE), story.ago(2 * HOUR + 33 * MINUTE)] {
        throws(story, at);
    }
}

fn throws(story: &mut Story<'_>, at: Micros) {
    let mut charge = payloads::charge(&mut story.chance, at);
    if let Some(object) = charge.pointer_mut("/data/object").and_then(Value::as_object_mut) {
        object.insert("balance_transaction".into(), Value::Null);
        object.insert("status".into(), json!("pending"));
    }
    let (mut run, net) = flows::payment_begin(story, "brightwater", at, &charge);
    let cause = trouble::with(
        trouble::error(
            "custom_code",
            "TypeError",
            "Cannot read properties of null (reading 'fee')",
        ),
        "stack",
        json!(
            "TypeError: Cannot read properties of null (reading 'fee')\n    at default (net-amount.js:1:72)\n    \
             at runCode (engine/code.js:118:20)\n    at runUnit (engine/unit.js:204:7)"
        ),
    );
    let error = trouble::caused("unit_run", "custom_code_failed", "The code of Net amount failed", cause);
    run.say(net, "info", "Code of revision 11");
    run.say(
        net,
        "error",
        "TypeError: Cannot read properties of null (reading 'fee')",
    );
    run.mark(net, "failed", Some(error.clone()));
    let error = run.failed_in("net-amount", error);
    run.end(story, "failed", Some(error));
}
