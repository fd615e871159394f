//! Outputs of node runs: the platform's client demands `downstreamRuns` of every one.

use super::cut;
use super::object::{Object, array};
use crate::model::json::{elements, members, string};

/// One output as it is kept.
pub fn whole(raw: &str) -> String {
    of(raw, str::to_owned).finish()
}

/// One output inside a list: its `data` is cut where it is long.
pub fn in_list(raw: &str) -> String {
    of(raw, |data| cut::any(data).text).finish()
}

/// One output and the run it is of.
pub fn with_run(output: &str, run: &str) -> String {
    let mut object = of(output, str::to_owned);
    object.text("runId", run);
    object.finish()
}

/// Every output of a run.
pub fn all(raw: &str) -> String {
    array(elements(raw).map(whole))
}

/// What node runs were led to by, or led to: every one names its run and node, and before it an output.
fn runs(raw: &str, names: &[&str]) -> String {
    array(elements(raw).map(|run| {
        let mut object = Object::new();
        for (name, value) in members(run) {
            if let Some(name) = string(name) {
                object.raw(&name, value);
            }
        }
        names.iter().for_each(|name| {
            object.text(name, "");
        });
        object.finish()
    }))
}

/// The runs that led to a node run.
pub fn upstream(raw: &str) -> String {
    runs(raw, &["nodeKey", "runId", "outputId"])
}

fn of(raw: &str, data: impl Fn(&str) -> String) -> Object {
    let mut object = Object::new();
    for (name, value) in members(raw) {
        let Some(name) = string(name) else { continue };
        if name == "data" {
            object.raw(&name, &data(value));
        } else if name == "downstreamRuns" {
            object.raw(&name, &runs(value, &["runId", "nodeKey"]));
        } else {
            object.raw(&name, value);
        }
    }
    object.raw("downstreamRuns", "[]");
    object
}
