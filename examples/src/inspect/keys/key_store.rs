//! A key store, whose branch keys verify items and whose records AWS KMS verifies.

use std::fmt;

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::format::RecipientDescription;
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration};
use dynaseal::{Item, ItemEncryptor};

use super::super::branch_key::{RecordKind, RecordReport};
use super::CACHED;

/// The table of a key store, and how to call AWS KMS.
#[derive(Clone)]
pub struct KeyStoreKeys {
    client: Client,
    table: String,
    logical_name: String,
    kms: KmsConfiguration,
}

impl KeyStoreKeys {
    /// The key store in this table. Its logical name is that of the table, unless there is another one.
    pub fn new(client: Client, table: String, logical_name: Option<String>, kms: KmsConfiguration) -> Self {
        Self { client, logical_name: logical_name.unwrap_or_else(|| table.clone()), table, kms }
    }

    fn store(&self, client: Client) -> KeyStore {
        KeyStore::new(client, self.table.as_str(), self.kms.clone()).logical_name(self.logical_name.as_str())
    }

    /// What reads an item for these recipients.
    pub(super) fn encryptor(&self, recipients: &[RecipientDescription]) -> Result<ItemEncryptor, String> {
        let of_branch_key = |recipient: &&RecipientDescription| recipient.branch_key_version().is_some();
        let id = recipients.iter().find(of_branch_key).and_then(RecipientDescription::key_name);
        let id = id.ok_or("the item has no recipient with a branch key")?;
        let keyring = HierarchicalKeyring::new(self.store(self.client.clone()), CACHED);
        Ok(ItemEncryptor::with_keyring(keyring.map_err(|error| error.to_string())?.branch_key(id)))
    }

    /// Lets AWS KMS verify this record, and not the one that the table has now.
    pub(super) async fn verify(&self, item: &Item, record: &RecordReport) -> Result<(), String> {
        let client = Database::in_memory().map_err(|error| error.to_string())?.client();
        let store = self.store(client.clone());
        store.create_table().await.map_err(|error| error.to_string())?;
        let put = client.put_item().table_name(&self.table).set_item(Some(item.clone())).send().await;
        put.map_err(|_| "it cannot be a record of a key store")?;
        let id = record.branch_key_id.as_str();
        let outcome = match (record.kind, &record.version) {
            (RecordKind::Active, _) => store.active(id).await.map(drop),
            (RecordKind::Version, Some(version)) => store.version(id, version).await.map(drop),
            (RecordKind::Beacon, _) => store.beacon_key(id).await.map(drop),
            (RecordKind::Version | RecordKind::Tombstone, _) => return Err("it holds no key".to_owned()),
        };
        outcome.map_err(|error| error.to_string())
    }
}

impl fmt::Debug for KeyStoreKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyStoreKeys").field("table", &self.table).finish_non_exhaustive()
    }
}
