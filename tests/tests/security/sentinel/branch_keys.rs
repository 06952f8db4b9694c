//! Branch keys, and the keyring that uses them.

use std::time::Duration;

use dynaseal::danger;
use dynaseal::embedded::Database;
use dynaseal::format::Dbesdk;
use dynaseal::keyrings::{BranchKeyCache, HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::testing::kms::Kms;
use dynaseal::{AttributeAction, AttributeActions, EncryptedItem, ItemContext, ItemEncryptor, Repository};

use super::network;
use super::patient::{TEXT, patient};
use super::said::Said;

const ID: &str = "north";

/// A bed of a ward, which is the tenant.
#[derive(EncryptedItem)]
struct Bed {
    #[partition_key]
    #[item(tenant)]
    ward: String,
    number: u32,
}

/// Returns the keys, which are secrets.
pub(crate) async fn every_type(kms: &Kms, said: &mut Said) -> Vec<Vec<u8>> {
    let key = kms.create_key("us-east-1");
    let configuration = KmsConfiguration::key(network::streaming(&kms.client("us-east-1")), &key).unwrap();
    said.debug(&configuration);
    let store = KeyStore::new(Database::in_memory().unwrap().client(), "branch-keys", configuration);
    said.debug(&store);
    said.debug(&store.info());
    store.create_table().await.unwrap();
    let new = NewBranchKey::with_id(ID).context("ward", "north");
    said.debug(&new);
    store.create_branch_key(new).await.unwrap();
    store.version_branch_key(ID).await.unwrap();
    said.debug(&store.describe_branch_key(ID).await.unwrap());
    said.debug(&store.list_branch_keys().await.unwrap()[0]);
    let branch_key = store.active(ID).await.unwrap();
    said.debug(&branch_key);
    let beacon_key = store.beacon_key(ID).await.unwrap();
    said.debug(&beacon_key);

    let cache = BranchKeyCache::new(10);
    said.debug(&cache);
    let keyring = HierarchicalKeyring::new(store.clone(), Duration::from_secs(60)).unwrap().cache(&cache);
    said.debug(&keyring);
    let builder = Repository::<Bed>::builder(Database::in_memory().unwrap().client()).table("beds");
    let beds = builder.keyring(keyring.clone()).build();
    said.debug(&beds.tenant(TEXT));
    beds.create_table().await.unwrap();
    beds.create(&Bed { ward: ID.to_owned(), number: 7 }).await.unwrap();
    let check = beds.check_items().await.unwrap();
    said.debug(&check);
    said.debug(&check.branch_keys[0]);
    let encryptor = ItemEncryptor::new(Dbesdk::new(keyring.branch_key(ID)));
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let context = ItemContext::new("patients").partition_key("id");
    let stored = encryptor.encrypt(patient().to_item().unwrap(), &actions, &context).await.unwrap();
    encryptor.decrypt(stored, &actions, &context).await.unwrap();

    said.debug(&danger::shred(&store, ID).await.unwrap());
    let error = store.active(ID).await.unwrap_err();
    said.debug(&error);
    vec![branch_key.as_bytes().to_vec(), beacon_key.as_bytes().to_vec()]
}
