//! Which parameters each list knows, and what they mean: one table, from which requests are read and the OpenAPI
//! document is written.

use crate::model::filter::{Direction, Filter, IdField};
use crate::model::id::Id;
use crate::model::kind::{EntityKind, Kind};
use crate::model::problem::{Problem, ProblemKey};
use crate::model::query::bare::bare;
use crate::model::query::error::QUERY_MAX_CHARS;
use crate::model::query::parse::parse;
use crate::model::state::State;
use crate::model::time::Micros;
use crate::store::EntityFilter;
use crate::web::question::Question;

use super::ask::invalid;
use super::query::{Query, is_on};

/// Items of a page of a list.
pub const LIMIT_DEFAULT: usize = 100;
pub const LIMIT_MAX: usize = 1000;

/// A parameter of the query.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    pub name: &'static str,
    pub means: Means,
}

/// What a parameter asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Means {
    /// Records whose id of this kind is among the values.
    Id(IdField),
    /// Entities whose member is among the values.
    Member(&'static str),
    /// Records in one of these states.
    State(Kind),
    /// API requests that did, or did not, succeed.
    Success,
    /// Place at or after this time.
    From,
    /// Place before this time.
    To,
    Limit,
    SortOrder,
    Cursor,
    /// Kinds of log records and entities.
    Kinds,
    /// The query line about records of this kind.
    Query(Kind),
    /// Words that must all be found.
    Search,
    /// The one kind of log records that is asked about.
    Kind,
    /// A query line up to where one types.
    Typed,
    /// Text that leads to records: an id, or words.
    Scrap,
    /// The name of a token or door.
    Source,
    /// A state of the kind that is counted.
    AnyState,
    /// How long the buckets of a count are.
    Bucket,
    /// What is told apart in a count.
    By,
    /// Begin after this position of an export.
    After,
    /// Links of this relation.
    Relation,
    /// Linked records that are this end of the link.
    End,
    /// Archived entities, too.
    WithArchived,
    /// An entity as it was at this time.
    At,
    /// The entity with this id or key.
    Selector,
    /// Add what was done to the answer.
    Logs,
}

const fn p(name: &'static str, means: Means) -> Parameter {
    Parameter { name, means }
}

const fn id(name: &'static str, field: IdField) -> Parameter {
    p(name, Means::Id(field))
}

/// The parameter every address of the API knows.
pub const LOGS: Parameter = p("logs", Means::Logs);

/// Of every address that shows one entity.
pub const AT: Parameter = p("at", Means::At);

/// How the platform's client says which entity it means; one is written by its id only.
pub const SELECTORS: [Parameter; 3] = [SELECTED, p("key", Means::Selector), AT];
pub const SELECTED: Parameter = p("id", Means::Selector);

/// How many items a page has, and where it begins.
pub const LIMIT: Parameter = p("limit", Means::Limit);
pub const CURSOR: Parameter = p("cursor", Means::Cursor);

/// The parameters of every list that is read in pages both ways.
pub const PAGING: [Parameter; 3] = [LIMIT, p("sortOrder", Means::SortOrder), CURSOR];

const OWNERS: [Parameter; 8] = [
    id("customerId", IdField::Customer),
    id("tenantId", IdField::Customer),
    id("userId", IdField::Customer),
    id("integrationId", IdField::Integration),
    id("connectionId", IdField::Connection),
    id("externalAppId", IdField::ExternalApp),
    id("source", IdField::Source),
    id("traceId", IdField::Trace),
];

/// The ids of its parents that a kind can be filtered by.
fn parents(kind: Kind) -> Vec<Parameter> {
    match kind {
        Kind::ApiRequest => vec![
            id("flowRunId", IdField::FlowRun),
            id("nodeKey", IdField::Node),
            id("nodeRunId", IdField::NodeRun),
            id("actionRunId", IdField::ActionRun),
            id("pullId", IdField::Pull),
        ],
        Kind::ExternalWebhook => vec![
            id("subscriptionId", IdField::ExternalSubscription),
            id("externalEventSubscriptionId", IdField::ExternalSubscription),
        ],
        Kind::ExternalEventPull => vec![id("externalEventSubscriptionId", IdField::ExternalSubscription)],
        Kind::ExternalEvent => vec![
            id("externalEventSubscriptionId", IdField::ExternalSubscription),
            id("eventType", IdField::EventType),
        ],
        Kind::InternalEvent => vec![
            id("appEventTypeId", IdField::InternalEventType),
            id("appEventSubscriptionId", IdField::InternalSubscription),
        ],
        Kind::FlowRun => vec![
            id("flowId", IdField::Flow),
            id("universalFlowId", IdField::UniversalFlow),
            id("flowInstanceId", IdField::FlowInstance),
            id("connectionFlowId", IdField::FlowInstance),
            id("integrationFlowId", IdField::IntegrationFlow),
        ],
        Kind::ActionRun => vec![
            id("integrationActionId", IdField::Action),
            id("actionId", IdField::Action),
        ],
        // Their flow run and node are in the path.
        Kind::NodeRun | Kind::EntityChange => vec![],
    }
}

/// Every parameter of the list of a kind.
pub fn of_log(kind: Kind) -> Vec<Parameter> {
    let mut all = OWNERS.to_vec();
    all.extend(parents(kind));
    all.extend([p("status", Means::State(kind)), p("state", Means::State(kind))]);
    if kind == Kind::ApiRequest {
        all.push(p("isSuccess", Means::Success));
    }
    all.extend([p("from", Means::From), p("to", Means::To)]);
    all.extend([p("q", Means::Query(kind)), p("search", Means::Search)]);
    all.extend(PAGING);
    all
}

/// Every parameter of the list of an entity kind.
pub fn of_entity(kind: EntityKind) -> Vec<Parameter> {
    const CUSTOMER: [Parameter; 3] = [
        p("customerId", Means::Member("customerId")),
        p("tenantId", Means::Member("customerId")),
        p("userId", Means::Member("customerId")),
    ];
    const INTEGRATION: Parameter = p("integrationId", Means::Member("integrationId"));
    const CONNECTION: Parameter = p("connectionId", Means::Member("connectionId"));
    let mut all = match kind {
        EntityKind::Customer | EntityKind::Integration | EntityKind::InternalEventType => Vec::new(),
        EntityKind::Flow => vec![INTEGRATION],
        EntityKind::Connection => [
            &CUSTOMER[..],
            &[INTEGRATION, p("externalAppId", Means::Member("externalAppId"))],
        ]
        .concat(),
        EntityKind::FlowInstance => {
            let flow = [
                p("flowId", Means::Member("flowId")),
                p("universalFlowId", Means::Member("universalFlowId")),
            ];
            [&CUSTOMER[..], &[INTEGRATION, CONNECTION], &flow].concat()
        }
        EntityKind::ExternalEventSubscription => [&CUSTOMER[..], &[INTEGRATION, CONNECTION]].concat(),
        EntityKind::InternalEventSubscription => {
            let event = p("appEventTypeId", Means::Member("appEventTypeId"));
            [&CUSTOMER[..], &[INTEGRATION, CONNECTION, event]].concat()
        }
    };
    all.push(p("includeArchived", Means::WithArchived));
    all.extend(PAGING);
    all
}

/// How a page of a list was asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paging {
    pub limit: usize,
    pub direction: Direction,
    /// As sent; `None` begins the list.
    pub cursor: Option<String>,
}

/// Reads how many items of a list are asked for, in which order, and from where.
///
/// # Errors
/// A value is not what its parameter expects.
pub fn paging(query: &Query) -> Result<Paging, Problem> {
    let limit = match query.last("limit") {
        None => LIMIT_DEFAULT,
        Some(text) => text
            .parse()
            .ok()
            .filter(|limit| (1..=LIMIT_MAX).contains(limit))
            .ok_or_else(|| {
                invalid(
                    "limit",
                    "The limit is not a number of items.",
                    "an integer from 1 to 1000",
                )
            })?,
    };
    let direction = match query.last("sortOrder") {
        None | Some("desc") => Direction::NewestFirst,
        Some("asc") => Direction::OldestFirst,
        Some(_) => {
            return Err(invalid(
                "sortOrder",
                "The sort order is not one of both.",
                "asc or desc",
            ));
        }
    };
    let cursor = query.last("cursor").filter(|cursor| !matches!(*cursor, "" | "0"));
    Ok(Paging {
        limit,
        direction,
        cursor: cursor.map(str::to_owned),
    })
}

/// Reads which records are asked for. The same question in other words gives the same filter.
///
/// # Errors
/// A value is not what its parameter expects.
pub fn log_question(kind: Kind, query: &Query) -> Result<Question, Problem> {
    let mut question = Question::from(log_filter(kind, query)?);
    if let Some(typed) = query.last("q") {
        question.terms = parse(kind, typed)?;
    }
    if let Some(text) = query.last("search") {
        let text: String = text.chars().take(QUERY_MAX_CHARS).collect();
        question.terms.extend(bare(&text));
    }
    Ok(question)
}

fn log_filter(kind: Kind, query: &Query) -> Result<Filter, Problem> {
    let mut filter = Filter::of(kind);
    let mut success = None;
    for Parameter { name, means } in of_log(kind) {
        let Some(last) = query.last(name) else { continue };
        match means {
            Means::Id(field) => add(&mut filter.ids, field, ids(query, name)?),
            Means::State(kind) => filter.states.extend(states(kind, query, name)?),
            Means::Success if is_on(last) => success = Some(State::Success),
            Means::Success => success = Some(State::Error),
            Means::From => filter.from = Some(time(name, last)?),
            Means::To => filter.to = Some(time(name, last)?),
            _ => {}
        }
    }
    if let Some(state) = success {
        if !filter.states.is_empty() && !filter.states.contains(&Some(state)) {
            return Err(invalid(
                "isSuccess",
                "What isSuccess and status ask for leaves nothing to find.",
                "only one of both",
            ));
        }
        filter.states = vec![Some(state)];
    }
    filter.states.sort();
    filter.states.dedup();
    tidy(&mut filter.ids);
    Ok(filter)
}

/// Reads which entities are asked for.
///
/// # Errors
/// A value is not what its parameter expects.
pub fn entity_filter(kind: EntityKind, query: &Query) -> Result<EntityFilter, Problem> {
    let mut filter = EntityFilter {
        kind,
        ids: Vec::new(),
        archived: Some(false),
    };
    for Parameter { name, means } in of_entity(kind) {
        let Some(last) = query.last(name) else { continue };
        match means {
            Means::Member(member) => add(&mut filter.ids, member, ids(query, name)?),
            Means::WithArchived if is_on(last) => filter.archived = None,
            _ => {}
        }
    }
    tidy(&mut filter.ids);
    Ok(filter)
}

/// Reads a parameter that is a time.
///
/// # Errors
/// It is none.
pub fn time_of(query: &Query, name: &'static str) -> Result<Option<Micros>, Problem> {
    query.last(name).map(|text| time(name, text)).transpose()
}

/// Parameters of one meaning add up: any of their values will do.
fn add<Field: PartialEq>(all: &mut Vec<(Field, Vec<Id>)>, field: Field, ids: Vec<Id>) {
    match all.iter_mut().find(|(known, _)| *known == field) {
        Some((_, known)) => known.extend(ids),
        None => all.push((field, ids)),
    }
}

fn tidy<Field: Ord>(all: &mut [(Field, Vec<Id>)]) {
    for (_, ids) in all.iter_mut() {
        ids.sort();
        ids.dedup();
    }
    all.sort();
}

fn ids(query: &Query, name: &'static str) -> Result<Vec<Id>, Problem> {
    let parse =
        |text: String| Id::parse(&text).map_err(|rule| invalid(name, "A value is not an id.", rule.to_string()));
    query.all(name).into_iter().map(parse).collect()
}

fn states(kind: Kind, query: &Query, name: &'static str) -> Result<Vec<Option<State>>, Problem> {
    let parse = |word: &str| {
        if word == "unknown" {
            return Ok(None);
        }
        State::of_word(kind, word).map(Some).ok_or_else(|| {
            let words: Vec<&str> = State::words_of(kind).iter().map(|state| state.word()).collect();
            let message = "A value is not a state of this kind.";
            Problem::new(ProblemKey::InvalidParameter, message)
                .at(name)
                .expected(format!("{} or unknown", words.join(", ")))
        })
    };
    // No state word holds a comma, so here it may be encoded, too.
    let values = query.all(name);
    values.iter().flat_map(|value| value.split(',')).map(parse).collect()
}

fn time(name: &'static str, text: &str) -> Result<Micros, Problem> {
    // The plus of an offset reads as a blank when it was not encoded.
    let time = Micros::parse(text).or_else(|| Micros::parse(&text.replace(' ', "+")));
    time.ok_or_else(|| {
        invalid(
            name,
            "A value is not a time.",
            "an RFC 3339 time such as 2026-03-04T05:06:07Z",
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filter(kind: Kind, text: &str) -> Result<Filter, Problem> {
        log_filter(kind, &Query::parse(text).unwrap())
    }

    #[test]
    fn the_same_question_in_other_words_is_the_same_filter() {
        let one = filter(
            Kind::FlowRun,
            "customerId=b,a&state=failed&status=stopped,failed&flowId=f",
        );
        let other = filter(
            Kind::FlowRun,
            "flowId=f&tenantId=a&userId=b&customerId=a&state=stopped%2Cfailed",
        );
        assert_eq!(one.unwrap(), other.unwrap());
        let zoned = filter(Kind::FlowRun, "from=2026-01-01T02:00:00+02:00").unwrap();
        assert_eq!(zoned.from, Micros::parse("2026-01-01T00:00:00Z"));
    }

    #[test]
    fn a_value_that_is_none_is_refused_by_name_with_what_was_expected() {
        for (kind, text, name) in [
            (Kind::FlowRun, "flowId=", "flowId"),
            (Kind::FlowRun, "flowId=a,", "flowId"),
            (Kind::FlowRun, "state=success", "state"),
            (Kind::FlowRun, "status=", "status"),
            (Kind::FlowRun, "from=yesterday", "from"),
            (Kind::FlowRun, "to=", "to"),
            (Kind::ApiRequest, "isSuccess=1&status=error", "isSuccess"),
        ] {
            let problem = filter(kind, text).unwrap_err();
            assert_eq!(
                (problem.key, problem.path.as_deref()),
                (ProblemKey::InvalidParameter, Some(name)),
                "{text}"
            );
            assert!(problem.expected.is_some());
        }
        for text in ["limit=0", "limit=1001", "limit=x", "limit=-1", "limit=", "sortOrder=up"] {
            assert!(paging(&Query::parse(text).unwrap()).is_err(), "{text}");
        }
    }

    #[test]
    fn a_cursor_of_nothing_begins_the_list() {
        for text in ["", "cursor=", "cursor=0"] {
            assert_eq!(paging(&Query::parse(text).unwrap()).unwrap().cursor, None);
        }
    }

    #[test]
    fn success_is_a_state_of_api_requests() {
        let states = |text| filter(Kind::ApiRequest, text).unwrap().states;
        assert_eq!(states("isSuccess=false"), [Some(State::Error)]);
        assert_eq!(states("isSuccess="), [Some(State::Error)]);
        assert_eq!(states("isSuccess=1&status=success,error"), [Some(State::Success)]);
        assert_eq!(states("status=unknown"), [None]);
    }
}
