//! The same two keys for every item, for tests and for items that are only signed.

use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, StaticProvider};
use dynaseal_examples::round_trip;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let provider = StaticProvider::new(AesKey::generate()?, HmacKey::generate()?);
    round_trip(&Database::in_memory()?.client(), provider).await
}
