//! The part of the pass that looks for what must be redacted.

use std::borrow::Cow;

use super::edit::{Edit, Note};
use super::lexer::{self, StringToken};
use super::zone::{Frame, Pair};
use super::{Broken, Pass, Why, decoded};
use crate::ingest::redact::{Reach, Rules, Secret};
use crate::ingest::text;
use crate::model::json;
use crate::model::limits::MAX_MARK_BYTES;

impl Pass<'_> {
    /// The secret that covers the value at hand.
    fn secret(&self) -> Option<Secret> {
        let frame = self.frames.last()?;
        frame.zone.secret.or(frame.secret)
    }

    pub(super) fn scalar(&mut self, start: usize, is_bool: bool) -> Result<(), Broken> {
        if !self.found.is_object {
            return Ok(());
        }
        self.note_value(start);
        match self.secret() {
            Some(secret) if secret.reach == Reach::Deep && !(is_bool && secret.is_question) => {
                let value = self.text.get(start..self.at).unwrap_or_default();
                let text = self.rules.replacement(secret.rule, value);
                self.edit(start, self.at, format!("\"{text}\"").into(), "", secret.rule)
            }
            _ => Ok(()),
        }
    }

    pub(super) fn string(&mut self, start: usize, token: StringToken) -> Result<(), Broken> {
        if !self.found.is_object || self.rules.are_off() {
            return Ok(());
        }
        let inside = self.text.get(start + 1..token.end - 1).unwrap_or_default();
        self.note_value(start);
        self.note_name(inside);
        if let Some(secret) = self.secret() {
            return self.whole_string(start, token.end, inside, secret.rule);
        }
        let is_json = matches!(inside.as_bytes().first(), Some(b'{' | b'[' | b' ' | b'\\'));
        if !token.is_escaped && !is_json && !Rules::may_match(token.holds) {
            return Ok(());
        }
        self.string_inside(start + 1, inside, token)
    }

    fn whole_string(&mut self, start: usize, end: usize, inside: &str, rule: &'static str) -> Result<(), Broken> {
        if inside.is_empty() || Rules::is_replacement(inside) {
            return Ok(());
        }
        let text = self.rules.replacement(rule, &decoded(inside));
        self.edit(start, end, format!("\"{text}\"").into(), "", rule)
    }

    /// Looks for secrets inside a string, as its reader would see it.
    fn string_inside(&mut self, offset: usize, inside: &str, token: StringToken) -> Result<(), Broken> {
        if !token.is_escaped {
            for hit in self.rules.find(inside, token.holds, self.level) {
                self.edit(offset + hit.start, offset + hit.end, hit.text, &hit.path, hit.rule)?;
            }
            return Ok(());
        }
        let reader = decoded(inside);
        let hits = self.rules.find(&reader, lexer::held_by(&reader), self.level);
        if hits.is_empty() {
            return Ok(());
        }
        let mut places: Vec<usize> = hits.iter().flat_map(|hit| [hit.start, hit.end]).collect();
        text::places_as_sent(inside, &mut places);
        for (hit, place) in hits.into_iter().zip(places.chunks_exact(2)) {
            let &[start, end] = place else { continue };
            let text = json::quote(&hit.text);
            let text = text
                .strip_prefix('"')
                .and_then(|text| text.strip_suffix('"'))
                .unwrap_or_default();
            self.edit(offset + start, offset + end, text.into(), &hit.path, hit.rule)?;
        }
        Ok(())
    }

    /// Writes down what stands instead of a place. `below` continues the pointer of the value at hand.
    fn edit(
        &mut self,
        start: usize,
        end: usize,
        text: Box<str>,
        below: &str,
        rule: &'static str,
    ) -> Result<(), Broken> {
        self.edit_at((self.place(start), self.place(end)), text, below, rule)
    }

    fn edit_at(
        &mut self,
        place: (usize, usize),
        text: Box<str>,
        below: &str,
        rule: &'static str,
    ) -> Result<(), Broken> {
        let mut path = self.path();
        path.push_str(below);
        self.found.mark_bytes += path.len() + size_of::<Edit>();
        if self.found.mark_bytes > MAX_MARK_BYTES {
            return Err(self.broken(Why::TooManyMarks));
        }
        let edit = Edit {
            start: place.0,
            end: place.1,
            text,
            mark: Some(Note { path, rule }),
        };
        self.found.edits.push((self.found.members.len(), edit));
        Ok(())
    }

    /// Pointer of the value at hand; in an item, below its top-level member.
    fn path(&self) -> String {
        let mut path = String::new();
        for frame in self.frames.iter().skip(usize::from(self.is_item)) {
            path.push('/');
            if frame.is_object {
                let inside = self.text.get(frame.key.0..frame.key.1).unwrap_or_default();
                path.push_str(&json::pointer_token(&decoded(inside)));
            } else {
                path.push_str(&frame.index.to_string());
            }
        }
        path
    }
}

/// Objects that say a name and its value side by side: `{"name": "Cookie", "value": "…"}`.
impl Pass<'_> {
    fn note_name(&mut self, inside: &str) {
        let Some(frame) = self.frames.last_mut() else { return };
        let key = self.text.get(frame.key.0..frame.key.1).unwrap_or_default();
        if frame.is_object && frame.zone.takes_names() && matches!(key, "name" | "key" | "header") {
            frame.pair_secret = self.rules.secret(&decoded(inside), frame.zone.names);
        }
    }

    fn note_value(&mut self, start: usize) {
        let is_value = |frame: &Frame| frame.is_object && self.text.get(frame.key.0..frame.key.1) == Some("value");
        if !self.frames.last().is_some_and(is_value) {
            return;
        }
        let (text, place) = ((start, self.at), (self.place(start), self.place(self.at)));
        if let Some(frame) = self.frames.last_mut() {
            let key = frame.key;
            frame.pair_value = Some(Pair { key, text, place });
        }
    }

    pub(super) fn pair(&mut self) -> Result<(), Broken> {
        let Some(frame) = self.frames.last_mut() else {
            return Ok(());
        };
        let (Some(secret), Some(pair)) = (frame.pair_secret, frame.pair_value) else {
            return Ok(());
        };
        frame.key = pair.key;
        let value = self.text.get(pair.text.0..pair.text.1).unwrap_or_default();
        let inside = value.strip_prefix('"').and_then(|value| value.strip_suffix('"'));
        if inside.is_some_and(|inside| inside.is_empty() || Rules::is_replacement(inside)) {
            return Ok(());
        }
        let text = self
            .rules
            .replacement(secret.rule, &inside.map_or(Cow::Borrowed(value), decoded));
        self.edit_at(pair.place, format!("\"{text}\"").into(), "", secret.rule)
    }
}
