//! Items that the Python client could not verify are reported as events.

use dynaseal::materials::{AesKey, HmacKey, StaticProvider};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor};
use dynaseal_tests::log;

/// Returns the warnings of encrypting these attributes. All of them are signed and not encrypted, except for those that
/// begin with `-`.
async fn warnings(attributes: &[(&str, &str)]) -> Vec<String> {
    let number = |text: &str| AttributeValue::N(text.to_owned());
    let item: Item = attributes.iter().map(|(name, value)| ((*name).to_owned(), number(value))).collect();
    let unsigned = attributes.iter().filter(|(name, _)| name.starts_with('-'));
    let actions = unsigned.fold(AttributeActions::new(AttributeAction::SignOnly), |actions, (name, _)| {
        actions.with(*name, AttributeAction::DoNothing)
    });
    let keys = StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());

    log::listen();
    ItemEncryptor::new(keys).encrypt(item, &actions, &ItemContext::new("T")).await.unwrap();
    log::take().lines().filter(|line| line.contains("WARN")).map(str::to_owned).collect()
}

#[tokio::test]
async fn names_that_clients_sort_differently_are_warned_about_once() {
    let found = warnings(&[("\u{1f600}", "1"), ("\u{1f601}", "1"), ("\u{ff5e}", "1"), ("a", "1")]).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("names"), "{found:?}");

    for harmless in [
        &[("\u{1f600}", "1"), ("\u{1f601}", "1"), ("z", "1")][..],
        &[("\u{e000}", "1"), ("\u{ff5e}", "1"), ("z", "1")],
        // Unsigned attributes do not affect the order.
        &[("-\u{1f600}", "1"), ("-\u{ff5e}", "1"), ("\u{1f600}", "1")],
    ] {
        assert_eq!(warnings(harmless).await, Vec::<String>::new());
    }
}

#[tokio::test]
async fn numbers_that_python_rounds_are_warned_about_by_name() {
    let found = warnings(&[("long", "12345678901234567890123456789"), ("short", "1234567890123456789012345678")]).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains("\"long\"") && !found[0].contains("12345"), "{found:?}");
    // DynamoDB returns it as zero, so it is signed as zero.
    assert_eq!(warnings(&[("zero", "-0")]).await, Vec::<String>::new());
}
