use std::collections::{BTreeMap, BTreeSet};

use redtrail::demo;
use redtrail::model::kind::{EntityKind, Kind};
use redtrail::model::state::State;
use redtrail::model::time::{DAY, HOUR, MINUTE, Micros, SECOND};
use serde_json::Value;

/// 2026-11-24T07:14:17Z.
pub const NOW: Micros = Micros(1_795_504_457 * SECOND);
pub const SEED: u64 = 7;

/// Links that lead to nothing on purpose: an event that launched a run, an event of a webhook, and the run and
/// node run of a request.
const NEVER_RECEIVED: usize = 4;

pub fn items(seed: u64, now: Micros) -> Vec<Value> {
    let bodies = demo::bodies(seed, now);
    bodies
        .iter()
        .flat_map(|body| body.lines().map(|line| serde_json::from_str(line).unwrap()))
        .collect()
}

fn text<'a>(item: &'a Value, name: &str) -> &'a str {
    item[name].as_str().unwrap_or_default()
}

#[test]
fn the_same_seed_and_time_give_the_same_bodies_and_others_do_not() {
    assert_eq!(demo::bodies(SEED, NOW), demo::bodies(SEED, NOW));
    assert_ne!(demo::bodies(SEED, NOW), demo::bodies(SEED + 1, NOW));
    assert_ne!(demo::bodies(SEED, NOW), demo::bodies(SEED, NOW.plus(HOUR)));
}

#[test]
fn there_are_a_few_hundred_items_in_bodies_of_at_most_500() {
    let bodies = demo::bodies(SEED, NOW);
    let counts: Vec<usize> = bodies.iter().map(|body| body.lines().count()).collect();
    assert!(counts.iter().all(|count| *count <= 500), "{counts:?}");
    let all: usize = counts.iter().sum();
    assert!((400..=900).contains(&all), "{all}");
}

#[test]
fn every_kind_is_there_in_every_state_it_knows() {
    let mut states: BTreeMap<Kind, BTreeMap<String, State>> = BTreeMap::new();
    let mut entities: BTreeMap<EntityKind, usize> = BTreeMap::new();
    for item in items(SEED, NOW) {
        let Some(kind) = Kind::from_name(text(&item, "kind")) else {
            let kind = EntityKind::from_name(text(&item, "kind")).expect("a known kind");
            *entities.entry(kind).or_default() += 1;
            continue;
        };
        let state = match kind {
            Kind::ApiRequest if item["isSuccess"].as_bool().unwrap() => State::Success,
            Kind::ApiRequest => State::Error,
            Kind::FlowRun => State::of_word(kind, text(&item, "state")).unwrap(),
            _ => State::of_word(kind, text(&item, "status")).unwrap(),
        };
        // What is sent later has come further here.
        states
            .entry(kind)
            .or_default()
            .insert(text(&item, "id").to_owned(), state);
    }
    for kind in Kind::SENT {
        let shown: BTreeSet<State> = states[&kind].values().copied().collect();
        let known: BTreeSet<State> = State::words_of(kind).iter().copied().collect();
        assert_eq!(shown, known, "{}", kind.name());
    }
    assert!(EntityKind::ALL.iter().all(|kind| entities[kind] >= 3), "{entities:?}");
}

/// The members that name log records, and the kind they name. Ids here are unique over all kinds.
fn named(item: &Value) -> Vec<String> {
    let mut ids = Vec::new();
    let mut add = |value: &Value| ids.extend(value.as_str().map(str::to_owned));
    for name in ["flowRunId", "nodeRunId", "actionRunId", "pullId", "retryOf", "repeatOf"] {
        add(&item[name]);
    }
    for pointer in ["/collectedEventIds", "/launchedFlowRunIds", "/launchedBy/ids"] {
        item.pointer(pointer)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .for_each(&mut add);
    }
    for run in item["upstreamRuns"].as_array().into_iter().flatten() {
        add(&run["runId"]);
    }
    for output in item["outputs"].as_array().into_iter().flatten() {
        output["downstreamRuns"]
            .as_array()
            .into_iter()
            .flatten()
            .for_each(|run| add(&run["runId"]));
    }
    for entry in item["logs"].as_array().into_iter().flatten() {
        add(&entry["apiRequestId"]);
    }
    ids
}

#[test]
fn every_link_leads_to_a_record_but_for_those_that_were_never_received() {
    let items = items(SEED, NOW);
    let known: BTreeSet<&str> = items.iter().map(|item| text(item, "id")).collect();
    let missing: BTreeSet<String> = items
        .iter()
        .filter(|item| Kind::from_name(text(item, "kind")).is_some())
        .flat_map(named)
        .filter(|id| !known.contains(id.as_str()))
        .collect();
    assert_eq!(missing.len(), NEVER_RECEIVED, "{missing:?}");
}

#[test]
fn every_entity_that_is_named_was_introduced_but_for_one_customer() {
    let items = items(SEED, NOW);
    let known: BTreeSet<&str> = items
        .iter()
        .filter(|item| EntityKind::from_name(text(item, "kind")).is_some())
        .map(|item| text(item, "id"))
        .collect();
    let names = [
        "customerId",
        "integrationId",
        "connectionId",
        "flowId",
        "flowInstanceId",
        "externalEventSubscriptionId",
        "subscriptionId",
        "appEventTypeId",
        "appEventSubscriptionId",
    ];
    let mut unknown: BTreeSet<&str> = BTreeSet::new();
    for item in &items {
        let named = names.iter().filter_map(|name| item[*name].as_str());
        unknown.extend(named.filter(|id| !known.contains(id)));
    }
    assert_eq!(unknown, BTreeSet::from(["larch-trading"]));
}

/// Every time in a value, but for those that say what is planned.
fn times(value: &Value, found: &mut Vec<Micros>) {
    match value {
        Value::String(text) => found.extend(Micros::parse(text)),
        Value::Array(all) => all.iter().for_each(|value| times(value, found)),
        Value::Object(members) => {
            let past = members.iter().filter(|(name, _)| !name.starts_with("next"));
            past.for_each(|(_, value)| times(value, found));
        }
        _ => {}
    }
}

#[test]
fn nothing_happened_later_than_now_and_nothing_much_longer_ago_than_a_day() {
    // Also when the day or the hour has only just begun.
    for now in [
        NOW,
        Micros(NOW.0.div_euclid(DAY) * DAY),
        Micros(NOW.0.div_euclid(DAY) * DAY + 2 * HOUR + SECOND),
    ] {
        let mut recent = 0;
        for item in items(SEED, now) {
            let mut found = Vec::new();
            times(&item, &mut found);
            assert!(!found.is_empty(), "{item}");
            assert!(found.iter().all(|time| *time <= now), "{now}: {item}");
            if Kind::from_name(text(&item, "kind")).is_some() {
                let own = ["createdAt", "startTime", "startDatetime", "datetime"];
                let own = own
                    .iter()
                    .filter_map(|name| Micros::parse(item[*name].as_str()?))
                    .max()
                    .unwrap();
                assert!(own.0 >= now.0 - DAY - HOUR, "{now}: {item}");
                recent += usize::from(own.0 > now.0 - 2 * MINUTE);
            }
        }
        assert!(recent > 10, "{recent} records of the last two minutes");
    }
}

#[test]
fn the_stories_troubles_are_there() {
    let items = items(SEED, NOW);
    let of = |kind: &str| -> Vec<&Value> { items.iter().filter(|item| text(item, "kind") == kind).collect() };
    let codes: BTreeSet<i64> = of("api_request")
        .iter()
        .filter_map(|item| item["statusCode"].as_i64())
        .collect();
    for code in [200, 400, 401, 404, 422, 429, 502, 503] {
        assert!(codes.contains(&code), "{codes:?}");
    }
    assert!(
        of("api_request").iter().any(|item| item.get("statusCode").is_none()),
        "one without an answer"
    );
    let all = items.iter().map(Value::to_string).collect::<Vec<_>>().join("\n");
    for word in [
        "PROPERTY_DOESNT_EXIST",
        "invalid_grant",
        "TypeError",
        "filter_not_matched",
        "flow_instance_disabled",
        "signature_mismatch",
        "مطبخ الزيتون 🫒",
        "<script>",
        "\"bodyEncoding\":\"base64\"",
        "Bearer ",
    ] {
        assert!(all.contains(word), "{word}");
    }
    let nested = |item: &&&Value| item.pointer("/errors/0/causedByError/causedByError").is_some();
    assert!(
        of("flow_run").iter().filter(nested).count() >= 5,
        "errors have their causes inside"
    );
    let largest = items.iter().map(|item| item.to_string().len()).max().unwrap();
    assert!((35_000..100_000).contains(&largest), "{largest}");
    let set_level = of("node_run")
        .into_iter()
        .filter(|item| text(item, "nodeKey") == "set-level")
        .collect::<Vec<_>>();
    let failed = set_level.iter().filter(|item| text(item, "status") == "failed").count();
    assert!(
        set_level.len() >= 60 && failed == 3,
        "{} runs, {failed} failed",
        set_level.len()
    );
}
