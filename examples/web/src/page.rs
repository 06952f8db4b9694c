//! The page: four files, without a build step.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

use crate::Directory;

pub(crate) fn routes() -> Router<Directory> {
    Router::new()
        .route("/", get(([(CONTENT_TYPE, "text/html; charset=utf-8")], include_str!("page/index.html"))))
        .route("/page.js", get(([(CONTENT_TYPE, "text/javascript; charset=utf-8")], include_str!("page/page.js"))))
        .route("/icon.svg", get(([(CONTENT_TYPE, "image/svg+xml")], include_str!("page/icon.svg"))))
        .route("/page.css", get(([(CONTENT_TYPE, "text/css; charset=utf-8")], include_str!("page/page.css"))))
}
