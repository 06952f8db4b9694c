//! What the fuzz targets share: the derive macro, items of the real clients, forged items, and what the tests of the
//! workspace know already.

pub mod answers;
pub mod dbesdk;
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

/// The macro itself: a crate of procedural macros can be called by nobody but the compiler.
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

/// What `#[derive(EncryptedItem)]` makes of a struct.
pub fn derive(item: proc_macro2::TokenStream) -> proc_macro2::TokenStream {
    macros::derive::derive(item)
}

/// Waits for what never waits for anything else.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    thread_local! {
        static RUNTIME: tokio::runtime::Runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(future))
}
