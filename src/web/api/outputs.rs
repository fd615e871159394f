//! What flow runs and their nodes put out.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::ask::{Answer, Ask};
use super::page::{self, Cursors};
use super::render::output;
use super::{node_runs, params, records};
use crate::model::filter::{Direction, Filter, IdField, Position};
use crate::model::id::{Id, RecordKey};
use crate::model::json::{elements, is_text, member};
use crate::model::kind::Kind;
use crate::model::record::Record;
use crate::store::call::Call;
use crate::store::{ListRequest, StoreError};
use crate::web::error::WebError;

/// Most node runs that one request looks into, newest first; an output of an older one is found by its run.
pub const RUNS_MAX: usize = 1000;

/// Node runs asked of the store at once.
const RUNS_AT_ONCE: usize = 100;

/// Where a page begins.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Place {
    /// The last run whose outputs were all given.
    after: Option<Position>,
    /// The run of whose outputs so many were given.
    inside: Option<(Position, usize)>,
}

/// `GET /flow-runs/{id}/output`: as it was sent; `{}` when there is none.
pub async fn of_run(ask: Ask) -> Result<Answer, WebError> {
    let output = run_output(&ask).await?;
    Ok(Answer::json(output.unwrap_or_else(|| "{}".to_owned())))
}

/// `GET /flow-runs/{id}/output/{key}`: one member of it.
pub async fn member_of_run(ask: Ask) -> Result<Answer, WebError> {
    let output = run_output(&ask).await?;
    let found = output.as_deref().and_then(|output| member(output, ask.segment("key")));
    let found = found.ok_or_else(|| WebError::not_found("The flow run's output has no such member."))?;
    Ok(Answer::json(found))
}

async fn run_output(ask: &Ask) -> Result<Option<String>, WebError> {
    let key = RecordKey::new(Kind::FlowRun, records::id(ask, "id")?);
    let run = records::whole(ask, &key).await?;
    let output = run.content.raw(Kind::FlowRun, "output");
    Ok(output.map(std::borrow::Cow::into_owned))
}

/// `GET /flow-runs/{id}/nodes/{key}/outputs`: those of all runs of the node, run by run, each with its `runId`.
pub async fn list(ask: Ask) -> Result<Answer, WebError> {
    let (run, node) = (records::id(&ask, "id")?, records::id(&ask, "key")?);
    node_runs::is_there(&ask, &run).await?;
    let call = ask.read_call()?;
    let paging = params::paging(&ask.query)?;
    let mut runs = Runs::new(&ask, &call, run, node, paging.direction);
    let asked = &runs.request.filter;
    let cursors = Cursors::of(&ask.context.keys, &call.scope, "outputs", asked, paging.direction)?;
    let begin: Option<Place> = cursors.begin(&paging)?;
    let Place { after, inside } = begin.unwrap_or_default();
    runs.request.after.clone_from(&after);

    let (mut items, mut bytes) = (Vec::new(), 0);
    let (mut last, mut has_read) = (after, false);
    while let Some(record) = runs.next(has_read).await? {
        let position = record.position();
        let skip = match &inside {
            Some((at, skip)) if *at == position => *skip,
            _ => 0,
        };
        let outputs = record.content.raw(Kind::NodeRun, "outputs").unwrap_or_default();
        let mut given = skip;
        for raw in elements(&outputs).skip(skip) {
            if items.len() == paging.limit || bytes >= records::PAGE_MAX_BYTES {
                let inside = Some((position, given));
                let cursor = cursors.after(&Place { after: last, inside })?;
                return Ok(page::answer(items, Some(cursor), None));
            }
            let item = output::with_run(&output::in_list(raw), record.key.id().as_str());
            (bytes, given) = (bytes + item.len(), given + 1);
            items.push(item);
        }
        (last, has_read) = (Some(position), true);
    }
    let rest = (!runs.is_at_end()).then_some(Place {
        after: last,
        inside: None,
    });
    let cursor = rest.map(|place| cursors.after(&place)).transpose()?;
    Ok(page::answer(items, cursor, None))
}

/// `GET /flow-runs/{id}/nodes/{key}/outputs/{outputId}`: whole; of equal ids the newest run's.
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    let (run, node) = (records::id(&ask, "id")?, records::id(&ask, "key")?);
    let id = ask.segment("outputId");
    let call = ask.read_call()?;
    let mut runs = Runs::new(&ask, &call, run, node, Direction::NewestFirst);
    while let Some(record) = runs.next(false).await? {
        let outputs = record.content.raw(Kind::NodeRun, "outputs").unwrap_or_default();
        let found = elements(&outputs).find(|raw| member(raw, "id").is_some_and(|known| is_text(known, id)));
        if let Some(raw) = found {
            return Ok(Answer::json(output::with_run(raw, record.key.id().as_str())));
        }
    }
    Err(WebError::not_found(if runs.is_at_end() {
        "The node has no such output."
    } else {
        "None of the node's newest 1000 runs has such an output: ask for the run it is of."
    }))
}

/// Whole runs of a node, one after the other, at most [`RUNS_MAX`].
struct Runs<'a> {
    ask: &'a Ask,
    call: &'a Call,
    request: ListRequest,
    found: VecDeque<Record>,
    /// The store has no more than was found.
    is_last_page: bool,
    left: usize,
}

impl<'a> Runs<'a> {
    fn new(ask: &'a Ask, call: &'a Call, run: Id, node: Id, direction: Direction) -> Runs<'a> {
        let filter = Filter::of(Kind::NodeRun);
        Runs {
            ask,
            call,
            request: ListRequest {
                filter: filter.with(IdField::FlowRun, run).with(IdField::Node, node),
                after: None,
                direction,
                limit: RUNS_AT_ONCE,
            },
            found: VecDeque::new(),
            is_last_page: false,
            left: RUNS_MAX,
        }
    }

    /// The next run; `None` at the end, when enough runs were read, or, when some were read
    /// already, when the time is up.
    async fn next(&mut self, has_read: bool) -> Result<Option<Record>, WebError> {
        loop {
            if has_read && self.call.is_late() {
                return Ok(None);
            }
            if let Some(summary) = self.found.pop_front() {
                self.left = self.left.saturating_sub(1);
                // One that is gone by now is passed over.
                match self.ask.context.store.whole(self.call, &summary.key).await {
                    Ok(None) => continue,
                    Err(StoreError::Overloaded(_)) if has_read => {
                        self.found.push_front(summary);
                        return Ok(None);
                    }
                    whole => return Ok(whole?),
                }
            }
            if self.is_last_page || self.left == 0 {
                return Ok(None);
            }
            let page = self.ask.context.store.list(self.call, &self.request).await?;
            self.is_last_page = page.next.is_none();
            self.found.extend(page.items);
            self.request.after = page.next;
        }
    }

    /// Whether every run of the node was read.
    fn is_at_end(&self) -> bool {
        self.is_last_page && self.found.is_empty()
    }
}
