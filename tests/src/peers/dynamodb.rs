//! A DynamoDB that other processes can reach.

use std::error::Error;
use std::net::TcpListener;
use std::thread::{self, JoinHandle};

use aws_sdk_dynamodb::Client;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

use crate::ours::dynamodb_client;
use crate::setup::Endpoint;

type BoxError = Box<dyn Error + Send + Sync>;

/// The embedded store behind HTTP on a free port of this machine, empty, until it is dropped.
#[derive(Debug)]
pub struct Dynamodb {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Dynamodb {
    /// Starts one.
    ///
    /// # Errors
    /// If there is no port or no memory for it.
    pub fn start() -> Result<Self, BoxError> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let store = dynoxide::Database::memory()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
                // Whoever still speaks to it when it stops has no more use for an answer.
                tokio::select! {
                    () = dynoxide::server::serve_on(listener, store) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { url, stop: Some(stop), server: Some(server) })
    }

    /// Where it is reached.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint { url: self.url.clone(), region: "us-east-1".to_owned() }
    }

    /// The SDK's ordinary client for it.
    pub fn client(&self) -> Client {
        dynamodb_client(&self.endpoint())
    }
}

impl Drop for Dynamodb {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            // A server that panicked has already said so.
            let _ = server.join();
        }
    }
}
