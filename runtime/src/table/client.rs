//! The client that a table sends its requests with.

use aws_sdk_dynamodb::Client;

use crate::aws::transit::AllowedHost;
use crate::aws::transit::RequireHttps;

use super::attempts::{NeverRepeat, Watch};
use super::meter::Meter;

/// The same client, but it refuses plain HTTP to other machines, except to the `allowed` hosts, watches the attempts of
/// writes, and tells the [spans](super::span) of requests what they take.
pub(crate) fn client(given: &Client, allowed: Vec<AllowedHost>) -> Client {
    let config =
        given.config().to_builder().interceptor(RequireHttps::new(allowed, given.config().http_client().is_none()));
    Client::from_conf(config.interceptor(Watch).retry_classifier(NeverRepeat).interceptor(Meter).build())
}
