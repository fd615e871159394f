//! The error object of the wire, and the closed list of its keys.

use std::borrow::Cow;

/// Every key an answer or a rejected item may carry. Documented and stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProblemKey {
    // Requests
    InvalidJson,
    InvalidParameter,
    UnknownParameter,
    InvalidCursor,
    NotAuthenticated,
    AccessDenied,
    NotFound,
    MethodNotAllowed,
    AlreadyExists,
    RequestTooLarge,
    UnsupportedMediaType,
    TooManyRecords,
    NoItems,
    EveryItemRefused,
    RateLimitExceeded,
    Internal,
    Overloaded,
    LowSpace,
    HeadFull,
    StoreFailed,
    // Items
    InvalidValue,
    MissingField,
    UnknownKind,
    KindMismatch,
    UnknownState,
    TimeOutOfRange,
    TooDeep,
    RecordTooLarge,
    CustomerMismatch,
    EntityNotAllowed,
    /// Its time is before that since when records of its kind are kept.
    NoLongerKept,
}

impl ProblemKey {
    pub const ALL: [ProblemKey; 31] = [
        ProblemKey::InvalidJson,
        ProblemKey::InvalidParameter,
        ProblemKey::UnknownParameter,
        ProblemKey::InvalidCursor,
        ProblemKey::NotAuthenticated,
        ProblemKey::AccessDenied,
        ProblemKey::NotFound,
        ProblemKey::MethodNotAllowed,
        ProblemKey::AlreadyExists,
        ProblemKey::RequestTooLarge,
        ProblemKey::UnsupportedMediaType,
        ProblemKey::TooManyRecords,
        ProblemKey::NoItems,
        ProblemKey::EveryItemRefused,
        ProblemKey::RateLimitExceeded,
        ProblemKey::Internal,
        ProblemKey::Overloaded,
        ProblemKey::LowSpace,
        ProblemKey::HeadFull,
        ProblemKey::StoreFailed,
        ProblemKey::InvalidValue,
        ProblemKey::MissingField,
        ProblemKey::UnknownKind,
        ProblemKey::KindMismatch,
        ProblemKey::UnknownState,
        ProblemKey::TimeOutOfRange,
        ProblemKey::TooDeep,
        ProblemKey::RecordTooLarge,
        ProblemKey::CustomerMismatch,
        ProblemKey::EntityNotAllowed,
        ProblemKey::NoLongerKept,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            ProblemKey::InvalidJson => "invalid_json",
            ProblemKey::InvalidParameter => "invalid_parameter",
            ProblemKey::UnknownParameter => "unknown_parameter",
            ProblemKey::InvalidCursor => "invalid_cursor",
            ProblemKey::NotAuthenticated => "not_authenticated",
            ProblemKey::AccessDenied => "access_denied",
            ProblemKey::NotFound => "not_found",
            ProblemKey::MethodNotAllowed => "method_not_allowed",
            ProblemKey::AlreadyExists => "already_exists",
            ProblemKey::RequestTooLarge => "request_too_large",
            ProblemKey::UnsupportedMediaType => "unsupported_media_type",
            ProblemKey::TooManyRecords => "too_many_records",
            ProblemKey::NoItems => "no_items",
            ProblemKey::EveryItemRefused => "every_item_refused",
            ProblemKey::RateLimitExceeded => "rate_limit_exceeded",
            ProblemKey::Internal => "internal",
            ProblemKey::Overloaded => "overloaded",
            ProblemKey::LowSpace => "low_space",
            ProblemKey::HeadFull => "head_full",
            ProblemKey::StoreFailed => "store_failed",
            ProblemKey::InvalidValue => "invalid_value",
            ProblemKey::MissingField => "missing_field",
            ProblemKey::UnknownKind => "unknown_kind",
            ProblemKey::KindMismatch => "kind_mismatch",
            ProblemKey::UnknownState => "unknown_state",
            ProblemKey::TimeOutOfRange => "time_out_of_range",
            ProblemKey::TooDeep => "too_deep",
            ProblemKey::RecordTooLarge => "record_too_large",
            ProblemKey::CustomerMismatch => "customer_mismatch",
            ProblemKey::EntityNotAllowed => "entity_not_allowed",
            ProblemKey::NoLongerKept => "no_longer_kept",
        }
    }
}

/// What is wrong with a request or an item: never holds the offending value, which may be a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Problem {
    pub key: ProblemKey,
    /// A sentence for people: what, where, what was expected.
    pub message: Cow<'static, str>,
    /// JSON Pointer into the item.
    pub path: Option<Box<str>>,
    pub expected: Option<Cow<'static, str>>,
}

impl Problem {
    pub fn new(key: ProblemKey, message: impl Into<Cow<'static, str>>) -> Problem {
        Problem {
            key,
            message: message.into(),
            path: None,
            expected: None,
        }
    }

    #[must_use]
    pub fn at(mut self, path: &str) -> Problem {
        self.path = Some(path.into());
        self
    }

    #[must_use]
    pub fn expected(mut self, what: impl Into<Cow<'static, str>>) -> Problem {
        self.expected = Some(what.into());
        self
    }
}
