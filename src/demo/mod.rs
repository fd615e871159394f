//! A made-up company whose records show every kind of page.
