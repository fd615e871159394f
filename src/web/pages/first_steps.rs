//! How to send the first record, as commands one can copy.

use super::visit::Visit;
use crate::access::Role;
use crate::model::kind::Kind;

/// What is needed to send one record of a kind by hand.
pub struct FirstSteps {
    /// Prints the token that a new folder comes with; only an administrator is told where it is.
    pub token: String,
    pub url: String,
    pub body: &'static str,
}

impl FirstSteps {
    pub fn new(visit: &Visit, kind: Kind) -> FirstSteps {
        let config = &visit.context.config;
        let token = match visit.principal.role {
            Role::Admin => format!("$(cat '{}')", config.store.data_dir.join("first-token").display()),
            Role::Read | Role::Ingest => "YOUR_INGEST_TOKEN".to_owned(),
        };
        let here = &visit.host;
        let is_plain = |host: &str| {
            host.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte))
        };
        let base = match &config.server.public_url {
            Some(url) => url.trim_end_matches('/').to_owned(),
            None if is_plain(here) => format!("http://{here}"),
            None => format!("http://{}", config.server.listen),
        };
        FirstSteps {
            token,
            url: format!("{base}/api/v1/ingest/{}", kind.name()),
            body: sample(kind),
        }
    }
}

/// A small record that fails where its kind can, so that the first page one sees is the interesting one.
const fn sample(kind: Kind) -> &'static str {
    match kind {
        Kind::ApiRequest => {
            r#"{"customerId":"acme","integrationId":"crm","method":"GET","requestUrl":"https://api.example.com/contacts/42","statusCode":404,"isSuccess":false,"duration":187}"#
        }
        Kind::ExternalWebhook => {
            r#"{"customerId":"acme","integrationId":"crm","subscriptionId":"deal-updated","status":"success","collectedEventIds":[]}"#
        }
        Kind::ExternalEventPull => {
            r#"{"customerId":"acme","integrationId":"crm","externalEventSubscriptionId":"deal-updated","status":"error","error":{"message":"The provider answered 503"}}"#
        }
        Kind::ExternalEvent => {
            r#"{"customerId":"acme","integrationId":"crm","externalEventSubscriptionId":"deal-updated","eventType":"deal.updated","status":"success","payload":{"dealId":42}}"#
        }
        Kind::InternalEvent => {
            r#"{"customerId":"acme","appEventTypeId":"order-paid","status":"success","event":{"orderId":42},"launchedFlowRunIds":[]}"#
        }
        Kind::FlowRun | Kind::NodeRun | Kind::EntityChange => {
            r#"{"customerId":"acme","integrationId":"crm","name":"Sync contacts","startNodeKey":"trigger","state":"failed","errors":[{"message":"Node create-contact failed"}]}"#
        }
        Kind::ActionRun => {
            r#"{"customerId":"acme","integrationId":"crm","name":"Create contact","status":"error","duration":412,"error":{"message":"The provider answered 401"}}"#
        }
    }
}
