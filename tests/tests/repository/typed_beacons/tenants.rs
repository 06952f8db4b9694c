//! Searches of one tenant's entities.

use dynaseal::keyrings::{BeaconKeys, BeaconRoot};
use dynaseal::{EncryptedItem, ErrorKind, Repository};
use dynaseal_tests::tenants::KeyStoreFixture;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(
    index(name = "by-email", partition = email, sort = number),
    index(name = "keys-by-email", partition = email, projection = keys_only),
    index(name = "by-shop", partition = shop, sort = number),
    partitions = 3
)]
struct Customer {
    #[partition_key]
    id: String,
    #[sign_and_include_in_encryption_context]
    #[item(tenant)]
    shop: String,
    #[sign_only]
    number: u32,
    #[item(beacon(bits = 4, lowercase))]
    email: String,
}

fn customer(number: u32) -> Customer {
    let shop = if number.is_multiple_of(2) { "acme" } else { "initech" };
    let email = format!("user-{}@example.com", number % 5);
    Customer { id: format!("c-{number}"), shop: shop.to_owned(), number, email }
}

fn customers(fixture: &KeyStoreFixture, keys: BeaconKeys) -> Repository<Customer> {
    let builder = Repository::builder(fixture.client.clone()).table("customers").keyring(fixture.keyring());
    builder.beacons(keys).build()
}

async fn forty(fixture: &KeyStoreFixture) -> Repository<Customer> {
    fixture.create(["acme", "initech"]).await;
    let customers = customers(fixture, BeaconKeys::per_tenant(fixture.store.clone()));
    customers.create_table().await.unwrap();
    customers.write_many((0..40).map(customer).collect::<Vec<_>>()).await.unwrap();
    customers
}

fn numbers(customers: &[Customer]) -> Vec<u32> {
    customers.iter().map(|customer| customer.number).collect()
}

#[tokio::test]
async fn a_search_finds_the_items_of_one_tenant() {
    let fixture = KeyStoreFixture::new().await;
    let customers = forty(&fixture).await;
    let email = "USER-1@example.com";
    for (shop, expected) in [("acme", [6, 16, 26, 36]), ("initech", [1, 11, 21, 31])] {
        let scope = customers.tenant(shop);
        let found = scope.query_index(Customer::indexes().by_email, email).collect().await.unwrap();
        assert_eq!(numbers(&found), expected, "in the order of the sort key");
        let mut found = numbers(&scope.scan().filter(Customer::fields().email.eq(email)).collect().await.unwrap());
        found.sort_unstable();
        assert_eq!(found, expected);
        let hydrated = scope.query_index(Customer::indexes().keys_by_email, email).hydrate();
        assert_eq!(hydrated.count().await.unwrap(), 4);
        let by_shop = scope.query_index(Customer::indexes().by_shop, shop).filter(Customer::fields().email.eq(email));
        let descending: Vec<u32> = expected.into_iter().rev().collect();
        assert_eq!(numbers(&by_shop.descending().collect().await.unwrap()), descending);
        let scanned = scope.scan().index(Customer::indexes().by_email).filter(Customer::fields().email.eq(email));
        assert_eq!(scanned.count().await.unwrap(), 4);
        assert_eq!(scope.parallel_scan(3).count().await.unwrap(), 20);
        assert_eq!(scope.scan().collect().await.unwrap().iter().filter(|customer| customer.shop != shop).count(), 0);
    }
}

#[tokio::test]
async fn what_would_mix_tenants_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    let customers = forty(&fixture).await;
    let email = "user-1@example.com";
    let error = customers.query_index(Customer::indexes().by_email, email).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage, "equal values of two tenants have different beacons");
    let error =
        customers.tenant("acme").query_index(Customer::indexes().by_shop, "initech").collect().await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("shop")));
    let fields = Customer::fields();
    let none = customers.tenant("acme").scan().filter(fields.shop.eq("initech") & fields.email.eq(email));
    assert_eq!(none.collect().await.unwrap(), []);
    let error = customers.tenant("nobody").scan().filter(fields.email.eq(email)).collect().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);

    // A cursor of one tenant is none of another.
    let page =
        customers.tenant("acme").query_index(Customer::indexes().by_email, email).limit(1).page(None).await.unwrap();
    let query = customers.tenant("initech").query_index(Customer::indexes().by_email, email);
    assert_eq!(query.page(page.cursor).await.unwrap_err().kind(), ErrorKind::InvalidCursor);
}

#[tokio::test]
async fn one_root_for_all_tenants_is_rejected() {
    let fixture = KeyStoreFixture::new().await;
    let _ = forty(&fixture).await;
    let one_for_all = [
        BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap()),
        BeaconKeys::key_store(fixture.store.clone(), "acme"),
    ];
    for keys in one_for_all {
        let customers = customers(&fixture, keys);
        let error = customers.put(&customer(1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let search = customers.tenant("acme").scan().filter(Customer::fields().email.eq("user-1@example.com"));
        assert_eq!(search.collect().await.unwrap_err().kind(), ErrorKind::Usage);
    }
}

#[tokio::test]
async fn a_tenant_can_have_a_branch_key_of_another_name() {
    let fixture = KeyStoreFixture::new().await;
    fixture.create(["key-of-acme", "key-of-initech"]).await;
    let named = |tenant: &str| Some(format!("key-of-{tenant}"));
    let keys = BeaconKeys::per_tenant(fixture.store.clone()).branch_key_of_tenant(named);
    let keyring = fixture.keyring().branch_key_of_tenant(named);
    let builder = Repository::<Customer>::builder(fixture.client.clone()).table("customers").keyring(keyring);
    let customers = builder.beacons(keys).build();
    customers.create_table().await.unwrap();
    customers.write_many((0..10).map(customer).collect::<Vec<_>>()).await.unwrap();
    let found = customers.tenant("acme").query_index(Customer::indexes().by_email, "user-1@example.com");
    assert_eq!(numbers(&found.collect().await.unwrap()), [6]);
}
