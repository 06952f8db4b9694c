//! Clients that reject every request, because the settings of their table are invalid.

use std::error::Error as StdError;
use std::fmt;

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeSerializationInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_types::config_bag::ConfigBag;

/// Returns the same client. If the table is named by its ARN, the client rejects every request: signatures would be
/// bound to the ARN, and would verify neither under the table's name nor in another Region or account.
pub(crate) fn reject_arn(client: Client, table_name: &str) -> Client {
    if !table_name.starts_with("arn:") {
        return client;
    }
    reject(
        &client,
        "the table is given by its ARN, and signatures are bound to a name; nothing was sent. Set the name with \
         `.logical_table_name(\"..\")`",
    )
}

/// Returns the same client, which rejects every request for this reason.
pub(crate) fn reject(client: &Client, reason: &'static str) -> Client {
    Client::from_conf(client.config().to_builder().interceptor(RejectAll(Rejection(reason))).build())
}

#[derive(Debug)]
struct RejectAll(Rejection);

#[dyn_dispatch_hint]
impl Intercept for RejectAll {
    fn name(&self) -> &'static str {
        "RejectAll"
    }

    fn read_before_execution(
        &self,
        _context: &BeforeSerializationInterceptorContextRef<'_>,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Err(self.0.into())
    }
}

/// The guard's error, which [`sdk_error`](crate::sdk_error) converts to an [`Error`](crate::Error).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rejection(&'static str);

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl StdError for Rejection {}
