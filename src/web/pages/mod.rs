//! Server-rendered pages. A folder a page, with its template in `templates/` and its tests in `tests/it/pages/`
//! under the same name; `show` is how values look on all of them.

mod below;
mod entity;
mod error;
mod first_steps;
mod go;
mod help;
mod list;
mod node;
mod overview;
mod paging;
mod recent;
mod record;
mod search;
mod shell;
mod show;
mod sign_in;
mod sources;
mod visit;

use actix_web::web::{self, ServiceConfig};
use actix_web::{Route, guard};

use super::assets;
use crate::model::kind::{EntityKind, Kind};

pub use error::bare as error_page;
pub use show::dot::Dot;
pub use show::href;
pub use show::names::kind_of;

/// Adds every page and asset to the URL table.
pub fn routes(table: &mut ServiceConfig) {
    let at = |path: &str| web::resource(path.to_owned());
    table
        .service(at("/").route(get().to(overview::page)))
        .service(
            at("/sign-in")
                .route(get().to(sign_in::page))
                .route(web::post().to(sign_in::sign_in_with)),
        )
        .service(at("/sign-out").route(web::post().to(sign_in::sign_out)))
        .service(at("/flow-runs/{id}/nodes/{key}").route(get().to(node::page)))
        .service(at("/flow-runs/{id}/nodes/{key}/runs/{run}").route(get().to(record::node_run_page)))
        .service(at("/flow-runs/{id}/nodes/{key}/runs/{run}/raw.json").route(get().to(record::node_run_raw_file)));
    table
        .service(at("/search").route(get().to(search::page)))
        .service(at("/go").route(get().to(go::page)))
        .service(at("/help/query").route(get().to(help::query_page)));
    table
        .service(at("/sources").route(get().to(sources::list_page)))
        .service(at("/sources/{name}").route(get().to(sources::show_page)));
    // The list of subscriptions is two: those of external events, which there are more of, come first.
    table.service(web::redirect("/subscriptions", "/subscriptions/external"));
    for (kind, path) in Kind::SENT
        .into_iter()
        .filter_map(|kind| Some((kind, kind.page_path()?)))
    {
        let list = move |visit, pairs| list::page(kind, visit, pairs);
        let record = move |visit, id, asked| record::page(kind, visit, id, asked);
        let file = move |visit, id| record::raw_file(kind, visit, id);
        table
            .service(at(&format!("/{path}")).route(get().to(list)))
            .service(at(&format!("/{path}/{{id}}")).route(get().to(record)))
            .service(at(&format!("/{path}/{{id}}/raw.json")).route(get().to(file)));
    }
    for kind in EntityKind::ALL {
        let path = show::href::entities(kind);
        let list = move |visit, pairs| entity::list_page(kind, visit, pairs);
        let show = move |visit, id, asked| entity::show_page(kind, visit, id, asked);
        table
            .service(at(&format!("/{path}")).route(get().to(list)))
            .service(at(&format!("/{path}/{{id}}")).route(get().to(show)));
    }
    assets::routes(table);
}

/// Asking for the head of a page is asking for the page; the server leaves its body out.
fn get() -> Route {
    web::route().guard(guard::Any(guard::Get()).or(guard::Head()))
}
