//! Nodes of a flow run and their runs.

use super::world::World;

fn node_runs(count: usize, failed: usize) -> String {
    let run = |n: usize| {
        let status = if n >= count - failed { "failed" } else { "completed" };
        format!(
            "{{\"kind\":\"node_run\",\"id\":\"n-{n:03}\",\"flowRunId\":\"run\",\"nodeKey\":\"step/1\",\"status\":\"{status}\",\
             \"startTime\":\"2026-03-04T00:{:02}:{:02}Z\"}}\n",
            n / 60,
            n % 60
        )
    };
    (0..count).map(run).collect()
}

const RUN: &str =
    "{\"kind\":\"flow_run\",\"id\":\"run\",\"name\":\"Onboard\",\"state\":\"failed\",\"customerId\":\"c\"}\n";

#[tokio::test]
async fn the_runs_of_a_node_are_paged_failed_ones_first() {
    let world = World::empty().await;
    world.send(RUN).await;
    world.send(&node_runs(130, 60)).await;
    let mut path = "/flow-runs/run/nodes/step%2F1".to_owned();
    let (mut seen, mut pages) = (Vec::new(), 0);
    loop {
        let page = world.page(&path).await;
        pages += 1;
        assert_eq!(page.text_of("h1"), "Node step/1");
        assert_eq!(page.link("Onboard").unwrap(), "/flow-runs/run");
        seen.extend(page.hrefs(".list a.t"));
        match page.link("More") {
            Some(more) => path = more,
            None => break,
        }
    }
    let href = |n: usize| format!("/flow-runs/run/nodes/step%2F1/runs/n-{n:03}");
    let expected: Vec<String> = (70..130).rev().chain((0..70).rev()).map(href).collect();
    assert_eq!(seen, expected);
    assert_eq!(pages, 3);
    let mut back = Vec::new();
    loop {
        let page = world.page(&path).await;
        back.splice(0..0, page.hrefs(".list a.t"));
        match page.link("Back") {
            Some(before) => path = before,
            None => break,
        }
    }
    assert_eq!(back, expected, "the way back shows the same");
}

#[tokio::test]
async fn a_run_without_counts_gets_them_from_its_node_runs() {
    let world = World::empty().await;
    world.send(RUN).await;
    world.send(&node_runs(7, 2)).await;
    let page = world.page("/flow-runs/run?tab=nodes").await;
    let row = page.texts(".list tbody td");
    assert_eq!(row, ["Failed", "step/1", "", "runs 7", "errored 2", "outputs 0", "end"]);
    assert!(page.text().contains("How the flow is set up was not received"));
}

#[tokio::test]
async fn the_table_has_the_nodes_as_they_were_set_up_with_those_not_reached() {
    let world = World::empty().await;
    world
        .send(concat!(
            "{\"kind\":\"flow_instance\",\"id\":\"fi\",\"flowId\":\"f\",\"connectionId\":\"x\",\"nodes\":{",
            "\"start\":{\"type\":\"external-event-trigger\",\"name\":\"Deal closed\",\"links\":[{\"key\":\"get\"}]},",
            "\"get\":{\"type\":\"api-request\",\"name\":\"Get deal\",\"links\":[{\"key\":\"tell\"}]},",
            "\"tell\":{\"type\":\"api-request\",\"name\":\"Notify\",\"links\":[]}}}\n",
            "{\"kind\":\"flow_run\",\"id\":\"run\",\"flowInstanceId\":\"fi\",\"state\":\"completed\",\"customerId\":\"c\",\"nodes\":{",
            "\"start\":{\"state\":\"completed\",\"runs\":1,\"erroredRuns\":0,\"outputs\":1},",
            "\"get\":{\"state\":\"completed\",\"runs\":1402,\"erroredRuns\":3,\"outputs\":1399}}}\n",
        ))
        .await;
    let page = world.page("/flow-runs/run").await;
    assert_eq!(
        page.text_of(".tabs [aria-current]"),
        "Nodes",
        "without an error the nodes come first"
    );
    assert_eq!(
        page.texts(".list .c-state"),
        ["Completed", "With errors", "Not reached"]
    );
    assert_eq!(page.texts(".list a.t"), ["Deal closed", "Get deal", "Notify"]);
    let counts = page.texts(".list tbody tr:nth-child(2) .num");
    assert_eq!(counts, ["runs 1,402", "errored 3", "outputs 1,399"]);
    assert_eq!(page.text_of(".head .s"), "With errors");
    world.page(&page.link("Notify").unwrap()).await;
}
