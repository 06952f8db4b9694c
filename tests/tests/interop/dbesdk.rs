//! Reads items of the Java client of the AWS Database Encryption SDK from a file, without Java.

use std::error::Error;

use aws_sdk_dynamodb::primitives::Blob;
use dynaseal::format::ItemDescription;
use dynaseal::{AttributeValue, ErrorKind, Item};
use dynaseal_tests::canonical;
use dynaseal_tests::dbesdk::OursDbesdk;
use dynaseal_tests::dynamodb_json::item_from_json;
use serde_json::Value;

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

/// The items of three AES keys, five RSA paddings and two kinds of key agreement on three curves, in both suites and
/// versions; and an item of five recipients in both suites, read by each.
const ITEMS: usize = 14 * 4 + 2 * 5;

#[test]
fn items_of_the_java_client_are_read() -> Result<()> {
    let text = include_str!("../../dbesdk-fixtures/raw-keyrings.json");
    let fixtures: Value = serde_json::from_str(text)?;
    let (mut read, mut left_out) = (0, 0);
    for fixture in fixtures["items"].as_array().ok_or("no items")? {
        let Some(ours) = OursDbesdk::new(&fixture["config"])? else {
            left_out += 1;
            continue;
        };
        let stored = item_from_json(&fixture["stored"]).map_err(|error| format!("{error:?}"))?;
        let plaintext = item_from_json(&fixture["plaintext"]).map_err(|error| format!("{error:?}"))?;
        let what = &fixture["name"];
        assert_eq!(canonical::item(&ours.decrypt(stored.clone())?), canonical::item(&plaintext), "{what}");

        let description = ItemDescription::of(&stored)?;
        assert_eq!(description.version() == 2, fixture["config"]["actions"]["pk"] == "c", "{what}");
        let rejected = ours.decrypt(with_flipped_tags(stored)).unwrap_err();
        assert_eq!(rejected.kind(), ErrorKind::Integrity, "{what}");
        read += 1;
    }
    println!("{read} items read, {left_out} of keys that this build does not have");
    assert_eq!(read + left_out, ITEMS);
    assert_eq!(left_out == 0, cfg!(all(feature = "rsa", feature = "aws-lc")));
    Ok(())
}

fn with_flipped_tags(mut item: Item) -> Item {
    let Some(AttributeValue::B(footer)) = item.get_mut("aws_dbe_foot") else { panic!("every fixture has a footer") };
    let mut bytes = footer.as_ref().to_vec();
    bytes.iter_mut().for_each(|byte| *byte ^= 1);
    *footer = Blob::new(bytes);
    item
}
