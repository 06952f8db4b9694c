//! Tables that are created from a type, and compared with it.

mod check;
mod create;
mod rejected;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::repository::provision::{Aspect, Severity, TableReport};
use dynaseal::{EncryptedItem, Expiry, Repository};
use dynaseal_tests::store::keys;

/// An entity with everything that determines a table.
#[derive(Clone, Debug, EncryptedItem)]
#[item(
    index(name = "by-department", partition = department, sort = salary_band, projection = include(note)),
    index(name = "by-badge", partition = badge),
    index(name = "by-start", sort = started, local, projection = keys_only)
)]
struct Employee {
    #[partition_key]
    employee_id: String,
    #[sort_key]
    hired: u32,
    name: String,
    #[sign_only]
    department: String,
    #[sign_only]
    salary_band: u32,
    #[sign_only]
    badge: Option<String>,
    #[sign_only]
    started: u64,
    #[sign_only]
    note: String,
    #[do_nothing]
    #[item(ttl)]
    expires: Option<Expiry>,
}

/// A minimal entity.
#[derive(Clone, Debug, EncryptedItem)]
struct Note {
    #[partition_key]
    id: String,
    text: String,
}

fn store() -> Client {
    Database::in_memory().unwrap().client()
}

fn repository<T: EncryptedItem>(client: &Client) -> Repository<T> {
    let keys = keys();
    Repository::builder(client.clone()).table("staff").encryptor(keys).build()
}

fn found(report: &TableReport) -> Vec<(Severity, Aspect)> {
    report.differences().iter().map(|difference| (difference.severity, difference.aspect.clone())).collect()
}
