//! The published test vectors of the Python client, byte for byte.
//!
//! They are not copied here. The tests read them from the folder that `DYNASEAL_VECTORS` names, or from `shared/vectors`
//! beside the repository. Without it they say so and pass, except where `CI` is set.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

use crate::crypto::cbc::BLOCK;
use crate::format::ddbec::deserialize::deserialize;
use crate::format::ddbec::dialect::Dialect;
use crate::format::ddbec::material_description::MaterialDescription;
use crate::format::ddbec::prepared::Prepared;
use crate::format::ddbec::provider::{CryptographicMaterialsProvider, MaterialsRequest};
use crate::format::ddbec::serialize::serialize;
use crate::format::ddbec::signed::SignedAttributes;
use crate::format::ddbec::signing_key::ItemSigningKey;
use crate::format::ddbec::{DESCRIPTION, SIGNATURE, description};
use crate::format::vectors::{folder, read};
use crate::materials::{AesKey, HmacAlgorithm, HmacKey, StaticProvider, WrappedProvider};
#[cfg(feature = "rsa")]
use crate::materials::{RsaSignatureAlgorithm, RsaSigningKey, RsaWrapAlgorithm, RsaWrappingKey};
use crate::{AttributeAction, AttributeActions, AttributeValue, Item, ItemContext, ItemEncryptor};

type Json<T> = HashMap<String, T>;

#[derive(Deserialize)]
struct Serialized {
    attribute: serde_dynamo::AttributeValue,
    serialized: String,
}

#[test]
fn values_serialize_as_in_the_vectors() {
    let Some(vectors) = read::<Vec<Serialized>>("serialize_attribute.json") else { return };
    assert_eq!(vectors.len(), 22);
    for vector in vectors {
        for dialect in [Dialect::Java, Dialect::PythonOrder] {
            let mut bytes = Vec::new();
            serialize(&vector.attribute.clone().into(), dialect, &mut bytes).unwrap();
            assert_eq!(BASE64.encode(bytes), vector.serialized, "{:?}", vector.attribute);
        }
    }
}

#[test]
fn values_deserialize_as_in_the_vectors() {
    let Some(vectors) = read::<Vec<Serialized>>("deserialize_attribute.json") else { return };
    assert_eq!(vectors.len(), 15);
    for vector in vectors {
        let value = deserialize(&BASE64.decode(vector.serialized).unwrap());
        assert_eq!(value.map(sorted), Some(sorted(vector.attribute.into())));
    }
}

#[test]
fn strings_to_sign_are_as_in_the_vectors() {
    #[derive(Deserialize)]
    struct Vector {
        table: String,
        item: Json<Attribute>,
        string_to_sign: String,
    }
    #[derive(Deserialize)]
    struct Attribute {
        value: serde_dynamo::AttributeValue,
        action: String,
    }

    let Some(vectors) = read::<Vec<Vector>>("string_to_sign.json") else { return };
    assert_eq!(vectors.len(), 4);
    for vector in vectors {
        let mut actions = AttributeActions::new(AttributeAction::DoNothing);
        let mut item = Item::new();
        for (name, attribute) in vector.item {
            actions = actions.with(&name, action(&attribute.action));
            item.insert(name, attribute.value.into());
        }
        let prepared = Prepared::of(&actions);
        let attributes = SignedAttributes::of(&mut item, &actions, &prepared);
        let context = ItemContext::new(vector.table);
        let bytes = attributes.string_to_sign(&context, Dialect::Java).to_bytes().unwrap();
        assert_eq!(BASE64.encode(bytes), vector.string_to_sign);
    }
}

#[test]
fn material_descriptions_are_as_in_the_vectors() {
    #[derive(Deserialize)]
    struct Vector {
        material_description: Json<String>,
        serialized: String,
    }

    let Some(vectors) = read::<Vec<Vector>>("material_description.json") else { return };
    assert_eq!(vectors.len(), 3);
    for vector in vectors {
        let expected: MaterialDescription = vector.material_description.into_iter().collect();
        assert_eq!(BASE64.encode(description::serialize(&expected)), vector.serialized);
        assert_eq!(description::deserialize(&BASE64.decode(vector.serialized).unwrap()).unwrap(), expected);
    }
}

/// The numbers of protected and of unprotected items in the vectors, under the keys that this build supports.
const STORED_ITEMS: (usize, usize) = if cfg!(feature = "rsa") { (75, 5) } else { (60, 4) };

/// Every item that was encrypted with a static or a wrapped key is verified, decrypted, compared, encrypted again with
/// the same initialization vectors, and rejected with a flipped bit in its signature.
#[tokio::test]
async fn stored_items_are_as_in_the_vectors() {
    let Some(scenarios) = read::<Scenarios>("encrypted_item/scenarios.json") else { return };
    let keys: Json<Key> = read("encrypted_item/keys.json").unwrap();
    let plaintext: Plaintext = read("encrypted_item/plaintext.json").unwrap();
    let mut counts = (0, 0);
    for scenario in scenarios.scenarios.iter().filter(|scenario| scenario.ciphertext.contains("/python/")) {
        let Some(provider) = scenario.provider(&keys) else { continue };
        let path = scenario.ciphertext.replace("file://", "encrypted_item/");
        // The first RSA file stands for all of them; the counts below require the items.
        if !folder().is_some_and(|folder| folder.join(&path).exists()) {
            continue;
        }
        for (table, items) in read::<Json<Vec<serde_dynamo::Item>>>(&path).unwrap() {
            for stored in items {
                let known = plaintext.find(&table, &scenario.version, &stored.into());
                check_stored_item(&table, known, &*provider, &mut counts).await;
            }
        }
    }
    println!("{} protected and {} unprotected items", counts.0, counts.1);
    assert_eq!(counts, STORED_ITEMS);
}

async fn check_stored_item(
    table: &str,
    (stored, expected, actions): (Item, Item, AttributeActions),
    provider: &dyn CryptographicMaterialsProvider,
    counts: &mut (usize, usize),
) {
    let context = ItemContext::new(table);
    if actions.protect_nothing() {
        assert_eq!(sorted_item(stored), sorted_item(expected));
        counts.1 += 1;
        return;
    }
    let description = stored[DESCRIPTION].as_b().unwrap();
    let description = description::deserialize(description.as_ref()).unwrap();
    let request = MaterialsRequest::new(&context, &stored);
    let materials = provider.decryption_materials(request, &description).await.unwrap();
    let encryptor = ItemEncryptor::new(StaticProvider::new(
        materials.content_key.clone().unwrap(),
        materials.verification_key.clone(),
    ));

    let decrypted = encryptor.decrypt(stored.clone(), &actions, &context).await.unwrap();
    assert_eq!(sorted_item(decrypted.clone()), sorted_item(expected));

    let mut again = decrypted;
    let mut encrypted_names: Vec<_> =
        again.keys().filter(|name| actions.action(name) == AttributeAction::EncryptAndSign).collect();
    encrypted_names.sort_unstable();
    let ivs: Vec<u8> =
        encrypted_names.iter().flat_map(|name| &stored[*name].as_b().unwrap().as_ref()[..BLOCK]).copied().collect();
    let prepared = Prepared::of(&actions);
    let mut attributes = SignedAttributes::of(&mut again, &actions, &prepared);
    let draw = |bytes: &mut [u8]| {
        bytes.copy_from_slice(&ivs);
        Ok(())
    };
    attributes.encrypt(&materials.content_key.unwrap(), draw).unwrap();
    let string_to_sign = attributes.string_to_sign(&context, Dialect::Java);
    let signature = materials.verification_key.sign(string_to_sign).await.unwrap();
    for (name, value) in &again {
        if actions.action(name) == AttributeAction::EncryptAndSign {
            assert_eq!(value, &stored[name], "{name}");
        }
    }
    assert_eq!(stored[SIGNATURE].as_b().unwrap().as_ref(), signature);

    let mut tampered = stored;
    let mut signature = signature;
    signature[0] ^= 1;
    tampered.insert(SIGNATURE.to_owned(), AttributeValue::B(signature.into()));
    assert!(encryptor.decrypt(tampered, &actions, &context).await.is_err());
    counts.0 += 1;
}

#[derive(Deserialize)]
struct Scenarios {
    scenarios: Vec<Scenario>,
}

#[derive(Deserialize)]
struct Scenario {
    version: String,
    provider: String,
    #[serde(default)]
    keys: Json<String>,
    ciphertext: String,
}

#[derive(Deserialize)]
struct Key {
    #[serde(default)]
    material: String,
    #[serde(default)]
    algorithm: String,
}

#[derive(Deserialize)]
struct Plaintext {
    actions: Json<Actions>,
    items: Json<Table>,
    attributes: Json<Json<serde_dynamo::AttributeValue>>,
    versions: Json<Json<Vec<String>>>,
}

#[derive(Deserialize)]
struct Actions {
    default: String,
    #[serde(default, rename = "override")]
    overrides: Json<String>,
}

#[derive(Deserialize)]
struct Table {
    index: Json<String>,
    items: Vec<Known>,
}

#[derive(Deserialize)]
struct Known {
    attributes: Json<serde_dynamo::AttributeValue>,
    action: String,
    #[serde(default)]
    exact: bool,
}

impl Scenario {
    /// Returns the provider of a scenario whose keys are not in AWS KMS.
    fn provider(&self, keys: &Json<Key>) -> Option<Box<dyn CryptographicMaterialsProvider>> {
        let key = |role: &str| self.keys.get(role).map(|name| &keys[name]);
        let signing_key = key("sign").or_else(|| key("verify"))?.signing_key()?;
        let key = key("decrypt")?;
        match (self.provider.as_str(), key.algorithm.as_str()) {
            ("static", "AES") => Some(Box::new(StaticProvider::new(key.aes_key(), signing_key))),
            ("wrapped", "AES") => Some(Box::new(WrappedProvider::new(key.aes_key(), signing_key))),
            #[cfg(feature = "rsa")]
            ("wrapped", "RSA") => {
                let key = RsaWrappingKey::from_pkcs8_der(RsaWrapAlgorithm::OaepSha256, &key.bytes()).unwrap();
                Some(Box::new(WrappedProvider::new(key, signing_key)))
            }
            _ => None,
        }
    }
}

impl Key {
    fn bytes(&self) -> Vec<u8> {
        BASE64.decode(&self.material).unwrap()
    }

    fn aes_key(&self) -> AesKey {
        AesKey::from_bytes(&self.bytes()).unwrap()
    }

    fn signing_key(&self) -> Option<ItemSigningKey> {
        match self.algorithm.as_str() {
            "HmacSHA256" => Some(HmacKey::from_bytes(HmacAlgorithm::HmacSha256, &self.bytes()).unwrap().into()),
            #[cfg(feature = "rsa")]
            "SHA256withRSA" => {
                Some(RsaSigningKey::from_pkcs8_der(RsaSignatureAlgorithm::Sha256, &self.bytes()).unwrap().into())
            }
            _ => None,
        }
    }
}

impl Plaintext {
    /// Returns the stored item, its plaintext, and its attribute actions.
    fn find(&self, table: &str, version: &str, stored: &Item) -> (Item, Item, AttributeActions) {
        let known_table = &self.items[table];
        let plain = |value: &serde_dynamo::AttributeValue| AttributeValue::from(value.clone());
        let known = known_table
            .items
            .iter()
            .find(|known| known_table.index.values().all(|key| stored[key] == plain(&known.attributes[key])))
            .expect("a stored item that the plaintexts do not have");
        let groups = self.versions.get(table).filter(|_| !known.exact).into_iter().flat_map(|groups| &groups[version]);
        let attributes = groups.flat_map(|group| &self.attributes[group]).chain(&known.attributes);
        let expected = attributes.map(|(name, value)| (name.clone(), plain(value))).collect();

        let named = &self.actions[&known.action];
        let default = action(&named.default);
        let mut actions = AttributeActions::new(default);
        if default == AttributeAction::EncryptAndSign {
            for key in known_table.index.values() {
                actions = actions.with(key, AttributeAction::SignOnly);
            }
        }
        for (name, text) in &named.overrides {
            actions = actions.with(name, action(text));
        }
        (stored.clone(), expected, actions)
    }
}

fn action(text: &str) -> AttributeAction {
    match text {
        "encrypt" => AttributeAction::EncryptAndSign,
        "sign" => AttributeAction::SignOnly,
        "nothing" => AttributeAction::DoNothing,
        _ => unreachable!("an action called {text}"),
    }
}

/// Sorts sets, which have no order.
fn sorted(value: AttributeValue) -> AttributeValue {
    match value {
        AttributeValue::Ss(mut members) => {
            members.sort();
            AttributeValue::Ss(members)
        }
        AttributeValue::Ns(mut members) => {
            members.sort();
            AttributeValue::Ns(members)
        }
        AttributeValue::Bs(mut members) => {
            members.sort_by(|a, b| a.as_ref().cmp(b.as_ref()));
            AttributeValue::Bs(members)
        }
        AttributeValue::L(elements) => AttributeValue::L(elements.into_iter().map(sorted).collect()),
        AttributeValue::M(entries) => AttributeValue::M(sorted_item(entries)),
        other => other,
    }
}

fn sorted_item(item: Item) -> Item {
    item.into_iter().map(|(name, value)| (name, sorted(value))).collect()
}
