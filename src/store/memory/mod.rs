//! The in-memory engine: ordered maps and full scans, sharing nothing but the model with the other one.
