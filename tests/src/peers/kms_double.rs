//! The KMS double behind HTTP, for other processes.

use std::error::Error;
use std::thread::{self, JoinHandle};

use dynaseal::testing::kms::Kms;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Builder;
use tokio::sync::oneshot;

type BoxError = Box<dyn Error + Send + Sync>;

/// A KMS double behind HTTP on a free port of this machine. It runs until it is dropped.
#[derive(Debug)]
pub struct KmsDouble {
    url: String,
    stop: Option<oneshot::Sender<()>>,
    server: Option<JoinHandle<()>>,
}

impl KmsDouble {
    /// Starts the server.
    ///
    /// # Errors
    /// Fails if no port is available.
    pub fn start(kms: Kms) -> Result<Self, BoxError> {
        let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
        listener.set_nonblocking(true)?;
        let url = format!("http://{}", listener.local_addr()?);
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (stop, stopped) = oneshot::channel::<()>();
        let server = thread::spawn(move || {
            runtime.block_on(async {
                let Ok(listener) = TcpListener::from_std(listener) else { return };
                tokio::select! {
                    () = serve(listener, kms) => {}
                    _ = stopped => {}
                }
            });
        });
        Ok(Self { url, stop: Some(stop), server: Some(server) })
    }

    /// Returns its URL.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for KmsDouble {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(server) = self.server.take() {
            // A panic of the server was already reported.
            let _ = server.join();
        }
    }
}

async fn serve(listener: TcpListener, kms: Kms) {
    while let Ok((connection, _)) = listener.accept().await {
        let kms = kms.clone();
        // A client that disconnects needs no response.
        tokio::spawn(async move { respond(connection, &kms).await.ok() });
    }
}

/// Handles one request, and closes the connection.
async fn respond(connection: TcpStream, kms: &Kms) -> std::io::Result<()> {
    let mut connection = BufReader::new(connection);
    let (mut length, mut target, mut region) = (0, String::new(), String::new());
    loop {
        let mut line = String::new();
        if connection.read_line(&mut line).await? == 0 || line == "\r\n" {
            break;
        }
        let Some((name, value)) = line.trim_end().split_once(':') else { continue };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = value.parse().unwrap_or_default(),
            "x-amz-target" => target = value.to_owned(),
            // `Credential=ID/DATE/REGION/kms/aws4_request`
            "authorization" => region = value.split('/').nth(2).unwrap_or_default().to_owned(),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    connection.read_exact(&mut body).await?;
    let (status, body) = kms.respond(&region, &target, &body);
    let head = format!(
        "HTTP/1.1 {status} KMS\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    connection.write_all(head.as_bytes()).await?;
    connection.write_all(body.as_bytes()).await?;
    connection.shutdown().await
}
