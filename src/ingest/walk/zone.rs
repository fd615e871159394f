//! What is known of the place the pass is at: which names count there, and which secret covers it.

use crate::ingest::redact::{Names, Reach, Secret};

/// What holds for everything inside a container.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Zone {
    /// The secret that covers it.
    pub secret: Option<Secret>,
    /// Whose names its keys are.
    pub names: Names,
    /// Keys are chosen by people and say nothing of what is below: node keys.
    is_free: bool,
    /// A JSON Schema: a name with an object below describes a value and holds none.
    is_schema: bool,
}

impl Zone {
    /// Whether keys are looked at.
    pub fn takes_names(&self) -> bool {
        self.secret.is_none() && !self.is_free
    }
}

/// The scalar under `value` of an object, in the text and in the member without blanks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair {
    pub key: (usize, usize),
    pub text: (usize, usize),
    pub place: (usize, usize),
}

/// An open container.
#[derive(Debug)]
pub(super) struct Frame {
    pub is_object: bool,
    /// Nothing of it was read yet.
    pub is_fresh: bool,
    pub zone: Zone,
    /// Inside of the present member's key, in the text.
    pub key: (usize, usize),
    /// Of the present element.
    pub index: usize,
    /// The secret the present member's key names.
    pub secret: Option<Secret>,
    pub pair_secret: Option<Secret>,
    pub pair_value: Option<Pair>,
}

impl Frame {
    pub fn new(is_object: bool, zone: Zone) -> Frame {
        Frame {
            is_object,
            is_fresh: true,
            zone,
            key: (0, 0),
            index: 0,
            secret: None,
            pair_secret: None,
            pair_value: None,
        }
    }

    /// The zone of a container in this one, `key` its name in an object; `is_top`: this is the item itself.
    pub fn zone_below(&self, key: Option<&str>, is_top: bool, is_object: bool) -> Zone {
        let secret = self.zone.secret.or(self.secret).filter(|secret| match secret.reach {
            Reach::Deep => !(is_object && self.zone.is_schema),
            Reach::Text => !is_object,
        });
        Zone {
            secret,
            names: key.map_or(self.zone.names, Names::below),
            is_free: is_top && key == Some("nodes"),
            is_schema: self.zone.is_schema || is_top && key == Some("schema"),
        }
    }
}
