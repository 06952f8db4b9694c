//! A server that responds to a different request than the one it received.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;

/// The text that is replaced in requests. Clones share their state.
#[derive(Clone, Debug, Default)]
pub struct Lie(Arc<Mutex<(&'static str, &'static str)>>);

impl Lie {
    /// Returns the same client with a server that is honest until the first [`tell`](Self::tell).
    pub fn client(&self, client: &Client) -> Client {
        Client::from_conf(client.config().to_builder().interceptor(self.clone()).build())
    }

    /// From now on, replaces the first text by the second in every request. Each request must contain it.
    pub fn tell(&self, asked: &'static str, answered: &'static str) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = (asked, answered);
    }
}

#[dyn_dispatch_hint]
impl Intercept for Lie {
    fn name(&self) -> &'static str {
        "Lie"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let (asked, answered) = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let request = context.request_mut();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        if !body.contains(asked) {
            return Err(format!("{asked} was not asked: {body}").into());
        }
        *request.body_mut() = SdkBody::from(body.replace(asked, answered));
        Ok(())
    }
}
