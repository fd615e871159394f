//! What happened during the day. Each story says in its comment what happened and what is to be found.

mod by_hand;
mod custom_code;
mod day;
mod desk;
mod expired_token;
mod fan_out;
mod flows;
mod oddities;
mod provider_down;
mod rate_limit;
mod silence;
mod unknown_property;

use super::traffic::{Story, Traffic};
use crate::model::time::Micros;

type Tell = fn(&mut Story<'_>);

/// Tells every story.
pub(super) fn tell(seed: u64, now: Micros, traffic: &mut Traffic) {
    let stories: [(&str, Tell); 11] = [
        ("day", day::tell),
        ("expired token", expired_token::tell),
        ("rate limit", rate_limit::tell),
        ("provider down", provider_down::tell),
        ("unknown property", unknown_property::tell),
        ("custom code", custom_code::tell),
        ("by hand", by_hand::tell),
        ("silence", silence::tell),
        ("fan-out", fan_out::tell),
        ("oddities", oddities::tell),
        ("desk", desk::tell),
    ];
    for (name, tell) in stories {
        tell(&mut Story::new(name, seed, now, traffic));
    }
}
