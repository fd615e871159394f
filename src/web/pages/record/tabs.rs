//! The tabs of each kind's page: which there are, in which order, and what is on the open one.

use super::super::list::columns;
use super::super::list::table::{self, Table};
use super::super::paging;
use super::super::show::json::{Tree, tree};
use super::super::show::marked::Marks;
use super::super::show::names::Names;
use super::super::show::{href, quantity};
use super::super::visit::Visit;
use super::chain::{failed_first, failed_of_run};
use super::exchange::{self, Exchange};
use super::facts::{self, Fact};
use super::flow::{self, Output, Run};
use super::links::{self, Group};
use super::logs::{self, Logs};
use super::nodes::{self, Nodes};
use super::problem::{self, Problems};
use super::raw;
use super::received::Received;
use crate::model::kind::Kind;
use crate::model::link::Relation;
use crate::model::record::Record;
use crate::model::tone::{self, Tone};
use crate::store::StoreError;
use crate::web::error::WebError;

/// Failed node runs shown beside the error of their run.
const FAILED_SHOWN_MAX: usize = 10;

/// One tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tab {
    pub name: &'static str,
    pub title: &'static str,
    what: What,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Error,
    Overview,
    Nodes,
    Logs,
    /// One field as JSON.
    Field(&'static str),
    Outputs,
    Request,
    Response,
    Raw,
}

/// What is on the open tab.
pub enum Panel {
    Error {
        problems: Problems,
        exchange: Option<Exchange>,
        failed: Option<Table>,
        nodes: String,
    },
    Overview {
        rest: Vec<Fact>,
        groups: Vec<Group>,
        upstream: Vec<Run>,
    },
    Nodes(Nodes),
    Logs(Logs),
    Value {
        tree: Option<Tree>,
        missing: String,
    },
    Outputs {
        outputs: Vec<Output>,
        more: usize,
    },
    Exchange(Exchange),
    Raw {
        tree: Tree,
        file: String,
        size: String,
    },
}

/// A tab as a link.
pub struct TabLink {
    pub title: &'static str,
    pub href: String,
    /// How much is on it.
    pub note: String,
    pub is_open: bool,
}

const fn tab(name: &'static str, title: &'static str, what: What) -> Tab {
    Tab { name, title, what }
}

const ERROR: Tab = tab("error", "Error", What::Error);
const OVERVIEW: Tab = tab("overview", "Overview", What::Overview);
const LOGS: Tab = tab("logs", "Logs", What::Logs);
const REQUEST: Tab = tab("request", "Request", What::Request);
const RESPONSE: Tab = tab("response", "Response", What::Response);
const RAW: Tab = tab("raw", "Raw JSON", What::Raw);
const INPUT: Tab = tab("input", "Input", What::Field("input"));
const OUTPUT: Tab = tab("output", "Output", What::Field("output"));

const fn of_kind(kind: Kind) -> &'static [Tab] {
    match kind {
        Kind::ApiRequest => &[OVERVIEW, LOGS, REQUEST, RESPONSE, RAW],
        Kind::ExternalWebhook => &[OVERVIEW, REQUEST, RESPONSE, LOGS, RAW],
        Kind::ExternalEventPull => {
            const TELEMETRY: Tab = tab("telemetry", "Telemetry", What::Field("telemetry"));
            &[OVERVIEW, TELEMETRY, LOGS, RAW]
        }
        Kind::ExternalEvent => {
            const PAYLOAD: Tab = tab("payload", "Payload", What::Field("payload"));
            &[OVERVIEW, PAYLOAD, LOGS, RAW]
        }
        Kind::InternalEvent => {
            const PAYLOAD: Tab = tab("payload", "Payload", What::Field("event"));
            &[OVERVIEW, PAYLOAD, LOGS, RAW]
        }
        Kind::FlowRun => {
            const NODES: Tab = tab("nodes", "Nodes", What::Nodes);
            &[NODES, OVERVIEW, INPUT, OUTPUT, LOGS, RAW]
        }
        Kind::NodeRun => {
            const OUTPUTS: Tab = tab("output", "Output", What::Outputs);
            &[OVERVIEW, INPUT, OUTPUTS, LOGS, RAW]
        }
        Kind::ActionRun => &[OVERVIEW, INPUT, OUTPUT, LOGS, RAW],
        Kind::EntityChange => &[OVERVIEW, RAW],
    }
}

/// The tabs of a record: the error first when there is one.
pub fn of(record: &Record) -> Vec<Tab> {
    let kind = record.key.kind();
    let has_error = ["error", "errors"].into_iter().any(|name| {
        let raw = record.content.raw(kind, name);
        raw.is_some_and(|raw| !matches!(&*raw, "[]" | "null"))
    });
    let error = (tone::own(record) == Tone::Red || has_error).then_some(ERROR);
    error.into_iter().chain(of_kind(kind).iter().copied()).collect()
}

/// The tab of a name, else the first one.
pub fn open(tabs: &[Tab], name: Option<&str>) -> Tab {
    let named = tabs.iter().find(|tab| Some(tab.name) == name);
    named.or(tabs.first()).copied().unwrap_or(RAW)
}

/// The tabs as links; of the first one it is the page's own address.
pub fn links(record: &Record, tabs: &[Tab], open: Tab) -> Vec<TabLink> {
    let own = href::record(&record.key).unwrap_or_default();
    let link = |(at, tab): (usize, &Tab)| TabLink {
        title: tab.title,
        href: match at {
            0 => own.clone(),
            _ => format!("{own}?tab={}", tab.name),
        },
        note: note(record, tab.what),
        is_open: *tab == open,
    };
    tabs.iter().enumerate().map(link).collect()
}

fn note(record: &Record, what: What) -> String {
    let size = |field: &str| {
        record
            .content
            .raw(record.key.kind(), field)
            .map(|raw| quantity::bytes(raw.len()))
    };
    match what {
        What::Logs => quantity::count(&logs::count(record).to_string()),
        What::Field(field) => size(field).unwrap_or_else(|| "none".to_owned()),
        What::Request => size("request").unwrap_or_else(|| "none".to_owned()),
        What::Response => size("response").unwrap_or_else(|| "none".to_owned()),
        What::Outputs => quantity::count(&flow::outputs_count(record).to_string()),
        What::Error | What::Overview | What::Nodes | What::Raw => String::new(),
    }
}

/// What the open tab shows. `group`: of which links a page other than the first is asked for, and which one.
///
/// # Errors
/// The store does not answer, or the page's position is not ours.
pub async fn panel(
    visit: &Visit,
    record: &Record,
    names: &Names,
    received: &Received,
    tab: Tab,
    group: Option<&(String, paging::Asked)>,
) -> Result<Panel, WebError> {
    let kind = record.key.kind();
    let all_marks = record.content.marks(kind);
    let marks = Marks::new(&all_marks);
    Ok(match tab.what {
        What::Error => Panel::Error {
            problems: problem::problems(record, &marks),
            exchange: failing_exchange(visit, record, &marks).await?,
            failed: failed_node_runs(visit, record).await?,
            nodes: format!("{}?tab=nodes", href::record(&record.key).unwrap_or_default()),
        },
        What::Overview => Panel::Overview {
            rest: facts::rest(visit, record, names, received, &marks),
            groups: links::groups(visit, &record.key, group).await?,
            upstream: flow::upstream(record, received),
        },
        What::Nodes => Panel::Nodes(nodes::nodes(visit, record).await?),
        What::Logs => Panel::Logs(logs::logs(record, received, &marks)),
        What::Field(field) => Panel::Value {
            tree: (record.content.raw(kind, field)).map(|raw| tree(&raw, &raw::pointer(field), &marks)),
            missing: format!("The sender gave no {}.", tab.title.to_lowercase()),
        },
        What::Outputs => {
            let (outputs, more) = flow::outputs(record, received, &marks);
            Panel::Outputs { outputs, more }
        }
        What::Request => Panel::Exchange(Exchange {
            response: None,
            ..exchange::of_record(record, &marks)
        }),
        What::Response => Panel::Exchange(Exchange {
            request: None,
            ..exchange::of_record(record, &marks)
        }),
        What::Raw => {
            let whole = raw::whole(record);
            Panel::Raw {
                tree: tree(&whole, "", &marks),
                file: format!("{}/raw.json", href::record(&record.key).unwrap_or_default()),
                size: quantity::bytes(whole.len()),
            }
        }
    })
}

/// The exchange that failed: of a request or webhook its own, else that of the first failed request below it, else
/// what the deepest error carries.
async fn failing_exchange(visit: &Visit, record: &Record, marks: &Marks<'_>) -> Result<Option<Exchange>, StoreError> {
    let kind = record.key.kind();
    if matches!(kind, Kind::ApiRequest | Kind::ExternalWebhook) {
        return Ok(Some(exchange::of_record(record, marks)));
    }
    if let Some(request) = failed_request(visit, record).await? {
        let all_marks = request.content.marks(Kind::ApiRequest);
        let mut exchange = exchange::of_record(&request, &Marks::new(&all_marks));
        let title = super::super::show::title::of(&request, &Names::default());
        exchange.whole = href::record(&request.key).map(|href| (href, title));
        return Ok(Some(exchange));
    }
    let data = problem::exchange_data(record);
    Ok(data.map(|(data, path)| exchange::of_error_data(&data, &path, marks)))
}

async fn failed_request(visit: &Visit, record: &Record) -> Result<Option<Record>, StoreError> {
    let relation = match record.key.kind() {
        Kind::FlowRun => None,
        Kind::NodeRun => Some(Relation::NodeRequest),
        Kind::ActionRun => Some(Relation::ActionRequest),
        Kind::ExternalEventPull => Some(Relation::PullRequest),
        _ => return Ok(None),
    };
    let found = match relation {
        None => failed_of_run(visit, Kind::ApiRequest, record.key.id(), 1)
            .await?
            .into_iter()
            .next(),
        Some(relation) => failed_first(visit, &record.key, relation, 1)
            .await?
            .into_iter()
            .find(|request| tone::own(request) == Tone::Red),
    };
    match found {
        Some(summary) => visit.store().whole(&visit.call, &summary.key).await,
        None => Ok(None),
    }
}

async fn failed_node_runs(visit: &Visit, record: &Record) -> Result<Option<Table>, StoreError> {
    if record.key.kind() != Kind::FlowRun {
        return Ok(None);
    }
    let failed = failed_of_run(visit, Kind::NodeRun, record.key.id(), FAILED_SHOWN_MAX).await?;
    if failed.is_empty() {
        return Ok(None);
    }
    let columns = columns::of(Kind::NodeRun);
    Ok(Some(table::table(visit, "Failed node runs", columns, &failed).await?))
}
