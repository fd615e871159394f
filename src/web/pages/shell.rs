//! What every page has around its own content: navigation, who is signed in, notices.

use crate::model::kind::{EntityKind, Kind};
use crate::model::scope::Scope;
use crate::model::time::Micros;
use crate::store::StoreError;
use crate::web::assets::{URLS, Urls};

use super::show::text::sentence;
use super::show::{href, time};
use super::visit::Visit;

/// The frame of a page for somebody who may look.
pub struct Shell {
    pub title: String,
    pub urls: &'static Urls,
    pub workspace: String,
    pub is_demo: bool,
    pub nav: Vec<Vec<NavItem>>,
    pub who: String,
    /// Nobody signed in to an open server, so nobody can sign out.
    pub may_sign_out: bool,
    /// What the operator must know, each a sentence or two.
    pub alarms: Vec<String>,
    /// What was looked for, in the search field.
    pub searched: String,
    /// When the page was made: the day, and the time of day.
    pub made: (String, String),
}

pub struct NavItem {
    pub href: String,
    pub title: &'static str,
    pub is_current: bool,
}

/// The order of the navigation; what is not built is not in it.
const LOG_GROUPS: [&[Kind]; 2] = [
    &[Kind::FlowRun, Kind::ActionRun],
    &[
        Kind::ExternalEvent,
        Kind::InternalEvent,
        Kind::ExternalWebhook,
        Kind::ExternalEventPull,
        Kind::ApiRequest,
    ],
];
const ENTITIES: [(EntityKind, &str); 7] = [
    (EntityKind::Customer, "Customers"),
    (EntityKind::Integration, "Integrations"),
    (EntityKind::Connection, "Connections"),
    (EntityKind::Flow, "Flows"),
    (EntityKind::FlowInstance, "Flow Instances"),
    (EntityKind::ExternalEventSubscription, "Subscriptions"),
    (EntityKind::InternalEventType, "Event Types"),
];
/// Both sorts of subscriptions stand behind one item.
const SUBSCRIPTIONS: &str = "subscriptions/";

impl Shell {
    /// `section`: the first segment of the path of the list this page belongs to; empty for the overview.
    pub fn new(visit: &Visit, title: impl Into<String>, section: &str) -> Shell {
        Shell {
            title: title.into(),
            urls: &URLS,
            workspace: visit.context.config.server.workspace.clone(),
            is_demo: visit.context.is_demo,
            nav: nav(section),
            who: visit.principal.name.clone(),
            may_sign_out: !visit.context.is_open,
            alarms: alarms(visit),
            searched: String::new(),
            made: made(visit.now),
        }
    }

    #[must_use]
    pub fn searched(mut self, text: &str) -> Shell {
        text.clone_into(&mut self.searched);
        self
    }
}

/// The frame of a page for somebody who is not known yet: nothing of the store is in it.
pub struct Bare {
    pub title: String,
    pub urls: &'static Urls,
}

impl Bare {
    pub fn new(title: impl Into<String>) -> Bare {
        Bare {
            title: title.into(),
            urls: &URLS,
        }
    }
}

fn made(now: Micros) -> (String, String) {
    let second = time::second(now);
    let (day, clock) = second.split_once(' ').unwrap_or(("", &second));
    (day.to_owned(), clock.to_owned())
}

fn nav(section: &str) -> Vec<Vec<NavItem>> {
    let item = |path: &str, title| NavItem {
        href: format!("/{path}"),
        title,
        is_current: path == section || path.starts_with(SUBSCRIPTIONS) && section.starts_with(SUBSCRIPTIONS),
    };
    let logs = |kinds: &[Kind]| -> Vec<NavItem> {
        let paths = kinds.iter().filter_map(|kind| Some((kind.page_path()?, kind.title())));
        paths.map(|(path, title)| item(path, title)).collect()
    };
    let [runs, rest] = LOG_GROUPS;
    let mut first = vec![item("", "Overview")];
    first.extend(logs(runs));
    let entities = ENTITIES.iter().map(|(kind, title)| item(href::entities(*kind), *title));
    vec![first, logs(rest), entities.collect()]
}

/// What is wrong with the store.
fn alarms(visit: &Visit) -> Vec<String> {
    let mut alarms: Vec<String> = visit.store().alarms().iter().map(|alarm| sentence(alarm)).collect();
    // Alarms may name records; who sees one customer's only is told that there is one.
    if !alarms.is_empty() && *visit.call.scope != Scope::ALL {
        alarms = vec!["The store reports damage or a failure. Whoever runs this server sees which.".to_owned()];
    }
    match visit.store().accepts() {
        Err(StoreError::Failed | StoreError::LowSpace { .. }) if !alarms.is_empty() => {}
        Err(error) => alarms.push(refusal(&error)),
        Ok(()) => {}
    }
    alarms
}

/// Why nothing is accepted now, and what to do.
fn refusal(error: &StoreError) -> String {
    match error {
        StoreError::LowSpace { .. } => {
            "New records are refused: too little space is free where the data folder is. Make room there; receiving \
             goes on by itself. Senders are told to try again."
        }
        StoreError::HeadFull(_) => {
            "New records are refused: the store holds as much as it may. Raise store.head_records or \
             store.head_memory and restart."
        }
        StoreError::Failed => {
            "New records are refused: a write to the disk failed. Check the disk, then restart the server. What was \
             acknowledged is kept."
        }
        StoreError::Stopping => "The server is stopping: new records are refused until it is started again.",
        StoreError::Overloaded(_) => "New records are refused at the moment: too much is waiting. Senders try again.",
        StoreError::Damaged(_) | StoreError::Io(_) | StoreError::Format(_) => {
            "New records are refused: the store reports an error. The server's log says which."
        }
    }
    .to_owned()
}
