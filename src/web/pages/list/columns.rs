//! The columns of each kind's list: one table, read by the list, by recent records of an entity, and by the overview.

use std::borrow::Cow;

use super::super::show::dot::Dot;
use super::super::show::names::{Named, Names};
use super::super::show::{href, quantity, text, time::Moment, title};
use crate::model::filter::IdField;
use crate::model::id::RecordKey;
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::model::time::Micros;

/// What a cell shows.
pub enum Content {
    Nothing,
    State(Dot),
    Time(Moment),
    Name {
        href: Option<String>,
        text: String,
        why: Option<String>,
    },
    Thing(Named),
    Text(String),
    /// A status code.
    Code {
        text: String,
        is_bad: bool,
    },
    /// `bad` of `all`.
    Counts {
        bad: Option<String>,
        all: String,
    },
    Id {
        short: String,
        whole: String,
    },
}

/// One column: its heading, its class in the style sheet, what it shows.
pub struct Column {
    pub heading: &'static str,
    pub class: &'static str,
    /// Goes before the value when the row is stacked on a narrow screen.
    pub label: &'static str,
    cell: fn(&RowOf<'_>) -> Content,
}

/// What cells are made from.
pub struct RowOf<'a> {
    pub record: &'a Record,
    pub dot: &'a Dot,
    pub names: &'a Names,
    pub now: Micros,
}

/// A cell with where it stands.
pub struct Cell {
    pub class: &'static str,
    pub label: &'static str,
    pub content: Content,
}

const fn column(
    heading: &'static str,
    class: &'static str,
    label: &'static str,
    cell: fn(&RowOf<'_>) -> Content,
) -> Column {
    Column {
        heading,
        class,
        label,
        cell,
    }
}

const STATE: Column = column("State", "c-state", "", state);
const CUSTOMER: Column = column("Customer", "c-rest", "", customer);
const INTEGRATION: Column = column("Integration", "c-rest", "", integration);
const CONNECTION: Column = column("Connection", "c-rest c-low", "", connection);
const EVENTS: Column = column("Events", "c-rest num", "events", events);
const RUNS: Column = column("Runs", "c-rest num", "runs", runs);
const TOOK: Column = column("Took", "c-rest num", "", took);
const ID: Column = column("Id", "c-hide num", "", id);

const fn when(heading: &'static str) -> Column {
    column(heading, "c-when", "", at)
}

const fn name(heading: &'static str) -> Column {
    column(heading, "c-name", "", named)
}

static API_REQUEST: [Column; 8] = [
    STATE,
    when("Sent"),
    name("Request"),
    column("Code", "c-rest num", "", code),
    CUSTOMER,
    INTEGRATION,
    TOOK,
    ID,
];
static WEBHOOK: [Column; 8] = [
    STATE,
    when("Received"),
    name("Subscription"),
    CUSTOMER,
    INTEGRATION,
    CONNECTION,
    EVENTS,
    ID,
];
static PULL: [Column; 9] = [
    STATE,
    when("Started"),
    name("Subscription"),
    CUSTOMER,
    INTEGRATION,
    column("Scan", "c-hide c-low", "", scan),
    EVENTS,
    TOOK,
    ID,
];
static EXTERNAL_EVENT: [Column; 8] = [
    STATE,
    when("Created"),
    name("Event"),
    CUSTOMER,
    INTEGRATION,
    column("Record", "c-hide c-low", "", external_record),
    RUNS,
    ID,
];
static INTERNAL_EVENT: [Column; 7] = [STATE, when("Received"), name("Event"), CUSTOMER, INTEGRATION, RUNS, ID];
static FLOW_RUN: [Column; 9] = [
    STATE,
    when("Started"),
    name("Flow"),
    CUSTOMER,
    INTEGRATION,
    column("Trigger", "c-hide c-low", "", trigger),
    column("Node runs", "c-hide c-low num", "", node_runs),
    TOOK,
    ID,
];
static ACTION_RUN: [Column; 8] = [
    STATE,
    when("Started"),
    name("Action"),
    CUSTOMER,
    INTEGRATION,
    CONNECTION,
    TOOK,
    ID,
];
static NODE_RUN: [Column; 5] = [STATE, when("Started"), name("Run"), TOOK, ID];
/// Records of several kinds in one table.
pub static MIXED: [Column; 7] = [
    STATE,
    when("When"),
    column("Kind", "c-rest", "", kind),
    name("What"),
    CUSTOMER,
    INTEGRATION,
    ID,
];

/// The columns of a kind's list.
pub fn of(kind: Kind) -> &'static [Column] {
    match kind {
        Kind::ApiRequest => &API_REQUEST,
        Kind::ExternalWebhook => &WEBHOOK,
        Kind::ExternalEventPull => &PULL,
        Kind::ExternalEvent => &EXTERNAL_EVENT,
        Kind::InternalEvent => &INTERNAL_EVENT,
        Kind::FlowRun => &FLOW_RUN,
        Kind::ActionRun => &ACTION_RUN,
        Kind::NodeRun | Kind::EntityChange => &NODE_RUN,
    }
}

/// The cells of a record that is not there: what can be told is its kind and id.
pub fn absent(columns: &'static [Column], key: &RecordKey, dot: &Dot) -> Vec<Cell> {
    let content = |column: &Column| match (column.class, column.heading) {
        ("c-state", _) => Content::State(dot.clone()),
        ("c-name", _) => Content::Name {
            href: None,
            text: key.id().to_string(),
            why: None,
        },
        (_, "Kind") => Content::Text(key.kind().singular().to_owned()),
        (_, "Id") => id_of(key),
        _ => Content::Nothing,
    };
    let cell = |column: &'static Column| Cell {
        class: column.class,
        label: column.label,
        content: content(column),
    };
    columns.iter().map(cell).collect()
}

/// The cells of one record.
pub fn cells(columns: &'static [Column], row: &RowOf<'_>) -> Vec<Cell> {
    let cell = |column: &'static Column| Cell {
        class: column.class,
        label: column.label,
        content: (column.cell)(row),
    };
    columns.iter().map(cell).collect()
}

fn state(row: &RowOf<'_>) -> Content {
    Content::State(row.dot.clone())
}

fn at(row: &RowOf<'_>) -> Content {
    Content::Time(Moment::new(row.record.known.place, row.now))
}

fn named(row: &RowOf<'_>) -> Content {
    Content::Name {
        href: href::record(&row.record.key),
        text: title::of(row.record, row.names),
        why: title::why(row.record),
    }
}

fn kind(row: &RowOf<'_>) -> Content {
    Content::Text(row.record.key.kind().singular().to_owned())
}

fn thing(row: &RowOf<'_>, field: IdField) -> Content {
    row.names
        .of_field(row.record, field)
        .map_or(Content::Nothing, Content::Thing)
}

fn customer(row: &RowOf<'_>) -> Content {
    thing(row, IdField::Customer)
}

fn integration(row: &RowOf<'_>) -> Content {
    thing(row, IdField::Integration)
}

fn connection(row: &RowOf<'_>) -> Content {
    thing(row, IdField::Connection)
}

fn said(row: &RowOf<'_>, field: &str, show: impl Fn(Cow<'_, str>) -> Content) -> Content {
    row.record.content.text(field).map_or(Content::Nothing, show)
}

fn code(row: &RowOf<'_>) -> Content {
    said(row, "statusCode", |code| {
        let is_bad = row.dot.is_red();
        match &*code {
            "0" => Content::Text("no answer".to_owned()),
            code => Content::Code {
                text: code.to_owned(),
                is_bad,
            },
        }
    })
}

fn scan(row: &RowOf<'_>) -> Content {
    said(row, "isFullScan", |full| {
        Content::Text(if full == "true" { "full" } else { "new only" }.to_owned())
    })
}

fn external_record(row: &RowOf<'_>) -> Content {
    said(row, "externalRecordId", |id| {
        Content::Text(text::clip(&id, 40).into_owned())
    })
}

fn trigger(row: &RowOf<'_>) -> Content {
    title::trigger(row.record).map_or(Content::Nothing, Content::Text)
}

fn events(row: &RowOf<'_>) -> Content {
    count_of(row, "collectedEventIds")
}

fn runs(row: &RowOf<'_>) -> Content {
    count_of(row, "launchedFlowRunIds")
}

fn count_of(row: &RowOf<'_>, field: &str) -> Content {
    Content::Text(quantity::count(&row.record.content.ids(field).len().to_string()))
}

fn node_runs(row: &RowOf<'_>) -> Content {
    let Some(nodes) = row.record.content.raw(Kind::FlowRun, "nodes") else {
        return Content::Nothing;
    };
    let sum = |name: &str| -> u64 {
        let counts = json::members(&nodes).filter_map(|(_, node)| json::member(node, name)?.parse::<u64>().ok());
        counts.fold(0, u64::saturating_add)
    };
    let (all, bad) = (sum("runs"), sum("erroredRuns"));
    let shown = |number: u64| quantity::count(&number.to_string());
    Content::Counts {
        bad: (bad > 0).then(|| shown(bad)),
        all: shown(all),
    }
}

fn took(row: &RowOf<'_>) -> Content {
    took_of(row.record, row.now).map_or(Content::Nothing, Content::Text)
}

/// How long a record took, or by now takes.
pub fn took_of(record: &Record, now: Micros) -> Option<String> {
    let content = &record.content;
    if let Some(ms) = content.text("duration") {
        return Some(quantity::took(&ms));
    }
    let time = |name: &str| content.text(name).and_then(|text| Micros::parse(&text));
    let start = time("startTime").or_else(|| time("startDatetime"))?;
    let is_running = record.state() == Some(crate::model::state::State::Running);
    let end = time("endTime")
        .or_else(|| time("endDatetime"))
        .or(is_running.then_some(now))?;
    quantity::between(start, end)
}

fn id(row: &RowOf<'_>) -> Content {
    id_of(&row.record.key)
}

fn id_of(key: &RecordKey) -> Content {
    let id = key.id();
    Content::Id {
        short: id.short().to_owned(),
        whole: id.to_string(),
    }
}
