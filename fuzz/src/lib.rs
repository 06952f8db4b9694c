//! The shared parts of the fuzz targets: the derive macro, items of the real clients, forged items, and modules of the
//! tests.

pub mod answers;
pub mod dbesdk;
pub mod forged;
pub mod value;
pub mod written;

/// Modules of the tests.
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

/// The macro itself, because only the compiler can call a crate of procedural macros.
#[path = "../../macros/src"]
mod macros {
    pub(crate) mod ast;
    pub(crate) mod attr;
    pub(crate) mod check;
    pub(crate) mod ctxt;
    pub(crate) mod derive;
    pub(crate) mod expand;
    pub(crate) mod model;
    pub(crate) mod names;
}

use macros::{ast, attr, check, ctxt, expand, model, names};

/// Expands `#[derive(EncryptedItem)]` for a struct.
pub fn derive(item: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    macros::derive::derive(item)
}

/// Returns the result of a future that never waits.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
