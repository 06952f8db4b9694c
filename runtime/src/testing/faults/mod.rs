//! Faults between a client and its service.

mod unprocessed;

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use std::{fmt, io};

use aws_sdk_dynamodb::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use crate::error::{Error, ErrorKind, Result};

/// The fault of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Fault {
    /// The request succeeds normally.
    None,
    /// The request is executed, but the response never arrives: a timeout.
    DropResponse,
    /// The request is executed, but the connection is reset before the response arrives.
    Reset,
    /// The request is executed, but the connection ends in the middle of the response.
    HalfResponse,
    /// The request is not sent: the connection is refused.
    FailBefore,
    /// The request is not executed: the service throttles it (400, `ThrottlingException`).
    Throttle,
    /// The request is not executed: the service has an internal failure (500, `InternalServerError`).
    InternalServerError,
    /// The first half of a batch is executed, and the rest is returned as unprocessed. Every other request succeeds.
    Unprocessed,
    /// The request is executed after this time. Needs Tokio's time driver.
    Delay(Duration),
}

/// A plan of faults, and the transport that injects them beneath an ordinary SDK client.
///
/// Every attempt counts as a request, including the SDK's own retries.
///
#[cfg_attr(feature = "embedded", doc = "```")]
#[cfg_attr(not(feature = "embedded"), doc = "```ignore")]
/// use dynaseal::embedded::Database;
/// use dynaseal::testing::{Fault, Faults};
///
/// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
/// let faults = Faults::script([Fault::None, Fault::Throttle]);
/// let client = faults.beneath(&Database::in_memory()?.client())?;
/// assert!(client.list_tables().send().await.is_ok());
/// assert!(client.list_tables().send().await.is_err());
/// assert!(client.list_tables().send().await.is_ok()); // the script is over
/// # Ok::<(), dynaseal::Error>(())
/// # }).unwrap();
/// ```
#[derive(Clone, Debug)]
pub struct Faults(Arc<Mutex<Plan>>);

struct Plan {
    script: VecDeque<Fault>,
    random: Option<Random>,
    injected: Vec<Fault>,
}

struct Random {
    generator: StdRng,
    probability: f64,
    faults: Vec<Fault>,
}

impl Faults {
    /// Injects these faults in this order, and none after them.
    pub fn script(faults: impl IntoIterator<Item = Fault>) -> Self {
        Self::new(Plan { script: faults.into_iter().collect(), random: None, injected: Vec::new() })
    }

    /// Injects one of these faults, chosen uniformly, into each request with this probability, from 0 to 1. The same
    /// seed gives the same faults.
    pub fn random(seed: u64, probability: f64, faults: impl IntoIterator<Item = Fault>) -> Self {
        let random = Random {
            generator: StdRng::seed_from_u64(seed),
            probability: probability.clamp(0.0, 1.0),
            faults: faults.into_iter().collect(),
        };
        Self::new(Plan { script: VecDeque::new(), random: Some(random), injected: Vec::new() })
    }

    /// Returns the same client with these faults between it and its service.
    ///
    /// # Errors
    /// `Usage` if the client was built without an explicit HTTP client; use [`around`](Self::around) then.
    pub fn beneath(&self, client: &Client) -> Result<Client> {
        let transport = client.config().http_client().ok_or_else(|| {
            Error::new(ErrorKind::Usage, "the client has no HTTP client; build it with `Faults::around(..)`")
        })?;
        let config = client.config().to_builder().http_client(self.around(transport));
        Ok(Client::from_conf(config.build()))
    }

    /// Returns the same transport with these faults, for the clients of other services.
    pub fn around(&self, transport: SharedHttpClient) -> SharedHttpClient {
        let faults = self.clone();
        http_client_fn(move |settings, components| {
            let inner = transport.http_connector(settings, components);
            SharedHttpConnector::new(Faulty { inner, faults: faults.clone() })
        })
    }

    /// Returns the fault of each request so far, in order.
    pub fn injected(&self) -> Vec<Fault> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).injected.clone()
    }

    fn new(plan: Plan) -> Self {
        Self(Arc::new(Mutex::new(plan)))
    }

    fn next(&self) -> Fault {
        let mut plan = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let fault = plan.next();
        plan.injected.push(fault);
        fault
    }
}

impl Plan {
    fn next(&mut self) -> Fault {
        if let Some(fault) = self.script.pop_front() {
            return fault;
        }
        let Some(Random { generator, probability, faults }) = &mut self.random else { return Fault::None };
        let fault = if generator.random_bool(*probability) { faults.choose(generator).copied() } else { None };
        fault.unwrap_or(Fault::None)
    }
}

impl fmt::Debug for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Plan")
            .field("script", &self.script)
            .field("requests", &self.injected.len())
            .finish_non_exhaustive()
    }
}

#[derive(Debug)]
struct Faulty {
    inner: SharedHttpConnector,
    faults: Faults,
}

impl HttpConnector for Faulty {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let inner = self.inner.clone();
        match self.faults.next() {
            Fault::None => inner.call(request),
            Fault::DropResponse => lost(inner, request, || {
                ConnectorError::timeout(io::Error::new(io::ErrorKind::TimedOut, "injected: no response").into())
            }),
            Fault::Reset => lost(inner, request, || {
                ConnectorError::io(io::Error::new(io::ErrorKind::ConnectionReset, "injected: reset").into())
            }),
            Fault::HalfResponse => HttpConnectorFuture::new(async move {
                let mut response = inner.call(request).await?;
                let whole = response.body().bytes().unwrap_or_default();
                let half = whole.get(..whole.len() / 2).unwrap_or_default().to_vec();
                *response.body_mut() = SdkBody::from(half);
                Ok(response)
            }),
            Fault::FailBefore => HttpConnectorFuture::ready(Err(ConnectorError::io(
                io::Error::new(io::ErrorKind::ConnectionRefused, "injected: refused").into(),
            ))),
            Fault::Throttle => respond(400, "ThrottlingException"),
            Fault::InternalServerError => respond(500, "InternalServerError"),
            Fault::Unprocessed => HttpConnectorFuture::new(unprocessed::half(inner, request)),
            Fault::Delay(time) => HttpConnectorFuture::new(async move {
                tokio::time::sleep(time).await;
                inner.call(request).await
            }),
        }
    }
}

/// Executes the request, and drops the response.
fn lost(inner: SharedHttpConnector, request: HttpRequest, error: fn() -> ConnectorError) -> HttpConnectorFuture {
    HttpConnectorFuture::new(async move {
        inner.call(request).await?;
        Err(error())
    })
}

fn respond(status: u16, code: &str) -> HttpConnectorFuture {
    let body = format!(r#"{{"__type":"com.amazonaws.dynamodb.v20120810#{code}","message":"injected"}}"#);
    let response = status
        .try_into()
        .map(|status| HttpResponse::new(status, SdkBody::from(body)))
        .map_err(|error| ConnectorError::other(Box::new(error), None));
    HttpConnectorFuture::ready(response)
}
