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
    /// True if an attempt may have been carried out. For a request that failed: one that succeeded was.
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
        if may_have_happened(context.inner()) {
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
        if context.is_failed() && may_have_happened(context) {
            RetryAction::RetryForbidden
        } else {
            RetryAction::NoActionIndicated
        }
    }

    fn name(&self) -> &'static str {
        "NeverRepeat"
    }
}

/// Only a refusal (4xx) says that it did not, or an error before anything was sent. That a success was answered does not
/// mean that the caller hears of it: reading the answer can fail, or an interceptor of the program's.
fn may_have_happened(context: &InterceptorContext) -> bool {
    match (context.response(), context.output_or_error()) {
        (Some(answer), _) => !answer.status().is_client_error(),
        (None, Some(Err(error))) => was_sent(error),
        (None, _) => false,
    }
}

fn was_sent<E>(error: &OrchestratorError<E>) -> bool {
    error.is_connector_error() || error.is_timeout_error() || error.is_response_error()
}
