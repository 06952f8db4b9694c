//! Limits on connections: their number, and their idle time.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// The number of concurrent connections for [`serve`]; each takes a file descriptor and some kilobytes.
pub const MOST_CONNECTIONS: u32 = 1024;

/// The time from the connection, or the end of a request, to the end of the next request's headers.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Serves until `stop`, on at most `connections` at a time; others wait to be accepted. Running requests are completed.
pub async fn serve(listener: TcpListener, routes: Router, connections: u32, stop: impl Future<Output = ()>) {
    let permits = Arc::new(Semaphore::new(connections as usize));
    let (stopping, _) = watch::channel(());
    let mut stop = pin!(stop);
    loop {
        let accepted = async {
            let permit = Arc::clone(&permits).acquire_owned().await.ok()?;
            Some((permit, listener.accept().await))
        };
        let accepted = tokio::select! {
            accepted = accepted => accepted,
            () = &mut stop => break,
        };
        let (permit, stream) = match accepted {
            Some((permit, Ok((stream, _)))) => (permit, stream),
            Some((_, Err(error))) => {
                // For example, there are no more file descriptors, which is temporary.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
            None => break,
        };
        let service = TowerToHyperService::new(routes.clone());
        let mut builder = http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(LONGEST_SILENCE);
        let connection = builder.serve_connection(TokioIo::new(stream), service);
        let mut stopped = stopping.subscribe();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            tokio::select! {
                _ = connection.as_mut() => {}
                _ = stopped.changed() => {
                    connection.as_mut().graceful_shutdown();
                    let _ = connection.await;
                }
            }
            drop(permit);
        });
    }
    stopping.send_replace(());
    let _all_are_closed = permits.acquire_many(connections).await;
}
