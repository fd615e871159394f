//! Meridian Health's Salesforce no longer lets us in.

use serde_json::{Value, json};

use super::flows;
use crate::demo::traffic::{By, Exchange, Story, trouble};
use crate::model::time::{HOUR, MINUTE, Micros, SECOND};

/// The hourly "Account health to CRM" went well until three hours ago. Then Salesforce answered 401, the
/// refresh of the token was refused with 400 `invalid_grant`, and the platform marked the connection as
/// disconnected. The two runs since then failed without any request.
///
/// To be found: all three runs have one cause, the connection, since the first 401; only Meridian Health is
/// affected, Cobalt Freight's and Ostrava Robotics' runs of the same flow go on.
pub(super) fn tell(story: &mut Story<'_>) {
    let last = story.last(HOUR, 0, 5 * MINUTE);
    for hours in [5, 4, 3] {
        flows::health(story, "meridian", last.plus(-hours * HOUR));
    }
    refused(story, last.plus(-2 * HOUR));
    for hours in [1, 0] {
        not_connected(story, last.plus(-hours * HOUR));
    }
}

fn refused(story: &mut Story<'_>, due: Micros) {
    let (mut run, update, exchange) = flows::health_begin(story, "meridian", due);
    run.announce(story, "running");
    let answer = json!([{"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}]);
    let error = run.fail_call(story, update, &exchange.but(401, answer));
    let owner = story.owner("meridian", "salesforce");
    let sent =
        json!({"grant_type": "refresh_token", "client_id": "3MVG9larkspur", "refresh_token": story.chance.letters(60)});
    let refresh = Exchange::write(
        "POST",
        "https://login.salesforce.com/services/oauth2/token",
        sent,
        Value::Null,
    )
    .but(
        400,
        json!({"error": "invalid_grant", "error_description": "expired access/refresh token"}),
    )
    .took(212);
    let at = run.clock.plus(3000);
    story.request(&owner, &By::Platform, at, &refresh);
    run.say(
        update,
        "warn",
        "401, so the token is refreshed: refused with invalid_grant",
    );
    disconnect(story, at.plus(SECOND / 4), &refresh);
    run.wait(update, 260);
    let error = run.failed_in("update-account", error);
    run.end(story, "failed", Some(error));
}

fn disconnect(story: &mut Story<'_>, at: Micros, refresh: &Exchange) {
    let cause = refresh.trouble("salesforce").unwrap_or_default();
    let error = trouble::caused(
        "connection",
        "refresh_failed",
        "The token could not be refreshed",
        cause,
    );
    let change = json!({
        "id": story.ids.connection("meridian", "salesforce"), "updatedAt": at.to_string(),
        "state": "CLIENT_ACTION_REQUIRED", "connected": false, "disconnected": true, "requestError": error,
        "lastActiveAt": at.to_string(), "nextCredentialsRefreshAt": null,
    });
    story.send(at, "connection", change);
}

fn not_connected(story: &mut Story<'_>, due: Micros) {
    let (mut run, update, _) = flows::health_begin(story, "meridian", due);
    let cause = trouble::error(
        "connection",
        "disconnected",
        "The connection to Salesforce is disconnected: connect it again",
    );
    let error = trouble::caused(
        "unit_run",
        "api_request_failed",
        "Update account could not start its request",
        cause,
    );
    run.say(update, "error", "Not sent: the connection is disconnected");
    run.mark(update, "failed", Some(error.clone()));
    let error = run.failed_in("update-account", error);
    run.end(story, "failed", Some(error));
}
