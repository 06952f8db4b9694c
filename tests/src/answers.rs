//! A double of DynamoDB for features that the embedded store does not have. It answers some operations from a script.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;

/// The script, which has a status and a body for each operation, and the requests that it answered.
#[derive(Clone, Debug, Default)]
pub struct Answers {
    script: HashMap<&'static str, Vec<(u16, String)>>,
    requests: Arc<Mutex<Vec<(String, String)>>>,
}

impl Answers {
    /// Answers this operation with this body. Several responses are returned in order, and the last one is repeated.
    #[must_use]
    pub fn to(mut self, operation: &'static str, status: u16, body: impl Into<String>) -> Self {
        self.script.entry(operation).or_default().push((status, body.into()));
        self
    }

    /// Returns the same client with this script in front of its store. The store answers the remaining operations.
    pub fn client(&self, client: &Client) -> Client {
        let config = client.config();
        let Some(store) = config.http_client() else { return client.clone() };
        let responses = self.clone();
        let http_client = http_client_fn(move |settings, components| {
            let store = store.http_connector(settings, components);
            SharedHttpConnector::new(Scripted { responses: responses.clone(), store })
        });
        Client::from_conf(config.to_builder().http_client(http_client).build())
    }

    /// Returns the operations and bodies of all requests so far.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.requests.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn next(&self, operation: &str, body: String) -> Option<(u16, String)> {
        let mut requests = self.requests.lock().unwrap_or_else(PoisonError::into_inner);
        let before = requests.iter().filter(|(name, _)| name == operation).count();
        requests.push((operation.to_owned(), body));
        let responses = self.script.get(operation)?;
        responses.get(before).or(responses.last()).cloned()
    }
}

#[derive(Debug)]
struct Scripted {
    responses: Answers,
    store: SharedHttpConnector,
}

impl HttpConnector for Scripted {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default();
        let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
        let Some((status, response)) = self.responses.next(operation, body) else { return self.store.call(request) };
        let response = status.try_into().map(|status| HttpResponse::new(status, SdkBody::from(response)));
        HttpConnectorFuture::ready(response.map_err(|_| ConnectorError::user("not an HTTP status".into())))
    }
}
