//! A beacon as the sort key of an index, whose partition key is the tenant: each tenant's beacons have a key of its own.

use dynaseal::embedded::Database;
use dynaseal::keyrings::{BeaconKeys, BeaconRoot};
use dynaseal::{EncryptedItem, ErrorKind, Repository};
use dynaseal_tests::tenants::KeyStoreFixture;

#[derive(Clone, Debug, PartialEq, EncryptedItem)]
#[item(index(name = "by-email", partition = shop, sort = email))]
struct Customer {
    #[partition_key]
    #[item(tenant)]
    shop: String,
    #[sort_key]
    number: u32,
    #[item(beacon(bits = 20, lowercase))]
    email: String,
}

fn customer(shop: &str, number: u32) -> Customer {
    Customer { shop: shop.into(), number, email: "ann@example.com".into() }
}

async fn customers(keys: &KeyStoreFixture, beacons: BeaconKeys) -> Repository<Customer> {
    let client = Database::in_memory().unwrap().client();
    let customers = Repository::builder(client).table("customers").keyring(keys.keyring()).beacons(beacons).build();
    customers.create_table().await.unwrap();
    customers
}

#[tokio::test]
async fn equal_values_of_two_tenants_have_other_hashes_and_are_found_apart() {
    let keys = KeyStoreFixture::new().await;
    keys.create(["acme", "initech"]).await;
    let client = Database::in_memory().unwrap().client();
    let customers: Repository<Customer> = Repository::builder(client.clone())
        .table("customers")
        .keyring(keys.keyring())
        .beacons(BeaconKeys::per_tenant(keys.store.clone()))
        .build();
    customers.create_table().await.unwrap();
    for shop in ["acme", "initech"] {
        customers.create(&customer(shop, 1)).await.unwrap();
    }
    let stored = client.scan().table_name("customers").send().await.unwrap().items.unwrap();
    assert_ne!(stored[0]["aws_dbe_b_email"], stored[1]["aws_dbe_b_email"]);

    let by_email = Customer::indexes().by_email;
    for shop in ["acme", "initech"] {
        let found = customers.query_index(by_email, shop).sort_eq("Ann@Example.com").collect().await.unwrap();
        assert_eq!(found, [customer(shop, 1)]);
        let found =
            customers.query(shop).filter(Customer::fields().email.eq("ann@example.com")).collect().await.unwrap();
        assert_eq!(found, [customer(shop, 1)]);
    }
    // A question that names no tenant has no key.
    let everywhere = customers.scan().filter(Customer::fields().email.eq("ann@example.com")).collect().await;
    assert_eq!(everywhere.unwrap_err().kind(), ErrorKind::Usage);
    let nobody = customers.query_index(by_email, "umbrella").sort_eq("ann@example.com").collect().await;
    assert_eq!(nobody.unwrap_err().kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn one_beacon_key_for_all_tenants_is_rejected() {
    let keys = KeyStoreFixture::new().await;
    keys.create(["acme"]).await;
    let fixed = BeaconKeys::fixed(BeaconRoot::from_bytes(&[7; 32]).unwrap());
    for beacons in [fixed, BeaconKeys::key_store(keys.store.clone(), "acme")] {
        let customers = customers(&keys, beacons).await;
        let error = customers.create(&customer("acme", 1)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains("BeaconKeys::per_tenant"), "{error}");
    }
}
