//! A new content key for every item, stored with it and wrapped by your own key.

use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};
use dynaseal_examples::round_trip;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // A real program would load these from its secret store.
    let (wrapping_key, signing_key) = ([7; 32], [8; 32]);
    let provider = WrappedProvider::new(
        AesKey::from_bytes(&wrapping_key)?,
        HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &signing_key)?,
    );
    round_trip(&Database::in_memory()?.client(), provider).await
}
