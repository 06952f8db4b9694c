//! The transport that connects the SDK to the store, in place of a network.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use dynoxide::Database;
use tokio::runtime::Handle;
use tokio::sync::Mutex;
use tokio::task::JoinSet;

use super::dispatch;

/// Handles requests on the caller's task, for a store in memory.
pub(super) fn inline(store: Database) -> SharedHttpClient {
    client(Inline(Engine::new(store)))
}

/// Handles requests on a thread for blocking work, for a store on disk.
pub(super) fn offloaded(store: Database) -> SharedHttpClient {
    client(Offloaded { engine: Engine::new(store), turn: Arc::default() })
}

fn client(connector: impl HttpConnector + 'static) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(connector);
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Inline(Engine);

impl HttpConnector for Inline {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        HttpConnectorFuture::ready(Ok(self.0.respond(&request)))
    }
}

#[derive(Debug)]
struct Offloaded {
    engine: Engine,
    /// The store handles one request at a time. Waiting for this lock, and not for the store's own, keeps many requests
    /// from occupying a thread each.
    turn: Arc<Mutex<()>>,
}

impl HttpConnector for Offloaded {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let engine = self.engine.clone();
        let turn = Arc::clone(&self.turn);
        HttpConnectorFuture::new(async move {
            let runtime = Handle::try_current().map_err(|error| ConnectorError::user(error.into()))?;
            let blocking = runtime.clone();
            // A separate task waits for the lock: a caller that holds it but is not polled would block all others.
            // Dropping the caller ends the wait.
            let mut task = JoinSet::new();
            task.spawn_on(
                async move {
                    let turn = turn.lock_owned().await;
                    let work = blocking.spawn_blocking(move || {
                        let response = engine.respond(&request);
                        drop((turn, engine));
                        response
                    });
                    work.await
                },
                &runtime,
            );
            match task.join_next().await {
                Some(Ok(Ok(response))) => Ok(response),
                Some(Err(error) | Ok(Err(error))) => Err(ConnectorError::other(error.into(), None)),
                None => Err(ConnectorError::other("the request was not started".into(), None)),
            }
        })
    }
}

#[derive(Clone)]
struct Engine {
    store: Database,
    answered: Arc<AtomicU64>,
}

impl Engine {
    fn new(store: Database) -> Self {
        Self { store, answered: Arc::default() }
    }

    fn respond(&self, request: &HttpRequest) -> HttpResponse {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let body = request.body().bytes().unwrap_or_default();
        let (status, response) = dispatch::respond(&self.store, target, body);
        let mut response = HttpResponse::new(status.into(), SdkBody::from(response));
        let number = self.answered.fetch_add(1, Ordering::Relaxed);
        response.headers_mut().insert("content-type", "application/x-amz-json-1.0");
        response.headers_mut().insert("x-amzn-requestid", format!("EMBEDDED{number:044}"));
        response
    }
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}
