//! On whose behalf items come in.

use super::id::Id;
use super::version::RawJson;

/// What a token or door allows its items and adds to them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sender {
    /// Name of the token or door.
    pub source: Box<str>,
    /// The only customer it may write for; then it writes no entities and has an `id_prefix`.
    pub only_customer: Option<Id>,
    /// Given to items that name no customer.
    pub default_customer: Option<Id>,
    /// Given to items that name no integration.
    pub default_integration: Option<Id>,
    /// Members added to `meta` where the item does not give them.
    pub default_meta: Vec<(Box<str>, RawJson)>,
    /// Goes before the ids of log records and before those they name of other log records.
    pub id_prefix: Option<Box<str>>,
}
