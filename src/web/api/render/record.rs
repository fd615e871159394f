//! Log records.

use super::fit::Unfit;
use super::object::{Object, array};
use super::required::{self, Fill};
use super::{counts, cut, error, output, time};
use crate::model::fields::{self, FieldType};
use crate::model::filter::IdField;
use crate::model::kind::{ItemKind, Kind};
use crate::model::record::Record;
use crate::model::state::State;
use crate::model::version::{Mark, MarkKind};
use crate::web::uri;

/// Fields that are a record's payload: what `/details` gives, and lists leave out where they can.
pub const PAYLOADS: [&str; 10] = [
    "request", "response", "payload", "event", "input", "output", "error", "errors", "meta", "logs",
];

/// Renders records of one workspace.
#[derive(Debug, Clone, Copy)]
pub struct Renderer<'a> {
    /// `server.workspace`
    pub workspace: &'a str,
}

impl Renderer<'_> {
    /// A record of which only the summary is known, as lists have it: its error in short.
    pub fn summary(&self, record: &Record) -> String {
        let (mut object, mut unfit) = (self.begin(record), Unfit::default());
        let kind = record.key.kind();
        for (name, raw) in record.content.fields(kind) {
            field(&mut object, &mut unfit, kind, &name, &raw);
        }
        if let Some(brief) = record.content.brief_error(kind) {
            let brief = error::brief(&brief);
            if fields::rule(ItemKind::Log(kind), "errors").is_some() {
                object.raw("errors", &array([brief]));
            } else {
                object.raw("error", &brief);
            }
        }
        unfit.finish(&mut object);
        fill(&mut object, record);
        object.finish()
    }

    /// A whole record with its marks.
    pub fn whole(&self, record: &Record) -> String {
        let (mut object, mut unfit) = (self.begin(record), Unfit::default());
        let kind = record.key.kind();
        let marks: Vec<String> = record.content.marks(kind).iter().map(mark).collect();
        object.without("marks");
        for (name, raw) in record.content.fields(kind) {
            field(&mut object, &mut unfit, kind, &name, &raw);
        }
        unfit.finish(&mut object);
        fill(&mut object, record);
        with_marks(object, marks)
    }

    /// A whole record inside a list: its payloads cut, with marks where they are.
    pub fn listed(&self, record: &Record) -> String {
        let (mut object, mut unfit) = (self.begin(record), Unfit::default());
        let kind = record.key.kind();
        let mut marks: Vec<String> = record.content.marks(kind).iter().map(mark).collect();
        object.without("marks");
        for (name, raw) in record.content.fields(kind) {
            let rule = fields::rule(ItemKind::Log(kind), &name);
            let is_summary = rule.is_some_and(|(_, rule)| rule.part == fields::Part::Summary);
            let payload = match rule.map(|(_, rule)| rule.value) {
                _ if is_summary || raw.len() <= cut::PAYLOAD_MAX_BYTES => None,
                Some(FieldType::Errors | FieldType::LogEntries | FieldType::Outputs | FieldType::UpstreamRuns) => {
                    Some(cut::list(&raw))
                }
                _ => Some(cut::any(&raw)),
            };
            match payload {
                None => field(&mut object, &mut unfit, kind, &name, &raw),
                Some(payload) => {
                    field(&mut object, &mut unfit, kind, &name, &payload.text);
                    let path = format!("/{}", crate::model::json::pointer_token(&name));
                    let bytes = u64::try_from(payload.cut).unwrap_or(u64::MAX);
                    marks.push(mark(&Mark {
                        path: path.into(),
                        what: MarkKind::Cut { bytes },
                    }));
                }
            }
        }
        unfit.finish(&mut object);
        fill(&mut object, record);
        with_marks(object, marks)
    }

    /// The payloads of a record, each as kept, and their marks.
    pub fn details(&self, record: &Record) -> String {
        let (mut object, mut unfit) = (Object::new(), Unfit::default());
        object.text("id", record.key.id().as_str());
        let kind = record.key.kind();
        for name in PAYLOADS {
            if let Some(raw) = record.content.raw(kind, name) {
                field(&mut object, &mut unfit, kind, name, &raw);
            }
        }
        unfit.finish(&mut object);
        let is_of_payload = |mark: &&Mark| {
            let field = mark.path.split('/').nth(1);
            field.is_some_and(|field| PAYLOADS.contains(&field))
        };
        let marks = record.content.marks(kind);
        with_marks(object, marks.iter().filter(is_of_payload).map(mark).collect())
    }

    /// What identifies the record and what is known beside it; no field of a sender has these names.
    fn begin(&self, record: &Record) -> Object {
        let known = &record.known;
        let mut object = Object::new();
        object
            .text("id", record.key.id().as_str())
            .text("kind", record.key.kind().name())
            .text("workspaceId", self.workspace)
            .text("receivedAt", &known.received_at.to_string())
            .text("source", &known.source);
        if let Some((run, node)) = record.key.node() {
            object.text("flowRunId", run.as_str()).text("nodeKey", node.as_str());
        }
        for (name, is) in [("clockAhead", known.clock_ahead), ("history", known.history)] {
            if is {
                object.raw(name, "true");
            }
            object.without(name);
        }
        let derived = [
            ("derivedCustomerId", &known.derived_customer),
            ("derivedIntegrationId", &known.derived_integration),
        ];
        for (name, id) in derived {
            if let Some(id) = id {
                object.text(name, id.as_str());
            }
            object.without(name);
        }
        state(&mut object, record);
        if let Some(customer) = record.customer() {
            for name in ["customerId", "tenantId", "userId"] {
                object.text(name, customer.as_str());
            }
        }
        if let Some(integration) = record.integration() {
            object.text("integrationId", integration.as_str());
        }
        if let Some(instance) = record.id_of(IdField::FlowInstance) {
            object
                .text("flowInstanceId", instance.as_str())
                .text("connectionFlowId", instance.as_str());
        }
        object
    }
}

/// Where the schemas have no word for the state: one that they take, and beside it, as `stateTold`, what is known, in the
/// word that filters know it by.
fn state(object: &mut Object, record: &Record) {
    let kind = record.key.kind();
    let has_error = record.content.brief_error(kind).is_some();
    if let Some((name, stands_in)) = required::stand_in(kind, record.state(), has_error) {
        object.raw(name, stands_in);
        object.text("stateTold", record.state().map_or("unknown", State::word));
    }
    object.without("stateTold");
}

/// The path of one record below the API; `None` for kinds without a list.
pub fn path(record: &Record) -> Option<String> {
    let list = record.key.kind().api_path()?;
    Some(format!("/api/v1/{list}/{}", uri::encode(record.key.id().as_str())))
}

fn field(object: &mut Object, unfit: &mut Unfit, kind: Kind, name: &str, raw: &str) {
    let shown = match fields::rule(ItemKind::Log(kind), name).map(|(_, rule)| rule.value) {
        Some(FieldType::Error) => error::shown(raw),
        Some(FieldType::Errors) => error::all_shown(raw),
        Some(FieldType::Outputs) => output::all(raw),
        Some(FieldType::UpstreamRuns) => output::upstream(raw),
        Some(FieldType::NodeCounts) => counts::of_nodes(raw),
        Some(FieldType::Time | FieldType::FreeTime) => time::utc(raw),
        _ => return unfit.write(object, ItemKind::Log(kind), name, raw),
    };
    object.raw(name, &shown);
}

fn fill(object: &mut Object, record: &Record) {
    for (name, fill) in required::of_log(record.key.kind()) {
        if object.has(name) {
            continue;
        }
        match fill {
            Fill::Zero => object.raw(name, "0"),
            Fill::List => object.raw(name, "[]"),
            Fill::No => object.raw(name, "false"),
            Fill::Request => object.raw(name, "{\"uri\":\"\"}"),
            Fill::Place | Fill::Changed => object.text(name, &record.known.place.to_string()),
            Fill::Id | Fill::KeyOrId => object.text(name, record.key.id().as_str()),
            Fill::Details => object.text(name, &path(record).map_or_else(String::new, |path| path + "/details")),
            // Customer and flow instance were written at the beginning, if there are any.
            Fill::Text | Fill::Customer | Fill::FlowInstance => object.text(name, ""),
        };
    }
    // An API request's state is this member, also where it follows from the status code.
    if let Some(state) = record.state().filter(|_| record.key.kind() == Kind::ApiRequest) {
        let good = state == State::Success;
        object.raw("isSuccess", if good { "true" } else { "false" });
    }
}

fn with_marks(mut object: Object, marks: Vec<String>) -> String {
    if !marks.is_empty() {
        object.kept_free("marks", &array(marks));
    }
    object.finish()
}

fn mark(mark: &Mark) -> String {
    let mut object = Object::new();
    object.text("path", &mark.path);
    match &mark.what {
        MarkKind::Redacted { rule } => object.text("what", "redacted").text("rule", rule),
        MarkKind::Cut { bytes } => object.text("what", "cut").raw("bytes", &bytes.to_string()),
    };
    object.finish()
}
