//! What the records of the load look like: sizes and members as integration platforms send them.

use super::template::Template;

/// Prepared texts of every kind and stage.
#[derive(Debug)]
pub(super) struct Records {
    pub request: Template,
    pub failed_request: Template,
    pub node_run: Template,
    pub failed_node_run: Template,
    pub run_queued: Template,
    pub run_running: Template,
    pub run_completed: Template,
    pub run_failed: Template,
    pub pull_running: Template,
    pub pull_ended: Template,
    pub event: Template,
    pub webhook: Template,
    pub internal_event: Template,
    pub action_run: Template,
}

const OWNER: &str = r#""customerId":"<customer>","integrationId":"<integration>","connectionId":"<connection>""#;

const REQUEST: &str = r#"{"kind":"api_request","id":"<id>","createdAt":"<time>",OWNER,"method":"PATCH",
"requestUrl":"https://api.<integration>.example/v3/objects/contacts/<number><number>","statusCode":200,
"isSuccess":true,"duration":<number>,"flowRunId":"<run>","nodeKey":"update-contact","nodeRunId":"<noderun>","attempt":1,
"traceId":"<hex><hex>",
"request":{"headers":{"accept":"application/json","authorization":"Bearer <hex><hex>","content-type":"application/json",
"user-agent":"integrations/8.14.2"},"body":{"properties":{"email":"<word>.<word><number>@mail.example","company":"<word> <word>",
"note":"<words>"}}},
"response":{"status":200,"headers":{"content-type":"application/json;charset=utf-8","x-request-id":"<hex><hex>"},
"body":{"id":"<number><number>","updatedAt":"<time>","archived":false}}}"#;

const FAILED_REQUEST: &str = r#"{"kind":"api_request","id":"<id>","createdAt":"<time>",OWNER,"method":"POST",
"requestUrl":"https://api.<integration>.example/v3/objects/orders","statusCode":422,"isSuccess":false,
"duration":<number>,"flowRunId":"<run>","nodeKey":"save-order","nodeRunId":"<noderun>","attempt":1,"traceId":"<hex><hex>",
"request":{"headers":{"accept":"application/json","authorization":"Bearer <hex><hex>"},"body":{"number":"<number><number>","note":"<words>"}},
"response":{"status":422,"headers":{"content-type":"application/json"},"body":{"message":"Property <word> is not known"}},
"error":{"type":"dependency_error","key":"invalid_request","message":"<integration> answered 422: Property <word> is not known",
"data":{"request":{"url":"https://api.<integration>.example/v3/objects/orders","method":"POST"},"response":{"status":422}}}}"#;

const NODE_RUN: &str = r#"{"kind":"node_run","id":"<id>","flowRunId":"<run>","nodeKey":"update-contact","status":"completed",
"startTime":"<time>","endTime":"<time>",OWNER,
"input":{"email":"<word>.<word>@mail.example","name":"<word> <word>","tier":"<word>","note":"<words>"},
"upstreamRuns":[{"nodeKey":"list-contacts","runId":"<noderun>","outputId":"<hex>"}],
"outputs":[{"id":"<hex>","data":{"contactId":"<number><number>","updated":true},"downstreamRuns":[]}],"errors":[],
"logs":[{"type":"message","level":"info","time":"<time>","msg":"Request PATCH contacts/<number>"},
{"type":"message","level":"info","time":"<time>","durationMs":<number>,"msg":"200 after <number> ms"}]}"#;

const FAILED_NODE_RUN: &str = r#"{"kind":"node_run","id":"<id>","flowRunId":"<run>","nodeKey":"save-order","status":"failed",
"startTime":"<time>","endTime":"<time>",OWNER,"input":{"number":"<number><number>","note":"<words>"},
"upstreamRuns":[{"nodeKey":"map-order","runId":"<noderun>","outputId":"<hex>"}],"outputs":[],
"errors":[{"type":"unit_run","key":"api_request_failed","message":"Save order failed",
"causedByError":{"type":"dependency_error","key":"invalid_request","message":"Property <word> is not known"}}],
"logs":[{"type":"message","level":"error","time":"<time>","msg":"Not retried: 422 is not transient"}]}"#;

const RUN_QUEUED: &str = r#"{"kind":"flow_run","id":"<open>","name":"Onboard contacts","state":"queued","createdAt":"<began>",
"updatedAt":"<time>",OWNER,"flowId":"<flow>","flowInstanceId":"<instance>","flowRevision":14,"startNodeKey":"deal-closed",
"launchedBy":{"type":"external-event","ids":["<event>"]},"meta":{"environment":"production","queue":"<word>-<number>"}}"#;

const RUN_RUNNING: &str = r#"{"kind":"flow_run","id":"<open>","name":"Onboard contacts","state":"running","createdAt":"<began>",
"startTime":"<began>","updatedAt":"<time>",OWNER,"flowId":"<flow>","flowInstanceId":"<instance>","flowRevision":14,
"startNodeKey":"deal-closed","launchedBy":{"type":"external-event","ids":["<event>"]},
"input":{"objectId":<number><number>,"changeSource":"CRM_UI","comment":"<words>"},
"nodes":{"deal-closed":{"state":"completed","runs":1,"erroredRuns":0,"outputs":1}},"meta":{"environment":"production"}}"#;

const RUN_COMPLETED: &str = r#"{"kind":"flow_run","id":"<open>","state":"completed","startTime":"<began>","endTime":"<time>",
"updatedAt":"<time>",OWNER,"flowId":"<flow>","flowInstanceId":"<instance>",
"nodes":{"deal-closed":{"state":"completed","runs":1,"erroredRuns":0,"outputs":1},"get-deal":{"state":"completed","runs":1,
"erroredRuns":0,"outputs":1},"update-contact":{"state":"completed","runs":<number>,"erroredRuns":0,"outputs":<number>}},
"output":{"updated":<number>,"summary":"<words>"},"errors":[]}"#;

const RUN_FAILED: &str = r#"{"kind":"flow_run","id":"<open>","state":"failed","startTime":"<began>","endTime":"<time>",
"updatedAt":"<time>",OWNER,"flowId":"<flow>","flowInstanceId":"<instance>",
"nodes":{"deal-closed":{"state":"completed","runs":1,"erroredRuns":0,"outputs":1},
"save-order":{"state":"failed","runs":<number>,"erroredRuns":1,"outputs":0}},
"errors":[{"type":"flow_run","key":"node_failed","message":"Flow failed: node Save order failed",
"causedByError":{"type":"unit_run","message":"<words>",
"causedByError":{"type":"dependency_error","message":"<integration> answered 422: Property <word> is not known"}}}]}"#;

const PULL_RUNNING: &str = r#"{"kind":"external_event_pull","id":"<open>","startDatetime":"<began>","status":"running",OWNER,
"externalEventSubscriptionId":"<subscription>","isFullScan":false,
"telemetry":{"strategy":"pull-latest-records","emittedEventCount":0,"notes":["<words>"],
"pullLatest":{"stateBefore":{"cursor":"<hex><hex>"},"pagesScanned":0,"newRecordIds":[],"isBaseline":false}}}"#;

const PULL_ENDED: &str = r#"{"kind":"external_event_pull","id":"<open>","startDatetime":"<began>","endDatetime":"<time>","status":"success",
OWNER,"externalEventSubscriptionId":"<subscription>","isFullScan":false,"collectedEventIds":["<event>"],
"telemetry":{"strategy":"pull-latest-records","emittedEventCount":1,"notes":["<words>"],
"pullLatest":{"stateBefore":{"cursor":"<hex><hex>"},"stateAfter":{"cursor":"<hex><hex>"},"pagesScanned":1,
"newRecordIds":["<number><number>"],"isBaseline":false}},
"logs":[{"type":"message","level":"info","time":"<began>","msg":"Pull began"},
{"type":"message","level":"info","time":"<time>","msg":"1 of <number> records is new"}]}"#;

const EVENT: &str = r#"{"kind":"external_event","id":"<hexid>","createdAt":"<time>","status":"success",OWNER,
"externalEventSubscriptionId":"<subscription>","eventType":"deal.propertyChange","externalRecordId":"<number><number>",
"launchedFlowRunIds":["<run>"],
"payload":{"objectId":<number><number>,"propertyName":"dealstage","propertyValue":"closedwon","owner":"<word> <word>",
"email":"<word><number>@mail.example","comment":"<words>"}}"#;

const WEBHOOK: &str = r#"{"kind":"external_webhook","id":"<hexid>","createdAt":"<time>","status":"success",OWNER,
"subscriptionId":"<subscription>","collectedEventIds":["<event>"],
"request":{"method":"POST","path":"/external/<subscription>","query":{},"headers":{"content-type":"application/json",
"host":"hooks.larkspur.example","user-agent":"webhooks/1.0","x-signature":"<hex><hex><hex><hex>"},
"body":{"objectId":<number><number>,"propertyName":"dealstage","owner":"<word> <word>","comment":"<words>"}},
"response":{"status":200,"headers":{"content-type":"application/json"},"body":{"ok":true}}}"#;

const INTERNAL_EVENT: &str = r#"{"kind":"internal_event","id":"<id>","datetime":"<time>","status":"success",OWNER,
"appEventTypeId":"lead-created","appEventSubscriptionId":"<subscription>","launchedFlowRunIds":["<run>"],
"event":{"leadId":"lead_<number><number>","name":"<word> <word>","email":"<word><number>@mail.example","source":"webinar",
"comment":"<words>"}}"#;

const ACTION_RUN: &str = r#"{"kind":"action_run","id":"<id>","name":"Create contact","createdAt":"<time>","status":"success",
"duration":<number>,OWNER,"integrationActionId":"create-contact",
"input":{"email":"<word>.<word><number>@mail.example","name":"<word> <word>","note":"<words>"},
"output":{"id":"<number><number>","createdAt":"<time>","archived":false}}"#;

impl Records {
    pub fn prepare() -> Records {
        Records {
            request: template(REQUEST),
            failed_request: template(FAILED_REQUEST),
            node_run: template(NODE_RUN),
            failed_node_run: template(FAILED_NODE_RUN),
            run_queued: template(RUN_QUEUED),
            run_running: template(RUN_RUNNING),
            run_completed: template(RUN_COMPLETED),
            run_failed: template(RUN_FAILED),
            pull_running: template(PULL_RUNNING),
            pull_ended: template(PULL_ENDED),
            event: template(EVENT),
            webhook: template(WEBHOOK),
            internal_event: template(INTERNAL_EVENT),
            action_run: template(ACTION_RUN),
        }
    }
}

fn template(text: &str) -> Template {
    Template::of(&text.replace('\n', "").replace("OWNER", OWNER))
}
