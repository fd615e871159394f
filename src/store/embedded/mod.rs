//! The embedded engine: sled holds frames of rows, entities and state.
