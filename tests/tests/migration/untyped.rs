//! Untyped tables, which are migrated in the same way.

use std::time::{Duration, SystemTime};

use aws_sdk_dynamodb::Client;
use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::danger::{DualRead, MaybeVerified, import_plaintext};
use dynaseal::{AttributeActions, EncryptedTable, ErrorKind, ItemEncryptor, SchemaVersion};

use crate::entity::{Account, TABLE, accounts, assert_all, key, keys, plain_table_of, stored, table_of};

/// Returns the actions of an [`Account`], except for its key, which the table determines.
fn actions() -> AttributeActions {
    AttributeActions::new(EncryptAndSign).with("owner", SignOnly).with("visits", DoNothing)
}

async fn connect(client: &Client, keys: &ItemEncryptor) -> EncryptedTable {
    EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys.clone()).connect(actions()).await.unwrap()
}

#[tokio::test]
async fn untyped_items_move_to_new_keys() {
    let (old, new) = (keys(), keys());
    let client = table_of(20, &old).await;
    let table = connect(&client, &new).await;
    let before = || SchemaVersion::new("before", actions()).encryptor(old.clone());

    let check = table.check_items().also_reads(before()).await.unwrap();
    assert_eq!(check.versions.iter().map(|version| version.readable).collect::<Vec<_>>(), [0, 20]);
    let report = table.reencrypt().also_reads(before()).await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (20, true));
    assert_all(&accounts(&client, &new), 20).await;
}

/// Actions that do not sign the key are rejected in an older version, too.
#[tokio::test]
async fn a_version_that_does_not_sign_the_key_is_rejected() {
    let (old, new) = (keys(), keys());
    let client = table_of(3, &old).await;
    let items = stored(&client).await;
    let before = SchemaVersion::new("before", actions().with("id", DoNothing)).encryptor(old);
    let error = connect(&client, &new).await.reencrypt().also_reads(before).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("id")));
    assert_eq!(stored(&client).await, items);
}

#[tokio::test]
async fn untyped_items_are_imported_and_read_meanwhile() {
    let client = plain_table_of(20).await;
    let keys = keys();
    let table = connect(&client, &keys).await;
    let dual = DualRead::until(&table, SystemTime::now() + Duration::from_secs(3600));
    let plain = Account::new(3).plaintext();
    assert_eq!(dual.get(key(3)).await.unwrap(), Some(MaybeVerified::Unverified(plain.clone())));

    let folder = tempfile::tempdir().unwrap();
    let import = || import_plaintext(&table, folder.path().join("import"));
    assert_eq!(import().begin().await.unwrap().rewritten(), 20);
    assert_eq!(dual.get(key(3)).await.unwrap(), Some(MaybeVerified::Verified(plain)));
    assert_eq!(dual.get(key(99)).await.unwrap(), None);
    assert_all(&accounts(&client, &keys), 20).await;
    assert_eq!(import().await.unwrap_err().kind(), ErrorKind::Usage);
}
