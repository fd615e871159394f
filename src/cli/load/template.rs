//! Record texts with slots: prepared once, filled by copying.

/// What goes into a slot; `<name>` in a template's text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slot {
    /// The record's own id: a UUIDv7.
    Id,
    /// The record's own id: 24 hexadecimal digits.
    HexId,
    /// The open record that this version is of.
    Open,
    /// A run that is open.
    Run,
    /// The node run that was made last.
    NodeRun,
    /// The external event that was made last.
    Event,
    Customer,
    Integration,
    Connection,
    Flow,
    Instance,
    Subscription,
    /// Now, in milliseconds.
    Time,
    /// When the open record began.
    Began,
    /// Three digits, the first not 0.
    Number,
    /// Sixteen hexadecimal digits.
    Hex,
    Word,
    /// As many words as bring the record to its size.
    Words,
}

const NAMES: [(&str, Slot); 18] = [
    ("id", Slot::Id),
    ("hexid", Slot::HexId),
    ("open", Slot::Open),
    ("run", Slot::Run),
    ("noderun", Slot::NodeRun),
    ("event", Slot::Event),
    ("customer", Slot::Customer),
    ("integration", Slot::Integration),
    ("connection", Slot::Connection),
    ("flow", Slot::Flow),
    ("instance", Slot::Instance),
    ("subscription", Slot::Subscription),
    ("time", Slot::Time),
    ("began", Slot::Began),
    ("number", Slot::Number),
    ("hex", Slot::Hex),
    ("word", Slot::Word),
    ("words", Slot::Words),
];

#[derive(Debug)]
pub(super) enum Part {
    Text(Box<[u8]>),
    Slot(Slot),
}

/// A prepared text.
#[derive(Debug)]
pub(super) struct Template(Vec<Part>);

impl Template {
    /// Prepares a text. What looks like a slot but has no known name stays text.
    pub fn of(text: &str) -> Template {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            push_text(&mut parts, before);
            let slot = after.split_once('>').and_then(|(name, after)| {
                let slot = NAMES.iter().find(|(known, _)| *known == name)?.1;
                Some((slot, after))
            });
            match slot {
                Some((slot, after)) => {
                    parts.push(Part::Slot(slot));
                    rest = after;
                }
                None => {
                    push_text(&mut parts, "<");
                    rest = after;
                }
            }
        }
        push_text(&mut parts, rest);
        Template(parts)
    }

    pub fn parts(&self) -> &[Part] {
        &self.0
    }
}

fn push_text(parts: &mut Vec<Part>, text: &str) {
    if !text.is_empty() {
        parts.push(Part::Text(text.as_bytes().into()));
    }
}
