//! API requests: what was sent to an external app or to Larkspur's own API, and what came back.

use serde_json::{Map, Value, json};

use super::trouble;
use super::{Owner, Story};
use crate::demo::company::integration_name;
use crate::model::time::Micros;

/// One request and its answer.
pub(in crate::demo) struct Exchange {
    pub method: &'static str,
    pub url: String,
    /// `None`: no answer came.
    pub status: Option<u16>,
    pub millis: i64,
    pub sent: Option<Value>,
    pub answered: Value,
    /// Headers of the answer beside the usual ones.
    pub headers: Vec<(&'static str, String)>,
    pub query: Vec<(&'static str, String)>,
    /// From 1.
    pub attempt: u32,
    /// The first attempt's id.
    pub retry_of: Option<String>,
}

impl Exchange {
    pub fn get(url: impl Into<String>, answered: Value) -> Exchange {
        Exchange {
            method: "GET",
            url: url.into(),
            status: Some(200),
            millis: 180,
            sent: None,
            answered,
            headers: Vec::new(),
            query: Vec::new(),
            attempt: 1,
            retry_of: None,
        }
    }

    pub fn write(method: &'static str, url: impl Into<String>, sent: Value, answered: Value) -> Exchange {
        Exchange {
            method,
            status: Some(if method == "POST" { 201 } else { 200 }),
            sent: Some(sent),
            ..Exchange::get(url, answered)
        }
    }

    /// Another status and answer than a good one.
    #[must_use]
    pub fn but(mut self, status: u16, answered: Value) -> Exchange {
        self.status = Some(status);
        self.answered = answered;
        self
    }

    /// No answer came.
    #[must_use]
    pub fn unanswered(mut self) -> Exchange {
        self.status = None;
        self
    }

    #[must_use]
    pub fn took(mut self, millis: i64) -> Exchange {
        self.millis = millis;
        self
    }

    #[must_use]
    pub fn header(mut self, name: &'static str, value: impl Into<String>) -> Exchange {
        self.headers.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn query(mut self, name: &'static str, value: impl Into<String>) -> Exchange {
        self.query.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn retry(mut self, attempt: u32, first: &str) -> Exchange {
        self.attempt = attempt;
        self.retry_of = Some(first.to_owned());
        self
    }

    fn is_good(&self) -> bool {
        self.status.is_some_and(|status| status < 400)
    }

    /// The error that it is for whoever made it; `None` of a good one.
    pub fn trouble(&self, integration: &'static str) -> Option<Value> {
        (!self.is_good()).then(|| {
            let response = self.status.map(|status| {
                json!({"status": status, "headers": {"content-type": "application/json"}, "data": self.answered})
            });
            let app = if self.url.starts_with(crate::demo::company::APP_API) {
                "Larkspur"
            } else {
                integration_name(integration)
            };
            let message = match self.status {
                Some(status) => format!("{app} answered {status}{}", trouble::reason_in(&self.answered)),
                None => format!("{app} did not answer within {} ms", self.millis),
            };
            let mut error = trouble::error("dependency_error", trouble::key_of(self.status), message);
            if let Some(members) = error.as_object_mut() {
                let mut data = json!({"request": {"url": self.url, "method": self.method}});
                if let (Some(data), Some(response)) = (data.as_object_mut(), response) {
                    data.insert("response".into(), response);
                }
                members.insert("data".into(), data);
            }
            error
        })
    }
}

/// On whose behalf a request was made.
pub(in crate::demo) enum By<'a> {
    Node {
        run: &'a str,
        node: &'a str,
        node_run: &'a str,
        trace: &'a str,
    },
    Action(&'a str),
    Pull(&'a str),
    /// The platform itself, such as a refresh of credentials.
    Platform,
}

impl By<'_> {
    fn members(&self) -> Value {
        match self {
            By::Node {
                run,
                node,
                node_run,
                trace,
            } => json!({"flowRunId": run, "nodeKey": node, "nodeRunId": node_run, "traceId": trace}),
            By::Action(id) => json!({"actionRunId": id}),
            By::Pull(id) => json!({"pullId": id}),
            By::Platform => json!({}),
        }
    }
}

impl Story<'_> {
    /// Sends an API request; answers its id.
    pub fn request(&mut self, owner: &Owner, by: &By<'_>, at: Micros, exchange: &Exchange) -> String {
        let id = self.id(at);
        let mut record = json!({
            "id": id, "createdAt": at.to_string(), "method": exchange.method, "requestUrl": full_url(exchange),
            "isSuccess": exchange.is_good(), "duration": exchange.millis, "attempt": exchange.attempt,
            "request": self.request_half(owner.integration, exchange),
        });
        if let (Some(members), Value::Object(more)) = (record.as_object_mut(), by.members()) {
            members.extend(more);
            if let Some(status) = exchange.status {
                members.insert("statusCode".into(), json!(status));
                members.insert("response".into(), self.response_half(owner.integration, exchange));
            }
            if let Some(first) = &exchange.retry_of {
                members.insert("retryOf".into(), json!(first));
            }
            if let Some(error) = exchange.trouble(owner.integration) {
                members.insert("error".into(), error);
            }
        }
        self.send(at.plus(exchange.millis * 1000), "api_request", owner.sign(record));
        id
    }

    fn request_half(&mut self, integration: &str, exchange: &Exchange) -> Value {
        let mut headers = json!({
            "accept": "application/json", "accept-encoding": "gzip, br",
            "user-agent": "larkspur-integrations/8.14.2 (+https://larkspur.example)",
            "x-request-id": self.chance.hex(32),
        });
        if let Some(headers) = headers.as_object_mut() {
            // What must never be seen again: the pages show that it was redacted.
            let secret = self.chance.letters(43);
            match integration {
                "shopify" => headers.insert("x-shopify-access-token".into(), json!(format!("shpat-{secret}"))),
                _ => headers.insert("authorization".into(), json!(format!("Bearer {secret}"))),
            };
            if exchange.sent.is_some() {
                headers.insert("content-type".into(), json!("application/json"));
            }
        }
        let mut half = json!({ "headers": headers });
        if let Some(half) = half.as_object_mut() {
            if let Some(sent) = &exchange.sent {
                half.insert("body".into(), sent.clone());
            }
            if !exchange.query.is_empty() {
                let pairs = exchange.query.iter();
                let query: Map<_, _> = pairs.map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
                half.insert("query".into(), Value::Object(query));
            }
        }
        half
    }

    fn response_half(&mut self, integration: &str, exchange: &Exchange) -> Value {
        let mut headers = json!({"content-type": "application/json; charset=utf-8", "vary": "Accept-Encoding"});
        if let Some(headers) = headers.as_object_mut() {
            let (name, value) = match integration {
                "hubspot" => ("x-hubspot-correlation-id", self.chance.hex(32)),
                "salesforce" => (
                    "sforce-limit-info",
                    format!("api-usage={}/100000", self.chance.between(900, 48_000)),
                ),
                "shopify" => (
                    "x-shopify-shop-api-call-limit",
                    format!("{}/40", self.chance.between(1, 12)),
                ),
                "slack" => ("x-slack-req-id", self.chance.hex(32)),
                "stripe" => ("request-id", format!("req_{}", self.chance.letters(14))),
                _ => ("x-zendesk-request-id", self.chance.hex(16)),
            };
            headers.insert(name.into(), json!(value));
            for (name, value) in &exchange.headers {
                headers.insert((*name).into(), json!(value));
            }
        }
        let mut half = json!({"status": exchange.status, "headers": headers});
        if let Some(half) = half.as_object_mut().filter(|_| !exchange.answered.is_null()) {
            half.insert("body".into(), exchange.answered.clone());
        }
        half
    }
}

fn full_url(exchange: &Exchange) -> String {
    let pairs: Vec<String> = exchange
        .query
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    match pairs.is_empty() {
        true => exchange.url.clone(),
        false => format!("{}?{}", exchange.url, pairs.join("&")),
    }
}
