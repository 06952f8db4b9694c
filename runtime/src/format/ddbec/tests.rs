//! The worked example of the wire format, byte for byte.

use crate::format::identity::EncryptedNumbers::OfDynamoDb;
use aws_sdk_dynamodb::primitives::Blob;

use crate::error::{Error, ErrorKind};
use crate::format::context::ItemContext;
use crate::format::ddbec;
use crate::format::encryptor::ItemEncryptor;
use crate::item::{AttributeValue, Item};
use crate::materials::{AesKey, HmacAlgorithm, HmacKey, StaticProvider, WrappedProvider};
use crate::schema::action::{AttributeAction, AttributeActions};

use super::dialect::Dialect;
use super::material_description::MaterialDescription;
use super::prepared::Prepared;
use super::provider::{
    CryptographicMaterialsProvider, DecryptionMaterials, EncryptionMaterials, MaterialsFuture, MaterialsRequest,
};
use super::signed::SignedAttributes;
use super::{Ddbec, description};

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|i| u8::from_str_radix(&text[i..i + 2], 16).unwrap()).collect()
}

/// Table `T`; `pk` = "p" signed, `a` = 1.50 encrypted under 00..1f with an initialization vector of sixteen `aa`,
/// signed with HMAC-SHA-256 under 20..3f. Versions 2.0.3 of the Java and 3.3.0 of the Python client both read this
/// item.
#[tokio::test]
async fn a_stored_item_has_exactly_these_bytes() {
    let content_key = AesKey::from_bytes(&(0x00..0x20).collect::<Vec<u8>>()).unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &(0x20..0x40).collect::<Vec<u8>>()).unwrap();
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("pk", AttributeAction::SignOnly);
    let context = ItemContext::new("T");
    let mut item = Item::from([
        ("pk".to_owned(), AttributeValue::S("p".to_owned())),
        ("a".to_owned(), AttributeValue::N("1.50".to_owned())),
    ]);

    let prepared = Prepared::of(&actions);
    let mut attributes = SignedAttributes::of(&mut item, &actions, &prepared);
    let draw = |ivs: &mut [u8]| {
        ivs.fill(0xaa);
        Ok(())
    };
    attributes.encrypt(&content_key, draw).unwrap();
    let signed = attributes.string_to_sign(&context, Dialect::Java).to_bytes().unwrap();
    let value = hex("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa3b9a2a7542d13b9cc75bf769552a0800");
    assert_eq!(item["a"].as_b().unwrap().as_ref(), value);

    let expected = hex(concat!(
        "44ff5c5e3c5a203761cfa6e36459a7d4ca7fe7f3cee30f47840dddd0df3dacd5",
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        "394115ac4eb09aa49429348816b2038127b0f9e3a520372ae100ca19fb08fd50",
        "1cfb831a28d1aa59abdbac050fc59d6fa15345d9f75298a5037ab71df80aee8e",
        "eb3102a6cb586765d01fad324523ec0bc67b9efd6a2d9589c135adfedf7922cc",
        "cb40e7dadc86161b9798de48512f332d21c141fcc1e28a086fde4a3375aab1b5",
        "479ab41f8f1b280837ebd28ec2a468f8bf7a632d5dc681cd5fd317687b2c8f73",
    ));
    assert_eq!(signed, expected);
    let signature = signing_key.sign(&signed);
    assert_eq!(signature, hex("e24eeeea18c61ca64835ac471f90be38eaa90e8648a3eb3348f0a5d2f3cc4c99"));

    let description = b"\0\0\0\0\0\0\0\x17amzn-ddb-map-signingAlg\0\0\0\x0aHmacSHA256\0\0\0\x15amzn-ddb-map-sym-mode\0\0\0\x11/CBC/PKCS5Padding";
    let encryptor = ItemEncryptor::new(StaticProvider::new(content_key, signing_key));
    let written = encryptor.encrypt(Item::from([item.remove_entry("pk").unwrap()]), &actions, &context).await.unwrap();
    assert_eq!(written[ddbec::DESCRIPTION].as_b().unwrap().as_ref(), description);

    let stored = Item::from([
        ("pk".to_owned(), AttributeValue::S("p".to_owned())),
        ("a".to_owned(), AttributeValue::B(Blob::new(value))),
        (ddbec::SIGNATURE.to_owned(), AttributeValue::B(Blob::new(signature))),
        (ddbec::DESCRIPTION.to_owned(), AttributeValue::B(Blob::new(description))),
    ]);
    let read = encryptor.decrypt(stored, &actions, &context).await.unwrap();
    assert_eq!(read["a"], AttributeValue::N("1.5".to_owned()));
}

/// One value of the wrong length or type among sound ones, in an item that is signed correctly.
#[tokio::test]
async fn an_ill_formed_value_among_others_is_rejected() {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign).with("id", AttributeAction::SignOnly);
    let context = ItemContext::new("T");
    let text = |name: &str| (name.to_owned(), AttributeValue::S("x".repeat(40)));
    let item = Item::from(["id", "a", "b", "c"].map(text));
    let stored = encryptor().encrypt(item.clone(), &actions, &context, OfDynamoDb).await.unwrap();
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[7; 32]).unwrap();
    let signed = |value: AttributeValue| {
        let mut forged = stored.clone();
        forged.remove(ddbec::SIGNATURE);
        let description = forged.remove_entry(ddbec::DESCRIPTION);
        forged.insert("b".to_owned(), value);
        let prepared = Prepared::of(&actions);
        let attributes = SignedAttributes::of(&mut forged, &actions, &prepared);
        let signature = signing_key.sign(&attributes.string_to_sign(&context, Dialect::Java).to_bytes().unwrap());
        forged.insert(ddbec::SIGNATURE.to_owned(), AttributeValue::B(Blob::new(signature)));
        forged.extend(description);
        forged
    };

    let sound = stored["b"].as_b().unwrap().as_ref();
    let read = encryptor().decrypt(signed(stored["b"].clone()), &actions, &context).await.unwrap();
    assert_eq!(read, item);
    let truncated = (0..sound.len()).map(|length| AttributeValue::B(Blob::new(&sound[..length])));
    let longer = [sound, &[0]].concat();
    let others = [AttributeValue::B(Blob::new(longer)), AttributeValue::Null(true), text("b").1];
    for value in truncated.chain(others) {
        let error = encryptor().decrypt(signed(value.clone()), &actions, &context).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Integrity, "{value:?}");
    }
}

fn encryptor() -> Ddbec {
    let signing_key = HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &[7; 32]).unwrap();
    Ddbec::new(StaticProvider::new(AesKey::from_bytes(&[8; 32]).unwrap(), signing_key))
}

/// The default names are then ordinary names: such attributes are protected and returned.
#[tokio::test]
async fn the_reserved_names_are_configurable() {
    let chosen = encryptor().signature_attribute("sig").description_attribute("desc").description_prefix("base-");
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    let context = ItemContext::new("T");
    let text = |text: &str| AttributeValue::S(text.to_owned());
    let item = Item::from([("a".to_owned(), text("1")), (ddbec::SIGNATURE.to_owned(), text("2"))]);

    let stored = chosen.encrypt(item.clone(), &actions, &context, OfDynamoDb).await.unwrap();
    let mut names: Vec<_> = stored.keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, [ddbec::SIGNATURE, "a", "desc", "sig"]);
    let written = description::deserialize(stored["desc"].as_b().unwrap().as_ref()).unwrap();
    let entries: Vec<_> = written.iter().collect();
    assert_eq!(entries, [("base-signingAlg", "HmacSHA256"), ("base-sym-mode", "/CBC/PKCS5Padding")]);
    assert_eq!(chosen.decrypt(stored.clone(), &actions, &context).await.unwrap(), item);

    let mut tampered = stored.clone();
    tampered.remove(ddbec::SIGNATURE);
    let error = chosen.decrypt(tampered, &actions, &context).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Integrity);

    let taken = Item::from([("sig".to_owned(), text("1"))]);
    let error = chosen.encrypt(taken, &actions, &context, OfDynamoDb).await.unwrap_err();
    assert_eq!((error.kind(), error.attribute()), (ErrorKind::Usage, Some("sig")));
    assert!(encryptor().decrypt(stored, &actions, &context).await.is_err());
}

/// However deep: they are neither dropped one level after another nor taken for attributes of the application.
#[tokio::test]
async fn a_list_or_a_map_is_no_signature_and_no_description() {
    let actions =
        AttributeActions::new(AttributeAction::EncryptAndSign).with(ddbec::DESCRIPTION, AttributeAction::DoNothing);
    let context = ItemContext::new("T");
    let item = Item::from([("a".to_owned(), AttributeValue::S("1".to_owned()))]);
    let stored = encryptor().encrypt(item, &actions, &context, OfDynamoDb).await.unwrap();
    for name in [ddbec::SIGNATURE, ddbec::DESCRIPTION] {
        for depth in [1, 100_000] {
            let list = (0..depth).fold(AttributeValue::Null(true), |value, _| AttributeValue::L(vec![value]));
            let mut tampered = stored.clone();
            tampered.insert(name.to_owned(), list);
            let error = encryptor().decrypt(tampered, &actions, &context).await.unwrap_err();
            assert_eq!((error.kind(), error.attribute()), (ErrorKind::Integrity, None), "{name}, {depth}");
        }
    }
}

#[tokio::test]
async fn signature_and_description_cannot_share_a_name() {
    let (actions, context) = (AttributeActions::new(AttributeAction::SignOnly), ItemContext::new("T"));
    for confused in [encryptor().signature_attribute(ddbec::DESCRIPTION), encryptor().description_attribute("")] {
        let error = confused.encrypt(Item::new(), &actions, &context, OfDynamoDb).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
        let error = confused.decrypt(Item::new(), &actions, &context).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    }
}

/// Unwraps its key without first checking what is visible without one, as a custom provider might.
#[derive(Debug)]
struct Careless(StaticProvider);

impl CryptographicMaterialsProvider for Careless {
    fn encryption_materials<'a>(&'a self, request: MaterialsRequest<'a>) -> MaterialsFuture<'a, EncryptionMaterials> {
        self.0.encryption_materials(request)
    }

    fn decryption_materials<'a>(
        &'a self,
        request: MaterialsRequest<'a>,
        description: &'a MaterialDescription,
    ) -> MaterialsFuture<'a, DecryptionMaterials> {
        self.0.decryption_materials(request.signing_algorithm(None), description)
    }
}

/// If a false algorithm caused a different error than a wrapped key that is not authentic, the two errors together
/// would reveal which wrapped keys are authentic.
#[tokio::test]
async fn a_forged_description_does_not_reveal_whether_the_key_unwraps() {
    let (wrapping_key, signing_key) = (AesKey::generate().unwrap(), HmacKey::generate().unwrap());
    let wrapped = ItemEncryptor::new(WrappedProvider::new(wrapping_key, signing_key));
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    let context = ItemContext::new("T");
    let item = Item::from([("a".to_owned(), AttributeValue::N("1".to_owned()))]);
    let stored = wrapped.encrypt(item.clone(), &actions, &context).await.unwrap();

    for (entry, lie) in [(ddbec::SIGNING_ALGORITHM, "HmacSHA512"), (ddbec::CIPHER_MODE, "/ECB/PKCS5Padding")] {
        let mut errors = Vec::new();
        for wrapped_key in [None, Some("AAAA")] {
            let lying = described(&stored, &[(entry, Some(lie)), ("amzn-ddb-env-key", wrapped_key)]);
            errors.push(wrapped.decrypt(lying, &actions, &context).await.unwrap_err());
        }
        assert_eq!(errors[0].kind(), ErrorKind::Materials);
        assert_eq!(errors[0].to_string(), errors[1].to_string());
    }

    let signing_key = HmacKey::generate().unwrap();
    let careless = ItemEncryptor::new(Careless(StaticProvider::new(AesKey::generate().unwrap(), signing_key)));
    let stored = careless.encrypt(item, &actions, &context).await.unwrap();
    let lying = described(&stored, &[(ddbec::SIGNING_ALGORITHM, Some("HmacSHA512"))]);
    let error = careless.decrypt(lying, &actions, &context).await.unwrap_err();
    assert_eq!(error.to_string(), Error::integrity().to_string());
}

/// Returns the item with other entries in its description; `None` keeps an entry.
fn described(stored: &Item, entries: &[(&'static str, Option<&'static str>)]) -> Item {
    let mut description = description::deserialize(stored[ddbec::DESCRIPTION].as_b().unwrap().as_ref()).unwrap();
    for (key, value) in entries {
        if let Some(value) = value {
            description.insert(*key, *value);
        }
    }
    let mut stored = stored.clone();
    stored.insert(ddbec::DESCRIPTION.to_owned(), AttributeValue::B(description::serialize(&description).into()));
    stored
}

#[test]
fn the_request_that_providers_get_does_not_print_the_item() {
    let item = Item::from([("a".to_owned(), AttributeValue::S("plaintext".to_owned()))]);
    let printed = format!("{:?}", MaterialsRequest::new(&ItemContext::new("T"), &item));
    assert!(printed.contains('T') && !printed.contains("plaintext"), "{printed}");
}

/// Encrypted values share one buffer, and decryption works in place: no value may overlap another.
#[tokio::test]
async fn copies_of_an_item_and_single_values_of_it_are_independent() {
    let actions = AttributeActions::new(AttributeAction::EncryptAndSign);
    let context = ItemContext::new("T");
    let value = |number: usize| (format!("a{number}"), AttributeValue::S("x".repeat(number)));
    let item: Item = (0..40).map(value).collect();
    let stored = encryptor().encrypt(item.clone(), &actions, &context, OfDynamoDb).await.unwrap();
    let bytes: Vec<(String, Vec<u8>)> =
        stored.iter().map(|(name, value)| (name.clone(), value.as_b().unwrap().as_ref().to_vec())).collect();

    assert_eq!(encryptor().decrypt(stored.clone(), &actions, &context).await.unwrap(), item);
    let unchanged = |(name, bytes): &(String, Vec<u8>)| stored[name].as_b().unwrap().as_ref() == bytes;
    assert!(bytes.iter().all(unchanged));
    // A value that outlives its item is then the only owner of the buffer.
    let (name, kept) = stored.clone().remove_entry("a39").unwrap();
    assert_eq!(encryptor().decrypt(stored, &actions, &context).await.unwrap(), item);
    let AttributeValue::B(kept) = kept else { panic!("it is encrypted") };
    assert!(bytes.contains(&(name, kept.into_inner())));
}
