//! Which attempts of a request had no clear answer.
//!
//! The SDK retries by itself, so an answer "condition failed" can be caused by our own first attempt, and an error can hide
//! that the write happened.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::{FinalizerInterceptorContextRef, InterceptorContext};
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::orchestrator::OrchestratorError;
use aws_smithy_runtime_api::client::retries::classifiers::{ClassifyRetry, RetryAction};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;

/// Listens to the attempts of one request.
#[derive(Clone, Debug, Default)]
pub(super) struct Attempts {
    unclear: Arc<AtomicBool>,
}

impl Attempts {
    /// True if an attempt may have been carried out although it did not say so.
    pub(super) fn were_unclear(&self) -> bool {
        self.unclear.load(Ordering::Acquire)
    }
}

#[dyn_dispatch_hint]
impl Intercept for Attempts {
    fn name(&self) -> &'static str {
        "Attempts"
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if is_unclear(context.inner()) {
            self.unclear.store(true, Ordering::Release);
        }
        Ok(())
    }
}

/// Keeps the SDK from repeating a write that may have happened, where doing it twice is not the same as doing it once:
/// between the two, somebody else may have changed the item.
#[derive(Debug)]
pub(super) struct NeverRepeat;

impl ClassifyRetry for NeverRepeat {
    fn classify_retry(&self, context: &InterceptorContext) -> RetryAction {
        if is_unclear(context) { RetryAction::RetryForbidden } else { RetryAction::NoActionIndicated }
    }

    fn name(&self) -> &'static str {
        "NeverRepeat"
    }
}

/// Only a refusal (4xx), a success that could be read, or an error before anything was sent is clear.
fn is_unclear(context: &InterceptorContext) -> bool {
    let Some(Err(error)) = context.output_or_error() else {
        return false;
    };
    match error {
        error if error.is_operation_error() => {
            !context.response().is_some_and(|answer| answer.status().is_client_error())
        }
        error => was_sent(error),
    }
}

fn was_sent<E>(error: &OrchestratorError<E>) -> bool {
    error.is_connector_error() || error.is_timeout_error() || error.is_response_error()
}
