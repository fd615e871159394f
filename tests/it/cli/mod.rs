//! The command line of the real binary, and the configuration it reads.

mod commands;
mod config;
mod demo;
mod moving;
mod serve;
