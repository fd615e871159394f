//! Versions of log records.

use super::members::{Member, Members};
use super::path::Path;
use super::scalar;
use super::shape::Shape;
use super::{Beside, Desk, Made, Taken, id};
use crate::crypto;
use crate::model::fields::FieldType;
use crate::model::fold;
use crate::model::id::{Id, RecordKey};
use crate::model::json;
use crate::model::kind::Kind;
use crate::model::limits::MAX_PARTS;
use crate::model::problem::{Problem, ProblemKey};
use crate::model::state::{State, Trouble};
use crate::model::time::Micros;
use crate::model::version::{ContentHash, Field, Order, Version};
use crate::model::words;

/// Words a version has room for before the list grows.
const WORDS_GUESS: usize = 256;

/// What a version is ordered and listed by, gathered from its fields.
#[derive(Default)]
struct Facts {
    state: Option<State>,
    created: Option<Micros>,
    start: Option<Micros>,
    end: Option<Micros>,
    updated: Option<Micros>,
    is_ahead: bool,
}

pub(super) fn make(desk: &Desk<'_>, kind: Kind, members: Members<'_>, hash: ContentHash) -> Result<Taken, Problem> {
    let prefix = desk.sender.id_prefix.as_deref();
    let mut maker = Maker {
        desk,
        kind,
        prefix,
        facts: Facts::default(),
        fields: Vec::with_capacity(members.all.len() + 3),
        words: Vec::with_capacity(WORDS_GUESS),
        run: None,
        node: None,
    };
    let id_made = members.id.is_none();
    let made;
    let raw_id = match members.id {
        Some(raw) => raw,
        None => {
            made = json::quote(&new_id(desk.now)?);
            &made
        }
    };
    let id = id::read(raw_id, prefix, &Path::Key(&Path::Root, "id"))?.id;
    for member in members.all {
        maker.take(member)?;
    }
    maker.add_defaults()?;
    maker.finish(id, id_made, hash)
}

/// A UUIDv7 of a time.
fn new_id(now: Micros) -> Result<String, Problem> {
    let random = crypto::random::<10>().map_err(|_| {
        Problem::new(
            ProblemKey::Internal,
            "No id could be made: the system gives no random bytes.",
        )
    })?;
    let millis = u64::try_from(now.0 / 1000).unwrap_or_default();
    let id = uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid();
    Ok(id.hyphenated().to_string())
}

struct Maker<'d> {
    desk: &'d Desk<'d>,
    kind: Kind,
    prefix: Option<&'d str>,
    facts: Facts,
    fields: Vec<Field>,
    /// Hashes of words, in no order.
    words: Vec<u32>,
    /// Of a node run, parts of its key.
    run: Option<Id>,
    node: Option<Id>,
}

impl Maker<'_> {
    fn take(&mut self, member: Member<'_>) -> Result<(), Problem> {
        let path = Path::Key(&Path::Root, member.sent_name());
        if self.kind == Kind::NodeRun && self.take_key_part(&member, &path)? {
            return Ok(());
        }
        let mut shape = Shape::of(&member.raw, self.prefix, !member.edits.is_empty());
        if let Some(rule) = member.rule {
            shape.check(rule.value, rule.names, &path)?;
            self.read(rule.name, rule.value, &member.raw, &path)?;
        }
        let (raw, marks) = shape.finish(member.edits);
        // Of what is kept: a secret that was taken out leaves no trace.
        if words::has_words(member.rule) {
            words::hash_json(&raw, &mut self.words);
        }
        self.fields.push(Field {
            name: member.name.into(),
            raw,
            marks,
        });
        Ok(())
    }

    /// `flowRunId` and `nodeKey` of a node run are part of its key and no fields.
    fn take_key_part(&mut self, member: &Member<'_>, path: &Path<'_>) -> Result<bool, Problem> {
        match &*member.name {
            "flowRunId" => self.run = Some(id::read(&member.raw, self.prefix, path)?.id),
            "nodeKey" => self.node = Some(id::read(&member.raw, None, path)?.id),
            _ => return Ok(false),
        }
        Ok(true)
    }

    /// Takes in what a field says of state and times.
    fn read(&mut self, name: &str, value: FieldType, raw: &str, path: &Path<'_>) -> Result<(), Problem> {
        match value {
            FieldType::StateWord => self.facts.state = Some(scalar::state(self.kind, raw, path)?),
            FieldType::SuccessFlag => {
                let is_success = scalar::boolean(raw, path)?;
                self.facts.state = Some(if is_success { State::Success } else { State::Error });
            }
            FieldType::Time => {
                let time = scalar::ranged_time(raw, self.desk.now, path)?;
                self.facts.is_ahead |= self.desk.is_ahead(time);
                match name {
                    "createdAt" => self.facts.created = Some(time),
                    "startTime" | "startDatetime" | "datetime" => self.facts.start = Some(time),
                    "endTime" | "endDatetime" => self.facts.end = Some(time),
                    "updatedAt" => self.facts.updated = Some(time),
                    _ => {}
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// What the token adds where the item gives nothing, and the only customer it may write for.
    fn add_defaults(&mut self) -> Result<(), Problem> {
        let sender = self.desk.sender;
        if let Some(only) = &sender.only_customer {
            let named = self.fields.iter().find(|field| &*field.name == "customerId");
            if named.is_some_and(|field| json::string(&field.raw).is_none_or(|named| named != only.as_str())) {
                return Err(Problem::new(
                    ProblemKey::CustomerMismatch,
                    "The item names another customer than the one this token writes for.",
                )
                .at("/customerId")
                .expected("the customer of the token, or none"));
            }
        }
        self.add_id(
            "customerId",
            sender.only_customer.as_ref().or(sender.default_customer.as_ref()),
        );
        self.add_id("integrationId", sender.default_integration.as_ref());
        self.add_meta();
        Ok(())
    }

    fn add_id(&mut self, name: &str, id: Option<&Id>) {
        let Some(id) = id else { return };
        if self.fields.iter().all(|field| &*field.name != name) {
            self.fields.push(Field {
                name: name.into(),
                raw: json::quote(id.as_str()).into(),
                marks: Vec::new(),
            });
        }
    }

    fn add_meta(&mut self) {
        let defaults = &self.desk.sender.default_meta;
        if defaults.is_empty() {
            return;
        }
        let at = self
            .fields
            .iter()
            .position(|field| &*field.name == "meta")
            .unwrap_or_else(|| {
                self.fields.push(Field {
                    name: "meta".into(),
                    raw: "{}".into(),
                    marks: Vec::new(),
                });
                self.fields.len() - 1
            });
        let Some(meta) = self.fields.get_mut(at) else { return };
        let given: &str = &meta.raw;
        let missing = defaults.iter().filter(|(key, _)| json::member(given, key).is_none());
        let added: Vec<String> = missing
            .map(|(key, value)| format!("{}:{value}", json::quote(key)))
            .collect();
        if added.is_empty() {
            return;
        }
        let begin = given.strip_suffix('}').unwrap_or(given);
        let comma = if begin.ends_with('{') { "" } else { "," };
        meta.raw = format!("{begin}{comma}{}}}", added.join(",")).into();
        words::hash_json(&meta.raw, &mut self.words);
    }

    fn finish(mut self, id: Id, id_made: bool, hash: ContentHash) -> Result<Taken, Problem> {
        let facts = &self.facts;
        let start = match self.kind {
            Kind::FlowRun | Kind::NodeRun => [facts.created, facts.start].into_iter().flatten().min(),
            Kind::ExternalEventPull | Kind::InternalEvent => facts.start,
            _ => facts.created,
        };
        let order = Order {
            rank: facts.state.map(State::rank),
            updated_at: facts.updated,
            end: facts.end,
            trouble: facts.state.map_or(Trouble::None, State::trouble),
            hash,
        };
        let place = start.or(facts.end);
        let (state, clock_ahead) = (facts.state, facts.is_ahead);
        let key = match self.kind {
            Kind::NodeRun => {
                let run = self
                    .run
                    .ok_or_else(|| missing("/flowRunId", "the id of the flow run it is part of"))?;
                let node = self
                    .node
                    .ok_or_else(|| missing("/nodeKey", "the key of the node that ran"))?;
                RecordKey::node_run(run, node, id)
            }
            kind => RecordKey::new(kind, id),
        };
        check_parts(self.kind, &self.fields)?;
        self.words.sort_unstable();
        self.words.dedup();
        let version = Version {
            words: self.words.into(),
            key,
            order,
            state,
            place,
            fields: self.fields,
            id_made,
        };
        Ok(Taken {
            made: Made::Log { version, clock_ahead },
            beside: Beside::default(),
            cut: 0,
        })
    }
}

fn check_parts(kind: Kind, fields: &[Field]) -> Result<(), Problem> {
    // No part is shorter than one character and a comma.
    if fields.iter().map(|field| field.raw.len()).sum::<usize>() < 2 * MAX_PARTS {
        return Ok(());
    }
    let parts = |field: &&Field| fold::count(kind, field);
    if fields.iter().map(|field| parts(&field)).sum::<usize>() <= MAX_PARTS {
        return Ok(());
    }
    let largest = fields.iter().max_by_key(parts).map_or("", |field| &*field.name);
    Err(Problem::new(
        ProblemKey::RecordTooLarge,
        "The record lists too many ids, log entries, outputs, nodes or members of meta.",
    )
    .at(&format!("/{}", json::pointer_token(largest)))
    .expected(format!("at most {MAX_PARTS} of them in one version")))
}

fn missing(path: &str, expected: &'static str) -> Problem {
    Problem::new(ProblemKey::MissingField, "A field that this kind needs is missing.")
        .at(path)
        .expected(expected)
}
