//! The page: its files, without a build step.

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;

const HTML: &str = "text/html; charset=utf-8";
const SCRIPT: &str = "text/javascript; charset=utf-8";
const STYLE: &str = "text/css; charset=utf-8";
const PICTURE: &str = "image/svg+xml";

/// Each path with the type and the text of its file.
const FILES: [(&str, &str, &str); 9] = [
    ("/", HTML, include_str!("page/index.html")),
    ("/page.css", STYLE, include_str!("page/page.css")),
    ("/icon.svg", PICTURE, include_str!("page/icon.svg")),
    ("/page.js", SCRIPT, include_str!("page/page.js")),
    ("/company.js", SCRIPT, include_str!("page/company.js")),
    ("/directory.js", SCRIPT, include_str!("page/directory.js")),
    ("/record.js", SCRIPT, include_str!("page/record.js")),
    ("/service.js", SCRIPT, include_str!("page/service.js")),
    ("/state.js", SCRIPT, include_str!("page/state.js")),
];

pub(crate) fn routes<S: Clone + Send + Sync + 'static>() -> Router<S> {
    FILES
        .into_iter()
        .fold(Router::new(), |routes, (path, kind, text)| routes.route(path, get(([(CONTENT_TYPE, kind)], text))))
}
