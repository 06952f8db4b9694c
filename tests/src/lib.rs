//! What the tests of dynaseal share: items as JSON, random items, and the real Java and Python clients.

pub mod canonical;
pub mod dynamodb_json;
#[cfg(feature = "peers")]
pub mod peers;
pub mod random_items;
pub mod setup;
