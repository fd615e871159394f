//! What one record is called.

use crate::model::filter::IdField;
use crate::model::kind::Kind;
use crate::model::record::Record;

use super::names::Names;
use super::text;

/// Fields whose entities a title or a row may name.
pub const NAMED: [IdField; 8] = [
    IdField::Customer,
    IdField::Integration,
    IdField::Connection,
    IdField::Flow,
    IdField::FlowInstance,
    IdField::ExternalSubscription,
    IdField::InternalEventType,
    IdField::InternalSubscription,
];

/// A name in one line, from what lists read.
pub fn of(record: &Record, names: &Names) -> String {
    let content = &record.content;
    let field = |name: &str| content.text(name).filter(|text| !text.is_empty());
    let own = |name: &str| field(name).map(|text| text::line(&text).into_owned());
    let named = |by: IdField| names.of_field(record, by).map(|named| named.text);
    let found = match record.key.kind() {
        Kind::FlowRun => own("name")
            .or_else(|| named(IdField::Flow))
            .or_else(|| named(IdField::FlowInstance)),
        Kind::ApiRequest => {
            let method = field("method").map(|method| format!("{} ", text::clip(&method, 20)));
            let url = field("requestUrl");
            let url = url.as_deref().map_or("", text::bare_url);
            let line = format!("{}{}", method.unwrap_or_default(), text::line(url));
            Some(line.trim().to_owned()).filter(|line| !line.is_empty())
        }
        Kind::ExternalWebhook | Kind::ExternalEventPull => named(IdField::ExternalSubscription),
        Kind::ExternalEvent => own("eventType").or_else(|| named(IdField::ExternalSubscription)),
        Kind::InternalEvent => named(IdField::InternalEventType),
        Kind::ActionRun => own("name")
            .or_else(|| own("actionId"))
            .or_else(|| own("integrationActionId")),
        Kind::NodeRun => record
            .key
            .node()
            .map(|(_, node)| format!("{node}, run {}", record.key.id().short())),
        Kind::EntityChange => own("entityId"),
    };
    found.unwrap_or_else(|| format!("{} {}", record.key.kind().singular(), record.key.id().short()))
}

/// The same, as short as a link of a chain: of a request its method, the end of its path and its code.
pub fn short(record: &Record, names: &Names) -> String {
    let content = &record.content;
    let url = content
        .text("requestUrl")
        .filter(|_| record.key.kind() == Kind::ApiRequest);
    let Some(url) = url else {
        return of(record, names);
    };
    let path = text::bare_url(&url);
    let from = path.rmatch_indices('/').nth(1).map_or(0, |(at, _)| at + 1);
    let method = content.text("method").unwrap_or_default();
    let code = content.text("statusCode").filter(|code| *code != "0");
    let code = code.map_or_else(String::new, |code| format!(" → {}", text::clip(&code, 10)));
    let end = text::clip(path.get(from..).unwrap_or(path), 60);
    format!("{} {end}{code}", text::clip(&method, 20)).trim().to_owned()
}

/// Why it failed or did nothing, in one line.
pub fn why(record: &Record) -> Option<String> {
    let content = &record.content;
    if let Some(error) = content.brief_error(record.key.kind()) {
        let message = if error.message.is_empty() {
            error.key.or(error.kind).unwrap_or_default()
        } else {
            error.message
        };
        return Some(text::line(&message).into_owned()).filter(|line| !line.is_empty());
    }
    let reason = content.raw(record.key.kind(), "flowTriggerSkipReason")?;
    let said = |name: &str| {
        crate::model::json::member(&reason, name)
            .and_then(crate::model::json::scalar)
            .map(|text| text::line(&text).into_owned())
    };
    said("message").or_else(|| said("code"))
}

/// What started a run, in words; a word we do not know is shown as sent.
pub fn trigger(record: &Record) -> Option<String> {
    let word = record.content.launched_by_type()?;
    Some(match &*word {
        "api-trigger" => "API".to_owned(),
        "schedule-trigger" => "Schedule".to_owned(),
        "app-event-trigger" => "Internal event".to_owned(),
        "external-event" | "data-source-trigger" => "External event".to_owned(),
        other => text::line(other).into_owned(),
    })
}
