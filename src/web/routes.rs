//! The whole URL table. A row says what an address is for, who may ask it, with which parameters and what it
//! answers; the server is set up from these rows and the OpenAPI document is made of them, so they cannot differ.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use actix_web::http::Method;
use actix_web::web::{self, ServiceConfig};
use actix_web::{HttpRequest, Resource};

use super::api::ask::{self, Answer, Ask};
use super::api::body::Budget;
use super::api::params::{self, Parameter};
use super::api::{
    connection_logs, entities, export, health, ingest, links, node_runs, openapi, outputs, records, search, sources,
    stats, store, suggest, tokens, who,
};
use super::auth::Need;
use super::error::{self, WebError};
use super::pages;
use crate::config::Config;
use crate::model::kind::{EntityKind, Kind};

/// Path all resources of the API begin with.
pub const API: &str = "/api/v1";

/// Every row of the API, in the order of the documentation.
pub fn rows() -> Vec<Row> {
    let mut rows = of_ingest();
    for kind in Kind::SENT {
        rows.extend(of_log(kind));
    }
    for kind in EntityKind::ALL {
        rows.extend(of_entity(kind));
    }
    rows.extend(own());
    rows
}

/// The door that records and entities come in by.
fn of_ingest() -> Vec<Row> {
    let post = |path: &str| Address::new(Method::POST, format!("{API}{path}"), Need::Ingest, Gives::Taken);
    vec![
        post("/ingest")
            .says("Takes records and entities of any kinds: a JSON object, an array, or NDJSON; gzip, zstd or brotli.")
            .by(ingest::take),
        post("/ingest/{kind}")
            .says("Takes records or entities of one kind, which they then need not name.")
            .by(ingest::take_one_kind),
    ]
}

/// What can be asked of a kind of log record.
fn of_log(kind: Kind) -> Vec<Row> {
    let one = kind.singular();
    let Some(list) = kind.api_path() else {
        return if kind == Kind::NodeRun {
            of_node_runs()
        } else {
            Vec::new()
        };
    };
    let list = format!("{API}/{list}");
    let get = |path: String, gives| Address::new(Method::GET, path, Need::Read, gives).ignoring();
    let mut rows = vec![
        get(list.clone(), Gives::Records(kind))
            .knows(params::of_log(kind))
            .says(format!("{}, newest first.", kind.title()))
            .by(move |ask| records::list(kind, ask)),
        get(format!("{list}/{{id}}"), Gives::Record(kind))
            .says(format!("One {one} with everything that is kept of it."))
            .by(move |ask| records::show(kind, ask)),
        get(format!("{list}/{{id}}/logs"), Gives::LogEntries)
            .says(format!("The log entries of one {one}."))
            .by(move |ask| records::logs(kind, ask)),
    ];
    rows.push(
        of_links(format!("{list}/{{id}}/links"))
            .says(format!(
                "What one {one} is linked with, by relation, failed ones first."
            ))
            .by(move |ask| links::list(kind, ask)),
    );
    if !matches!(kind, Kind::ExternalEventPull | Kind::FlowRun) {
        rows.push(
            get(format!("{list}/{{id}}/details"), Gives::Details(kind))
                .says(format!("The payloads of one {one}, each as it was sent."))
                .by(move |ask| records::details(kind, ask)),
        );
    }
    if kind == Kind::ExternalEventPull {
        rows.push(
            get(format!("{list}/{{id}}/telemetry"), Gives::Telemetry)
                .says("What one External Event Pull did.")
                .by(records::telemetry),
        );
    }
    rows
}

fn of_node_runs() -> Vec<Row> {
    let kind = Kind::NodeRun;
    let run = format!("{API}/flow-runs/{{id}}");
    let node = format!("{run}/nodes/{{key}}");
    let list = format!("{node}/runs");
    let get = |path: String, gives| Address::new(Method::GET, path, Need::Read, gives).ignoring();
    vec![
        get(list.clone(), Gives::Records(kind))
            .knows(params::of_log(kind))
            .says("Runs of one node of a flow run, newest first.")
            .by(node_runs::list),
        get(format!("{list}/{{runId}}"), Gives::Record(kind))
            // Its last segment may be the cursor of a page.
            .knows(params::of_log(kind))
            .says("One Node Run with everything that is kept of it.")
            .by(node_runs::show),
        get(format!("{list}/{{runId}}/logs"), Gives::LogEntries)
            .says("The log entries of one Node Run.")
            .by(node_runs::logs),
        of_links(format!("{list}/{{runId}}/links"))
            .says("What one Node Run is linked with, by relation, failed ones first.")
            .by(links::of_node_run),
        get(format!("{node}/outputs"), Gives::Outputs)
            .knows(params::PAGING.to_vec())
            .says("What the runs of one node put out, newest run first.")
            .by(outputs::list),
        get(format!("{node}/outputs/{{outputId}}"), Gives::Output)
            .says("One output of a node, whole.")
            .by(outputs::show),
        get(format!("{node}/output/{{outputId}}"), Gives::Output)
            .says("The same, as the platform's client asks for it.")
            .by(outputs::show),
        get(format!("{run}/output"), Gives::Anything)
            .says("What a flow run put out, as it was sent; `{}` when there is nothing.")
            .by(outputs::of_run),
        get(format!("{run}/output/{{key}}"), Gives::Anything)
            .says("One member of what a flow run put out.")
            .by(outputs::member_of_run),
    ]
}

fn of_links(path: String) -> Address {
    Address::new(Method::GET, path, Need::Read, Gives::Links).knows(links::PARAMETERS.to_vec())
}

/// What can be asked of a kind of entity, and how one is written.
fn of_entity(kind: EntityKind) -> Vec<Row> {
    let list = format!("{API}/{}", kind.api_path());
    let one = format!("{list}/{{id}}");
    let selected = format!("{API}/{}", kind.api_path_of_one());
    let get = |path: &str, gives| Address::new(Method::GET, path, Need::Read, gives).ignoring();
    let mut rows = vec![
        get(&list, Gives::Entities(kind))
            .knows(params::of_entity(kind))
            .says(format!("{}, newest first.", kind.title()))
            .by(move |ask| entities::list(kind, ask)),
        get(&one, Gives::Entity(kind))
            .knows(vec![params::AT])
            .says(format!("One of {}, by its id or key.", kind.title()))
            .by(move |ask| entities::show(kind, ask)),
        get(&selected, Gives::Entity(kind))
            .knows(params::SELECTORS.to_vec())
            .says(format!(
                "One of {}, as the platform's client asks for it.",
                kind.title()
            ))
            .by(move |ask| entities::show_selected(kind, ask)),
    ];
    for (path, selector) in [(one, vec![]), (selected, vec![params::SELECTED])] {
        let write = |method, gives| Address::new(method, path.as_str(), Need::Ingest, gives).knows(selector.clone());
        rows.push(
            write(Method::PUT, Gives::WrittenEntity(kind))
                .says(format!(
                    "Merges a JSON object into one of {}, by its id; 201 when it is new. Who may not read is told only \
                     which it is.",
                    kind.title()
                ))
                .by(move |ask| entities::put(kind, ask)),
        );
        rows.push(
            write(Method::DELETE, Gives::ArchivedEntity(kind))
                .says(format!(
                    "Archives one of {}, by its id; `archivedAt: null` brings it back.",
                    kind.title()
                ))
                .by(move |ask| entities::archive(kind, ask)),
        );
    }
    rows
}

/// What is ours alone.
fn own() -> Vec<Row> {
    let api = |method, path: &str, gives| Address::new(method, format!("{API}{path}"), Need::Admin, gives);
    vec![
        Address::new(Method::GET, format!("{API}/search"), Need::Read, Gives::Found)
            .knows(search::PARAMETERS.to_vec())
            .says("Whatever an id, a key or words lead to: entities, and of each kind the newest records.")
            .by(search::show),
        Address::new(
            Method::GET,
            format!("{API}/query/suggest"),
            Need::Read,
            Gives::Suggestions,
        )
        .knows(suggest::PARAMETERS.to_vec())
        .says("What could come next in a query line: fields, or values that are known within the scope.")
        .by(suggest::show),
        Address::new(Method::GET, format!("{API}/self"), Need::Anybody, Gives::Principal)
            .ignoring()
            .says("Who asks: the token's name and role, and the customer it is limited to.")
            .by(who::show),
        Address::new(
            Method::GET,
            format!("{API}/connections/{{id}}/logs"),
            Need::Read,
            Gives::ConnectionLogs,
        )
        .ignoring()
        .knows(vec![params::LIMIT, params::CURSOR])
        .says("What happened to a connection: its changes and the API requests that failed on it, newest first.")
        .by(connection_logs::list),
        Address::new(Method::GET, format!("{API}/stats"), Need::Read, Gives::Counts)
            .knows(stats::parameters())
            .says(
                "How many records of a kind there were, by time and by state, integration or customer: newest first as \
                 far as the budget goes.",
            )
            .by(stats::show),
        Address::new(Method::GET, format!("{API}/sources"), Need::ReadAll, Gives::Sources)
            .knows(vec![params::LIMIT, params::CURSOR])
            .says("Who sends: the last receipt, and what came in and was refused in the last hour and day.")
            .by(sources::list),
        Address::new(Method::GET, format!("{API}/rejects"), Need::ReadAll, Gives::Rejects)
            .knows(sources::REJECTS.to_vec())
            .says("What was refused, newest first, with why and how it begins; at most 1000 items a day are kept.")
            .by(sources::rejects),
        api(Method::GET, "/tokens", Gives::Tokens)
            .says("Every token, without its secret.")
            .by(tokens::list),
        api(Method::POST, "/tokens", Gives::NewToken)
            .says("Makes a token; the answer tells its secret this once.")
            .by(tokens::create),
        api(Method::DELETE, "/tokens/{id}", Gives::Token)
            .says("Revokes a token: it opens nothing from now on.")
            .by(tokens::revoke),
        api(Method::POST, "/sign-in-links", Gives::SignInLink)
            .says("Makes a link that opens the pages once.")
            .by(tokens::create_link),
        api(Method::GET, "/stats/store", Gives::Stats)
            .says("What is kept, how much room it takes, and what is wrong with it.")
            .by(store::stats),
        api(Method::GET, "/export", Gives::Export)
            .knows(export::PARAMETERS.to_vec())
            .says(
                "Everything that is kept, oldest first, as NDJSON that `/import` takes; entities come before records.",
            )
            .by(export::show),
        api(Method::POST, "/import", Gives::Taken)
            .says("Takes history as `/export` gives it: receipt, source and marks of each item are kept as they are.")
            .by(ingest::import),
        api(Method::POST, "/expire", Gives::Expired)
            .says("Forgets every record of a kind that is older than a time, for good; what comes later of it is refused.")
            .by(store::expire),
        api(Method::POST, "/verify", Gives::Verified)
            .says("Reads everything back and names what is damaged.")
            .by(store::verify),
        Address::new(Method::GET, "/api/openapi.json", Need::Anybody, Gives::OpenApi)
            .says("This document.")
            .by(openapi::show),
        Address::new(Method::GET, "/healthz", Need::Nobody, Gives::Health)
            .ignoring()
            .says("Whether records can be taken.")
            .by(health::show),
    ]
}

/// What answers a row.
pub type Handler = Arc<dyn Fn(Ask) -> Pin<Box<dyn Future<Output = Result<Answer, WebError>>>> + Send + Sync>;

/// What becomes of parameters that a row does not know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unknown {
    /// They are named in the header `redtrail-ignored`: what the platform's client sends must do.
    Ignored,
    Refused,
}

/// What a row answers when all is well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gives {
    Taken,
    Records(Kind),
    Record(Kind),
    Details(Kind),
    LogEntries,
    /// References to linked records.
    Links,
    Telemetry,
    Outputs,
    Output,
    /// JSON of any shape, as it was sent.
    Anything,
    Entities(EntityKind),
    Entity(EntityKind),
    /// What became of an entity that was put: 201 when it is new.
    WrittenEntity(EntityKind),
    ArchivedEntity(EntityKind),
    Found,
    Suggestions,
    /// Who asks.
    Principal,
    /// What happened to a connection.
    ConnectionLogs,
    Sources,
    Rejects,
    Counts,
    Tokens,
    Token,
    NewToken,
    SignInLink,
    Stats,
    Verified,
    Expired,
    /// NDJSON.
    Export,
    OpenApi,
    Health,
}

/// One row: an address, and what answers it.
pub struct Row {
    pub address: Address,
    pub handler: Handler,
}

/// A method of a path, and all that is to be known of it.
pub struct Address {
    pub method: Method,
    /// With `{name}` for segments that are parameters.
    pub path: String,
    pub need: Need,
    /// Parameters of the query, but `logs`, which every row knows.
    pub parameters: Vec<Parameter>,
    pub unknown: Unknown,
    pub gives: Gives,
    /// What it is for, in a sentence.
    pub summary: String,
}

impl Address {
    fn new(method: Method, path: impl Into<String>, need: Need, gives: Gives) -> Address {
        Address {
            method,
            path: path.into(),
            need,
            parameters: Vec::new(),
            unknown: Unknown::Refused,
            gives,
            summary: String::new(),
        }
    }

    fn knows(mut self, parameters: Vec<Parameter>) -> Address {
        self.parameters = parameters;
        self
    }

    fn ignoring(mut self) -> Address {
        self.unknown = Unknown::Ignored;
        self
    }

    fn says(mut self, summary: impl Into<String>) -> Address {
        self.summary = summary.into();
        self
    }

    fn by<F, Answering>(self, handler: F) -> Row
    where
        F: Fn(Ask) -> Answering + Send + Sync + 'static,
        Answering: Future<Output = Result<Answer, WebError>> + 'static,
    {
        Row {
            address: self,
            handler: Arc::new(move |ask| Box::pin(handler(ask))),
        }
    }
}

/// The rows, and what they share.
#[derive(Clone)]
pub struct Table {
    rows: Arc<Vec<Arc<Row>>>,
    budget: Arc<Budget>,
}

impl Table {
    pub fn new(config: &Config) -> Table {
        Table {
            rows: Arc::new(rows().into_iter().map(Arc::new).collect()),
            budget: Budget::new(config.ingest.in_flight),
        }
    }

    /// Sets a worker up to answer every row, and the pages.
    pub fn configure(&self, app: &mut ServiceConfig) {
        let mut paths: BTreeMap<&str, Vec<&Arc<Row>>> = BTreeMap::new();
        for row in self.rows.iter() {
            paths.entry(&row.address.path).or_default().push(row);
        }
        // A path without parameters is compared as text, one with them by an expression, and each that stands before
        // costs every request: so those without come first, the doors for records before all, and expressions of the
        // API are asked for addresses of the API only.
        let (exact, patterns): (Vec<_>, Vec<_>) = paths.iter().partition(|(path, _)| !path.contains('{'));
        let (doors, others): (Vec<_>, Vec<_>) = exact
            .into_iter()
            .partition(|(_, rows)| rows.iter().any(|row| row.address.gives == Gives::Taken));
        // A slash at the end changes nothing: some clients write one.
        for (path, rows) in doors.into_iter().chain(others) {
            app.service(self.resource(web::resource(*path), rows));
            app.service(self.resource(web::resource(format!("{path}/")), rows));
        }
        let mut scope = web::scope(API);
        for (path, rows) in patterns {
            let Some(path) = path.strip_prefix(API) else { continue };
            let both = web::resource([path.to_owned(), format!("{path}/")]);
            scope = scope.service(self.resource(both, rows));
        }
        app.service(scope);
        pages::routes(app);
    }

    /// A resource that answers the rows of one path, and every other method with those it knows.
    fn resource(&self, mut resource: Resource, rows: &[&Arc<Row>]) -> Resource {
        let mut known = Vec::new();
        for row in rows {
            // Asking for the head of an answer is asking for the answer; the server leaves its body out.
            let head = (row.address.method == Method::GET).then_some(Method::HEAD);
            for method in [row.address.method.clone()].into_iter().chain(head) {
                known.push(method.clone());
                let (row, budget) = (Arc::clone(row), Arc::clone(&self.budget));
                let answer = move |request: HttpRequest, body: web::Payload| {
                    ask::answer(Arc::clone(&row), Arc::clone(&budget), request, body)
                };
                resource = resource.route(web::method(method).to(answer));
            }
        }
        let other = move |request: HttpRequest| {
            let known = known.clone();
            async move { error::method_not_allowed(&request, &known) }
        };
        resource.default_service(web::to(other))
    }
}
