//! Which hosts are this server, and what comes from another site. A page of another site can make a browser send
//! requests here; it can fake neither `Origin` nor `Sec-Fetch-Site`, and a name that is turned to this machine
//! (DNS rebinding) shows in `Host`.

use actix_web::HttpRequest;
use actix_web::http::Uri;
use actix_web::http::header::{self, HeaderName};
use actix_web::web::Data;

/// Where people reach the server from outside, as `server.public_url` says.
#[derive(Debug, Clone, Default)]
pub struct PublicUrl {
    is_https: bool,
    /// Host and port; the port of the scheme when none is written.
    place: Option<(String, u16)>,
}

impl PublicUrl {
    /// Of an address that the configuration has checked; without one there is only this machine.
    pub fn of(url: Option<&str>) -> PublicUrl {
        let uri: Option<Uri> = url.and_then(|url| url.parse().ok());
        let is_https = uri.as_ref().is_some_and(|uri| uri.scheme_str() == Some("https"));
        let authority = uri.as_ref().and_then(|uri| uri.authority());
        PublicUrl {
            is_https,
            place: authority.and_then(|authority| place(authority.as_str(), is_https)),
        }
    }

    /// Whether cookies may go over TLS only.
    pub fn is_https(&self) -> bool {
        self.is_https
    }

    fn is_host(&self, host: &str) -> bool {
        // A proxy may leave out the port or not; which of both schemes' it then is, the name decides.
        let Some(public) = &self.place else { return false };
        place(host, self.is_https).as_ref() == Some(public)
    }
}

/// Host in small letters, and port.
fn place(authority: &str, is_https: bool) -> Option<(String, u16)> {
    let scheme_port = if is_https { 443 } else { 80 };
    let (name, port) = split(authority)?;
    let port = if port.is_empty() {
        scheme_port
    } else {
        port.parse().ok()?
    };
    Some((name.to_ascii_lowercase(), port))
}

/// Host and port as written; `None` for what is no authority of a `Host` header.
fn split(authority: &str) -> Option<(&str, &str)> {
    if authority.contains(['@', '/']) {
        return None;
    }
    if authority.starts_with('[') {
        let (name, rest) = authority.split_at_checked(authority.find(']')?.checked_add(1)?)?;
        return match rest {
            "" => Some((name, "")),
            _ => rest.strip_prefix(':').map(|port| (name, port)),
        };
    }
    match authority.split_once(':') {
        Some((_, port)) if port.contains(':') => None,
        Some(both) => Some(both),
        None => Some((authority, "")),
    }
}

/// Whether a `Host` names this machine itself, on any port.
fn is_loopback(host: &str) -> bool {
    split(host).is_some_and(|(name, port)| {
        let is_port = port.bytes().all(|byte| byte.is_ascii_digit());
        is_port && (name.eq_ignore_ascii_case("localhost") || name == "127.0.0.1" || name == "[::1]")
    })
}

fn public(request: &HttpRequest) -> PublicUrl {
    request
        .app_data::<Data<PublicUrl>>()
        .map_or_else(PublicUrl::default, |url| url.as_ref().clone())
}

/// Every host a request says it is for: one, unless somebody plays tricks.
fn hosts(request: &HttpRequest) -> Vec<String> {
    let written = request.headers().get_all(header::HOST);
    let written = written.map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned());
    let absolute = request.uri().authority().map(|authority| authority.as_str().to_owned());
    written.chain(absolute).collect()
}

/// Whether the host a request is for is one of ours: a cookie counts only then.
pub fn is_own_host(request: &HttpRequest) -> bool {
    let public = public(request);
    let hosts = hosts(request);
    !hosts.is_empty() && hosts.iter().all(|host| is_loopback(host) || public.is_host(host))
}

/// Whether a page of another site made the browser send this.
pub fn is_foreign(request: &HttpRequest) -> bool {
    let site = HeaderName::from_static("sec-fetch-site");
    let own_site = |value: &[u8]| matches!(value, b"same-origin" | b"none");
    if request.headers().get_all(site).any(|value| !own_site(value.as_bytes())) {
        return true;
    }
    let (public, hosts) = (public(request), hosts(request));
    let mut origins = request.headers().get_all(header::ORIGIN);
    origins.any(|origin| {
        origin
            .to_str()
            .map_or(true, |origin| !is_own_origin(origin, &hosts, &public))
    })
}

/// Own are the public address, and the origin of the host the request is for; where that host is the public one, its
/// scheme counts, too.
fn is_own_origin(origin: &str, hosts: &[String], public: &PublicUrl) -> bool {
    let Some((scheme, authority)) = origin.split_once("://") else {
        return false;
    };
    let is_https = match scheme {
        "https" => true,
        "http" => false,
        _ => return false,
    };
    let Some(own) = place(authority, is_https) else {
        return false;
    };
    let is_public = public.is_https == is_https && public.place.as_ref() == Some(&own);
    let is_of = |host: &String| !public.is_host(host) && place(host, is_https).as_ref() == Some(&own);
    is_public || !hosts.is_empty() && hosts.iter().all(is_of)
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn request(public: &str, headers: &[(&str, &str)]) -> HttpRequest {
        let public = PublicUrl::of(Some(public).filter(|url| !url.is_empty()));
        let request = TestRequest::default().app_data(Data::new(public));
        headers
            .iter()
            .fold(request, |request, (name, value)| request.append_header((*name, *value)))
            .to_http_request()
    }

    #[test]
    fn only_this_machine_and_the_public_address_are_own_hosts() {
        let public = "https://red.example.com";
        for (host, own) in [
            ("localhost", true),
            ("LocalHost:8080", true),
            ("127.0.0.1:1", true),
            ("[::1]:8080", true),
            ("[::1]", true),
            ("red.example.com", true),
            ("RED.example.com:443", true),
            ("red.example.com:80", false),
            ("red.example.com.evil.example", false),
            ("evil.example", false),
            ("localhost.evil.example", false),
            ("localhost:80@evil.example", false),
            ("127.0.0.1.nip.io", false),
            ("[::1].evil.example", false),
            ("127.0.0.2", false),
            ("", false),
        ] {
            assert_eq!(is_own_host(&request(public, &[("host", host)])), own, "{host}");
        }
        let two = request(public, &[("host", "localhost"), ("host", "evil.example")]);
        assert!(!is_own_host(&two));
        assert!(!is_own_host(&request(public, &[])));
        assert!(!is_own_host(&request("", &[("host", "red.example.com")])));
        let with_port = request("http://red.example.com:9000", &[("host", "red.example.com:9000")]);
        assert!(is_own_host(&with_port));
    }

    #[test]
    fn what_another_site_sends_is_foreign() {
        let public = "https://red.example.com";
        let origin = |host, origin| is_foreign(&request(public, &[("host", host), ("origin", origin)]));
        for (host, from, foreign) in [
            ("localhost:8080", "http://localhost:8080", false),
            ("localhost:8080", "http://localhost:3000", true),
            ("localhost:8080", "http://127.0.0.1:8080", true),
            ("red.example.com", "https://red.example.com", false),
            ("red.example.com", "http://red.example.com", true),
            ("127.0.0.1:8080", "https://red.example.com", false),
            ("10.0.0.1:8080", "http://10.0.0.1:8080", false),
            ("localhost", "https://evil.example", true),
            ("localhost", "null", true),
            ("localhost", "", true),
            ("localhost", "http://localhost@evil.example", true),
            ("localhost", "chrome-extension://abc", true),
        ] {
            assert_eq!(origin(host, from), foreign, "{from} at {host}");
        }
        for (site, foreign) in [
            ("same-origin", false),
            ("none", false),
            ("same-site", true),
            ("cross-site", true),
            ("x", true),
        ] {
            let asked = request(public, &[("host", "localhost"), ("sec-fetch-site", site)]);
            assert_eq!(is_foreign(&asked), foreign, "{site}");
        }
        assert!(
            !is_foreign(&request(public, &[("host", "anything.example")])),
            "curl sends neither"
        );
    }
}
