//! Ordinary SDK clients for services on this machine, with dummy credentials.

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};

use crate::setup::Endpoint;

/// Returns a client for DynamoDB at an endpoint.
pub fn dynamodb_client(endpoint: &Endpoint) -> aws_sdk_dynamodb::Client {
    let config = aws_sdk_dynamodb::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(endpoint.region.clone()))
        .credentials_provider(credentials())
        .endpoint_url(&endpoint.url);
    aws_sdk_dynamodb::Client::from_conf(config.build())
}

pub(super) fn kms_client(endpoint: &Endpoint) -> aws_sdk_kms::Client {
    let config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(endpoint.region.clone()))
        .credentials_provider(credentials())
        .endpoint_url(&endpoint.url);
    aws_sdk_kms::Client::from_conf(config.build())
}

fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "test")
}
