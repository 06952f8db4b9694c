//! A metastore in memory, under a key of a KMS double, and the items that its keys protect.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "helpers of tests")]

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::materials::{DirectKmsProvider, MetaStore};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeAction, AttributeActions, Item, ItemContext, ItemEncryptor};

use crate::gate::Gate;
use crate::values::{n, s};

/// The table of the metastore.
pub const TABLE: &str = "keys";
/// The Region of the KMS key.
pub const REGION: &str = "us-east-1";

/// A metastore and its parts.
#[derive(Debug)]
pub struct InMemory {
    /// The KMS double.
    pub kms: Kms,
    /// The ARN of the key that protects the records.
    pub key: String,
    /// The gate in front of the table.
    pub gate: Gate,
    /// The client of the table.
    pub client: Client,
    /// The metastore, which is empty.
    pub store: MetaStore,
}

/// Creates a metastore in memory.
pub async fn in_memory() -> InMemory {
    let kms = Kms::new();
    let key = kms.create_key(REGION);
    let gate = Gate::default();
    let client = gate.client(&Database::in_memory().unwrap().client());
    let encryptor = ItemEncryptor::new(DirectKmsProvider::new(kms.client(REGION), &*key));
    let store = MetaStore::new(client.clone(), TABLE, encryptor);
    store.create_table().await.unwrap();
    gate.clear();
    InMemory { kms, key, gate, client, store }
}

/// Returns the actions of [`item`].
pub fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly)
}

/// Returns the context of [`item`].
pub fn context() -> ItemContext {
    ItemContext::new("employees-prod").partition_key("id")
}

/// Returns an item of this id.
pub fn item(id: &str) -> Item {
    crate::values::item([("id", s(id)), ("salary", n(4200))])
}
