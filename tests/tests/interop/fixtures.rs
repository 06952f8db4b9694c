//! Reads items of the real Python and Java clients from files, without those clients.

use std::collections::BTreeMap;
use std::error::Error;

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::embedded::Database;
use dynaseal::materials::{AesKey, HmacKey, MetaStore, WrappedProvider};
use dynaseal::{AttributeValue, EncryptedItem as _, ErrorKind, Item, ItemEncryptor};
use dynaseal_tests::fixtures::Fixture;
use dynaseal_tests::ours::Ours;
use dynaseal_tests::person::{self, Person};
use dynaseal_tests::setup::Provider;
use dynaseal_tests::{canonical, fixtures};
use tokio::runtime::Builder;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[test]
fn items_of_the_real_clients_are_read() -> Result<()> {
    let mut counts = BTreeMap::<String, usize>::new();
    let mut left_out = 0;
    for (path, fixture) in fixtures::all()? {
        if !Ours::supports(&fixture.setup) {
            left_out += 1;
            continue;
        }
        let ours = ours(&fixture)?;
        for pair in &fixture.items {
            let (plaintext, stored) = (pair.plaintext()?, pair.stored()?);
            let read = ours.decrypt(std::slice::from_ref(&stored)).remove(0)?;
            assert_eq!(canonical::item(&read), canonical::item(&plaintext), "{}", path.display());

            let rejected = ours.decrypt(&[with_flipped_signature(stored)]).remove(0).unwrap_err();
            assert_eq!(rejected.kind(), ErrorKind::Integrity, "{}", path.display());
            *counts.entry(format!("{} {}", fixture.written_by.client, fixture.written_by.version)).or_default() += 1;
        }
    }
    println!("items read: {counts:?}; files of keys that this build does not have: {left_out}");
    assert_eq!(left_out == 0, cfg!(all(feature = "rsa", feature = "aws-lc")));
    let clients: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(clients, ["com.amazonaws:aws-dynamodb-encryption-java 2.0.3", "dynamodb-encryption-sdk 3.3.0"]);
    Ok(())
}

/// The example in the documentation of `dynaseal::codec::java`.
#[test]
fn items_of_a_java_mapper_are_read_as_entities() -> Result<()> {
    let found = fixtures::all()?.into_iter().find(|(_, fixture)| fixture.name == person::FIXTURE);
    let (_, fixture) = found.ok_or("there is no fixture of the mapper")?;
    let stored = fixture.items[0].stored()?;
    assert!(["active", "born", "address", "languages"].iter().all(|name| stored[*name].is_b()));

    let mut item = ours(&fixture)?.decrypt(&[stored]).remove(0)?;
    assert_eq!(Person::from_item(&mut item)?, Person::example());
    let written = Person::example().to_item()?;
    assert_eq!(canonical::item(&written), canonical::item(&Person::example_item()));
    Ok(())
}

/// Configures dynaseal with the metastore of the client, if it had one.
fn ours(fixture: &Fixture) -> Result<Ours> {
    let Provider::MostRecent { store_table, .. } = &fixture.setup.provider else { return Ours::new(&fixture.setup) };
    let client = Database::in_memory()?.client();
    // The table does not depend on the provider of the records.
    let records = ItemEncryptor::new(WrappedProvider::new(AesKey::generate()?, HmacKey::generate()?));
    let runtime = Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(MetaStore::new(client.clone(), store_table, records).create_table())?;
    for record in fixture.store()? {
        let request = client.put_item().table_name(store_table).set_item(Some(record));
        runtime.block_on(request.send())?;
    }
    Ours::with_store(&fixture.setup, &client)
}

fn with_flipped_signature(mut item: Item) -> Item {
    let Some(AttributeValue::B(signature)) = item.get_mut("*amzn-ddb-map-sig*") else {
        panic!("every fixture is signed");
    };
    let mut bytes = signature.as_ref().to_vec();
    bytes[0] ^= 1;
    *signature = Blob::new(bytes);
    item
}
