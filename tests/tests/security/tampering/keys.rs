//! Wrong keys.

use dynaseal::materials::{AesKey, HmacAlgorithm, HmacKey, StaticProvider, WrappedProvider};
use dynaseal::{AttributeAction, AttributeActions, AttributeValue, ErrorKind, ItemEncryptor};
use dynaseal_tests::samples::{
    DESCRIPTION, PARTITION_KEY, SIGNING_KEY, actions, aes_key, context, description_entries, description_of, item,
    signing_key, written_forms,
};

use super::target::{Target, check_text, secrets};

const ALGORITHMS: [HmacAlgorithm; 4] =
    [HmacAlgorithm::HmacSha224, HmacAlgorithm::HmacSha256, HmacAlgorithm::HmacSha384, HmacAlgorithm::HmacSha512];

#[tokio::test]
async fn another_content_or_wrapping_key_is_rejected() {
    for mut target in Target::all().await {
        for length in [16, 24, 32] {
            let other = AesKey::from_bytes(&vec![b'x'; length]).unwrap();
            target.encryptor = match target.name {
                "static" => ItemEncryptor::new(StaticProvider::new(other, signing_key().unwrap())),
                _ => ItemEncryptor::new(WrappedProvider::new(other, signing_key().unwrap())),
            };
            target.rejects("another AES key", target.stored.clone(), ErrorKind::Integrity).await;
        }
    }
}

#[tokio::test]
async fn another_signing_key_is_rejected() {
    for written in ALGORITHMS {
        let encryptor = |key| ItemEncryptor::new(WrappedProvider::new(aes_key().unwrap(), key));
        let key = |algorithm, bytes: &[u8]| HmacKey::from_bytes(algorithm, bytes).unwrap();
        let writer = encryptor(key(written, &SIGNING_KEY));
        let stored = writer.encrypt(item("patient-1"), &actions(), &context()).await.unwrap();
        assert!(writer.decrypt(stored.clone(), &actions(), &context()).await.is_ok());
        let secrets = secrets(&[&stored, &item("patient-1")]);

        for read in ALGORITHMS {
            let reader = encryptor(key(read, b"another-signing-key"));
            let error = reader.decrypt(stored.clone(), &actions(), &context()).await.unwrap_err();
            // The item names its algorithm in plaintext.
            let expected = if read == written { ErrorKind::Integrity } else { ErrorKind::Materials };
            assert_eq!(error.kind(), expected, "{written:?} read as {read:?}");
            check_text(&error, &secrets);

            // The Java client does not name the algorithm. Then only the signature fails.
            let mut unnamed = stored.clone();
            let entries = description_entries(unnamed[DESCRIPTION].as_b().unwrap().as_ref()).unwrap();
            let others = entries.iter().filter(|(key, _)| key != "amzn-ddb-map-signingAlg");
            let description = description_of(others.map(|(key, value)| (key.as_str(), value.as_str())));
            unnamed.insert(DESCRIPTION.to_owned(), description);
            let result = encryptor(key(read, &SIGNING_KEY)).decrypt(unnamed, &actions(), &context()).await;
            match result {
                Ok(_) => assert_eq!(read, written),
                Err(error) => {
                    assert_ne!(read, written);
                    assert_eq!(error.kind(), ErrorKind::Integrity);
                    check_text(&error, &secrets);
                }
            }
        }
    }
}

#[tokio::test]
async fn a_sign_only_provider_does_not_accept_plaintext() {
    let encryptor = ItemEncryptor::new(StaticProvider::sign_only(signing_key().unwrap()));
    let error = encryptor.encrypt(item("patient-1"), &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    for target in Target::all().await {
        let error = target.error("sign only", encryptor.decrypt(target.stored.clone(), &actions(), &context()).await);
        assert_eq!(error.kind(), ErrorKind::Usage);
    }

    let actions = AttributeActions::new(AttributeAction::SignOnly);
    let stored = encryptor.encrypt(item("patient-1"), &actions, &context()).await.unwrap();
    let read = encryptor.decrypt(stored.clone(), &actions, &context()).await;
    assert_eq!(read.unwrap(), item("patient-1"));
    // The Java client omits the description of such an item.
    let mut undescribed = stored;
    undescribed.remove(DESCRIPTION).unwrap();
    assert_eq!(encryptor.decrypt(undescribed.clone(), &actions, &context()).await.unwrap(), item("patient-1"));
    undescribed.insert(PARTITION_KEY.to_owned(), AttributeValue::S("visitor-27".to_owned()));
    let error = encryptor.decrypt(undescribed, &actions, &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[test]
fn keys_of_invalid_lengths_are_rejected() {
    for length in (0..=33).chain([64]).filter(|length| !matches!(length, 16 | 24 | 32)) {
        let error = AesKey::from_bytes(&vec![b'k'; length]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        check_text(&error, &written_forms(&vec![b'k'; length]));
    }
    for algorithm in ALGORITHMS {
        assert_eq!(HmacKey::from_bytes(algorithm, &[]).unwrap_err().kind(), ErrorKind::Materials);
    }
}
