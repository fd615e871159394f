//! Slack asks us to slow down, and it heals.

use serde_json::json;

use super::flows;
use crate::demo::company::ANNOUNCE;
use crate::demo::payloads;
use crate::demo::traffic::Story;
use crate::model::time::HOUR;

/// Harbor Analytics placed a big order; Slack answered 429 twice with `Retry-After`, the third attempt went
/// through. The run is completed.
///
/// To be found: two failed requests that are amber, healed by their retry, and no failed run.
pub(super) fn tell(story: &mut Story<'_>) {
    let order = payloads::placed_order(&mut story.chance, "harbor", 7420);
    let mut run = story.internal_run(&ANNOUNCE, "harbor", story.ago(7 * HOUR), order.clone());
    let post = run.after(story, run.trigger(), 0, "post-message", 4);
    let limited = |exchange: crate::demo::traffic::Exchange| {
        exchange
            .but(429, json!({"ok": false, "error": "ratelimited"}))
            .header("retry-after", "2")
            .took(61)
    };
    let first = limited(flows::slack_message(story, "harbor", &order));
    let first = run.call(story, post, &first);
    for attempt in [2, 3] {
        run.say(
            post,
            "warn",
            format!("Waits 2 s before attempt {attempt}, as Retry-After says"),
        );
        run.wait(post, 2000);
        let message = flows::slack_message(story, "harbor", &order);
        let message = if attempt == 2 { limited(message) } else { message };
        run.call(story, post, &message.retry(attempt, &first));
    }
    run.output(story, post, json!({"ok": true}));
    run.end(story, "completed", None);
}
