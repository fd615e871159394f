//! Log records as senders may write them.

use redtrail::model::kind::Kind;
use redtrail::model::state::State;
use serde_json::{Value, json};

use super::data::{NODE, RUN, customer, error, odds, time};

pub fn log(kind: Kind, number: usize) -> Value {
    let words = State::words_of(kind);
    let state = words[number % words.len()];
    let is_bad = matches!(state, State::Error | State::Failed);
    let mut item = match kind {
        Kind::FlowRun | Kind::NodeRun | Kind::ActionRun => of_run(kind, number),
        _ => of_traffic(kind, number, is_bad),
    };
    let mut set = |name: &str, value: Value| item[name] = value;
    set("customerId", json!(customer(number)));
    set("integrationId", json!(format!("integration-{:02}", number % 3)));
    set("connectionId", json!(format!("connection-{:02}", number % 2)));
    set("externalAppId", json!("app-1"));
    set("input", json!({"number": number}));
    let places = match kind {
        Kind::FlowRun | Kind::NodeRun => "startTime",
        Kind::ExternalEventPull => "startDatetime",
        Kind::InternalEvent => "datetime",
        _ => "createdAt",
    };
    set(places, time(number));
    if kind != Kind::ApiRequest {
        set(
            if kind == Kind::FlowRun { "state" } else { "status" },
            json!(state.word()),
        );
    }
    if is_bad {
        match kind {
            Kind::FlowRun | Kind::NodeRun => set("errors", json!([error(number), error(number + 1)])),
            _ => set("error", error(number)),
        }
    }
    odds(&mut item, number);
    if number == 8 {
        let terse = terse(kind);
        terse
            .as_object()
            .unwrap()
            .iter()
            .for_each(|(name, value)| item[name] = value.clone());
    }
    if number % 5 == 1 {
        item["logs"] = json!([{"type": "data", "data": {"a": 1}}, "a text", {"level": "warn", "msg": "careful"}]);
    }
    item
}

/// What came in or went out.
fn of_traffic(kind: Kind, number: usize, is_bad: bool) -> Value {
    let mut item = json!({});
    let mut set = |name: &str, value: Value| item[name] = value;
    match kind {
        Kind::ApiRequest => {
            set("isSuccess", json!(!is_bad));
            set("statusCode", json!(if is_bad { 502 } else { 200 }));
            set("requestUrl", json!("https://api.example.com/v1/things?api_key=hunter2"));
            set("duration", json!(12.5));
            set(
                "request",
                json!({"headers": {"authorization": "Bearer hunter2"}, "body": {"token": "hunter2"}}),
            );
            set(
                "response",
                json!({"status": 200, "headers": {"set-cookie": ["a=b", "c=d"]}, "body": "text"}),
            );
        }
        Kind::ExternalWebhook => {
            set("subscriptionId", json!("external_event_subscription-01"));
            set("collectedEventIds", json!(["external_event-01", "external_event-02"]));
            set(
                "request",
                json!({"method": "POST", "path": "/", "headers": {"cookie": "a=b"}, "body": "aGk=",
                "bodyEncoding": "base64"}),
            );
        }
        Kind::ExternalEventPull => {
            set("externalEventSubscriptionId", json!("external_event_subscription-01"));
            set("collectedEventIds", json!(["external_event-03"]));
            set("isFullScan", json!(true));
            set(
                "telemetry",
                json!({"strategy": "full-scan", "emittedEventCount": 1, "notes": ["n"]}),
            );
        }
        Kind::ExternalEvent => {
            set("externalEventSubscriptionId", json!("external_event_subscription-01"));
            set("payload", json!([1, 2, {"secret": "hunter2"}]));
            set("launchedFlowRunIds", json!([RUN]));
            set(
                "flowTriggerSkipReason",
                json!({"code": "filtered", "message": "m", "dependentFlowInstanceIds": []}),
            );
        }
        Kind::InternalEvent => {
            set("appEventTypeId", json!("internal_event_type-01"));
            set("appEventSubscriptionId", json!("internal_event_subscription-01"));
            set("event", json!({"order": number, "list": "x".repeat(40_000)}));
            set("launchedFlowRunIds", json!([RUN]));
        }
        _ => unreachable!("it is no traffic, or senders send none"),
    }
    item
}

/// What was run.
fn of_run(kind: Kind, number: usize) -> Value {
    let mut item = json!({});
    let mut set = |name: &str, value: Value| item[name] = value;
    match kind {
        Kind::FlowRun => {
            set("name", json!("sync orders"));
            set("flowId", json!("flow-01"));
            set("universalFlowId", json!("universal-1"));
            set("integrationFlowId", json!("integration-flow-1"));
            set("flowInstanceId", json!("flow_instance-01"));
            set("startNodeKey", json!("start"));
            set("endTime", time(0));
            set("output", json!({"done": number}));
            set(
                "launchedBy",
                json!({"type": "app-event-trigger", "ids": ["internal_event-01"]}),
            );
            set(
                "nodes",
                json!({NODE: {"state": "completed", "runs": 3, "erroredRuns": 1, "outputs": 2}}),
            );
        }
        Kind::NodeRun => {
            set("flowRunId", json!(RUN));
            set("nodeKey", json!(NODE));
            set(
                "upstreamRuns",
                json!([{"nodeKey": "start", "runId": "r", "outputId": "o"}]),
            );
            set(
                "outputs",
                json!([{"id": format!("output-{number:03}"), "data": {"text": "x".repeat(number * 500)},
                "downstreamRuns": [{"runId": "next", "nodeKey": "end"}]}]),
            );
        }
        Kind::ActionRun => {
            set("integrationActionId", json!("action-1"));
            set("actionId", json!("action-2"));
            set("name", json!("create contact"));
            set("output", json!(["list", 1]));
            set("duration", json!(7));
        }
        _ => unreachable!("it is no run"),
    }
    item
}

/// A run that tells of others as little as may be.
fn terse(kind: Kind) -> Value {
    match kind {
        Kind::FlowRun => json!({"launchedBy": {"type": "odd-trigger", "ids": ["a"]},
            "nodes": {"a": {"runs": 2, "erroredRuns": 1}, "b": {}}}),
        Kind::NodeRun => json!({"upstreamRuns": [{"nodeKey": "start"}], "outputs": [{"id": "output-008",
            "downstreamRuns": [{"nodeKey": "end"}]}], "errors": ["a text"]}),
        _ => json!({}),
    }
}
