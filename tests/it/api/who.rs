//! Who asks.

use redtrail::access::Role;
use serde_json::json;

use crate::support::web::{TestServer, new_token};

#[tokio::test]
async fn a_token_of_any_role_is_told_its_name_role_and_workspace() {
    let server = TestServer::start().await;
    for (role, word) in [(Role::Ingest, "ingest"), (Role::Read, "read"), (Role::Admin, "admin")] {
        let mut new = new_token(role);
        new.name = format!("the {word}er");
        let reply = server.client_of(new).await.get("/api/v1/self").await;
        let name = format!("the {word}er");
        let expected = json!({"id": name, "internalId": name, "name": name, "role": word, "workspaceId": "default"});
        assert_eq!(reply.json(), expected);
    }
    assert_eq!(server.nobody().get("/api/v1/self").await.status, 401);
}

#[tokio::test]
async fn a_token_limited_to_a_customer_is_that_customer_to_the_platforms_client() {
    let server = TestServer::start().await;
    for role in [Role::Read, Role::Ingest] {
        let told = server
            .customer(role, "c/1")
            .await
            .get("/api/v1/self?includeSecrets=1")
            .await;
        assert_eq!(told.header("redtrail-ignored"), Some("includeSecrets"));
        let told = told.json();
        for name in ["id", "internalId", "customerId", "tenantId", "userId"] {
            assert_eq!(told[name], "c/1");
        }
    }
}
