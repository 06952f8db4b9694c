//! Connections: how many there may be, and for how long one may say nothing.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};

/// As many as [`serve`] should accept at a time; each takes a file descriptor and some kilobytes.
pub const MOST_CONNECTIONS: u32 = 1024;

/// From the connection, or the end of the last request, to the end of the next one's headers.
const LONGEST_SILENCE: Duration = Duration::from_secs(10);

/// Serves until `stop`, on at most `connections` at a time; others wait to be accepted. Requests under way are finished.
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
                // Out of file descriptors, for example: it passes.
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
