//! Prints the spans and events of every kind, as a subscriber of `tracing` sees them.

use std::time::Duration;

use dynaseal::embedded::Database;
use dynaseal::materials::{DirectKmsProvider, MetaStore, MostRecentProvider};
use dynaseal::{EncryptedItem, ItemEncryptor, Number, Repository};
use dynaseal_examples::kms;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::FmtSpan;
use tracing_subscriber::layer::{Layer as _, SubscriberExt as _};
use tracing_subscriber::util::SubscriberInitExt as _;

#[derive(Clone, EncryptedItem)]
struct Measurement {
    #[partition_key]
    sensor: String,
    secret: String,
    #[sign_only]
    value: Number,
    #[do_nothing]
    reads: u64,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Only this crate: the SDK's own logs have other targets.
    let ours = Targets::new().with_target("dynaseal", LevelFilter::INFO);
    let printer = tracing_subscriber::fmt::layer().without_time().with_span_events(FmtSpan::CLOSE).with_filter(ours);
    tracing_subscriber::registry().with(printer).init();

    let database = Database::in_memory()?.client();
    let (client, key) = kms()?;
    let store = MetaStore::new(database.clone(), "keys", ItemEncryptor::new(DirectKmsProvider::new(client, key)));
    store.create_table().await?;
    let provider = MostRecentProvider::new(store, "measurements", Duration::from_secs(60))?;
    let measurements: Repository<Measurement> =
        Repository::builder(database).table("measurements").materials(provider).build();

    measurements.create_table().await?;
    measurements
        .create(&Measurement {
            sensor: "s-1".into(),
            secret: "not in any event".into(),
            // More digits than the Python client can verify in an unencrypted number.
            value: "1.2345678901234567890123456789".parse()?,
            reads: 0,
        })
        .await?;
    measurements.update_with("s-1", |measurement| measurement.secret.push('!')).await?;
    measurements.update_in_place("s-1", Measurement::fields().reads.add(1)).await?;
    measurements.get("s-1").consistent().await?;
    let report = measurements.check_table().await?;
    measurements.delete("s-1").await?;
    println!("\n{report}");
    Ok(())
}
