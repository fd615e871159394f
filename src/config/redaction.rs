//! `[redaction]`

use super::given::Given;
use super::rule;

/// Most further keys.
const KEYS_MAX: usize = 1000;

/// `[redaction]`
#[derive(Debug, Clone, PartialEq)]
pub struct Redaction {
    /// Whether the default rules are used.
    pub default_rules: bool,
    /// Further JSON keys, headers and query parameters whose values are redacted (any case).
    pub keys: Vec<String>,
}

impl Default for Redaction {
    fn default() -> Redaction {
        Redaction {
            default_rules: true,
            keys: Vec::new(),
        }
    }
}

impl Redaction {
    pub(super) fn read(given: &mut Given) -> Redaction {
        let default = Redaction::default();
        Redaction {
            default_rules: given.take("redaction.default_rules", default.default_rules, &rule::boolean()),
            keys: given.take("redaction.keys", default.keys, &rule::texts(KEYS_MAX)),
        }
    }
}
