//! The whole URL table.
