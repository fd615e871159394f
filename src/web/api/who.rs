//! `GET /self`: who asks, as far as the token says. The platform's client reads a customer here, so a token limited to one
//! answers with its id.

use super::ask::{Answer, Ask};
use super::render::object::Object;
use crate::model::scope::Only;
use crate::web::error::WebError;

/// `GET /self`
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    let principal = ask.principal()?;
    let customer = match &principal.scope.customers {
        Only::These(only) => only.first(),
        Only::All => None,
    };
    let id = customer.map_or(principal.name.as_str(), |customer| customer.as_str());
    let role = serde_json::to_string(&principal.role)
        .map_err(|error| WebError::Internal(format!("a role cannot be written: {error}")))?;
    let mut object = Object::new();
    object
        .text("id", id)
        .text("internalId", id)
        .text("name", &principal.name)
        .raw("role", &role)
        .text("workspaceId", &ask.context.config.server.workspace);
    if let Some(customer) = customer {
        for name in ["customerId", "tenantId", "userId"] {
            object.text(name, customer.as_str());
        }
    }
    Ok(Answer::json(object.finish()))
}
