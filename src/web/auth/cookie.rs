//! The cookie of a page's session.

use std::time::Duration;

use actix_web::HttpRequest;
use actix_web::cookie::{Cookie, SameSite, time};
use actix_web::web::Data;

use super::origin::PublicUrl;

/// Its name.
pub const SESSION_COOKIE: &str = "redtrail_session";

/// The value a request carries.
pub fn value(request: &HttpRequest) -> Option<String> {
    request.cookie(SESSION_COOKIE).map(|cookie| cookie.value().to_owned())
}

/// The cookie that begins a session; `lasts` is `auth.session`.
pub fn begin(request: &HttpRequest, value: &str, lasts: Duration) -> Cookie<'static> {
    let seconds = i64::try_from(lasts.as_secs()).unwrap_or(i64::MAX);
    made(request, value.to_owned(), time::Duration::seconds(seconds))
}

/// The cookie that makes the browser forget its session.
pub fn end(request: &HttpRequest) -> Cookie<'static> {
    made(request, String::new(), time::Duration::ZERO)
}

fn made(request: &HttpRequest, value: String, lasts: time::Duration) -> Cookie<'static> {
    let public = request.app_data::<Data<PublicUrl>>();
    Cookie::build(SESSION_COOKIE, value)
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(public.is_some_and(|public| public.is_https()))
        .max_age(lasts)
        .finish()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn a_session_cookie_is_kept_from_scripts_other_sites_and_plain_connections() {
        let request = |url| {
            TestRequest::default()
                .app_data(Data::new(PublicUrl::of(url)))
                .to_http_request()
        };
        let day = Duration::from_secs(86400);
        let open = begin(&request(None), "v", day).to_string();
        assert_eq!(
            open,
            "redtrail_session=v; HttpOnly; SameSite=Lax; Path=/; Max-Age=86400"
        );
        let sealed = begin(&request(Some("https://red.example.com")), "v", day).to_string();
        assert!(sealed.contains("; Secure"), "{sealed}");
        assert!(end(&request(None)).to_string().contains("Max-Age=0"));
    }
}
