//! What the schemas of the platform's own client demand is always there, whatever was sent.

use redtrail::access::Role;
use redtrail::model::kind::{EntityKind, ItemKind, Kind};
use serde_json::Value;

use super::make::{entity, entity_list, list, minimal, send};
use crate::support::web::TestServer;

/// Made from the response schemas of `@membranehq/sdk` 0.28.3: the members that are not optional there, without
/// state words, which nobody but the sender knows (`status`, `state`, `isSuccess`).
const DEMANDED: [(ItemKind, &str); 16] = [
    (
        ItemKind::Log(Kind::ApiRequest),
        "id workspaceId customerId integrationId connectionId statusCode:0 s3Uri createdAt:t requestUrl duration:0",
    ),
    (
        ItemKind::Log(Kind::ExternalWebhook),
        "id workspaceId customerId integrationId connectionId subscriptionId userId uuid collectedEventIds:[] createdAt:t",
    ),
    (
        ItemKind::Log(Kind::ExternalEventPull),
        "userId id externalEventSubscriptionId integrationId connectionId startDatetime:t endDatetime:t collectedEventIds:[]",
    ),
    (
        ItemKind::Log(Kind::ExternalEvent),
        "userId id externalEventSubscriptionId integrationId connectionId",
    ),
    (
        ItemKind::Log(Kind::InternalEvent),
        "id userId appEventTypeId appEventSubscriptionId event datetime:t launchedFlowRunIds:[]",
    ),
    (
        ItemKind::Log(Kind::FlowRun),
        "userId id connectionFlowId startNodeKey startTime:t",
    ),
    (
        ItemKind::Log(Kind::NodeRun),
        "id upstreamRuns:[] input logs:[] outputs:[] errors:[]",
    ),
    (
        ItemKind::Log(Kind::ActionRun),
        "userId id name integrationActionId integrationId connectionId createdAt:t",
    ),
    (ItemKind::Entity(EntityKind::Customer), "id name internalId"),
    (ItemKind::Entity(EntityKind::Integration), "id name logoUri"),
    (
        ItemKind::Entity(EntityKind::Connection),
        "id name createdAt:t updatedAt:t userId",
    ),
    (ItemKind::Entity(EntityKind::Flow), "id name"),
    (ItemKind::Entity(EntityKind::FlowInstance), "id name"),
    (
        ItemKind::Entity(EntityKind::ExternalEventSubscription),
        "userId id connectionId integrationId",
    ),
    (
        ItemKind::Entity(EntityKind::InternalEventType),
        "id name revision webhookKey globalWebhookUri",
    ),
    (
        ItemKind::Entity(EntityKind::InternalEventSubscription),
        "id name revision appEventTypeId isSubscribed:false webhookUri subscriptionRequest:{} userId",
    ),
];

fn is_as_demanded(value: &Value, what: &str) -> bool {
    match what {
        "0" => value.is_number(),
        "[]" => value.is_array(),
        "false" => value.is_boolean(),
        "{}" => value["uri"].is_string(),
        "t" => value
            .as_str()
            .is_some_and(|time| time.parse::<jiff::Timestamp>().is_ok()),
        _ => value.is_string(),
    }
}

#[tokio::test]
async fn what_the_platforms_client_demands_is_there_in_the_barest_record() {
    let server = TestServer::start().await;
    let items: Vec<Value> = DEMANDED
        .iter()
        .map(|(kind, _)| match kind {
            ItemKind::Log(kind) => minimal(*kind, "bare"),
            ItemKind::Entity(kind) => entity(*kind, "bare"),
        })
        .collect();
    send(&server.client(Role::Ingest).await, &items).await;
    let reader = server.client(Role::Read).await;
    for (kind, members) in DEMANDED {
        let list = match kind {
            ItemKind::Log(kind) => list(kind),
            ItemKind::Entity(kind) => entity_list(kind),
        };
        let listed = reader.get(&list).await.json()["items"][0].clone();
        let whole = reader.get(&format!("{list}/bare")).await.json();
        for member in members.split(' ') {
            let (name, what) = member.split_once(':').unwrap_or((member, ""));
            for read in [&listed, &whole] {
                assert!(is_as_demanded(&read[name], what), "{} {member}: {read}", kind.name());
            }
        }
        for read in [&listed, &whole] {
            let nulls = read
                .as_object()
                .unwrap()
                .values()
                .filter(|value| value.is_null())
                .count();
            assert_eq!(nulls, 0, "{read}");
            assert!(read.get("status").is_none() && read.get("state").is_none() && read.get("isSuccess").is_none());
        }
    }
}

#[tokio::test]
async fn the_state_of_a_request_follows_from_its_status_code() {
    let server = TestServer::start().await;
    let sender = server.client(Role::Ingest).await;
    let reader = server.client(Role::Read).await;
    for (code, good) in [(200, true), (404, false), (0, false)] {
        let item = format!("{{\"id\":\"{code}\",\"statusCode\":{code}}}");
        assert_eq!(sender.post("/api/v1/ingest/api_request", item).await.status, 202);
        let read = reader.get(&format!("/api/v1/external-api-logs/{code}")).await.json();
        assert_eq!(read["isSuccess"], good, "{code}");
    }
}
