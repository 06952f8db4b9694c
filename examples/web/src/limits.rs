//! Limits on requests: size, time and number.

use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::error_handling::HandleErrorLayer;
use axum::extract::{DefaultBodyLimit, Request};
use axum::http::header::{CACHE_CONTROL, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use tower::limit::GlobalConcurrencyLimitLayer;
use tower::load_shed::LoadShedLayer;
use tower::timeout::TimeoutLayer;
use tower::timeout::error::Elapsed;
use tower::{BoxError, ServiceBuilder};
use tower_http::set_header::SetResponseHeaderLayer;
use tower_http::trace::TraceLayer;

use crate::error::Problem;

/// The largest record has some kilobytes of notes.
const LARGEST_BODY: usize = 64 * 1024;

/// The SDK's own retries end before this.
const LONGEST_REQUEST: Duration = Duration::from_secs(15);

/// A body of that size must arrive within this time.
const LONGEST_BODY: Duration = Duration::from_secs(10);

/// Requests beyond this number, over all routes, are rejected at once instead of being queued.
const MOST_REQUESTS: usize = 512;

/// All resources of the page come from the service itself, and nothing is inline.
const ONLY_OURS: HeaderValue = HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'");

/// Records are personal data: no cache may keep them, neither the browser's nor a proxy's.
const UNCACHED: HeaderValue = HeaderValue::from_static("no-store");

/// Limits these routes. The routes for health checks (`alive`) only get the headers.
pub(crate) fn limit(routes: Router, alive: Router) -> Router {
    let number_and_time = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(explain))
        .layer(LoadShedLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(MOST_REQUESTS))
        .layer(TimeoutLayer::new(LONGEST_REQUEST));
    routes
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(number_and_time)
        // Bodies are read before a request counts, so that slow bodies do not block other clients.
        .layer(from_fn(read_body))
        .merge(alive)
        .layer(SetResponseHeaderLayer::overriding(CACHE_CONTROL, UNCACHED))
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, ONLY_OURS))
        .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(TraceLayer::new_for_http())
}

async fn read_body(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    if announced(&parts.headers) > LARGEST_BODY {
        return Problem::too_large().into_response();
    }
    match tokio::time::timeout(LONGEST_BODY, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(bytes)) => next.run(Request::from_parts(parts, Body::from(bytes))).await,
        Ok(Err(_)) => Problem::too_large().into_response(),
        Err(_) => Problem::too_slow().into_response(),
    }
}

fn announced(headers: &HeaderMap) -> usize {
    headers.get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok()).unwrap_or(0)
}

async fn explain(error: BoxError) -> Problem {
    if error.is::<Elapsed>() { Problem::unknown_outcome() } else { Problem::overloaded() }
}
