//! Signing in and out.

use redtrail::access::Role;

use super::world::Page;
use crate::support::client::{Client, Reply};
use crate::support::web::{TestServer, new_token};

/// Sends a form as a browser would.
async fn submit(client: &Client, path: &str, form: &str) -> Reply {
    let client = client.with("content-type", "application/x-www-form-urlencoded");
    client.post(path, form.to_owned()).await
}

fn session_of(reply: &Reply) -> String {
    let cookie = reply.header("set-cookie").expect("a session begins");
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"),
        "{cookie}"
    );
    cookie.split(';').next().unwrap().to_owned()
}

async fn secret(server: &TestServer, role: Role) -> String {
    let mut new = new_token(role);
    new.name = format!("token-{role:?}");
    server.access.create(new).await.unwrap().1
}

#[tokio::test]
async fn a_page_leads_to_sign_in_and_back_after_it() {
    let server = TestServer::start().await;
    let browser = server.nobody();
    let refused = browser.get("/flow-runs?state=failed&customer=a").await;
    assert_eq!(refused.status, 303);
    let sign_in = refused.header("location").unwrap().to_owned();
    let page = Page::of(&sign_in, browser.get(&sign_in).await);
    assert_eq!(page.reply.status, 200);
    assert_eq!(page.all("label[for=token]").len(), 1);
    assert_eq!(
        page.all("input[name=next]")[0].attr("value"),
        Some("/flow-runs?state=failed&customer=a")
    );

    let token = secret(&server, Role::Read).await;
    let form = format!("token={token}&next=%2Fflow-runs%3Fstate%3Dfailed");
    let signed = submit(&browser, "/sign-in", &form).await;
    assert_eq!(signed.status, 303);
    assert_eq!(signed.header("location"), Some("/flow-runs?state=failed"));
    let session = session_of(&signed);
    assert!(!session.contains(&token));
    let browser = browser.with("cookie", &session);
    assert_eq!(browser.get("/flow-runs").await.status, 200);

    let out = submit(&browser, "/sign-out", "").await;
    assert_eq!((out.status, out.header("location")), (303, Some("/sign-in")));
    assert_eq!(
        browser.get("/flow-runs").await.status,
        303,
        "the session has ended at the server too"
    );
}

#[tokio::test]
async fn looking_at_a_link_does_not_use_it_up_but_the_button_does() {
    let server = TestServer::start().await;
    let browser = server.nobody();
    let link = server.access.create_link().await.unwrap();
    for _ in 0..3 {
        let page = Page::of("/sign-in", browser.get(&format!("/sign-in?link={link}")).await);
        assert_eq!(page.all("input[name=link]")[0].attr("value"), Some(link.as_str()));
        assert!(page.all("input[name=token]").is_empty());
        assert!(page.reply.header("set-cookie").is_none());
    }
    let signed = submit(&browser, "/sign-in", &format!("link={link}")).await;
    assert_eq!((signed.status, signed.header("location")), (303, Some("/")));
    let page = Page::of("/", browser.with("cookie", &session_of(&signed)).get("/").await);
    assert_eq!(page.reply.status, 200);
    assert_eq!(page.text_of(".who"), "Signed in as session");
    let again = Page::of("/sign-in", submit(&browser, "/sign-in", &format!("link={link}")).await);
    assert_eq!(again.reply.status, 401);
    assert!(again.text_of("[role=alert]").contains("used already"));
    assert_eq!(
        again.all("input[name=token]").len(),
        1,
        "there is another way to sign in"
    );
}

#[tokio::test]
async fn wrong_tokens_and_ways_back_to_other_sites_are_refused() {
    let server = TestServer::start().await;
    let browser = server.nobody();
    for (form, said) in [
        ("token=pat-wrong".to_owned(), "No token has this text"),
        (String::new(), "No token has this text"),
        (
            format!("token={}", secret(&server, Role::Ingest).await),
            "may only send records",
        ),
    ] {
        let page = Page::of("/sign-in", submit(&browser, "/sign-in", &form).await);
        assert_eq!(page.reply.status, 401);
        assert!(page.text_of("[role=alert]").contains(said));
        assert!(page.reply.header("set-cookie").is_none());
        assert!(!page.reply.text().contains("pat-wrong"));
    }
    let token = secret(&server, Role::Admin).await;
    let form = format!("token={token}&next=%2F%2Fevil.example");
    let signed = submit(&browser, "/sign-in", &form).await;
    assert_eq!(signed.header("location"), Some("/"));
}

#[tokio::test]
async fn no_other_site_can_sign_somebody_in_or_out() {
    let server = TestServer::start().await;
    let token = secret(&server, Role::Read).await;
    let form = format!("token={token}");
    let session = session_of(&submit(&server.nobody(), "/sign-in", &form).await);
    let foreign = server
        .nobody()
        .with("origin", "https://evil.example")
        .with("cookie", &session);
    assert_eq!(submit(&foreign, "/sign-in", &form).await.status, 403);
    assert_eq!(submit(&foreign, "/sign-out", "").await.status, 403);
    let elsewhere = server.nobody().with("host", "evil.example");
    assert_eq!(submit(&elsewhere, "/sign-in", &form).await.status, 403);
    assert_eq!(server.nobody().with("cookie", &session).get("/").await.status, 200);
}
