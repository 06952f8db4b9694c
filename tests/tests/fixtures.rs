//! dynaseal reads what the real Python and Java clients wrote, from files: this needs neither of them.

#![expect(clippy::panic, clippy::indexing_slicing, reason = "helpers of a test")]

use std::collections::BTreeMap;
use std::error::Error;

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::{AttributeValue, ErrorKind, Item};
use dynaseal_tests::ours::Ours;
use dynaseal_tests::{canonical, fixtures};

#[test]
fn what_the_real_clients_wrote_is_read() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut counts = BTreeMap::<String, usize>::new();
    for (path, fixture) in fixtures::all()? {
        let ours = Ours::new(&fixture.setup)?;
        for pair in &fixture.items {
            let (plaintext, stored) = (pair.plaintext()?, pair.stored()?);
            let read = ours.decrypt(std::slice::from_ref(&stored)).remove(0)?;
            assert_eq!(canonical::item(&read), canonical::item(&plaintext), "{}", path.display());

            let refused = ours.decrypt(&[with_flipped_signature(stored)]).remove(0).unwrap_err();
            assert_eq!(refused.kind(), ErrorKind::Integrity, "{}", path.display());
            *counts.entry(format!("{} {}", fixture.written_by.client, fixture.written_by.version)).or_default() += 1;
        }
    }
    println!("items read: {counts:?}");
    let clients: Vec<&str> = counts.keys().map(String::as_str).collect();
    assert_eq!(clients, ["com.amazonaws:aws-dynamodb-encryption-java 2.0.3", "dynamodb-encryption-sdk 3.3.0"]);
    Ok(())
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
