//! The one edge where errors become answers.
