//! `[server]`

use std::net::SocketAddr;
use std::time::Duration;

use tracing_subscriber::EnvFilter;

use super::given::Given;
use super::rule;

/// `[server]`
#[derive(Debug, Clone, PartialEq)]
pub struct Server {
    pub listen: SocketAddr,
    /// Address people reach the pages at, when it is not the listen address (a proxy in front); without a slash at
    /// the end.
    pub public_url: Option<String>,
    /// Name of the workspace.
    pub workspace: String,
    /// How long requests under way may take to finish at a stop.
    pub stop_timeout: Duration,
    /// What is told to the operator: a filter as tracing-subscriber reads it, `info`, `redtrail=debug,warn`.
    pub log: String,
    /// `text` or `json`.
    pub log_format: LogFormat,
}

/// How the process writes its log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

impl Default for Server {
    fn default() -> Server {
        Server {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            workspace: "default".into(),
            stop_timeout: Duration::from_secs(3),
            log: "info".into(),
            log_format: LogFormat::Text,
        }
    }
}

impl Server {
    pub(super) fn read(given: &mut Given) -> Server {
        let default = Server::default();
        let listen = rule::text("an IP address and a port, such as \"127.0.0.1:8080\"", |text| {
            text.parse().ok()
        });
        let url = rule::text(
            "\"\" or an address such as \"https://redtrail.example.com\", without a path",
            url,
        );
        let name = rule::text("1 to 64 characters without control characters", |text| {
            let is_right = (1..=64).contains(&text.chars().count()) && !text.chars().any(char::is_control);
            is_right.then(|| text.to_owned())
        });
        let filter = rule::text(
            "a level (error, warn, info, debug, trace, off) or a filter such as \"redtrail=debug,warn\"",
            |text| {
                let is_right = !text.trim().is_empty() && EnvFilter::builder().parse(text).is_ok();
                is_right.then(|| text.to_owned())
            },
        );
        let format = rule::text("\"text\" or \"json\"", |text| match text {
            "text" => Some(LogFormat::Text),
            "json" => Some(LogFormat::Json),
            _ => None,
        });
        let stop = rule::duration(Duration::from_secs(1), Duration::from_secs(60));
        Server {
            listen: given.take("server.listen", default.listen, &listen),
            public_url: given.take("server.public_url", default.public_url, &url),
            workspace: given.take("server.workspace", default.workspace, &name),
            stop_timeout: given.take("server.stop_timeout", default.stop_timeout, &stop),
            log: given.take("server.log", default.log, &filter),
            log_format: given.take("server.log_format", default.log_format, &format),
        }
    }
}

/// The outer `None`: not an address.
fn url(text: &str) -> Option<Option<String>> {
    if text.is_empty() {
        return Some(None);
    }
    let text = text.strip_suffix('/').unwrap_or(text);
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"))?;
    let is_right = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
    (!host.is_empty() && host.len() <= 255 && host.chars().all(is_right)).then(|| Some(text.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_public_url_is_a_scheme_and_a_host() {
        assert_eq!(url(""), Some(None));
        for (text, kept) in [
            ("https://red.example.com/", "https://red.example.com"),
            ("http://10.0.0.1:8080", "http://10.0.0.1:8080"),
            ("http://[::1]:80", "http://[::1]:80"),
        ] {
            assert_eq!(url(text), Some(Some(kept.to_owned())), "{text}");
        }
        for text in [
            "red.example.com",
            "ftp://x",
            "https://",
            "https://x/path",
            "https://u@x",
            "https://x?y",
        ] {
            assert_eq!(url(text), None, "{text}");
        }
    }
}
