use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextMut;

use crate::aws::sdk_error::from_sdk;
use crate::aws::sdk_error::tests::Network;
use crate::{Error, ErrorKind};

use super::*;

/// Sends a request through the guard, over a network that always requests a retry.
async fn send(endpoint: &str, allowed: Vec<AllowedHost>) -> (Error, usize) {
    let network = Network::answering(503, "{}");
    let client = Client::from_conf(network.config(endpoint).build());
    let error = require_https(&client, allowed).get_item().table_name("orders").send().await.unwrap_err();
    (from_sdk("GetItem", error), network.requests())
}

const ATTEMPTS: usize = 3;

#[tokio::test]
async fn https_and_loopback_are_allowed() {
    for endpoint in [
        "https://dynamodb.us-east-1.amazonaws.com",
        "HTTPS://dynamodb.us-east-1.amazonaws.com",
        "http://localhost",
        "http://LocalHost:8000",
        "HTTP://localhost:8000",
        "http://127.0.0.1:8000",
        "http://127.255.255.254:8000",
        "http://[::1]:8000",
        "http://[::ffff:127.0.0.1]:8000",
        "http://evil.com@localhost:8000",
    ] {
        let (error, requests) = send(endpoint, vec![]).await;
        assert_eq!((error.kind(), requests), (ErrorKind::Unavailable, ATTEMPTS), "{endpoint}");
    }
}

#[tokio::test]
async fn plain_http_to_other_hosts_is_a_usage_error_before_anything_is_sent() {
    for endpoint in [
        "http://dynamodb.us-east-1.amazonaws.com",
        "HTTP://dynamodb.us-east-1.amazonaws.com",
        "http://10.0.0.1:8000",
        "http://localhost.evil.com",
        "http://127.0.0.1.evil.com",
        "http://localhost@evil.com",
        "http://localhost:8000@evil.com",
        "http://evil.com/localhost",
        "http://evil.com#@localhost",
        "http://evil.com?@localhost",
        "http://localhost.",
        "http://127.0.0.1.",
        "http://127.1",
        "http://2130706433",
        "http://0177.0.0.1",
        "http://0.0.0.0",
        "http://[::]",
        "http://[::127.0.0.1]",
        "http://[::ffff:10.0.0.1]",
        "http://[fe80::1]",
        "ftp://evil.com",
    ] {
        let (error, requests) = send(endpoint, vec![]).await;
        assert_eq!((error.kind(), requests), (ErrorKind::Usage, 0), "{endpoint}: {error}");
    }
}

#[tokio::test]
async fn an_invalid_url_is_rejected_before_anything_is_sent() {
    for endpoint in [
        "http://evil.com\\@localhost",
        "http://localhost%40evil.com",
        "http://localhost\u{FF0E}evil.com",
        "http://local host",
        "localhost:8000",
        "//localhost",
        "http://",
    ] {
        let (error, requests) = send(endpoint, vec![]).await;
        assert_eq!((error.kind(), requests), (ErrorKind::Sdk, 0), "{endpoint}: {error}");
    }
}

#[tokio::test]
async fn only_allowed_hosts_are_reached() {
    let allowed = || vec![allow_http("DynamoDB.internal"), allow_http("fd00::1"), allow_http("[fd00::2]")];
    for endpoint in ["http://dynamodb.INTERNAL:8000", "http://[fd00::1]:8000", "http://[fd00::2]"] {
        let (error, requests) = send(endpoint, allowed()).await;
        assert_eq!((error.kind(), requests), (ErrorKind::Unavailable, ATTEMPTS), "{endpoint}");
    }
    for endpoint in [
        "http://internal",
        "http://a.dynamodb.internal",
        "http://dynamodb.internal.evil.com",
        "http://dynamodb.internal@evil.com",
        "http://dynamodb.internal.",
        "http://[fd00::3]",
    ] {
        let (error, requests) = send(endpoint, allowed()).await;
        assert_eq!((error.kind(), requests), (ErrorKind::Usage, 0), "{endpoint}");
    }
}

#[tokio::test]
async fn the_error_names_the_fix() {
    let (error, _) = send("http://dynamodb.internal:8000", vec![]).await;
    assert_eq!(
        error.to_string(),
        "GetItem: plain HTTP to \"dynamodb.internal\" is rejected, because it could be read and changed on the way; \
         nothing was sent. Use an https:// endpoint, or, on a network you trust, \
         dynaseal::danger::allow_http(\"dynamodb.internal\")"
    );
    assert!(error.sdk_error().is_some());
}

/// Counts the attempts, and redirects each.
#[derive(Clone, Debug, Default)]
struct Astray(Arc<AtomicUsize>);

impl Intercept for Astray {
    fn name(&self) -> &'static str {
        "Astray"
    }

    fn modify_before_transmit(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(context.request_mut().set_uri("http://evil.com/")?)
    }
}

#[tokio::test]
async fn a_late_change_of_the_url_is_rejected_in_one_attempt() {
    let network = Network::answering(503, "{}");
    let client = Client::from_conf(network.config("https://localhost").build());
    let astray = Astray::default();
    let request = require_https(&client, vec![]).get_item().table_name("orders").customize();
    let error = request.interceptor(astray.clone()).send().await.unwrap_err();
    assert_eq!(from_sdk("GetItem", error).kind(), ErrorKind::Usage);
    assert_eq!((network.requests(), astray.0.load(Ordering::Relaxed)), (0, 1));

    // Without the guard, the same request is sent and retried.
    let error =
        client.get_item().table_name("orders").customize().interceptor(astray.clone()).send().await.unwrap_err();
    assert_eq!(from_sdk("GetItem", error).kind(), ErrorKind::Unavailable);
    assert_eq!(network.requests(), ATTEMPTS);
}

/// The environment cannot be changed within a process, so this test runs itself in another process.
#[cfg(feature = "https")]
#[tokio::test]
async fn plain_http_is_not_sent_through_an_environment_proxy() {
    const INSIDE: &str = "DYNASEAL_TEST_OF_PROXIES";

    if let Ok(port) = std::env::var(INSIDE) {
        let config = aws_sdk_dynamodb::Config::builder()
            .behavior_version(aws_sdk_dynamodb::config::BehaviorVersion::v2026_01_12())
            .region(aws_sdk_dynamodb::config::Region::from_static("us-east-1"))
            .credentials_provider(aws_sdk_dynamodb::config::Credentials::new("test", "test", None, None, "test"))
            .retry_config(aws_sdk_dynamodb::config::retry::RetryConfig::disabled())
            .endpoint_url(format!("http://127.0.0.1:{port}"));
        let client = require_https(&Client::from_conf(config.build()), vec![]);
        let error = client.get_item().table_name("orders").send().await.unwrap_err();
        println!("{}", from_sdk("GetItem", error));
        return;
    }
    // Also acts as the service: every request that is sent arrives here.
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    proxy.set_nonblocking(true).unwrap();
    let port = proxy.local_addr().unwrap().port().to_string();
    let said = |variable: &str, no_proxy: &str| {
        let name = "plain_http_is_not_sent_through_an_environment_proxy";
        let mut inside = std::process::Command::new(std::env::current_exe().unwrap());
        for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
            inside.env_remove(name);
        }
        inside.args([name, "--nocapture"]).env(INSIDE, &port).env("NO_PROXY", no_proxy);
        let output = inside.env(variable, format!("http://127.0.0.1:{port}")).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    for variable in ["HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        let said = said(variable, "");
        assert!(said.contains("the environment sets a proxy") && said.contains("NO_PROXY"), "{variable}: {said}");
        assert_eq!(proxy.accept().unwrap_err().kind(), std::io::ErrorKind::WouldBlock, "{variable}");
    }
}
