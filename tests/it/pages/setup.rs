//! Flows, instances, subscriptions and event types: how they are set up and what belongs to what.

use super::world::World;

const COMPANY: &str = concat!(
    "{\"kind\":\"customer\",\"id\":\"c\",\"name\":\"Northwind\"}\n",
    "{\"kind\":\"integration\",\"id\":\"i\",\"key\":\"crm\",\"name\":\"CRM\"}\n",
    "{\"kind\":\"connection\",\"id\":\"x\",\"name\":\"CRM of Northwind\",\"customerId\":\"c\",\"integrationId\":\"i\",\"state\":\"READY\"}\n",
    "{\"kind\":\"flow\",\"id\":\"f\",\"name\":\"Onboard\",\"integrationId\":\"i\",\"enabled\":true,\"revision\":15}\n",
    "{\"kind\":\"flow_instance\",\"id\":\"fi\",\"name\":\"Onboard for Northwind\",\"flowId\":\"f\",\"connectionId\":\"x\",\"customerId\":\"c\",",
    "\"integrationId\":\"i\",\"enabled\":false,\"nodes\":{\"start\":{\"name\":\"Deal closed\",\"type\":\"external-event-trigger\",\"state\":\"READY\",",
    "\"links\":[{\"key\":\"get\",\"filter\":{\"type\":\"$eq\"}}]},\"get\":{\"type\":\"api-request\",\"onError\":\"continue\"}}}\n",
    "{\"kind\":\"external_event_subscription\",\"id\":\"s\",\"name\":\"deal.changed\",\"connectionId\":\"x\",\"customerId\":\"c\",",
    "\"integrationId\":\"i\",\"status\":\"subscribed\",\"config\":{\"eventKey\":\"deal.changed\"}}\n",
    "{\"kind\":\"internal_event_type\",\"id\":\"t\",\"key\":\"lead-created\",\"name\":\"Lead created\",\"schema\":{\"type\":\"object\"},\"example\":{\"leadId\":\"7\"}}\n",
    "{\"kind\":\"internal_event_subscription\",\"id\":\"u\",\"name\":\"Leads of Northwind\",\"appEventTypeId\":\"t\",\"connectionId\":\"x\",",
    "\"customerId\":\"c\",\"integrationId\":\"i\",\"isSubscribed\":false,\"errors\":[{\"message\":\"The app answered 404\"}]}\n",
    "{\"kind\":\"external_event\",\"id\":\"e\",\"externalEventSubscriptionId\":\"s\",\"customerId\":\"c\",\"status\":\"success\"}\n",
    "{\"kind\":\"external_event_pull\",\"id\":\"p\",\"externalEventSubscriptionId\":\"s\",\"customerId\":\"c\",\"status\":\"success\"}\n",
    "{\"kind\":\"internal_event\",\"id\":\"ie\",\"appEventTypeId\":\"t\",\"appEventSubscriptionId\":\"u\",\"customerId\":\"c\",\"status\":\"success\"}\n",
    "{\"kind\":\"flow_run\",\"id\":\"r\",\"flowId\":\"f\",\"flowInstanceId\":\"fi\",\"connectionId\":\"x\",\"customerId\":\"c\",\"state\":\"completed\"}\n",
);

async fn company() -> World {
    let world = World::empty().await;
    world.send(COMPANY).await;
    world
}

#[tokio::test]
async fn every_kind_of_entity_has_a_list_that_leads_to_its_page() {
    let world = company().await;
    for (list, state, name) in [
        ("/flows", "In use", "Onboard"),
        ("/flow-instances", "Disabled", "Onboard for Northwind"),
        ("/subscriptions/external", "Subscribed", "deal.changed"),
        ("/subscriptions/internal", "Not subscribed", "Leads of Northwind"),
        ("/event-types", "In use", "Lead created"),
    ] {
        let page = world.page(list).await;
        assert_eq!(page.text_of(".list .c-state"), state, "{list}");
        let href = page.link(name).unwrap();
        let entity = world.page(&href).await;
        assert_eq!(entity.text_of("h1"), name, "{href}");
        assert_eq!(entity.text_of(".head .s"), state, "{href}");
        assert!(page.hrefs(".side a[aria-current=page]").len() == 1, "{list}");
    }
    let sorts = world.page("/subscriptions/internal").await;
    assert_eq!(sorts.link("External").unwrap(), "/subscriptions/external");
    let both = world.get("/subscriptions").await;
    assert_eq!(both.reply.status, 307);
    assert_eq!(both.reply.header("location"), Some("/subscriptions/external"));
}

#[tokio::test]
async fn one_walks_from_a_flow_over_its_instance_and_connection_to_subscriptions_events_and_pulls() {
    let world = company().await;
    let flow = world.page("/flows/f?tab=setup").await;
    let instance = world.page(&flow.link("Onboard for Northwind").unwrap()).await;
    assert_eq!(instance.link("Onboard").unwrap(), "/flows/f", "and back");
    let connection = instance.link("CRM of Northwind").unwrap();
    let connection = world.page(&format!("{connection}?tab=setup")).await;
    assert_eq!(connection.link("Onboard for Northwind").unwrap(), "/flow-instances/fi");
    assert_eq!(
        connection.link("Leads of Northwind").unwrap(),
        "/subscriptions/internal/u"
    );
    let subscription = world.page(&connection.link("deal.changed").unwrap()).await;
    assert_eq!(subscription.link("CRM of Northwind").unwrap(), "/connections/x");
    assert_eq!(
        subscription.texts(".panel h2"),
        ["External Event Pulls", "External Events"]
    );
    assert!(
        subscription.text().contains("None of: External Webhooks."),
        "only what could name it is missed"
    );
    let event = world.page("/external-events/e").await;
    assert_eq!(event.link("deal.changed").unwrap(), "/subscriptions/external/s");
    let run = world.page("/flow-runs/r").await;
    assert_eq!(run.link("Onboard").unwrap(), "/flows/f");
}

#[tokio::test]
async fn an_event_type_leads_to_its_subscriptions_and_events_and_shows_schema_and_example() {
    let world = company().await;
    let events = world.page("/event-types/lead-created").await;
    assert_eq!(events.hrefs(".panel .list a.t"), ["/internal-events/ie"]);
    assert_eq!(events.link("All").unwrap(), "/internal-events?internal-event-type=t");
    let setup = world.page("/event-types/t?tab=setup").await;
    assert_eq!(
        setup.texts(".panel h2"),
        ["Internal Event Subscriptions", "Schema", "Example"]
    );
    assert_eq!(
        setup.link("All").unwrap(),
        "/subscriptions/internal?event-type=t&archived=all"
    );
    let of_type = world.page("/subscriptions/internal?event-type=t&archived=all").await;
    assert_eq!(of_type.text_of(".chip b"), "Lead created");
    assert_eq!(of_type.texts(".list a.t"), ["Leads of Northwind"]);
    let subscription = world.page("/subscriptions/internal/u").await;
    assert_eq!(subscription.link("Lead created").unwrap(), "/event-types/t");
    assert_eq!(subscription.text_of(".stack .said"), "The app answered 404");
}

#[tokio::test]
async fn the_nodes_of_an_instance_are_a_table_with_types_links_and_what_becomes_of_errors() {
    let world = company().await;
    let page = world.page("/flow-instances/fi?tab=setup").await;
    let cells = page.texts(".list tbody td");
    assert_eq!(
        cells,
        [
            "Ready",
            "Deal closedstart",
            "external-event-trigger",
            "when it fails –",
            "goes to get (filtered)",
            "–",
            "get",
            "api-request",
            "when it fails continue",
            "goes to end"
        ]
    );
    assert!(
        page.text_of(".json").contains("$eq"),
        "the whole of it is there as JSON"
    );
}

#[tokio::test]
async fn a_list_is_filtered_by_whom_its_kind_can_belong_to_and_by_nothing_else() {
    let world = company().await;
    for (path, names) in [
        ("/flow-instances?flow=f", vec!["Onboard for Northwind"]),
        ("/flow-instances?flow=g", vec![]),
        ("/flow-instances?connection=x&customer=c", vec!["Onboard for Northwind"]),
        ("/subscriptions/external?integration=i", vec!["deal.changed"]),
        ("/flows?integration=j", vec![]),
    ] {
        assert_eq!(world.page(path).await.texts(".list a.t"), names, "{path}");
    }
    for path in ["/flows?customer=c", "/event-types?flow=f", "/customers?customer=c"] {
        let page = world.get(path).await;
        assert_eq!(page.reply.status, 400, "{path}");
        assert!(page.text().contains("expected archived"), "{path}: {}", page.text());
    }
}

#[tokio::test]
async fn what_only_records_name_has_a_page_that_says_so() {
    let world = World::empty().await;
    world
        .send(
            "{\"kind\":\"flow_run\",\"id\":\"r\",\"flowId\":\"ghost\",\"state\":\"completed\",\"customerId\":\"c\"}\n",
        )
        .await;
    let page = world.page("/flows/ghost?tab=setup").await;
    assert_eq!(page.text_of(".head .s"), "Not received");
    assert_eq!(page.texts(".tabs a"), ["Records"]);
    assert_eq!(world.get("/event-types/nobody").await.reply.status, 404);
}
