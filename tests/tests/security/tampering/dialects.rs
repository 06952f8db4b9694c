//! Signatures of the Python client, where they differ from the Java client's: the order, and numbers.
//!
//! The signatures are computed here from the description of the format, independently of dynaseal.

use std::collections::BTreeMap;

use dynaseal::format::Ddbec;
use dynaseal::materials::StaticProvider;
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ErrorKind, Item, ItemEncryptor};
use dynaseal_tests::samples::{DESCRIPTION, SIGNATURE, SIGNING_KEY, context, signing_key};
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};

/// Returns an encryptor of sign-only items, whose order matters.
fn encryptor() -> ItemEncryptor {
    ItemEncryptor::new(StaticProvider::sign_only(signing_key().unwrap()))
}

fn lenient() -> ItemEncryptor {
    ItemEncryptor::new(Ddbec::new(StaticProvider::sign_only(signing_key().unwrap())).accept_python_numbers())
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::SignOnly)
}

/// Returns an item with the signature of these serialized values, in the given order.
fn signed<'a>(item: Item, serialized: impl IntoIterator<Item = (&'a str, Vec<u8>)>) -> Item {
    let mut string_to_sign = Sha256::digest("TABLE>wards<TABLE").to_vec();
    for (name, value) in serialized {
        string_to_sign.extend(Sha256::digest(name));
        string_to_sign.extend(Sha256::digest("PLAINTEXT"));
        string_to_sign.extend(Sha256::digest(value));
    }
    let mac = Hmac::<Sha256>::new_from_slice(&SIGNING_KEY).unwrap().chain_update(string_to_sign);
    let signature = mac.finalize().into_bytes().to_vec();
    let added = [(SIGNATURE, signature), (DESCRIPTION, vec![0; 4])];
    item.into_iter().chain(added.map(|(name, bytes)| (name.to_owned(), AttributeValue::B(bytes.into())))).collect()
}

fn serialized_set(tag: u8, members: &[&[u8]]) -> Vec<u8> {
    let mut bytes = vec![0, tag];
    bytes.extend((members.len() as u32).to_be_bytes());
    for member in members {
        bytes.extend((member.len() as u32).to_be_bytes());
        bytes.extend(*member);
    }
    bytes
}

fn serialized_text(tag: u8, text: &str) -> Vec<u8> {
    let mut bytes = vec![0, tag];
    bytes.extend((text.len() as u32).to_be_bytes());
    bytes.extend(text.as_bytes());
    bytes
}

fn item<const N: usize>(attributes: [(&str, AttributeValue); N]) -> Item {
    attributes.map(|(name, value)| (name.to_owned(), value)).into()
}

/// Reads an item that is signed in the order of the Python client, then of the Java client, then of neither.
async fn check_orders(
    item: Item,
    python: Vec<(&str, Vec<u8>)>,
    java: Vec<(&str, Vec<u8>)>,
    neither: Vec<(&str, Vec<u8>)>,
) {
    for order in [python, java] {
        let read = encryptor().decrypt(signed(item.clone(), order), &actions(), &context()).await;
        assert_eq!(read.unwrap(), item);
    }
    let error = encryptor().decrypt(signed(item, neither), &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

/// Java compares signed bytes.
#[tokio::test]
async fn binary_sets_are_read_in_either_order() {
    let members: [&[u8]; 3] = [b"\x7f", b"\x80", b"\x01"];
    let item = item([("set", AttributeValue::Bs(members.map(Into::into).to_vec()))]);
    let order = |order: [usize; 3]| vec![("set", serialized_set(b'B', &order.map(|index| members[index])))];
    check_orders(item, order([2, 0, 1]), order([1, 2, 0]), order([0, 1, 2])).await;
}

/// Java sorts text by UTF-16 code units: U+1F600 begins with a surrogate, which is less than U+FF5E.
#[tokio::test]
async fn string_sets_are_read_in_either_order() {
    let members = ["\u{1f600}", "\u{ff5e}", "a"];
    let item = item([("set", AttributeValue::Ss(members.map(str::to_owned).to_vec()))]);
    let order = |order: [usize; 3]| vec![("set", serialized_set(b'S', &order.map(|index| members[index].as_bytes())))];
    check_orders(item, order([2, 1, 0]), order([2, 0, 1]), order([0, 1, 2])).await;
}

#[tokio::test]
async fn map_keys_are_read_in_either_order() {
    let keys = ["\u{1f600}", "\u{ff5e}", "a"];
    let entries = keys.map(|key| (key.to_owned(), AttributeValue::Null(true)));
    let item = item([("map", AttributeValue::M(entries.into()))]);
    let order = |order: [usize; 3]| {
        let entries = order.into_iter().flat_map(|index| [serialized_text(b's', keys[index]), vec![0, 0]].concat());
        vec![("map", b"\0M\0\0\0\x03".iter().copied().chain(entries).collect())]
    };
    check_orders(item, order([2, 1, 0]), order([2, 0, 1]), order([0, 1, 2])).await;
}

#[tokio::test]
async fn attribute_names_are_read_in_either_order() {
    let names = ["\u{1f600}", "\u{ff5e}", "a"];
    let item = item(names.map(|name| (name, AttributeValue::S(format!("value of {name}")))));
    let order = |order: [usize; 3]| {
        let value = |name| serialized_text(b's', &format!("value of {name}"));
        order.map(|index| (names[index], value(names[index]))).to_vec()
    };
    check_orders(item, order([2, 1, 0]), order([2, 0, 1]), order([0, 1, 2])).await;
}

/// The Python client signs numbers rounded to 28 digits, so the remaining digits are not protected.
#[tokio::test]
async fn rounded_numbers_are_read_only_on_request() {
    let rounded = BTreeMap::from([
        ("12345678901234567890123456789", "12345678901234567890123456790"),
        ("0.12345678901234567890123456785", "0.1234567890123456789012345678"),
        ("-0", "-0"),
    ]);
    for (number, signed_as) in rounded {
        let item = item([("number", AttributeValue::N(number.to_owned()))]);
        let stored = signed(item.clone(), [("number", serialized_text(b'n', signed_as))]);
        let error = encryptor().decrypt(stored.clone(), &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{number}");
        let read = lenient().decrypt(stored, &actions(), &context()).await.unwrap();
        let expected = if number == "-0" { "0" } else { number };
        assert_eq!(read["number"], AttributeValue::N(expected.to_owned()));

        // Other digits are rejected nevertheless.
        let stored = signed(item, [("number", serialized_text(b'n', "5"))]);
        let error = lenient().decrypt(stored, &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{number}");
    }
}
