//! Items with every value that is computed between the plaintext and the stored item.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::format::dbesdk::canonical::Paths;
use crate::format::dbesdk::decrypt::{Opened, Stored};
use crate::format::dbesdk::encrypt::{Drawn, Prepared, Sealing};
use crate::format::dbesdk::encryption_context::PUBLIC_KEY;
use crate::format::dbesdk::field::FieldKeys;
use crate::format::dbesdk::footer::Footer;
use crate::format::dbesdk::header::Header;
use crate::format::dbesdk::keyring::IntermediateKey;
use crate::format::dbesdk::materials::{ItemKeys, RecipientKeys};
use crate::format::dbesdk::{FOOT, HEAD, signer};
use crate::format::vectors::read;
use crate::item::{AttributeValue, Item};

use super::{Config, normalized, unhex};

#[derive(Deserialize)]
struct Vector {
    keyring: String,
    suite: String,
    version: u8,
    config: Config,
    plaintext: serde_dynamo::Item,
    encrypted: serde_dynamo::Item,
    explained: Explained,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Explained {
    header: HeaderParts,
    signed_order: Vec<String>,
    full_context: BTreeMap<String, String>,
    full_context_bytes: String,
    keys: Keys,
    fields: Vec<Field>,
    canonical_record_sha384: String,
    recipient_tag: String,
    signature_der: Option<String>,
    verification_key: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HeaderParts {
    message_id: String,
    legend: String,
    stored_context: BTreeMap<String, String>,
    edks: Vec<Edk>,
    partial: String,
    commitment: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Edk {
    provider_id: String,
    provider_info: String,
    wrapped_data_key48: String,
    keyring_ciphertext: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Keys {
    edk_opened: usize,
    intermediate_key: String,
    mac_key: String,
    kek: String,
    data_key: String,
    commit_key: String,
    root_key: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Field {
    name: String,
    action: String,
    canonical_path: String,
    field_key: Option<String>,
    field_nonce: Option<String>,
}

#[test]
fn every_intermediate_value_matches_the_vectors() {
    let Some(vectors) = read::<Vec<Vector>>("dbesdk/java390/walkthrough.json") else { return };
    assert_eq!(vectors.len(), 32);
    let mut written = 0;
    for vector in vectors {
        let what = format!("{} {} V{}", vector.keyring, vector.suite, vector.version);
        check_reading(&vector, &what);
        // The intermediate keys of other recipients are not known.
        if vector.explained.header.edks.len() == 1 {
            check_writing(&vector, &what);
            written += 1;
        }
    }
    assert_eq!(written, 16);
}

fn check_reading(vector: &Vector, what: &str) {
    let Explained { header: parts, keys: expected_keys, .. } = &vector.explained;
    let stored = Item::from(vector.encrypted.clone());
    let head = stored[HEAD].as_b().unwrap().as_ref();
    assert_eq!(head, [unhex(&parts.partial), unhex(&parts.commitment)].concat(), "{what}");
    let header = Header::parse(head).unwrap();
    assert_eq!(header.version.number(), vector.version, "{what}");
    assert_eq!(format!("{:04x}", header.suite.id()), vector.suite, "{what}");
    assert_eq!(header.message_id.as_slice(), unhex(&parts.message_id), "{what}");
    let legend: Vec<u8> = header.legend.iter().map(|action| action.byte()).collect();
    assert_eq!(legend, parts.legend.as_bytes(), "{what}");
    let stored_context = header.stored_context.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
    assert_eq!(stored_context.collect::<BTreeMap<_, _>>(), parts.stored_context, "{what}");
    assert_eq!(header.recipients.len(), parts.edks.len(), "{what}");
    for ((recipient, wrapped), edk) in header.recipients.iter().zip(&header.wrapped_data_keys).zip(&parts.edks) {
        assert_eq!(recipient.provider_id, edk.provider_id, "{what}");
        assert_eq!(recipient.provider_info, unhex(&edk.provider_info), "{what}");
        assert_eq!(wrapped.as_slice(), unhex(&edk.wrapped_data_key48), "{what}");
        assert_eq!(recipient.ciphertext, unhex(&edk.keyring_ciphertext), "{what}");
    }

    let mut item = stored.clone();
    item.remove(HEAD);
    let foot = item.remove(FOOT).unwrap();
    let opened_item = Stored::new(&mut item, &header, &vector.config.actions(), &vector.config.context()).unwrap();
    let context = opened_item.context.clone();
    let pairs: BTreeMap<String, String> =
        context.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    assert_eq!(pairs, vector.explained.full_context, "{what}");
    assert_eq!(context.serialized(), unhex(&vector.explained.full_context_bytes), "{what}");
    assert_eq!(opened_item.names(), vector.explained.signed_order, "{what}");

    let intermediate = IntermediateKey::from_bytes(&unhex(&expected_keys.intermediate_key)).unwrap();
    let recipient_keys = RecipientKeys::derive(&intermediate).unwrap();
    let (mac_key, kek) = recipient_keys.parts();
    assert_eq!(mac_key.as_slice(), unhex(&expected_keys.mac_key), "{what}");
    assert_eq!(kek.as_slice(), unhex(&expected_keys.kek), "{what}");
    let index = expected_keys.edk_opened;
    let data_key = recipient_keys.unwrap(&header.wrapped_data_keys[index], context.authenticated_data()).unwrap();
    assert_eq!(data_key.as_slice(), unhex(&expected_keys.data_key), "{what}");
    let keys = ItemKeys::derive(&data_key, &header.message_id).unwrap();
    assert_eq!(keys.commit_key.as_slice(), unhex(&expected_keys.commit_key), "{what}");
    assert_eq!(keys.root_key.as_slice(), unhex(&expected_keys.root_key), "{what}");
    assert!(header.is_committed_to(&keys.commit_key), "{what}");

    let mut paths = Paths::of_table(vector.config.context().table_name());
    let encrypted = vector.explained.fields.iter().filter(|field| field.action == "e");
    let field_keys = FieldKeys::derive(&keys.root_key, encrypted.clone().count());
    for field in &vector.explained.fields {
        assert_eq!(paths.path(&field.name), unhex(&field.canonical_path), "{what}");
    }
    for (field, key) in encrypted.zip(field_keys.iter()) {
        assert_eq!(key.key(), unhex(field.field_key.as_ref().unwrap()), "{what}");
        assert_eq!(key.nonce().unwrap().as_slice(), unhex(field.field_nonce.as_ref().unwrap()), "{what}");
    }

    let digest = opened_item.digest(head, vector.config.context().table_name()).unwrap();
    assert_eq!(digest.as_slice(), unhex(&vector.explained.canonical_record_sha384), "{what}");
    let tag = recipient_keys.tag(&digest).unwrap();
    assert_eq!(tag.as_slice(), unhex(&vector.explained.recipient_tag), "{what}");
    let footer = Footer::parse(foot.as_b().unwrap().as_ref(), header.suite, header.recipients.len()).unwrap();
    assert_eq!(footer.tags[index], tag, "{what}");
    let signature = vector.explained.signature_der.as_deref().map(unhex).unwrap_or_default();
    assert_eq!(footer.signature, signature, "{what}");
    if let Some(key) = &vector.explained.verification_key {
        let key = BASE64.encode(unhex(key));
        assert_eq!(context.get(PUBLIC_KEY), Some(key.as_str()), "{what}");
        assert!(signer::verify(&key, &digest, &signature).unwrap(), "{what}");
    }

    let opened = Opened { index, keys: recipient_keys, data_key };
    opened_item.open(&header, head, &foot, opened, vector.config.context().table_name()).unwrap();
    assert_eq!(normalized(item), normalized(vector.plaintext.clone().into()), "{what}");
}

/// With the same random values, the item is identical.
fn check_writing(vector: &Vector, what: &str) {
    let expected = Item::from(vector.encrypted.clone());
    let head = expected[HEAD].as_b().unwrap().as_ref();
    let header = Header::parse(head).unwrap();
    let keys = &vector.explained.keys;
    let mut item = Item::from(vector.plaintext.clone());
    let context = vector.config.context();
    let sealed = {
        let prepared = Prepared::new(&mut item, &vector.config.actions(), &context).unwrap();
        let public_key = vector.explained.full_context.get(PUBLIC_KEY);
        let encryption_context = prepared.context(&context, public_key.map(String::as_str)).unwrap();
        let drawn = Drawn {
            data_key: Zeroizing::new(unhex(&keys.data_key).try_into().unwrap()),
            message_id: header.message_id,
        };
        let sealing =
            Sealing { suite: header.suite, table_name: context.table_name(), context: &encryption_context, drawn };
        let intermediate = IntermediateKey::from_bytes(&unhex(&keys.intermediate_key)).unwrap();
        let wrapped = vec![(intermediate, header.recipients[0].clone())];
        prepared.seal(wrapped, sealing, |_| Ok(vector.explained.signature_der.as_deref().map(unhex))).unwrap()
    };
    item.insert(HEAD.to_owned(), AttributeValue::B(sealed.header.into()));
    item.insert(FOOT.to_owned(), AttributeValue::B(sealed.footer.into()));
    assert_eq!(item, expected, "{what}");
}
