//! Tables that change their format while services read and write them, and go back.

use std::time::{Duration, SystemTime};

use dynaseal::AttributeAction::{DoNothing, EncryptAndSign, SignOnly};
use dynaseal::danger::{DualRead, MaybeVerified, import_plaintext};
use dynaseal::embedded::Database;
use dynaseal::{
    AttributeActions, AttributeValue, EncryptedItem as _, EncryptedTable, ErrorKind, ItemEncryptor, Repository,
    SchemaVersion,
};
use dynaseal_tests::format::{StoredFormat, both};
use dynaseal_tests::tenants::KeyStoreFixture;

use crate::entity::{Account, TABLE, accounts, assert_all, plain_table_of, stored, table_of};
use crate::shop::{Customer, Order};

/// A service that writes with the first keys and reads with both.
fn service(client: &aws_sdk_dynamodb::Client, keys: &ItemEncryptor, other: &ItemEncryptor) -> Repository<Account> {
    let version = SchemaVersion::of::<Account>("other").encryptor(other.clone());
    Repository::builder(client.clone()).table(TABLE).encryptor(keys.clone()).also_reads(version).build()
}

/// The number of items in each format: of the DynamoDB Encryption Client, and of the AWS Database Encryption SDK.
async fn counts(client: &aws_sdk_dynamodb::Client) -> (usize, usize) {
    let items = stored(client).await;
    let with = |mark| items.values().filter(|item| item.contains_key(mark)).count();
    (with("*amzn-ddb-map-sig*"), with("aws_dbe_foot"))
}

/// Services of two neighbouring steps run beside each other, and each step can be undone.
#[tokio::test]
async fn each_step_can_be_undone() {
    let (old, new) = both();
    let client = table_of(12, &old).await;
    let change = async |service: &Repository<Account>, number: u32| {
        service.update_with(Account::new(number).key(), |account| account.visits += 1).await.unwrap();
        let (first, second) = (number, number + 1);
        // `put` and `save` write the service's own format as well.
        let account = service.get(Account::new(first).key()).await.unwrap().unwrap();
        service.put(&account).await.unwrap();
        let mut other = service.fetch(Account::new(second).key()).await.unwrap().unwrap();
        other.visits += 1;
        service.save(other).await.unwrap();
    };
    let before = accounts(&client, &old);
    let (reads_both, writes_new) = (service(&client, &old, &new), service(&client, &new, &old));

    // Step 1 changes nothing that is stored, so going back is free.
    change(&reads_both, 0).await;
    assert_eq!(counts(&client).await, (12, 0));
    before.get(Account::new(0).key()).await.unwrap().unwrap();

    // Step 2 writes the new form. A process of step 1 reads it, and writes the old one.
    change(&writes_new, 2).await;
    assert_eq!(counts(&client).await, (10, 2));
    assert_eq!(reads_both.fetch(Account::new(2).key()).await.unwrap().unwrap().schema_version(), Some("other"));
    change(&reads_both, 2).await;
    assert_eq!(counts(&client).await, (12, 0));
    change(&writes_new, 4).await;

    // Step 3, and a process of step 1 that meets its items.
    assert!(writes_new.reencrypt().await.unwrap().is_complete());
    assert_eq!(counts(&client).await, (0, 12));
    change(&reads_both, 6).await;
    assert_eq!(counts(&client).await, (2, 10));
    change(&writes_new, 6).await;

    // Back from step 3: the same services, and a move in the other direction.
    let report = reads_both.reencrypt().await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (12, true));
    assert_eq!(counts(&client).await, (12, 0));
    change(&before, 8).await;

    // And forth again, to step 4.
    assert!(writes_new.reencrypt().await.unwrap().is_complete());
    let after = accounts(&client, &new);
    change(&after, 10).await;
    assert_eq!(counts(&client).await, (0, 12));

    // Back from step 4: the service of step 2 reads everything, and a process of step 1 that still runs disturbs nobody.
    change(&writes_new, 0).await;
    change(&reads_both, 2).await;
    assert_eq!(counts(&client).await, (2, 10));
    assert_eq!(after.get(Account::new(2).key()).await.unwrap_err().kind(), ErrorKind::Integrity);
    change(&writes_new, 2).await;
    assert_eq!(counts(&client).await, (0, 12));
    for number in 0..12 {
        let read = after.get(Account::new(number).key()).await.unwrap().unwrap();
        assert_eq!(Account { visits: 1, ..read }, Account::new(number));
    }
}

/// Several machines share the table, in both directions.
#[tokio::test]
async fn machines_share_a_table_that_changes_its_format() {
    let (old, new) = both();
    let client = table_of(30, &old).await;
    let folder = tempfile::tempdir().unwrap();
    for (number, (from, to)) in [(&old, &new), (&new, &old)].into_iter().enumerate() {
        let mut rewritten = 0;
        for machine in 0..3 {
            let request = service(&client, to, from).reencrypt().segments(3).only_segments(machine..machine + 1);
            let report = request.checkpoint(folder.path().join(format!("{number}-{machine}"))).await.unwrap();
            assert!(report.is_complete());
            rewritten += report.rewritten();
        }
        assert_eq!(rewritten, 30);
        assert_all(&accounts(&client, to), 30).await;
    }
}

/// Items of the AWS Database Encryption SDK are read with every suite, so only their header shows which need to be written again.
#[tokio::test]
async fn a_table_moves_to_another_suite_and_back() {
    use dynaseal::format::Dbesdk;
    use dynaseal::keyrings::{AesKey, RawAesKeyring};

    let client = Database::in_memory().unwrap().client();
    let key = AesKey::generate().unwrap();
    let with_signature = |signs| {
        let keyring = RawAesKeyring::new("tests", "key", &key).unwrap();
        ItemEncryptor::new(Dbesdk::new(keyring).digital_signature(signs))
    };
    let (unsigned, signed) = (with_signature(false), with_signature(true));
    accounts(&client, &unsigned).create_table().await.unwrap();
    for number in 0..3 {
        accounts(&client, &unsigned).put(&Account::new(number)).await.unwrap();
    }
    for (from, to, length) in [(&unsigned, &signed, 48 + 103), (&signed, &unsigned, 48)] {
        let moving = || service(&client, to, from).reencrypt();
        assert_eq!(moving().await.unwrap().rewritten(), 3);
        let footers =
            stored(&client).await.into_values().map(|item| item["aws_dbe_foot"].as_b().unwrap().as_ref().len());
        assert_eq!(footers.collect::<Vec<_>>(), [length; 3]);
        assert_eq!(moving().await.unwrap().up_to_date(), 3);
        assert_all(&accounts(&client, to), 3).await;
    }
}

/// An encryptor that reads two formats does not need a version for its other one.
#[tokio::test]
async fn a_table_moves_to_the_format_that_its_encryptor_writes() {
    use dynaseal::format::{Dbesdk, Format};
    use dynaseal::keyrings::RawAesKeyring;
    use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, WrappedProvider};

    let key = AesKey::from_bytes(&[9; 32]).unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[9; 32]).unwrap();
    let provider = || -> Format { WrappedProvider::new(key.clone(), signing_key.clone()).into() };
    let dbesdk = || -> Format { Dbesdk::new(RawAesKeyring::new("tests", "nine", &key).unwrap()).into() };
    for (old, new, count) in [(provider(), dbesdk(), (0, 3)), (dbesdk(), provider(), (3, 0))] {
        let client = table_of(3, &ItemEncryptor::new(old.clone())).await;
        let before = stored(&client).await;
        let both = ItemEncryptor::new(new.clone()).also_reads(old).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let moving = || accounts(&client, &both).reencrypt().checkpoint(folder.path().join("move"));
        let report = moving().await.unwrap();
        assert_eq!((report.rewritten(), report.is_complete()), (3, true));
        assert_eq!(counts(&client).await, count);
        assert_all(&accounts(&client, &ItemEncryptor::new(new)), 3).await;
        crate::entity::put(&client, before[&1].clone()).await;
        let report = moving().await.unwrap();
        assert_eq!((report.rewritten(), report.late()), (0, 1), "the move is finished");
    }
}

/// The keys of the AWS Database Encryption SDK's format: raw keys, and branch keys.
#[tokio::test]
async fn a_table_moves_between_keyrings_and_branch_keys() {
    let store = KeyStoreFixture::new().await;
    store.create(["first", "second"]).await;
    let branch_key = |id: &str| ItemEncryptor::with_keyring(store.keyring().branch_key(id));
    let (provider, raw) = both();
    let chain = [provider.clone(), raw, branch_key("first"), branch_key("second"), provider];
    let client = table_of(4, &chain[0]).await;
    for pair in chain.windows(2) {
        let [from, to] = pair else { unreachable!() };
        let moving = || service(&client, to, from).reencrypt();
        assert_eq!(moving().await.unwrap().rewritten(), 4);
        assert_eq!(moving().await.unwrap().up_to_date(), 4);
        assert_all(&accounts(&client, to), 4).await;
        let refused = accounts(&client, from).get(Account::new(0).key()).await.unwrap_err().kind();
        assert!([ErrorKind::Integrity, ErrorKind::Materials].contains(&refused), "{refused:?}");
    }
}

/// An untyped table moves there and back. Attributes that it does not know keep the action that their writer chose, where
/// that is recorded.
#[tokio::test]
async fn an_untyped_table_changes_its_format_and_keeps_recorded_actions() {
    let (provider, raw) = both();
    let other = StoredFormat::Dbesdk.keys_of(3);
    let client = table_of(3, &provider).await;
    let connect = async |keys: &ItemEncryptor| {
        let actions = AttributeActions::new(EncryptAndSign).with("owner", SignOnly).with("visits", DoNothing);
        EncryptedTable::builder(client.clone()).table(TABLE).encryptor(keys.clone()).connect(actions).await.unwrap()
    };
    let version = |keys: &ItemEncryptor| SchemaVersion::of::<Account>("before").encryptor(keys.clone());

    let current = connect(&raw).await;
    assert_eq!(current.reencrypt().also_reads(version(&provider)).await.unwrap().rewritten(), 3);
    assert_all(&accounts(&client, &raw), 3).await;

    // A newer program adds an attribute that is signed and not encrypted.
    let mut item = Account::new(0).plaintext();
    item.insert("badge".to_owned(), AttributeValue::S("b-7".to_owned()));
    let theirs = current.with_actions(
        AttributeActions::new(EncryptAndSign).with("owner", SignOnly).with("visits", DoNothing).with("badge", SignOnly),
    );
    theirs.unwrap().put(&item).await.unwrap();
    assert_eq!(connect(&other).await.reencrypt().also_reads(version(&raw)).await.unwrap().rewritten(), 3);
    assert_eq!(stored(&client).await[&0]["badge"], item["badge"]);

    // The older format records nothing, so the attribute gets the action that the table has for it.
    let back = connect(&provider).await;
    assert_eq!(back.reencrypt().also_reads(version(&other)).await.unwrap().rewritten(), 3);
    assert!(stored(&client).await[&0]["badge"].is_b());
    assert_eq!(back.get(crate::entity::key(0)).await.unwrap(), Some(item));
}

/// An import writes the format of its repository. Items that a program already wrote in the other one are neither
/// plaintext nor an obstacle, and a dual read accepts them.
#[tokio::test]
async fn plaintext_is_imported_in_either_format() {
    let (provider, raw) = both();
    for (keys, other) in [(&provider, &raw), (&raw, &provider)] {
        let client = plain_table_of(3).await;
        let service = service(&client, keys, other);
        accounts(&client, other).put(&Account::new(3)).await.unwrap();
        let dual = DualRead::until(&service, SystemTime::now() + Duration::from_secs(3600));
        let read = async |number| dual.get(Account::new(number).key()).await.unwrap();
        assert_eq!(read(0).await, Some(MaybeVerified::Unverified(Account::new(0))));
        assert_eq!(read(3).await, Some(MaybeVerified::Verified(Account::new(3))));

        let folder = tempfile::tempdir().unwrap();
        let report = import_plaintext(&service, folder.path().join("import")).begin().await.unwrap();
        assert_eq!((report.rewritten(), report.up_to_date(), report.is_complete()), (3, 1, true));
        assert_all(&accounts(&client, keys), 3).await;
        assert_eq!(read(0).await, Some(MaybeVerified::Verified(Account::new(0))));
        assert_eq!(read(3).await, Some(MaybeVerified::Verified(Account::new(3))));
    }
}

dynaseal::entities! {
    #[derive(Clone, Debug, PartialEq)]
    enum ShopItem {
        Customer(Customer),
        Order(Order),
    }
}

/// A query of several entities reads both formats of each, although the version names one of them.
#[tokio::test]
async fn a_query_of_several_entities_reads_both_formats() {
    let (first, second) = both();
    let client = crate::entity::empty_table().await;
    let customer = Customer { id: "c".to_owned(), number: 1, name: "Ada".to_owned() };
    let order = |number| Order { id: "c".to_owned(), number, article: "shoes".to_owned() };
    let builder = || Repository::<Customer>::builder(client.clone()).table(TABLE);
    let orders = |keys: &ItemEncryptor| {
        Repository::<Order>::builder(client.clone()).table(TABLE).encryptor(keys.clone()).build()
    };
    builder().encryptor(first.clone()).build().create(&customer).await.unwrap();
    orders(&first).create(&order(2)).await.unwrap();
    orders(&second).create(&order(3)).await.unwrap();

    let expected = [ShopItem::Customer(customer), ShopItem::Order(order(2)), ShopItem::Order(order(3))];
    let older = SchemaVersion::of::<Customer>("before").encryptor(first);
    let customers = builder().encryptor(second.clone()).also_reads(older.clone()).build();
    assert_eq!(customers.query("c").any_of::<ShopItem>().collect().await.unwrap(), expected);

    // The deadline is that of all entities.
    let ended = builder().encryptor(second).also_reads(older).until(SystemTime::UNIX_EPOCH).build();
    let error = ended.query("c").any_of::<ShopItem>().collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}
