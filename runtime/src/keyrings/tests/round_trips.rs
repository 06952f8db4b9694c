//! Items that are written and read again, and keyrings that do not fit.

use std::sync::Arc;

use crate::error::ErrorKind;
use crate::format::dbesdk::{Dbesdk, FOOT, HEAD};
use crate::keyrings::{AesKey, AlgorithmSuite, Keyring, MultiKeyring, RawAesKeyring};
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext};

fn raw_aes(name: &str) -> RawAesKeyring {
    RawAesKeyring::new("ns", name, &AesKey::generate().unwrap()).unwrap()
}

fn item() -> Item {
    let text = |text: &str| AttributeValue::S(text.to_owned());
    [("id", text("e-1")), ("name", text("Ada")), ("grade", AttributeValue::N("7".to_owned())), ("free", text("x"))]
        .map(|(name, value)| (name.to_owned(), value))
        .into()
}

fn actions() -> AttributeActions {
    AttributeActions::new(AttributeAction::EncryptAndSign)
        .with("id", AttributeAction::SignOnly)
        .with("grade", AttributeAction::SignOnly)
        .with("free", AttributeAction::DoNothing)
}

fn context() -> ItemContext {
    ItemContext::new("employees").partition_key("id")
}

async fn round_trip(writer: Arc<dyn Keyring>, reader: Arc<dyn Keyring>) {
    for suite in [AlgorithmSuite::Symmetric, AlgorithmSuite::DigitalSignature] {
        for included in [false, true] {
            let grade = AttributeAction::SignAndIncludeInEncryptionContext;
            let actions = if included { actions().with("grade", grade) } else { actions() };
            let signs = suite == AlgorithmSuite::DigitalSignature;
            let format = Dbesdk::new(writer.clone()).digital_signature(signs);
            let stored = format.encrypt(item(), &actions, &context()).await.unwrap();
            assert!(stored["name"].is_b());
            let head = stored[HEAD].as_b().unwrap().as_ref();
            assert_eq!(head[..2], [1 + u8::from(included), u8::from(signs)]);
            let read = Dbesdk::new(reader.clone()).decrypt(stored.clone(), &actions, &context()).await.unwrap();
            assert_eq!(read, item());
            let other_table = ItemContext::new("another").partition_key("id");
            let error = Dbesdk::new(reader.clone()).decrypt(stored, &actions, &other_table).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Integrity);
        }
    }
}

#[tokio::test]
async fn raw_aes_keys_of_every_length_round_trip() {
    for length in [16, 24, 32] {
        let key = AesKey::from_bytes(&vec![7; length]).unwrap();
        let keyring = Arc::new(RawAesKeyring::new("ns", "name", &key).unwrap());
        round_trip(keyring.clone(), keyring).await;
    }
}

#[tokio::test]
async fn each_recipient_decrypts_alone() {
    let (generator, child, other) = (raw_aes("a"), raw_aes("b"), raw_aes("c"));
    let all = Arc::new(MultiKeyring::new(generator.clone()).child(child.clone()));
    round_trip(all.clone(), Arc::new(generator)).await;
    round_trip(all.clone(), Arc::new(child.clone())).await;
    round_trip(all, Arc::new(MultiKeyring::without_generator().child(other).child(child))).await;
}

#[tokio::test]
async fn a_keyring_that_matches_no_recipient_is_distinguished() {
    let stored = Dbesdk::new(raw_aes("a")).encrypt(item(), &actions(), &context()).await.unwrap();
    let error = Dbesdk::new(raw_aes("b")).decrypt(stored.clone(), &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
    let message = error.to_string();
    assert!(message.contains("it has ns b,") && message.ends_with("the item has ns a"), "{message}");
    // Another key of the same name cannot be distinguished from a changed item.
    let error = Dbesdk::new(raw_aes("a")).decrypt(stored, &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

#[tokio::test]
async fn a_newly_signed_attribute_is_detected_without_a_key() {
    let format = Dbesdk::new(raw_aes("a"));
    let stored = format.encrypt(item(), &actions(), &context()).await.unwrap();
    let signs_more = actions().with("free", AttributeAction::SignOnly);
    let error = format.decrypt(stored, &signs_more, &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
    let message = error.to_string();
    assert!(message.contains("3 signed attributes") && message.contains("4 of those"), "{message}");
    assert!(message.contains("\"free\""), "{message}");
}

#[tokio::test]
async fn unsupported_items_are_rejected_before_keys_are_used() {
    let format = Dbesdk::new(MultiKeyring::without_generator());
    let included = AttributeAction::SignAndIncludeInEncryptionContext;
    let with = |name: &str| {
        let mut item = item();
        item.insert(name.to_owned(), AttributeValue::S("x".to_owned()));
        item
    };
    let long = |length: usize| {
        let mut item = item();
        item.insert("grade".to_owned(), AttributeValue::S("x".repeat(length)));
        item
    };
    let nested = |depth: usize| {
        let mut item = item();
        let value = (1..depth).fold(AttributeValue::L(Vec::new()), |value, _| AttributeValue::L(vec![value]));
        item.insert("name".to_owned(), value);
        item
    };
    for (what, item, actions, context, kind) in [
        ("no partition key named", item(), actions(), ItemContext::new("t"), ErrorKind::Usage),
        ("no such key", item(), actions(), ItemContext::new("t").partition_key("pk"), ErrorKind::Schema),
        (
            "reserved table name",
            item(),
            actions(),
            ItemContext::new("aws-crypto-t").partition_key("id"),
            ErrorKind::Usage,
        ),
        ("header", with(HEAD), actions(), context(), ErrorKind::Usage),
        ("footer", with(FOOT), actions(), context(), ErrorKind::Usage),
        ("beacon", with("aws_dbe_b_name"), actions(), context(), ErrorKind::Usage),
        ("context key", with("aws-crypto-name"), actions(), context(), ErrorKind::Usage),
        ("encrypted key", item(), actions().with("id", AttributeAction::EncryptAndSign), context(), ErrorKind::Usage),
        ("unsigned key", item(), actions().with("id", AttributeAction::DoNothing), context(), ErrorKind::Usage),
        ("absent from the context", item(), actions().with("team", included), context(), ErrorKind::Schema),
        ("too long for the context", long(65_536), actions().with("grade", included), context(), ErrorKind::Usage),
        ("signed with the prefix", item(), actions().unsigned_prefix("gr"), context(), ErrorKind::Usage),
        ("nested too deep", nested(33), actions(), context(), ErrorKind::Codec),
    ] {
        let error = format.encrypt(item, &actions, &context).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{what}: {error}");
        assert!(!error.to_string().contains("only reads"), "{what}: {error}");
    }
    // Items just within the limits reach the keyring.
    for (item, actions) in [(long(65_535), actions().with("grade", included)), (nested(32), actions())] {
        let error = format.encrypt(item, &actions, &context()).await.unwrap_err();
        assert!(error.to_string().contains("only reads"), "{error}");
    }
}

#[tokio::test]
async fn digital_signatures_can_be_required() {
    let keyring = raw_aes("a");
    let without = Dbesdk::new(keyring.clone()).encrypt(item(), &actions(), &context()).await.unwrap();
    let signing = Dbesdk::new(keyring).digital_signature(true);
    let with = signing.encrypt(item(), &actions(), &context()).await.unwrap();
    let reader = signing.require_digital_signature();
    assert_eq!(reader.decrypt(with, &actions(), &context()).await.unwrap(), item());
    let error = reader.decrypt(without, &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);
}

/// For 255 recipients that all name the reader's key, 8 are tried, or as many as are configured.
#[tokio::test]
async fn the_number_of_tried_recipients_is_limited() {
    let ours = raw_aes("a");
    let others = (1..255).fold(MultiKeyring::new(raw_aes("a")), |all, _| all.child(raw_aes("a")));
    let stored = Dbesdk::new(others).encrypt(item(), &actions(), &context()).await.unwrap();
    let error = Dbesdk::new(ours.clone()).decrypt(stored, &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);

    for (place, default, ten) in [(7, true, true), (8, false, true), (9, false, true), (10, false, false)] {
        let before = (1..place).fold(MultiKeyring::new(raw_aes("a")), |all, _| all.child(raw_aes("a")));
        let stored = Dbesdk::new(before.child(ours.clone())).encrypt(item(), &actions(), &context()).await.unwrap();
        let read = Dbesdk::new(ours.clone()).decrypt(stored.clone(), &actions(), &context()).await;
        assert_eq!(read.is_ok(), default, "place {place}");
        let read = Dbesdk::new(ours.clone()).max_recipients(10).decrypt(stored, &actions(), &context()).await;
        assert_eq!(read.is_ok(), ten, "place {place}");
    }
    let too_many = (1..256).fold(MultiKeyring::new(raw_aes("a")), |all, _| all.child(raw_aes("a")));
    assert!(Dbesdk::new(too_many).encrypt(item(), &actions(), &context()).await.is_err());
}

#[cfg(feature = "rsa")]
#[tokio::test]
async fn rsa_keys_round_trip_with_every_padding() {
    use crate::keyrings::{RawRsaKeyring, RsaPadding};

    let private_key = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-keys/rsa2048.pem"));
    for padding in [
        RsaPadding::Pkcs1V15,
        RsaPadding::OaepSha1,
        RsaPadding::OaepSha256,
        RsaPadding::OaepSha384,
        RsaPadding::OaepSha512,
    ] {
        let keyring = Arc::new(RawRsaKeyring::from_pkcs8_pem("ns", "name", padding, private_key).unwrap());
        round_trip(keyring.clone(), keyring).await;
    }
}

#[cfg(feature = "rsa")]
#[tokio::test]
async fn the_public_key_suffices_to_create_items() {
    use crate::keyrings::{RawRsaKeyring, RsaPadding};

    macro_rules! key {
        ($name:literal) => {
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/test-keys/", $name))
        };
    }
    let padding = RsaPadding::OaepSha256;
    let writer = RawRsaKeyring::from_public_key_pem("ns", "name", padding, key!("rsa2048.public.pem")).unwrap();
    let reader = RawRsaKeyring::from_pkcs8_pem("ns", "name", padding, key!("rsa2048.pem")).unwrap();
    let stored = Dbesdk::new(writer.clone()).encrypt(item(), &actions(), &context()).await.unwrap();
    assert_eq!(Dbesdk::new(reader).decrypt(stored.clone(), &actions(), &context()).await.unwrap(), item());
    let error = Dbesdk::new(writer).decrypt(stored, &actions(), &context()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Materials);
}

#[tokio::test]
async fn each_recipient_checks_only_its_own_tag() {
    let (one, other) = (raw_aes("a"), raw_aes("b"));
    let both = Dbesdk::new(MultiKeyring::new(one.clone()).child(other.clone()));
    let stored = both.encrypt(item(), &actions(), &context()).await.unwrap();
    let read = async |keyring: &RawAesKeyring, stored: &Item| {
        Dbesdk::new(keyring.clone()).decrypt(stored.clone(), &actions(), &context()).await.is_ok()
    };
    assert!(read(&one, &stored).await && read(&other, &stored).await);
    for (byte, reads) in [(0, (false, true)), (47, (false, true)), (48, (true, false)), (95, (true, false))] {
        let mut changed = stored.clone();
        let mut footer = changed[FOOT].as_b().unwrap().as_ref().to_vec();
        footer[byte] ^= 1;
        changed.insert(FOOT.to_owned(), AttributeValue::B(footer.into()));
        assert_eq!((read(&one, &changed).await, read(&other, &changed).await), reads, "byte {byte}");
    }
    // The exchanged tags belong to neither item.
    let mut swapped = stored.clone();
    let mut footer = stored[FOOT].as_b().unwrap().as_ref().to_vec();
    footer.rotate_left(48);
    swapped.insert(FOOT.to_owned(), AttributeValue::B(footer.into()));
    assert!(!read(&one, &swapped).await && !read(&other, &swapped).await);
}

#[cfg(any(feature = "aws-lc", feature = "ecdsa"))]
#[tokio::test]
async fn ecdh_keys_round_trip_on_every_curve() {
    use crate::keyrings::{EcdhCurve, EcdhPrivateKey, RawEcdhKeyring};

    for curve in [EcdhCurve::P256, EcdhCurve::P384, EcdhCurve::P521] {
        let (ours, theirs) = (EcdhPrivateKey::generate(curve).unwrap(), EcdhPrivateKey::generate(curve).unwrap());
        let here = Arc::new(RawEcdhKeyring::static_public_key(ours.clone(), theirs.public_key().clone()).unwrap());
        let there = Arc::new(RawEcdhKeyring::static_public_key(theirs.clone(), ours.public_key().clone()).unwrap());
        round_trip(here.clone(), there.clone()).await;
        round_trip(there, here.clone()).await;
        round_trip(here.clone(), here.clone()).await;
        let discovery = Arc::new(RawEcdhKeyring::discovery(theirs.clone()));
        round_trip(here, discovery.clone()).await;
        let ephemeral = Arc::new(RawEcdhKeyring::ephemeral(theirs.public_key().clone()));
        round_trip(ephemeral.clone(), discovery.clone()).await;

        let stored = Dbesdk::new(ephemeral.clone()).encrypt(item(), &actions(), &context()).await.unwrap();
        let error = Dbesdk::new(ephemeral).decrypt(stored, &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Materials);
        let error = Dbesdk::new(discovery).encrypt(item(), &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}

#[tokio::test]
async fn a_key_file_works_with_both_formats() {
    use crate::ItemEncryptor;
    use crate::keyrings::KeyFileKeyring;
    use crate::materials::KeyFileProvider;

    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("keys");
    let provider = KeyFileProvider::create(&path).unwrap();
    let before = std::fs::read(&path).unwrap();
    let keyring = Arc::new(KeyFileKeyring::open(&path).unwrap());
    round_trip(keyring.clone(), Arc::new(KeyFileKeyring::open(&path).unwrap())).await;
    assert_eq!(std::fs::read(&path).unwrap(), before);

    let (old, new) = (ItemEncryptor::new(provider), ItemEncryptor::with_keyring(keyring));
    for (writer, other) in [(&old, &new), (&new, &old)] {
        let mut stored = writer.encrypt(item(), &actions(), &context()).await.unwrap();
        let error = other.decrypt(stored.clone(), &actions(), &context()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "no mark of the other format");
        // An item with the marks of both formats is rejected by both.
        let marks = other.encrypt(item(), &actions(), &context()).await.unwrap();
        for name in [HEAD, FOOT, "*amzn-ddb-map-sig*", "*amzn-ddb-map-desc*"] {
            if let Some(mark) = marks.get(name) {
                let mut both = stored.clone();
                both.insert(name.to_owned(), mark.clone());
                let error = writer.decrypt(both, &actions(), &context()).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Integrity, "{name}");
            }
        }
        assert_eq!(writer.decrypt(stored.clone(), &actions(), &context()).await.unwrap(), item());
        stored.remove("grade");
        assert!(writer.decrypt(stored, &actions(), &context()).await.is_err());
    }
}
