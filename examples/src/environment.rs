//! Configures AWS SDK clients from the environment.

use std::env::{self, VarError};

use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, Region};
use aws_sdk_dynamodb::{Client, Config};

/// Reads `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and the optional `AWS_SESSION_TOKEN`.
///
/// # Errors
/// Fails if a variable is missing.
pub fn credentials() -> Result<Credentials, VarError> {
    let session_token = env::var("AWS_SESSION_TOKEN").ok();
    let (id, secret) = (env::var("AWS_ACCESS_KEY_ID")?, env::var("AWS_SECRET_ACCESS_KEY")?);
    Ok(Credentials::new(id, secret, session_token, None, "environment"))
}

/// Returns a client of Amazon DynamoDB in `AWS_REGION`, or of another endpoint.
///
/// # Errors
/// Fails if a variable is missing.
pub fn dynamodb(endpoint: Option<String>) -> Result<Client, VarError> {
    let mut config = Config::builder()
        .behavior_version(BehaviorVersion::latest())
        .region(Region::new(env::var("AWS_REGION")?))
        .credentials_provider(credentials()?);
    config.set_endpoint_url(endpoint);
    Ok(Client::from_conf(config.build()))
}
