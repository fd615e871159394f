//! Style sheet and icon, inside the binary. An asset's URL has a hash of its content, so it can be cached for ever.

use std::sync::LazyLock;

use actix_web::http::header;
use actix_web::{HttpResponse, web};
use rust_embed::Embed;

/// Everything in `static/`.
#[derive(Embed)]
#[folder = "static/"]
struct Files;

/// Hex digits of an asset's hash in its URL.
const HASH_DIGITS: usize = 16;
const FOR_EVER: &str = "public, max-age=31536000, immutable";

/// URLs of the assets that every page names.
pub struct Urls {
    pub style: String,
    pub icon: String,
}

/// Made once: what is embedded does not change.
pub static URLS: LazyLock<Urls> = LazyLock::new(|| Urls {
    style: url("redtrail.css"),
    icon: url("icon.svg"),
});

fn hash(content: &[u8]) -> String {
    let hash = blake3::hash(content).to_hex();
    hash.chars().take(HASH_DIGITS).collect()
}

fn url(name: &str) -> String {
    let hash = Files::get(name).map(|file| hash(&file.data)).unwrap_or_default();
    format!("/static/{hash}/{name}")
}

/// Adds `/static/{hash}/{name}`.
pub fn routes(table: &mut web::ServiceConfig) {
    table.service(web::resource("/static/{hash}/{name}").route(web::get().to(asset)));
}

/// Another hash than the content's is not found: an old page's asset is not answered with a new one for ever.
async fn asset(path: web::Path<(String, String)>) -> HttpResponse {
    let (asked, name) = path.into_inner();
    let Some(file) = Files::get(&name).filter(|file| hash(&file.data) == asked) else {
        return HttpResponse::NotFound()
            .content_type("text/plain")
            .body("No such asset.");
    };
    let kind = match name.rsplit('.').next() {
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    };
    HttpResponse::Ok()
        .content_type(kind)
        .insert_header((header::CACHE_CONTROL, FOR_EVER))
        .body(file.data.into_owned())
}
