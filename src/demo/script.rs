//! What a hand-written script beside the platform sends, with the mistakes such scripts make: most of it is refused.

use serde_json::json;

use crate::model::time::{MINUTE, Micros};

/// NDJSON of one run of the script: the first line is good, the rest is refused, each for another reason.
pub fn body(now: Micros) -> String {
    let at = |minutes: i64| now.plus(-minutes * MINUTE).to_string();
    let good = json!({
        "kind": "action_run", "id": "order-sync-1041", "name": "Order sync, written by hand", "status": "success",
        "createdAt": at(6), "duration": 840, "input": {"order": "SO-1041"}, "output": {"written": 1},
    });
    let wrong = [
        json!({"kind": "action_run", "id": "order-sync-1042", "status": "done", "createdAt": at(5)}),
        json!({"kind": "node_run", "id": "map-1042", "nodeKey": "map-order", "status": "completed"}),
        json!({"kind": "api_request", "requestUrl": "https://erp.larkspur.example/orders", "statusCode": "200 OK"}),
        json!({"kind": "order", "id": "SO-1043", "total": 118.5}),
        json!({"kind": "flow_run", "id": "order-sync-1044", "state": "failed", "startTime": "24.11.2026 06:12"}),
    ];
    let lines = [good].into_iter().chain(wrong).map(|line| format!("{line}\n"));
    // The script was stopped while it wrote its last line.
    lines
        .chain(["{\"kind\":\"action_run\",\"id\":\"order-sync-1045\",\"sta\n".to_owned()])
        .collect()
}
