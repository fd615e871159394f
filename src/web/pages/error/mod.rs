//! Pages for what went wrong: what happened, what to do, and a way out.

use actix_web::HttpResponse;
use actix_web::http::header;
use askama::Template;

use super::shell::{Bare, Shell};
use super::visit::{Visit, respond};
use crate::model::problem::{Problem, ProblemKey};
use crate::web::error::{Shown, WebError, retry_after, status};

/// What an error page says.
struct Said {
    status: u16,
    title: &'static str,
    /// What happened.
    what: String,
    /// What to do.
    then: &'static str,
    request_id: String,
    /// The list one can go back to.
    list: Option<String>,
}

/// Inside the frame, for who may look.
#[derive(Template)]
#[template(path = "error/page.html")]
struct ErrorPage {
    shell: Shell,
    said: Said,
}

/// For who is not known, or when nothing may be asked of the store.
#[derive(Template)]
#[template(path = "error/bare.html")]
struct BareErrorPage {
    shell: Bare,
    said: Said,
}

/// What was looked for and is not there: `No flow run with this id`.
pub fn not_found(what: String) -> WebError {
    WebError::Problem(Problem::new(
        ProblemKey::NotFound,
        format!("{what} was received, or it is not among what you may see"),
    ))
}

/// The page, or the page that says why there is none. `section` is the list one can go back to.
pub async fn or_page(visit: &Visit, section: &str, page: Result<HttpResponse, WebError>) -> HttpResponse {
    let error = match page {
        Ok(page) => return page,
        Err(error) => error,
    };
    let problem = error.problem();
    let status = status(problem.key);
    if status.is_server_error() {
        tracing::error!(request.id = %visit.request_id, status = status.as_u16(), %error, "a page could not be shown");
    }
    let mut said = say(&problem, visit.request_id.clone());
    said.list = (!section.is_empty()).then(|| format!("/{section}"));
    let shell = Shell::new(visit, said.title, section);
    let mut answer = respond(status, &ErrorPage { shell, said }).unwrap_or_else(|_| HttpResponse::new(status));
    if let Some(seconds) = retry_after(problem.key) {
        answer.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    answer
}

/// The page of an error that is answered before a page's own handler runs.
pub fn bare(shown: &Shown<'_>) -> String {
    let said = say(shown.problem, shown.request_id.to_owned());
    let page = BareErrorPage {
        shell: Bare::new(said.title),
        said,
    };
    // Nothing in it can fail but memory; the status says the rest.
    page.render().unwrap_or_default()
}

fn say(problem: &Problem, request_id: String) -> Said {
    let status = status(problem.key).as_u16();
    let (title, then) = words(status);
    Said {
        status,
        title,
        what: sentence(problem),
        then,
        request_id,
        list: None,
    }
}

fn words(status: u16) -> (&'static str, &'static str) {
    match status {
        400 => (
            "The address cannot be used",
            "Correct it, or begin again from the list.",
        ),
        401 => ("Not signed in", "Sign in, then open the page again."),
        403 => (
            "Not allowed",
            "Open the page at the server's own address, or ask whoever runs it for a token that may do this.",
        ),
        404 => (
            "Not found",
            "Check that the address is whole. What its sender should have sent is among the newest records of the \
             list, if it came.",
        ),
        405 => ("Not possible here", "Open the page from the navigation."),
        413 => ("Too long", "Ask for less at once."),
        429 => ("Too many requests", "Wait a moment, then load the page again."),
        503 => (
            "Busy",
            "What was acknowledged is kept. Wait a moment, then load the page again.",
        ),
        507 => (
            "Low on space",
            "Make room where the data folder is. The server goes on by itself.",
        ),
        500.. => (
            "Something failed here",
            "Load the page again. If it stays, the server's log says why, beside the request's id.",
        ),
        _ => ("The page cannot be shown", "Begin again from the overview."),
    }
}

fn sentence(problem: &Problem) -> String {
    let expected = problem.expected.as_ref();
    let expected = expected.map_or_else(String::new, |what| format!("; expected {what}"));
    super::show::text::sentence(&format!("{}{expected}", problem.message))
}
