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
fn reserved_entries_are_rejected() {
    let provider = StaticProvider::sign_only(HmacKey::generate().unwrap());
    let error = provider.description([("amzn-ddb-env-key", "AAAA")].into_iter().collect()).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert!(error.to_string().contains("amzn-ddb-env-key"), "{error}");
}

/// Two processes that were forked draw the same numbers from a generator of the thread. Under a key that both of them use for
/// other items, too, initialization vectors must not be among these.
#[tokio::test]
async fn only_single_use_keys_take_initialization_vectors_from_the_thread_generator() {
    let (context, item) = (ItemContext::new("table"), Item::new());
    let request = || MaterialsRequest::new(&context, &item);
    let key = || AesKey::generate().unwrap();
    let signing_key = || HmacKey::generate().unwrap();
    let shared = StaticProvider::new(key(), signing_key()).encryption_materials(request()).await.unwrap();
    assert!(!shared.has_fresh_content_key);
    // Neither is one of a provider of others, of which nothing is known.
    assert!(!EncryptionMaterials::new(signing_key()).with_content_key(key()).has_fresh_content_key);
    let wrapped = crate::materials::WrappedProvider::new(key(), signing_key());
    let fresh = wrapped.encryption_materials(request()).await.unwrap();
    assert!(fresh.has_fresh_content_key);
    assert!(!fresh.with_content_key(key()).has_fresh_content_key);
}
