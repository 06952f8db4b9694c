//! The service: `cargo run --bin web`, and then open <http://127.0.0.1:3000>.

#![forbid(unsafe_code)]

use clap::Parser as _;
use dynaseal_web::{MOST_CONNECTIONS, Settings, router, serve};
use tokio::net::TcpListener;
use tracing_subscriber::filter::LevelFilter;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let settings = Settings::parse();
    tracing_subscriber::fmt().with_max_level(LevelFilter::INFO).init();
    let service = settings.open().await?;
    let listener = TcpListener::bind(settings.listen).await?;
    tracing::info!("listening on http://{}", listener.local_addr()?);
    serve(listener, router(service), MOST_CONNECTIONS, asked_to_stop()).await;
    tracing::info!("stopped");
    Ok(())
}

/// Waits for Ctrl-C, or the signal with which service managers and containers stop a program. Running requests are
/// completed.
async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    tokio::select! {
        () = interrupted => {}
        () = terminated() => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};

    match signal(SignalKind::terminate()) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    std::future::pending().await
}
