//! Exports of a table whose items have both formats.

use std::time::Duration;

use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::{
    AttributeActions, EncryptedItem as _, EncryptedTable, Error, ErrorKind, Item, ItemEncryptor, Repository,
    SchemaVersion,
};
use dynaseal_tests::dynamodb_json::item_to_json;
use dynaseal_tests::format::both;
use dynaseal_tests::log;
use serde::Deserialize;
use serde_json::json;

use crate::entity::{Account, TABLE, accounts, key, stored, table_of};
use crate::until::Time;

/// A line of a full export in DynamoDB JSON.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Line {
    item: serde_dynamo::Item,
}

/// A line of an incremental export with both images.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Change {
    new_image: Option<serde_dynamo::Item>,
    old_image: Option<serde_dynamo::Item>,
}

/// An export with accounts 0 to 2 in the first of these formats, and 3 to 5 in the second.
async fn export((first, second): (&ItemEncryptor, &ItemEncryptor)) -> String {
    let client = table_of(3, first).await;
    for number in 3..6 {
        accounts(&client, second).put(&Account::new(number)).await.unwrap();
    }
    let lines = stored(&client).await.into_values().map(|item| json!({"Item": item_to_json(&item)}).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

fn lines(export: &str) -> impl Iterator<Item = serde_dynamo::Item> {
    export.lines().map(|line| serde_json::from_str::<Line>(line).unwrap().item)
}

fn kinds<T>(results: Vec<Result<T, Error>>) -> Vec<Option<ErrorKind>> {
    results.into_iter().map(|result| result.err().map(|error| error.kind())).collect()
}

#[tokio::test]
async fn both_formats_are_read_from_an_export_until_the_deadline() {
    log::listen();
    let (ddbec, dbesdk) = both();
    for (current, older) in [(&ddbec, &dbesdk), (&dbesdk, &ddbec)] {
        let export = export((older, current)).await;
        let client = crate::entity::empty_table().await;
        let time = Time::default();
        let version = || SchemaVersion::of::<Account>("before").encryptor(older.clone());
        let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(current.clone());
        let accounts = builder.also_reads(version()).until(Time::at(100)).clock(time.now()).build();
        let actions = AttributeActions::new(EncryptAndSign).with("owner", SignOnly).with("visits", DoNothing);
        let builder = EncryptedTable::builder(client.clone()).table(TABLE).encryptor(current.clone());
        let builder = builder.also_reads(version()).until(Time::at(100)).clock(time.now());
        let table = builder.connect(actions).await.unwrap();

        drop(log::take());
        for (number, item) in (0..).zip(lines(&export)) {
            assert_eq!(accounts.decrypt(item.clone()).await.unwrap(), Account::new(number));
            assert_eq!(table.decrypt(item).await.unwrap(), Account::new(number).plaintext());
        }
        let told = log::take().lines().filter(|line| line.contains("version=\"before\"")).count();
        assert_eq!(told, 6, "three items in the older format, each read twice");

        time.set(100);
        let refused = Some(ErrorKind::Integrity);
        let expected = [refused, refused, refused, None, None, None];
        let (mut typed, mut untyped, mut alone) = (Vec::new(), Vec::new(), Vec::new());
        let without = crate::entity::accounts(&client, current);
        for item in lines(&export) {
            typed.push(accounts.decrypt(item.clone()).await);
            untyped.push(table.decrypt(item.clone()).await);
            alone.push(without.decrypt(item).await);
        }
        assert_eq!(kinds(typed), expected);
        assert_eq!(kinds(untyped), expected);
        assert_eq!(kinds(alone), expected, "without `also_reads` there is one format");
    }
}

/// An update that changed the format of an item, as an incremental export shows it.
#[tokio::test]
async fn both_images_of_a_change_of_the_format_are_read() {
    let (old, new) = both();
    let client = table_of(1, &old).await;
    let version = SchemaVersion::of::<Account>("before").encryptor(old);
    let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(new);
    let accounts = builder.also_reads(version).until(std::time::SystemTime::now() + Duration::from_secs(3600)).build();
    let before = stored(&client).await[&0].clone();
    accounts.update_with(Account::new(0).key(), |account| account.balance = 7).await.unwrap();
    let after = stored(&client).await[&0].clone();
    let line = json!({
        "Metadata": {"WriteTimestampMicros": {"N": "1764000000000000"}},
        "Keys": item_to_json(&key(0)),
        "OldImage": item_to_json(&before),
        "NewImage": item_to_json(&after),
    });
    let change: Change = serde_json::from_str(&line.to_string()).unwrap();
    assert_eq!(accounts.decrypt(change.old_image.unwrap()).await.unwrap(), Account::new(0));
    assert_eq!(accounts.decrypt(change.new_image.unwrap()).await.unwrap().balance, 7);
}

/// An attacker who can write to the bucket of an export can change its lines.
#[tokio::test]
async fn changed_lines_are_rejected_in_both_formats() {
    let (old, new) = both();
    let export = export((&old, &new)).await;
    let version = SchemaVersion::of::<Account>("before").encryptor(old);
    let client = crate::entity::empty_table().await;
    let builder = Repository::<Account>::builder(client).table(TABLE).encryptor(new);
    let accounts = builder.also_reads(version).build();
    let items: Vec<Item> = lines(&export).map(|item| dynaseal::IntoItem::into_item(item).unwrap()).collect();
    let (first, second) = (&items[0], &items[3]);
    for (item, other) in [(first, second), (second, first)] {
        let mut changed = item.clone();
        changed.insert("owner".to_owned(), dynaseal::AttributeValue::S("eve".to_owned()));
        // The marks of both formats, as if one of them had been added.
        let mut mixed = item.clone();
        mixed.extend(other.iter().filter(|(name, _)| !item.contains_key(*name)).map(|(n, v)| (n.clone(), v.clone())));
        let mut moved = item.clone();
        moved.extend(key(9));
        for forged in [changed, mixed, moved] {
            assert_ne!(&forged, item);
            assert_eq!(accounts.decrypt(forged).await.unwrap_err().kind(), ErrorKind::Integrity);
        }
    }
}
