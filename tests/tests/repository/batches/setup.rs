//! Notes in a table, and transports that record requests.

use std::sync::{Arc, Mutex};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use dynaseal::embedded::Database;
use dynaseal::{EncryptedItem, Repository};
pub(crate) use dynaseal_tests::store::keys;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
pub(crate) struct Note {
    #[partition_key]
    pub(crate) id: String,
    pub(crate) text: String,
    #[do_nothing]
    pub(crate) views: u64,
}

#[derive(Clone, Debug, EncryptedItem)]
pub(crate) struct Versioned {
    #[partition_key]
    pub(crate) id: String,
    #[item(version)]
    pub(crate) version: u64,
}

pub(crate) fn note(number: usize) -> Note {
    Note { id: format!("n-{number}"), text: format!("text {number}"), views: 0 }
}

pub(crate) fn notes(count: usize) -> impl Iterator<Item = Note> {
    (0..count).map(note)
}

pub(crate) async fn repository() -> Repository<Note> {
    repository_of().await
}

pub(crate) async fn repository_of<T: EncryptedItem>() -> Repository<T> {
    let client = Database::in_memory().unwrap().client();
    let repository = Repository::builder(client).table("notes").encryptor(keys()).build();
    repository.create_table().await.unwrap();
    repository
}

/// The requests by operation.
#[derive(Clone, Debug, Default)]
pub(crate) struct Requests(Arc<Mutex<Vec<String>>>);

impl Requests {
    pub(crate) fn count(&self, operation: &str) -> usize {
        self.0.lock().unwrap().iter().filter(|sent| *sent == operation).count()
    }

    pub(crate) fn total(&self) -> usize {
        self.0.lock().unwrap().len()
    }
}

/// Returns a repository and its requests.
pub(crate) async fn counting() -> (Repository<Note>, Requests) {
    let requests = Requests::default();
    let seen = requests.clone();
    let client = intercepted(&Database::in_memory().unwrap().client(), move |inner, request| {
        seen.0.lock().unwrap().push(operation(&request));
        inner.call(request)
    });
    let repository = Repository::builder(client).table("notes").encryptor(keys()).build();
    repository.create_table().await.unwrap();
    (repository, requests)
}

pub(crate) fn operation(request: &HttpRequest) -> String {
    request.headers().get("x-amz-target").unwrap().rsplit('.').next().unwrap().to_owned()
}

/// Returns the same client with `handle` in front of its transport.
pub(crate) fn intercepted(
    client: &Client,
    handle: impl Fn(&SharedHttpConnector, HttpRequest) -> HttpConnectorFuture + Send + Sync + Clone + 'static,
) -> Client {
    let transport = client.config().http_client().unwrap();
    let http_client = http_client_fn(move |settings, components| {
        let inner = transport.http_connector(settings, components);
        SharedHttpConnector::new(Between { inner, handle: handle.clone() })
    });
    Client::from_conf(client.config().to_builder().http_client(http_client).build())
}

struct Between<F> {
    inner: SharedHttpConnector,
    handle: F,
}

impl<F> std::fmt::Debug for Between<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Between")
    }
}

impl<F> HttpConnector for Between<F>
where
    F: Fn(&SharedHttpConnector, HttpRequest) -> HttpConnectorFuture + Send + Sync,
{
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        (self.handle)(&self.inner, request)
    }
}
