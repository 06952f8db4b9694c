//! Rejects requests over unencrypted connections to other machines.

use std::error::Error as StdError;
use std::fmt;
use std::net::IpAddr;

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::interceptors::context::BeforeTransmitInterceptorContextRef;
use aws_smithy_runtime_api::client::interceptors::{Intercept, dyn_dispatch_hint};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::config_bag::ConfigBag;
use http::Uri;
use http::uri::Scheme;

/// A host that may be reached without TLS; created by [`allow_http`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedHost(String);

impl AllowedHost {
    pub(crate) fn is(&self, host: &str) -> bool {
        self.0.eq_ignore_ascii_case(host)
    }
}

/// Allows plain HTTP to one host. By default it is rejected for every host except the local machine.
///
/// `host` is the name or address exactly as in the endpoint's URL, without scheme and port: `dynamodb.internal`, not
/// `http://dynamodb.internal:8000`. Case is ignored; subdomains are not included.
///
/// **Weakens:** without TLS, an attacker on the network can read keys, sign-only and do-nothing attributes, and can
/// drop and replay requests and responses. Encrypted attributes stay encrypted, and modified items are still rejected.
#[must_use]
pub fn allow_http(host: impl AsRef<str>) -> AllowedHost {
    AllowedHost(without_brackets(host.as_ref()).to_owned())
}

/// Removes the brackets of an IPv6 address in a URL.
fn without_brackets(host: &str) -> &str {
    host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
}

/// Returns a client that rejects plain HTTP to other machines, except to the `allowed` hosts, and through a proxy set
/// in the environment.
pub(crate) fn require_https(client: &Client, allowed: Vec<AllowedHost>) -> Client {
    let is_default = client.config().http_client().is_none();
    let config = client.config().to_builder().interceptor(RequireHttps::new(allowed, is_default));
    Client::from_conf(config.build())
}

/// The guard itself, for clients of any AWS service.
#[derive(Debug)]
pub(crate) struct RequireHttps {
    allowed: Vec<AllowedHost>,
    /// Returns whether a request would go through a proxy.
    is_proxied: fn(&Uri) -> bool,
}

impl RequireHttps {
    /// Creates the guard for a client with the SDK's default connector, which uses the proxies set in the environment,
    /// or with another one, which does not.
    pub(crate) fn new(allowed: Vec<AllowedHost>, has_default_connector: bool) -> Self {
        Self { allowed, is_proxied: if has_default_connector { is_proxied_by_environment } else { |_| false } }
    }

    fn check(&self, uri: &str) -> Result<(), PlainHttpRejected> {
        let rejected = |host: &str, proxied| Err(PlainHttpRejected { host: host.to_owned(), proxied });
        let uri = uri.parse::<Uri>().unwrap_or_default();
        if uri.scheme() == Some(&Scheme::HTTPS) {
            return Ok(());
        }
        let host = without_brackets(uri.host().unwrap_or_default());
        if !is_loopback(host) && !self.allowed.iter().any(|allowed| allowed.is(host)) {
            return rejected(host, false);
        }
        // The proxy, and anyone on the path to it, could read requests meant for this machine or a trusted network.
        if (self.is_proxied)(&uri) { rejected(host, true) } else { Ok(()) }
    }
}

// The last hook before the connector: no other interceptor can change the URL afterwards. An error of an interceptor is
// not retried.
#[dyn_dispatch_hint]
impl Intercept for RequireHttps {
    fn name(&self) -> &'static str {
        "RequireHttps"
    }

    fn read_before_transmit(
        &self,
        context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        Ok(self.check(context.request().uri())?)
    }
}

/// Names are compared whole: `localhost.example.com` is not the local machine, and neither is `localhost.`, which some
/// resolvers look up on the network.
fn is_loopback(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.to_canonical().is_loopback())
}

/// Uses the same crate as the SDK's connector, and therefore the same rules.
#[cfg(feature = "https")]
fn is_proxied_by_environment(uri: &Uri) -> bool {
    hyper_util::client::proxy::matcher::Matcher::from_env().intercept(uri).is_some()
}

/// Without the feature for the SDK's connector, every connector is a custom one.
#[cfg(not(feature = "https"))]
fn is_proxied_by_environment(_: &Uri) -> bool {
    false
}

/// The guard's error, which [`sdk_error`](crate::sdk_error) converts to an [`Error`](crate::Error).
#[derive(Debug)]
pub(crate) struct PlainHttpRejected {
    host: String,
    proxied: bool,
}

impl fmt::Display for PlainHttpRejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let host = &self.host;
        if self.proxied {
            return write!(
                f,
                "plain HTTP to {host:?} is rejected, because the environment sets a proxy for it (HTTP_PROXY or \
                 ALL_PROXY), which could read and change the traffic; nothing was sent. Add {host:?} to NO_PROXY"
            );
        }
        write!(
            f,
            "plain HTTP to {host:?} is rejected, because it could be read and changed on the way; nothing was sent. \
             Use an https:// endpoint, or, on a network you trust, dynaseal::danger::allow_http({host:?})"
        )
    }
}

impl StdError for PlainHttpRejected {}

#[cfg(test)]
mod tests;
