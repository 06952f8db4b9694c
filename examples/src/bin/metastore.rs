//! Versioned keys in a table that KMS protects, with a cache: no call to KMS per item, and keys that can be rotated.
//! Needs no account: see `dynaseal_examples::kms`.

use std::sync::Arc;
use std::time::Duration;

use dynaseal::ItemEncryptor;
use dynaseal::embedded::Database;
use dynaseal::materials::{DirectKmsProvider, MetaStore, MostRecentProvider};
use dynaseal_examples::{kms, round_trip};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (client, key) = kms()?;
    let database = Database::in_memory()?.client();
    let store = MetaStore::new(database.clone(), "keys", ItemEncryptor::new(DirectKmsProvider::new(client, key)));
    store.create_table().await?;

    let provider = Arc::new(MostRecentProvider::new(store, "notes", Duration::from_secs(60))?);
    round_trip(&database, Arc::clone(&provider)).await?;
    println!("New items are encrypted with version {} from now on.", provider.rotate().await?);
    Ok(())
}
