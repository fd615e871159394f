//! Flow runs: told step by step, sent as the platform sends them.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::trouble;
use super::{By, Exchange, Owner, Story, log};
use crate::demo::company::Flow;
use crate::model::time::Micros;

/// A run being told.
pub(in crate::demo) struct Run {
    pub id: String,
    pub flow: &'static Flow,
    /// What the next step starts at.
    pub clock: Micros,
    pub revision: u32,
    /// When its schedule wanted it.
    pub expected_at: Option<Micros>,
    /// The run that it repeats.
    pub repeat_of: Option<String>,
    owner: Owner,
    flow_id: String,
    instance_id: String,
    start: Micros,
    launched_by: Value,
    input: Value,
    trace: String,
    steps: Vec<Step>,
}

/// A node run being told.
struct Step {
    key: &'static str,
    id: String,
    start: Micros,
    end: Micros,
    status: &'static str,
    input: Value,
    /// The step and the number of its output that this one got.
    upstream: Option<(usize, usize)>,
    outputs: Vec<(String, Value)>,
    errors: Vec<Value>,
    logs: Vec<Value>,
}

/// A step of a run.
#[derive(Clone, Copy)]
pub(in crate::demo) struct At(usize);

impl Run {
    /// A run whose trigger has run, with the input as its output.
    pub fn new(
        story: &mut Story<'_>,
        flow: &'static Flow,
        customer: &'static str,
        start: Micros,
        launched_by: Value,
        input: Value,
    ) -> Run {
        let mut run = Run {
            id: story.id(start),
            flow,
            clock: start,
            revision: flow.revision,
            expected_at: None,
            repeat_of: None,
            owner: story.owner_of(customer, flow),
            flow_id: story.ids.flow(flow),
            instance_id: story.ids.instance(customer, flow),
            start,
            launched_by,
            input: input.clone(),
            trace: story.chance.hex(32),
            steps: Vec::new(),
        };
        let trigger = run.step(story, None, flow.start(), 8);
        run.output(story, trigger, input);
        run
    }

    /// The step of the trigger.
    pub fn trigger(&self) -> At {
        At(0)
    }

    /// A step after another one, with that one's output of this number (from 0) as its input.
    pub fn after(&mut self, story: &mut Story<'_>, before: At, output: usize, key: &'static str, millis: i64) -> At {
        self.step(story, Some((before.0, output)), key, millis)
    }

    fn step(&mut self, story: &mut Story<'_>, upstream: Option<(usize, usize)>, key: &'static str, millis: i64) -> At {
        let given = upstream.and_then(|(step, output)| self.steps.get(step)?.outputs.get(output));
        let input = given.map_or_else(|| self.input.clone(), |(_, data)| data.clone());
        let start = self.clock;
        self.clock = start.plus(millis * 1000);
        let step = Step {
            key,
            id: story.id(start),
            start,
            end: self.clock,
            status: "completed",
            input,
            upstream,
            outputs: Vec::new(),
            errors: Vec::new(),
            logs: Vec::new(),
        };
        self.steps.push(step);
        At(self.steps.len() - 1)
    }

    /// An output of a step.
    pub fn output(&mut self, story: &mut Story<'_>, at: At, data: Value) {
        if let Some(step) = self.steps.get_mut(at.0) {
            let id = story.id(step.end);
            step.outputs.push((id, data));
        }
    }

    /// A log entry of a step, at its end.
    pub fn say(&mut self, at: At, level: &str, message: impl Into<String>) {
        if let Some(step) = self.steps.get_mut(at.0) {
            step.logs.push(log(step.end, level, message));
        }
    }

    /// A request that a step makes; it takes the step's time. Answers the request's id.
    pub fn call(&mut self, story: &mut Story<'_>, at: At, exchange: &Exchange) -> String {
        let Some(step) = self.steps.get_mut(at.0) else {
            return String::new();
        };
        let begin = step.end;
        let by = By::Node {
            run: &self.id,
            node: step.key,
            node_run: &step.id,
            trace: &self.trace,
        };
        let id = story.request(&self.owner, &by, begin, exchange);
        step.end = begin.plus(exchange.millis * 1000 + 2000);
        self.clock = self.clock.max(step.end);
        let (level, status) = match exchange.status {
            Some(status) if status < 400 => ("info", status.to_string()),
            Some(status) => ("error", status.to_string()),
            None => ("error", "no answer".to_owned()),
        };
        step.logs.push(json!({
            "type": "api-request", "time": begin.to_string(), "level": level, "durationMs": exchange.millis,
            "msg": format!("{} {} → {status}", exchange.method, exchange.url), "apiRequestId": id,
        }));
        id
    }

    /// Nothing happens for so long.
    pub fn wait(&mut self, at: At, millis: i64) {
        if let Some(step) = self.steps.get_mut(at.0) {
            step.end = step.end.plus(millis * 1000);
            self.clock = self.clock.max(step.end);
        }
    }

    /// A step that ended in another way than well.
    pub fn mark(&mut self, at: At, status: &'static str, error: Option<Value>) {
        if let Some(step) = self.steps.get_mut(at.0) {
            step.status = status;
            step.errors.extend(error);
        }
    }

    /// A request that fails its step; answers the step's error.
    pub fn fail_call(&mut self, story: &mut Story<'_>, at: At, exchange: &Exchange) -> Value {
        self.call(story, at, exchange);
        let cause = exchange.trouble(self.flow.integration).unwrap_or_default();
        let node = self.steps.get(at.0).map_or("", |step| self.flow.node_name(step.key));
        let message = format!("{node} could not {} {}", exchange.method, exchange.url);
        let error = trouble::caused("unit_run", "api_request_failed", message, cause);
        self.mark(at, "failed", Some(error.clone()));
        error
    }

    /// The run as it stands at its start, in a state before its end.
    pub fn announce(&self, story: &mut Story<'_>, state: &'static str) {
        let version = self.head(state, self.start);
        story.send(self.start, "flow_run", self.owner.sign(version));
    }

    /// The end of the run: all its steps and itself. A failed one says which step it was.
    pub fn end(self, story: &mut Story<'_>, state: &'static str, error: Option<Value>) -> (String, Micros) {
        let end = self.clock.plus(12_000);
        let mut version = self.head(state, end);
        if let Some(members) = version.as_object_mut() {
            members.insert("endTime".into(), json!(end.to_string()));
            members.insert("errors".into(), json!(error.into_iter().collect::<Vec<_>>()));
            members.insert("input".into(), self.input.clone());
        }
        self.send_steps(story);
        story.send(end, "flow_run", self.owner.sign(version));
        (self.id, end)
    }

    /// The error of a run that failed because a node of it did.
    pub fn failed_in(&self, node: &'static str, cause: Value) -> Value {
        let (runs, errored) = self.counts(node);
        let name = self.flow.node_name(node);
        let message = match runs {
            1 => format!("Flow failed: node {name} failed"),
            _ => format!("Flow failed: node {name} failed in {errored} of {runs} runs"),
        };
        trouble::caused("flow_run", "node_failed", message, cause)
    }

    /// A run that is not over: what is done of it.
    pub fn leave(self, story: &mut Story<'_>) {
        let mut version = self.head("running", self.clock.min(story.now));
        if let Some(members) = version.as_object_mut() {
            members.insert("input".into(), self.input.clone());
        }
        self.send_steps(story);
        story.send(self.clock.min(story.now), "flow_run", self.owner.sign(version));
    }

    fn counts(&self, node: &str) -> (usize, usize) {
        let of_node = || self.steps.iter().filter(|step| step.key == node);
        (
            of_node().count(),
            of_node().filter(|step| step.status == "failed").count(),
        )
    }

    /// What every version of the run says.
    fn head(&self, state: &'static str, at: Micros) -> Value {
        let mut head = json!({
            "id": self.id, "name": self.flow.name, "state": state, "startNodeKey": self.flow.start(),
            "createdAt": self.start.plus(-25_000).to_string(), "updatedAt": at.to_string(),
            "flowId": self.flow_id, "flowInstanceId": self.instance_id, "flowRevision": self.revision,
            "launchedBy": self.launched_by, "traceId": self.trace,
            "meta": {"environment": "production", "region": "eu-1"},
        });
        if let Some(members) = head.as_object_mut() {
            if state != "queued" {
                members.insert("startTime".into(), json!(self.start.to_string()));
                members.insert("nodes".into(), self.node_counts());
            }
            if let Some(due) = self.expected_at {
                members.insert("expectedAt".into(), json!(due.to_string()));
            }
            if let Some(first) = &self.repeat_of {
                members.insert("repeatOf".into(), json!(first));
            }
        }
        head
    }

    fn node_counts(&self) -> Value {
        let mut counts: BTreeMap<&str, (&str, i64, i64, usize)> = BTreeMap::new();
        for step in &self.steps {
            let (state, runs, errored, outputs) = counts.entry(step.key).or_insert(("completed", 0, 0, 0));
            *runs += 1;
            *errored += i64::from(step.status == "failed");
            *outputs += step.outputs.len();
            match step.status {
                "failed" if !self.flow.goes_on(step.key) => *state = "failed",
                "running" if *state != "failed" => *state = "running",
                _ => {}
            }
        }
        let count = |(key, (state, runs, errored, outputs)): (&str, (&str, i64, i64, usize))| {
            let body = json!({"state": state, "runs": runs, "erroredRuns": errored, "outputs": outputs});
            (key.to_owned(), body)
        };
        Value::Object(counts.into_iter().map(count).collect::<Map<_, _>>())
    }

    fn send_steps(&self, story: &mut Story<'_>) {
        for at in 0..self.steps.len() {
            if let Some(step) = self.steps.get(at) {
                let is_running = step.status == "running";
                let sent = if is_running { step.start } else { step.end };
                story.send(sent, "node_run", self.owner.sign(self.node_run(at, step)));
            }
        }
    }

    fn node_run(&self, at: usize, step: &Step) -> Value {
        let from = step.upstream.and_then(|(before, output)| {
            let before = self.steps.get(before)?;
            Some(json!({"nodeKey": before.key, "runId": before.id, "outputId": before.outputs.get(output)?.0}))
        });
        let output = |(number, (id, data)): (usize, &(String, Value))| {
            let next = self.steps.iter().filter(|next| next.upstream == Some((at, number)));
            let next: Vec<Value> = next
                .map(|next| json!({"runId": next.id, "nodeKey": next.key}))
                .collect();
            json!({"id": id, "data": data, "downstreamRuns": next})
        };
        let mut record = json!({
            "id": step.id, "flowRunId": self.id, "nodeKey": step.key, "status": step.status,
            "startTime": step.start.to_string(), "input": step.input,
            "upstreamRuns": from.into_iter().collect::<Vec<_>>(),
            "outputs": step.outputs.iter().enumerate().map(output).collect::<Vec<_>>(),
            "errors": step.errors, "logs": step.logs, "traceId": self.trace,
        });
        if let Some(members) = record.as_object_mut().filter(|_| step.status != "running") {
            members.insert("endTime".into(), json!(step.end.to_string()));
        }
        record
    }
}
