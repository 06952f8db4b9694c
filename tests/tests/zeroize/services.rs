//! Remains of keys from KMS and from tables.

use std::collections::HashMap;
use std::mem::forget;
use std::time::Duration;

use aws_sdk_kms::primitives::Blob;
use dynaseal::embedded::Database;
use dynaseal::keyrings::{HierarchicalKeyring, KeyStore, KmsConfiguration, NewBranchKey};
use dynaseal::materials::{
    CryptographicMaterialsProvider, DecryptionMaterials, DirectKmsProvider, EncryptionMaterials, MaterialDescription,
    MaterialsRequest, MetaStore, MostRecentProvider,
};
use dynaseal::testing::kms::Kms;
use dynaseal_tests::description;
use dynaseal_tests::store::provider;
use hmac::Mac as _;

use super::*;

const REGION: &str = "eu-central-1";

/// HKDF-SHA-256 without salt, as in the format.
fn expand(data_key: &[u8], purpose: &[u8]) -> [u8; 32] {
    let hmac = |key: &[u8], message: &[u8]| -> [u8; 32] {
        Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(message).finalize().into_bytes().into()
    };
    hmac(&hmac(&[0; 32], data_key), &[purpose, &[1]].concat())
}

#[test]
fn data_keys_of_kms_are_zeroized() {
    let _turn = alone();
    let kms = Kms::new();
    let (key, client) = (kms.create_key(REGION), kms.client(REGION));
    let context = context().partition_key("id");
    let encryptor = ItemEncryptor::new(DirectKmsProvider::new(client.clone(), &*key));
    let stored = wait(encryptor.encrypt(item(), &actions(), &context)).unwrap();

    let entries = description::from_bytes(stored[description::ATTRIBUTE].as_b().unwrap().as_ref()).unwrap();
    let (_, encrypted) = entries.iter().find(|(name, _)| name == b"amzn-ddb-env-key").unwrap();
    let of_kms = HashMap::from([
        ("*amzn-ddb-env-alg*".to_owned(), "AES/256".to_owned()),
        ("*amzn-ddb-sig-alg*".to_owned(), "HmacSHA256/256".to_owned()),
        ("id".to_owned(), "e-1".to_owned()),
        ("*aws-kms-table*".to_owned(), "employees".to_owned()),
    ]);
    let request = client.decrypt().key_id(&key).ciphertext_blob(Blob::new(BASE64.decode(encrypted).unwrap()));
    let data_key = wait(request.set_encryption_context(Some(of_kms)).send()).unwrap().plaintext.unwrap().into_inner();
    Checking::look_for(&data_key);
    for purpose in [&b"Encryption"[..], b"Signing"] {
        Checking::look_for(&expand(&data_key, purpose));
    }
    forget(data_key); // the test's own
    assert_eq!(wait(encryptor.decrypt(stored, &actions(), &context)).unwrap(), item());
    assert_eq!(Checking::found(), 0);
}

/// Registers every key that is put into a table with the allocator.
#[derive(Debug)]
struct Watched(WrappedProvider);

impl CryptographicMaterialsProvider for Watched {
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        for key in ["enc", "int"] {
            Checking::look_for(request.item()[key].as_b().unwrap().as_ref());
        }
        self.0.encryption_materials(request)
    }

    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        self.0.decryption_materials(request, description)
    }
}

#[test]
fn keys_from_a_table_are_zeroized() {
    let _turn = alone();
    let database = Database::in_memory().unwrap().client();
    let inner = provider();
    let store = MetaStore::new(database, "keys", ItemEncryptor::new(Watched(inner)));
    wait(store.create_table()).unwrap();
    let provider = || MostRecentProvider::new(store.clone(), "employees", Duration::from_secs(600)).unwrap();
    let (stored, encryptor) = write(provider());
    assert_eq!(Checking::found(), 0, "keys that were made");
    read(stored.clone(), encryptor);
    read(stored, ItemEncryptor::new(provider()));
    assert_eq!(Checking::found(), 0, "keys that were loaded");
}

#[test]
fn branch_keys_are_zeroized() {
    let _turn = alone();
    let kms = Kms::new();
    let configuration = KmsConfiguration::key(kms.client(REGION), kms.create_key(REGION)).unwrap();
    let store = KeyStore::new(Database::in_memory().unwrap().client(), "branch-keys", configuration);
    wait(store.create_table()).unwrap();
    wait(store.create_branch_key(NewBranchKey::with_id("acme").context("purpose", "tests"))).unwrap();
    // The values of the keys: the copies of the test are never freed.
    let branch_key = wait(store.active("acme")).unwrap();
    Checking::look_for(branch_key.as_bytes());
    forget(branch_key);
    let beacon_key = wait(store.beacon_key("acme")).unwrap();
    Checking::look_for(beacon_key.as_bytes());
    forget(beacon_key);

    let keyring = HierarchicalKeyring::new(store.clone(), Duration::from_secs(600)).unwrap().branch_key("acme");
    let encryptor = ItemEncryptor::with_keyring(keyring);
    let context = context().partition_key("id");
    let stored = wait(encryptor.encrypt(item(), &actions(), &context)).unwrap();
    assert_eq!(wait(encryptor.decrypt(stored, &actions(), &context)).unwrap(), item());
    wait(encryptor.refresh()).unwrap();
    drop(encryptor);
    drop(wait(store.beacon_key("acme")).unwrap());
    assert_eq!(Checking::found(), 0);
}
