//! A DynamoDB that changes its responses.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use serde_json::Value;

/// Changes the response to an operation, given the name of the operation and the request. Returns whether it did.
pub type Lie = Box<dyn FnMut(&str, &Value, &mut Value) -> bool + Send>;

/// The changed response. Clones share their state.
#[derive(Clone, Default)]
pub struct Liar(Arc<Mutex<Inner>>);

#[derive(Default)]
struct Inner {
    lie: Option<Lie>,
    lies: usize,
}

impl Liar {
    /// Returns the same client with this server, which is honest until [`tell`](Self::tell).
    pub fn client(&self, client: &Client) -> Client {
        let config = client.config();
        let Some(store) = config.http_client() else { return client.clone() };
        let liar = self.clone();
        let http_client = http_client_fn(move |settings, components| {
            let store = store.http_connector(settings, components);
            SharedHttpConnector::new(Lying { liar: liar.clone(), store })
        });
        Client::from_conf(config.to_builder().http_client(http_client).build())
    }

    /// Applies this change to responses from now on.
    pub fn tell(&self, lie: Lie) {
        *self.lock() = Inner { lie: Some(lie), lies: 0 };
    }

    /// Returns the number of responses that were changed since [`tell`](Self::tell).
    pub fn lies(&self) -> usize {
        self.lock().lies
    }

    fn change(&self, operation: &str, request: &Value, response: &mut Value) {
        let mut inner = self.lock();
        let changed = inner.lie.as_mut().is_some_and(|lie| lie(operation, request, response));
        inner.lies += usize::from(changed);
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Liar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Liar").field("lies", &self.lies()).finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Lying {
    liar: Liar,
    store: SharedHttpConnector,
}

impl HttpConnector for Lying {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let operation = target.rsplit('.').next().unwrap_or_default().to_owned();
        let asked: Value = serde_json::from_slice(request.body().bytes().unwrap_or_default()).unwrap_or_default();
        let (liar, store) = (self.liar.clone(), self.store.clone());
        HttpConnectorFuture::new(async move {
            let mut response = store.call(request).await?;
            let found = serde_json::from_slice::<Value>(response.body().bytes().unwrap_or_default());
            if let (true, Ok(mut found)) = (response.status().is_success(), found) {
                liar.change(&operation, &asked, &mut found);
                *response.body_mut() = SdkBody::from(found.to_string());
            }
            Ok(response)
        })
    }
}
