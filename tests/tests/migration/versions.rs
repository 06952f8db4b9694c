use dynaseal::{AttributeAction, ErrorKind, Repository, SchemaVersion, danger};

use dynaseal_tests::format::StoredFormat;

use crate::entity::{Account, TABLE, accounts, keys, stored, table_of};

fn sign_only_balance() -> SchemaVersion {
    SchemaVersion::of::<Account>("1").with("balance", AttributeAction::SignOnly)
}

/// Creates a table with 4 accounts whose balance is sign-only, and 4 accounts with the current actions.
async fn mixed_table(keys: &dynaseal::ItemEncryptor) -> aws_sdk_dynamodb::Client {
    let client = table_of(8, keys).await;
    let now = accounts(&client, keys);
    let actions = dynaseal::AttributeActions::of::<Account>().with("balance", AttributeAction::SignOnly);
    let context = dynaseal::ItemContext::new(TABLE).partition_key("id").sort_key("number");
    for number in 0..4 {
        let item = Account::new(number).plaintext();
        crate::entity::put(&client, now.encryptor().encrypt(item, &actions, &context).await.unwrap()).await;
    }
    client
}

#[tokio::test]
async fn older_versions_are_read_and_named() {
    if StoredFormat::is_dbesdk() {
        return; // its items record their actions, so all of these are of the current version
    }
    let keys = keys();
    let client = mixed_table(&keys).await;
    assert_eq!(accounts(&client, &keys).get(("a-1", 1)).await.unwrap_err().kind(), ErrorKind::Integrity);

    let other = SchemaVersion::of::<Account>("0").with("owner", AttributeAction::EncryptAndSign);
    let builder = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(keys.clone());
    let accounts = builder.also_reads(other).also_reads(sign_only_balance()).build();
    crate::entity::assert_all(&accounts, 8).await;
    assert_eq!(accounts.fetch(("a-1", 1)).await.unwrap().unwrap().schema_version(), Some("1"));
    assert_eq!(accounts.fetch(("a-5", 5)).await.unwrap().unwrap().schema_version(), None);

    // A write updates the item to the current version.
    let updated = accounts.update_with(("a-1", 1), |account| account.balance += 1).await.unwrap();
    assert_eq!((updated.balance, updated.schema_version()), (4, None));
    assert_eq!(accounts.fetch(("a-1", 1)).await.unwrap().unwrap().schema_version(), None);
    assert!(stored(&client).await[&1]["balance"].is_b());
    let stale = accounts.fetch(("a-2", 2)).await.unwrap().unwrap();
    accounts.update_with(("a-2", 2), |account| account.balance += 1).await.unwrap();
    assert_eq!(accounts.delete_unchanged(stale).await.unwrap_err().kind(), ErrorKind::Conflict);
    let current = accounts.fetch(("a-3", 3)).await.unwrap().unwrap();
    accounts.delete_unchanged(current).await.unwrap();

    // `reencrypt` moves items from the older versions of the repository.
    let report = accounts.reencrypt().await.unwrap();
    assert_eq!((report.rewritten(), report.up_to_date()), (1, 6));
}

#[tokio::test]
async fn a_newly_signed_attribute_is_not_considered_verified() {
    let keys = keys();
    let client = table_of(2, &keys).await;
    let free = SchemaVersion::of::<Account>("free").with("owner", AttributeAction::DoNothing);
    let build = |version| {
        Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(keys.clone()).also_reads(version).build()
    };
    let error = build(free.clone()).get(("a-1", 1)).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("owner")));
    assert!(error.to_string().contains("danger::accept_unsigned"), "{error}");
    build(danger::accept_unsigned(free)).get(("a-1", 1)).await.unwrap().unwrap();
}

/// A value becomes signed while others may write: either the value that was read is signed, or the write is rejected.
#[tokio::test]
async fn an_unsigned_value_is_signed_only_as_it_was_read() {
    let keys = keys();
    let client = table_of(1, &keys).await;
    let now = accounts(&client, &keys);
    let actions = dynaseal::AttributeActions::of::<Account>()
        .with("owner", AttributeAction::DoNothing)
        .with("note", AttributeAction::DoNothing);
    let context = dynaseal::ItemContext::new(TABLE).partition_key("id").sort_key("number");
    let item = Account { note: None, ..Account::new(0) }.plaintext();
    crate::entity::put(&client, now.encryptor().encrypt(item, &actions, &context).await.unwrap()).await;

    let free = danger::accept_unsigned(SchemaVersion::new("free", actions));
    let accounts = Repository::<Account>::builder(client.clone()).table(TABLE).encryptor(keys).also_reads(free).build();
    let set = |name: &'static str, value: &'static str| {
        let update = client.update_item().table_name(TABLE).set_key(Some(crate::entity::key(0)));
        let update = update.update_expression("SET #name = :value").expression_attribute_names("#name", name);
        update.expression_attribute_values(":value", dynaseal::AttributeValue::S(value.to_owned())).send()
    };
    for (name, value) in [("owner", "eve"), ("note", "appeared")] {
        let mut stale = accounts.fetch(("a-0", 0)).await.unwrap().unwrap();
        set(name, value).await.unwrap();
        stale.balance = 9;
        assert_eq!(accounts.save(stale).await.unwrap_err().kind(), ErrorKind::Conflict, "{name}");
    }
    accounts.update_with(("a-0", 0), |account| account.balance = 9).await.unwrap();
    let read = accounts.fetch(("a-0", 0)).await.unwrap().unwrap();
    assert_eq!((&*read.owner, read.note.as_deref(), read.schema_version()), ("eve", Some("appeared"), None));
}
