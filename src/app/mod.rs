//! The composition root: builds all, runs all, stops all.
