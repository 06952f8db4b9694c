use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use aws_sdk_dynamodb::config::retry::{RetryConfig, RetryPartition};
use aws_sdk_dynamodb::config::{BehaviorVersion, Builder, Credentials, Region};
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::{Client, Config};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind as RetryKind;

use super::*;

/// The SDK's client over a network that always gives the same response, and counts the requests.
#[derive(Clone)]
pub(crate) struct Network {
    response: Arc<dyn Fn() -> Result<HttpResponse, ConnectorError> + Send + Sync>,
    requests: Arc<AtomicUsize>,
}

impl Network {
    pub(crate) fn new(response: impl Fn() -> Result<HttpResponse, ConnectorError> + Send + Sync + 'static) -> Self {
        Self { response: Arc::new(response), requests: Arc::default() }
    }

    pub(crate) fn answering(status: u16, body: &'static str) -> Self {
        Self::new(move || {
            let mut response = HttpResponse::new(status.try_into().unwrap(), SdkBody::from(body));
            response.headers_mut().insert("x-amzn-requestid", "REQUEST-1");
            Ok(response)
        })
    }

    /// Retries as the SDK does by default, but quickly.
    pub(crate) fn config(&self, endpoint: &str) -> Builder {
        self.anonymous(endpoint).credentials_provider(Credentials::new("id", "secret", None, None, "test"))
    }

    fn anonymous(&self, endpoint: &str) -> Builder {
        static NETWORKS: AtomicUsize = AtomicUsize::new(0);

        let connector = SharedHttpConnector::new(self.clone());
        Config::builder()
            .behavior_version(BehaviorVersion::v2026_01_12())
            .region(Region::from_static("us-east-1"))
            .endpoint_url(endpoint)
            .retry_config(RetryConfig::standard().with_initial_backoff(Duration::from_millis(1)))
            // Clients of one partition share a retry quota.
            .retry_partition(RetryPartition::new(format!("network-{}", NETWORKS.fetch_add(1, Ordering::Relaxed))))
            .http_client(http_client_fn(move |_, _| connector.clone()))
    }

    pub(crate) fn requests(&self) -> usize {
        self.requests.load(Ordering::Relaxed)
    }

    async fn error(&self) -> Error {
        let client = Client::from_conf(self.config("https://localhost").build());
        from_sdk("GetItem", client.get_item().table_name("orders").send().await.unwrap_err())
    }
}

impl HttpConnector for Network {
    fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
        self.requests.fetch_add(1, Ordering::Relaxed);
        HttpConnectorFuture::ready((self.response)())
    }
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Network")
    }
}

#[tokio::test]
async fn service_error_codes_map_to_kinds() {
    use ErrorKind::*;
    for (status, kind, code, body) in [
        (400, NotFound, "ResourceNotFoundException", r#"{"__type":"a#ResourceNotFoundException","message":"m"}"#),
        (400, Throttled, "ThrottlingException", r#"{"__type":"a#ThrottlingException","message":"m"}"#),
        (400, Throttled, "RequestLimitExceeded", r#"{"__type":"a#RequestLimitExceeded","message":"m"}"#),
        (
            400,
            Throttled,
            "ProvisionedThroughputExceededException",
            r#"{"__type":"a#ProvisionedThroughputExceededException","message":"m"}"#,
        ),
        (400, Conflict, "TransactionConflictException", r#"{"__type":"a#TransactionConflictException","message":"m"}"#),
        (
            400,
            Conflict,
            "ReplicatedWriteConflictException",
            r#"{"__type":"a#ReplicatedWriteConflictException","message":"m"}"#,
        ),
        (500, Unavailable, "InternalServerError", r#"{"__type":"a#InternalServerError","message":"m"}"#),
        (503, Unavailable, "ServiceUnavailable", r#"{"__type":"a#ServiceUnavailable","message":"m"}"#),
        (502, Unavailable, "BadGateway", r#"{"__type":"a#BadGateway","message":"m"}"#),
        (400, Sdk, "AccessDeniedException", r#"{"__type":"a#AccessDeniedException","message":"m"}"#),
        (413, Sdk, "", "<html>"),
        (400, Unavailable, "", r#"{"__type":"a#Conditional"#),
        (400, Sdk, "ValidationException", r#"{"__type":"a#ValidationException","message":"m"}"#),
    ] {
        let error = Network::answering(status, body).error().await;
        assert_eq!(error.kind(), kind, "{code}");
        assert_eq!(error.operation(), Some("GetItem"));
        assert_eq!(error.aws_code().unwrap_or_default(), code);
        assert_eq!(error.aws_request_id(), Some("REQUEST-1"));
        assert!(error.to_string().starts_with("GetItem: "), "{error}");
    }
}

#[tokio::test]
async fn a_returned_item_is_shown_only_on_request() {
    let body = r#"{"__type":"a#ConditionalCheckFailedException","message":"SECRET","Item":{"k":{"S":"SECRET"}}}"#;
    let client = Client::from_conf(Network::answering(400, body).config("https://localhost").build());
    let error = from_sdk("PutItem", client.put_item().table_name("orders").send().await.unwrap_err());
    assert_eq!(error.kind(), ErrorKind::ConditionFailed);
    assert!(error.is_conflict());
    assert!(!format!("{error} {error:?} {error:#?}").contains("SECRET"));
    assert!(!DisplayErrorContext(&error).to_string().contains("SECRET"));
    assert!(format!("{:?}", error.sdk_error().unwrap()).contains("SECRET"));
}

#[tokio::test]
async fn transport_errors_are_unavailable_and_construction_errors_are_not() {
    for (kind, connector_error) in [
        (ErrorKind::Unavailable, ConnectorError::io as fn(_) -> _),
        (ErrorKind::Unavailable, ConnectorError::timeout),
        (ErrorKind::Unavailable, |error| ConnectorError::other(error, Some(RetryKind::TransientError))),
        (ErrorKind::Sdk, |error| ConnectorError::other(error, None)),
    ] {
        let error = Network::new(move || Err(connector_error("cut".into()))).error().await;
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(error.aws_code(), None);
    }
    assert_eq!(Network::answering(200, "<html>").error().await.kind(), ErrorKind::Unavailable);

    let network = Network::answering(200, "{}");
    let client = Client::from_conf(network.anonymous("https://localhost").build());
    let error = client.get_item().table_name("orders").send().await.unwrap_err();
    let error = from_sdk("GetItem", error);
    assert_eq!(error.kind(), ErrorKind::Sdk);
    assert!(error.to_string().contains("credentials"), "{error}");
    assert_eq!(network.requests(), 0);
}

#[tokio::test]
async fn a_missing_response_is_unavailable() {
    #[derive(Debug)]
    struct Silence;
    impl HttpConnector for Silence {
        fn call(&self, _request: HttpRequest) -> HttpConnectorFuture {
            HttpConnectorFuture::new(std::future::pending())
        }
    }
    let silence = SharedHttpConnector::new(Silence);
    let timeouts = aws_sdk_dynamodb::config::timeout::TimeoutConfig::builder();
    let config = Network::answering(200, "{}")
        .config("https://localhost")
        .http_client(http_client_fn(move |_, _| silence.clone()))
        .timeout_config(timeouts.operation_timeout(Duration::from_millis(20)).build());
    let error = Client::from_conf(config.build()).get_item().table_name("orders").send().await.unwrap_err();
    let error = from_sdk("GetItem", error);
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
}
