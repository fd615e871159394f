//! The OpenAPI document is what the server does.

use std::collections::BTreeSet;

use hyper::Method;
use redtrail::access::Role;
use redtrail::model::kind::Kind;
use redtrail::web::routes::rows;
use serde_json::Value;

use super::make::with_one_of_each;
use crate::support::web::TestServer;

fn operations(document: &Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().unwrap();
    let of_path = |(path, methods): (&String, &Value)| {
        let methods: Vec<String> = methods.as_object().unwrap().keys().cloned().collect();
        let path = path.clone();
        methods
            .into_iter()
            .map(move |method| (method, path.clone()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[tokio::test]
async fn the_document_has_every_address_of_the_table_and_no_other() {
    let server = TestServer::start().await;
    let document = server.client(Role::Ingest).await.get("/api/openapi.json").await.json();
    assert_eq!(document["openapi"], "3.1.0");
    let table: Vec<(String, String)> = rows()
        .into_iter()
        .map(|row| (row.address.method.as_str().to_ascii_lowercase(), row.address.path))
        .collect();
    let unique: BTreeSet<(String, String)> = table.iter().cloned().collect();
    assert_eq!(unique.len(), table.len(), "no address is there twice");
    assert_eq!(operations(&document), unique);
    let ids: BTreeSet<String> = rows_of(&document)
        .iter()
        .map(|row| row["operationId"].to_string())
        .collect();
    assert_eq!(ids.len(), table.len());
}

fn rows_of(document: &Value) -> Vec<Value> {
    let paths = document["paths"].as_object().unwrap();
    paths
        .values()
        .flat_map(|methods| methods.as_object().unwrap().values().cloned())
        .collect()
}

#[tokio::test]
async fn every_address_of_the_document_is_answered_and_only_with_its_methods() {
    let server = TestServer::start().await;
    let admin = server.client(Role::Admin).await;
    let document = admin.get("/api/openapi.json").await.json();
    for (_, path) in operations(&document) {
        let asked = path.replace(['{', '}'], "");
        let known: BTreeSet<&String> = document["paths"][&path].as_object().unwrap().keys().collect();
        for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
            let reply = admin.send(method.parse::<Method>().unwrap(), &asked, "").await;
            let is_known = known.contains(&method.to_ascii_lowercase());
            assert_eq!(reply.status == 405, !is_known, "{method} {path}: {}", reply.status);
            if is_known {
                let responses = document["paths"][&path][method.to_ascii_lowercase()]["responses"]
                    .as_object()
                    .unwrap();
                assert!(
                    responses.contains_key(&reply.status.to_string()),
                    "{method} {path} answered {}",
                    reply.status
                );
            }
        }
    }
}

#[tokio::test]
async fn every_reference_of_the_document_leads_somewhere_and_parameters_are_those_of_the_path() {
    let server = TestServer::start().await;
    let document = server.client(Role::Read).await.get("/api/openapi.json").await.json();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(document["components"]["schemas"].get(name).is_some(), "{name}");
    }
    for (path, methods) in document["paths"].as_object().unwrap() {
        let in_path: Vec<&str> = path.split(['{', '}']).skip(1).step_by(2).collect();
        for operation in methods.as_object().unwrap().values() {
            let parameters = operation["parameters"].as_array().unwrap().iter();
            let named: Vec<&str> = parameters
                .filter(|parameter| parameter["in"] == "path")
                .map(|parameter| parameter["name"].as_str().unwrap())
                .collect();
            assert_eq!(named, in_path, "{path}");
        }
    }
}

#[tokio::test]
async fn records_have_what_their_schema_says_is_always_there() {
    let (server, reader) = with_one_of_each("x").await;
    let document = server.client(Role::Read).await.get("/api/openapi.json").await.json();
    for kind in Kind::SENT {
        let name = kind.singular().replace(' ', "");
        let schema = &document["components"]["schemas"][&name];
        let record = reader.get(&format!("{}/x", super::make::list(kind))).await.json();
        for member in schema["required"].as_array().unwrap() {
            assert!(record.get(member.as_str().unwrap()).is_some(), "{name} {member}");
        }
        for member in record.as_object().unwrap().keys() {
            assert!(
                schema["properties"].get(member).is_some(),
                "{name} {member} is not in the schema"
            );
        }
    }
}
