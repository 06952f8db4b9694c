//! Clients of AWS services that a test emulates.

use aws_sdk_dynamodb::config::retry::RetryConfig;
use aws_sdk_dynamodb::config::{BehaviorVersion, Credentials, IdentityCache, Region, StalledStreamProtectionConfig};
use aws_smithy_runtime_api::client::http::{HttpConnector, SharedHttpClient, SharedHttpConnector, http_client_fn};

/// Responds for both services.
pub(crate) struct Service(SharedHttpClient);

impl Service {
    pub(crate) fn new(connector: impl HttpConnector + 'static) -> Self {
        let connector = SharedHttpConnector::new(connector);
        Self(http_client_fn(move |_, _| connector.clone()))
    }

    pub(crate) fn dynamodb(&self) -> aws_sdk_dynamodb::Client {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new("us-west-2"))
            .credentials_provider(credentials())
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled())
            .http_client(self.0.clone())
            .build();
        aws_sdk_dynamodb::Client::from_conf(config)
    }

    pub(crate) fn kms(&self, region: &str) -> aws_sdk_kms::Client {
        let config = aws_sdk_kms::Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::new(region.to_owned()))
            .credentials_provider(credentials())
            .identity_cache(IdentityCache::no_cache())
            .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
            .retry_config(RetryConfig::disabled())
            .http_client(self.0.clone())
            .build();
        aws_sdk_kms::Client::from_conf(config)
    }
}

fn credentials() -> Credentials {
    Credentials::new("test", "test", None, None, "test")
}
