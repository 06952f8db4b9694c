//! A gate between a DynamoDB client and its store, which counts, rejects and holds requests.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use tokio::sync::watch;

/// The gate. Clones share their state.
#[derive(Clone, Debug)]
pub struct Gate {
    inner: Arc<Mutex<Inner>>,
    held: watch::Sender<Vec<String>>,
}

#[derive(Debug, Default)]
struct Inner {
    requests: Vec<(String, String)>,
    rejections: HashMap<String, Rejection>,
}

#[derive(Clone, Copy, Debug)]
struct Rejection {
    status: u16,
    code: &'static str,
    after_it_happened: bool,
}

impl Default for Gate {
    fn default() -> Self {
        Self { inner: Arc::default(), held: watch::Sender::new(Vec::new()) }
    }
}

impl Gate {
    /// Returns the same client with this gate in front of its store.
    pub fn client(&self, client: &Client) -> Client {
        let config = client.config();
        let Some(store) = config.http_client() else { return client.clone() };
        let gate = self.clone();
        let http_client = http_client_fn(move |settings, components| {
            let store = store.http_connector(settings, components);
            SharedHttpConnector::new(Gated { gate: gate.clone(), store })
        });
        Client::from_conf(config.to_builder().http_client(http_client).build())
    }

    /// Returns the operations and bodies of the requests so far.
    pub fn requests(&self) -> Vec<(String, String)> {
        self.lock().requests.clone()
    }

    /// Returns the number of requests of this operation.
    pub fn count(&self, operation: &str) -> usize {
        self.lock().requests.iter().filter(|(name, _)| name == operation).count()
    }

    /// Forgets the requests so far.
    pub fn clear(&self) {
        self.lock().requests.clear();
    }

    /// Rejects an operation with this error; the store does not execute it.
    pub fn reject(&self, operation: &str, status: u16, code: &'static str) {
        self.set_rejection(operation, Rejection { status, code, after_it_happened: false });
    }

    /// Executes an operation and loses its response: an internal error is returned instead.
    pub fn lose_response(&self, operation: &str) {
        self.set_rejection(operation, Rejection { status: 500, code: "InternalServerError", after_it_happened: true });
    }

    /// Stops rejecting requests.
    pub fn accept(&self) {
        self.lock().rejections.clear();
    }

    /// Holds requests of these operations until [`release`](Self::release).
    pub fn hold(&self, operations: &[&str]) {
        self.held.send_replace(operations.iter().map(|&operation| operation.to_owned()).collect());
    }

    /// Releases the held requests, and holds none from now on.
    pub fn release(&self) {
        self.held.send_replace(Vec::new());
    }

    fn set_rejection(&self, operation: &str, rejection: Rejection) {
        self.lock().rejections.insert(operation.to_owned(), rejection);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[derive(Debug)]
struct Gated {
    gate: Gate,
    store: SharedHttpConnector,
}

impl HttpConnector for Gated {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (gate, store) = (self.gate.clone(), self.store.clone());
        HttpConnectorFuture::new(async move {
            let target = request.headers().get("x-amz-target").unwrap_or_default();
            let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
            let body = String::from_utf8_lossy(request.body().bytes().unwrap_or_default()).into_owned();
            gate.lock().requests.push((operation.clone(), body));
            // The gate itself owns the sender, so the wait only ends with a release.
            let _ = gate.held.subscribe().wait_for(|held| !held.contains(&operation)).await;
            let rejection = gate.lock().rejections.get(&operation).copied();
            match rejection {
                None => store.call(request).await,
                Some(rejection) => {
                    if rejection.after_it_happened {
                        store.call(request).await?;
                    }
                    rejection.response()
                }
            }
        })
    }
}

impl Rejection {
    fn response(self) -> Result<HttpResponse, ConnectorError> {
        let status = self.status.try_into().map_err(|_| ConnectorError::user("not an HTTP status".into()))?;
        let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{}"}}"#, self.code);
        Ok(HttpResponse::new(status, SdkBody::from(body)))
    }
}
