//! Cases of terms: conditions beyond ids and states against a plain scan of what was sent, words of every script.

use redtrail::model::filter::{Direction, Filter, IdField};
use redtrail::model::kind::Kind;
use redtrail::model::query::term::{NumberField, Pattern, Span, Term, Test, TextField, TimeField};
use redtrail::model::record::Record;
use redtrail::model::state::State;
use redtrail::model::words::Phrase;
use redtrail::store::Store;
use redtrail::store::call::Call;
use serde_json::{Map, Value};

use super::engine::Engine;
use super::lists::{BOTH, walk};
use super::make::{Dice, at, call, commit, id, log};
use super::traffic::{self, Manner};

/// A record as the test reads it: its fields as JSON, by no code of the model.
struct Plain {
    record: Record,
    fields: Map<String, Value>,
}

async fn everything(store: &dyn Store, call: &Call) -> Vec<Plain> {
    let mut every = Vec::new();
    for kind in Kind::SENT {
        for summary in walk(store, call, &Filter::of(kind), Direction::OldestFirst, 1000).await {
            let record = store.whole(call, &summary.key).await.unwrap().unwrap();
            let fields = record.content.fields(kind);
            let field = |(name, raw): &(std::borrow::Cow<'_, str>, std::borrow::Cow<'_, str>)| {
                (name.to_string(), serde_json::from_str(raw).unwrap())
            };
            let fields = fields.iter().map(field).collect();
            every.push(Plain { record, fields });
        }
    }
    every
}

/// Fields that are found otherwise, by the table of `model.md`.
const NO_WORDS: [&str; 31] = [
    "customerId",
    "integrationId",
    "connectionId",
    "externalAppId",
    "traceId",
    "spanId",
    "updatedAt",
    "createdAt",
    "startTime",
    "endTime",
    "startDatetime",
    "endDatetime",
    "datetime",
    "isSuccess",
    "status",
    "state",
    "statusCode",
    "duration",
    "flowRunId",
    "nodeKey",
    "nodeRunId",
    "actionRunId",
    "pullId",
    "retryOf",
    "collectedEventIds",
    "launchedFlowRunIds",
    "launchedBy",
    "repeatOf",
    "upstreamRuns",
    "attempt",
    "nodes",
];

fn texts(value: &Value, all: &mut Vec<String>) {
    match value {
        Value::String(text) => all.push(text.clone()),
        Value::Number(number) => all.push(number.to_string()),
        Value::Array(list) => list.iter().for_each(|value| texts(value, all)),
        Value::Object(object) => {
            for (key, value) in object {
                all.push(key.clone());
                texts(value, all);
            }
        }
        _ => {}
    }
}

/// Words of a text that has only scripts with blanks.
fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    let parts = lower.split(|c: char| !c.is_alphanumeric() && c != '_');
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

impl Plain {
    fn texts(&self) -> Vec<String> {
        let mut all = Vec::new();
        for (name, value) in &self.fields {
            if !NO_WORDS.contains(&name.as_str()) {
                texts(value, &mut all);
            }
        }
        all
    }

    fn text(&self, name: &str) -> Option<String> {
        match self.fields.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null | Value::Array(_) | Value::Object(_) => None,
            other => Some(other.to_string()),
        }
    }

    fn micros(&self, name: &str) -> Option<i64> {
        redtrail::model::time::Micros::parse(&self.text(name)?).map(|time| time.0)
    }

    fn errors(&self) -> Vec<&Value> {
        let mut found = Vec::new();
        let mut next: Vec<&Value> = self.fields.get("error").into_iter().collect();
        next.extend(
            self.fields
                .get("errors")
                .and_then(Value::as_array)
                .into_iter()
                .flatten(),
        );
        while let Some(error) = next.pop() {
            found.push(error);
            next.extend(error.get("causedByError"));
        }
        found
    }

    fn meets(&self, asked: &Asked) -> bool {
        match asked {
            Asked::State(state) => self.record.state() == *state,
            Asked::Code(low, high) => {
                let code = self.fields.get("statusCode").and_then(Value::as_i64);
                code.is_some_and(|code| (*low..=*high).contains(&code))
            }
            Asked::Duration(low) => {
                let own = self.fields.get("duration").and_then(Value::as_i64).map(|ms| ms * 1000);
                let between = || {
                    let begin = self.micros("startTime").or(self.micros("startDatetime"))?;
                    Some(self.micros("endTime").or(self.micros("endDatetime"))? - begin)
                };
                own.or_else(between).is_some_and(|micros| micros >= *low)
            }
            Asked::Received(minute) => self.record.known.received_at >= at(*minute),
            Asked::Method(method) => self.text("method").is_some_and(|text| text.to_lowercase() == *method),
            Asked::Url(part) => self
                .text("requestUrl")
                .is_some_and(|text| text.to_lowercase().contains(part)),
            Asked::Trigger(word) => {
                self.fields
                    .get("launchedBy")
                    .and_then(|by| by.get("type"))
                    .and_then(Value::as_str)
                    == Some(word)
            }
            Asked::ErrorKey(key) => self.errors().iter().any(|error| error["key"] == **key),
            Asked::Meta(name, text) => {
                let value = self.fields.get("meta").and_then(|meta| meta.get(name));
                value.is_some_and(|value| value.as_str().map_or(value.to_string(), str::to_owned) == *text)
            }
            Asked::Own(own) => self.record.key.id().as_str() == own,
            Asked::Connection(one) => self.text("connectionId").as_deref() == Some(one),
            Asked::Words(phrase) => {
                let wanted = words(phrase);
                let is_there = |text: &String| words(text).windows(wanted.len()).any(|window| window == wanted);
                self.texts().iter().any(is_there)
            }
            Asked::Begins(begin) => self
                .texts()
                .iter()
                .any(|text| words(text).iter().any(|word| word.starts_with(begin))),
            Asked::Part(part) => self.texts().iter().any(|text| text.to_lowercase().contains(part)),
        }
    }
}

/// What a random filter asks for, in the test's own words.
#[derive(Debug, Clone)]
enum Asked {
    State(Option<State>),
    Code(i64, i64),
    Duration(i64),
    Received(i64),
    Method(String),
    Url(String),
    Trigger(&'static str),
    ErrorKey(&'static str),
    Meta(&'static str, String),
    Own(String),
    Connection(String),
    Words(String),
    Begins(String),
    Part(String),
}

impl Asked {
    fn random(dice: &mut Dice, sample: &Plain) -> Asked {
        let phrase = || traffic::PHRASES.map(str::to_owned);
        match dice.roll(14) {
            0 => Asked::State(sample.record.state()),
            1 => Asked::Code(200 + 100 * dice.roll(3) as i64, 400 + 100 * dice.roll(2) as i64),
            2 => Asked::Duration(*dice.of(&[0, 1_000, 60_000_000, 120_000_000])),
            3 => Asked::Received(dice.roll(20) as i64),
            4 => Asked::Method((*dice.of(&["get", "post", "put"])).to_owned()),
            5 => Asked::Url((*dice.of(&["example.com", "/orders/1", "?", "nothing"])).to_owned()),
            6 => Asked::Trigger(if dice.chance(50) {
                "external-event"
            } else {
                "app-event-trigger"
            }),
            7 => Asked::ErrorKey(["k", "deep", "none"][dice.roll(3)]),
            8 => Asked::Meta(["a", "b"][dice.roll(2)], dice.roll(3).to_string()),
            9 => Asked::Own(sample.record.key.id().as_str().to_owned()),
            10 => Asked::Connection(format!("k{}", dice.roll(3))),
            11 => Asked::Words(dice.of(&phrase()).clone()),
            12 => Asked::Begins((*dice.of(&["ord", "ada", "straß", "line", "zz"])).to_owned()),
            _ => Asked::Part((*dice.of(&["rder", "@exa", "d-1", "ß", "zz"])).to_owned()),
        }
    }

    fn test(&self) -> Test {
        let span = |first: Option<i64>, last: Option<i64>| Span { first, last };
        match self {
            Asked::State(state) => Test::State(*state),
            Asked::Code(low, high) => Test::Number(NumberField::Code, span(Some(*low), Some(*high))),
            Asked::Duration(low) => Test::Number(NumberField::Duration, span(Some(*low), None)),
            Asked::Received(minute) => Test::Time(TimeField::Received, span(Some(at(*minute).0), None)),
            Asked::Method(method) => Test::Text(TextField::Method, Pattern::Is(method.as_str().into())),
            Asked::Url(part) => Test::Text(TextField::Url, Pattern::Holds(part.as_str().into())),
            Asked::Trigger(word) => Test::Text(TextField::Trigger, Pattern::Is((*word).into())),
            Asked::ErrorKey(key) => Test::Text(TextField::ErrorKey, Pattern::Is((*key).into())),
            Asked::Meta(name, text) => Test::Meta((*name).into(), Pattern::Is(text.as_str().into())),
            Asked::Own(own) => Test::Own(id(own)),
            Asked::Connection(one) => Test::Id(IdField::Connection, id(one)),
            Asked::Words(phrase) => Test::Words(Phrase::of(phrase, false).unwrap()),
            Asked::Begins(begin) => Test::Words(Phrase::of(begin, true).unwrap()),
            Asked::Part(part) => Test::Part(part.as_str().into()),
        }
    }
}

/// Up to three terms of up to two tests, some negated.
fn random(dice: &mut Dice, every: &[Plain]) -> (Kind, Vec<(bool, Vec<Asked>)>) {
    let sample = dice.of(every);
    let term = |dice: &mut Dice| {
        let any = (0..1 + usize::from(dice.chance(20)))
            .map(|_| Asked::random(dice, sample))
            .collect();
        (dice.chance(25), any)
    };
    let terms = (0..1 + dice.roll(3)).map(|_| term(dice)).collect();
    (sample.record.key.kind(), terms)
}

pub async fn ten_thousand_random_filters_give_what_a_plain_scan_gives(engine: &dyn Engine) {
    let store = engine.open();
    let mut dice = Dice(11);
    for round in 0..20 {
        let items = (0..14).map(|_| traffic::item(&mut dice, round, Manner::Any)).collect();
        store.commit(&call(), commit(items)).await.unwrap();
    }
    let store = engine.restart(store).await;
    // Some versions in frames of this start, some in those before.
    for round in 20..23 {
        let items = (0..14).map(|_| traffic::item(&mut dice, round, Manner::Any)).collect();
        store.commit(&call(), commit(items)).await.unwrap();
    }
    let every = everything(&*store, &call()).await;
    assert!(every.len() > 40, "{}", every.len());
    let (mut matched, mut missed) = (0, 0);
    for turn in 0..10_000 {
        let (kind, terms) = random(&mut dice, &every);
        let mut filter = Filter::of(kind);
        for (is_negated, any) in &terms {
            let any = any.iter().map(Asked::test).collect();
            filter.narrow(Term {
                is_negated: *is_negated,
                any,
            });
        }
        let holds = |plain: &&Plain| {
            let holds =
                |(is_negated, any): &(bool, Vec<Asked>)| any.iter().any(|asked| plain.meets(asked)) != *is_negated;
            plain.record.key.kind() == kind && terms.iter().all(holds)
        };
        let mut expected: Vec<_> = every
            .iter()
            .filter(holds)
            .map(|plain| plain.record.position())
            .collect();
        expected.sort_by_key(|position| (position.place, position.key.bytes()));
        let direction = BOTH[turn % 2];
        if direction == Direction::NewestFirst {
            expected.reverse();
        }
        matched += usize::from(!expected.is_empty());
        missed += usize::from(expected.is_empty());
        let found = walk(&*store, &call(), &filter, direction, 1 + dice.roll(30)).await;
        let found: Vec<_> = found.iter().map(Record::position).collect();
        assert_eq!(found, expected, "{kind:?} {terms:?}");
    }
    assert!(matched > 2_000 && missed > 1_000, "{matched} matched, {missed} did not");
}

pub async fn a_word_of_any_script_finds_its_record_and_no_other(engine: &dyn Engine) {
    let store = engine.open();
    let long = "w".repeat(64 * 1024);
    let cases = [
        (
            "latin",
            "Überweisung D-17 an Straße",
            &["überweisung", "D-17", "straße"][..],
        ),
        (
            "mail",
            "ask ada.lovelace@example.com now",
            &["ada.lovelace@example.com", "lovelace"],
        ),
        (
            "uuid",
            "0196a2c4-9d3e-7b21-8f00-12ab34cd56ef",
            &["0196a2c4-9d3e-7b21-8f00-12ab34cd56ef", "7B21-8F00"],
        ),
        ("chinese", "东京订单失败", &["订单", "订单失败"]),
        ("japanese", "注文が失敗しました", &["失敗しました", "が失"]),
        ("korean", "주문 실패했습니다", &["실패했습니다", "주문"]),
        ("thai", "คำสั่งซื้อล้มเหลว", &["ล้มเหลว"]),
        ("hebrew", "ההזמנה נכשלה 42", &["נכשלה", "נכשלה 42"]),
        ("arabic", "فشل الطلب", &["الطلب"]),
        ("greek", "ΟΔΟΣ ΑΘΗΝΑ", &["οδοσ", "αθηνα"]),
        ("emoji", "ok 😀 paid", &["paid"]),
        ("long", long.as_str(), &[long.as_str(), &long[..64]]),
    ];
    let item = |(name, text, _): &(&str, &str, &[&str])| {
        let payload = serde_json::json!({"id": name, "payload": {"deep": [{"text": text}]}});
        log(Kind::ExternalEvent, 1, &payload.to_string())
    };
    store
        .commit(&call(), commit(cases.iter().map(item).collect()))
        .await
        .unwrap();
    let store = engine.restart(store).await;
    for (name, _, wanted) in &cases {
        for text in *wanted {
            let mut filter = Filter::of(Kind::ExternalEvent);
            filter.narrow(Term::of(Test::Words(Phrase::of(text, false).unwrap())));
            let found = walk(&*store, &call(), &filter, Direction::NewestFirst, 10).await;
            let found: Vec<&str> = found.iter().map(|record| record.key.id().as_str()).collect();
            assert_eq!(found, [*name], "{}", &text[..text.len().min(80)]);
        }
    }
    let mut filter = Filter::of(Kind::ExternalEvent);
    filter.narrow(Term::of(Test::Part("😀".into())));
    let found = walk(&*store, &call(), &filter, Direction::NewestFirst, 10).await;
    assert_eq!(found.len(), 1);
}

pub async fn a_word_of_any_version_finds_the_record_also_when_it_was_put_together(engine: &dyn Engine) {
    let store = engine.open();
    // More versions than are kept side by side: the record is then written whole again.
    for version in 0..40 {
        let json = serde_json::json!({
            "id": "grown", "updatedAt": super::make::time(version),
            "logs": [{"msg": format!("word{version} here")}],
        });
        store
            .commit(
                &call(),
                commit(vec![log(Kind::ExternalEvent, version, &json.to_string())]),
            )
            .await
            .unwrap();
    }
    for round in 0..2 {
        for version in 0..40 {
            let mut filter = Filter::of(Kind::ExternalEvent);
            let phrase = Phrase::of(&format!("word{version} here"), false).unwrap();
            filter.narrow(Term::of(Test::Words(phrase)));
            let found = walk(&*store, &call(), &filter, Direction::NewestFirst, 10).await;
            assert_eq!(found.len(), 1, "word{version}, round {round}");
        }
    }
}
