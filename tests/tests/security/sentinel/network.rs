//! Responses that arrive in pieces, as from a network, so that the SDK does not log their bodies. The double's own
//! responses are in memory as a whole, and the SDK logs those.

use aws_sdk_kms::Client;
use aws_smithy_runtime_api::client::http::{
    HttpClient as _, HttpConnector, HttpConnectorFuture, SharedHttpConnector, http_client_fn,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_types::body::SdkBody;
use http_body_util::Full;

pub(crate) fn streaming(client: &Client) -> Client {
    let service = client.config().http_client().unwrap();
    let http_client = http_client_fn(move |settings, components| {
        SharedHttpConnector::new(Streaming(service.http_connector(settings, components)))
    });
    Client::from_conf(client.config().to_builder().http_client(http_client).build())
}

#[derive(Debug)]
struct Streaming(SharedHttpConnector);

impl HttpConnector for Streaming {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let response = self.0.call(request);
        HttpConnectorFuture::new(async move {
            Ok(response.await?.map(|body| {
                let bytes = body.bytes().unwrap_or_default().to_vec();
                SdkBody::from_body_1_x(Full::from(bytes))
            }))
        })
    }
}
