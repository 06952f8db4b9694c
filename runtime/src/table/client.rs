//! The client with which a table sends its requests.

use aws_sdk_dynamodb::Client;

use crate::aws::transit::AllowedHost;
use crate::aws::transit::RequireHttps;

use super::attempts::{NeverRepeat, Watch};
use super::meter::Meter;

/// Returns the same client, which also rejects plain HTTP to other machines except the `allowed` hosts, tracks the
/// attempts of writes, and reports their cost to the [spans](super::span) of requests.
pub(crate) fn client(given: &Client, allowed: Vec<AllowedHost>) -> Client {
    let config =
        given.config().to_builder().interceptor(RequireHttps::new(allowed, given.config().http_client().is_none()));
    Client::from_conf(config.interceptor(Watch).retry_classifier(NeverRepeat).interceptor(Meter).build())
}
