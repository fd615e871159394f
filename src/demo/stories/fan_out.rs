//! One node that runs sixty times.

use serde_json::{Value, json};

use super::by_hand::{set_level, stock};
use crate::demo::company::{APP_API, PUSH_STOCK};
use crate::demo::traffic::{Exchange, Story};
use crate::model::time::{DAY, HOUR, MINUTE};

/// Items of the night's run, and the places of those that Shopify refused.
const ITEMS: usize = 60;
const REFUSED: [usize; 3] = [17, 38, 54];
/// The place of one that was limited and then went through.
const LIMITED: usize = 29;

/// The nightly "Push stock levels" of Cobalt Freight set 60 levels. Shopify refused three with 422, because
/// their items are not tracked, and limited one, which a retry healed. The flow goes on over errors, so the
/// run is completed.
///
/// To be found: the run is amber; its three failed node runs come first in the list of sixty and fail alike.
pub(super) fn tell(story: &mut Story<'_>) {
    let due = story.last(DAY, 2 * HOUR, 10 * MINUTE);
    let mut run = story.scheduled_run(&PUSH_STOCK, "cobalt", due);
    run.announce(story, "queued");
    run.announce(story, "running");
    let items: Vec<Value> = (0..ITEMS).map(|_| stock(story)).collect();
    let list = run.after(story, run.trigger(), 0, "list-stock", 6);
    let answer = json!({"items": items, "total": ITEMS});
    run.call(
        story,
        list,
        &Exchange::get(format!("{APP_API}/stock"), answer)
            .query("account", "cobalt")
            .took(212),
    );
    for item in &items {
        run.output(story, list, item.clone());
    }
    for (number, item) in items.iter().enumerate() {
        let set = run.after(story, list, number, "set-level", 5);
        let millis = story.chance.between(85, 240);
        let exchange = set_level("cobalt", item).took(millis);
        if REFUSED.contains(&number) {
            let answer = json!({"errors": "Inventory item does not have inventory tracking enabled"});
            run.fail_call(story, set, &exchange.but(422, answer));
            continue;
        }
        if number == LIMITED {
            let limited = set_level("cobalt", item)
                .but(429, json!({"errors": "Exceeded 2 calls per second for api client"}))
                .header("retry-after", "1.0");
            let first = run.call(story, set, &limited);
            run.wait(set, 1000);
            run.call(story, set, &exchange.retry(2, &first));
        } else {
            run.call(story, set, &exchange);
        }
        run.output(story, set, json!({"set": true}));
    }
    run.end(story, "completed", None);
}
