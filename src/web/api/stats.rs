//! `GET /stats`: how many records there were, by time and by one thing they can be told apart by. Counted while it is
//! asked, newest first, within a budget; what the budget does not reach is left out and said so.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use super::ask::{Answer, Ask, invalid};
use super::params::{self, Means, Parameter};
use super::query::Query;
use super::render::object::{Object, array};
use crate::model::filter::{Direction, Filter};
use crate::model::kind::Kind;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::record::Record;
use crate::model::time::{DAY, HOUR, MINUTE, Micros, SECOND};
use crate::store::call::{Call, Step};
use crate::store::{ListRequest, Store, StoreError};
use crate::web::error::WebError;

/// Buckets of one answer, at most; more are a 400.
pub const BUCKETS_MAX: i64 = 1000;
/// Buckets an answer has at most when their length is left to us.
const BUCKETS_DEFAULT: i64 = 100;
/// Things told apart in one answer: those with most records; the rest is counted together.
pub const GROUPS_MAX: usize = 100;
/// What one answer may cost.
pub const BUDGET: Budget = Budget {
    records: 100_000,
    time: Duration::from_secs(2),
};
/// Records read at once.
const READ_AT_ONCE: usize = 1000;
/// The range that is counted when none is given.
const RANGE_DEFAULT: i64 = DAY;
/// Lengths of buckets to choose from.
const LENGTHS: [i64; 16] = [
    SECOND,
    5 * SECOND,
    15 * SECOND,
    30 * SECOND,
    MINUTE,
    5 * MINUTE,
    15 * MINUTE,
    30 * MINUTE,
    HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    7 * DAY,
    30 * DAY,
    365 * DAY,
];

/// What a count may cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget {
    /// Records read.
    pub records: usize,
    /// Time spent.
    pub time: Duration,
}

/// What records are told apart by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    State,
    Integration,
    Customer,
}

impl By {
    pub const ALL: [(By, &'static str); 3] = [
        (By::State, "state"),
        (By::Integration, "integration"),
        (By::Customer, "customer"),
    ];

    /// The group of a record; of one that names no integration or customer it is the empty text, which is no id.
    fn of(self, record: &Record) -> String {
        match self {
            By::State => record.state().map_or("unknown", |state| state.word()).to_owned(),
            By::Integration => record.integration().map(|id| id.to_string()).unwrap_or_default(),
            By::Customer => record.customer().map(|id| id.to_string()).unwrap_or_default(),
        }
    }
}

/// A range cut into buckets of one length, which begin at multiples of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Buckets {
    first: i64,
    length: i64,
    count: usize,
}

/// What was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counted {
    /// From the first bucket on; by group.
    pub buckets: Vec<(Micros, BTreeMap<String, u64>)>,
    /// The budget was used up: everything from here on is counted, and nothing before.
    pub from: Option<Micros>,
}

/// Every parameter that any kind knows; a request may use those of its kind.
pub fn parameters() -> Vec<Parameter> {
    let own = [("kind", Means::Kind), ("bucket", Means::Bucket), ("by", Means::By)];
    let mut all: Vec<Parameter> = own.map(|(name, means)| Parameter { name, means }).to_vec();
    for parameter in Kind::SENT.into_iter().flat_map(filters) {
        let means = match parameter.means {
            Means::State(_) => Means::AnyState,
            means => means,
        };
        if !all.iter().any(|known| known.name == parameter.name) {
            all.push(Parameter { means, ..parameter });
        }
    }
    all
}

/// The filters of a kind's list.
fn filters(kind: Kind) -> impl Iterator<Item = Parameter> {
    let is_paging = |parameter: &Parameter| params::PAGING.contains(parameter);
    params::of_log(kind)
        .into_iter()
        .filter(move |parameter| !is_paging(parameter))
}

/// `GET /stats`
pub async fn show(ask: Ask) -> Result<Answer, WebError> {
    let kind = kind(&ask.query)?;
    let question = params::log_question(kind, &ask.query)?;
    let by = by(&ask.query)?;
    let call = ask.read_call()?;
    let mut filter = question.resolved(&*ask.context.store, &call).await?;
    let to = filter.to.unwrap_or_else(|| ask.context.clock.now());
    let from = filter.from.unwrap_or(to.plus(-RANGE_DEFAULT));
    (filter.from, filter.to) = (Some(from), Some(to));
    let buckets = buckets(&ask.query, from, to)?;
    let counted = count(&*ask.context.store, &call, filter, buckets, by, BUDGET).await?;
    Ok(Answer::json(shown(counted)))
}

/// The kind, whose filters are then the only ones.
fn kind(query: &Query) -> Result<Kind, Problem> {
    let names = || Kind::SENT.map(Kind::name).join(", ");
    let name = query.last("kind").unwrap_or_default();
    let kind = Kind::SENT.into_iter().find(|kind| kind.name() == name);
    let kind = kind.ok_or_else(|| invalid("kind", "The kind is not one of log records.", names()))?;
    let is_known = |name: &&str| {
        let is_own = matches!(*name, "kind" | "bucket" | "by") || *name == params::LOGS.name;
        is_own || filters(kind).any(|known| known.name == *name)
    };
    match query.names().into_iter().find(|name| !is_known(name)) {
        None => Ok(kind),
        Some(name) => {
            let known: Vec<&str> = filters(kind).map(|known| known.name).collect();
            let message = "Records of this kind cannot be filtered by this.";
            Err(Problem::new(ProblemKey::UnknownParameter, message)
                .at(name)
                .expected(known.join(", ")))
        }
    }
}

fn by(query: &Query) -> Result<By, Problem> {
    let Some(name) = query.last("by") else {
        return Ok(By::State);
    };
    let found = By::ALL.into_iter().find(|(_, known)| *known == name);
    found
        .map(|(by, _)| by)
        .ok_or_else(|| invalid("by", "This is not told apart.", "state, integration or customer"))
}

fn buckets(query: &Query, from: Micros, to: Micros) -> Result<Buckets, Problem> {
    if from > to {
        return Err(invalid(
            "from",
            "The range ends before it begins.",
            "a time before `to`",
        ));
    }
    let too_many = |name| {
        Problem::new(
            ProblemKey::InvalidParameter,
            "The range has too many buckets of this length.",
        )
        .at(name)
        .expected("at most 1000 buckets: a longer bucket or a shorter range")
    };
    if let Some(text) = query.last("bucket") {
        let length = length(text).ok_or_else(|| {
            let expected = "a whole number with its unit, such as 30s, 5m, 1h or 1d";
            invalid("bucket", "The length of the buckets cannot be read.", expected)
        })?;
        return Buckets::of(from, to, length, BUCKETS_MAX).ok_or_else(|| too_many("bucket"));
    }
    let of_default = LENGTHS
        .iter()
        .find_map(|length| Buckets::of(from, to, *length, BUCKETS_DEFAULT));
    let longest = LENGTHS.last().copied().unwrap_or(DAY);
    of_default
        .or_else(|| Buckets::of(from, to, longest, BUCKETS_MAX))
        .ok_or_else(|| too_many("from"))
}

/// A length as `30s`, `5m`, `1h` or `1d`, in microseconds.
fn length(text: &str) -> Option<i64> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let unit = match unit {
        "s" => SECOND,
        "m" => MINUTE,
        "h" => HOUR,
        "d" => DAY,
        _ => return None,
    };
    let number: i64 = number.parse().ok().filter(|number| *number > 0)?;
    number.checked_mul(unit)
}

impl Buckets {
    /// `None`: there would be more than `most`.
    pub fn of(from: Micros, to: Micros, length: i64, most: i64) -> Option<Buckets> {
        let first = from.0.div_euclid(length).checked_mul(length)?;
        let span = to.0.checked_sub(first)?;
        // One that only begins where the range ends has nothing in it.
        let rest = i64::from(span.rem_euclid(length) > 0);
        let count = span.div_euclid(length).checked_add(rest)?;
        let count = if from == to { 0 } else { count };
        let count = usize::try_from(count).ok().filter(|_| count <= most)?;
        Some(Buckets { first, length, count })
    }

    fn number(self, place: Micros) -> Option<usize> {
        let number = place.0.checked_sub(self.first)?.div_euclid(self.length);
        usize::try_from(number).ok().filter(|number| *number < self.count)
    }

    fn starts(self) -> impl Iterator<Item = Micros> {
        (0_i64..)
            .take(self.count)
            .map(move |number| Micros(self.first.saturating_add(number.saturating_mul(self.length))))
    }
}

/// Counts the records of a filter, whose range is that of the buckets.
///
/// # Errors
/// The store does not answer.
pub async fn count(
    store: &dyn Store,
    call: &Call,
    filter: Filter,
    buckets: Buckets,
    by: By,
    budget: Budget,
) -> Result<Counted, StoreError> {
    let began = Instant::now();
    let mut counted = Counted {
        buckets: buckets.starts().map(|start| (start, BTreeMap::new())).collect(),
        from: None,
    };
    let mut read = 0_usize;
    let mut request = ListRequest {
        filter,
        after: None,
        direction: Direction::NewestFirst,
        limit: READ_AT_ONCE.min(budget.records),
    };
    loop {
        let page = match (store.list(call, &request).await, &request.after) {
            (Err(StoreError::Overloaded(_)), Some(after)) => {
                counted.from = Some(after.place.plus(1));
                break;
            }
            (page, _) => page?,
        };
        for record in &page.items {
            let bucket = buckets
                .number(record.known.place)
                .and_then(|number| counted.buckets.get_mut(number));
            if let Some((_, groups)) = bucket {
                let count: &mut u64 = groups.entry(by.of(record)).or_default();
                *count = count.saturating_add(1);
            }
        }
        read = read.saturating_add(page.items.len());
        let Some(next) = page.next else { break };
        let is_spent = read >= budget.records || began.elapsed() >= budget.time || call.is_late();
        if is_spent || page.scanned_until.is_some() {
            // Of those that stand at the very place some may not be counted.
            counted.from = Some(next.place.plus(1));
            break;
        }
        request.after = Some(next);
    }
    if let Some(from) = counted.from {
        let ends_before = |start: Micros| start.plus(buckets.length) <= from;
        counted.buckets.retain(|(start, _)| !ends_before(*start));
    }
    call.steps.record(|| {
        Step::new(format!("counted {read} records"))
            .with(json!({"records": read, "isExact": counted.from.is_none()}))
            .took(began.elapsed())
    });
    Ok(counted)
}

fn shown(counted: Counted) -> String {
    let groups = largest(&counted);
    let bucket = |(start, counts): &(Micros, BTreeMap<String, u64>)| {
        let mut shown = Object::new();
        let mut others = 0_u64;
        for (group, count) in counts {
            if groups.contains(&group.as_str()) {
                shown.raw(group, &count.to_string());
            } else {
                others = others.saturating_add(*count);
            }
        }
        let mut object = Object::new();
        object.text("from", &start.to_string()).raw("counts", &shown.finish());
        if others > 0 {
            object.raw("others", &others.to_string());
        }
        object.finish()
    };
    let mut object = Object::new();
    object
        .raw("buckets", &array(counted.buckets.iter().map(bucket)))
        .raw("exact", if counted.from.is_none() { "true" } else { "false" });
    if let Some(from) = counted.from {
        object.text("countedFrom", &from.to_string());
    }
    object.finish()
}

/// The groups with most records, of which there may be [`GROUPS_MAX`].
fn largest(counted: &Counted) -> Vec<&str> {
    let mut sums: BTreeMap<&str, u64> = BTreeMap::new();
    for (group, count) in counted.buckets.iter().flat_map(|(_, groups)| groups) {
        let sum = sums.entry(group).or_default();
        *sum = sum.saturating_add(*count);
    }
    let mut all: Vec<(&str, u64)> = sums.into_iter().collect();
    all.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    all.into_iter().take(GROUPS_MAX).map(|(group, _)| group).collect()
}
