//! Keys in a local file, for development and single machines.

use dynaseal::embedded::Database;
use dynaseal::materials::KeyFileProvider;
use dynaseal_examples::round_trip;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("notes.key");
    KeyFileProvider::create(&path)?; // once; it never overwrites a file
    let provider = KeyFileProvider::open(&path)?; // from then on
    round_trip(&Database::in_memory()?.client(), provider).await
}
