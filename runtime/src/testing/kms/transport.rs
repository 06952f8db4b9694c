//! The transport that connects the SDK to the double, in place of a network.

use std::io;

use aws_smithy_runtime_api::client::http::{
    HttpConnector, HttpConnectorFuture, SharedHttpClient, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use serde_json::json;

use super::operations::{self, Caller, Request};
use super::rejection::Rejection;
use super::{Call, Inner, Kms, OWNER};

pub(super) fn http_client(kms: Kms) -> SharedHttpClient {
    let connector = SharedHttpConnector::new(Connector(kms));
    http_client_fn(move |_, _| connector.clone())
}

#[derive(Debug)]
struct Connector(Kms);

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let kms = self.0.clone();
        HttpConnectorFuture::new(async move {
            let latency = kms.lock().faults.latency;
            if !latency.is_zero() {
                tokio::time::sleep(latency).await;
            }
            let inner = &mut *kms.lock();
            if inner.faults.outage {
                return Err(ConnectorError::io(io::Error::from(io::ErrorKind::ConnectionReset).into()));
            }
            Ok(inner.transmit(&request))
        })
    }
}

impl Kms {
    /// Responds to a request that a server of yours received, for tests whose other processes need the KMS, too. `target` is
    /// its header `x-amz-target`. The caller may use every key. Returns the HTTP status and the body.
    pub fn respond(&self, region: &str, target: &str, body: &[u8]) -> (u16, String) {
        let caller = Caller { region: region.to_owned(), principal: OWNER.to_owned() };
        self.lock().respond(caller, target, body)
    }
}

impl Inner {
    fn transmit(&mut self, request: &HttpRequest) -> HttpResponse {
        let target = request.headers().get("x-amz-target").unwrap_or_default();
        let caller = caller(request.headers().get("authorization").unwrap_or_default());
        let (status, body) = self.respond(caller, target, request.body().bytes().unwrap_or_default());
        response(status, body, self.calls.len())
    }

    fn respond(&mut self, caller: Caller, target: &str, body: &[u8]) -> (u16, String) {
        let operation = target.strip_prefix("TrentService.").unwrap_or(target);
        let request = serde_json::from_slice::<Request>(body);
        let response = match &request {
            Err(error) => Err(Rejection::bad("SerializationException", error.to_string())),
            Ok(_) if self.faults.throttled > 0 => {
                self.faults.throttled -= 1;
                Err(Rejection::bad("ThrottlingException", "Rate exceeded"))
            }
            Ok(request) => operations::respond(&self.keys, &caller, operation, request),
        };
        let request = request.unwrap_or_default();
        self.calls.push(Call {
            operation: operation.to_owned(),
            region: caller.region,
            principal: caller.principal,
            key_id: request.key_id,
            encryption_context: request.encryption_context,
            grant_tokens: request.grant_tokens,
            error: response.as_ref().err().map(|rejection| rejection.code.to_owned()),
        });
        let (status, response) = match response {
            Ok(mut response) => {
                self.faults.change(&mut response);
                (200, response)
            }
            Err(rejection) => (rejection.status, json!({ "__type": rejection.code, "message": rejection.message })),
        };
        (status, response.to_string())
    }
}

/// Returns principal and Region from a signature's scope: `Credential=PRINCIPAL/DATE/REGION/kms/aws4_request`.
fn caller(authorization: &str) -> Caller {
    let scope = authorization.split_once("Credential=").map(|(_, scope)| scope).unwrap_or_default();
    let mut fields = scope.split('/');
    let principal = fields.next().unwrap_or_default().to_owned();
    Caller { principal, region: fields.nth(1).unwrap_or_default().to_owned() }
}

fn response(status: u16, body: String, number: usize) -> HttpResponse {
    let status = status.try_into().unwrap_or(http::StatusCode::BAD_REQUEST.into());
    let mut response = HttpResponse::new(status, SdkBody::from(body));
    response.headers_mut().insert("content-type", "application/x-amz-json-1.1");
    response.headers_mut().insert("x-amzn-requestid", format!("DOUBLE-{number:08}"));
    response
}
