//! Entities with fields in the encryption context, and with attributes that are never signed.

use aws_sdk_dynamodb::Client;
use dynaseal::embedded::Database;
use dynaseal::format::ItemDescription;
use dynaseal::keyrings::{AesKey as KeyringKey, RawAesKeyring};
use dynaseal::materials::{AesKey, HmacKey, WrappedProvider};
use dynaseal::{
    AttributeAction, AttributeActions, AttributeValue, EncryptedItem, EncryptedTable, ErrorKind, Item, ItemEncryptor,
    Repository, SchemaVersion,
};
use dynaseal_tests::values::{n, s};

const TABLE: &str = "invoices";

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(unsigned_prefix = ":")]
struct Invoice {
    #[partition_key]
    id: String,
    #[sign_and_include_in_encryption_context]
    customer: String,
    #[sign_and_include_in_encryption_context]
    #[item(bytes)]
    seal: Vec<u8>,
    total: u64,
    #[do_nothing]
    #[item(rename = ":views")]
    views: u64,
}

fn invoice(customer: &str) -> Invoice {
    Invoice { id: "i-1".to_owned(), customer: customer.to_owned(), seal: vec![1, 2], total: 4200, views: 0 }
}

fn provider() -> WrappedProvider {
    WrappedProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap())
}

fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("billing", "2026", &KeyringKey::generate().unwrap()).unwrap()
}

async fn stored(client: &Client) -> Option<Item> {
    client.get_item().table_name(TABLE).key("id", s("i-1")).send().await.unwrap().item
}

async fn table(keyring: RawAesKeyring) -> (Client, Repository<Invoice>) {
    let client = Database::in_memory().unwrap().client();
    let invoices: Repository<Invoice> = Repository::builder(client.clone()).table(TABLE).keyring(keyring).build();
    invoices.create_table().await.unwrap();
    (client, invoices)
}

#[tokio::test]
async fn fields_in_the_encryption_context_are_written_read_and_updated() {
    let (client, invoices) = table(keyring()).await;
    invoices.create(&invoice("acme")).await.unwrap();
    let item = stored(&client).await.unwrap();
    assert_eq!(ItemDescription::of(&item).unwrap().version(), 2);
    assert_eq!((&item["customer"], item["total"].is_b()), (&s("acme"), true));

    invoices.update_with("i-1", |invoice| invoice.customer = "zenith".to_owned()).await.unwrap();
    assert_eq!(invoices.get("i-1").await.unwrap(), Some(invoice("zenith")));
    let zenith = Invoice::fields().customer.eq("zenith");
    assert_eq!(invoices.scan().filter(zenith).collect().await.unwrap(), [invoice("zenith")]);

    // Other writers of the table cannot change an attribute in the encryption context.
    let mut forged = stored(&client).await.unwrap();
    forged.insert("customer".to_owned(), s("acme"));
    client.put_item().table_name(TABLE).set_item(Some(forged)).send().await.unwrap();
    assert_eq!(invoices.get("i-1").await.unwrap_err().kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn attributes_with_the_unsigned_prefix_are_left_unchanged() {
    let (client, invoices) = table(keyring()).await;
    invoices.create(&invoice("acme")).await.unwrap();
    let mut item = stored(&client).await.unwrap();
    item.insert(":views".to_owned(), n("7"));
    item.insert(":printed".to_owned(), AttributeValue::Bool(true));
    client.put_item().table_name(TABLE).set_item(Some(item)).send().await.unwrap();
    assert_eq!(invoices.get("i-1").await.unwrap().unwrap().views, 7);
    invoices.update_with("i-1", |invoice| invoice.total += 1).await.unwrap();
    let item = stored(&client).await.unwrap();
    assert_eq!((&item[":views"], &item[":printed"]), (&n("7"), &AttributeValue::Bool(true)));
}

#[tokio::test]
async fn a_value_too_long_for_the_context_is_rejected_by_name() {
    let (client, invoices) = table(keyring()).await;
    // Bytes are stored there as Base64 text.
    let long = Invoice { seal: vec![7; 49_148], ..invoice("acme") };
    for (invoice, name) in [(invoice(&"x".repeat(65_536)), "customer"), (long, "seal")] {
        let error = invoices.create(&invoice).await.unwrap_err();
        assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some(name)));
    }
    assert_eq!(stored(&client).await, None);
    invoices.create(&invoice(&"x".repeat(65_535))).await.unwrap();
    let fits = Invoice { seal: vec![7; 49_147], ..invoice("acme") };
    invoices.put(&fits).await.unwrap();
    assert_eq!(invoices.get("i-1").await.unwrap(), Some(fits));
}

/// If the compiler cannot see the format, the first call reports the error.
#[tokio::test]
async fn ddbec_has_no_encryption_context() {
    let (client, _) = table(keyring()).await;
    let encryptor = ItemEncryptor::new(provider());
    let invoices: Repository<Invoice> = Repository::builder(client.clone()).table(TABLE).encryptor(encryptor).build();
    let error = invoices.create(&invoice("acme")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("keyring"), "{error}");

    let actions = AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("customer", AttributeAction::SignAndIncludeInEncryptionContext);
    let builder = EncryptedTable::builder(client.clone()).table(TABLE).materials(provider());
    let error = match builder.connect(actions).await {
        Ok(table) => table
            .create(&Item::from([("id".to_owned(), s("i-1")), ("customer".to_owned(), s("acme"))]))
            .await
            .unwrap_err(),
        Err(error) => error,
    };
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("customer")));
    assert_eq!(stored(&client).await, None);
}

/// An item of the older format has the same attributes with the action sign-only.
#[tokio::test]
async fn ddbec_items_are_read_and_moved() {
    #[derive(EncryptedItem)]
    #[item(other(":views", action = do_nothing))]
    struct Before {
        #[partition_key]
        id: String,
        #[sign_only]
        customer: String,
        #[sign_only]
        #[item(bytes)]
        seal: Vec<u8>,
        total: u64,
    }

    let (provider, keyring) = (provider(), keyring());
    let (client, _) = table(keyring.clone()).await;
    let before: Repository<Before> =
        Repository::builder(client.clone()).table(TABLE).materials(provider.clone()).build();
    let Invoice { id, customer, seal, total, .. } = invoice("acme");
    before.create(&Before { id, customer, seal, total }).await.unwrap();

    let old = SchemaVersion::of::<Invoice>("until 2026").materials(provider);
    let builder = Repository::builder(client.clone()).table(TABLE).keyring(keyring);
    let invoices: Repository<Invoice> = builder.also_reads(old.clone()).build();
    invoices.update_in_place("i-1", Invoice::fields().views.set(0)).await.unwrap();
    assert_eq!(invoices.get("i-1").await.unwrap(), Some(invoice("acme")));
    let report = invoices.reencrypt().also_reads(old).await.unwrap();
    assert_eq!((report.rewritten(), report.is_complete()), (1, true));
    assert_eq!(ItemDescription::of(&stored(&client).await.unwrap()).unwrap().version(), 2);
    assert_eq!(invoices.get("i-1").await.unwrap(), Some(invoice("acme")));
}
