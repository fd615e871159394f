//! Writing JSON objects as text.

use std::collections::HashSet;

use crate::model::json::quote;

/// An object under construction. Of members with one name the first counts, so what must not be overwritten by a
/// sender's field is written, or kept free, before it.
#[derive(Debug, Default)]
pub struct Object {
    text: String,
    names: HashSet<String>,
}

impl Object {
    pub fn new() -> Object {
        Object::default()
    }

    /// A member whose value is JSON text already.
    pub fn raw(&mut self, name: &str, value: &str) -> &mut Object {
        if self.names.insert(name.to_owned()) {
            self.push(name, value);
        }
        self
    }

    /// The member a name was kept free for by [`Object::without`].
    pub fn kept_free(&mut self, name: &str, value: &str) -> &mut Object {
        self.push(name, value);
        self
    }

    fn push(&mut self, name: &str, value: &str) {
        self.text.push(if self.text.is_empty() { '{' } else { ',' });
        self.text.push_str(&quote(name));
        self.text.push(':');
        self.text.push_str(value);
    }

    /// A member whose value is a text.
    pub fn text(&mut self, name: &str, value: &str) -> &mut Object {
        self.raw(name, &quote(value))
    }

    /// Keeps a name free: no later member has it.
    pub fn without(&mut self, name: &str) -> &mut Object {
        self.names.insert(name.to_owned());
        self
    }

    pub fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    pub fn finish(mut self) -> String {
        self.text.push_str(if self.text.is_empty() { "{}" } else { "}" });
        self.text
    }
}

/// An array of JSON texts.
pub fn array<T: AsRef<str>>(elements: impl IntoIterator<Item = T>) -> String {
    let mut text = String::from("[");
    for element in elements {
        if text.len() > 1 {
            text.push(',');
        }
        text.push_str(element.as_ref());
    }
    text.push(']');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_members_with_one_name_the_first_counts() {
        let mut object = Object::new();
        object
            .raw("a", "1")
            .without("b")
            .text("a", "x")
            .raw("b", "2")
            .text("c\"", "é\n");
        assert_eq!(object.finish(), r#"{"a":1,"c\"":"é\n"}"#);
        assert_eq!(Object::new().finish(), "{}");
        assert_eq!(array(["1", "[]"]) + &array([""; 0]), "[1,[]][]");
    }
}
