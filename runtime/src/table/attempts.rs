//! Tracks which attempts of a request had no clear response.
//!
//! The SDK retries automatically, so the response "condition failed" can be caused by our own first attempt, and an
//! error can hide that the write was applied.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{FinalizerInterceptorContextRef, InterceptorContext};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

tokio::task_local! {
    /// The request that the task sends. The client is created once, with [`Watch`] and [`NeverRepeat`] for all its
    /// requests: adding them to each request would take longer than all other work for an item.
    static ATTEMPTS: Attempts;
}

/// Whether the SDK may repeat a write that may have been applied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Its condition names a signature that no later state of the item has, so it cannot be applied twice.
    Freely,
    Never,
}

/// The attempts of one request.
#[derive(Clone, Debug)]
pub(super) struct Attempts {
    repeat: Repeat,
    unclear: Arc<AtomicBool>,
}

impl Attempts {
    pub(super) fn new(repeat: Repeat) -> Self {
        Self { repeat, unclear: Arc::default() }
    }

    /// Sends the request, with a client of [`client`](super::client()).
    pub(super) async fn of<F: Future>(&self, send: F) -> F::Output {
        ATTEMPTS.scope(self.clone(), send).await
    }

    /// Returns whether an attempt may have been applied. Only for a request that failed.
    pub(super) fn were_unclear(&self) -> bool {
        self.unclear.load(Ordering::Acquire)
    }
}

/// Records attempts without a clear response.
#[derive(Debug)]
pub(super) struct Watch;

#[dyn_dispatch_hint]
impl Intercept for Watch {
    fn name(&self) -> &'static str {
        "Watch"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if may_have_happened(context.inner()) {
            // Ignored outside of `Attempts::of`.
            let _ = ATTEMPTS.try_with(|attempts| attempts.unclear.store(true, Ordering::Release));
        }
        Ok(())
    }
}

/// Prevents the SDK from repeating a write that may have been applied, if repeating it could have another effect:
/// another writer may have changed the item in between.
#[derive(Debug)]
pub(super) struct NeverRepeat;

impl ClassifyRetry for NeverRepeat {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        let is_asked_for = ATTEMPTS.try_with(|attempts| attempts.repeat == Repeat::Never).unwrap_or(false);
        if is_asked_for && context.is_failed() && may_have_happened(context) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "NeverRepeat"
    }
}

/// Only a rejection (4xx), or an error before the request was sent, means that the write was not applied. A successful
/// response may not reach the caller: reading it can fail, or an interceptor of the program can.
fn may_have_happened(context: &InterceptorContext) -> bool {
    match (context.response(), context.output_or_error()) {
        (Some(response), _) => !response.status().is_client_error(),
        (None, Some(Err(error))) => was_sent(error),
        (None, _) => false,
    }
}

fn was_sent<E>(error: &OrchestratorError<E>) -> bool {
    error.is_connector_error() || error.is_timeout_error() || error.is_response_error()
}
