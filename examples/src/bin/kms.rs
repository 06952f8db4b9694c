//! A data key from AWS KMS for every item. Needs no account: see `dynaseal_examples::kms`.

use dynaseal::embedded::Database;
use dynaseal::materials::DirectKmsProvider;
use dynaseal_examples::{kms, round_trip};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, key) = kms()?;
    println!("KMS key: {key}\n");
    round_trip(&Database::in_memory()?.client(), DirectKmsProvider::new(client, key)).await
}
