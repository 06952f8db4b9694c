//! What the fuzz targets share: items of the real clients, forged items, and what the tests of the workspace know already.

pub mod answers;
pub mod forged;
pub mod value;
pub mod written;

/// Of the tests.
#[path = "../../tests/src"]
mod shared {
    pub mod canonical;
    pub mod dynamodb_json;
    pub mod fixtures;
    pub mod ours;
    pub mod samples;
    pub mod setup;
}

pub use shared::{canonical, dynamodb_json, fixtures, ours, samples, setup};

/// Waits for what never waits for anything else.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
