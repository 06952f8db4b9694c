//! The beacons that version 3.9.0 of the Java client stored.

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::error::ErrorKind;
use crate::format::vectors::read;
use crate::item::{AttributeValue, Item};
use crate::schema::beacon::PREFIX;

use super::super::{BeaconKeySet, Beacons, Comparison};
use super::compute;
use super::configuration::Configuration;

#[derive(Deserialize)]
struct Vectors {
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
struct Vector {
    config: Configuration,
    refused: Option<String>,
    #[serde(default)]
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    put: Option<serde_dynamo::Item>,
    stored: Option<serde_dynamo::Item>,
    refused: Option<String>,
    query: Option<Query>,
    /// The values that were sent.
    values: Option<serde_dynamo::Item>,
    expression: Option<String>,
}

#[derive(Deserialize)]
struct Query {
    key: String,
    values: serde_dynamo::Item,
}

fn vectors() -> Option<Vec<Vector>> {
    read::<Vectors>("beacons/beacons_java390.json").map(|vectors| vectors.vectors)
}

/// The client reads the positions 10 and 12 as 11, and this crate rejects them. This name replaces the value that the
/// client finds.
fn location(text: &str) -> String {
    text.replace("m.l[10]", "m.eleven").replace("m.l[12]", "m.eleven")
}

fn with_eleven(item: &mut Item) {
    if let Some(AttributeValue::M(entries)) = item.get_mut("m")
        && let Some(AttributeValue::L(elements)) = entries.get("l")
        && let Some(eleventh) = elements.get(11).cloned()
    {
        entries.insert("eleven".to_owned(), eleventh);
    }
}

/// Replaces numbers by the text that the client uses, in their original notation.
fn spelled(value: &mut AttributeValue) {
    match value {
        AttributeValue::N(text) => *value = AttributeValue::S(std::mem::take(text)),
        AttributeValue::L(elements) => elements.iter_mut().for_each(spelled),
        AttributeValue::M(entries) => entries.values_mut().for_each(spelled),
        _ => {}
    }
}

fn root(config: &Configuration, item: &Item) -> Vec<u8> {
    let id = match (&config.multi, item.get("pk")) {
        (Some(_), Some(AttributeValue::S(key))) => key.split('#').next().unwrap(),
        _ => "k1",
    };
    Sha256::digest(format!("beacon:{id}")).to_vec()
}

/// Returns true for configurations that the client accepts without finding the values, and that this crate rejects.
fn is_broken(config: &Configuration) -> bool {
    let schema = config.schema(location);
    let compound = schema.compound.first();
    compound.is_some_and(|beacon| {
        let mut names: Vec<_> = beacon.encrypted.iter().map(|part| &part.name).collect();
        names.extend(beacon.signed.iter().map(|part| &part.name));
        let before = names.len();
        names.sort_unstable();
        names.dedup();
        let has_part_twice = |parts: &[(String, bool)]| parts.windows(2).any(|two| two[0].0 == two[1].0);
        before != names.len()
            || beacon.encrypted.iter().any(|part| part.prefix.contains(beacon.split))
            || beacon.constructors.iter().any(|constructor| has_part_twice(&constructor.parts))
    })
}

#[test]
fn configurations_are_accepted_as_by_the_java_client() {
    let Some(vectors) = vectors() else { return };
    let (mut accepted, mut rejected, mut differ) = (0, 0, 0);
    for Vector { config, refused, .. } in vectors {
        let schema = config.schema(location);
        let checked = Beacons::new(&schema, &config.actions_with_tenant());
        match (refused, checked) {
            (Some(_), Err(error)) => {
                assert_eq!(error.kind(), ErrorKind::Usage);
                rejected += 1;
            }
            (Some(refused), Ok(_)) => panic!("accepted, although the client rejects it: {refused}: {schema:?}"),
            (None, Ok(_)) => accepted += 1,
            (None, Err(error)) => {
                // An attacker could choose a tenant in an unsigned attribute.
                let has_unsigned_tenant = config.multi.as_deref() == Some(":x");
                assert!(is_broken(&config) || has_unsigned_tenant, "{error}: {schema:?}");
                differ += 1;
            }
        }
    }
    assert_eq!((accepted, rejected, differ), (25, 39, 4));
}

#[test]
fn items_have_the_beacons_of_the_java_client() {
    let Some(vectors) = vectors() else { return };
    let (mut items, mut values, mut cut) = (0, 0, 0);
    for Vector { config, cases, .. } in vectors {
        let Ok(beacons) = Beacons::new(&config.schema(location), &config.actions_with_tenant()) else { continue };
        for Case { put, stored, refused, .. } in cases {
            let Some(put) = put else { continue };
            let mut item = Item::from(put);
            with_eleven(&mut item);
            let root = root(&config, &item);
            let by_value = compute(&beacons, &root, &item, 0);
            item.values_mut().for_each(spelled);
            let by_text = compute(&beacons, &root, &item, 0);
            let Some(stored) = stored else {
                assert_eq!(refused.as_deref(), Some("Could not encode input to Dafny Bytes."));
                // The client splits a surrogate pair, and fails to write.
                by_text.unwrap();
                cut += 1;
                continue;
            };
            let (by_value, mut computed) = (by_value.unwrap(), by_text.unwrap());
            computed.extend(
                by_value
                    .into_iter()
                    .filter(|(name, _)| name.strip_prefix(PREFIX).is_some_and(|beacon| config.hashes_value(beacon))),
            );
            let stored: Item = stored.into();
            values += stored.len();
            items += 1;
            for (name, value) in &stored {
                assert_eq!(computed.get(name), Some(value), "{name} of {item:?}");
            }
            assert_eq!(computed.len(), stored.len());
        }
    }
    assert_eq!((items, cut), (41, 5));
    assert!(values > 300, "{values}");
}

#[test]
fn query_values_are_hashed_as_by_the_java_client() {
    let Some(vectors) = vectors() else { return };
    let mut queries = 0;
    for Vector { config, cases, .. } in vectors {
        let Ok(beacons) = Beacons::new(&config.schema(location), &config.actions_with_tenant()) else { continue };
        let keys = BeaconKeySet::derive(&root(&config, &Item::new()), beacons.key_names()).unwrap();
        for Case { query, values, expression, .. } in cases {
            let Some(Query { key, values: searched }) = query else { continue };
            let name = key.strip_suffix(" = :v").unwrap();
            let beacon = beacons.searched(name).unwrap();
            assert_eq!(expression.unwrap(), format!("{} = :v", beacon.attribute()));
            let (searched, sent) = (Item::from(searched), Item::from(values.unwrap()));
            let hashes = beacon.hashes(Comparison::Equality, &searched[":v"], &keys, &[0]).unwrap();
            assert_eq!(hashes, [sent[":v"].clone()], "{name}");
            queries += 1;
        }
    }
    assert_eq!(queries, 63);
}
