//! What entities are called, and finding them by it: their `name` and `key` in lower case.

use crate::model::entity::Entity;
use crate::model::words::lower;

/// Bytes of a name that its index row has; a longer one is compared with the entity itself.
const INDEX_MAX_BYTES: usize = 256;

/// What an entity is called, in lower case.
pub fn names(entity: &Entity) -> Vec<String> {
    let given = ["name", "key"].into_iter().filter_map(|member| entity.text(member));
    let mut names: Vec<String> = given.map(|name| lower(&name)).filter(|name| !name.is_empty()).collect();
    names.dedup();
    names
}

/// The part of a name that is indexed.
pub fn index_name(name: &str) -> &str {
    let end = |(at, c): (usize, char)| at.saturating_add(c.len_utf8());
    let ends = name.char_indices().map(end).take_while(|end| *end <= INDEX_MAX_BYTES);
    ends.last().and_then(|end| name.get(..end)).unwrap_or("")
}

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    begin: String,
    is_whole: bool,
}

impl Wanted {
    pub fn new(begin: &str, is_whole: bool) -> Wanted {
        Wanted {
            begin: lower(begin),
            is_whole,
        }
    }

    /// What is indexed of it, and whether that is all of the row's name.
    pub fn index(&self) -> (&str, bool) {
        (index_name(&self.begin), self.is_whole)
    }

    pub fn fits(&self, name: &str) -> bool {
        match self.is_whole {
            true => name == self.begin,
            false => name.starts_with(&self.begin),
        }
    }
}
