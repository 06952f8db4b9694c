//! What a client may ask of the service: size, time and number of requests.

use std::time::Duration;

use axum::Router;
use axum::error_handling::HandleErrorLayer;
use axum::extract::DefaultBodyLimit;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_SECURITY_POLICY, X_CONTENT_TYPE_OPTIONS};
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

/// Requests beyond these, of all routes together, are refused at once instead of piling up.
const MOST_REQUESTS: usize = 512;

/// Everything of the page comes from the service itself, and nothing is inline.
const ONLY_OURS: HeaderValue = HeaderValue::from_static("default-src 'self'; frame-ancestors 'none'");

pub(crate) fn limit(routes: Router) -> Router {
    let number_and_time = ServiceBuilder::new()
        .layer(HandleErrorLayer::new(explain))
        .layer(LoadShedLayer::new())
        .layer(GlobalConcurrencyLimitLayer::new(MOST_REQUESTS))
        .layer(TimeoutLayer::new(LONGEST_REQUEST));
    routes
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(number_and_time)
        .layer(SetResponseHeaderLayer::overriding(CONTENT_SECURITY_POLICY, ONLY_OURS))
        .layer(SetResponseHeaderLayer::overriding(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")))
        .layer(TraceLayer::new_for_http())
}

async fn explain(error: BoxError) -> Problem {
    if error.is::<Elapsed>() { Problem::unknown_outcome() } else { Problem::overloaded() }
}
