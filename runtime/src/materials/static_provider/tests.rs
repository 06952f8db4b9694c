//! Custom entries in the material description.

use super::*;
use crate::error::ErrorKind;
use crate::materials::HmacKey;
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor};

#[tokio::test]
async fn only_items_with_the_providers_entries_are_read() {
    let plain = StaticProvider::new(AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let described = |entries: &[(&str, &str)]| {
        ItemEncryptor::new(plain.clone().description(entries.iter().copied().collect()).unwrap())
    };
    let (actions, context) = (AttributeActions::new(AttributeAction::EncryptAndSign), ItemContext::new("table"));
    let item = Item::from([("a".to_owned(), AttributeValue::S("secret".to_owned()))]);
    let stored = described(&[("team", "x"), ("year", "7")]).encrypt(item.clone(), &actions, &context).await.unwrap();

    for reader in [described(&[]), described(&[("team", "x")]), described(&[("team", "x"), ("year", "7")])] {
        assert_eq!(reader.decrypt(stored.clone(), &actions, &context).await.unwrap(), item);
    }
    // A different value names other keys; a missing entry was removed.
    for (reader, kind) in [
        (described(&[("team", "y")]), ErrorKind::Materials),
        (described(&[("team", "x"), ("month", "7")]), ErrorKind::Integrity),
    ] {
        let error = reader.decrypt(stored.clone(), &actions, &context).await.unwrap_err();
        assert_eq!(error.kind(), kind);
    }
}

#[test]
fn entries_of_the_format_are_refused() {
    let provider = StaticProvider::sign_only(HmacKey::generate().unwrap());
    let error = provider.description([("amzn-ddb-env-key", "AAAA")].into_iter().collect()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("amzn-ddb-env-key"), "{error}");
}
