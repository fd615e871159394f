//! Server-rendered pages: one folder per page.
