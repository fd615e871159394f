//! Versions of one record become the record: a merge that is commutative, associative and idempotent.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::kind::Kind;
use super::state::State;
use super::version::{Mark, Version};

/// Everything the versions of one record said, in the form that merges.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Folded {}

impl Folded {
    /// One version by itself.
    pub fn of(_version: &Version) -> Folded {
        todo!()
    }

    /// Takes over what another fold of the same record says. `true` when anything changed: a version that
    /// changes nothing is a duplicate.
    pub fn merge(&mut self, _other: &Folded) -> bool {
        todo!()
    }

    /// The record's own state; for an API request without `isSuccess` from its `statusCode`.
    pub fn state(&self, _kind: Kind) -> Option<State> {
        todo!()
    }

    /// The decoded text of a top-level string or number field.
    pub fn text(&self, _name: &str) -> Option<Cow<'_, str>> {
        todo!()
    }

    /// The JSON text of a top-level field as shown (merged fields put together).
    pub fn raw(&self, _name: &str) -> Option<Cow<'_, str>> {
        todo!()
    }

    /// Every field as shown: known ones in the order of the table, then unknown ones by name.
    pub fn fields(&self, _kind: Kind) -> Vec<(Cow<'_, str>, Cow<'_, str>)> {
        todo!()
    }

    /// The shown error in short, for lists: `(type, key, message)`, message cut to 300 characters. Works on the summary half.
    pub fn brief_error(&self, _kind: Kind) -> Option<BriefError> {
        todo!()
    }

    /// Places of the shown fields that are not as sent, with whole JSON Pointers.
    pub fn marks(&self, _kind: Kind) -> Vec<Mark> {
        todo!()
    }

    /// The summary half and the body half; [`Folded::merge`] of both gives the whole again, and halves of
    /// several folds merge to the halves of the merged fold.
    pub fn split(self, _kind: Kind) -> (Folded, Folded) {
        todo!()
    }
}

/// An error in one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefError {
    pub kind: Option<String>,
    pub key: Option<String>,
    pub message: String,
}
