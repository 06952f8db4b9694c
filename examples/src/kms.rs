//! A KMS for the examples: the double, or the one of the environment.

use std::env::{self, VarError};

use aws_sdk_kms::Client;
use aws_sdk_kms::config::{BehaviorVersion, Region};
use dynaseal::testing::kms::Kms;

use crate::environment;

/// Returns a client and a key.
///
/// If `AWS_ENDPOINT_URL_KMS` is set, this is the KMS at that endpoint, with `KMS_KEY`, `AWS_REGION`,
/// `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the optional `AWS_SESSION_TOKEN`, which needs the feature `https`.
/// Otherwise it is a double inside the process.
///
/// # Errors
/// Fails if a variable is missing.
pub fn kms() -> Result<(Client, String), VarError> {
    let Ok(endpoint) = env::var("AWS_ENDPOINT_URL_KMS") else {
        let double = Kms::new();
        let key = double.create_key("us-east-1");
        return Ok((double.client("us-east-1"), key));
    };
    Ok((kms_at(Some(endpoint))?, env::var("KMS_KEY")?))
}

/// Returns a client of AWS KMS in `AWS_REGION`, or of another endpoint.
///
/// # Errors
/// Fails if a variable is missing.
pub(crate) fn kms_at(endpoint: Option<String>) -> Result<Client, VarError> {
    let mut config = aws_sdk_kms::Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(env::var("AWS_REGION")?))
        .credentials_provider(environment::credentials()?);
    config.set_endpoint_url(endpoint);
    Ok(Client::from_conf(config.build()))
}
