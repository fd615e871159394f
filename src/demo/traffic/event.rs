//! What comes from outside and what it starts: webhooks, pulls, external and internal events.

use serde_json::{Value, json};

use super::{By, Exchange, Run, Story, log};
use crate::demo::company::{Flow, HOOKS, Trigger};
use crate::model::time::{MINUTE, Micros, SECOND};

/// An event on its way in.
pub(in crate::demo) struct Arrival {
    pub id: String,
    pub at: Micros,
    customer: &'static str,
    flow: &'static Flow,
    record: String,
    payload: Value,
}

/// What became of a pull.
pub(in crate::demo) struct Pull {
    pub id: String,
    pub at: Micros,
    pub arrivals: Vec<Arrival>,
}

impl Story<'_> {
    /// A webhook that yields one event about an external record.
    pub fn webhook(
        &mut self,
        flow: &'static Flow,
        customer: &'static str,
        at: Micros,
        record: &str,
        payload: Value,
    ) -> Arrival {
        let event = Arrival {
            id: self.id(at.plus(40_000)),
            at: at.plus(40_000),
            customer,
            flow,
            record: record.to_owned(),
            payload,
        };
        let status = json!({"status": "success", "collectedEventIds": [event.id]});
        self.raw_webhook(flow, customer, at, event.payload.clone(), 200, status);
        event
    }

    /// A webhook and what it is said to have led to: `outcome` has status, events, error.
    pub fn raw_webhook(
        &mut self,
        flow: &'static Flow,
        customer: &'static str,
        at: Micros,
        body: Value,
        answer: u16,
        outcome: Value,
    ) -> String {
        let id = self.id(at);
        let subscription = self.ids.subscription(customer, flow);
        let (name, value) = match flow.integration {
            "hubspot" => ("x-hubspot-signature-v3", self.chance.letters(43)),
            "shopify" => ("x-shopify-hmac-sha256", self.chance.letters(43)),
            _ => (
                "stripe-signature",
                format!("t={},v1={}", at.0 / SECOND, self.chance.hex(64)),
            ),
        };
        let topic = match flow.trigger {
            Trigger::Webhook(topic) => topic,
            _ => "",
        };
        let mut record = json!({
            "id": id, "createdAt": at.to_string(), "subscriptionId": subscription,
            "request": {"method": "POST", "path": format!("/external/{subscription}"), "body": body, "query": {},
                "headers": {"content-type": "application/json", "host": HOOKS.split('/').nth(2), "x-topic": topic,
                    name: value, "user-agent": format!("{} webhooks/1.0", flow.integration)}},
            "response": {"status": answer, "headers": {"content-type": "application/json"},
                "body": {"ok": answer < 400}},
        });
        if let (Some(members), Value::Object(outcome)) = (record.as_object_mut(), outcome) {
            members.extend(outcome);
        }
        let record = self.owner_of(customer, flow).sign(record);
        self.send(at.plus(90_000), "external_webhook", record);
        id
    }

    /// Sends an event; `outcome` has its status, and what it launched or why nothing.
    pub fn event(&mut self, arrival: &Arrival, at: Micros, outcome: Value) {
        let event_type = match arrival.flow.trigger {
            Trigger::Webhook(event_type) | Trigger::Pull(event_type, _) => event_type,
            _ => "",
        };
        let mut record = json!({
            "id": arrival.id, "createdAt": arrival.at.to_string(), "eventType": event_type,
            "externalEventSubscriptionId": self.ids.subscription(arrival.customer, arrival.flow),
            "externalRecordId": arrival.record, "payload": arrival.payload,
        });
        if let (Some(members), Value::Object(outcome)) = (record.as_object_mut(), outcome) {
            members.extend(outcome);
        }
        let record = self.owner_of(arrival.customer, arrival.flow).sign(record);
        self.send(at, "external_event", record);
    }

    /// The run that an event launches, begun a moment later.
    pub fn run_of(&mut self, arrival: &Arrival) -> Run {
        let start = arrival.at.plus(self.chance.between(120, 900) * 1000);
        let launched_by = json!({"type": "external-event", "ids": [arrival.id]});
        let run = Run::new(
            self,
            arrival.flow,
            arrival.customer,
            start,
            launched_by,
            arrival.payload.clone(),
        );
        // Half of the events are told of twice: when they come, and when they have launched something.
        if self.chance.percent(50) {
            self.event(arrival, arrival.at.plus(20_000), json!({"status": "created"}));
        }
        let outcome = json!({"status": "success", "launchedFlowRunIds": [run.id]});
        self.event(arrival, start.plus(15_000), outcome);
        run
    }

    /// A webhook, its event and the run it launches.
    pub fn webhook_run(
        &mut self,
        flow: &'static Flow,
        customer: &'static str,
        at: Micros,
        record: &str,
        payload: Value,
    ) -> Run {
        let arrival = self.webhook(flow, customer, at, record, payload);
        self.run_of(&arrival)
    }

    /// A pull that went well; its records become events, which are not yet sent.
    pub fn pull(
        &mut self,
        flow: &'static Flow,
        customer: &'static str,
        at: Micros,
        records: Vec<(String, Value)>,
        exchange: Exchange,
    ) -> Pull {
        let id = self.id(at);
        let found = at.plus((exchange.millis + 60) * 1000);
        let arrival = |story: &mut Self, (record, payload): (String, Value)| Arrival {
            id: story.id(found),
            at: found,
            customer,
            flow,
            record,
            payload,
        };
        let arrivals: Vec<Arrival> = records.into_iter().map(|record| arrival(self, record)).collect();
        let owner = self.owner_of(customer, flow);
        let running = json!({
            "id": id, "startDatetime": at.to_string(), "status": "running",
            "externalEventSubscriptionId": self.ids.subscription(customer, flow),
        });
        self.send(at, "external_event_pull", owner.sign(running));
        self.request(&owner, &By::Pull(&id), at.plus(20_000), &exchange);
        let end = found.plus(35_000);
        let ids: Vec<&str> = arrivals.iter().map(|arrival| arrival.id.as_str()).collect();
        let names: Vec<&str> = arrivals.iter().map(|arrival| arrival.record.as_str()).collect();
        let ended = json!({
            "id": id, "startDatetime": at.to_string(), "endDatetime": end.to_string(), "status": "success",
            "externalEventSubscriptionId": self.ids.subscription(customer, flow), "isFullScan": false,
            "collectedEventIds": ids,
            "telemetry": {"strategy": "pull-latest-records", "emittedEventCount": ids.len(), "notes": [],
                "pullLatest": {"stateBefore": {"updatedAfter": at.plus(-10 * MINUTE).to_string()},
                    "stateAfter": {"updatedAfter": at.to_string()}, "pagesScanned": 1, "newRecordIds": names,
                    "isBaseline": false}},
            "logs": [log(at, "info", "Pull began"),
                log(end, "info", format!("{} of {} records are new", ids.len(), ids.len()))],
        });
        self.send(end, "external_event_pull", owner.sign(ended));
        Pull { id, at, arrivals }
    }

    /// An event of Larkspur's own app; `outcome` has its status, and what it launched or why nothing.
    pub fn internal_event(
        &mut self,
        id: &str,
        flow: &'static Flow,
        customer: &'static str,
        at: Micros,
        event: Value,
        outcome: Value,
    ) {
        let key = match flow.trigger {
            Trigger::Internal(key) => key,
            _ => "",
        };
        let mut record = json!({
            "id": id, "datetime": at.to_string(), "appEventTypeId": self.ids.event_type(key),
            "appEventSubscriptionId": self.ids.subscription(customer, flow), "event": event,
            "launchedFlowRunIds": [],
        });
        if let (Some(members), Value::Object(outcome)) = (record.as_object_mut(), outcome) {
            members.extend(outcome);
        }
        let record = self.owner_of(customer, flow).sign(record);
        self.send(at.plus(80_000), "internal_event", record);
    }

    /// An event of Larkspur's own app and the run it launches.
    pub fn internal_run(&mut self, flow: &'static Flow, customer: &'static str, at: Micros, event: Value) -> Run {
        let id = self.id(at);
        let start = at.plus(self.chance.between(60, 400) * 1000);
        let launched_by = json!({"type": "app-event-trigger", "ids": [id]});
        let run = Run::new(self, flow, customer, start, launched_by, event.clone());
        let outcome = json!({"status": "success", "launchedFlowRunIds": [run.id]});
        self.internal_event(&id, flow, customer, at, event, outcome);
        run
    }

    /// A run that its schedule starts.
    pub fn scheduled_run(&mut self, flow: &'static Flow, customer: &'static str, due: Micros) -> Run {
        let start = due.plus(self.chance.between(300, 2500) * 1000);
        let launched_by = json!({"type": "schedule-trigger"});
        let input = json!({"dueAt": due.to_string()});
        let mut run = Run::new(self, flow, customer, start, launched_by, input);
        run.expected_at = Some(due);
        run
    }
}
