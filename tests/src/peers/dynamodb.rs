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

/// The embedded store behind HTTP on a free port of this machine. It starts empty and runs until it is dropped.
#[derive(Debug)]
pub struct Dynamodb {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl Dynamodb {
    /// Starts the server.
    ///
    /// # Errors
    /// Fails if no port or no memory is available.
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
                // A client that is still connected when the server stops needs no response.
                tokio::select! {
                    () = dynoxide::server::serve_on(listener, store) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { url, stop: Some(stop), server: Some(server) })
    }

    /// Returns its endpoint.
    pub fn endpoint(&self) -> Endpoint {
        Endpoint { url: self.url.clone(), region: "us-east-1".to_owned() }
    }

    /// Returns an ordinary SDK client for it.
    pub fn client(&self) -> Client {
        dynamodb_client(&self.endpoint())
    }
}

impl Drop for Dynamodb {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            // A panic of the server was already reported.
            let _ = server.join();
        }
    }
}
