//! Both clients of the platform read everything from the real server.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use redtrail::model::kind::{EntityKind, ItemKind, Kind};
use redtrail::model::state::State;
use serde_json::{Map, Value, json};

use super::data::{self, BARE, NODE, NODE_RUNS, RUN, TIMED};
use crate::support::client::{Client, Target};
use crate::support::server::{RunningServer, redtrail, without_settings};

/// An administrator's token as the environment may hold it; the clients want theirs to begin so.
const ADMIN_TOKEN: &str = "pat-an-administrator-of-the-tests-0001";

/// An entity of each kind that lists leave out.
const ARCHIVED: &str = "archived";

/// Runs a script of `tests/sdk` to its end, with this on its stdin; answers its stdout.
pub fn node(script: &str, input: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk");
    assert!(
        folder.join("node_modules").exists(),
        "the clients are not installed: run npm ci in {}",
        folder.display()
    );
    let mut command = Command::new("node");
    without_settings(&mut command);
    let mut child = command
        .arg(script)
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("node of version 18 or newer runs the platform's client");
    // A script that wants no input may have ended; its status tells.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    let refused = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}: {}\n{refused}{told}", output.status);
    told
}

fn start(folder: &Path) -> RunningServer {
    let mut command = redtrail();
    command
        .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder)
        .env("REDTRAIL_ADMIN_TOKEN", ADMIN_TOKEN);
    RunningServer::spawn(command)
}

fn kinds() -> impl Iterator<Item = ItemKind> {
    let logs = Kind::SENT.into_iter().map(ItemKind::Log);
    logs.chain(EntityKind::ALL.into_iter().map(ItemKind::Entity))
}

fn timed(kind: ItemKind) -> usize {
    match kind {
        ItemKind::Log(Kind::NodeRun) => NODE_RUNS,
        _ => TIMED,
    }
}

/// Sends everything, and archives one more entity of each kind.
async fn fill(server: &RunningServer) {
    let client = Client::new(Target::Network(server.address()))
        .with_token(ADMIN_TOKEN)
        .with("content-type", "application/x-ndjson");
    for kind in kinds() {
        let bare = (0..BARE).map(|number| data::bare(kind, number));
        let items = (0..timed(kind)).map(|number| data::item(kind, number));
        let mut all: Vec<Value> = bare.chain(items).collect();
        if let ItemKind::Entity(kind) = kind {
            all.push(json!({"kind": kind.name(), "id": ARCHIVED, "archivedAt": "2026-03-05T00:00:00Z"}));
        }
        let lines: String = all.iter().map(|item| format!("{item}\n")).collect();
        let answer = client.post("/api/v1/ingest", lines).await.json();
        assert_eq!(answer["rejected"], json!([]), "{}", kind.name());
    }
}

/// The ids of a kind in the order of its list: by receipt, then by time, newest first.
fn listed(kind: ItemKind) -> Vec<String> {
    let bare = (0..BARE).rev().map(data::bare_id);
    bare.chain((0..timed(kind)).map(|number| data::id(kind, number)))
        .collect()
}

/// A filter of a kind, and the numbers of what it finds.
fn filter(kind: ItemKind, query: Value, is_in: impl Fn(usize) -> bool) -> Value {
    let found = (0..TIMED).filter(|number| is_in(*number));
    let found: Vec<String> = found.map(|number| data::id(kind, number)).collect();
    assert!(!found.is_empty());
    json!({"kind": kind.name(), "query": query, "found": found})
}

/// Filters that the clients offer for a kind of log record.
fn log_filters(kind: Kind) -> Vec<Value> {
    let is_odd = |number: usize| number % 2 == 1;
    let words = State::words_of(kind);
    let is_bad = |number: usize| matches!(words[number % words.len()], State::Error | State::Failed);
    let log = ItemKind::Log(kind);
    let bad = match kind {
        Kind::ApiRequest => json!({"isSuccess": false, "sortOrder": "desc"}),
        Kind::FlowRun => json!({"state": "failed"}),
        _ => json!({"status": "error"}),
    };
    let parents = match kind {
        Kind::ExternalWebhook => json!({"subscriptionId": "external_event_subscription-01"}),
        Kind::ExternalEventPull | Kind::ExternalEvent => {
            json!({"externalEventSubscriptionId": "external_event_subscription-01"})
        }
        Kind::InternalEvent => json!({"appEventTypeId": "internal_event_type-01"}),
        Kind::FlowRun => json!({"flowId": "flow-01", "universalFlowId": "universal-1",
            "integrationFlowId": "integration-flow-1", "connectionFlowId": "flow_instance-01"}),
        Kind::ActionRun => json!({"actionId": "action-1,action-2", "integrationActionId": "action-1"}),
        _ => json!({"externalAppId": "app-1"}),
    };
    let from_to = json!({"from": "2026-03-04T23:50:00.000Z", "to": "2026-03-04T23:55:00.000Z"});
    let mut all: Vec<Value> = ["tenantId", "userId", "customerId"]
        .map(|customer| filter(log, json!({customer: "customer-01"}), is_odd))
        .into();
    all.extend([
        filter(log, json!({"integrationId": "integration-02"}), |number| {
            number % 3 == 2
        }),
        filter(
            log,
            json!({"connectionId": "connection-01", "externalAppId": "app-1"}),
            is_odd,
        ),
        filter(log, from_to, |number| (5..=9).contains(&number)),
        filter(log, bad, is_bad),
        filter(log, parents, |_| true),
    ]);
    all
}

/// Filters that the clients offer for a kind of entity.
fn entity_filters(kind: EntityKind) -> Vec<Value> {
    let entity = ItemKind::Entity(kind);
    let is_odd = |number: usize| number % 2 == 1;
    let of_customer = |name: &str| filter(entity, json!({name: "customer-01"}), is_odd);
    let of_integration = || {
        filter(entity, json!({"integrationId": "integration-02"}), |number| {
            number % 3 == 2
        })
    };
    let mut all = match kind {
        EntityKind::Connection | EntityKind::ExternalEventSubscription => {
            vec![of_customer("tenantId"), of_customer("userId"), of_integration()]
        }
        EntityKind::FlowInstance => {
            let of_flow = filter(entity, json!({"flowId": "flow-01"}), is_odd);
            vec![of_customer("userId"), of_integration(), of_flow]
        }
        EntityKind::Flow => vec![of_integration()],
        EntityKind::InternalEventSubscription => {
            let query = json!({"appEventTypeId": "internal_event_type-01", "tenantId": "customer-01"});
            vec![filter(entity, query, is_odd)]
        }
        EntityKind::Customer | EntityKind::Integration | EntityKind::InternalEventType => Vec::new(),
    };
    let mut found = listed(entity);
    // It came with the bare ones, and its id is before theirs.
    found.insert(BARE, ARCHIVED.to_owned());
    all.push(json!({"kind": entity.name(), "query": {"includeArchived": true}, "found": found}));
    all
}

fn filters() -> Vec<Value> {
    let logs = Kind::SENT.into_iter().filter(|kind| *kind != Kind::NodeRun);
    let entities = EntityKind::ALL.into_iter().flat_map(entity_filters);
    logs.flat_map(log_filters).chain(entities).collect()
}

/// What the scripts are told: where to ask, and what they must find.
fn wanted(server: &RunningServer) -> Value {
    let lists: Map<String, Value> = kinds()
        .map(|kind| (kind.name().to_owned(), json!(listed(kind))))
        .collect();
    let outputs: Vec<String> = (0..NODE_RUNS).map(|number| format!("output-{number:03}")).collect();
    json!({"url": server.url(), "token": ADMIN_TOKEN, "lists": lists, "run": RUN, "node": NODE, "outputs": outputs,
        "output": {"done": 1}, "filters": filters()})
}

#[tokio::test]
async fn both_clients_of_the_platform_read_every_kind_to_its_end_and_refuse_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let server = start(folder.path());
    fill(&server).await;
    node("read.mjs", &wanted(&server).to_string());

    // Cursors from before a restart go on after it.
    let begun: Value = serde_json::from_str(&node("walk.mjs", &wanted(&server).to_string())).unwrap();
    server.kill();
    let server = start(folder.path());
    let mut further = wanted(&server);
    further["begun"] = begun;
    node("walk.mjs", &further.to_string());
}
