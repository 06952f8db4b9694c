//! The result of a call to a provider or a key.

use std::pin::Pin;

use crate::error::Result;

/// The future that the calls of a provider return; `Box::pin(async move { .. })` creates one.
pub type MaterialsFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;
