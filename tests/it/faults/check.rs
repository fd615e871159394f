//! Whether a server has everything that was acknowledged, whole and once, by what its API answers.

use std::collections::{BTreeMap, BTreeSet};

use redtrail::model::json::{elements, member, members, string};

use super::journal::{Noted, Sending};
use super::traffic::Name;
use crate::support::client::Client;

/// Records of a page of a list.
const PAGE: usize = 200;

/// What a check found, so that a test can say that it was not empty.
#[derive(Debug, Default, Clone, Copy)]
pub struct Checked {
    pub records: usize,
    pub longest: usize,
    pub listed: usize,
}

/// Asks for every acknowledged record of the journals read last.
pub async fn touched(client: &Client, noted: &Noted) -> Checked {
    let touched = noted.acked().filter(|(name, _)| noted.touched.contains(name));
    records(client, touched).await
}

async fn records(client: &Client, acked: impl Iterator<Item = (&Name, &Vec<Sending>)>) -> Checked {
    let mut checked = Checked::default();
    for (name, sendings) in acked {
        checked.records += 1;
        let longest = sendings.iter().map(|sending| sending.item.len()).max().unwrap();
        checked.longest = checked.longest.max(longest);
        record(client, name, sendings).await;
    }
    checked
}

/// Asks for every acknowledged record and for every list; `noted` is all that was ever sent.
pub async fn everything(client: &Client, noted: &Noted) -> Checked {
    let mut checked = records(client, noted.acked()).await;
    let mut lists: BTreeMap<String, Vec<&Name>> = BTreeMap::new();
    for (name, _) in noted.acked() {
        lists.entry(name.list()).or_default().push(name);
    }
    for (list, acked) in lists {
        checked.listed += listed(client, &list, &acked, noted).await;
    }
    checked
}

/// Each member of an acknowledged version is there, byte for byte: that of the last acknowledged version which gives
/// it, or of one sent after it, of which only the answer is missing.
async fn record(client: &Client, name: &Name, sendings: &[Sending]) {
    let reply = client.get(&name.path()).await;
    assert_eq!(reply.status, 200, "{name:?} was acknowledged: {}", reply.text());
    let read = reply.text();
    same_members(name, read, sendings, |_| true);
    // Payloads by themselves, where they are asked for by themselves.
    if matches!(
        name.kind.as_str(),
        "api_request" | "external_webhook" | "external_event" | "action_run"
    ) {
        let reply = client.get(&format!("{}/details", name.path())).await;
        let payloads = ["request", "response", "payload", "output"];
        same_members(name, reply.text(), sendings, |member| payloads.contains(&member));
    }
}

fn same_members(name: &Name, read: &str, sendings: &[Sending], counts: impl Fn(&str) -> bool) {
    let mut given: BTreeMap<String, Vec<(&str, bool)>> = BTreeMap::new();
    for sending in sendings {
        for (member, value) in members(&sending.item) {
            let member = string(member).unwrap().into_owned();
            given.entry(member).or_default().push((value, sending.is_acked));
        }
    }
    for (field, values) in given.iter().filter(|(field, _)| counts(field)) {
        let Some(last) = values.iter().rposition(|(_, is_acked)| *is_acked) else {
            continue;
        };
        let found = member(read, field);
        let possible = values.get(last..).unwrap_or_default();
        assert!(
            possible.iter().any(|(value, _)| Some(*value) == found),
            "{name:?} has another {field}: {}\nwhere these were sent: {:?}",
            found.map_or_else(|| "none".to_owned(), |found| found.chars().take(400).collect()),
            values
                .iter()
                .map(|(value, is_acked)| (value.get(..200).unwrap_or(value), is_acked))
                .collect::<Vec<_>>()
        );
    }
}

/// Every record is listed once, every acknowledged one is there, and nothing that nobody sent.
async fn listed(client: &Client, list: &str, acked: &[&Name], noted: &Noted) -> usize {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let mut cursor = "0".to_owned();
    loop {
        let page = client.get(&format!("{list}?limit={PAGE}&cursor={cursor}")).await;
        assert_eq!(page.status, 200, "{}", page.text());
        // Not parsed into values: payloads hold numbers that fit into none.
        let text = |object: &str, name: &str| Some(string(member(object, name)?)?.into_owned());
        for item in elements(member(page.text(), "items").unwrap()) {
            let id = text(item, "id").unwrap();
            assert!(seen.insert(id.clone()), "{list} has {id} twice");
        }
        match text(page.text(), "cursor") {
            Some(next) => cursor = next,
            None => break,
        }
    }
    for name in acked {
        assert!(seen.contains(&name.id), "{list} lacks {name:?}");
    }
    let sent: BTreeSet<&str> = noted.records.keys().map(|name| name.id.as_str()).collect();
    for id in &seen {
        assert!(sent.contains(id.as_str()), "{list} has {id}, which nobody sent");
    }
    seen.len()
}
