//! The platform's own client reads the real server.

mod data;
mod entities;
mod logs;
mod reads;
mod schemas;
