//! Customers, integrations and connections.

use super::world::World;

fn customers(count: usize) -> String {
    let customer = |n: usize| {
        format!(
            "{{\"kind\":\"customer\",\"id\":\"c-{n:03}\",\"name\":\"Customer {n}\",\"createdAt\":\"2026-01-01T00:{:02}:{:02}Z\"}}\n",
            n / 60,
            n % 60
        )
    };
    (0..count).map(customer).collect()
}

#[tokio::test]
async fn a_list_of_entities_is_walked_both_ways() {
    let world = World::empty().await;
    world.send(&customers(120)).await;
    let mut path = "/customers".to_owned();
    let mut seen = Vec::new();
    loop {
        let page = world.page(&path).await;
        seen.extend(page.texts(".list a.t"));
        match page.link("Older") {
            Some(older) => path = older,
            None => break,
        }
    }
    let all: Vec<String> = (0..120).rev().map(|n| format!("Customer {n}")).collect();
    assert_eq!(seen, all);
    let newer = world.page(&path).await.link("Newer").unwrap();
    assert_eq!(world.page(&newer).await.texts(".list a.t"), all[50..100]);
}

#[tokio::test]
async fn archived_ones_are_shown_when_asked_for() {
    let world = World::empty().await;
    world.send(&customers(2)).await;
    world
        .send("{\"kind\":\"customer\",\"id\":\"c-000\",\"archivedAt\":\"2026-02-01T00:00:00Z\"}\n")
        .await;
    assert_eq!(world.page("/customers").await.texts(".list a.t"), ["Customer 1"]);
    let archived = world.page("/customers?archived=yes").await;
    assert_eq!(archived.texts(".list a.t"), ["Customer 0"]);
    assert_eq!(archived.text_of(".list .s-off"), "Archived");
    assert_eq!(world.page("/customers?archived=all").await.texts(".list a.t").len(), 2);
    assert_eq!(world.get("/customers?archived=perhaps").await.reply.status, 400);
    assert!(
        world
            .page("/integrations")
            .await
            .text()
            .contains("No integration in use")
    );
}

#[tokio::test]
async fn a_connection_says_its_state_whose_it_is_and_what_is_wrong() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"customer\",\"id\":\"c\",\"name\":\"Northwind\"}\n",
            "{\"kind\":\"integration\",\"id\":\"i\",\"key\":\"crm\",\"name\":\"CRM\"}\n",
            "{\"kind\":\"connection\",\"id\":\"bad\",\"name\":\"Broken\",\"customerId\":\"c\",\"integrationId\":\"i\",",
            "\"disconnected\":true,\"errors\":[{\"message\":\"Refresh token rejected\",\"causedByError\":{\"message\":\"invalid_grant\"}}]}\n",
            "{\"kind\":\"connection\",\"id\":\"ok\",\"name\":\"Fine\",\"customerId\":\"other\",\"integrationId\":\"i\",\"state\":\"READY\"}\n",
            "{\"kind\":\"connection\",\"id\":\"wait\",\"name\":\"Waiting\",\"state\":\"CLIENT_ACTION_REQUIRED\"}\n",
            "{\"kind\":\"flow_run\",\"id\":\"r\",\"connectionId\":\"bad\",\"state\":\"failed\"}\n",
        ))
        .await;
    let list = world.page("/connections").await;
    assert_eq!(list.text_of(".s-red"), "Disconnected");
    assert_eq!(list.text_of(".s-amber"), "Action required");
    assert_eq!(list.text_of(".why"), "Refresh token rejected");
    let of_customer = world.page("/connections?customer=c").await;
    assert_eq!(of_customer.texts(".list a.t"), ["Broken"]);
    assert_eq!(of_customer.text_of(".chip b"), "Northwind");

    let page = world.page("/connections/bad").await;
    assert_eq!(page.text_of("h1"), "Broken");
    assert_eq!(page.text_of(".head .s"), "Disconnected");
    assert_eq!(page.link("Northwind").unwrap(), "/customers/c");
    assert_eq!(page.texts(".stack .said"), ["Refresh token rejected", "invalid_grant"]);
    assert_eq!(page.hrefs(".list a.t"), ["/flow-runs/r"]);
    assert_eq!(page.link("All").unwrap(), "/flow-runs?connection=bad");
    assert_eq!(page.link("Failed").unwrap(), "/flow-runs?connection=bad&state=failed");
    assert!(
        world
            .page("/connections/bad?tab=raw")
            .await
            .text_of(".json")
            .contains("\"disconnected\": true")
    );
    assert_eq!(
        world.page("/integrations/crm").await.text_of("h1"),
        "CRM",
        "a key finds it"
    );
}

#[tokio::test]
async fn a_customer_that_only_records_name_has_a_page_and_one_nobody_names_has_none() {
    let world = World::empty().await;
    world
        .send("{\"kind\":\"action_run\",\"id\":\"a\",\"customerId\":\"ghost/1\",\"status\":\"success\"}\n")
        .await;
    let page = world.page("/customers/ghost%2F1").await;
    assert_eq!(page.text_of(".head .s-missing"), "Not received");
    assert_eq!(page.text_of("h1"), "ghost/1");
    assert!(page.text().contains("nobody sent it"));
    assert_eq!(world.get("/customers/nobody").await.reply.status, 404);
}
