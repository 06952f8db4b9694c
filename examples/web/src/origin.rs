//! The origins that may call the service from a browser: its own page, under its own name. There is no login here; with
//! one, these checks prevent other sites from using it.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::header::{HOST, ORIGIN};
use axum::http::uri::Authority;
use axum::http::{HeaderMap, Method, Uri};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};

use crate::error::Problem;

/// The names of the local machine, for trials.
const OF_THIS_MACHINE: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Rejects requests for other hosts than these and the local machine, and changes requested by another site.
pub(crate) fn guard(routes: Router, hosts: Vec<String>) -> Router {
    routes.layer(from_fn_with_state(hosts.into(), check))
}

type Hosts = std::sync::Arc<[String]>;

async fn check(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let Some(host) = host(request.uri(), request.headers()).filter(|host| is_ours(host.host(), &hosts)) else {
        // A site whose name resolves to this service would be another origin with all rights.
        return Problem::not_ours().into_response();
    };
    if changes_something(request.method()) && !is_same_origin(request.headers(), &host) {
        return Problem::of_another_site().into_response();
    }
    next.run(request).await
}

fn host(uri: &Uri, headers: &HeaderMap) -> Option<Authority> {
    match uri.authority() {
        Some(authority) => Some(authority.clone()),
        None => headers.get(HOST)?.to_str().ok()?.parse().ok(),
    }
}

fn is_ours(host: &str, hosts: &[String]) -> bool {
    let names = OF_THIS_MACHINE.iter().copied().chain(hosts.iter().map(String::as_str));
    names.into_iter().any(|name| name.eq_ignore_ascii_case(host))
}

fn changes_something(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD)
}

/// Browsers send the origin of a request; other clients do not, and have no user's rights.
fn is_same_origin(headers: &HeaderMap, host: &Authority) -> bool {
    let site = headers.get("sec-fetch-site").map(|site| site.as_bytes());
    let origin = headers.get(ORIGIN).map(|origin| origin.to_str().unwrap_or_default());
    let is_host = |origin: &str| origin.split_once("://").is_some_and(|(_, authority)| authority == host.as_str());
    site.is_none_or(|site| site == b"same-origin" || site == b"none") && origin.is_none_or(is_host)
}
