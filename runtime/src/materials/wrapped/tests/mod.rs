//! Wrapped content keys, in whole items.

use super::*;
use crate::error::ErrorKind;
use crate::format::ddbec::{DESCRIPTION, description as ddbec_description};
use crate::materials::{HmacAlgorithm, HmacKey};
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor};

#[cfg(feature = "rsa")]
mod rsa;

fn hmac_key() -> HmacKey {
    HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[7; 32]).unwrap()
}

fn aes_key(byte: u8) -> AesKey {
    AesKey::from_bytes(&[byte; 32]).unwrap()
}

fn item() -> Item {
    Item::from([("a".to_owned(), AttributeValue::S("secret".to_owned()))])
}

async fn write(provider: &WrappedProvider) -> Result<Item> {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    ItemEncryptor::new(provider.clone()).encrypt(item(), &actions, &ItemContext::new("table")).await
}

async fn read(provider: &WrappedProvider, stored: &Item) -> Result<Item> {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    ItemEncryptor::new(provider.clone()).decrypt(stored.clone(), &actions, &ItemContext::new("table")).await
}

fn description_of(stored: &Item) -> MaterialDescription {
    ddbec_description::deserialize(stored[DESCRIPTION].as_b().unwrap().as_ref()).unwrap()
}

/// Returns the same item with entries of its description set, or removed where the value is `None`.
fn described(stored: &Item, changes: &[(&str, Option<&str>)]) -> Item {
    let mut entries: Vec<(String, String)> =
        description_of(stored).iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    for (key, value) in changes {
        entries.retain(|(known, _)| known != key);
        entries.extend(value.map(|value| ((*key).to_owned(), value.to_owned())));
    }
    let bytes = ddbec_description::serialize(&entries.into_iter().collect());
    let mut stored = stored.clone();
    stored.insert(DESCRIPTION.to_owned(), AttributeValue::B(bytes.into()));
    stored
}

#[tokio::test]
async fn an_item_of_another_wrap_algorithm_is_rejected_by_name() {
    let provider = WrappedProvider::new(aes_key(1), hmac_key());
    let stored = write(&provider).await.unwrap();
    for other in [Some("RSA/ECB/OAEPWithSHA-256AndMGF1Padding"), Some("AES"), Some("kms"), Some("")] {
        let error = read(&provider, &described(&stored, &[(WRAP_ALGORITHM, other)])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials, "{other:?}");
        assert!(error.to_string().contains("AESWrap"), "{error}");
    }
    let error = read(&provider, &described(&stored, &[(KEY_ALGORITHM, Some("DES"))])).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    assert!(error.to_string().contains(KEY_ALGORITHM), "{error}");
    // An entry that is always written can only be missing if the item was changed.
    for (entry, value) in [(WRAPPED_KEY, None), (WRAPPED_KEY, Some("%")), (KEY_ALGORITHM, None), (WRAP_ALGORITHM, None)]
    {
        let error = read(&provider, &described(&stored, &[(entry, value)])).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{entry} {value:?}");
    }
}

#[tokio::test]
async fn items_of_earlier_keys_are_read() {
    let (old, new) = (WrappedProvider::new(aes_key(1), hmac_key()), WrappedProvider::new(aes_key(2), hmac_key()));
    let rotated = new.clone().also_unwrap_with(aes_key(1));
    let stored = write(&old).await.unwrap();
    assert_eq!(read(&rotated, &stored).await.unwrap(), item());
    assert_eq!(read(&new, &stored).await.unwrap_err().kind(), ErrorKind::Integrity);
    assert_eq!(read(&new, &write(&rotated).await.unwrap()).await.unwrap(), item());
}

#[tokio::test]
async fn a_decrypt_only_provider_does_not_encrypt() {
    let reader = WrappedProvider::decrypt_only(aes_key(1), hmac_key());
    let stored = write(&WrappedProvider::new(aes_key(1), hmac_key())).await.unwrap();
    assert_eq!(read(&reader, &stored).await.unwrap(), item());
    let error = write(&reader).await.unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Materials, "this provider only decrypts"));
}

#[tokio::test]
async fn custom_entries_are_written_and_reserved_ones_are_rejected() {
    let entries = |key: &str| [(key.to_owned(), "x".to_owned())].into_iter().collect::<MaterialDescription>();
    let provider = WrappedProvider::new(aes_key(1), hmac_key());
    for key in [WRAPPED_KEY, KEY_ALGORITHM, WRAP_ALGORITHM, "amzn-ddb-map-signingAlg", "amzn-ddb-sig-alg"] {
        let error = provider.clone().description(entries(key)).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        assert!(error.to_string().contains(key), "{error}");
    }
    let described = provider.clone().description(entries("team")).unwrap();
    let stored = write(&described).await.unwrap();
    assert_eq!(description_of(&stored).entry("team"), Some("x"));
    assert_eq!(read(&provider, &stored).await.unwrap(), item());
}

/// Rejects implicitly, as RSA with PKCS#1 v1.5 does, but always with a random key of a valid length.
#[derive(Debug)]
struct Implicit(AesKey);

impl WrappingKey for Implicit {
    fn algorithm(&self) -> &str {
        "Implicit"
    }

    fn rejects_implicitly(&self) -> bool {
        true
    }

    fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
        self.0.wrap(content_key)
    }

    fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
        Box::pin(async move {
            let unwrapped = self.0.unwrap(wrapped).await?;
            Ok(Some(unwrapped.map_or_else(AesKey::generate, Ok)?))
        })
    }
}

#[tokio::test]
async fn implicit_rejection_does_not_hide_the_matching_key() {
    let [first, second, third] = [1, 2, 3].map(|number| move || Implicit(aes_key(number)));
    let stored = write(&WrappedProvider::new(second(), hmac_key())).await.unwrap();
    for provider in [
        WrappedProvider::new(first(), hmac_key()).also_unwrap_with(second()),
        WrappedProvider::new(second(), hmac_key()).also_unwrap_with(first()),
        WrappedProvider::new(first(), hmac_key()).also_unwrap_with(third()).also_unwrap_with(second()),
    ] {
        assert_eq!(read(&provider, &stored).await.unwrap(), item());
    }
    let strangers = WrappedProvider::new(first(), hmac_key()).also_unwrap_with(third());
    assert_eq!(read(&strangers, &stored).await.unwrap_err().kind(), ErrorKind::Integrity);
}

/// An error of a user's own key reaches the caller; its verdict on a wrapped key does not.
#[tokio::test]
async fn a_custom_key_is_called() {
    #[derive(Debug)]
    struct Device {
        unplugged: bool,
    }

    impl WrappingKey for Device {
        fn algorithm(&self) -> &str {
            "Xor"
        }

        fn wrap<'a>(&'a self, content_key: &'a AesKey) -> MaterialsFuture<'a, Vec<u8>> {
            Box::pin(async { Ok(content_key.as_bytes().iter().map(|byte| byte ^ 0x55).collect()) })
        }

        fn unwrap<'a>(&'a self, wrapped: &'a [u8]) -> MaterialsFuture<'a, Option<AesKey>> {
            Box::pin(async move {
                if self.unplugged {
                    return Err(Error::materials("the device is unplugged"));
                }
                Ok(AesKey::from_bytes(&wrapped.iter().map(|byte| byte ^ 0x55).collect::<Vec<u8>>()).ok())
            })
        }
    }

    let provider = WrappedProvider::new(Device { unplugged: false }, hmac_key());
    let stored = write(&provider).await.unwrap();
    assert_eq!(description_of(&stored).entry(WRAP_ALGORITHM), Some("Xor"));
    assert_eq!(read(&provider, &stored).await.unwrap(), item());
    let short = described(&stored, &[(WRAPPED_KEY, Some("AAAA"))]);
    assert_eq!(read(&provider, &short).await.unwrap_err().kind(), ErrorKind::Integrity);

    let unplugged = WrappedProvider::new(Device { unplugged: true }, hmac_key());
    assert_eq!(read(&unplugged, &stored).await.unwrap_err().to_string(), "the device is unplugged");
    // The other key rejects the item, but the error of the key whose call failed takes precedence.
    let both = unplugged.also_unwrap_with(Device { unplugged: false });
    assert_eq!(read(&both, &short).await.unwrap_err().to_string(), "the device is unplugged");
    assert_eq!(read(&both, &stored).await.unwrap(), item());
}

/// Java encoders that follow MIME break lines after 76 characters and at the end.
#[tokio::test]
async fn line_breaks_and_other_algorithm_names_are_accepted() {
    let provider = WrappedProvider::new(aes_key(1), hmac_key());
    let stored = write(&provider).await.unwrap();
    let wrapped = description_of(&stored).entry(WRAPPED_KEY).unwrap().to_owned();
    let (start, end) = wrapped.split_at(40);
    for wrapped in [format!("{wrapped}\r\n"), format!("{start}\r\n{end}\r\n"), format!("{start}\n{end}")] {
        let stored = described(&stored, &[(WRAPPED_KEY, Some(&wrapped))]);
        assert_eq!(read(&provider, &stored).await.unwrap(), item(), "{wrapped:?}");
    }
    for (key, names) in [
        (WRAP_ALGORITHM, ["AESWRAP", "aeswrap", "AES/KW/NoPadding"]),
        ("amzn-ddb-map-signingAlg", ["HMACSHA256", "hmacsha256", "Hmac-SHA256"]),
    ] {
        for name in names {
            let stored = described(&stored, &[(key, Some(name))]);
            assert_eq!(read(&provider, &stored).await.unwrap(), item(), "{name}");
        }
    }
    for name in ["HmacSHA512", "SHA256withRSA", "HmacSHA256x", ""] {
        let stored = described(&stored, &[("amzn-ddb-map-signingAlg", Some(name))]);
        assert_eq!(read(&provider, &stored).await.unwrap_err().kind(), ErrorKind::Materials, "{name}");
    }
}
